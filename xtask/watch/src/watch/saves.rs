//! Where saves are heard of: from the system's file events or, where there are none, by looking.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use walkdir::WalkDir;

/// How often files are looked at where there are no events.
const OFTEN: Duration = Duration::from_millis(250);
/// How much of the time may be spent on that: one part of so many.
const SHARE: u32 = 5;

/// Saves in a folder, as they come.
pub struct Saves {
    /// When each was heard of. One save may come several times.
    pub came: Receiver<Instant>,
    /// Why files are looked at, and no events are waited for; `None` where the system tells of them.
    pub polls: Option<String>,
    _watcher: Option<RecommendedWatcher>,
    ended: Arc<AtomicBool>,
}

impl Saves {
    /// Begins to watch. `poll` wants no events.
    pub fn of(folder: &Path, poll: bool) -> Self {
        let (to, came) = mpsc::channel();
        let ended = Arc::new(AtomicBool::new(false));
        let told = if poll {
            Err("as you wished".to_owned())
        } else if let Some(kind) = without_events(folder) {
            Err(format!("{kind} tells of no saves that others make"))
        } else {
            events(folder, &to, &ended).map_err(|error| reason(&error))
        };
        let (watcher, polls) = match told {
            Ok(watcher) => (Some(watcher), None),
            Err(why) => {
                look_out(folder.to_owned(), to, Arc::clone(&ended));
                (None, Some(why))
            }
        };
        Self {
            came,
            polls,
            _watcher: watcher,
            ended,
        }
    }
}

impl Drop for Saves {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
    }
}

/// The system's events. Where one says that it cannot tell of all (a new folder is one too many to watch), files are
/// looked at as well from then on.
fn events(
    folder: &Path,
    to: &Sender<Instant>,
    ended: &Arc<AtomicBool>,
) -> notify::Result<RecommendedWatcher> {
    // Events name files below the folder's real path.
    let base = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let (at, to, ended) = (base.clone(), to.clone(), Arc::clone(ended));
    let mut looks = false;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let came = match event {
            Ok(event) if event.need_rescan() => true,
            Ok(event) => {
                let changes = matches!(
                    event.kind,
                    EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)
                );
                let mut inside = event
                    .paths
                    .iter()
                    .filter_map(|path| path.strip_prefix(&at).ok());
                changes && inside.any(matters)
            }
            Err(_) => {
                if !looks {
                    looks = true;
                    look_out(at.clone(), to.clone(), Arc::clone(&ended));
                }
                false
            }
        };
        if came {
            // Nobody listens any more once the watch ends.
            let _ = to.send(Instant::now());
        }
    })?;
    watcher.watch(&base, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Looks at all files again and again, and tells when something is not as it was.
fn look_out(folder: PathBuf, to: Sender<Instant>, ended: Arc<AtomicBool>) {
    // Before the thread begins, so that no save after this call is missed.
    let mut known = snapshot(&folder);
    thread::spawn(move || {
        let mut pause = OFTEN;
        while !ended.load(Ordering::SeqCst) {
            thread::sleep(pause);
            let started = Instant::now();
            let now = snapshot(&folder);
            pause = OFTEN.max(started.elapsed() * SHARE);
            if now != known {
                known = now;
                if to.send(Instant::now()).is_err() {
                    return;
                }
            }
        }
    });
}

/// Time and length of all files that matter.
fn snapshot(folder: &Path) -> HashMap<PathBuf, (SystemTime, u64)> {
    let is_ours = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || is_tracked(&entry.file_name().to_string_lossy())
    };
    let walk = WalkDir::new(folder).into_iter().filter_entry(is_ours);
    let files = walk.flatten().filter(|entry| entry.file_type().is_file());
    let seen = files.filter_map(|entry| {
        matters(entry.path().strip_prefix(folder).ok()?).then_some(())?;
        let info = entry.metadata().ok()?;
        Some((entry.into_path(), (info.modified().ok()?, info.len())))
    });
    seen.collect()
}

/// Whether a change of this file (relative to the folder) can change a verdict.
fn matters(path: &Path) -> bool {
    let mut parts = path.components();
    parts.all(|part| is_tracked(&part.as_os_str().to_string_lossy())) && path.extension().is_some()
}

/// Not what builds leave behind, and not what editors do while they save.
fn is_tracked(name: &str) -> bool {
    !(matches!(name, "target" | "pkg" | "wip")
        || name.starts_with('.')
        || name.starts_with('#')
        || name.ends_with('~')
        || name.ends_with(".swp"))
}

/// Why there are no events, in a few words.
fn reason(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "this machine lets you watch no more folders; see fs.inotify.max_user_watches"
                .to_owned()
        }
        notify::ErrorKind::Io(error) => format!("this machine tells of no saves here: {error}"),
        _ => format!("this machine tells of no saves here: {error}"),
    }
}

/// The kind of the file system, if it is one that tells only of what this system does itself. In WSL, an editor of
/// Windows writes behind its back; so does whoever else has a network's folder.
#[cfg(target_os = "linux")]
fn without_events(folder: &Path) -> Option<&'static str> {
    // From statfs(2), and from the kernel's magic.h.
    const KINDS: &[(u32, &str)] = &[
        (0x0000_517b, "an SMB mount"),
        (0x0000_6969, "an NFS mount"),
        (0x00c3_6400, "a Ceph mount"),
        (0x0102_1997, "a mount of the host (9p)"),
        (0x5346_414f, "an AFS mount"),
        (0x6573_5546, "a FUSE mount"),
        (0x786f_4256, "a mount of the host (vboxsf)"),
        (0xfe53_4d42, "an SMB mount"),
        (0xff53_4d42, "a CIFS mount"),
    ];
    let info = rustix::fs::statfs(folder).ok()?;
    // The field's type differs from one architecture to another; the numbers have 32 bits.
    let kind = info.f_type as u32;
    let found = KINDS.iter().find(|(number, _)| *number == kind);
    found.map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
fn without_events(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_no_verdict_hangs_on_are_passed_over() {
        for path in ["02-types/01-x/src/lib.rs", "a/tests/data.txt"] {
            assert!(matters(Path::new(path)), "{path}");
        }
        for path in [
            "a/target/debug/x.rs",
            "a/src/.lib.rs.swp",
            "a/src/lib.rs~",
            "a/src/.#lib.rs",
            "a/src/4913",
        ] {
            assert!(!matters(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn looking_sees_a_save_within_the_second_of_the_last_and_one_with_an_old_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("lib.rs");
        fs::write(&file, "one").unwrap();
        let saves = Saves::of(folder.path(), true);
        assert!(saves.polls.is_some());
        for text in ["two", "three"] {
            fs::write(&file, text).unwrap();
            saves.came.recv_timeout(Duration::from_secs(20)).unwrap();
        }
        let old = SystemTime::now() - Duration::from_secs(3600);
        let file = fs::File::options().append(true).open(&file).unwrap();
        file.set_modified(old).unwrap();
        saves.came.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(saves.came.try_recv().is_err(), "nothing else was saved");
    }
}
