//! A small workbook in a temporary folder: in order as it is, spoilt by each test in one way.

use std::{fs, path::PathBuf};

use tempfile::TempDir;

use crate::{check, folders::Folders, problem::Failure, render};

const MANIFEST: &str = r#"
[package]
name = "memory-cache"

[package.metadata.exercise]
title = "A cache"
points = 10
tier = "core"
backends = ["host", "qemu"]
edit = ["src/lib.rs"]
needs = ["valgrind"]
stub = "test:keeps"
gates = ["no-unsafe"]
covers = ["S4", "review:thread-safety"]
"#;

const LIB: &str = "// ANCHOR: cache
pub struct Cache;
// ANCHOR_END: cache
";

const PAGE: &str = "# A cache

## The idea

See [the chapter](index.md#exercises) and [below](#the-naive-version).

```rust
assert_eq!(2 + 2, 4);
```

```rust,compile_fail,E0382
let text = String::new();
drop(text);
drop(text);
```

## The naive version

```rust,ignore
{{#include ../../../exercises/04-memory/01-cache/src/lib.rs:cache}}
```
";

const FACT: &str = "//! claim: `let … else` is there.
//! since: 1.65
//! feature: let_else
//! expect: compiles
//! source: https://blog.rust-lang.org/2022/11/03/Rust-1.65.0.html

pub fn length(text: Option<&str>) -> usize {
    let Some(text) = text else { return 0 };
    text.len()
}
";

const SUMMARY: &str = "# Summary

[About](index.md)

- [Memory](04-memory/index.md)
  - [A cache](04-memory/01-cache.md)

[Facts](facts.md)
";

const BOOK: &str = "[book]
title = \"Fixture\"

[output.html.print]
enable = false
";

/// The workbook; its folder goes away with it.
pub(super) struct Fixture {
    dir: TempDir,
}

impl Fixture {
    /// A workbook with one exercise, in order.
    pub(super) fn new() -> Self {
        let fixture = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let pinned = include_str!("../../../../rust-toolchain.toml");
        for (file, text) in [
            ("rust-toolchain.toml", pinned),
            ("book/book.toml", BOOK),
            ("book/src/SUMMARY.md", SUMMARY),
            (
                "book/src/index.md",
                "# About\n\n<!-- workbook:exercises -->\n",
            ),
            ("book/src/facts.md", "# Facts\n\n<!-- workbook:facts -->\n"),
            (
                "book/src/04-memory/index.md",
                "# Memory\n\n## Exercises\n\n<!-- workbook:exercises -->\n",
            ),
            ("book/src/04-memory/01-cache.md", PAGE),
            ("book/facts/let-else.rs", FACT),
            ("exercises/04-memory/01-cache/Cargo.toml", MANIFEST),
            ("exercises/04-memory/01-cache/src/lib.rs", LIB),
        ] {
            fixture.write(file, text);
        }
        fixture
    }

    /// Writes a file, relative to the root.
    pub(super) fn write(&self, file: &str, text: &str) {
        let path = self.dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces text in a file; it must be there.
    pub(super) fn replace(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} has no {from:?}");
        self.write(file, &text.replace(from, to));
    }

    /// Removes a file.
    pub(super) fn remove(&self, file: &str) {
        fs::remove_file(self.dir.path().join(file)).unwrap();
    }

    /// Reads a file.
    pub(super) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.dir.path().join(file)).unwrap()
    }

    /// Whether a file is there.
    pub(super) fn has(&self, file: &str) -> bool {
        self.dir.path().join(file).exists()
    }

    /// Its folder.
    pub(super) fn root(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    fn folders(&self) -> Folders {
        Folders::new(self.root())
    }

    /// What `book build` says.
    pub(super) fn build(&self) -> String {
        match render::build(&self.folders()) {
            Ok(_) => "built".to_owned(),
            Err(failure) => told(&failure),
        }
    }

    /// What `book test` says.
    pub(super) fn test(&self) -> String {
        match check::check(&self.folders()) {
            Ok(report) => report.to_string(),
            Err(failure) => told(&failure),
        }
    }
}

fn told(failure: &Failure) -> String {
    assert!(
        matches!(failure, Failure::Book(_)),
        "the machine is to blame, not the fixture: {failure}"
    );
    failure.to_string()
}
