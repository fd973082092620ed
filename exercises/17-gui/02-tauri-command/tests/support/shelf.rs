//! Archives for tests.

use std::{
    io,
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver, Sender},
    },
};

use gui_tauri_command::{Archive, Note};

pub fn note(id: u32, title: &str) -> Note {
    Note {
        id,
        title: title.to_owned(),
        text: format!("All about {title}"),
    }
}

/// An archive with notes in it, that does as it is told with those to save.
pub struct Shelf<F> {
    notes: Vec<Note>,
    save: F,
}

impl<F> Shelf<F>
where
    F: Fn(&Note) -> io::Result<u64> + Send + Sync + 'static,
{
    pub fn new(notes: impl IntoIterator<Item = Note>, save: F) -> Self {
        Self {
            notes: notes.into_iter().collect(),
            save,
        }
    }
}

impl<F> Archive for Shelf<F>
where
    F: Fn(&Note) -> io::Result<u64> + Send + Sync + 'static,
{
    fn load(&self) -> io::Result<Vec<Note>> {
        Ok(self.notes.clone())
    }

    fn save(&self, note: &Note) -> io::Result<u64> {
        (self.save)(note)
    }
}

/// An archive that saves without trouble, and remembers what.
#[allow(dead_code)]
pub fn patient(notes: impl IntoIterator<Item = Note>) -> (impl Archive, Arc<Mutex<Vec<Note>>>) {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&saved);
    let save = move |note: &Note| {
        record.lock().expect("a record").push(note.clone());
        Ok(note.text.len() as u64)
    };
    (Shelf::new(notes, save), saved)
}

/// An archive that begins to save, and does not end before it is told to. It says when it has begun, and ends when the sender is dropped.
#[allow(dead_code)]
pub fn slow(notes: impl IntoIterator<Item = Note>) -> (impl Archive, Receiver<()>, Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel::<()>();
    let ends = Mutex::new((begun, may_end));
    let save = move |note: &Note| {
        let ends = ends.lock().expect("the ends of two channels");
        let _ = ends.0.send(());
        let _ = ends.1.recv();
        Ok(note.text.len() as u64)
    };
    (Shelf::new(notes, save), has_begun, end)
}
