//! How long tokens live: as long as the source, and no longer. Each of these tests hands a small program to the
//! compiler, since a lifetime that is wrong is wrong at compile time or not at all.
//!
//! The programs are in `tests/compile_pass/` and `tests/compile_fail/`. In the latter, lines that must be refused say
//! so, and why.

use compile_cases::cases;

#[test]
fn tokens_are_used_side_by_side() {
    // A parser seldom looks at one token alone. If a token keeps the tokenizer borrowed, the second cannot be taken while
    // the first is held, and every user of the tokenizer starts to copy.
    cases!().accepted("compile_pass/side_by_side");
}

#[test]
fn tokens_outlive_the_tokenizer() {
    // The tokenizer is a tool and the tokens are the product. A function may make a tokenizer, return what came of it
    // and let the tokenizer go, for nothing that it returns is in there.
    cases!().accepted("compile_pass/outlives_the_tokenizer");
}

#[test]
fn a_text_outlives_its_token() {
    // A token is a small value, often a temporary. Its text is not inside of it. With an elided lifetime, the signature
    // of `text` would claim that it is.
    cases!().accepted("compile_pass/outlives_the_token");
}

#[test]
fn a_look_ahead_borrows_nothing() {
    // What is true of a token that was taken is true of one that was only looked at, and of the rest of the source.
    cases!().accepted("compile_pass/look_ahead");
}

#[test]
fn is_an_iterator_over_tokens() {
    // An iterator's items cannot borrow from the iterator: `Item` is one type, chosen before any call of `next`. So a
    // type that is an iterator has shown that its tokens stand on their own, and gets `collect` and `zip` in return.
    cases!().accepted("compile_pass/iterator");
}

#[test]
fn no_token_outlives_the_source() {
    // The other side of the bargain. A borrow that lasts too long would read freed or changed memory, and the lifetime in
    // the signatures is all that the compiler has to go by. Where these lines compile, tokens are not borrowed.
    cases!().refused("compile_fail/source_must_stay");
}
