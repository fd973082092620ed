use ownership_zero_copy_tokens::{Token, Tokenizer};

fn collected(query: &str) -> Vec<Token<'_>> {
    Tokenizer::new(query).collect()
}

fn words<'src>(tokens: impl Iterator<Item = Token<'src>>) -> impl Iterator<Item = &'src str> {
    tokens.filter(|token| matches!(token, Token::Word(_))).map(|token| token.text())
}

fn main() {
    let source = String::from("level = 40 and host = 1");
    let tokens = collected(&source);
    let words: Vec<&str> = words(tokens.iter().copied()).collect();
    drop(tokens);
    println!("{words:?}");
}
