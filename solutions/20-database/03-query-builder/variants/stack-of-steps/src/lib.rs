//! Searches of a music collection, as SQL for SQLite.

use std::fmt::Write as _;

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
    let mut sort = Vec::new();
    if keys.is_empty() {
        return Ok(sort);
    }
    for key in keys.split(',') {
        sort.push(match key {
            "title" => (Column::Title, Direction::Ascending),
            "-title" => (Column::Title, Direction::Descending),
            "artist" => (Column::Artist, Direction::Ascending),
            "-artist" => (Column::Artist, Direction::Descending),
            "year" => (Column::Year, Direction::Ascending),
            "-year" => (Column::Year, Direction::Descending),
            unknown => return Err(UnknownKey(unknown.to_owned())),
        });
    }
    Ok(sort)
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
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT id FROM tracks WHERE ");
        let mut work = vec![Step::Filter(&self.filter)];
        while let Some(step) = work.pop() {
            match step {
                Step::Sql(text) => {
                    sql.push(text);
                }
                Step::Text(text) => {
                    sql.push_bind(text.to_owned());
                }
                Step::Number(number) => {
                    sql.push_bind(number);
                }
                Step::Numbers(numbers) => {
                    sql.push_bind(json_array(numbers));
                }
                Step::Filter(filter) => {
                    let steps = filter.steps();
                    work.extend(steps.into_iter().rev());
                }
                Step::Joined(filters, operator) => {
                    let steps = join(filters, operator);
                    work.extend(steps.into_iter().rev());
                }
            }
        }

        sql.push(" ORDER BY ");
        let [mut title, mut artist, mut year] = [false; 3];
        for (column, direction) in &self.sort {
            let (name, written) = match column {
                Column::Title => ("title", &mut title),
                Column::Artist => ("artist", &mut artist),
                Column::Year => ("year", &mut year),
            };
            if std::mem::replace(written, true) {
                continue;
            }
            sql.push(name).push(match direction {
                Direction::Ascending => ", ",
                Direction::Descending => " DESC, ",
            });
        }
        sql.push("id");
        match (self.limit, self.offset) {
            (None, 0) => {}
            (None, offset) => {
                sql.push(" LIMIT -1 OFFSET ").push_bind(i64::from(offset));
            }
            (Some(limit), offset) => {
                sql.push(" LIMIT ")
                    .push_bind(i64::from(limit))
                    .push(" OFFSET ")
                    .push_bind(i64::from(offset));
            }
        }
        sql
    }
}

#[derive(Clone, Copy)]
enum Operator {
    And,
    Or,
}

/// What is still to be written.
enum Step<'a> {
    Sql(&'static str),
    Text(&'a str),
    Number(i64),
    Numbers(&'a [i64]),
    Filter(&'a Filter),
    Joined(&'a [Filter], Operator),
}

impl Filter {
    /// What to write for this filter. Its truth may be NULL, which means no; `Not` is what makes a yes of both.
    fn steps(&self) -> Vec<Step<'_>> {
        match self {
            Filter::All(filters) => vec![Step::Joined(filters, Operator::And)],
            Filter::Any(filters) => vec![Step::Joined(filters, Operator::Or)],
            Filter::Not(inner) => match inner.as_ref() {
                // Twice is as if not at all.
                Filter::Not(filter) => vec![Step::Filter(filter)],
                filter => vec![
                    Step::Sql("("),
                    Step::Filter(filter),
                    Step::Sql(" IS NOT TRUE)"),
                ],
            },
            Filter::TitleContains(text) => vec![
                Step::Sql("(instr(lower(title), lower("),
                Step::Text(text),
                Step::Sql(")) <> 0)"),
            ],
            Filter::ArtistIs(artist) => {
                vec![Step::Sql("(artist = "), Step::Text(artist), Step::Sql(")")]
            }
            Filter::ArtistUnknown => vec![Step::Sql("(artist IS NULL)")],
            Filter::YearFrom(year) => {
                vec![Step::Sql("(year >= "), Step::Number(*year), Step::Sql(")")]
            }
            Filter::YearTo(year) => {
                vec![Step::Sql("(year <= "), Step::Number(*year), Step::Sql(")")]
            }
            Filter::YearIn(years) => vec![
                Step::Sql("(year IN (SELECT value FROM json_each("),
                Step::Numbers(years),
                Step::Sql(")))"),
            ],
        }
    }
}

/// Halves, so that an expression is not as deep as a list is long.
fn join(filters: &[Filter], operator: Operator) -> Vec<Step<'_>> {
    match filters {
        [] => vec![Step::Sql(match operator {
            Operator::And => "(1)",
            Operator::Or => "(0)",
        })],
        [filter] => vec![Step::Filter(filter)],
        _ => {
            let (left, right) = filters.split_at(filters.len() / 2);
            vec![
                Step::Sql("("),
                Step::Joined(left, operator),
                Step::Sql(match operator {
                    Operator::And => " AND ",
                    Operator::Or => " OR ",
                }),
                Step::Joined(right, operator),
                Step::Sql(")"),
            ]
        }
    }
}

fn json_array(numbers: &[i64]) -> String {
    let mut array = String::with_capacity(numbers.len() * 6 + 2);
    array.push('[');
    let mut separator = "";
    for number in numbers {
        // Writing to a `String` does not fail.
        let _ = write!(array, "{separator}{number}");
        separator = ",";
    }
    array.push(']');
    array
}
