//! What the derive makes of programs that use it. Each of these tests hands a small one to the compiler.
//!
//! A derive that can't be expanded takes the whole program with it. That is why the programs are not in this file, but
//! in `tests/programs/`, one for each thing that people write.

use compile_cases::cases;

#[test]
fn builds_what_it_is_given() {
    // What a builder is for: values are set by name, in any order, and what is optional is left out.
    cases!().runs("programs/builds");
}

#[test]
fn a_missing_field_is_an_error_and_no_panic() {
    // Whether a field was set is known when the program runs, often from a file or a form that somebody else wrote. That is
    // no fault of the program's, and no reason to end it.
    cases!().runs("programs/missing");
}

#[test]
fn a_rule_decides_which_values_are_accepted() {
    // A range has edges, and each kind of range its own. A rule on an optional field is about the value in there: that
    // there is none breaks no rule.
    cases!().runs("programs/rules");
}

#[test]
fn reports_everything_at_once() {
    // Whoever fills in a form wants to know all that is wrong with it, and not one thing for each time they send it. Rules
    // may stand in one attribute or in several: to the compiler, they are all the same list.
    cases!().runs("programs/everything");
}

#[test]
fn what_is_no_number_is_in_no_range() {
    // NaN is neither less than the least nor more than the most. A check for what is *outside* lets it in; a check for what
    // is inside doesn't.
    cases!().runs("programs/not_a_number");
}

#[test]
fn what_is_optional_is_seen_by_its_type() {
    // A derive runs before there are any types: it sees `Option<u8>` as tokens, and can only go by how they are written.
    // That may be with a path, and something with a similar name is something else.
    cases!().runs("programs/optional");
}

#[test]
fn generics_come_through_intact() {
    // `struct S<T: Bound = Default> where …` becomes `impl<T: Bound> S<T> where …`: parameters are written in three ways
    // in three places. And to ask `T: Default` for a builder that is merely empty shuts types out that need not be.
    cases!().runs("programs/generics");
}

#[test]
fn means_the_same_wherever_it_is_used() {
    // All names in an expansion are looked up where the derive is *written*, and who knows what they mean there.
    cases!().accepted("programs/names");
}

#[test]
fn fields_may_be_called_anything() {
    // The variables of `build` and the fields of the struct must not meet, and `r#type` is a field whose name is `type`.
    cases!().runs("programs/field_names");
}

#[test]
fn what_is_public_is_documented() {
    // A crate that denies undocumented items could not use a derive that adds some.
    cases!().accepted("programs/documented");
}

#[test]
fn the_visibility_is_the_structs() {
    // What is private to its module today can be changed tomorrow. A derive that makes it public takes that choice away, and
    // nobody sees it in the source.
    cases!().refused("programs/visibility");
}

#[test]
fn an_attribute_with_a_mistake_is_refused_at_its_field() {
    // The caller sees their struct and not the expansion, so this is where the error must be. Each field has its own: who
    // made two mistakes should not have to compile twice to learn of them.
    cases!().refused("programs/attributes");
}

#[test]
fn a_rule_that_does_not_fit_is_refused_at_its_field() {
    // Whether a `u8` has a length, only the compiler knows, when it checks the expansion. It reports what is wrong at the
    // *span* of the tokens, and that is the derive's line unless the macro says otherwise.
    cases!().refused("programs/types");
}

#[test]
fn what_has_no_named_fields_is_refused() {
    // A macro that panics is reported as just that. An error with a span tells what is wrong, and where.
    cases!().refused("programs/shapes");
}
