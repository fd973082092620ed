//! The rules, without any window. That they can be tested like this is what separating them from the view is good for.

use gui_counter::{
    Counter,
    Message::{Add, Remove, Rename, StartAgain},
};

/// The capacity is a promise to the fire brigade. It holds whoever asks, and for however many.
#[test]
fn adds_no_more_than_the_capacity() {
    let mut counter = Counter::new(12);
    for (coming, expected) in [(0, 0), (1, 1), (10, 11), (10, 12), (1, 12)] {
        let before = counter.guests();
        counter.update(Add(coming));
        assert_eq!(
            counter.guests(),
            expected,
            "guests after {coming} came to {before}, in a room for 12"
        );
    }
    let mut nobody = Counter::new(0);
    nobody.update(Add(1));
    assert_eq!(nobody.guests(), 0, "guests in a room for none");
}

/// There is no number below zero in a `u32`. In a debug build the program ends with a panic, and in a release build there are four
/// billion guests.
#[test]
fn removes_no_more_than_there_are() {
    let mut counter = Counter::new(12);
    counter.update(Add(11));
    for (leaving, expected) in [(0, 11), (1, 10), (3, 7), (8, 0), (1, 0)] {
        let before = counter.guests();
        counter.update(Remove(leaving));
        assert_eq!(
            counter.guests(),
            expected,
            "guests after {leaving} of {before} left"
        );
    }
}

/// To add first and compare with the capacity afterwards is one addition too late.
#[test]
fn the_largest_numbers_do_not_overflow() {
    let mut counter = Counter::new(u32::MAX);
    counter.update(Add(u32::MAX - 5));
    counter.update(Add(10));
    assert_eq!(
        counter.guests(),
        u32::MAX,
        "guests after 10 came, with room for 5 more"
    );
    counter.update(Remove(u32::MAX - 1));
    assert_eq!(counter.guests(), 1, "guests after all but one left");
}

/// An evening is over, but the room is still there.
#[test]
fn starting_again_keeps_the_room() {
    let mut counter = Counter::new(12);
    counter.update(Rename("Blue room".to_owned()));
    counter.update(Add(5));
    counter.update(StartAgain);
    assert_eq!(
        (counter.room(), counter.guests(), counter.capacity()),
        ("Blue room", 0, 12),
        "name, guests and capacity after starting again"
    );
}
