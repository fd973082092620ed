//! The machine as setup sees it: where programs are looked for and which variables matter. Tests
//! put a folder in its place.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// How much memory the kernel must agree to pin, in bytes. The tests of one run make up to 14 rings with 168 KiB each, and
/// the kernel gives that back some time after a ring is gone: so this is what they need together, with room to spare.
pub const PINNED: usize = 4 * 1024 * 1024;

/// Where setup looks.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The workbook's own folder, which holds `.workbook/`.
    pub workspace: PathBuf,
    /// What `/` is.
    pub root: PathBuf,
    /// The folders of `PATH`.
    pub path: Vec<PathBuf>,
    /// The environment.
    pub vars: BTreeMap<OsString, OsString>,
    /// Whether packages can be installed without sudo.
    pub superuser: bool,
    /// Asks the kernel for an io_uring, and to pin [`PINNED`] bytes for it.
    pub io_uring: fn() -> io::Result<()>,
}

impl Machine {
    /// This machine, with the workbook at `workspace`.
    pub fn here(workspace: &Path) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            workspace: workspace.to_owned(),
            root: PathBuf::from("/"),
            path: std::env::split_paths(&path).collect(),
            vars: std::env::vars_os().collect(),
            superuser: superuser(),
            io_uring,
        }
    }

    /// A variable of the environment; an empty one counts as unset.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.vars
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// What the runner keeps, outside version control.
    pub fn state(&self) -> PathBuf {
        self.workspace.join(".workbook")
    }

    /// Where cargo installs the workbook's tools to.
    pub fn tools(&self) -> PathBuf {
        self.state().join("tools")
    }

    /// Where the platform's packages are unpacked to, if they can't be installed.
    pub fn packages(&self) -> PathBuf {
        self.state().join("packages")
    }

    /// Where a toolchain is assembled from the distribution's compiler.
    pub fn toolchain(&self) -> PathBuf {
        self.state().join("toolchain")
    }

    /// A path from `/`, under what stands for it.
    pub fn at(&self, absolute: &str) -> PathBuf {
        self.root.join(absolute.trim_start_matches('/'))
    }

    /// Every program called `name`: the workbook's own first, then those on `PATH`, in order.
    pub fn programs<'a>(&'a self, name: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::iter::once(self.tools().join("bin"))
            .chain(self.path.iter().cloned())
            .map(move |folder| folder.join(&file))
            .filter(|path| is_program(path))
    }

    /// The first program called `name`.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        self.programs(name).next()
    }

    /// The folders that `pattern` names, where one part may hold a `*`; the last in the order of
    /// names first, since those are mostly versions.
    pub fn folders(&self, pattern: &str) -> Vec<PathBuf> {
        folders_below(&self.root, pattern)
    }

    /// Whether pkg-config would find a file of this name.
    pub fn has_pkg_config(&self, file: &str) -> Option<PathBuf> {
        let own = self.var("PKG_CONFIG_PATH").map(std::env::split_paths);
        let system = [
            "/usr/lib/*/pkgconfig",
            "/usr/lib/pkgconfig",
            "/usr/lib64/pkgconfig",
            "/usr/share/pkgconfig",
            "/usr/local/lib/pkgconfig",
            "/opt/homebrew/lib/pkgconfig",
        ];
        own.into_iter()
            .flatten()
            .chain(system.iter().flat_map(|pattern| self.folders(pattern)))
            .map(|folder| folder.join(file))
            .find(|path| path.is_file())
    }
}

/// The same below any folder that stands for `/`.
pub fn folders_below(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let at = |absolute: &str| root.join(absolute.trim_start_matches('/'));
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![at(pattern)];
    };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let (suffix, rest) = after.split_once('/').unwrap_or((after, ""));
    let mut found: Vec<PathBuf> = std::fs::read_dir(at(parent))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(prefix) && name.ends_with(suffix)
        })
        .map(|entry| entry.path().join(rest))
        .collect();
    found.sort();
    found.reverse();
    found
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Whether this process is root's. Only Linux tells without a system call of its own; elsewhere
/// the answer isn't needed.
#[cfg(target_os = "linux")]
fn superuser() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

#[cfg(not(target_os = "linux"))]
fn superuser() -> bool {
    false
}

/// Sets a ring up, registers memory with it, and takes both down again: only real calls tell what a sandbox or a limit
/// refuses.
#[cfg(target_os = "linux")]
fn io_uring() -> io::Result<()> {
    let mut memory = vec![0; PINNED];
    let parts = [io::IoSliceMut::new(&mut memory)];
    let ring = io_uring::IoUring::new(8)?;
    // SAFETY: std promises that an `IoSliceMut` is laid out as an `iovec`. The memory is declared before the ring, so it is
    // there until the ring is gone.
    unsafe {
        let parts = std::slice::from_raw_parts(parts.as_ptr().cast(), parts.len());
        ring.submitter().register_buffers(parts)
    }?;
    // What is left to the ring's end counts for some time after it.
    ring.submitter().unregister_buffers()
}

#[cfg(not(target_os = "linux"))]
fn io_uring() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
