//! The workspace's own rules, which no compiler checks: which crate may lean on which, that no two modules import each
//! other in a circle, and how long a file may be. What is found is told all at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::visit::Visit;
use walkdir::WalkDir;

/// The crates that these rules are about, each with those of them that it may lean on. What a learner's first verdict
/// needs comes before what only authors, graders and readers of the book need.
const CRATES: &[(&str, &[&str])] = &[
    ("exercises/support/qemu-runner", &[]),
    ("exercises/support/qemu-test", &[]),
    ("xtask/launch", &[]),
    ("xtask/workbook", &[]),
    ("xtask/run", &["workbook", "qemu-runner"]),
    ("xtask/tools", &["workbook", "workbook-run"]),
    (
        "xtask",
        &["launch", "workbook", "workbook-run", "workbook-tools"],
    ),
    (
        "xtask/watch",
        &["workbook", "workbook-run", "workbook-tools"],
    ),
    (
        "xtask/author",
        &["launch", "workbook", "workbook-run", "workbook-tools"],
    ),
    (
        "xtask/grade",
        &["workbook", "workbook-run", "workbook-tools"],
    ),
    ("book/live", &["workbook"]),
];

/// Lines that a file may have; a longer one says in a line that begins with [`REASON`] why it is one concern.
const LONGEST: usize = 400;
/// Lines that a command's file may have: it parses, calls and prints, and holds no rules.
const LONGEST_COMMAND: usize = 150;
const REASON: &str = "// Long because ";

/// The folders of the repository, dotted ones aside. `target` is cargo's.
const TOP: &[&str] = &["book", "exercises", "solutions", "target", "xtask"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
}

/// The Rust files below a crate's `src`, by path relative to it.
fn sources(krate: &str) -> BTreeMap<PathBuf, String> {
    let src = root().join(krate).join("src");
    let files = WalkDir::new(&src)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"));
    files
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "rs"))
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).expect("a readable file");
            (
                entry
                    .path()
                    .strip_prefix(&src)
                    .expect("it is below src")
                    .to_owned(),
                text,
            )
        })
        .collect()
}

/// `["run", "host"]` of `run/host.rs`; the crate's root is empty.
fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> = file
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.len() == 1 && matches!(parts[0].as_str(), "lib" | "main") {
        parts.clear();
    }
    parts
}

