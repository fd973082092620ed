//! The files of a new exercise.

use std::path::{Path, PathBuf};

use workbook::{backend::BackendKind, catalog::Tier};

use super::place::{Place, in_words};

/// All files of the exercise at `place`, by path relative to the root.
pub fn files(
    place: &Place,
    title: &str,
    tier: Tier,
    backend: BackendKind,
) -> Vec<(PathBuf, String)> {
    let exercise = Path::new("exercises").join(&place.place);
    let solution = Path::new("solutions").join(&place.place);
    let page = Path::new("book/src").join(format!("{}.md", place.place));
    let challenge = tier == Tier::Challenge;
    let mut traps = include_str!("../../new/traps.toml.in").to_owned();
    let mut files = vec![
        (
            exercise.join("Cargo.toml"),
            include_str!("../../new/manifest.toml.in"),
        ),
        (
            exercise.join("hints.md"),
            include_str!("../../new/hints.md.in"),
        ),
        (
            exercise.join("src/lib.rs"),
            include_str!("../../new/stub.rs.in"),
        ),
        (exercise.join("tests/behaviour.rs"), of(backend).tests),
        (
            solution.join("NOTES.md"),
            include_str!("../../new/NOTES.md.in"),
        ),
        (
            solution.join("src/lib.rs"),
            include_str!("../../new/reference.rs.in"),
        ),
        (
            solution.join("traps/naive/src/lib.rs"),
            include_str!("../../new/naive.rs.in"),
        ),
        (
            solution.join("traps/other/src/lib.rs"),
            include_str!("../../new/other.rs.in"),
        ),
    ];
    if challenge {
        traps.push_str(include_str!("../../new/traps-third.toml.in"));
        files.push((
            solution.join("traps/third/src/lib.rs"),
            include_str!("../../new/third.rs.in"),
        ));
    }
    files.push((solution.join("traps.toml"), &traps));
    if place.is_new_chapter {
        let index = Path::new("book/src").join(&place.chapter).join("index.md");
        files.push((index, include_str!("../../new/chapter.md.in")));
    }
    files.push((page, include_str!("../../new/page.md.in")));
    files
        .into_iter()
        .map(|(path, text)| (path, fill(text, place, title, tier, backend)))
        .collect()
}

/// What differs from backend to backend.
struct OfBackend {
    tests: &'static str,
    /// Tables at the manifest's end.
    tables: &'static str,
    /// Where tests for WebAssembly run, and the line that says so to their harness.
    place: &'static str,
    configure: &'static str,
    /// Attributes of the crate.
    attributes: &'static str,
}

fn of(backend: BackendKind) -> OfBackend {
    let host = OfBackend {
        tests: include_str!("../../new/tests-host.rs.in"),
        tables: "",
        place: "",
        configure: "",
        attributes: "",
    };
    let node = OfBackend {
        tests: include_str!("../../new/tests-wasm.rs.in"),
        tables: include_str!("../../new/tables-wasm.toml.in"),
        place: "Node",
        ..host
    };
    match backend {
        BackendKind::Host => host,
        BackendKind::Qemu => OfBackend {
            tests: include_str!("../../new/tests-qemu.rs.in"),
            tables: include_str!("../../new/tables-qemu.toml.in"),
            attributes: "\n#![no_std]\n",
            ..host
        },
        BackendKind::WasmNode => node,
        BackendKind::WasmBrowser => OfBackend {
            place: "a headless browser",
            configure: "\nwasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);\n",
            ..node
        },
    }
}

fn fill(text: &str, place: &Place, title: &str, tier: Tier, backend: BackendKind) -> String {
    let own = of(backend);
    let points = match tier {
        Tier::WarmUp => "5",
        Tier::Core => "10",
        Tier::Challenge => "20",
    };
    let title_in_toml = toml_edit::value(title).to_string();
    let package = place.id.package();
    let fields = [
        ("{{tables}}", own.tables),
        ("{{package}}", package.as_str()),
        ("{{crate}}", &package.replace('-', "_")),
        ("{{points}}", points),
        ("{{tier}}", tier.name()),
        ("{{backend}}", backend.name()),
        ("{{where}}", own.place),
        ("{{configure}}", own.configure),
        ("{{no-std}}", own.attributes),
        ("{{place}}", &place.place),
        ("{{chapter-title}}", &in_words(place.id.chapter())),
        ("{{title-toml}}", title_in_toml.trim()),
        // Last: a title may hold anything.
        ("{{title}}", title),
    ];
    fields.iter().fold(text.to_owned(), |text, (field, value)| {
        text.replace(field, value)
    })
}
