//! What is shown while a run goes on, and reports at its end.

use std::io;

use workbook::{
    event::Event,
    report::{Format as _, Json, Report, Terminal as Text, terminal::Detail},
};

use crate::{
    context::Context,
    terminal::{self, Spinner, Terminal},
};

/// Shows a run's events on standard error: one line that changes on a terminal, a line an event
/// elsewhere.
pub struct Progress {
    spinner: Option<Spinner>,
    quiet: bool,
}

impl Progress {
    /// For this terminal; `quiet` shows nothing where lines would be printed.
    pub fn new(terminal: Terminal, quiet: bool) -> Self {
        Self {
            spinner: terminal.progress.then(Spinner::start),
            quiet,
        }
    }

    /// Takes note of an event.
    pub fn on(&self, event: &Event) {
        let text = match event {
            Event::Started { .. } | Event::TestFinished(_) => return,
            Event::Building { what } => format!("building {what}"),
            Event::Running { exercise } => format!("running {exercise}"),
            Event::Finished { outcome } => format!("{} {}", outcome.id(), outcome.verdict()),
        };
        if self.spinner.is_some() || !matches!(event, Event::Running { .. }) {
            self.say(&text);
        }
    }

    /// Says what is being done.
    pub fn say(&self, text: &str) {
        match &self.spinner {
            Some(spinner) => spinner.show(text.to_owned()),
            None if self.quiet => {}
            None => terminal::note(text),
        }
    }
}

/// Prints a report: for people, or as JSON.
pub fn print(ctx: &Context, report: &Report, as_json: bool, verbose: bool) -> io::Result<()> {
    let text = if as_json {
        Json.render(report)
    } else {
        self::report(ctx, verbose).render(report)
    };
    terminal::print(&text)
}

/// How reports are shown on this terminal.
pub fn report(ctx: &Context, verbose: bool) -> Text {
    Text {
        color: ctx.terminal.color,
        width: ctx.terminal.width,
        verbose,
        detail: Detail::Auto,
    }
}
