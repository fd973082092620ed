//! Which tokens a source has.

use ownership_zero_copy_tokens::{Token, Tokenizer};

/// The token as text, such as `word level`.
#[allow(
    elided_lifetimes_in_paths,
    reason = "this must compile before and after the type gets its lifetime"
)]
fn described(token: &Token) -> String {
    let kind = match token {
        Token::Word(_) => "word",
        Token::Number(_) => "number",
        Token::Quoted(_) => "quoted",
        Token::Unclosed(_) => "unclosed",
        Token::Symbol(_) => "symbol",
    };
    format!("{kind} {}", token.text())
}

/// All tokens of the source, described.
#[track_caller]
fn tokens(source: &str) -> Vec<String> {
    let mut tokenizer = Tokenizer::new(source);
    let mut list = Vec::new();
    loop {
        let ahead = tokenizer.peek().map(|token| described(&token));
        let next = tokenizer.next_token().map(|token| described(&token));
        assert_eq!(
            ahead, next,
            "peek and next_token disagree in {source:?} after {list:?}"
        );
        let Some(next) = next else {
            break;
        };
        list.push(next);
        assert!(
            list.len() <= source.len(),
            "more tokens than bytes in {source:?}: {list:?}"
        );
    }
    assert!(
        tokenizer.next_token().is_none(),
        "after the end of {source:?} comes another token"
    );
    list
}

#[test]
fn tells_the_kinds_apart() {
    // Each kind next to each other one, with white space and without.
    assert_eq!(
        tokens("level>=40 and host = \"db 1\""),
        [
            "word level",
            "symbol >",
            "symbol =",
            "number 40",
            "word and",
            "word host",
            "symbol =",
            "quoted db 1"
        ]
    );
    assert_eq!(
        tokens("_x1 1x 007"),
        ["word _x1", "number 1", "word x", "number 007"],
        "a word may hold digits, but not begin with one"
    );
}

#[test]
fn an_empty_source_has_no_tokens() {
    // Nothing at all, and nothing but white space, of which there is more than the space bar makes.
    assert_eq!(tokens(""), [""; 0]);
    assert_eq!(tokens(" \t\r\n\u{a0}\u{3000}"), [""; 0]);
}

#[test]
fn quotes_end_at_the_next_quote() {
    // What is inside of quotes is nobody's business, white space and emptiness included.
    assert_eq!(
        tokens(r#""" " a = 1 ""b" c"#),
        ["quoted ", "quoted  a = 1 ", "quoted b", "word c"]
    );
}

#[test]
fn an_unclosed_quote_takes_the_remainder() {
    // Input from outside is wrong sometimes. A tokenizer that has a token for that neither panics nor loses text, and leaves
    // it to its user to complain.
    assert_eq!(tokens("a \"b c "), ["word a", "unclosed b c "]);
    assert_eq!(tokens("\"a\"\""), ["quoted a", "unclosed "]);
}

#[test]
fn reads_text_of_any_script() {
    // A `&str` is indexed by bytes and made of characters, which have one to four of them. To cut within a character is a
    // panic, and to count characters where bytes are meant cuts at a wrong place.
    assert_eq!(
        tokens("größe≥4\u{3000}→\"né\" 名前=β2\""),
        [
            "word größe",
            "symbol ≥",
            "number 4",
            "symbol →",
            "quoted né",
            "word 名前",
            "symbol =",
            "word β2",
            "unclosed "
        ]
    );
    assert_eq!(
        tokens("٣ x٣"),
        ["symbol ٣", "word x٣"],
        "only 0 to 9 begin a number; any digit may go on with a word"
    );
}

#[test]
fn no_source_is_too_strange() {
    // All sources of up to five characters out of eight, 37449 of them. No panic, no endless loop, and nothing lost: what
    // is not white space or a quote is in some token.
    const ALPHABET: [char; 8] = ['a', '_', '7', 'é', '"', ' ', '=', '≥'];
    let mut sources = vec![String::new()];
    for _ in 0..5 {
        let longer = sources.iter().flat_map(|source| {
            ALPHABET
                .iter()
                .map(move |character| format!("{source}{character}"))
        });
        let longer: Vec<String> = longer.collect();
        sources.extend(longer);
        sources.sort();
        sources.dedup();
    }
    let kept = |text: &str| text.replace(['"', ' '], "");
    for source in sources {
        let mut tokenizer = Tokenizer::new(&source);
        let mut texts = String::new();
        while let Some(token) = tokenizer.next_token() {
            texts.push_str(&kept(token.text()));
            assert!(
                texts.len() <= source.len(),
                "the tokens of {source:?} have more text than it has: {texts:?}"
            );
        }
        assert_eq!(
            texts,
            kept(&source),
            "the texts of all tokens of {source:?}, without spaces and quotes"
        );
    }
}
