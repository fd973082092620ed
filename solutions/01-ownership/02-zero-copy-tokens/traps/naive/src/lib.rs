//! Splits a query such as `level >= 40 and host = "db 1"` into tokens.

// ANCHOR: token
/// A token of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Word(String),
    Number(String),
    Quoted(String),
    Unclosed(String),
    Symbol(String),
}
// ANCHOR_END: token

impl Token {
    pub fn text(&self) -> &str {
        match self {
            Token::Word(text)
            | Token::Number(text)
            | Token::Quoted(text)
            | Token::Unclosed(text)
            | Token::Symbol(text) => text,
        }
    }
}

// ANCHOR: tokenizer
/// Takes one token after the other from a source.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    source: String,
    position: usize,
}

impl Tokenizer {
    pub fn new(source: &str) -> Self {
        Self {
            source: source.to_string(),
            position: 0,
        }
    }

    /// Takes characters while they belong together.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        for character in self.source[self.position..].chars() {
            if !belongs(character) {
                break;
            }
            text.push(character);
        }
        self.position += text.len();
        text
    }

    pub fn next_token(&mut self) -> Option<Token> {
        self.position += self.rest().len() - self.rest().trim_start().len();
        let first = self.rest().chars().next()?;
        Some(if first == '"' {
            self.position += 1;
            let text = self.take_while(|c| c != '"');
            if self.rest().is_empty() {
                Token::Unclosed(text)
            } else {
                self.position += 1;
                Token::Quoted(text)
            }
        } else if first.is_ascii_digit() {
            Token::Number(self.take_while(|c| c.is_ascii_digit()))
        } else if first.is_alphabetic() || first == '_' {
            Token::Word(self.take_while(|c| c.is_alphanumeric() || c == '_'))
        } else {
            self.position += first.len_utf8();
            Token::Symbol(first.to_string())
        })
    }
    // ANCHOR_END: tokenizer

    pub fn peek(&self) -> Option<Token> {
        self.clone().next_token()
    }

    pub fn rest(&self) -> &str {
        &self.source[self.position..]
    }
}

impl Iterator for Tokenizer {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.next_token()
    }
}
