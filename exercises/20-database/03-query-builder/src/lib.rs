//! Searches of a music collection, as SQL for SQLite.

use sqlx::{QueryBuilder, Sqlite};
use thiserror::Error;

/// What tracks have to be like.
///
/// A track matches a filter or it doesn't, also where its artist or year is unknown: what is unknown is no value, and so it
/// is not equal to, not before, not after, and in no list. [`Filter::Not`] matches exactly the tracks that its filter
/// does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Each of these. All tracks, if there are none.
    All(Vec<Filter>),
    /// At least one of these. No track, if there are none.
    Any(Vec<Filter>),
    /// Anything else.
    Not(Box<Filter>),
    /// The text occurs in the title; `a` to `z` are the same as `A` to `Z`. No other character is special.
    TitleContains(String),
    /// The artist is this one, to the letter.
    ArtistIs(String),
    /// The artist is not known.
    ArtistUnknown,
    /// From this year or later.
    YearFrom(i64),
    /// From this year or earlier.
    YearTo(i64),
    /// From one of these years. The list may be longer than the number of parameters that SQLite takes (32 766).
    YearIn(Vec<i64>),
}

/// What tracks can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Key `title`.
    Title,
    /// Key `artist`. Unknown ones come before all others.
    Artist,
    /// Key `year`. Unknown ones come before all others.
    Year,
}

/// Which way to sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Small to large; texts by their bytes.
    Ascending,
    /// The reverse of that.
    Descending,
}

/// A key that names no column.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "there is no sort key `{0}`; there are title, artist and year, and -title, -artist and -year"
)]
pub struct UnknownKey(pub String);

/// A search: which tracks, in which order, and which part of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Which tracks.
    pub filter: Filter,
    /// By what they are sorted, the most important first. Tracks that are equal in all of it are sorted by id, ascending.
    pub sort: Vec<(Column, Direction)>,
    /// At most how many; all, if `None`.
    pub limit: Option<u32>,
    /// How many to leave out at the beginning.
    pub offset: u32,
}

/// Reads sort keys as they come in a URL: separated by commas, each a column's key, with a `-` in front for descending.
/// `-year,title` is the newest first, and those of a year by title. The empty text has no keys.
///
/// Returns the first key that is none, as it was given.
pub fn parse_sort(keys: &str) -> Result<Vec<(Column, Direction)>, UnknownKey> {
    todo!("read {keys}")
}

impl Search {
    /// The statement that selects the ids of what is searched for, from this table:
    ///
    /// ```sql
    /// CREATE TABLE tracks (
    ///     id INTEGER PRIMARY KEY,
    ///     title TEXT NOT NULL,
    ///     artist TEXT, -- NULL: unknown
    ///     year INTEGER -- NULL: unknown
    /// );
    /// ```
    ///
    /// Texts of the search are bound as parameters, so the statement's own text is the same whatever they are.
    pub fn query(&self) -> QueryBuilder<Sqlite> {
        todo!("write SQL for {self:?}")
    }
}
