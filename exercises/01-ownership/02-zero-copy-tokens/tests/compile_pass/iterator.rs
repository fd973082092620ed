use ownership_zero_copy_tokens::{Token, Tokenizer};

fn collected(query: &str) -> Vec<Token<'_>> {
    // Not more than there can be: an iterator that never ends should fail, and not fill the memory.
    Tokenizer::new(query).take(query.len() + 1).collect()
}

fn words<'src>(tokens: impl Iterator<Item = Token<'src>>) -> impl Iterator<Item = &'src str> {
    tokens.filter(|token| matches!(token, Token::Word(_))).map(|token| token.text())
}

fn main() {
    let source = String::from("level = 40 and host = 1");
    let tokens = collected(&source);
    let words: Vec<&str> = words(tokens.iter().copied()).collect();
    drop(tokens);
    assert_eq!(words, ["level", "and", "host"]);

    // Whatever `size_hint` promises must be true, and the end is the end.
    for (source, count) in [("((((", 4), ("a \"b\"", 2), (" \n ", 0)] {
        let mut tokens = Tokenizer::new(source);
        let (least, most) = tokens.size_hint();
        assert!(least <= count && most.is_none_or(|most| most >= count), "size_hint of {source:?}");
        assert_eq!(tokens.by_ref().take(10).count(), count, "the number of tokens in {source:?}");
        assert!(tokens.next().is_none() && tokens.next().is_none(), "after the end of {source:?}");
    }
}
