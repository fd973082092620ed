//! What searches find, by a real SQLite.

#[path = "search/tracks.rs"]
mod tracks;

use database_query_builder::{Column, Direction, Filter, Search, UnknownKey, parse_sort};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use tracks::{Collection, Track, all, expected, track};

/// A runner of properties that tries the same cases every time.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(18),
        failure_persistence: None,
        ..Config::default()
    })
}

fn contains(text: &str) -> Filter {
    Filter::TitleContains(text.to_owned())
}

fn artist(name: &str) -> Filter {
    Filter::ArtistIs(name.to_owned())
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

/// Where the text of a statement depends on what somebody typed, somebody will type SQL. Escaping by hand is a race
/// against everybody's imagination. A parameter is never parsed at all: the text is fixed before the value is known.
#[test]
fn values_never_become_sql() {
    let mut collection = Collection::of(&[
        track(1, "Robert'); DROP TABLE tracks;--", Some("O'Brien"), None),
        track(2, "harmless", Some("' OR '1'='1"), None),
    ]);
    let search = |text: &str| all(Filter::All(vec![contains(text), not(artist(text))]));
    let plain = search("x").query().sql().as_str().to_owned();
    for text in [
        "'",
        "''",
        "' OR '1'='1",
        "'); DROP TABLE tracks;--",
        "\" OR 1=1 --",
        "?",
        "?2",
        "O'Brien",
    ] {
        let search = search(text);
        assert_eq!(
            search.query().sql().as_str(),
            plain,
            "the statement's text should be the same for {text:?} as for \"x\""
        );
        collection.find(&search);
        assert_eq!(collection.len(), 2, "after a search for {text:?}");
    }
    assert_eq!(
        collection.find(&all(contains("'); DROP TABLE tracks;--"))),
        [1]
    );
    assert_eq!(collection.find(&all(artist("O'Brien"))), [1]);
    assert_eq!(collection.find(&all(artist("' OR '1'='1"))), [2]);
}

/// In a pattern of `LIKE`, `%` stands for anything and `_` for any character. In a title they stand for themselves, and
/// so does the character that you escape them with.
#[test]
fn a_text_to_look_for_is_no_pattern() {
    let titles = [
        "100% wool",
        "100 sheep",
        "snake_case",
        "snakeskin case",
        r"back\slash",
        "backslash",
        "Abba",
    ];
    let tracks: Vec<Track> = (1..)
        .zip(titles)
        .map(|(id, title)| track(id, title, None, None))
        .collect();
    let mut collection = Collection::of(&tracks);
    for (text, ids) in [
        ("100%", vec![1]),
        ("%", vec![1]),
        ("_", vec![3]),
        ("snake_", vec![3]),
        (r"\", vec![5]),
        (r"k\s", vec![5]),
        (r"\%", vec![]),
        (r"\_", vec![]),
        ("abBA", vec![7]),
        ("", vec![1, 2, 3, 4, 5, 6, 7]),
    ] {
        assert_eq!(
            collection.find(&all(contains(text))),
            ids,
            "titles that contain {text:?}, of {titles:?}"
        );
    }
}

/// In SQL, a comparison with NULL is neither true nor false, and `NOT` leaves it so. The tracks without a year would be in
/// neither half: not from the nineties, and not from another time.
#[test]
fn a_filter_and_its_opposite_divide_the_collection() {
    let mut collection = Collection::of(&[
        track(1, "a", Some("x"), Some(1990)),
        track(2, "b", Some("y"), Some(2000)),
        track(3, "c", None, None),
    ]);
    for (filter, inside, outside) in [
        (artist("x"), vec![1], vec![2, 3]),
        (Filter::ArtistUnknown, vec![3], vec![1, 2]),
        (Filter::YearFrom(2000), vec![2], vec![1, 3]),
        (Filter::YearTo(1990), vec![1], vec![2, 3]),
        (Filter::YearIn(vec![1990, 1991]), vec![1], vec![2, 3]),
        (contains("b"), vec![2], vec![1, 3]),
        (
            Filter::Any(vec![artist("x"), Filter::YearFrom(2000)]),
            vec![1, 2],
            vec![3],
        ),
        (
            Filter::All(vec![artist("x"), Filter::YearTo(1990)]),
            vec![1],
            vec![2, 3],
        ),
        (not(artist("x")), vec![2, 3], vec![1]),
    ] {
        assert_eq!(collection.find(&all(filter.clone())), inside, "{filter:?}");
        assert_eq!(
            collection.find(&all(not(filter.clone()))),
            outside,
            "the opposite of {filter:?}"
        );
    }
}

/// A form with no box ticked is a list of no filters. "Each of none" holds for every track, "one of none" for no track, and
/// neither is a syntax error.
#[test]
fn nothing_to_ask_for_is_a_question_too() {
    let mut collection =
        Collection::of(&[track(1, "a", None, None), track(2, "b", None, Some(2000))]);
    let none = Vec::new;
    for (filter, ids) in [
        (Filter::All(none()), vec![1, 2]),
        (Filter::Any(none()), vec![]),
        (not(Filter::Any(none())), vec![1, 2]),
        (Filter::YearIn(Vec::new()), vec![]),
        (not(Filter::YearIn(Vec::new())), vec![1, 2]),
        (
            Filter::All(vec![Filter::Any(none()), contains("a")]),
            vec![],
        ),
        (
            Filter::Any(vec![Filter::All(none()), contains("a")]),
            vec![1, 2],
        ),
    ] {
        assert_eq!(collection.find(&all(filter.clone())), ids, "{filter:?}");
    }
}

/// `AND` binds tighter than `OR`, and `NOT` tighter than both. A filter within a filter must not come apart.
#[test]
fn a_filter_within_a_filter_stays_together() {
    let mut collection = Collection::of(&[
        track(1, "a", Some("x"), Some(1990)),
        track(2, "a", Some("y"), Some(1991)),
        track(3, "b", Some("x"), Some(1992)),
    ]);
    let either = Filter::Any(vec![artist("x"), artist("y")]);
    let both = Filter::All(vec![contains("a"), either.clone()]);
    assert_eq!(collection.find(&all(both)), [1, 2], "a, and by x or y");
    let both = Filter::All(vec![either, contains("a")]);
    assert_eq!(
        collection.find(&all(both.clone())),
        [1, 2],
        "by x or y, and a"
    );
    assert_eq!(collection.find(&all(not(both))), [3]);
}

/// A parameter for each value reaches an end: SQLite takes 32 766. And each length of a list is another statement to parse
/// and to keep.
#[test]
fn a_list_may_be_long() {
    let mut collection = Collection::of(&[
        track(1, "a", None, Some(39_999)),
        track(2, "b", None, Some(-1)),
    ]);
    let years = Filter::YearIn((0..40_000).collect());
    assert_eq!(
        collection.try_find(&all(years)),
        Ok(vec![1]),
        "40 000 years"
    );
}

/// The order that was asked for, each key in its own direction, and then by id. Without a last word, tracks that are equal
/// come in any order, and a page may repeat what the page before had.
#[test]
fn sorts_as_asked_and_equal_ones_by_id() {
    use Column::{Artist, Title, Year};
    use Direction::{Ascending, Descending};
    let mut collection = Collection::of(&[
        track(1, "b", Some("x"), Some(2000)),
        track(2, "a", Some("y"), Some(2000)),
        track(3, "b", None, Some(1990)),
        track(4, "a", Some("x"), None),
        track(5, "B", Some("y"), Some(2000)),
    ]);
    for (sort, ids) in [
        (vec![], [1, 2, 3, 4, 5]),
        (vec![(Title, Ascending)], [5, 2, 4, 1, 3]),
        (vec![(Artist, Ascending)], [3, 1, 4, 2, 5]),
        (vec![(Year, Descending)], [1, 2, 5, 3, 4]),
        (
            vec![(Year, Descending), (Title, Ascending)],
            [5, 2, 1, 3, 4],
        ),
        (
            vec![(Year, Ascending), (Artist, Descending)],
            [4, 3, 2, 5, 1],
        ),
    ] {
        let search = Search {
            sort: sort.clone(),
            ..all(Filter::All(Vec::new()))
        };
        assert_eq!(collection.find(&search), ids, "sorted by {sort:?}");
    }
}

/// A page is a limit and an offset, and either may come without the other.
#[test]
fn a_page_is_a_part() {
    let tracks: Vec<Track> = (1..=5).map(|id| track(id, "a", None, None)).collect();
    let mut collection = Collection::of(&tracks);
    for (limit, offset, ids) in [
        (Some(2), 0, vec![1, 2]),
        (Some(2), 2, vec![3, 4]),
        (Some(2), 4, vec![5]),
        (Some(0), 0, vec![]),
        (None, 3, vec![4, 5]),
        (None, 0, vec![1, 2, 3, 4, 5]),
        (Some(u32::MAX), u32::MAX, vec![]),
    ] {
        let search = Search {
            limit,
            offset,
            ..all(Filter::All(Vec::new()))
        };
        assert_eq!(
            collection.find(&search),
            ids,
            "limit {limit:?}, offset {offset}"
        );
    }
}

/// A column's name cannot be a parameter. What a user may sort by is a list that the program knows; what is not on it is
/// refused, not escaped.
#[test]
fn sort_keys_come_from_a_list() {
    use Column::{Artist, Title, Year};
    use Direction::{Ascending, Descending};
    assert_eq!(parse_sort(""), Ok(vec![]));
    assert_eq!(parse_sort("artist"), Ok(vec![(Artist, Ascending)]));
    assert_eq!(
        parse_sort("-year,title,-artist"),
        Ok(vec![
            (Year, Descending),
            (Title, Ascending),
            (Artist, Descending)
        ])
    );
    assert_eq!(
        parse_sort("-title,year"),
        Ok(vec![(Title, Descending), (Year, Ascending)])
    );
    for (keys, unknown) in [
        ("id", "id"),
        ("Title", "Title"),
        ("title desc", "title desc"),
        ("year,(SELECT 1)", "(SELECT 1)"),
        ("-year,--title", "--title"),
        ("title,", ""),
        (" year", " year"),
        ("-", "-"),
    ] {
        assert_eq!(
            parse_sort(keys),
            Err(UnknownKey(unknown.to_owned())),
            "sort keys {keys:?}"
        );
    }
}

/// Everything above, and whatever nobody thought of: random collections and random searches, and a plain Rust version of
/// both to compare with. Texts are made of what SQL and `LIKE` take for special.
#[test]
fn finds_what_a_plain_search_in_rust_finds() {
    let collection = std::cell::RefCell::new(Collection::new());
    let compared = runner(400).run(&(tracks::tracks(), tracks::search()), |(tracks, search)| {
        let mut collection = collection.borrow_mut();
        collection.fill(&tracks);
        let found = collection.try_find(&search).map_err(TestCaseError::fail)?;
        prop_assert_eq!(found, expected(&search, &tracks));
        Ok(())
    });
    if let Err(error) = compared {
        panic!(
            "a random search found something else (left) than the same search in Rust (right): {error}"
        );
    }
}
