//! Counts the guests in a room, in a window.

use egui::{Button, Key, Ui};

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
            Message::Add(guests) => self.guests += guests,
            Message::Remove(guests) => self.guests -= guests,
            Message::StartAgain => self.guests = 0,
            Message::Rename(room) => self.room = room,
        }
    }
}

/// One frame of the program: shows the counter, and does what the user asks for.
// ANCHOR: naive
pub fn frame(counter: &mut Counter, ui: &mut Ui) {
    let label = ui.label("Room");
    ui.text_edit_singleline(&mut counter.room)
        .labelled_by(label.id);
    ui.label(format!("{} of {}", counter.guests, counter.capacity));

    let not_full = counter.guests < counter.capacity;
    if ui.add_enabled(not_full, Button::new("Add one")).clicked() {
        counter.guests += 1;
    }
    if ui.add_enabled(not_full, Button::new("Add ten")).clicked() {
        counter.guests += 10;
    }
    let not_empty = counter.guests > 0;
    if ui
        .add_enabled(not_empty, Button::new("Remove one"))
        .clicked()
    {
        counter.guests -= 1;
    }
    if ui
        .add_enabled(not_empty, Button::new("Start again"))
        .clicked()
    {
        counter.guests = 0;
    }

    if ui.input(|input| input.key_pressed(Key::Plus)) {
        counter.guests += 1;
    }
    if ui.input(|input| input.key_pressed(Key::Minus)) {
        counter.guests -= 1;
    }
}
// ANCHOR_END: naive
