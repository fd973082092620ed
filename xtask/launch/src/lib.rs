//! Starts the workbook's programs as cargo would, but without cargo where nothing has changed.
//!
//! `cargo xtask` is an alias for `cargo run --quiet` of this package, which cargo compiles within a
//! second: a quiet cargo says nothing while it compiles, nor while it waits for another one. What takes
//! longer is built from here, by a cargo that may speak. And since a start of cargo reads every manifest
//! of the workspace, one start in place of two is what a person feels at each command.

#![deny(clippy::print_stdout, clippy::print_stderr, clippy::exit)]

use std::{
    env,
    error::Error,
    ffi::OsStr,
    fmt, fs, io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::SystemTime,
};

mod depinfo;

/// Files of the workspace that cargo reads before any source.
const SETTINGS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo/config.toml",
];
/// What `cargo run` sets for the program that it runs, and the next program should not take for its own.
const OF_THIS_RUN: &[&str] = &[
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
];

/// A program of the workbook: a package with a binary of the same name.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The package.
    pub package: &'static str,
    /// What a person calls it; finishes "compiling …".
    pub what: &'static str,
}

/// The runner itself.
pub const RUNNER: Program = Program {
    package: "xtask",
    what: "the workbook's runner",
};

/// Watches an exercise.
pub const WATCH: Program = Program {
    package: "workbook-watch",
    what: "the watching part of the runner",
};
/// Marks submissions.
pub const GRADE: Program = Program {
    package: "workbook-grade",
    what: "the grader",
};
/// What authors run.
pub const AUTHOR: Program = Program {
    package: "workbook-author",
    what: "the authors' part of the runner",
};
/// Builds, serves and tests the book.
pub const BOOK: Program = Program {
    package: "book-live",
    what: "the book's program",
};

/// Where the programs come from, and where it is noted what was built.
#[derive(Clone, Debug)]
pub struct Launcher {
    root: PathBuf,
    notes: PathBuf,
}

impl Launcher {
    /// For the workspace that this package belongs to; notes lie beside the program that runs.
    ///
    /// # Errors
    /// If the system does not say which program this is.
    pub fn new() -> io::Result<Self> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        let exe = env::current_exe()?;
        Ok(Self {
            root: own.ancestors().nth(2).unwrap_or(own).to_owned(),
            notes: exe.parent().unwrap_or(&exe).to_owned(),
        })
    }

    /// The program's file, built if it is not as new as its sources. Says so on standard error before
    /// it builds, and leaves that stream to cargo meanwhile.
    ///
    /// # Errors
    /// If it can't be built; cargo has told why.
    pub fn ready(&self, program: Program) -> Result<PathBuf, LaunchError> {
        match self.built(program) {
            Some(file) => Ok(file),
            None => self.build(program),
        }
    }

    fn note_of(&self, program: Program) -> PathBuf {
        self.notes.join(format!("{}.built", program.package))
    }

    /// The program's file if it was built after the last change of all that it is made of.
    fn built(&self, program: Program) -> Option<PathBuf> {
        let note = self.note_of(program);
        let began = modified(&note)?;
        let file = PathBuf::from(fs::read_to_string(&note).ok()?);
        let sources = depinfo::sources(&fs::read_to_string(file.with_extension("d")).ok()?);
        let manifests = sources
            .iter()
            .flat_map(|source| self.manifests_above(source));
        let settings = SETTINGS.iter().map(|name| self.root.join(name));
        let older = |path: &Path| modified(path).is_some_and(|at| at < began);
        let unchanged = file.exists()
            && sources.iter().all(|source| older(source))
            && manifests
                .chain(settings)
                .filter(|path| path.exists())
                .all(|path| older(&path))
            // Built again by cargo where the compiler or its flags are others.
            && env::current_exe().is_ok_and(|me| older(&me));
        unchanged.then_some(file)
    }

    /// The manifests of the packages that a source may belong to.
    fn manifests_above(&self, source: &Path) -> Vec<PathBuf> {
        let folders = source.ancestors().skip(1);
        folders
            .take_while(|folder| folder.starts_with(&self.root))
            .map(|folder| folder.join("Cargo.toml"))
            .collect()
    }

    fn build(&self, program: Program) -> Result<PathBuf, LaunchError> {
        let failed = |why| LaunchError { program, why };
        let note = self.note_of(program);
        say(&if note.exists() {
            format!("compiling {} again, after a change", program.what)
        } else {
            format!(
                "compiling {}, for the first time: this takes a minute or two",
                program.what
            )
        });
        let began = SystemTime::now();
        let mut cargo = command(env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo
            .args(["build", "--message-format=json-render-diagnostics"])
            .args(["--package", program.package, "--bin", program.package])
            // Its settings and its toolchain are the workspace's, wherever the person stands.
            .current_dir(&self.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        for key in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
            if let Some(Ok(dir)) = env::var_os(key).map(std::path::absolute) {
                cargo.env(key, dir);
            }
        }
        let output = cargo
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .map_err(|error| failed(Why::NoCargo(error)))?;
        if !output.status.success() {
            return Err(failed(Why::Cargo(output.status)));
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let file = depinfo::executable(&said).ok_or_else(|| failed(Why::NoProgram))?;
        // A note that can't be written costs the next start a build that finds nothing to do.
        let _ = write_note(&note, &file, began);
        Ok(file)
    }
}

/// Becomes this program, with these arguments. Returns only if it can't.
pub fn become_program(file: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> io::Error {
    command(file).args(args).exec()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program that is replaced, or a cargo that shares the person's terminal and its Ctrl-C, is no child to supervise"
)]
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        if OF_THIS_RUN.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&key);
        }
    }
    command
}

/// Says a line on standard error. That nobody reads it is no error.
#[expect(
    clippy::disallowed_methods,
    reason = "this package's own door: it can lean on nothing, and has no spinner"
)]
pub fn say(text: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr(), "{text}");
}

/// Notes the program that was built from sources as they were at `began`; whole, or as before.
fn write_note(note: &Path, file: &Path, began: SystemTime) -> io::Result<()> {
    let new = note.with_extension(format!("built-{}", std::process::id()));
    fs::write(&new, file.as_os_str().as_encoded_bytes())?;
    fs::File::options()
        .append(true)
        .open(&new)?
        .set_modified(began)?;
    fs::rename(&new, note)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

/// A program that can't be had.
#[derive(Debug)]
pub struct LaunchError {
    program: Program,
    why: Why,
}

#[derive(Debug)]
enum Why {
    NoCargo(io::Error),
    Cargo(ExitStatus),
    NoProgram,
}

impl fmt::Display for LaunchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Program { package, what } = self.program;
        write!(f, "failed to compile {what}: ")?;
        match &self.why {
            Why::NoCargo(error) => write!(f, "cargo can't be started: {error}"),
            Why::Cargo(status) => write!(
                f,
                "`cargo build --package {package}` ended with {status}; what it said is above"
            ),
            Why::NoProgram => write!(
                f,
                "`cargo build --package {package}` named no program; please report this"
            ),
        }
    }
}

impl Error for LaunchError {}
