//! A dependency that one exercise has built is never built again for another: cargo gives it the same features.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
    process::Command,
};

use workbook::{
    catalog::{self, Exercise},
    outcome::BackendKind,
};

const UNIFIED: &str = "with-unified-features";

/// Crates whose two halves (for build scripts and macros, for the code) are to differ, and why.
const TWO_HALVES: &[(&str, &str)] = &[(
    "tauri-utils",
    "its half for build scripts reads schemas and HTML, which no app need compile",
)];

/// By crate and version: each list of features that it is built with, and one exercise that builds it so.
type Builds = BTreeMap<String, BTreeMap<String, String>>;

/// The crates below an exercise, and below what cargo is told to select beside it, each with its features.
#[expect(
    clippy::disallowed_methods,
    reason = "a test: cargo tree ends by itself, and nextest limits the whole"
)]
fn tree(root: &Path, exercise: &Exercise, flags: &[&str]) -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "none"])
        .args(["--format", "{p}|{f}", "-p", &exercise.package])
        .args(flags)
        .current_dir(root)
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let mut crates = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some((package, features)) = line.split_once('|') else {
            continue;
        };
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        // A package of this workspace has its path behind its version.
        let ours = words.any(|word| word.starts_with("(/"));
        if !ours {
            let features = features.trim_end_matches(" (*)");
            crates.insert((format!("{name} {version}"), features.to_owned()));
        }
    }
    crates
}

fn add(builds: &mut Builds, exercise: &Exercise, crates: BTreeSet<(String, String)>) {
    for (package, features) in crates {
        let lists = builds.entry(package).or_default();
        lists
            .entry(features)
            .or_insert_with(|| exercise.id.to_string());
    }
}

/// What cargo builds for another platform: the half for that platform, and the half for the host, which are never
/// the same build.
#[derive(Default)]
struct Halves {
    platform: Builds,
    host: Builds,
}

impl Halves {
    fn add(&mut self, root: &Path, exercise: &Exercise, flags: &[&str], dev: bool) {
        let edges = if dev { "normal,dev" } else { "normal" };
        let with = |more: &str| {
            let edges = format!("{edges},{more}");
            tree(root, exercise, &[flags, &["--edges", &edges]].concat())
        };
        let platform = with("no-proc-macro");
        let host = &with("build") - &platform;
        add(&mut self.platform, exercise, platform);
        add(&mut self.host, exercise, host);
    }

    #[track_caller]
    fn assert_one_each(&self) {
        assert_one_each(&self.platform);
        assert_one_each(&self.host);
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

/// The workspace's root, and its exercises.
fn workbook() -> (&'static Path, Vec<Exercise>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace");
    let catalog = catalog::load(root).expect("manifests that can be read");
    (root, catalog.exercises)
}

fn runs_on(exercise: &Exercise, backends: &[BackendKind]) -> bool {
    exercise.backends.iter().any(|kind| backends.contains(kind))
}

#[track_caller]
fn assert_one_each(builds: &Builds) {
    assert!(!builds.is_empty(), "no exercise has a dependency");
    let mut wrong = String::new();
    for (package, lists) in builds {
        let name = package.split(' ').next();
        let excused = TWO_HALVES.iter().any(|(one, _)| name == Some(one));
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
        "give these crates one set of features: write the last line of each into \
         exercises/support/unified-features/Cargo.toml (leaving out features that others imply), and run this again\n{wrong}"
    );
}

/// What a backend builds, and what clippy looks at: the code without its tests.
#[test]
fn exercises_share_what_is_built_for_the_host() {
    let (root, exercises) = workbook();
    let mut builds = Builds::new();
    for exercise in &exercises {
        let with = |edges| tree(root, exercise, &["-p", UNIFIED, "--edges", edges]);
        if runs_on(exercise, &[BackendKind::Host]) {
            add(&mut builds, exercise, with("normal,build,dev"));
        }
        add(&mut builds, exercise, with("normal,build"));
    }
    assert_one_each(&builds);
}

/// An artifact is built by `cargo rustc`, which takes one package: so it has them among its own build dependencies.
#[test]
fn exercises_share_what_is_built_for_wasm() {
    let (root, exercises) = workbook();
    let mut halves = Halves::default();
    for exercise in &exercises {
        let target = ["--target", "wasm32-unknown-unknown"];
        if runs_on(exercise, &[BackendKind::WasmNode, BackendKind::WasmBrowser]) {
            let flags = [&target[..], &["-p", UNIFIED]].concat();
            halves.add(root, exercise, &flags, true);
        }
        if !exercise.artifacts.is_empty() {
            halves.add(root, exercise, &target, false);
        }
    }
    halves.assert_one_each();
}

#[test]
fn exercises_share_what_is_built_for_cortex_m() {
    let (root, exercises) = workbook();
    let mut halves = Halves::default();
    for exercise in &exercises {
        if runs_on(exercise, &[BackendKind::Qemu]) {
            let flags = ["--target", "thumbv7m-none-eabi", "-p", UNIFIED];
            halves.add(root, exercise, &flags, true);
        }
    }
    halves.assert_one_each();
}
