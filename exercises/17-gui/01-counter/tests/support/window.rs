//! The counter in a window that nobody sees. What it shows is read from its accessibility tree, as a screen reader would.

use egui::{Event, Key, Modifiers, accesskit::Role};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use gui_counter::{Counter, Message, frame};

pub type Window = Harness<'static, Counter>;

/// Opens a window for a room in which there are so many guests.
pub fn open(guests: u32, capacity: u32) -> Window {
    let mut counter = Counter::new(capacity);
    counter.update(Message::Add(guests));
    // There is a test of its own for names.
    Harness::builder()
        .with_accessibility_check(false)
        .build_ui_state(|ui, counter| frame(counter, ui), counter)
}

/// The button of this name.
#[track_caller]
#[allow(dead_code)]
pub fn button<'a>(window: &'a Window, name: &'a str) -> Node<'a> {
    find(window, Role::Button, name)
}

/// The line of text with the name of the room.
#[track_caller]
#[allow(dead_code)]
pub fn room(window: &Window) -> Node<'_> {
    find(window, Role::TextInput, "Room")
}

#[track_caller]
fn find<'a>(window: &'a Window, role: Role, name: &'a str) -> Node<'a> {
    let found = window.query_by_role_and_label(role, name);
    found.unwrap_or_else(|| {
        panic!(
            "there is no {role:?} called {name:?}, but there is {:?}",
            contents(window)
        )
    })
}

/// What the window contains, as a screen reader would say it.
pub fn contents(window: &Window) -> Vec<String> {
    let nodes = window.root().children_recursive();
    let said = nodes.filter_map(|node| {
        let node = node.accesskit_node();
        let name = node.label().or_else(|| node.value())?;
        Some(format!("{:?} {name:?}", node.role()))
    });
    said.collect()
}

/// Requires a label with this text.
#[track_caller]
#[allow(dead_code)]
pub fn assert_shows(window: &Window, text: &str) {
    assert!(
        window.query_by_role_and_label(Role::Label, text).is_some(),
        "the label {text:?} is not shown, but there is {:?}",
        contents(window)
    );
}

/// Presses a key so many times, all within one frame.
#[allow(dead_code)]
pub fn press(window: &mut Window, key: Key, modifiers: Modifiers, times: usize) {
    for _ in 0..times {
        for pressed in [true, false] {
            window.input_mut().events.push(Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            });
        }
    }
    window.run();
}
