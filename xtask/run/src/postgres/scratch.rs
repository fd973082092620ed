//! The folder that the server lives in, and the user that it runs as.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

use rustix::process::geteuid;
use tempfile::TempDir;

/// Short, since a socket's path may have about 100 bytes, and open to every user: neither is certain of
/// the workspace or of `TMPDIR`.
const BASE: &str = "/tmp";
const PREFIX: &str = "workbook-pg-";
const LOCK: &str = "lock";

/// A user for the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// Whom the server has to run as: PostgreSQL refuses root. `None`: as ourselves.
    pub fn for_server() -> Result<Option<Self>, String> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let account = Self::among(&users).ok_or_else(|| {
            "it refuses to run as root, and there is no user `postgres` or `nobody` to run it as"
                .to_owned()
        })?;
        Ok(Some(account))
    }

    /// The fittest of the users in the text of `/etc/passwd`.
    fn among(users: &str) -> Option<Self> {
        let find = |name: &str| {
            let line = users
                .lines()
                .find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2).map(str::parse);
            let (uid, gid) = (fields.next()?.ok()?, fields.next()?.ok()?);
            Some(Self { uid, gid })
        };
        find("postgres").or_else(|| find("nobody"))
    }
}

/// A folder that belongs to the server's user, and is removed when dropped.
pub struct Scratch {
    dir: TempDir,
    /// Locked as long as we live: an unlocked one is left from a run that was killed.
    _lock: File,
}

impl Scratch {
    pub fn new(owner: Option<&Account>) -> io::Result<Self> {
        sweep(Path::new(BASE));
        Self::new_in(Path::new(BASE), owner)
    }

    fn new_in(base: &Path, owner: Option<&Account>) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(base)?;
        // Under its name only once it is locked, or another run could sweep it away.
        let early = dir.path().join("lock.new");
        let lock = File::create(&early)?;
        lock.lock()?;
        fs::rename(early, dir.path().join(LOCK))?;
        if let Some(Account { uid, gid }) = owner {
            chown(dir.path(), Some(*uid), Some(*gid))?;
        }
        Ok(Self { dir, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// Removes what killed runs left. Errors are of no interest: the folder may be somebody else's.
fn sweep(base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let path = entry.path();
        let named = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let ours = || {
            let lock = fs::symlink_metadata(path.join(LOCK)).ok()?;
            (lock.is_file() && lock.uid() == geteuid().as_raw()).then_some(())
        };
        if named
            && ours().is_some()
            && File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
        {
            let _ = fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_s_own_user_is_the_fittest() {
        let nobody = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/false\n";
        let fallback = Account {
            uid: 65534,
            gid: 65533,
        };
        assert_eq!(Account::among(nobody), Some(fallback));
        let both = format!("{nobody}postgres:x:101:104::/var/lib/postgresql:/bin/bash\n");
        assert_eq!(Account::among(&both), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(Account::among("root:x:0:0::/root:/bin/sh\n"), None);
    }

    #[test]
    fn only_what_a_killed_run_left_is_swept_away() {
        let base = tempfile::tempdir().unwrap();
        let held = Scratch::new_in(base.path(), None).unwrap();
        let left = base.path().join("workbook-pg-left");
        let other = base.path().join("other");
        for dir in [&left, &other] {
            fs::create_dir(dir).unwrap();
            fs::write(dir.join(LOCK), "").unwrap();
        }
        sweep(base.path());
        assert!(held.path().exists(), "its run goes on");
        assert!(other.exists(), "it is not ours");
        assert!(!left.exists(), "its run is gone");
    }
}
