//! The same without a mouse. Keys come from everywhere, and not all of them are meant.

use egui::{Key, Modifiers};

#[path = "support/window.rs"]
mod window;

use window::{assert_shows, button, open, press, room};

/// Ctrl, as it comes from a keyboard: `command` is egui's word for Ctrl here and for Command on a Mac.
const CTRL: Modifiers = Modifiers {
    ctrl: true,
    command: true,
    ..Modifiers::NONE
};

/// A key for what the mouse can do. The second plus comes with Shift, as it does on many keyboards.
#[test]
fn plus_and_minus_count() {
    let mut window = open(0, 8);
    press(&mut window, Key::Plus, Modifiers::NONE, 1);
    assert_shows(&window, "1 of 8");
    press(&mut window, Key::Plus, Modifiers::SHIFT, 1);
    assert_shows(&window, "2 of 8");
    press(&mut window, Key::Minus, Modifiers::NONE, 1);
    assert_shows(&window, "1 of 8");
}

/// A disabled button protects against clicks, and against nothing else. The rule must hold on every way in.
#[test]
fn minus_in_an_empty_room_changes_nothing() {
    let mut window = open(0, 8);
    press(&mut window, Key::Minus, Modifiers::NONE, 1);
    assert_shows(&window, "0 of 8");

    let mut window = open(8, 8);
    press(&mut window, Key::Plus, Modifiers::NONE, 1);
    assert_shows(&window, "8 of 8");
}

/// A frame takes sixteen milliseconds, or half a second on a bad day. Whatever was pressed meanwhile comes in one go: "was it
/// pressed?" is the wrong question.
#[test]
fn three_presses_in_a_frame_are_three() {
    let mut window = open(1, 8);
    press(&mut window, Key::Plus, Modifiers::NONE, 3);
    assert_shows(&window, "4 of 8");
    press(&mut window, Key::Minus, Modifiers::NONE, 2);
    assert_shows(&window, "2 of 8");
}

/// Nor is "is it down?" the right one: a key is down for as many frames as the screen has time to paint. Meanwhile the keyboard sends
/// it again and again, thirty times a second, and never says that it was released. egui marks these as repetitions.
#[test]
fn a_key_that_is_held_counts_once() {
    let mut window = open(0, 8);
    window.key_down(Key::Plus);
    window.run();
    window.run_steps(5);
    assert_shows(&window, "1 of 8");
    for _ in 0..3 {
        window.key_down(Key::Plus);
        window.run();
    }
    assert_shows(&window, "1 of 8");
    window.key_up(Key::Plus);
    window.run();
    assert_shows(&window, "1 of 8");
    window.key_down(Key::Plus);
    window.run();
    assert_shows(&window, "2 of 8");
}

/// Whoever types a name types a name. Keys belong to the text field that has the focus.
#[test]
fn a_plus_in_the_name_counts_nobody() {
    let mut window = open(3, 8);
    room(&window).focus();
    window.run();
    room(&window).type_text("Bar+Grill");
    press(&mut window, Key::Plus, Modifiers::NONE, 1);
    assert_shows(&window, "3 of 8");
    assert_eq!(window.state().room(), "Bar+Grill", "the name of the room");
}

/// Ctrl and plus is taken: egui makes everything larger with it. It looks at the keys at the end of a frame, after the view has.
#[test]
fn the_zoom_shortcut_counts_nobody() {
    let mut window = open(3, 8);
    press(&mut window, Key::Plus, CTRL, 1);
    assert!(
        window.ctx.zoom_factor() > 1.0,
        "Ctrl and plus should still make the window larger"
    );
    assert_shows(&window, "3 of 8");
    press(&mut window, Key::Minus, CTRL, 1);
    assert_shows(&window, "3 of 8");
}

/// Tab leads to each button, and Space presses it. This comes for free with a real button, and with nothing that only looks like one. Plus
/// works there as well: a button has no use for it.
#[test]
fn space_presses_the_button_with_the_focus() {
    let mut window = open(0, 20);
    for _ in 0..8 {
        if button(&window, "Add ten").is_focused() {
            break;
        }
        press(&mut window, Key::Tab, Modifiers::NONE, 1);
    }
    assert!(
        button(&window, "Add ten").is_focused(),
        "Tab does not lead to \"Add ten\""
    );
    press(&mut window, Key::Space, Modifiers::NONE, 1);
    assert_shows(&window, "10 of 20");
    press(&mut window, Key::Plus, Modifiers::NONE, 1);
    assert_shows(&window, "11 of 20");
}
