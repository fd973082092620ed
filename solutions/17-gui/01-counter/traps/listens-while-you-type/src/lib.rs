//! Counts the guests in a room, in a window.

use egui::{Button, Event, Key, Ui};

/// A room, and how many guests are in it. It knows the rules, and nothing of windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    room: String,
    guests: u32,
    capacity: u32,
}

/// What a user may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// So many guests come in.
    Add(u32),
    /// So many guests leave.
    Remove(u32),
    /// Everybody has gone.
    StartAgain,
    /// The room has a new name.
    Rename(String),
}

impl Counter {
    /// An empty room without a name, for at most `capacity` guests.
    pub fn new(capacity: u32) -> Self {
        Self {
            room: String::new(),
            guests: 0,
            capacity,
        }
    }

    /// What the room is called.
    pub fn room(&self) -> &str {
        &self.room
    }

    /// How many guests are in it.
    pub fn guests(&self) -> u32 {
        self.guests
    }

    /// How many guests there can be.
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Does what was asked for, as far as it can be done.
    ///
    /// Of guests who come, as many enter as there is room for. Of those who are to leave, no more can leave than are there. To
    /// start again empties the room and leaves it its name. All of this holds for any numbers.
    pub fn update(&mut self, message: Message) {
        match message {
            // Saturating first: the sum may be over what a `u32` holds.
            Message::Add(guests) => {
                self.guests = self.guests.saturating_add(guests).min(self.capacity);
            }
            Message::Remove(guests) => self.guests = self.guests.saturating_sub(guests),
            Message::StartAgain => self.guests = 0,
            Message::Rename(room) => self.room = room,
        }
    }
}

/// Shows the counter, and returns what the user has asked for in this frame, in order.
///
/// From top to bottom there are
/// - a line of text to edit, labelled `Room`, with the name of the room;
/// - a label such as `3 of 120`: the guests and the capacity;
/// - four buttons, called `Add one`, `Add ten`, `Remove one` and `Start again`. Those that can change nothing are disabled: the first two
///   when the room is full, the other two when it is empty.
///
/// The keys `+` and `-` stand for one guest who comes or leaves, once for each time that one is pressed. A key that is held down is
/// pressed once, however often the keyboard repeats it. They count wherever the focus is, except in the name of the room: there they
/// are characters. Ctrl and `+` (on a Mac, Command and `+`) makes the window larger, which is egui's affair, and counts nobody.
/// Shift says nothing, since on many keyboards it is needed for a `+`.
pub fn view(counter: &Counter, ui: &mut Ui) -> Vec<Message> {
    let mut messages = Vec::new();
    messages.extend(room(counter, ui));
    ui.label(format!("{} of {}", counter.guests, counter.capacity));
    messages.extend(buttons(counter, ui));
    messages.extend(keys(ui));
    messages
}

/// One frame of the program: shows the counter, then does what the user has asked for. What that changed is seen in the next frame, which
/// egui paints at once, because something happened in this one.
pub fn frame(counter: &mut Counter, ui: &mut Ui) {
    for message in view(counter, ui) {
        counter.update(message);
    }
}

/// The name of the room, to edit.
fn room(counter: &Counter, ui: &mut Ui) -> Option<Message> {
    let label = ui.label("Room");
    let mut room = counter.room.clone();
    let edited = ui.text_edit_singleline(&mut room).labelled_by(label.id);
    edited.changed().then_some(Message::Rename(room))
}

/// A button for each message that a click can send.
fn buttons(counter: &Counter, ui: &mut Ui) -> Vec<Message> {
    let not_full = counter.guests < counter.capacity;
    let not_empty = counter.guests > 0;
    [
        ("Add one", not_full, Message::Add(1)),
        ("Add ten", not_full, Message::Add(10)),
        ("Remove one", not_empty, Message::Remove(1)),
        ("Start again", not_empty, Message::StartAgain),
    ]
    .into_iter()
    .filter_map(|(name, enabled, message)| {
        let button = ui.add_enabled(enabled, Button::new(name));
        button.clicked().then_some(message)
    })
    .collect()
}

/// What the keys stand for.
fn keys(ui: &Ui) -> Vec<Message> {
    let pressed = |event: &Event| match event {
        // `command` is Ctrl, or Command on a Mac. With it, these keys are egui's own.
        Event::Key {
            key,
            pressed: true,
            // A key that is held down comes again and again, as a repetition.
            repeat: false,
            modifiers,
            ..
        } if !modifiers.command => match key {
            Key::Plus => Some(Message::Add(1)),
            Key::Minus => Some(Message::Remove(1)),
            _ => None,
        },
        _ => None,
    };
    ui.input(|input| input.events.iter().filter_map(pressed).collect())
}
