use super::*;

const FIELDS: &str = "title = \"T\"\npoints = 5\ntier = \"warm-up\"\nbackends = [\"host\"]\nedit = [\"src/lib.rs\"]\nstub = \"test:t\"\n";

/// A workspace of exercises at these places, each with its manifest's text.
fn workspace(manifests: &[(&str, String)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (place, text) in manifests {
        let dir = root.path().join("exercises").join(place);
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("Cargo.toml"), text).unwrap();
    }
    root
}

fn good(package: &str) -> String {
    format!("[package]\nname = \"{package}\"\n[package.metadata.exercise]\n{FIELDS}")
}

#[test]
fn exercises_come_in_the_order_of_their_numbers() {
    let root = workspace(&[
        ("11-wasm/01-processor", good("wasm-processor")),
        ("02-types/02-niche", good("types-niche")),
        ("02-types/01-units", good("types-units")),
        // Neither is an exercise.
        ("support/qemu-test", "no manifest".to_owned()),
        ("02-types/snippets", "no manifest".to_owned()),
    ]);
    fs::write(root.path().join("exercises/exercises.lock"), "").unwrap();
    fs::create_dir(root.path().join("exercises/02-types/02-niche/benches")).unwrap();

    let catalog = load(root.path()).unwrap();
    let seen: Vec<_> = catalog
        .exercises
        .iter()
        .map(|exercise| (exercise.id.to_string(), exercise.benches))
        .collect();
    let expected = [
        ("types/units", false),
        ("types/niche", true),
        ("wasm/processor", false),
    ];
    assert_eq!(seen, expected.map(|(id, benches)| (id.to_owned(), benches)));

    let units = &catalog.exercises[0];
    assert_eq!(units.dir, Path::new("exercises/02-types/01-units"));
    assert_eq!(units.page(), Path::new("book/src/02-types/01-units.md"));
    assert_eq!(
        units.solution_dir(),
        Path::new("solutions/02-types/01-units")
    );
    assert_eq!(catalog.get(&units.id), Some(units));
}

#[test]
fn an_exercise_that_moved_keeps_its_id_and_one_that_was_renamed_is_known_by_both() {
    let moved = "[package.metadata.exercise]\nid = \"traits/data-processor\"\n";
    let renamed = "[package.metadata.exercise]\nformerly = [\"generics/waiting\"]\n";
    let with =
        |package: &str, head: &str| good(package).replace("[package.metadata.exercise]\n", head);
    let root = workspace(&[
        ("08-async/03-waiting", with("async-waiting", renamed)),
        (
            "08-async/04-data-processor",
            with("traits-data-processor", moved),
        ),
    ]);
    let catalog = load(root.path()).unwrap();
    let [waiting, processor] = &catalog.exercises[..] else {
        panic!("two exercises: {catalog:?}");
    };
    assert_eq!(
        (processor.id.to_string().as_str(), processor.chapter()),
        ("traits/data-processor", "async")
    );
    let before = "generics/waiting".parse().unwrap();
    assert_eq!(catalog.current(&before), &waiting.id);
    assert_eq!(catalog.current(&processor.id), &processor.id);
    let names = |pattern: &str| -> Vec<String> {
        let chosen = crate::select::select(&catalog, &[pattern.to_owned()]).unwrap();
        chosen
            .iter()
            .map(|exercise| exercise.id.to_string())
            .collect()
    };
    assert_eq!(names("generics/waiting"), ["async/waiting"]);
    assert_eq!(names("traits"), ["traits/data-processor"]);
    assert_eq!(names("async"), ["async/waiting", "traits/data-processor"]);
}

#[test]
fn a_former_id_is_nobody_elses() {
    let claim = "[package.metadata.exercise]\nformerly = [\"types/niche\"]\n";
    let root = workspace(&[
        (
            "02-types/01-units",
            good("types-units").replace("[package.metadata.exercise]\n", claim),
        ),
        ("02-types/02-niche", good("types-niche")),
    ]);
    let error = load(root.path()).unwrap_err().to_string();
    assert!(
        error.contains("`types/niche` is, or was, another exercise's id"),
        "{error}"
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let root = workspace(&[
        ("02-types/01-units", good("units")),
        ("02-types/02-niche", good("types-niche")),
        ("02-types/03-niche", good("types-niche")),
        (
            "03-generics/01-ring",
            good("generics-ring").replace("points = 5", "points = 0"),
        ),
    ]);
    fs::create_dir(root.path().join("exercises/03-generics/01-matrix")).unwrap();
    let error = load(root.path()).unwrap_err().to_string();
    // The system has its own words for a file that isn't there.
    let lines: Vec<&str> = error
        .lines()
        .map(|line| line.split(" read it: ").next().unwrap())
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_folder_without_exercises_is_told_by_its_path() {
    let root = tempfile::tempdir().unwrap();
    let error = load(root.path()).unwrap_err().to_string();
    assert!(
        error.starts_with("failed to read ") && error.contains("exercises"),
        "{error}"
    );
}

#[test]
fn names_in_manifests_are_those_that_reports_use() {
    for tier in [Tier::WarmUp, Tier::Core, Tier::Challenge] {
        assert_eq!(serde_json::to_value(tier).unwrap(), tier.name());
    }
    for gate in [Gate::NoUnsafe, Gate::NoPanic, Gate::Docs] {
        assert_eq!(serde_json::to_value(gate).unwrap(), gate.name());
        assert!(!gate.lint_flags().is_empty());
    }
}
