//! What the macro makes of programs that use it. Each of these tests hands a small one to the compiler.
//!
//! A macro that can't be expanded takes the whole program with it. That is why the programs are not in this file, but
//! in `tests/programs/`, one for each thing that people write.

use compile_cases::cases;

#[test]
fn converts_each_listed_error() {
    // What the macro is for: `?` calls `From::from` on the error, and with an impl for each source, functions that
    // fail in different ways can be called in one line.
    cases!().runs("programs/converts");
}

#[test]
fn takes_any_type() {
    // `$t:ident` matches one word. A type may be a path, have arguments, be a reference, a tuple or a trait object, and
    // sources such as `Box<dyn Error>` are everyday. A variant that wraps nothing has nothing to be made from.
    cases!().accepted("programs/any_type");
}

#[test]
fn a_last_comma_is_allowed_and_not_required() {
    // rustfmt writes a comma after the last of several lines: after a variant, and after a type that has a line of its
    // own. A macro without room for it would fail on formatted code, and on nothing else.
    cases!().accepted("programs/commas");
}

#[test]
fn an_attribute_stays_where_it_is_written() {
    // Doc comments are attributes too, so an enum with documentation is an enum with attributes. They mean something
    // at their place: on the impl, `#[doc(alias)]` and `#[non_exhaustive]` are errors, and a `#[default]` that is left out
    // breaks the derive that looks for it.
    cases!().accepted("programs/attributes");
}

#[test]
fn an_impl_goes_where_its_variant_goes() {
    // With one exception: a variant that is configured out must take its impl along, for neither its name nor its type need
    // exist then. Nor does it count as a duplicate.
    cases!().accepted("programs/configured");
}

#[test]
fn the_visibility_is_the_callers() {
    // An enum that is private to its module today can be changed tomorrow. A macro that makes it public takes that
    // choice away, and nobody sees it in the source.
    cases!().refused("programs/visibility");
}

#[test]
fn means_the_same_wherever_it_is_called() {
    // Local variables of a macro are hygienic: they can't be confused with the caller's. All other names are looked up
    // where the macro is *called*, and who knows what they mean there.
    cases!().accepted("programs/names");
}

#[test]
fn a_duplicate_type_is_explained() {
    // Left alone, the compiler complains of conflicting implementations of a trait that the caller never wrote, in a macro
    // that the caller never read. What helps is the names that are in the caller's own source.
    cases!().refused_with(
        "programs/duplicate",
        &["io::Error", "Reading", "Saving"],
        "two variants wrap the same type",
    );
}

#[test]
fn a_duplicate_type_is_found_among_others() {
    // The two need not be neighbours, the type need not be one word, and there may be variants without a type around.
    cases!().refused_with(
        "programs/generic_duplicate",
        &["Vec<Option<String>>", "Unsent", "Bounced"],
        "two variants wrap the same type",
    );
}
