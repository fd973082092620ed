//! What the window shows, and what happens when somebody clicks.

#[path = "support/window.rs"]
mod window;

use egui_kittest::kittest::NodeT;
use window::{assert_shows, button, contents, open, room};

/// What a window shows is what it says in its accessibility tree. Who can't see it has nothing else, and a test neither.
#[test]
fn shows_how_many_of_how_many() {
    assert_shows(&open(0, 8), "0 of 8");
    assert_shows(&open(3, 120), "3 of 120");
}

/// The shortest test of a user interface: somebody clicks, and the number changes. The next frame shows it.
#[test]
fn each_button_does_what_it_says() {
    let mut window = open(0, 12);
    for (name, expected) in [
        ("Add one", "1 of 12"),
        ("Add ten", "11 of 12"),
        ("Add ten", "12 of 12"),
        ("Remove one", "11 of 12"),
        ("Start again", "0 of 12"),
    ] {
        button(&window, name).click();
        window.run();
        assert_shows(&window, expected);
    }
}

/// A button that does nothing makes people doubt themselves, and one that vanishes moves all the others. A disabled one says "there is
/// such a thing, but not now", and it says so to a screen reader as well.
#[test]
fn a_button_that_can_do_nothing_is_disabled() {
    for (guests, full, empty) in [(0, false, true), (1, false, false), (8, true, false)] {
        let window = open(guests, 8);
        for (name, expected) in [
            ("Add one", full),
            ("Add ten", full),
            ("Remove one", empty),
            ("Start again", empty),
        ] {
            let disabled = button(&window, name).accesskit_node().is_disabled();
            assert_eq!(
                disabled, expected,
                "whether {name:?} is disabled with {guests} of 8 guests"
            );
        }
    }
}

/// A text field next to a label is a text field without a name, until somebody says that the label is its label.
#[test]
fn every_control_has_a_name() {
    let window = open(1, 8);
    let unnamed = window.unnamed_widgets();
    assert!(
        unnamed.is_empty(),
        "a screen reader has no name for {unnamed:?}; there is {:?}",
        contents(&window)
    );
}

/// The room's name belongs to the counter, and the text field only shows it: what is typed has to get there.
#[test]
fn the_room_can_be_renamed() {
    let mut window = open(3, 8);
    room(&window).focus();
    window.run();
    room(&window).type_text("Blue");
    window.run();
    room(&window).type_text(" room");
    window.run();
    assert_eq!(
        window.state().room(),
        "Blue room",
        "the name of the room after somebody typed \"Blue\" and \" room\""
    );
    let shown = room(&window).value();
    assert_eq!(
        shown.as_deref(),
        Some("Blue room"),
        "the name that the window shows"
    );
}
