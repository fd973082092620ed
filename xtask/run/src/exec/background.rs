//! A process that runs beside the others.

use std::{
    io,
    thread::{self, JoinHandle},
};

use super::{Cancel, Output};

/// A process that runs until it ends or is stopped; dropping this stops it and waits for its end.
pub struct Background {
    stop: Cancel,
    thread: Option<JoinHandle<io::Result<Output>>>,
}

impl Background {
    /// Runs `work` on a thread, which it keeps until the process is gone: on Linux, what a process is
    /// told at its parent's death it is told at the death of the thread that started it.
    pub fn new(work: impl FnOnce(&Cancel) -> io::Result<Output> + Send + 'static) -> Self {
        let stop = Cancel::default();
        let flag = stop.clone();
        Self {
            stop,
            thread: Some(thread::spawn(move || work(&flag))),
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Stops it.
    ///
    /// # Errors
    /// If it could not be started.
    pub fn stop(&mut self) -> io::Result<()> {
        self.stop.raise();
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result.map(drop),
            // It panicked and said so, or was stopped before.
            Some(Err(_)) | None => Ok(()),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Whoever wants to know why it did not start asks before.
        let _ = self.stop();
    }
}
