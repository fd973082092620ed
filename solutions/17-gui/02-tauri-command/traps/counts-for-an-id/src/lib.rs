//! A notebook: the half that is written in Rust. The other half is a page in JavaScript, which calls commands.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use tauri::{App, Builder, Context, Runtime, State, async_runtime};
use thiserror::Error;

/// A note, here and on the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// By what it is found.
    pub id: u32,
    /// What it is called. Never empty.
    pub title: String,
    /// What it says.
    pub text: String,
}

/// Where notes are kept: a disk, a server. Its methods block for as long as it takes, which may be long, and
/// nobody knows what is in them.
pub trait Archive: Send + Sync + 'static {
    /// Reads all notes.
    ///
    /// # Errors
    /// Those of the disk or the server.
    fn load(&self) -> io::Result<Vec<Note>>;

    /// Writes one note, and returns for how many bytes.
    ///
    /// # Errors
    /// Those of the disk or the server. [`io::ErrorKind::StorageFull`] is one that the user can do something about.
    fn save(&self, note: &Note) -> io::Result<u64>;
}

/// Why the program could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The notes could not be read.
    #[error("could not read the notes")]
    Archive(#[source] io::Error),
    /// Tauri could not build the program.
    #[error("could not build the program")]
    Tauri(#[source] tauri::Error),
}

/// Builds the program: loads the notes of the archive, gives them to Tauri as managed state, and registers three commands.
///
/// | command | arguments | what the promise brings |
/// | --- | --- | --- |
/// | `add_note` | `title`, `text` | the new note |
/// | `list_notes` | none | all notes, in the order in which they were loaded and added |
/// | `save_note` | `noteId` | the number of bytes that the archive wrote |
///
/// `add_note` takes white space from both ends of the title. The new note's id is one more than the largest that there is, or 1.
///
/// A promise that is rejected brings an object: `code`, for the page's program, and `message`, a sentence for its user. These are the codes:
///
/// | code | when |
/// | --- | --- |
/// | `empty-title` | nothing is left of the title |
/// | `notebook-full` | no id is left: a note has the largest that there can be |
/// | `note-not-found` | there is no note of that id; the object has a `noteId` as well, with the id |
/// | `disk-full` | the archive says [`io::ErrorKind::StorageFull`] |
/// | `archive-failed` | the archive fails for any other reason, or panics |
///
/// Every promise is settled. While the archive saves, other commands are answered, the thread that calls
/// the commands is free, and so are the threads of the async runtime.
///
/// # Errors
/// [`StartError`]: the notes could not be loaded, or Tauri could not build the program.
pub fn build<R: Runtime>(
    builder: Builder<R>,
    context: Context<R>,
    archive: Arc<dyn Archive>,
) -> Result<App<R>, StartError> {
    let notes = archive.load().map_err(StartError::Archive)?;
    let notebook = Notebook {
        notes: Mutex::new(notes),
        archive,
    };
    builder
        .manage(notebook)
        .invoke_handler(tauri::generate_handler![add_note, list_notes, save_note])
        .build(context)
        .map_err(StartError::Tauri)
}

#[tauri::command]
fn add_note(title: &str, text: String, notebook: State<'_, Notebook>) -> Result<Note, Rejection> {
    Ok(notebook.add(title, text)?)
}

#[tauri::command]
fn list_notes(notebook: State<'_, Notebook>) -> Vec<Note> {
    notebook.lock().clone()
}

#[tauri::command]
async fn save_note(note_id: u32, notebook: State<'_, Notebook>) -> Result<u64, Rejection> {
    let note = notebook.find(note_id)?;
    let archive = Arc::clone(&notebook.archive);
    // The archive blocks, so it gets a thread that may be blocked. It may also panic, and then that thread brings an error.
    let saved = async_runtime::spawn_blocking(move || archive.save(&note))
        .await
        .unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
    Ok(saved.map_err(Failure::from)?)
}

/// What all commands share.
struct Notebook {
    /// Locked for a look or a change, and never while the archive works.
    notes: Mutex<Vec<Note>>,
    archive: Arc<dyn Archive>,
}

impl Notebook {
    fn add(&self, title: &str, text: String) -> Result<Note, Failure> {
        let title = title.trim();
        if title.is_empty() {
            return Err(Failure::EmptyTitle);
        }
        // One lock for both: between a look and a change, another command could take the same id.
        let mut notes = self.lock();
        let count = u32::try_from(notes.len()).unwrap_or(u32::MAX);
        let note = Note {
            id: count.checked_add(1).ok_or(Failure::NotebookFull)?,
            title: title.to_owned(),
            text,
        };
        notes.push(note.clone());
        Ok(note)
    }

    fn find(&self, note_id: u32) -> Result<Note, Failure> {
        let notes = self.lock();
        let found = notes.iter().find(|note| note.id == note_id);
        found.cloned().ok_or(Failure::NoteNotFound { note_id })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Note>> {
        // The list is sound after each step, so a panic under the lock leaves nothing half done.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a command could not do what it was asked for.
#[derive(Debug, Error, Serialize)]
#[serde(
    tag = "code",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
enum Failure {
    #[error("a note needs a title")]
    EmptyTitle,
    #[error("there is no id left for another note")]
    NotebookFull,
    #[error("there is no note {note_id}")]
    NoteNotFound { note_id: u32 },
    #[error("there is no space left for this note")]
    DiskFull,
    /// The source stays here: a page should not learn the names of files and servers.
    #[error("the note could not be saved")]
    ArchiveFailed {
        #[serde(skip)]
        source: io::Error,
    },
}

impl From<io::Error> for Failure {
    fn from(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::ArchiveFailed { source },
        }
    }
}

/// A failure as the page gets it: with its code, its fields, and a sentence.
#[derive(Debug, Serialize)]
struct Rejection {
    message: String,
    #[serde(flatten)]
    failure: Failure,
}

impl From<Failure> for Rejection {
    fn from(failure: Failure) -> Self {
        Self {
            message: failure.to_string(),
            failure,
        }
    }
}
