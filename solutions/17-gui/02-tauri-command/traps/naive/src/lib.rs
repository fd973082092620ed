//! A notebook: the half that is written in Rust. The other half is a page in JavaScript, which calls commands.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use tauri::{App, Builder, Context, Runtime, State};
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
// ANCHOR: naive
pub fn build<R: Runtime>(
    builder: Builder<R>,
    context: Context<R>,
    archive: Arc<dyn Archive>,
) -> Result<App<R>, StartError> {
    let notes = archive.load().expect("failed to load the notes");
    let app = builder
        .manage(Notebook {
            notes: Mutex::new(notes),
            archive,
        })
        .invoke_handler(tauri::generate_handler![add_note, list_notes, save_note])
        .build(context)
        .expect("failed to build the program");
    Ok(app)
}

#[tauri::command]
fn save_note(note_id: u32, notebook: State<'_, Notebook>) -> Result<u64, String> {
    let notes = notebook.notes.lock().unwrap();
    let note = notes
        .iter()
        .find(|note| note.id == note_id)
        .ok_or_else(|| format!("there is no note {note_id}"))?;
    notebook
        .archive
        .save(note)
        .map_err(|error| error.to_string())
}
// ANCHOR_END: naive

#[tauri::command]
fn add_note(title: &str, text: String, notebook: State<'_, Notebook>) -> Result<Note, String> {
    if title.trim().is_empty() {
        return Err("a note needs a title".to_owned());
    }
    let mut notes = notebook.notes.lock().unwrap();
    let note = Note {
        id: notes.iter().map(|note| note.id).max().unwrap_or(0) + 1,
        title: title.trim().to_owned(),
        text,
    };
    notes.push(note.clone());
    Ok(note)
}

#[tauri::command]
fn list_notes(notebook: State<'_, Notebook>) -> Vec<Note> {
    notebook.notes.lock().unwrap().clone()
}

struct Notebook {
    notes: Mutex<Vec<Note>>,
    archive: Arc<dyn Archive>,
}
