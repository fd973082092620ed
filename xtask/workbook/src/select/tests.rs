use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::{
    catalog::{Kind, Profile, StubReason, Tier},
    id::ExerciseId,
    outcome::BackendKind,
};

fn catalog() -> Catalog {
    let places = [
        "00-start/01-first-verdict",
        "04-memory/01-shared-cache",
        "04-memory/02-cow",
        "08-async/01-retry",
        "10-macros/01-retry",
        "12-embedded/01-blink",
        "12-cow/01-milk",
    ];
    let exercise = |place: &str| {
        let (chapter, name) = place.split_once('/').unwrap();
        let id = ExerciseId::new(&chapter[3..], &name[3..]).unwrap();
        Exercise {
            formerly: Vec::new(),
            package: id.package(),
            id,
            dir: PathBuf::from("exercises").join(place),
            place: place.to_owned(),
            title: String::new(),
            points: 5,
            items: vec![],
            tier: Tier::Core,
            backends: vec![BackendKind::Host],
            edit: vec![],
            needs: vec![],
            artifacts: Vec::new(),
            stub: StubReason::Test(String::new()),
            gates: vec![],
            covers: vec![],
            timeout: std::time::Duration::from_secs(1),
            profile: Profile::Dev,
            kind: Kind::Tests,
            benches: false,
        }
    };
    Catalog {
        root: PathBuf::from("/home/ada/workbook"),
        exercises: places.iter().map(|place| exercise(place)).collect(),
    }
}

fn ids(patterns: &[&str]) -> Result<Vec<String>, String> {
    let catalog = catalog();
    let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
    let chosen = select(&catalog, &patterns).map_err(|error| error.to_string())?;
    Ok(chosen
        .iter()
        .map(|exercise| exercise.id.to_string())
        .collect())
}

#[test]
fn no_pattern_is_all_and_so_is_a_star() {
    assert_eq!(ids(&["*"]).unwrap().len(), catalog().exercises.len());
    assert_eq!(ids(&[]).unwrap().len(), catalog().exercises.len());
}

#[test]
fn patterns_name_what_they_say() {
    let cache: &[&str] = &["memory/shared-cache"];
    let memory: &[&str] = &["memory/shared-cache", "memory/cow"];
    let retries: &[&str] = &["async/retry", "macros/retry"];
    let table: &[(&str, &[&str])] = &[
        ("memory/shared-cache", cache),
        ("memory-shared-cache", cache),
        ("04-memory/01-shared-cache", cache),
        ("shared-cache", cache),
        ("01-shared-cache", cache),
        ("exercises/04-memory/01-shared-cache", cache),
        ("exercises/04-memory/01-shared-cache/", cache),
        ("./exercises/04-memory/01-shared-cache/src/lib.rs", cache),
        ("exercises\\04-memory\\01-shared-cache", cache),
        (
            "/home/ada/workbook/exercises/04-memory/01-shared-cache/tests",
            cache,
        ),
        ("book/src/04-memory/01-shared-cache.md", cache),
        ("solutions/04-memory/01-shared-cache", cache),
        ("memory", memory),
        ("04-memory", memory),
        ("exercises/04-memory/", memory),
        ("book/src/04-memory", memory),
        ("memory/*", memory),
        ("*/retry", retries),
        ("*/r?try", retries),
        ("exercises/*/*-retry", retries),
        ("*/*ache", cache),
        ("mem*", memory),
        ("*-cache", cache),
        ("memory-s*", cache),
        // A chapter goes before an exercise of the same name.
        ("cow", &["cow/milk"]),
    ];
    for (pattern, expected) in table {
        assert_eq!(ids(&[pattern]).unwrap(), *expected, "{pattern}");
    }
}

#[test]
fn the_books_order_holds_and_nothing_comes_twice() {
    let chosen = ids(&[
        "blink",
        "memory/cow",
        "memory",
        "start/first-verdict",
        "blink",
    ])
    .unwrap();
    assert_eq!(
        chosen,
        [
            "start/first-verdict",
            "memory/shared-cache",
            "memory/cow",
            "embedded/blink"
        ]
    );
}

#[test]
fn what_is_unknown_or_ambiguous_is_told_with_what_comes_near() {
    let patterns = [
        "memory/shraed-cache",
        "memory/sharedcache",
        "memroy",
        "blnk",
        "Memory/Shared-Cache",
        "retry",
        "01-retry",
        "quantum/teleport",
        "",
        "/",
        "nothing/*",
        "memory/shared-cache/src",
        "../elsewhere",
        "exercises/04-memory/01-shared-cach",
    ];
    let lines: Vec<String> = patterns
        .iter()
        .map(|pattern| {
            format!(
                "{pattern:?}: {}",
                ids(&[pattern])
                    .unwrap_or_else(|error| vec![error])
                    .join(" ")
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

proptest! {
    #[test]
    fn any_pattern_ends_in_exercises_or_an_error(pattern in "\\PC{0,30}|[*?a-z/0-9.-]{0,30}") {
        if let Ok(chosen) = ids(&[&pattern]) {
            prop_assert!(!chosen.is_empty(), "`{}` chose nothing, and nobody would notice", pattern);
        }
    }

    #[test]
    fn a_glob_of_text_and_stars_fits_the_text(text in "[a-z]{1,12}", at in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
        let mut pattern = text.clone();
        for at in at {
            pattern.insert(at.index(pattern.len() + 1), '*');
        }
        prop_assert!(glob(pattern.as_bytes(), text.as_bytes()), "{} {}", pattern, text);
    }
}
