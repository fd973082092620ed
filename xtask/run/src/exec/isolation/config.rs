//! What cargo's configuration files hold.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, Table, TableLike};

/// Tables that change no verdict: how to reach the network and registries, and how cargo looks.
const HARMLESS: &[&str] = &[
    "cache",
    "cargo-new",
    "credential-alias",
    "future-incompat-report",
    "http",
    "install",
    "net",
    "registries",
    "registry",
    "source",
    "term",
];
/// Of `[build]`: how many compilers run at once.
const HARMLESS_IN_BUILD: &[&str] = &["jobs"];
/// Commands that the runner calls and that an alias could take the place of. Cargo protects those that are its own.
const CALLED: &[&str] = &["clippy", "nextest"];
/// What a path in a configuration is relative to differs with the file, so these are made absolute.
const PATHS: &[(&str, &str)] = &[("http", "cainfo"), ("http", "proxy-cainfo")];
const PATHS_OF_SOURCES: &[&str] = &["directory", "local-registry"];
/// Nothing works without these, whoever set them.
const ESSENTIAL: &[&str] = &["HOME", "PATH", "TMPDIR", "USER"];

/// A configuration file.
pub struct File {
    path: PathBuf,
    /// What its paths are relative to.
    base: PathBuf,
    content: DocumentMut,
}

/// The files that cargo would read in the workbook at `root`, but for the workbook's own: the farthest first, as each
/// outweighs those before it.
pub fn discover(root: &Path, home: Option<&Path>) -> io::Result<Vec<File>> {
    let above = root.ancestors().skip(1).map(|folder| folder.join(".cargo"));
    let mut folders: Vec<PathBuf> = above.collect();
    if let Some(home) = home.filter(|home| !folders.iter().any(|folder| folder == home)) {
        folders.push(home.to_owned());
    }
    let mut files = Vec::new();
    for folder in folders.iter().rev() {
        // Without the ending if both are there, as cargo has it.
        let names = ["config", "config.toml"].map(|name| folder.join(name));
        let Some(path) = names.into_iter().find(|path| path.is_file()) else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let content = text.parse().map_err(|error| {
            io::Error::other(format!(
                "cargo's configuration {} is broken; mend it: {error}",
                path.display()
            ))
        })?;
        files.push(File {
            base: folder.parent().unwrap_or(folder).to_owned(),
            path,
            content,
        });
    }
    Ok(files)
}

impl File {
    /// Where it lies.
    pub fn folder(&self) -> Option<&Path> {
        self.path.parent()
    }

    /// The first thing in it that could change a verdict, in words.
    pub fn what_matters(&self) -> Option<String> {
        let mut keys = self.content.iter().flat_map(|(key, item)| match key {
            "build" => names(item)
                .filter(|name| !HARMLESS_IN_BUILD.contains(name))
                .map(|name| format!("build.{name}"))
                .collect(),
            "alias" => names(item)
                .filter(|name| CALLED.contains(name))
                .map(|name| format!("alias.{name}"))
                .collect(),
            key if HARMLESS.contains(&key) => Vec::new(),
            key => vec![key.to_owned()],
        });
        let key = keys.next()?;
        Some(format!("{} sets `{key}`", self.path.display()))
    }
}

fn names(item: &Item) -> impl Iterator<Item = &str> {
    item.as_table_like()
        .into_iter()
        .flat_map(|table| table.iter().map(|(name, _)| name))
}

/// What of these files changes no verdict, as one configuration.
pub fn harmless(files: &[File]) -> String {
    let mut all = Table::new();
    for file in files {
        let mut own = file.content.as_table().clone();
        own.retain(|key, item| match key {
            "build" => {
                if let Some(build) = item.as_table_like_mut() {
                    let strange: Vec<String> = build
                        .iter()
                        .map(|(name, _)| name.to_owned())
                        .filter(|name| !HARMLESS_IN_BUILD.contains(&name.as_str()))
                        .collect();
                    for name in strange {
                        build.remove(&name);
                    }
                }
                true
            }
            key => HARMLESS.contains(&key),
        });
        make_absolute(&mut own, &file.base);
        merge(&mut all, &own);
    }
    DocumentMut::from(all).to_string()
}

