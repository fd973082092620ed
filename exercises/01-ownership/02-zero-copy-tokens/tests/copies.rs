//! Where the text of a token is, and what it costs to get at it.

use std::ops::Range;

use alloc_counter::allocations;
use ownership_zero_copy_tokens::Tokenizer;

static QUERY: &str = "level >= 40 and host = \"db 1\" or größe < 7 \"never closed";

/// Which bytes of the source a part of it covers; `None` if it is not a part but a copy.
fn place(source: &str, part: &str) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(source.as_ptr().addr())?;
    let end = start + part.len();
    (end <= source.len()).then_some(start..end)
}

#[test]
fn tokenising_allocates_nothing() {
    // A tokenizer runs over every byte that comes in. An allocation a token is what a profile of it shows first, and none
    // of them is needed: the text is there already.
    let (count, tokens) = allocations(|| {
        let mut tokenizer = Tokenizer::new(QUERY);
        let mut tokens = 0;
        while tokenizer.next_token().is_some() {
            tokens += 1;
        }
        tokens
    });
    assert_eq!(tokens, 13, "the number of tokens in {QUERY}");
    assert_eq!(
        count, 0,
        "taking {tokens} tokens allocated {count} times: something is copied that could be borrowed"
    );
}

#[test]
fn looking_ahead_allocates_nothing() {
    // The same for what is looked at without being taken, and however often.
    let tokenizer = Tokenizer::new(QUERY);
    let (count, texts) = allocations(|| {
        let ahead = tokenizer.peek();
        ahead.is_some() && tokenizer.peek().is_some() && tokenizer.rest().len() == QUERY.len()
    });
    assert!(
        texts,
        "there is something to look at, and nothing was taken"
    );
    assert_eq!(
        count, 0,
        "two looks at the next token and one at the rest allocated {count} times"
    );
}

#[test]
fn each_text_is_a_part_of_the_source() {
    // Nothing allocated does not yet mean the right part borrowed: the same words may occur twice. A text that is where
    // it was read also tells its position, so a token needs no field for that: a message about it can point.
    let source = String::from("a = a and \"a\" \"a");
    let mut tokenizer = Tokenizer::new(&source);
    for expected in [0..1, 2..3, 4..5, 6..9, 11..12, 15..16] {
        let ahead = tokenizer
            .peek()
            .and_then(|ahead| place(&source, ahead.text()));
        let token = tokenizer.next_token().expect("six tokens in the source");
        let text = token.text();
        assert_eq!(
            place(&source, text),
            Some(expected.clone()),
            "the text {text:?} should be bytes {expected:?} of {source:?}; None means a copy elsewhere"
        );
        assert_eq!(
            ahead,
            Some(expected),
            "peek should show the very token that comes next"
        );
    }
}

#[test]
fn the_rest_is_what_was_not_read() {
    // The user of a tokenizer may stop half-way and give what is left to something else: the body after a header, the
    // argument after a command. So the rest begins exactly where the last token ended.
    let source = String::from("  set \"a b\"=\u{a0}c ");
    let mut tokenizer = Tokenizer::new(&source);
    for (start, after) in [
        (0, "nothing"),
        (5, "set"),
        (11, "\"a b\""),
        (12, "="),
        (15, "c"),
    ] {
        let rest = tokenizer.rest();
        assert_eq!(
            rest,
            &source[start..],
            "the rest of {source:?} after {after} was taken"
        );
        assert!(
            place(&source, rest).is_some(),
            "the rest after {after} is a copy"
        );
        let _ = tokenizer.peek();
        assert_eq!(
            tokenizer.rest(),
            &source[start..],
            "peek must not take anything"
        );
        let _ = tokenizer.next_token();
    }
}
