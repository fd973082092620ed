//! A dependency that one exercise has built is never built again for another: cargo gives it the same features.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, process::Command};

use workbook::{
    catalog::{self, Exercise},
    outcome::BackendKind,
};

const UNIFIED: &str = "unified-features";

/// Crates whose two halves (for build scripts and macros, for the code) are to differ, and why.
const TWO_HALVES: &[(&str, &str)] = &[(
    "tauri-utils",
    "its half for build scripts reads schemas and HTML, which no app need compile",
)];

/// By crate and version: each list of features that it is built with, and one exercise that builds it so.
type Builds = BTreeMap<String, BTreeMap<String, String>>;

#[expect(
    clippy::disallowed_methods,
    reason = "a test: cargo tree ends by itself, and nextest limits the whole"
)]
/// Adds what cargo builds for this exercise, beside the package that unites features.
fn add(builds: &mut Builds, root: &Path, exercise: &Exercise, target: Option<&str>) {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "depth"])
        .args(["--edges", "normal,build,dev", "--format", "|{p}|{f}"])
        .args(["-p", &exercise.package, "-p", UNIFIED])
        .args(target.iter().flat_map(|target| ["--target", target]))
        .current_dir(root)
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let mut own = false;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let mut parts = line.splitn(3, '|');
        let (Some(depth), Some(package), Some(features)) =
            (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        if depth == "0" {
            // What only the other package asks for is not built.
            own = name != UNIFIED;
        }
        // A package of this workspace has its path behind its version.
        let ours = words.any(|word| word.starts_with("(/"));
        if own && !ours {
            let features = features.trim_end_matches(" (*)").to_owned();
            builds
                .entry(format!("{name} {version}"))
                .or_default()
                .entry(features)
                .or_insert_with(|| exercise.id.to_string());
        }
    }
}

/// What to write so that a crate has all these features.
fn line(package: &str, lists: &BTreeMap<String, String>) -> String {
    let (name, version) = package.split_once(" v").unwrap_or((package, ""));
    let mut numbers = version.split('.');
    let version = match (numbers.next(), numbers.next()) {
        (Some("0"), Some(minor)) => format!("0.{minor}"),
        (major, _) => major.unwrap_or_default().to_owned(),
    };
    let features = lists.keys().flat_map(|list| list.split(','));
    let mut features: Vec<&str> = features.filter(|name| !name.is_empty()).collect();
    features.sort_unstable();
    features.dedup();
    format!(
        "{name} = {{ version = {version:?}, default-features = false, features = {features:?} }}"
    )
}

fn check(backends: &[BackendKind], target: Option<&str>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    let catalog = catalog::load(root).expect("manifests that can be read");
    let mut builds = Builds::new();
    for exercise in &catalog.exercises {
        if exercise.backends.iter().any(|kind| backends.contains(kind)) {
            add(&mut builds, root, exercise, target);
        }
    }
    assert!(!builds.is_empty(), "no exercise has a dependency");
    let mut wrong = String::new();
    for (package, lists) in &builds {
        let excused = TWO_HALVES
            .iter()
            .any(|(name, _)| package.split(' ').next() == Some(name));
        if lists.len() > 1 && !excused {
            let _ = writeln!(wrong, "{package} is built more than once:");
            for (features, exercise) in lists {
                let _ = writeln!(wrong, "  for {exercise} with [{features}]");
            }
            let _ = writeln!(wrong, "  {}", line(package, lists));
        }
    }
    assert!(
        wrong.is_empty(),
        "give these crates one set of features: write the last line of each under both tables of dependencies in \
         exercises/support/{UNIFIED}/Cargo.toml (leaving out features that others imply), and run this again\n{wrong}"
    );
}

#[test]
fn exercises_share_what_is_built_for_the_host() {
    check(&[BackendKind::Host], None);
}

#[test]
fn exercises_share_what_is_built_for_wasm() {
    check(
        &[BackendKind::WasmNode, BackendKind::WasmBrowser],
        Some("wasm32-unknown-unknown"),
    );
}

#[test]
fn exercises_share_what_is_built_for_cortex_m() {
    check(&[BackendKind::Qemu], Some("thumbv7m-none-eabi"));
}
