//! The orders that are wrong must not compile. Each of these tests hands a small program to the compiler.
//!
//! The programs are in `tests/compile_fail/` and `tests/compile_pass/`. Lines that must be refused say so, and why.
//! How you arrange your types is up to you: the tests look at which lines are refused, with which error codes, and
//! whether the message names the state that the builder is in.

use compile_cases::cases;

#[test]
fn login_in_the_clear_is_refused() {
    // The one that matters most: a password for everybody on the way to read. At run time nothing goes wrong, so no
    // test of a program that makes this mistake would notice it.
    cases!().refused("compile_fail/login_in_the_clear");
}

#[test]
fn nothing_but_the_address_comes_first() {
    // A request without an address is none: there is nobody to encrypt for or to log in with, and nothing to build.
    cases!().refused("compile_fail/before_the_address");
}

#[test]
fn no_step_may_be_taken_twice() {
    // Two logins: which of them was meant? A second address: the login before it was meant for the first. To encrypt
    // twice is harmless at run time, and certainly a misunderstanding.
    cases!().refused("compile_fail/a_step_twice");
}

#[test]
fn no_state_may_be_entered_by_its_name() {
    // Types are names, and a caller can write them down. A state must have no entrance but the method that leads there.
    cases!().refused("compile_fail/name_a_state");
}

#[test]
fn no_step_leaves_the_old_state_behind() {
    // If a method only borrows the builder, the caller still holds one in the state before, and can take the step again.
    cases!().refused("compile_fail/use_an_old_state");
}

#[test]
fn a_caller_can_name_the_states() {
    // Because the states are types, other code can demand one in a signature, or keep builders of one kind in a
    // collection. What the signature says need not be checked again.
    cases!().accepted("compile_pass/states_in_signatures");
}
