//! Keeps a machine's own cargo configuration away from verdicts.
//!
//! Cargo reads `.cargo/config.toml` from every folder above the one it is started in, and from `CARGO_HOME`. Lint
//! flags, a target, a profile, a wrapper or a patch in one of them changes what an exercise compiles to. They cannot be
//! overridden one by one: lists join, tables merge, and a target cannot be unset. So where such a file holds anything
//! that matters, and only there, cargo is made not to find it:
//!
//! - a script called `cargo`, first on `PATH`, starts the real one in `/`, above which there is nothing to find, and
//!   names the manifest and the workbook's own configuration. It reaches the cargo that wasm-pack or trybuild starts, too.
//! - `CARGO_HOME` is a folder of ours with links to what the real one holds, and with those parts of the configuration
//!   that say how to reach registries and the network.
//!
//! What is built so has a target folder of its own: cargo would otherwise take a dependency in the other home for a
//! changed one, and build it anew at each turn.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs, io,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use super::{Cmd, process};

mod config;

/// Names the real cargo to the script.
const REAL: &str = "WORKBOOK_CARGO";
/// The script; `{config}` stands for a flag.
const SCRIPT: &str = include_str!("isolation/cargo.sh");
/// What is linked from the real home. Cargo makes what is not there, at the link's end.
const LINKED: &[&str] = &[
    ".global-cache",
    ".package-cache",
    ".package-cache-mutate",
    "bin",
    "credentials",
    "credentials.toml",
    "git",
    "registry",
];

/// A folder from which cargo sees nothing of the machine's configuration.
#[derive(Debug)]
pub struct Isolation {
    /// The script's folder.
    bin: PathBuf,
    /// Stands for `CARGO_HOME`.
    home: PathBuf,
    root: PathBuf,
    /// Variables that a configuration's `[env]` gave to us, when cargo started us.
    inherited: BTreeMap<String, String>,
    toolchain: OnceLock<Option<OsString>>,
}

impl Isolation {
    /// What it takes for the workbook at `root`; `None` where no configuration holds anything that matters.
    ///
    /// # Errors
    /// If the folder cannot be written, or if such a configuration lies where cargo cannot be kept from it.
    pub fn of(root: &Path) -> io::Result<Option<Self>> {
        let real_home = cargo_home().filter(|home| home.is_absolute());
        let found = config::discover(root, real_home.as_deref())?;
        if found.iter().all(|file| file.what_matters().is_none()) {
            return Ok(None);
        }
        let at_the_top = found
            .iter()
            .filter(|file| file.folder() == Some(Path::new("/.cargo")));
        if let Some(what) = at_the_top.filter_map(config::File::what_matters).next() {
            return Err(io::Error::other(format!(
                "{what}, which would change verdicts, and at the top of the file system cargo always finds it; move it to another folder, and name that in CARGO_HOME"
            )));
        }
        let dir = Self::target_dir(root);
        let isolation = Self {
            bin: dir.join("bin"),
            home: dir.join("home"),
            root: root.to_owned(),
            inherited: config::variables(&found),
            toolchain: OnceLock::new(),
        };
        isolation.write(real_home.as_deref(), &config::harmless(&found))?;
        Ok(Some(isolation))
    }

    /// The target folder of what is built so.
    pub fn target_dir(root: &Path) -> PathBuf {
        root.join("target/workbook/isolated")
    }

    fn write(&self, real_home: Option<&Path>, harmless: &str) -> io::Result<()> {
        fs::create_dir_all(&self.bin)?;
        fs::create_dir_all(&self.home)?;
        let own = self.root.join(".cargo/config.toml");
        let flag = if own.exists() {
            format!("--config {}", super::quote(&own.to_string_lossy()))
        } else {
            String::new()
        };
        let script = self.bin.join("cargo");
        replace(&script, &SCRIPT.replace("{config}", &flag))?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
        replace(&self.home.join("config.toml"), harmless)?;
        for name in LINKED {
            let (Some(real), link) = (real_home.map(|home| home.join(name)), self.home.join(name))
            else {
                continue;
            };
            if matches!(*name, "git" | "registry") {
                fs::create_dir_all(&real)?;
            }
            if fs::read_link(&link).is_ok_and(|to| to == real) {
                continue;
            }
            // What a former home left there.
            let _ = fs::remove_file(&link);
            match symlink(&real, &link) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                // Another run made it a moment ago.
                _ => {}
            }
        }
        Ok(())
    }

    /// The environment of a command: what is set, and what is taken out.
    pub(super) fn env(&self, cmd: &Cmd) -> Vec<(OsString, Option<OsString>)> {
        let mut env: Vec<(OsString, Option<OsString>)> = Vec::new();
        for (name, value) in &self.inherited {
            if env::var_os(name).is_some_and(|now| now == value.as_str()) {
                env.push((name.into(), None));
            }
        }
        let of_cmd = |name: &str| {
            let own = cmd.env.get(&OsString::from(name)).cloned();
            own.unwrap_or_else(|| env::var_os(name))
        };
        let path = of_cmd("PATH").unwrap_or_default();
        let real = of_cmd("CARGO").or_else(|| {
            let folders = env::split_paths(&path).filter(|folder| *folder != self.bin);
            let mut programs = folders.map(|folder| folder.join("cargo"));
            programs.find(|program| program.is_file()).map(Into::into)
        });
        let folders = std::iter::once(self.bin.clone()).chain(env::split_paths(&path));
        // A folder with a colon in its name cannot be on PATH: then there is no way to isolate, and cargo is what it was.
        let (Some(real), Ok(path)) = (real, env::join_paths(folders)) else {
            return env;
        };
        env.push(("PATH".into(), Some(path)));
        env.push(("CARGO".into(), Some(self.bin.join("cargo").into())));
        env.push((REAL.into(), Some(real)));
        env.push(("CARGO_HOME".into(), Some(self.home.clone().into())));
        // In `/`, rustup would not find the workbook's `rust-toolchain.toml`.
        if of_cmd("RUSTUP_TOOLCHAIN").is_none()
            && let Some(toolchain) = self.toolchain.get_or_init(|| self.sysroot())
        {
            env.push(("RUSTUP_TOOLCHAIN".into(), Some(toolchain.clone())));
        }
        env
    }

    /// The folder of the toolchain that is active in the workbook.
    fn sysroot(&self) -> Option<OsString> {
        let cmd = Cmd::new("rustc")
            .args(["--print", "sysroot"])
            .cwd(&self.root);
        let output = process::run(&cmd, &super::Cancel::default(), None).ok()?;
        let said = output.stdout();
        (output.success() && said.starts_with('/')).then(|| said.trim_end().into())
    }
}

fn cargo_home() -> Option<PathBuf> {
    let own = env::var_os("CARGO_HOME")
        .filter(|home| !home.is_empty())
        .map(PathBuf::from);
    own.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")))
}

/// Writes a file whole, since another run may be reading it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let new = path.with_extension(format!("new-{}", std::process::id()));
    fs::write(&new, text)?;
    fs::rename(new, path)
}
