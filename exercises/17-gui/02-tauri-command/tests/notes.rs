//! The commands as the page sees them: names, arguments and answers in JSON.

use serde_json::json;

#[path = "support/page.rs"]
mod page;
#[path = "support/shelf.rs"]
mod shelf;

use page::Page;
use shelf::{note, patient};

/// The state is Tauri's to keep: `manage` takes it, and a command gets it as an argument, by its type. What the compiler can't check is
/// that the two types are the same.
#[test]
fn adds_and_lists_notes() {
    let (archive, _) = patient([]);
    let page = Page::open(archive);
    assert_eq!(
        page.invoke("list_notes", json!({})),
        Ok(json!([])),
        "the notes of an empty archive"
    );
    let milk = json!({ "id": 1, "title": "Milk", "text": "Two litres" });
    assert_eq!(
        page.invoke(
            "add_note",
            json!({ "title": "  Milk\n", "text": "Two litres" })
        ),
        Ok(milk.clone()),
        "the first note"
    );
    let bread = json!({ "id": 2, "title": "Bread", "text": "" });
    assert_eq!(
        page.invoke("add_note", json!({ "title": "Bread", "text": "" })),
        Ok(bread.clone()),
        "the second note"
    );
    assert_eq!(
        page.invoke("list_notes", json!({})),
        Ok(json!([milk, bread])),
        "both notes"
    );
}

/// What was there before is there again, and a new note gets an id that none of them has. How many there are says nothing about that.
#[test]
fn a_new_note_gets_a_new_id() {
    let (archive, _) = patient([note(7, "Tea"), note(3, "Rice")]);
    let page = Page::open(archive);
    let added = page.invoke("add_note", json!({ "title": "Salt", "text": "A pinch" }));
    assert_eq!(
        added,
        Ok(json!({ "id": 8, "title": "Salt", "text": "A pinch" })),
        "a note that is added to notes 7 and 3"
    );
    let listed = page.invoke("list_notes", json!({})).expect("a list");
    let ids: Vec<_> = listed
        .as_array()
        .into_iter()
        .flatten()
        .map(|note| note["id"].clone())
        .collect();
    assert_eq!(
        ids,
        [7, 3, 8],
        "ids, in the order in which they were loaded and added"
    );
}

/// Names change on the way: `note_id` here is `noteId` there.
#[test]
fn saves_the_note_of_that_id() {
    let (archive, saved) = patient([note(7, "Tea"), note(3, "Rice")]);
    let page = Page::open(archive);
    let rice = note(3, "Rice");
    assert_eq!(
        page.invoke("save_note", json!({ "noteId": 3 })),
        Ok(json!(rice.text.len())),
        "the number of bytes that the archive wrote"
    );
    let saved = saved.lock().expect("a record");
    assert_eq!(*saved, [rice], "what the archive was asked to save");
}

/// A `static` is shared by all that is in the process: by two windows on two notebooks, and by any two tests.
#[test]
fn two_notebooks_share_nothing() {
    let (first, _) = patient([note(1, "Tea")]);
    let (second, _) = patient([]);
    let (first, second) = (Page::open(first), Page::open(second));
    second
        .invoke("add_note", json!({ "title": "Salt", "text": "" }))
        .expect("a note for the second notebook");
    for (page, what, expected) in [(&first, "first", "Tea"), (&second, "second", "Salt")] {
        let listed = page.invoke("list_notes", json!({})).expect("a list");
        let titles: Vec<_> = listed
            .as_array()
            .into_iter()
            .flatten()
            .map(|note| note["title"].clone())
            .collect();
        assert_eq!(titles, [expected], "titles in the {what} notebook");
    }
}
