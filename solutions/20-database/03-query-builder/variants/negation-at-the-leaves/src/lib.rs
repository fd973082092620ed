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
    let columns = [
        ("title", Column::Title),
        ("artist", Column::Artist),
        ("year", Column::Year),
    ];
    // The empty text splits into one empty key, which isn't one that was given.
    keys.split(',')
        .filter(|_| !keys.is_empty())
        .map(|key| {
            let name = key.strip_prefix('-');
            let direction = name.map_or(Direction::Ascending, |_| Direction::Descending);
            let name = name.unwrap_or(key);
            columns
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, column)| (*column, direction))
                .ok_or_else(|| UnknownKey(key.to_owned()))
        })
        .collect()
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
        let mut statement = Statement {
            sql: QueryBuilder::new("SELECT id FROM tracks WHERE "),
        };
        statement.truth(&self.filter, false);
        statement.order(&self.sort);
        statement.part(self.limit, self.offset);
        statement.sql
    }
}

struct Statement {
    sql: QueryBuilder<Sqlite>,
}

impl Statement {
    fn text(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push(sql);
        self
    }

    /// Whether the track matches, or with `negated` whether it does not: TRUE or FALSE, and never NULL.
    fn truth(&mut self, filter: &Filter, negated: bool) {
        match filter {
            Filter::Not(filter) => return self.truth(filter, !negated),
            // Of the opposites, De Morgan makes the other operator.
            Filter::All(filters) => return self.list(filters, !negated, negated),
            Filter::Any(filters) => return self.list(filters, negated, negated),
            _ => {}
        }
        self.text("((");
        match filter {
            Filter::All(_) | Filter::Any(_) | Filter::Not(_) => {}
            Filter::TitleContains(text) => {
                // SQLite's `lower` and this one know the same letters.
                self.text("instr(lower(title), ")
                    .sql
                    .push_bind(text.to_ascii_lowercase());
                self.text(") > 0");
            }
            Filter::ArtistIs(artist) => {
                self.text("artist = ").sql.push_bind(artist.clone());
            }
            Filter::ArtistUnknown => {
                self.text("artist IS NULL");
            }
            Filter::YearFrom(year) => {
                self.text("year >= ").sql.push_bind(*year);
            }
            Filter::YearTo(year) => {
                self.text("year <= ").sql.push_bind(*year);
            }
            Filter::YearIn(years) => {
                let mut years = years.clone();
                years.sort_unstable();
                years.dedup();
                // A list of integers looks the same in Rust's debug format and in JSON.
                self.text("year IN (SELECT value FROM json_each(")
                    .sql
                    .push_bind(format!("{years:?}"));
                self.text("))");
            }
        }
        self.text(if negated {
            ") IS NOT TRUE)"
        } else {
            ") IS TRUE)"
        });
    }

    /// A list joined with AND or with OR, in halves: an expression must not be deep.
    fn list(&mut self, filters: &[Filter], and: bool, negated: bool) {
        match filters {
            [] => {
                self.text(if and { "TRUE" } else { "FALSE" });
            }
            [filter] => self.truth(filter, negated),
            _ => {
                let (left, right) = filters.split_at(filters.len() / 2);
                self.text("(");
                self.list(left, and, negated);
                self.text(if and { " AND " } else { " OR " });
                self.list(right, and, negated);
                self.text(")");
            }
        }
    }

    fn order(&mut self, sort: &[(Column, Direction)]) {
        self.text(" ORDER BY ");
        let mut done: [Option<Column>; 3] = [None; 3];
        for &(column, direction) in sort {
            // Once a column is there, its second mention has no equal tracks left to tell apart.
            if done.contains(&Some(column)) {
                continue;
            }
            if let Some(free) = done.iter_mut().find(|slot| slot.is_none()) {
                *free = Some(column);
            }
            self.text(match (column, direction) {
                (Column::Title, Direction::Ascending) => "title ASC, ",
                (Column::Title, Direction::Descending) => "title DESC, ",
                (Column::Artist, Direction::Ascending) => "artist ASC NULLS FIRST, ",
                (Column::Artist, Direction::Descending) => "artist DESC NULLS LAST, ",
                (Column::Year, Direction::Ascending) => "year ASC NULLS FIRST, ",
                (Column::Year, Direction::Descending) => "year DESC NULLS LAST, ",
            });
        }
        self.text("id ASC");
    }

    fn part(&mut self, limit: Option<u32>, offset: u32) {
        let limit = limit.map_or(i64::MAX, i64::from);
        self.text(" LIMIT ").sql.push_bind(limit);
        self.text(" OFFSET ").sql.push_bind(i64::from(offset));
    }
}
