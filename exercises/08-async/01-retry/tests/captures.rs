//! What an attempt may capture. Each of these tests hands a small program to the compiler, since a bound that is too strict is
//! too strict at compile time. The programs are in `tests/compile_pass/`.

use compile_cases::cases;

#[test]
fn an_attempt_may_change_what_it_captured() {
    // An attempt sends through a connection, and needs it mutably for as long as the attempt lasts. So the future of an
    // attempt borrows from the closure that made it. A bound that names one type for all futures cannot say this.
    cases!().accepted("compile_pass/changes_its_captures");
}

#[test]
fn runs_in_a_task() {
    // A task of a runtime with several threads must be `Send`. Nobody has to say so of `retry`: it is inferred, as long as
    // nothing is kept across an `await` that hides whether it is `Send`.
    cases!().accepted("compile_pass/runs_in_a_task");
}
