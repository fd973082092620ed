//! What is shown while a run goes on, and reports at its end.

use std::{
    io::{self, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use workbook::{
    event::Event,
    report::{Format as _, Json, Report, Terminal as Text, terminal::Detail},
};

use crate::context::{Context, Terminal};

/// Shows a run's events on standard error: one line that changes on a terminal, a line an event
/// elsewhere.
pub struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Progress {
    /// For this terminal; `quiet` shows nothing where lines would be printed.
    pub fn new(terminal: Terminal, quiet: bool) -> Self {
        let bar = terminal.progress.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { bar, quiet }
    }

    /// Takes note of an event.
    pub fn on(&self, event: &Event) {
        let text = match event {
            Event::Started { .. } | Event::TestFinished(_) => return,
            Event::Building { what } => format!("building {what}"),
            Event::Running { exercise } => format!("running {exercise}"),
            Event::Finished { outcome } => format!("{} {}", outcome.id(), outcome.verdict()),
        };
        match &self.bar {
            Some(bar) => bar.set_message(text),
            None if self.quiet || matches!(event, Event::Running { .. }) => {}
            None => eprintln!("{text}"),
        }
    }

    /// Says what is being done.
    pub fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(text.to_owned()),
            None if self.quiet => {}
            None => eprintln!("{text}"),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Prints a report: for people, or as JSON.
pub fn print(ctx: &Context, report: &Report, as_json: bool, verbose: bool) -> io::Result<()> {
    let text = if as_json {
        Json.render(report)
    } else {
        terminal(ctx, verbose).render(report)
    };
    to_stdout(&text)
}

/// How reports are shown on this terminal.
pub fn terminal(ctx: &Context, verbose: bool) -> Text {
    Text {
        color: ctx.terminal.color,
        width: ctx.terminal.width,
        verbose,
        detail: Detail::Auto,
    }
}

/// Writes to standard output. That nobody reads any more (`| head`) is no error.
pub fn to_stdout(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
