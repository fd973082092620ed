//! Locks on files, for whoever must be alone at something: the others wait, and say so.

use std::{
    fs::{File, TryLockError},
    path::Path,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::exec::Cancel;

/// How often a waiter looks whether it is its turn.
const TICK: Duration = Duration::from_millis(50);

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held for its lock")] File);

impl Lock {
    /// Locks the file at `path`, which is made if it is not there. Where somebody else holds the lock, `waiting` is
    /// called once, and this waits for its turn.
    ///
    /// # Errors
    /// If the file can't be made or locked, or if `cancel` is raised before it is our turn.
    pub fn acquire(path: &Path, cancel: &Cancel, waiting: impl FnOnce()) -> Result<Self> {
        let file = File::create(path).with_context(|| {
            format!(
                "failed to write {}; see that the disk is writable and has room",
                path.display()
            )
        })?;
        let mut waiting = Some(waiting);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) => {
                    if let Some(waiting) = waiting.take() {
                        waiting();
                    }
                    if cancel.is_raised() {
                        bail!("stopped while waiting for another run");
                    }
                    thread::sleep(TICK);
                }
                Err(TryLockError::Error(error)) => {
                    return Err(error)
                        .with_context(|| format!("failed to lock {}", path.display()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn the_second_waits_says_so_once_and_gets_its_turn() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let (cancel, told) = (Cancel::default(), AtomicUsize::new(0));
        let first = Lock::acquire(&path, &cancel, || panic!("nobody holds it")).unwrap();
        thread::scope(|scope| {
            let second = scope.spawn(|| {
                Lock::acquire(&path, &cancel, || {
                    told.fetch_add(1, Ordering::SeqCst);
                })
            });
            while told.load(Ordering::SeqCst) == 0 {
                thread::sleep(Duration::from_millis(1));
            }
            thread::sleep(3 * TICK);
            assert!(!second.is_finished());
            drop(first);
            second.join().unwrap().unwrap();
        });
        assert_eq!(told.into_inner(), 1);
    }

    #[test]
    fn a_waiter_can_be_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let cancel = Cancel::default();
        let _first = Lock::acquire(&path, &cancel, || {}).unwrap();
        cancel.raise();
        let error = Lock::acquire(&path, &cancel, || {}).unwrap_err();
        assert!(error.to_string().contains("stopped"), "{error}");
    }
}
