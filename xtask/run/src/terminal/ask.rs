//! A question to the person at the terminal.

use std::{
    io::{self, BufRead as _, Write as _},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

type Line = io::Result<Option<String>>;

/// The line that a question before this one was waiting for when it was called off. The thread that
/// reads can't be, and it would swallow the answer.
static AWAITED: Mutex<Option<Receiver<Line>>> = Mutex::new(None);

/// Asks on standard error, and waits for a line on standard input: `None` at its end, or once `called_off` says so.
///
/// # Errors
/// If standard input can't be read.
pub fn ask(question: &str, called_off: impl Fn() -> bool) -> io::Result<Option<String>> {
    super::suspend(|| {
        let mut error = super::error();
        write!(error, "{question}")?;
        error.flush()?;
        let awaited = AWAITED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let line = awaited.unwrap_or_else(read_line);
        loop {
            match line.recv_timeout(Duration::from_millis(50)) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if called_off() => {
                    *AWAITED.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
                    // What comes next begins on a line of its own.
                    writeln!(error)?;
                    return Ok(None);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    })
}

/// Reads a line apart, so that Ctrl-C is heard meanwhile.
fn read_line() -> Receiver<Line> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        // Nobody listens any more once the program ends.
        let _ = sender.send(read.map(|count| (count > 0).then_some(line)));
    });
    receiver
}
