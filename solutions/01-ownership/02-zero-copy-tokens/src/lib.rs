//! Splits a query such as `level >= 40 and host = "db 1"` into tokens.

use std::iter::FusedIterator;

/// A token of the query.
///
/// A token copies nothing: what it holds is a part of the source that the tokenizer was made from. It is `Copy`, and
/// it may be used for as long as the source lives, whatever has become of the tokenizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'src> {
    /// A letter or `_`, and the letters, digits and `_` that follow it. What is a letter, or a letter or digit, say
    /// [`char::is_alphabetic`] and [`char::is_alphanumeric`].
    Word(&'src str),
    /// One or more of the digits 0 to 9.
    Number(&'src str),
    /// What stands between two `"`, without them. There are no escapes: the next `"` ends it.
    Quoted(&'src str),
    /// What follows a `"` that has no partner, without it: the remainder of the source.
    Unclosed(&'src str),
    /// Any other single character that is not [white space](char::is_whitespace).
    Symbol(&'src str),
}

impl<'src> Token<'src> {
    /// The text of the token, whichever kind it is of: a part of the source, which outlives the token if need be.
    pub fn text(self) -> &'src str {
        match self {
            Self::Word(text)
            | Self::Number(text)
            | Self::Quoted(text)
            | Self::Unclosed(text)
            | Self::Symbol(text) => text,
        }
    }

    /// The token at the very beginning of `source`, and what follows it.
    fn split_first(source: &'src str) -> Option<(Self, &'src str)> {
        if let Some(inside) = source.strip_prefix('"') {
            return Some(match inside.split_once('"') {
                Some((text, rest)) => (Self::Quoted(text), rest),
                None => (Self::Unclosed(inside), ""),
            });
        }
        let first = source.chars().next()?;
        Some(if first.is_ascii_digit() {
            let (digits, rest) = split_while(source, |c| c.is_ascii_digit());
            (Self::Number(digits), rest)
        } else if first.is_alphabetic() || first == '_' {
            let (word, rest) = split_while(source, |c| c.is_alphanumeric() || c == '_');
            (Self::Word(word), rest)
        } else {
            let (symbol, rest) = source.split_at(first.len_utf8());
            (Self::Symbol(symbol), rest)
        })
    }
}

/// Takes one token after the other from a source, which it borrows.
///
/// It is an [`Iterator`] over the tokens, too. Making one and asking it for tokens allocates nothing.
#[derive(Clone, Debug)]
pub struct Tokenizer<'src> {
    rest: &'src str,
}

impl<'src> Tokenizer<'src> {
    /// Makes a tokenizer at the beginning of `source`.
    pub fn new(source: &'src str) -> Self {
        Self { rest: source }
    }

    /// Takes the next token. `None` when there is nothing left but white space, and ever after.
    ///
    /// Every token that was taken stays usable while further ones are.
    pub fn next_token(&mut self) -> Option<Token<'src>> {
        let (token, rest) = Token::split_first(self.rest.trim_start())?;
        self.rest = rest;
        Some(token)
    }

    /// What [`next_token`](Self::next_token) would return, without taking it. It too stays usable afterwards.
    pub fn peek(&self) -> Option<Token<'src>> {
        self.clone().next_token()
    }

    /// The source from the end of the last token taken: the whole source if there was none. It does not depend on the
    /// tokenizer either.
    pub fn rest(&self) -> &'src str {
        self.rest
    }
}

impl<'src> Iterator for Tokenizer<'src> {
    type Item = Token<'src>;

    fn next(&mut self) -> Option<Token<'src>> {
        self.next_token()
    }
}

impl FusedIterator for Tokenizer<'_> {}

/// The longest beginning of `text` all of whose characters satisfy `belongs`, and what follows it.
fn split_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}
