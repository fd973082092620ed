//! What the page is told when something goes wrong. Its program can branch on a code, and on nothing else: a sentence is for people, and changes with
//! the next release.

use std::{io, sync::Arc};

use gui_tauri_command::{Archive, Note, StartError, build};
use serde_json::{Value, json};
use tauri::{
    Builder, Runtime, Wry,
    test::{mock_builder, mock_context, noop_assets},
};

#[path = "support/page.rs"]
mod page;
#[path = "support/shelf.rs"]
mod shelf;

use page::Page;
use shelf::{Shelf, note, patient};

/// Requires an object with this code and with a message, and returns it.
#[track_caller]
fn assert_rejected(answer: Result<Value, Value>, code: &str) -> Value {
    let error = match answer {
        Ok(value) => {
            panic!("should be rejected with the code {code:?}, but was resolved with {value}")
        }
        Err(error) => error,
    };
    assert_eq!(
        error["code"], code,
        "the code of the error, which as a whole is {error}"
    );
    let message = error["message"].as_str().unwrap_or_default();
    assert!(
        message.contains(' '),
        "the message of {error} should be a sentence that can be shown"
    );
    error
}

/// What is left of a title without its white space may be nothing.
#[test]
fn a_note_needs_a_title() {
    let (archive, _) = patient([]);
    let page = Page::open(archive);
    for title in ["", " \t\n"] {
        let answer = page.invoke("add_note", json!({ "title": title, "text": "Two litres" }));
        assert_rejected(answer, "empty-title");
    }
    assert_eq!(
        page.invoke("list_notes", json!({})),
        Ok(json!([])),
        "notes, after two that were refused"
    );
}

/// An archive may come from anywhere, with any ids in it. One more than the largest number is a panic in a debug build, and in a release build the
/// id 0, and then 1, which may belong to somebody else.
#[test]
fn a_notebook_without_an_id_left_says_so() {
    let (archive, _) = patient([note(1, "Tea"), note(u32::MAX, "Rice")]);
    let page = Page::open(archive);
    let answer = page.invoke("add_note", json!({ "title": "Salt", "text": "" }));
    assert_rejected(answer, "notebook-full");
    let listed = page.invoke("list_notes", json!({})).expect("a list");
    assert_eq!(
        listed,
        json!([note(1, "Tea"), note(u32::MAX, "Rice")]),
        "notes, after one that was refused"
    );
}

/// The page may have been slower than somebody else. It wants to know which note it was, and not by parsing a sentence.
#[test]
fn a_missing_note_is_named() {
    let (archive, saved) = patient([note(3, "Rice")]);
    let page = Page::open(archive);
    let error = assert_rejected(
        page.invoke("save_note", json!({ "noteId": 5 })),
        "note-not-found",
    );
    assert_eq!(error["noteId"], 5, "the id in {error}");
    assert!(
        saved.lock().expect("a record").is_empty(),
        "there was nothing to save"
    );
}

/// With a full disk, the user can do something. With most else, they can't. So these are two codes.
#[test]
fn a_full_disk_is_not_like_any_other_failure() {
    for (kind, code) in [
        (io::ErrorKind::StorageFull, "disk-full"),
        (io::ErrorKind::PermissionDenied, "archive-failed"),
        (io::ErrorKind::NotFound, "archive-failed"),
    ] {
        let archive = Shelf::new([note(3, "Rice")], move |_: &Note| Err(kind.into()));
        let page = Page::open(archive);
        assert_rejected(page.invoke("save_note", json!({ "noteId": 3 })), code);
    }
}

/// Somebody else's code may panic. A task that panics is gone, and its promise with it: `await` on the page would wait for ever.
#[test]
fn a_panic_in_the_archive_rejects_the_promise() {
    let archive = Shelf::new([note(3, "Rice")], |_: &Note| {
        panic!("the archive is on fire")
    });
    let page = Page::open(archive);
    assert_rejected(
        page.invoke("save_note", json!({ "noteId": 3 })),
        "archive-failed",
    );
    let added = page.invoke("add_note", json!({ "title": "Salt", "text": "" }));
    assert!(
        added.is_ok(),
        "after that, nothing is broken, but `add_note` says {added:?}"
    );
}

/// An archive that can't be read.
struct Locked;

impl Archive for Locked {
    fn load(&self) -> io::Result<Vec<Note>> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
    fn save(&self, _: &Note) -> io::Result<u64> {
        Ok(0)
    }
}

#[track_caller]
fn assert_archive_error<R: Runtime>(builder: Builder<R>) {
    match build(builder, mock_context(noop_assets()), Arc::new(Locked)) {
        Err(StartError::Archive(error)) => assert_eq!(
            error.kind(),
            io::ErrorKind::PermissionDenied,
            "what the archive said"
        ),
        Err(other) => panic!("should be `StartError::Archive`, but is {other:?}"),
        Ok(_) => panic!("the program was built, although its notes could not be read"),
    }
}

/// A program that can't start says why, and its `main` decides whom to tell. A panic tells nobody who has started it with a click. So it
/// is with the mock runtime, and with the system's web view, which `main` would use: it needs a screen, but not before the notes are read.
#[test]
fn an_archive_that_cannot_be_read_is_an_error() {
    assert_archive_error(mock_builder());
    assert_archive_error(Builder::<Wry>::new());
}