fn make_absolute(table: &mut Table, base: &Path) {
    let absolute = |item: &mut Item| {
        if let Some(path) = item.as_str() {
            let path = base.join(path).to_string_lossy().into_owned();
            *item = toml_edit::value(path);
        }
    };
    for (section, name) in PATHS {
        if let Some(item) = table.get_mut(section).and_then(|item| item.get_mut(name)) {
            absolute(item);
        }
    }
    let sources = table
        .get_mut("source")
        .and_then(Item::as_table_like_mut)
        .into_iter()
        .flat_map(|sources| sources.iter_mut());
    for (_, source) in sources {
        for name in PATHS_OF_SOURCES {
            if let Some(item) = source.get_mut(name) {
                absolute(item);
            }
        }
    }
}

/// Lays `from` over `into`.
fn merge(into: &mut dyn TableLike, from: &dyn TableLike) {
    for (key, item) in from.iter() {
        let old = into.get_mut(key).and_then(Item::as_table_like_mut);
        match (old, item.as_table_like()) {
            (Some(old), Some(new)) => merge(old, new),
            _ => drop(into.insert(key, item.clone())),
        }
    }
}

/// What `[env]` sets in these files. Cargo gave it to us with the rest of the environment, if it started us.
pub fn variables(files: &[File]) -> BTreeMap<String, String> {
    let tables = files.iter().filter_map(|file| file.content.get("env"));
    let pairs = tables
        .filter_map(Item::as_table_like)
        .flat_map(|table| table.iter());
    pairs
        .filter(|(name, _)| !ESSENTIAL.contains(name))
        .filter_map(|(name, item)| {
            let value = item.as_str().or_else(|| item.get("value")?.as_str())?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(base: &str, text: &str) -> File {
        File {
            path: Path::new(base).join(".cargo/config.toml"),
            base: base.into(),
            content: text.parse().unwrap(),
        }
    }

    #[test]
    fn what_changes_a_build_matters() {
        for text in [
            "[build]\nrustflags = ['-D', 'warnings']",
            "build.target = 'wasm32-unknown-unknown'",
            "[build]\njobs = 1\ntarget-dir = '/x'",
            "[build]\nrustc-wrapper = 'sccache'",
            "[target.x86_64-unknown-linux-gnu]\nlinker = 'clang'",
            "[env]\nX = '1'",
            "[profile.dev]\noverflow-checks = false",
            "[patch.crates-io]\nserde = { path = 'x' }",
            "paths = ['x']",
            "[unstable]\nbuild-std = ['std']",
            "include = ['other.toml']",
            "[alias]\nclippy = 'check'",
        ] {
            assert!(file("/a", text).what_matters().is_some(), "{text}");
        }
        for text in [
            "",
            "[build]\njobs = 1",
            "[net]\noffline = true",
            "[alias]\nb = 'build'",
            "[term]\nquiet = true",
        ] {
            assert_eq!(file("/a", text).what_matters(), None, "{text}");
        }
    }

    #[test]
    fn mirrors_and_the_network_stay_with_their_paths() {
        let files = [
            file(
                "/far",
                "[source.crates-io]\nreplace-with = 'v'\n[source.v]\ndirectory = 'vendor'\n[http]\ncainfo = '/ca.pem'\nproxy = 'far'\n[build]\njobs = 3\nrustflags = ['x']\n[env]\nX = '1'\n",
            ),
            file("/far/near", "http.proxy = 'near'\n"),
        ];
        let text = harmless(&files);
        let read: DocumentMut = text.parse().unwrap();
        assert_eq!(
            read["source"]["v"]["directory"].as_str(),
            Some("/far/vendor")
        );
        assert_eq!(
            read["source"]["crates-io"]["replace-with"].as_str(),
            Some("v")
        );
        assert_eq!(read["http"]["cainfo"].as_str(), Some("/ca.pem"));
        assert_eq!(read["http"]["proxy"].as_str(), Some("near"));
        assert_eq!(read["build"]["jobs"].as_integer(), Some(3));
        assert!(
            !text.contains("rustflags") && !text.contains("[env]"),
            "{text}"
        );
        assert_eq!(variables(&files)["X"], "1");
    }
}
