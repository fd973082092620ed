//! A collection of tracks, once in SQLite and once in Rust: what the one finds is compared with what the other says.

use std::cmp::Ordering;

use database_query_builder::{Column, Direction, Filter, Search};
use proptest::prelude::*;
use sqlx::{Connection, SqliteConnection};

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Track {
    pub id: i64,
    pub title: String,
    pub artist: Option<String>,
    pub year: Option<i64>,
}

/// A track.
pub fn track(id: i64, title: &str, artist: Option<&str>, year: Option<i64>) -> Track {
    Track {
        id,
        title: title.to_owned(),
        artist: artist.map(str::to_owned),
        year,
    }
}

/// A search for all that a filter matches.
pub fn all(filter: Filter) -> Search {
    Search {
        filter,
        sort: Vec::new(),
        limit: None,
        offset: 0,
    }
}

/// A SQLite in memory.
pub struct Collection {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Collection {
    /// An empty one.
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect("sqlite::memory:").await?;
            sqlx::raw_sql(
                "CREATE TABLE tracks (id INTEGER PRIMARY KEY, title TEXT NOT NULL, artist TEXT, year INTEGER);
                 CREATE INDEX tracks_year ON tracks (year)",
            )
            .execute(&mut connection)
            .await?;
            Ok::<_, sqlx::Error>(connection)
        });
        let connection = connection.expect("a database");
        Self {
            runtime,
            connection,
        }
    }

    /// One that holds these.
    pub fn of(tracks: &[Track]) -> Self {
        let mut collection = Self::new();
        collection.fill(tracks);
        collection
    }

    /// Holds these from now on, and no others.
    pub fn fill(&mut self, tracks: &[Track]) {
        let filled = self.runtime.block_on(async {
            let connection = &mut self.connection;
            sqlx::query("DELETE FROM tracks")
                .execute(&mut *connection)
                .await?;
            for track in tracks {
                sqlx::query("INSERT INTO tracks (id, title, artist, year) VALUES (?, ?, ?, ?)")
                    .bind(track.id)
                    .bind(&track.title)
                    .bind(&track.artist)
                    .bind(track.year)
                    .execute(&mut *connection)
                    .await?;
            }
            Ok::<_, sqlx::Error>(())
        });
        filled.expect("the tracks");
    }

    /// The ids that a search finds, in its order, or what SQLite says against its statement.
    pub fn try_find(&mut self, search: &Search) -> Result<Vec<i64>, String> {
        let mut query = search.query();
        let text = query.sql().as_str().to_owned();
        let found = query.build_query_scalar().fetch_all(&mut self.connection);
        let found = self.runtime.block_on(found);
        found.map_err(|error| {
            let text: String = text.chars().take(200).collect();
            format!("SQLite refuses `{text}`: {error}")
        })
    }

    /// The same, where SQLite must have nothing against it.
    #[track_caller]
    pub fn find(&mut self, search: &Search) -> Vec<i64> {
        self.try_find(search)
            .unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    /// How many tracks there are.
    pub fn len(&mut self) -> i64 {
        let count =
            sqlx::query_scalar("SELECT count(*) FROM tracks").fetch_one(&mut self.connection);
        self.runtime
            .block_on(count)
            .expect("the table is still there")
    }
}

/// What a filter says of a track, by its documentation.
pub fn matches(filter: &Filter, track: &Track) -> bool {
    match filter {
        Filter::All(filters) => filters.iter().all(|filter| matches(filter, track)),
        Filter::Any(filters) => filters.iter().any(|filter| matches(filter, track)),
        Filter::Not(filter) => !matches(filter, track),
        Filter::TitleContains(text) => {
            let title = track.title.to_ascii_lowercase();
            title.contains(&text.to_ascii_lowercase())
        }
        Filter::ArtistIs(artist) => track.artist.as_ref() == Some(artist),
        Filter::ArtistUnknown => track.artist.is_none(),
        Filter::YearFrom(from) => track.year.is_some_and(|year| year >= *from),
        Filter::YearTo(to) => track.year.is_some_and(|year| year <= *to),
        Filter::YearIn(years) => track.year.is_some_and(|year| years.contains(&year)),
    }
}

/// What a search finds, by its documentation.
pub fn expected(search: &Search, tracks: &[Track]) -> Vec<i64> {
    let matching = tracks.iter().filter(|track| matches(&search.filter, track));
    let mut found: Vec<&Track> = matching.collect();
    found.sort_by(|one, other| {
        let by_keys = search.sort.iter().map(|(column, direction)| {
            let ordering = match column {
                Column::Title => one.title.cmp(&other.title),
                Column::Artist => one.artist.cmp(&other.artist),
                Column::Year => one.year.cmp(&other.year),
            };
            match direction {
                Direction::Ascending => ordering,
                Direction::Descending => ordering.reverse(),
            }
        });
        by_keys
            .fold(Ordering::Equal, Ordering::then)
            .then(one.id.cmp(&other.id))
    });
    let offset = usize::try_from(search.offset).expect("it fits");
    let limit = search
        .limit
        .map_or(usize::MAX, |limit| usize::try_from(limit).expect("it fits"));
    found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|track| track.id)
        .collect()
}

/// Texts of a few pieces each. There are few pieces, so that one text often occurs in another, and most of them mean
/// something to SQL, to `LIKE` or to a parser of parameters.
pub fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "A", "b", "z", "Z", "ä", "Ä", "%", "_", r"\", "'", "\"", "?", "?1", ":a", "--", ";",
        "[", "*", " ",
    ]);
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn year() -> impl Strategy<Value = i64> {
    prop_oneof![9 => 1990..1996_i64, 1 => Just(i64::MIN), 1 => Just(i64::MAX)]
}

/// Up to ten tracks.
pub fn tracks() -> impl Strategy<Value = Vec<Track>> {
    let row = (text(), prop::option::of(text()), prop::option::of(year()));
    prop::collection::vec(row, 0..10).prop_map(|rows| {
        let rows = rows.into_iter().zip(1..);
        rows.map(|((title, artist, year), id)| Track {
            id,
            title,
            artist,
            year,
        })
        .collect()
    })
}

/// Filters within filters.
pub fn filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        text().prop_map(Filter::TitleContains),
        text().prop_map(Filter::ArtistIs),
        Just(Filter::ArtistUnknown),
        year().prop_map(Filter::YearFrom),
        year().prop_map(Filter::YearTo),
        prop::collection::vec(year(), 0..4).prop_map(Filter::YearIn),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Any),
            inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

/// Searches.
pub fn search() -> impl Strategy<Value = Search> {
    let column = prop::sample::select(vec![Column::Title, Column::Artist, Column::Year]);
    let direction = prop::sample::select(vec![Direction::Ascending, Direction::Descending]);
    let sort = prop::collection::vec((column, direction), 0..3);
    (filter(), sort, prop::option::of(0..6_u32), 0..4_u32).prop_map(
        |(filter, sort, limit, offset)| Search {
            filter,
            sort,
            limit,
            offset,
        },
    )
}
