//! One boot: the command line of QEMU, and its two streams.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::console::{Console, LIMIT};
use crate::protocol::Token;

/// How far virtual time goes on for one instruction: 2⁶ ns = 64 ns.
///
/// A cycle of the board takes 80 ns, so this is 0.8 cycles an instruction. It is the largest shift
/// that does not exceed a cycle: with the next one, 128 ns, two reads of a cycle counter, one after
/// the other, could skip a cycle, and a loop that polls a timer could miss the tick that it waits
/// for. A smaller one costs time: the host then runs more instructions for a second of busy
/// waiting.
const ICOUNT_SHIFT: &str = "6";

/// What happens to the text that the firmware prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// It goes to standard output as it comes.
    PassOn,
    /// It is kept for [`Ended::text`].
    Keep,
}

/// How a boot ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// The word of the final mark, if there was one.
    pub(crate) mark: Option<String>,
    /// What UART0 sent, up to the limit and a byte.
    pub(crate) uart: Vec<u8>,
    /// What the firmware printed, if it was to be kept.
    pub(crate) text: Vec<u8>,
}

/// Why there was no boot.
#[derive(Debug)]
pub(crate) struct StartError(String);

impl StartError {
    pub(crate) fn firmware(elf: &Path, error: &io::Error) -> Self {
        Self(format!(
            "failed to read the firmware {}: {error}",
            elf.display()
        ))
    }

    pub(crate) fn listing(text: &str, why: &str) -> Self {
        Self(format!("failed to list the tests: {why}\n{text}"))
    }

    fn qemu(program: &OsString, error: &io::Error) -> Self {
        let program = program.to_string_lossy();
        Self(match error.kind() {
            io::ErrorKind::NotFound => format!(
                "`{program}` is not installed, and tests for the board need it. To install it:\n  \
                 Debian, Ubuntu: sudo apt-get install qemu-system-arm\n  \
                 Fedora:         sudo dnf install qemu-system-arm\n  \
                 Arch:           sudo pacman -S qemu-system-arm\n  \
                 macOS:          brew install qemu"
            ),
            _ => format!("failed to run `{program}`: {error}"),
        })
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// A boot to be.
#[derive(Debug)]
pub(crate) struct Boot<'a> {
    elf: &'a Path,
    token: Option<&'a Token>,
    arguments: &'a [String],
    input: Vec<u8>,
}

impl<'a> Boot<'a> {
    pub(crate) fn new(elf: &'a Path) -> Self {
        Self {
            elf,
            token: None,
            arguments: &[],
            input: Vec::new(),
        }
    }

    /// The firmware ends by the protocol, with this token.
    pub(crate) fn token(self, token: &'a Token) -> Self {
        Self {
            token: Some(token),
            ..self
        }
    }

    /// The firmware's command line.
    pub(crate) fn arguments(self, arguments: &'a [String]) -> Self {
        Self { arguments, ..self }
    }

    /// What UART0 receives.
    pub(crate) fn input(self, input: Vec<u8>) -> Self {
        Self { input, ..self }
    }

    /// Boots, and waits for the end.
    ///
    /// # Errors
    ///
    /// [`StartError`] if QEMU does not start.
    pub(crate) fn run(self, output: Output) -> Result<Ended, StartError> {
        let program = std::env::var_os("QEMU_SYSTEM_ARM").unwrap_or("qemu-system-arm".into());
        let failed = |error| StartError::qemu(&program, &error);
        // A missing file would otherwise be QEMU's to explain, in its own terms.
        File::open(self.elf).map_err(|error| StartError::firmware(self.elf, &error))?;

        // UART0 is a socket, which QEMU finds as its standard input: standard output and error both
        // belong to the firmware's console, whichever way it prints, and to QEMU itself.
        let (uart, uart_of_qemu) = UnixStream::pair().map_err(failed)?;
        let (console, console_writer) = io::pipe().map_err(failed)?;
        let stdout = console_writer.try_clone().map_err(failed)?;
        let mut command = Command::new(&program);
        command
            .args(self.qemu_arguments())
            .stdin(OwnedFd::from(uart_of_qemu))
            .stdout(stdout)
            .stderr(console_writer);
        let child = Arc::new(Mutex::new(command.spawn().map_err(failed)?));
        end_with_parent(&child);
        // It holds copies of QEMU's ends, and would keep them open.
        drop(command);

        // Both are read to the end, whatever is kept of them: QEMU must never wait for us.
        let input = self.input;
        let uart = thread::spawn(move || {
            // A socket takes a whole transcript at once. It stays open after that: QEMU would take
            // the end of the input for the end of the line, and drop what the firmware sends.
            let sent = (&uart).write_all(&input);
            sent.map_or_else(|_| Vec::new(), |()| read_uart(&uart))
        });
        let token = self.token.map(Token::as_str);
        let (text, mark) = match output {
            Output::PassOn => {
                let (_, mark) = filter(console, Console::new(io::stdout(), token));
                (Vec::new(), mark)
            }
            Output::Keep => {
                let (text, mark) = filter(console, Console::new(Vec::new(), token));
                (text.unwrap_or_default(), mark)
            }
        };
        // The console has ended, and so has QEMU: this does not wait for long.
        let status = lock(&child).wait().map_err(failed)?;
        let uart = uart.join().unwrap_or_default();
        Ok(Ended {
            status,
            mark,
            uart,
            text,
        })
    }

