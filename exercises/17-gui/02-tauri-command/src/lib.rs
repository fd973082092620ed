//! A notebook: the half that is written in Rust. The other half is a page in JavaScript, which calls commands.

use std::{io, sync::Arc};

use serde::{Deserialize, Serialize};
use tauri::{App, Builder, Context, Runtime};
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
    let _ = (builder, context, archive);
    todo!("load the notes, manage them, register the commands, and build")
}
