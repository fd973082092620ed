//! Builds the crate with features that cargo was not asked for.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// What the standard library consists of.
#[derive(Clone, Copy)]
pub enum Crates {
    Core,
    Alloc,
    All,
}

/// A folder for what one test builds.
pub struct Build {
    dir: PathBuf,
}

impl Build {
    pub fn new(name: &str) -> Self {
        let dir =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder for the build");
        Self { dir }
    }

    /// Builds the crate with these features, against these crates.
    #[track_caller]
    pub fn library(&self, features: &[&str], crates: Crates) -> PathBuf {
        let file = self.dir.join("libtargets_portable_core.rlib");
        let mut rustc = rustc();
        rustc.args([
            "--crate-name",
            "targets_portable_core",
            "--crate-type",
            "lib",
        ]);
        for feature in features {
            rustc.args(["--cfg", &format!("feature=\"{feature}\"")]);
        }
        if let Some(sysroot) = self.sysroot(crates) {
            rustc.arg("--sysroot").arg(sysroot);
        }
        let output = finish(rustc.arg("-o").arg(&file).arg("src/lib.rs"));
        assert!(
            output.status.success(),
            "with {}, and {} to build on, it does not compile:\n\n{}",
            in_words(features),
            match crates {
                Crates::Core => "nothing but core",
                Crates::Alloc => "nothing but core and alloc",
                Crates::All => "all of std",
            },
            String::from_utf8_lossy(&output.stderr)
        );
        file
    }

    /// Builds `tests/probes/PROBE.rs` on top of the crate with these features, and runs it.
    #[track_caller]
    pub fn run(&self, features: &[&str], probe: &str) {
        let library = self.library(features, Crates::All);
        let program = self.dir.join("probe");
        let mut rustc = rustc();
        rustc.args(["--crate-name", "probe"]);
        rustc
            .arg("--extern")
            .arg(format!("targets_portable_core={}", library.display()));
        let output = finish(
            rustc
                .arg("-o")
                .arg(&program)
                .arg(format!("tests/probes/{probe}.rs")),
        );
        assert!(
            output.status.success(),
            "with {}, tests/probes/{probe}.rs does not compile:\n\n{}",
            in_words(features),
            String::from_utf8_lossy(&output.stderr)
        );
        let output = finish(&mut Command::new(program));
        assert!(
            output.status.success(),
            "with {}, tests/probes/{probe}.rs fails:\n\n{}",
            in_words(features),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A copy of the compiler's sysroot with fewer crates in it.
    fn sysroot(&self, crates: Crates) -> Option<PathBuf> {
        let names: &[&str] = match crates {
            Crates::Core => &["core", "compiler_builtins"],
            Crates::Alloc => &["core", "compiler_builtins", "alloc"],
            Crates::All => return None,
        };
        let output = finish(rustc().args(["--print", "target-libdir"]));
        let whole = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        // …/lib/rustlib/TARGET/lib
        let target = whole.iter().rev().nth(1).expect("a target's folder");
        let part = self
            .dir
            .join("sysroot/lib/rustlib")
            .join(target)
            .join("lib");
        fs::create_dir_all(&part).expect("a folder for the sysroot");
        for entry in fs::read_dir(&whole).expect("the compiler's libraries") {
            let path = entry.expect("a library").path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            if names
                .iter()
                .any(|name| file.starts_with(&format!("lib{name}-")))
            {
                fs::copy(&path, part.join(&*file)).expect("a copy of a library");
            }
        }
        Some(self.dir.join("sysroot"))
    }
}

impl Drop for Build {
    fn drop(&mut self) {
        // What is left behind goes with the target folder.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn rustc() -> Command {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args([
        "--edition",
        "2024",
        "--cap-lints",
        "allow",
        "--error-format",
        "human",
        "--color",
        "never",
    ]);
    rustc.current_dir(env!("CARGO_MANIFEST_DIR"));
    rustc
}

fn finish(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} could not be started: {error}"))
}

fn in_words(features: &[&str]) -> String {
    if features.is_empty() {
        "no feature".to_owned()
    } else {
        format!("the features {}", features.join(" and "))
    }
}
