//! What a toolchain is assembled from: the distribution's compiler, cargo and library source, and a
//! linker that knows the targets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::private;
use crate::prober::Prober;
use crate::recipes;
use crate::rustup;
use crate::tools::Packages;
use crate::version::Version;
use workbook_run::exec::Cmd;

/// The packages that hold the compiler, cargo and the library's source.
pub const COMPILER: Packages = Packages {
    apt: &["rustc-web", "cargo-web", "rust-web-src"],
    dnf: &["rust", "cargo", "rust-src"],
    pacman: &["rust", "rust-src"],
    brew: &[],
    private: Some(&recipes::RUST),
};

/// The package that holds a linker, where rustup hasn't installed one.
pub const LINKER: Packages = Packages {
    apt: &["lld-19"],
    dnf: &["lld"],
    pacman: &["lld"],
    brew: &["lld"],
    private: Some(&recipes::LLD),
};

/// The distribution's compiler and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiler {
    /// The compiler.
    pub rustc: PathBuf,
    /// Its rustdoc.
    pub rustdoc: PathBuf,
    /// The cargo that comes with it.
    pub cargo: PathBuf,
    /// `rustc --print sysroot`.
    pub sysroot: PathBuf,
    /// The folder that holds `library/`.
    pub source: PathBuf,
    /// The host's triple.
    pub host: String,
    /// `rustc --version`, as three numbers.
    pub version: Version,
}

/// Finds the distribution's compiler: one that is installed and new enough, else a private copy. The error
/// says what is missing of the first.
pub fn compiler(prober: &Prober<'_>) -> Result<Compiler, String> {
    let machine = prober.machine;
    let system =
        ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map(|folder| machine.at(folder));
    let copy = private::find(machine, &recipes::RUST);
    let places = system.iter().map(|bin| (bin.clone(), machine.root.clone()));
    let places = places.chain(copy.map(|copy| (copy.bin(), copy.root())));
    let mut lacks = None;
    for (bin, root) in places.filter(|(bin, _)| is_compiler(&bin.join("rustc"))) {
        match compiler_in(prober, &bin, &root) {
            Ok(compiler) => return Ok(compiler),
            Err(why) => drop(lacks.get_or_insert(why)),
        }
    }
    Err(lacks.unwrap_or_else(|| "no rustc of the distribution's own is installed".to_owned()))
}

/// The compiler of the folder `bin`, in a system whose `/` is `root`.
fn compiler_in(prober: &Prober<'_>, bin: &Path, root: &Path) -> Result<Compiler, String> {
    let rustc = bin.join("rustc");
    let cargo = present(bin.join("cargo"))?;
    let rustdoc = present(bin.join("rustdoc"))?;
    let ask = |args: &[&str]| {
        let cmd = Cmd::new(&rustc).args(args).timeout(Duration::from_secs(20));
        let output = prober.exec.run(&cmd).map_err(|error| error.to_string())?;
        if output.success() {
            Ok(output.stdout())
        } else {
            Err(output.stderr())
        }
    };
    let told = |error: String| format!("{} gives no answer: {error}", rustc.display());
    let sysroot = PathBuf::from(ask(&["--print", "sysroot"]).map_err(told)?.trim());
    let about = ask(&["-vV"]).map_err(told)?;
    let field = |name: &str| about.lines().find_map(|line| line.strip_prefix(name));
    let host = field("host: ")
        .ok_or_else(|| told("no host".to_owned()))?
        .to_owned();
    let version = field("release: ").and_then(Version::parse);
    let version = version.ok_or_else(|| told("no release".to_owned()))?;
    let needed = rust_version(&prober.machine.workspace);
    if needed.is_some_and(|needed| version < needed) {
        let needed = needed.map(|needed| needed.to_string()).unwrap_or_default();
        return Err(format!(
            "the distribution's compiler is {version}, the workbook needs {needed}"
        ));
    }
    let source = source(root, &sysroot, version)?;
    Ok(Compiler {
        rustc,
        rustdoc,
        cargo,
        sysroot,
        source,
        host,
        version,
    })
}

/// A compiler, and not rustup's stand-in for one.
fn is_compiler(rustc: &Path) -> bool {
    rustc
        .canonicalize()
        .is_ok_and(|path| !path.ends_with("rustup"))
}

fn present(path: PathBuf) -> Result<PathBuf, String> {
    if path.exists() {
        Ok(path)
    } else {
        Err(format!("there is no {}", path.display()))
    }
}

fn source(root: &Path, sysroot: &Path, version: Version) -> Result<PathBuf, String> {
    let in_sysroot = sysroot.join("lib/rustlib/src/rust");
    let debian = root.join(format!("usr/src/rustc-{version}"));
    [in_sysroot, debian]
        .into_iter()
        .find(|folder| folder.join("library/Cargo.lock").is_file())
        .ok_or_else(|| format!("the library's source of rustc {version} isn't installed"))
}

/// The workspace's `rust-version`.
fn rust_version(workspace: &Path) -> Option<Version> {
    let manifest = std::fs::read_to_string(workspace.join("Cargo.toml")).ok()?;
    let line = manifest
        .lines()
        .find_map(|line| line.trim().strip_prefix("rust-version = "))?;
    Version::parse(line.trim_matches('"'))
}

/// A linker for both targets: the compiler's own, rustup's, or LLVM's of the distribution, newest
/// first. All take the flavour as an argument when called `rust-lld`.
pub fn linker(prober: &Prober<'_>, compiler: &Compiler) -> Option<PathBuf> {
    let place = Path::new("lib/rustlib")
        .join(&compiler.host)
        .join("bin/rust-lld");
    let own = Some(compiler.sysroot.join(&place));
    let rustups = rustup::sysroot(prober).map(|sysroot| sysroot.join(&place));
    let llvms = (15..40)
        .rev()
        .map(|major| format!("lld-{major}"))
        .chain([String::from("lld")]);
    let llvms = llvms.filter_map(|name| prober.machine.program(&name));
    let copy = private::find(prober.machine, &recipes::LLD).and_then(|copy| copy.program("lld"));
    own.into_iter()
        .chain(rustups)
        .filter(|path| path.exists())
        .chain(llvms)
        .chain(copy)
        .next()
}
