//! Splits a query such as `level >= 40 and host = "db 1"` into tokens.

/// A token of the query.
///
/// A token copies nothing: what it holds is a part of the source that the tokenizer was made from. It is `Copy`, and
/// it may be used for as long as the source lives, whatever has become of the tokenizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A letter or `_`, and the letters, digits and `_` that follow it. What is a letter, or a letter or digit, say
    /// [`char::is_alphabetic`] and [`char::is_alphanumeric`].
    Word(String),
    /// One or more of the digits 0 to 9.
    Number(String),
    /// What stands between two `"`, without them. There are no escapes: the next `"` ends it.
    Quoted(String),
    /// What follows a `"` that has no partner, without it: the remainder of the source.
    Unclosed(String),
    /// Any other single character that is not [white space](char::is_whitespace).
    Symbol(String),
}

impl Token {
    /// The text of the token, whichever kind it is of: a part of the source, which outlives the token if need be.
    pub fn text(&self) -> &str {
        todo!("the text of this token")
    }
}

/// Takes one token after the other from a source, which it borrows.
///
/// It is an [`Iterator`] over the tokens, too. Making one and asking it for tokens allocates nothing.
pub struct Tokenizer {
    source: String,
    position: usize,
}

impl Tokenizer {
    /// Makes a tokenizer at the beginning of `source`.
    pub fn new(source: &str) -> Self {
        todo!("begin at the start of {source:?}")
    }

    /// Takes the next token. `None` when there is nothing left but white space, and ever after.
    ///
    /// Every token that was taken stays usable while further ones are.
    pub fn next_token(&mut self) -> Option<Token> {
        todo!("take the token that begins at or after {}", self.position)
    }

    /// What [`next_token`](Self::next_token) would return, without taking it. It too stays usable afterwards.
    pub fn peek(&self) -> Option<Token> {
        todo!(
            "look at the token that begins at or after {}",
            self.position
        )
    }

    /// The source from the end of the last token taken: the whole source if there was none. It does not depend on the
    /// tokenizer either.
    pub fn rest(&self) -> &str {
        todo!("what is left of {:?}", self.source)
    }
}
