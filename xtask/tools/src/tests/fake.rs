//! A machine that is a folder.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::found::Toolchain;
use crate::machine::Machine;
use crate::prober::Prober;
use crate::progress::Progress;
use crate::runner::Runner;
use workbook_run::exec::mock::{Mock, output};
use workbook_run::exec::{Cmd, Output};

/// What programs print when asked for their version.
const VERSIONS: [(&str, &str); 8] = [
    ("cargo-nextest", "cargo-nextest 0.9.143"),
    ("wasm-pack", "wasm-pack 0.15.0"),
    ("wasm-bindgen", "wasm-bindgen 0.2.129"),
    ("valgrind", "valgrind-3.19.0"),
    ("node", "v20.20.2"),
    ("chromium", "Chromium 156.0.1 built on Debian"),
    ("chromedriver", "ChromeDriver 156.0.2"),
    ("postgres", "postgres (PostgreSQL) 15.18"),
];

/// A machine that is a folder.
pub(crate) struct Fake {
    folder: tempfile::TempDir,
    pub(crate) machine: Machine,
    versions: BTreeMap<String, String>,
}

impl Fake {
    /// With a workspace, a toolchain that has no target but the host, and nothing else.
    pub(crate) fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join("workspace");
        fs::create_dir_all(folder.path().join("sysroot/lib/rustlib/host/bin")).unwrap();
        fs::create_dir_all(&workspace).unwrap();
        fs::write(workspace.join("Cargo.toml"), "rust-version = \"1.95\"\n").unwrap();
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        fs::write(workspace.join("Cargo.lock"), lock).unwrap();
        let machine = Machine {
            workspace,
            root: folder.path().join("root"),
            path: vec![folder.path().join("bin")],
            vars: BTreeMap::new(),
            superuser: true,
            io_uring: || Ok(()),
        };
        let versions = VERSIONS
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let fake = Self {
            folder,
            machine,
            versions: versions.collect(),
        };
        fake.program("rustc")
    }

    /// With a program on `PATH`.
    pub(crate) fn program(self, name: &str) -> Self {
        self.file_at(&format!("bin/{name}"));
        self
    }

    /// With a program that prints this version instead.
    pub(crate) fn program_of(mut self, name: &str, version: &str) -> Self {
        self.versions
            .insert(name.to_owned(), format!("{name} {version}"));
        self.program(name)
    }

    /// With Debian's compiler, its source and rustup's linker.
    pub(crate) fn debian(self) -> Self {
        for file in [
            "root/usr/bin/rustc",
            "root/usr/bin/rustdoc",
            "root/usr/bin/cargo",
        ] {
            self.file_at(file);
        }
        self.file_at("root/usr/src/rustc-1.96.0/library/Cargo.lock");
        self.file_at("sysroot/lib/rustlib/host/bin/rust-lld");
        self
    }

    /// An executable file at this place of the fake's folder.
    pub(crate) fn file_at(&self, place: &str) -> PathBuf {
        let path = self.folder.path().join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An executor that answers questions about versions and takes everything else as done.
    pub(crate) fn exec(&self) -> Mock {
        self.exec_with(|_| None)
    }

    /// The same, where `answer` comes first.
    pub(crate) fn exec_with(
        &self,
        answer: impl Fn(&Cmd) -> Option<Output> + Send + Sync + 'static,
    ) -> Mock {
        let (versions, folder) = (self.versions.clone(), self.folder.path().to_owned());
        Mock::new(move |cmd| Ok(answer(cmd).unwrap_or_else(|| usual(cmd, &versions, &folder))))
    }

    pub(crate) fn redact(&self, text: &str) -> String {
        text.replace(&self.folder.path().display().to_string(), "<fake>")
    }
}

fn usual(cmd: &Cmd, versions: &BTreeMap<String, String>, folder: &Path) -> Output {
    let line = cmd.line();
    let name = Path::new(cmd.program())
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    if line.ends_with("--version") {
        return output(0, versions.get(&name).map_or("", String::as_str), "");
    }
    if line.ends_with("-vV") {
        return output(0, "rustc 1.96.0\nhost: host\nrelease: 1.96.0\n", "");
    }
    if line.ends_with("--print sysroot") {
        let debian = line.contains("root/usr/bin");
        let sysroot = folder.join(if debian { "root/usr" } else { "sysroot" });
        return output(0, &format!("{}\n", sysroot.display()), "");
    }
    if line.contains("-Zbuild-std") {
        return built(&line, folder);
    }
    output(0, "", "")
}

/// What cargo leaves when it builds a library.
fn built(line: &str, folder: &Path) -> Output {
    let triple = line
        .split_whitespace()
        .skip_while(|word| *word != "--target")
        .nth(1)
        .unwrap();
    let file = folder.join("built").join(triple).join("libcore-1.rlib");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    let message = serde_json::json!({
        "reason": "compiler-artifact", "target": { "name": "core" }, "filenames": [file],
    });
    output(0, &message.to_string(), "")
}

/// A prober of `fake` that asks `exec`.
pub(crate) fn prober<'a>(fake: &'a Fake, exec: &'a Mock, toolchain: Toolchain) -> Prober<'a> {
    Prober::new(&fake.machine, exec, toolchain)
}

/// A runner that shows its progress in the test's log.
pub(crate) fn runner<'a>(prober: &'a Prober<'a>) -> Runner<'a> {
    Runner {
        prober,
        progress: Arc::new(Progress::new(false, 80)),
    }
}
