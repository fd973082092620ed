//! Who waits for the archive: the promise of the page that asked, and nobody else. The archive here begins to save, and does not end before the
//! test says so.

use std::sync::mpsc;

use serde_json::json;

#[path = "support/page.rs"]
mod page;
#[path = "support/shelf.rs"]
mod shelf;

use page::{LIMIT, Page};
use shelf::{note, slow};

/// A command that is not async runs on the thread that runs the windows. While it works, nothing is painted, and no click is heard.
#[test]
fn a_slow_save_does_not_freeze_the_window() {
    let (archive, has_begun, end) = slow([note(3, "Rice")]);
    let page = Page::open(archive);
    // This panics if the command does not return.
    let promise = page.call("save_note", json!({ "noteId": 3 }));
    has_begun
        .recv_timeout(LIMIT)
        .expect("the archive begins to save");
    drop(end);
    assert_eq!(
        promise.settled(),
        Ok(json!(note(3, "Rice").text.len())),
        "the answer, once the archive has saved"
    );
}

/// An async command runs on a thread of the runtime, and shares it with all other tasks. `async` does not make waiting of blocking: what does not
/// `.await` keeps its thread.
#[test]
fn a_slow_save_leaves_the_runtime_to_others() {
    let (archive, has_begun, end) = slow([note(3, "Rice")]);
    let page = Page::open(archive);
    let promise = page.call("save_note", json!({ "noteId": 3 }));
    has_begun
        .recv_timeout(LIMIT)
        .expect("the archive begins to save");

    let (done, is_done) = mpsc::channel();
    tauri::async_runtime::spawn(async move {
        let _ = done.send(());
    });
    assert!(
        is_done.recv_timeout(LIMIT).is_ok(),
        "another task of the async runtime should run while the archive saves, but has not within {LIMIT:?}: \
         the runtime's only thread is blocked"
    );
    drop(end);
    assert!(promise.settled().is_ok(), "the note is saved in the end");
}

/// Nor should anybody wait at a lock. Whoever saves a note needs that note, and not the notebook.
#[test]
fn other_commands_answer_during_a_slow_save() {
    let (archive, has_begun, end) = slow([note(3, "Rice")]);
    let page = Page::open(archive);
    let promise = page.call("save_note", json!({ "noteId": 3 }));
    has_begun
        .recv_timeout(LIMIT)
        .expect("the archive begins to save");

    let added = page.invoke("add_note", json!({ "title": "Salt", "text": "" }));
    assert_eq!(
        added,
        Ok(json!({ "id": 4, "title": "Salt", "text": "" })),
        "a note that is added while the archive saves"
    );
    let listed = page.invoke("list_notes", json!({})).expect("a list");
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "notes: {listed}");
    drop(end);
    assert!(promise.settled().is_ok(), "the note is saved in the end");
}
