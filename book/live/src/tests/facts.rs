//! Facts that do not hold, and headers that do not read.

use insta::assert_snapshot;

use super::fixture::Fixture;

const FACT: &str = "book/facts/let-else.rs";

#[test]
fn a_fact_that_is_wrong_is_found() {
    let book = Fixture::new();
    book.replace(FACT, "expect: compiles", "expect: error E0658");
    assert_snapshot!(book.test(), @r#"
    book/facts/let-else.rs:1: should be refused with E0658, but it compiles
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_fact_that_fails_for_another_reason_is_found() {
    let book = Fixture::new();
    book.replace(FACT, "text.len()", "text");
    assert_snapshot!(book.test(), @r#"
    book/facts/let-else.rs:1: should compile without a word, but the compiler says:
      E0308: mismatched types
    1 thing is wrong in the book
    "#);
    book.replace(FACT, "expect: compiles", "expect: error E0658");
    assert_snapshot!(book.test(), @r#"
    book/facts/let-else.rs:1: should be refused with E0658 alone, but the compiler says:
      E0308: mismatched types
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_fact_with_a_wrong_version_is_found() {
    let book = Fixture::new();
    book.replace(FACT, "1.65\n", "1.64\n");
    assert_snapshot!(book.test(), @r#"
    book/facts/let-else.rs:1: says since 1.64, but `let_else` is stable since 1.65.0
    1 thing is wrong in the book
    "#);
    book.replace(FACT, "feature: let_else", "feature: let_otherwise");
    assert_snapshot!(book.test(), @r#"
    book/facts/let-else.rs:1: there is no feature `let_otherwise`
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_fact_with_a_broken_header_is_refused() {
    let mut told = Vec::new();
    for (from, to) in [
        ("//! claim: `let … else` is there.\n", ""),
        ("since: 1.65", "since: yesterday"),
        ("expect: compiles", "expect: perhaps"),
        ("feature: let_else", "flag: let_else"),
    ] {
        let book = Fixture::new();
        book.replace(FACT, from, to);
        told.push(book.build().lines().next().unwrap_or_default().to_owned());
    }
    assert_snapshot!(told.join("\n"), @r#"
    book/facts/let-else.rs:1: the header lacks `//! claim: …` (claim, since, expect and source are needed)
    book/facts/let-else.rs:2: `yesterday` is no version: expected one like `1.75`, or `not stable`
    book/facts/let-else.rs:4: `perhaps` is no expectation: expected `compiles`, `error E0658` or `error: message`
    book/facts/let-else.rs:3: unknown key `flag`: expected claim, since, feature, expect or source
    "#);
}
