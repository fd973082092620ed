//! Splits a query into tokens.

/// A token of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Token<'s> {
    /// A word.
    Word(&'s str),
    /// Digits.
    Number(&'s str),
    /// Quoted.
    Quoted(&'s str),
    /// Unclosed.
    Unclosed(&'s str),
    /// A symbol.
    Symbol(&'s str),
}

impl<'s> Token<'s> {
    /// The text of the token.
    pub fn text(&self) -> &'s str {
        use Token::*;
        let (Word(text) | Number(text) | Quoted(text) | Unclosed(text) | Symbol(text)) = *self;
        text
    }
}

/// Takes one token after the other from a source, which it borrows.
pub struct Tokenizer<'s> {
    source: &'s str,
    position: usize,
}

impl<'s> Tokenizer<'s> {
    /// Makes a tokenizer at the beginning of `source`.
    pub const fn new(source: &'s str) -> Self {
        Tokenizer {
            source,
            position: 0,
        }
    }

    fn look(&self) -> Option<(Token<'s>, usize)> {
        let mut chars = self.source[self.position..]
            .char_indices()
            .map(|(i, c)| (i + self.position, c));
        let (start, first) = chars.find(|(_, c)| !c.is_whitespace())?;
        let mut until = |belongs: fn(char) -> bool| {
            chars
                .find(|(_, c)| !belongs(*c))
                .map_or(self.source.len(), |(i, _)| i)
        };
        Some(match first {
            '"' => {
                let end = until(|c| c != '"');
                let text = &self.source[start + 1..end];
                if end < self.source.len() {
                    (Token::Quoted(text), end + 1)
                } else {
                    (Token::Unclosed(text), end)
                }
            }
            '0'..='9' => {
                let end = until(|c| c.is_ascii_digit());
                (Token::Number(&self.source[start..end]), end)
            }
            c if c == '_' || c.is_alphabetic() => {
                let end = until(|c| c == '_' || c.is_alphanumeric());
                (Token::Word(&self.source[start..end]), end)
            }
            c => {
                let end = start + c.len_utf8();
                (Token::Symbol(&self.source[start..end]), end)
            }
        })
    }

    /// Takes the next token.
    pub fn next_token(&mut self) -> Option<Token<'s>> {
        self.look().map(|(token, end)| {
            self.position = end;
            token
        })
    }

    /// Looks.
    pub fn peek(&self) -> Option<Token<'s>> {
        Some(self.look()?.0)
    }

    /// The rest.
    pub fn rest(&self) -> &'s str {
        &self.source[self.position..]
    }
}

impl<'s> Iterator for Tokenizer<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Self::Item> {
        Tokenizer::next_token(self)
    }
}
