//! What the adapters ask of their parts. A bound that is too strict is too strict at compile time, so a small program is handed to
//! the compiler. It is in `tests/compile_pass/`.

use compile_cases::cases;

#[test]
fn asks_for_no_more_than_the_trait_does() {
    // A source may be tied to its thread or to its place, a function may borrow and may be impossible to clone, and items need
    // no trait at all. Send is inferred: who demands it shuts out all those that never wanted to move to another thread.
    cases!().accepted("compile_pass/any_parts_will_do");
}
