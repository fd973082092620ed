//! What setup shows of itself, on standard error: a line a step, and on a terminal the running
//! tool's last line under the clock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use workbook_run::terminal;

/// The lines of a setup.
#[derive(Debug)]
pub struct Progress {
    /// Whether a line may be redrawn; else only whole lines are written.
    redraw: bool,
    width: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    started: Instant,
    doing: String,
}

impl Progress {
    /// For a terminal of `width` columns, or (with `redraw` off) for a log.
    pub fn new(redraw: bool, width: usize) -> Self {
        let state = State {
            started: Instant::now(),
            doing: String::new(),
        };
        Self {
            redraw,
            width,
            state: Mutex::new(state),
        }
    }

    /// Says a whole line.
    pub fn say(&self, text: &str) {
        self.clear();
        terminal::note(&format!("setup: {text}"));
    }

    /// Opens a step: its number, of how many, and what it installs.
    pub fn step(&self, number: usize, of: usize, what: &str) {
        {
            let mut state = self.lock();
            state.started = Instant::now();
            state.doing.clear();
        }
        self.say(&format!("[{number}/{of}] {what}"));
    }

    /// Closes a step with its outcome.
    pub fn close(&self, outcome: &str) {
        let elapsed = self.lock().started.elapsed();
        self.say(&format!("      {outcome} ({})", clock(elapsed)));
    }

    /// What the step does now. A log is told once, however many commands that takes.
    pub fn doing(&self, what: &str) {
        let is_new = {
            let mut state = self.lock();
            let is_new = state.doing != what;
            what.clone_into(&mut state.doing);
            is_new
        };
        if self.redraw {
            self.draw("");
        } else if is_new {
            self.say(&format!("      {what}"));
        }
    }

    /// A line that the running tool wrote.
    pub fn line(&self, line: &str) {
        // Cargo's messages to programs aren't for people.
        if self.redraw && !line.trim().is_empty() && !line.starts_with('{') {
            self.draw(line.trim());
        }
    }

    fn draw(&self, line: &str) {
        let state = self.lock();
        let mut text = format!("       {} {}", clock(state.started.elapsed()), state.doing);
        if !line.is_empty() {
            text = format!("{text} · {line}");
        }
        let shown: String = text
            .chars()
            .filter(|c| !c.is_control())
            .take(self.width.saturating_sub(1))
            .collect();
        terminal::draw(&shown);
    }

    fn clear(&self) {
        if self.redraw {
            terminal::draw("");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `7 s`, `2 min 5 s`.
pub fn clock(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}
