//! What is told of a program, by the programs in `tests/programs/`.

use compile_cases::cases;

/// A test may try several programs, and running one starts the test again.
#[test]
fn accepts_what_compiles() {
    cases!().accepted("programs/sums");
    cases!().runs("programs/sums");
    cases!().refused("programs/refused");
    cases!().runs("programs/sums");
}

#[test]
#[should_panic(
    expected = "tests/programs/refused.rs should compile, but is refused:\n\nerror[E0308]"
)]
fn tells_why_a_program_is_refused() {
    cases!().accepted("programs/refused");
}

#[test]
#[should_panic(
    expected = "tests/programs/panics.rs compiles, but panics when it is run:\n\nthree is not four"
)]
fn tells_how_a_program_fails() {
    cases!().runs("programs/panics");
}

#[test]
fn a_marked_line_is_refused() {
    cases!().refused("programs/refused");
    cases!().refused_with(
        "programs/refused",
        &["mismatched types"],
        "a text is no number",
    );
}

#[test]
#[should_panic(expected = "line 3, is refused for another reason than it should be: it was moved")]
fn another_error_will_not_do() {
    cases!().refused("programs/another_code");
}

#[test]
#[should_panic(expected = "line 3, should compile, but is refused")]
fn another_line_will_not_do() {
    cases!().refused("programs/another_line");
}

#[test]
#[should_panic(
    expected = "line 3, compiles, but should not: it is wrong\n\n    let _sum = 1 + 2;\n"
)]
fn a_marked_line_that_compiles_is_told() {
    cases!().refused("programs/compiles");
}

#[test]
#[should_panic(expected = "expected the word `Plain` in")]
fn a_word_is_missed() {
    cases!().refused("programs/without_a_word");
}
