//! Counts the guests in a room, in a window.

use egui::Ui;

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
        todo!("{message:?}")
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
    let _ = (counter, ui);
    todo!("show the counter, and collect what the user asks for")
}

/// One frame of the program: shows the counter, then does what the user has asked for. What that changed is seen in the next frame, which
/// egui paints at once, because something happened in this one.
pub fn frame(counter: &mut Counter, ui: &mut Ui) {
    for message in view(counter, ui) {
        counter.update(message);
    }
}
