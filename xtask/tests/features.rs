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

/// What `cargo tree` prints of these packages, a line a crate: `DEPTH|NAME VERSION …|FEATURES`.
#[expect(
    clippy::disallowed_methods,
    reason = "a test: cargo tree ends by itself, and nextest limits the whole"
)]
fn lines(root: &Path, packages: &[&str], flags: &[&str]) -> Vec<(usize, String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--prefix", "depth"])
        .args(["--format", "|{p}|{f}"])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .args(flags)
        .current_dir(root)
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let line = |line: &str| {
        let mut parts = line.split('|');
        let (depth, package) = (parts.next()?.parse().ok()?, parts.next()?);
        let features = parts.next()?.trim_end_matches(" (*)").to_owned();
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?);
        // A package of this workspace has its path behind its version.
        let ours = if words.any(|word| word.starts_with("(/")) {
            OURS
        } else {
            ""
        };
        Some((depth, format!("{ours}{name} {version}"), features))
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(line)
        .collect()
}

/// What the names of this workspace's own packages begin with here.
const OURS: &str = "our ";

/// The crates below an exercise, and below what cargo is told to select beside it, each with its features.
fn tree(root: &Path, exercise: &Exercise, flags: &[&str]) -> BTreeSet<(String, String)> {
    let lines = lines(root, &[&exercise.package], flags).into_iter();
    lines
        .filter(|(_, package, _)| !package.starts_with(OURS))
        .map(|(_, package, features)| (package, features))
        .collect()
}

/// Several packages as cargo builds them together.
struct Together {
    /// Each crate's lists of features.
    features: BTreeMap<String, BTreeSet<String>>,
    /// The crates below each of the packages, by its name; rather too many than too few.
    below: BTreeMap<String, BTreeSet<String>>,
}

impl Together {
    fn new(root: &Path, packages: &[&str], edges: &str) -> Self {
        let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut children: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut way: Vec<String> = Vec::new();
        for (depth, package, list) in lines(root, packages, &["--edges", edges]) {
            way.truncate(depth);
            if let Some(parent) = way.last() {
                let of_parent = children.entry(parent.clone()).or_default();
                of_parent.insert(package.clone());
            }
            if !package.starts_with(OURS) {
                features.entry(package.clone()).or_default().insert(list);
            }
            way.push(package);
        }
        let below = |package: &&str| {
            let mut found = BTreeSet::new();
            let mut queue: Vec<&String> = children
                .keys()
                .filter(|root| {
                    root.strip_prefix(OURS)
                        .is_some_and(|root| root.split(' ').next() == Some(package))
                })
                .collect();
            while let Some(next) = queue.pop() {
                for child in children.get(next).into_iter().flatten() {
                    if found.insert(child.clone()) {
                        queue.push(child);
                    }
                }
            }
            ((*package).to_owned(), found)
        };
        let below = packages.iter().map(below).collect();
        Self { features, below }
    }
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
///
/// Asking cargo about each exercise alone would take a start of it for each. Built all together, a crate has every feature
/// that any of them asks for. Where that is no more than the unifying package alone gives it, each exercise by itself gives
/// it the same. What is left to ask is about crates that the unifying package doesn't have; exercises that share none of
/// these can be asked about together, since they add nothing to each other's.
#[test]
fn exercises_share_what_is_built_for_the_host() {
    let (root, exercises) = workbook();
    let on_host: Vec<&Exercise> = exercises
        .iter()
        .filter(|exercise| runs_on(exercise, &[BackendKind::Host]))
        .collect();
    let looks = [
        ("normal,build,dev", on_host),
        ("normal,build", exercises.iter().collect()),
    ];
    let mut open = BTreeSet::new();
    let mut lists: BTreeMap<String, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    let mut below: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (edges, exercises) in &looks {
        let packages: Vec<&str> = exercises.iter().map(|one| one.package.as_str()).collect();
        let all = Together::new(root, &[&packages[..], &[UNIFIED]].concat(), edges);
        let unified = Together::new(root, &[UNIFIED], edges);
        for (package, features) in &all.features {
            let users = packages
                .iter()
                .filter(|one| all.below[**one].contains(package));
            let settled = match unified.features.get(package) {
                Some(alone) => alone == features,
                // Nothing can be taken from nothing.
                None => users.count() < 2 || features.iter().all(String::is_empty),
            };
            if !settled {
                open.insert(package.clone());
            }
            lists
                .entry(package.clone())
                .or_default()
                .insert(features.clone());
        }
        for package in packages {
            below
                .entry(package)
                .or_default()
                .extend(all.below[package].clone());
        }
    }
    assert!(lists.len() > 1, "no exercise has a dependency");
    let with_and_without_tests_differ = lists.into_iter().filter(|(_, lists)| lists.len() > 1);
    open.extend(with_and_without_tests_differ.map(|(package, _)| package));
    let mut builds = Builds::new();
    for batch in apart(&exercises, &below, &open) {
        for (edges, exercises) in &looks {
            let batch: Vec<&Exercise> = (exercises.iter().copied())
                .filter(|one| batch.contains(&one.package.as_str()))
                .collect();
            let packages: Vec<&str> = batch.iter().map(|one| one.package.as_str()).collect();
            let Some(_) = packages.first() else { continue };
            let together = Together::new(root, &[&packages[..], &[UNIFIED]].concat(), edges);
            for exercise in batch {
                let own = below[exercise.package.as_str()].intersection(&open);
                let features = own.filter_map(|one| Some((one, together.features.get(one)?)));
                let crates = features
                    .flat_map(|(one, lists)| lists.iter().map(|list| (one.clone(), list.clone())));
                add(&mut builds, exercise, crates.collect());
            }
        }
    }
    assert_one_each(&builds);
}

/// Packages in batches, so that no two of a batch have one of the `open` crates below them both.
fn apart<'a>(
    exercises: &'a [Exercise],
    below: &BTreeMap<&str, BTreeSet<String>>,
    open: &BTreeSet<String>,
) -> Vec<Vec<&'a str>> {
    let mut batches: Vec<(BTreeSet<&String>, Vec<&str>)> = Vec::new();
    for exercise in exercises {
        let own: BTreeSet<&String> = match below.get(exercise.package.as_str()) {
            Some(below) => below.intersection(open).collect(),
            None => continue,
        };
        if own.is_empty() {
            continue;
        }
        match batches
            .iter_mut()
            .find(|(taken, _)| taken.is_disjoint(&own))
        {
            Some((taken, batch)) => {
                taken.extend(own);
                batch.push(&exercise.package);
            }
            None => batches.push((own, vec![&exercise.package])),
        }
    }
    batches.into_iter().map(|(_, batch)| batch).collect()
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
