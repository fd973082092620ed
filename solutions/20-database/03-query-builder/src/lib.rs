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
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    keys.split(',').map(parse_key).collect()
}

fn parse_key(key: &str) -> Result<(Column, Direction), UnknownKey> {
    let (name, direction) = match key.strip_prefix('-') {
        Some(name) => (name, Direction::Descending),
        None => (key, Direction::Ascending),
    };
    let column = match name {
        "title" => Column::Title,
        "artist" => Column::Artist,
        "year" => Column::Year,
        _ => return Err(UnknownKey(key.to_owned())),
    };
    Ok((column, direction))
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
        let mut query = QueryBuilder::new("SELECT id FROM tracks WHERE ");
        push_filter(&mut query, &self.filter);
        query.push(" ORDER BY ");
        for (column, direction) in &self.sort {
            query.push(column.sql()).push(direction.sql()).push(", ");
        }
        query.push("id LIMIT ");
        // SQLite has no OFFSET without a LIMIT; a negative one is none.
        query.push_bind(self.limit.map_or(-1, i64::from));
        query.push(" OFFSET ").push_bind(i64::from(self.offset));
        query
    }
}

// What a statement is made of, apart from its parameters, is literals of this file.

impl Column {
    fn sql(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Artist => "artist",
            Self::Year => "year",
        }
    }
}

impl Direction {
    fn sql(self) -> &'static str {
        match self {
            Self::Ascending => " ASC",
            Self::Descending => " DESC",
        }
    }
}

/// Writes a condition that stands by itself, whatever is written around it.
fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    match filter {
        Filter::All(filters) => push_joined(query, filters, "TRUE", " AND "),
        Filter::Any(filters) => push_joined(query, filters, "FALSE", " OR "),
        Filter::Not(filter) => {
            query.push("(");
            push_filter(query, filter);
            // Not `NOT`: that leaves the unknown unknown.
            query.push(" IS NOT TRUE)");
        }
        Filter::TitleContains(text) => {
            query.push("(title LIKE ").push_bind(containing(text));
            query.push(r" ESCAPE '\')");
        }
        Filter::ArtistIs(artist) => {
            query
                .push("(artist = ")
                .push_bind(artist.as_str())
                .push(")");
        }
        Filter::ArtistUnknown => {
            query.push("(artist IS NULL)");
        }
        Filter::YearFrom(year) => {
            query.push("(year >= ").push_bind(*year).push(")");
        }
        Filter::YearTo(year) => {
            query.push("(year <= ").push_bind(*year).push(")");
        }
        Filter::YearIn(years) => {
            // One parameter for the whole list. A list of numbers looks the same in Rust and in JSON.
            query.push("(year IN (SELECT value FROM json_each(");
            query.push_bind(format!("{years:?}")).push(")))");
        }
    }
}

/// Writes filters with an operator between them; `neutral` is what the operator makes of nothing.
fn push_joined(
    query: &mut QueryBuilder<Sqlite>,
    filters: &[Filter],
    neutral: &str,
    operator: &str,
) {
    query.push("(").push(neutral);
    for filter in filters {
        query.push(operator);
        push_filter(query, filter);
    }
    query.push(")");
}

/// The pattern of `LIKE` for all that contains this text, with `\` as the character that takes `%` and `_` their
/// meaning.
fn containing(text: &str) -> String {
    let escaped = text
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    format!("%{escaped}%")
}