/// The paths that a file writes, each as its segments; those of tests within the file are left out, since a test may
/// borrow from anywhere.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.0.push(with(&name.ident)),
            syn::UseTree::Rename(rename) => self.0.push(with(&rename.ident)),
            syn::UseTree::Glob(_) => self.0.push(before.to_vec()),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.tree(before, item));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(
            path.segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect(),
        );
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|path| path.is_ident("test"))
        });
        if !is_test {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

/// What `path`, written in `module`, names from the crate's root on; `None` if it leads out of the crate.
fn absolute(module: &[String], path: &[String]) -> Option<Vec<String>> {
    let mut at = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    for part in path {
        match part.as_str() {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            name => at.push(name.to_owned()),
        }
    }
    Some(at)
}

/// Which siblings of one module lean on which: below each module's name, edges between its children. A child that uses
/// its parent, or a parent its child, is no matter of order.
fn edges(files: &BTreeMap<PathBuf, String>) -> BTreeMap<Vec<String>, BTreeSet<(String, String)>> {
    let modules: BTreeSet<Vec<String>> = files.keys().map(|file| module_of(file)).collect();
    let mut edges: BTreeMap<Vec<String>, BTreeSet<(String, String)>> = BTreeMap::new();
    for (file, text) in files {
        let module = module_of(file);
        if module.iter().any(|part| part == "tests") {
            continue;
        }
        let mut paths = Paths::default();
        paths.visit_file(
            &syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", file.display())),
        );
        for path in paths.0 {
            let Some(mut named) = absolute(&module, &path) else {
                continue;
            };
            while !modules.contains(&named) && named.pop().is_some() {}
            let shared = module
                .iter()
                .zip(&named)
                .take_while(|(one, other)| one == other)
                .count();
            if let (Some(from), Some(to)) = (module.get(shared), named.get(shared)) {
                let below = edges.entry(module[..shared].to_vec()).or_default();
                below.insert((from.clone(), to.clone()));
            }
        }
    }
    edges
}

/// A way from a module back to itself, if there is one.
fn circle(edges: &BTreeSet<(String, String)>) -> Option<Vec<String>> {
    fn walk(
        edges: &BTreeSet<(String, String)>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> bool {
        let here = way.last().expect("a way has a start").clone();
        for (_, next) in edges.iter().filter(|(from, _)| *from == here) {
            let seen = way.iter().position(|one| one == next);
            if let Some(start) = seen {
                way.drain(..start);
                way.push(next.clone());
                return true;
            }
            if !done.contains(next) {
                way.push(next.clone());
                if walk(edges, way, done) {
                    return true;
                }
                way.pop();
            }
        }
        done.insert(here);
        false
    }
    let mut done = BTreeSet::new();
    edges.iter().find_map(|(from, _)| {
        let mut way = vec![from.clone()];
        walk(edges, &mut way, &mut done).then_some(way)
    })
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for (krate, _) in CRATES {
        for (below, edges) in edges(&sources(krate)) {
            if let Some(way) = circle(&edges) {
                found.push(format!(
                    "{krate}/src/{}: {}",
                    below.join("/"),
                    way.join(" → ")
                ));
            }
        }
    }
    assert!(
        found.is_empty(),
        "modules that import each other in a circle; move what both need into a module of its own:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_circle_is_found_wherever_it_begins() {
    let of = |pairs: &[(&str, &str)]| {
        let owned = pairs
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
        circle(&owned.collect())
    };
    assert_eq!(of(&[("a", "b"), ("b", "c"), ("a", "c")]), None);
    assert_eq!(
        of(&[("a", "b"), ("b", "c"), ("c", "b")]).expect("a circle"),
        ["b", "c", "b"]
    );
    let files = [
        ("lib.rs", "mod a; mod b; use crate::a::x;"),
        ("a.rs", "use crate::b::{self, y};\nmod c;"),
        ("a/c.rs", "use super::z; fn f() { super::super::b::y(); }"),
        ("b.rs", "#[cfg(test)] mod tests { use crate::a::c; }"),
    ];
    let files = files
        .map(|(file, text)| (PathBuf::from(file), text.to_owned()))
        .into();
    let edge = ("a".to_owned(), "b".to_owned());
    assert_eq!(
        edges(&files),
        BTreeMap::from([(Vec::new(), BTreeSet::from([edge]))])
    );
}

#[test]
fn crates_lean_only_on_those_below_them() {
    let mut names = BTreeMap::new();
    let mut manifests = BTreeMap::new();
    for (krate, allowed) in CRATES {
        let text = fs::read_to_string(root().join(krate).join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = text.parse().expect("a manifest is TOML");
        let name = manifest["package"]["name"]
            .as_str()
            .expect("a name")
            .to_owned();
        names.insert(name, *krate);
        manifests.insert(*krate, (manifest, *allowed));
    }
    let mut found = Vec::new();
    for (krate, (manifest, allowed)) in manifests {
        for table in ["dependencies", "build-dependencies"] {
            let dependencies = manifest.get(table).and_then(toml::Value::as_table);
            for dependency in dependencies.into_iter().flat_map(toml::Table::keys) {
                if names.contains_key(dependency) && !allowed.contains(&dependency.as_str()) {
                    found.push(format!("{krate} leans on {dependency}"));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "against the architecture's order (authors/architecture.md):\n{}",
        found.join("\n")
    );
}

#[test]
fn files_hold_one_concern() {
    let mut found = Vec::new();
    for (krate, _) in CRATES {
        for (file, text) in sources(krate) {
            let shown = format!("{krate}/src/{}", file.display());
            if file.ends_with("mod.rs") {
                found.push(format!(
                    "{shown}: a module `foo` lies in foo.rs, beside its folder foo/"
                ));
            }
            let is_command = file.parent().is_some_and(|parent| parent.ends_with("cmd"));
            let most = if is_command { LONGEST_COMMAND } else { LONGEST };
            let lines = text.lines().count();
            if lines > most && !text.lines().any(|line| line.starts_with(REASON)) {
                found.push(format!(
                    "{shown}: {lines} lines, of at most {most}; divide it, or say why not in a line `{REASON}…`"
                ));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_top_level_holds_the_agreed_folders() {
    let entries = fs::read_dir(root())
        .expect("the workspace's folder")
        .flatten();
    let strangers: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()))
        .collect();
    assert!(
        strangers.is_empty(),
        "no folder of the layout: {}",
        strangers.join(", ")
    );
}