    fn qemu_arguments(&self) -> Vec<OsString> {
        let mut semihosting = String::from("enable=on,target=native");
        let token = self.token.map_or("firmware", Token::as_str);
        for argument in std::iter::once(token).chain(self.arguments.iter().map(String::as_str)) {
            semihosting.push_str(",arg=");
            // QEMU splits an option's value at commas; two of them stand for one.
            semihosting.push_str(&argument.replace(',', ",,"));
        }
        let mut arguments: Vec<OsString> = [
            "-machine",
            "lm3s6965evb",
            "-cpu",
            "cortex-m3",
            // Nothing of the board but what is named here, and nobody's configuration.
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-monitor",
            "none",
            "-icount",
        ]
        .map(OsString::from)
        .into();
        arguments.push(format!("shift={ICOUNT_SHIFT},align=off,sleep=off").into());
        arguments.extend(
            [
                "-chardev",
                "socket,id=uart0,fd=0",
                "-serial",
                "chardev:uart0",
            ]
            .map(OsString::from),
        );
        arguments.extend(["-semihosting-config".into(), semihosting.into()]);
        arguments.extend(["-kernel".into(), self.elf.into()]);
        arguments
    }
}

/// Ends QEMU when this runner's parent is gone, and nobody waits for the result any more.
///
/// cargo-nextest gives each test a process group of its own. Who ends nextest by force does not
/// reach that group, and a firmware that loops would run for ever.
fn end_with_parent(child: &Arc<Mutex<Child>>) {
    const OFTEN: Duration = Duration::from_millis(200);

    let parent = parent_id();
    let child = Arc::downgrade(child);
    thread::spawn(move || {
        // When the boot is over the child is dropped, and this thread ends.
        while let Some(child) = child.upgrade() {
            if parent_id() != parent {
                // It may have ended by itself just now, which is as good.
                let _ = lock(&child).kill();
            }
            drop(child);
            thread::sleep(OFTEN);
        }
    });
}

/// A thread that panicked with the lock held has left the child as it was.
fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the stream to its end, through the console's filter.
///
/// Standard output may be gone before QEMU is: then the rest is read and forgotten, so that QEMU
/// ends.
fn filter<W: io::Write>(
    mut stream: impl Read,
    mut console: Console<W>,
) -> (Option<W>, Option<String>) {
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = read(&mut stream, &mut buffer) {
        // Nobody is left to tell if this fails.
        let _ = console.feed(&buffer[..length]);
    }
    match console.finish() {
        Ok((out, mark)) => (Some(out), mark),
        Err(_) => (None, None),
    }
}

/// Reads the stream to its end and keeps its start: a byte over the limit tells that there was
/// more.
fn read_uart(mut stream: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = read(&mut stream, &mut buffer) {
        let room = LIMIT + 1 - kept.len();
        kept.extend_from_slice(&buffer[..length.min(room)]);
    }
    kept
}

fn read(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Boot, Token};
    use std::path::Path;

    #[test]
    fn the_firmwares_arguments_follow_the_token() {
        let token = Token::new();
        let arguments = ["--exact".to_owned(), "a,b".to_owned()];
        let boot = Boot::new(Path::new("blink.elf"))
            .token(&token)
            .arguments(&arguments);
        let line = boot.qemu_arguments();
        let expected = format!(
            "enable=on,target=native,arg={},arg=--exact,arg=a,,b",
            token.as_str()
        );
        assert!(
            line.iter()
                .any(|argument| argument.to_str() == Some(&expected)),
            "{line:?}"
        );
        assert_eq!(
            line.last().and_then(|path| path.to_str()),
            Some("blink.elf")
        );
    }
}
