//! What the signatures say. A lifetime is a promise to the compiler, which checks callers by it and never looks again. So small programs are handed to
//! the compiler: some must be refused, and one accepted. They are in `tests/compile_fail/` and `tests/compile_pass/`.

use compile_cases::cases;

#[test]
fn no_text_outlives_its_block() {
    // The block goes back when the phrase is dropped, or when `with_phrase` ends. A text that is lent for longer is a pointer to memory that
    // belongs to somebody else by then, in code without a word of `unsafe`.
    cases!().refused("compile_fail/text_for_ever");
}

#[test]
fn nobody_else_reaches_the_block() {
    // What `drop` gives back must be what the library has handed out. If safe code can put another pointer there, it is not.
    cases!().refused("compile_fail/another_block");
}

#[test]
fn any_closure_may_read() {
    // A reader is called once. It may give away what it owns, change what it borrows, and return anything but the text.
    cases!().accepted("compile_pass/any_closure");
}
