//! The one place that starts a process: time-out, tree kill, output cap, clean environment.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

mod background;
mod environment;
mod isolation;
mod limits;
mod process;
mod table;
mod waiting;

pub use background::Background;
pub use isolation::Isolation;
pub use limits::{Limits, Overrun};

/// What is kept of each of a process's two streams unless a command says otherwise, in bytes.
const DEFAULT_CAP: usize = 64 << 20;

/// A flag that Ctrl-C (or a newer save) raises: running processes end, no further one starts.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Raises the flag.
    pub fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was raised.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

type OnLine = Arc<dyn Fn(&str) + Send + Sync>;

/// A command to run.
#[derive(Clone)]
pub struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    env: BTreeMap<OsString, Option<OsString>>,
    cwd: Option<PathBuf>,
    timeout: Option<Duration>,
    cap: usize,
    inherit: bool,
    interrupt: bool,
    on_line: Option<OnLine>,
    configured_here: bool,
    limits: Option<Limits>,
}

impl Cmd {
    /// A command that runs `program`, found on PATH if it has no slash.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: None,
            timeout: None,
            cap: DEFAULT_CAP,
            inherit: false,
            interrupt: false,
            on_line: None,
            configured_here: false,
            limits: None,
        }
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .insert(key.as_ref().to_owned(), Some(value.as_ref().to_owned()));
        self
    }

    /// Sets variables of the environment.
    pub fn envs<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        self,
        vars: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        vars.into_iter()
            .fold(self, |cmd, (key, value)| cmd.env(key, value))
    }

    /// Takes a variable out of the environment.
    pub fn env_remove(mut self, key: impl AsRef<OsStr>) -> Self {
        self.env.insert(key.as_ref().to_owned(), None);
        self
    }

    /// Runs it in this folder.
    pub fn cwd(mut self, dir: impl AsRef<Path>) -> Self {
        self.cwd = Some(dir.as_ref().to_owned());
        self
    }

    /// Ends it, and all it started, after this long.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Kills those compilers and build scripts, of all that it starts, that take more than this.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Keeps at most this many bytes of each stream; the rest is read and dropped.
    pub fn cap(mut self, bytes: usize) -> Self {
        self.cap = bytes;
        self
    }

    /// Lets it write to the terminal itself; nothing is captured. Both of its streams are our standard error: our standard
    /// output is for our own report.
    pub fn inherit(mut self) -> Self {
        self.inherit = true;
        self
    }

    /// Lets cargo read this machine's configuration: what it starts gives no verdict.
    pub fn configured_here(mut self) -> Self {
        self.configured_here = true;
        self
    }

    /// Asks it to end by SIGINT instead of SIGTERM.
    pub fn interrupt(mut self) -> Self {
        self.interrupt = true;
        self
    }

    /// Calls this with each line as it comes, of either stream.
    pub fn on_line(mut self, call: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.on_line = Some(Arc::new(call));
        self
    }

    /// The program and its arguments as a person would type them.
    pub fn line(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        words
            .map(|word| quote(&word.to_string_lossy()))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// A variable that it sets.
    #[cfg(test)]
    pub fn variable(&self, name: &str) -> Option<OsString> {
        self.env.get(&OsString::from(name)).cloned().flatten()
    }

    /// Has whoever listens hear a line, as if the process had printed it.
    #[cfg(test)]
    pub fn says(&self, line: &str) {
        if let Some(call) = &self.on_line {
            call(line);
        }
    }

    /// The program.
    #[cfg(any(test, feature = "mock"))]
    pub fn program(&self) -> &OsStr {
        &self.program
    }
}

impl fmt::Debug for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line())
    }
}

/// One word for a POSIX shell, quoted where it must be.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// With this code.
    Code(i32),
    /// Killed by this signal.
    Signal(i32),
    /// Ended by us: it took too long.
    TimedOut,
    /// Ended by us: the run was cancelled.
    Cancelled,
}

/// What a process left behind.
#[derive(Clone, Debug)]
pub struct Output {
    /// How it ended.
    pub exit: Exit,
    /// Its standard output, up to the cap.
    pub stdout: Vec<u8>,
    /// Its standard error, up to the cap.
    pub stderr: Vec<u8>,
    /// Whether a stream was longer than the cap.
    pub truncated: bool,
    /// What was killed for taking more than its [`Limits`].
    pub overruns: Vec<Overrun>,
}

impl Output {
    /// Whether it ended with code 0.
    pub fn success(&self) -> bool {
        self.exit == Exit::Code(0)
    }

    /// Its standard output as text.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Its standard error as text.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs commands. Tests put a mock in its place.
pub trait Executor: Sync {
    /// Runs a command to its end.
    ///
    /// # Errors
    /// If it could not be started; whatever it does then is told by [`Output::exit`].
    fn run(&self, cmd: &Cmd) -> io::Result<Output>;

    /// Starts a command that runs beside the others. It outlives what cancels those.
    fn start(&self, cmd: &Cmd) -> Background;
}

/// Runs commands for real.
#[derive(Clone, Debug, Default)]
pub struct Real {
    /// Ends what is running when raised.
    pub cancel: Cancel,
    /// Keeps this machine's cargo configuration away, where it holds anything that matters.
    pub isolation: Option<Arc<Isolation>>,
}

impl Executor for Real {
    fn run(&self, cmd: &Cmd) -> io::Result<Output> {
        process::run(cmd, &self.cancel, self.isolation.as_deref())
    }

    fn start(&self, cmd: &Cmd) -> Background {
        let (cmd, isolation) = (cmd.clone(), self.isolation.clone());
        Background::new(move |stop| process::run(&cmd, stop, isolation.as_deref()))
    }
}

#[cfg(any(test, feature = "mock"))]
pub mod mock {
    //! An executor that answers from a function and remembers what it was asked.

    use std::{
        sync::{Arc, Mutex},
        thread,
        time::Duration,
    };

    use super::{Background, Cmd, Executor, Exit, Output, io};

    type Answer = Arc<dyn Fn(&Cmd) -> io::Result<Output> + Send + Sync>;

    /// Answers each command by a function.
    pub struct Mock {
        answer: Answer,
        /// The lines of all commands so far.
        pub asked: Mutex<Vec<String>>,
    }

    impl Mock {
        /// A mock that answers by `answer`.
        pub fn new(answer: impl Fn(&Cmd) -> io::Result<Output> + Send + Sync + 'static) -> Self {
            Self {
                answer: Arc::new(answer),
                asked: Mutex::default(),
            }
        }
    }

    impl Executor for Mock {
        fn run(&self, cmd: &Cmd) -> io::Result<Output> {
            self.asked.lock().unwrap().push(cmd.line());
            (self.answer)(cmd)
        }

        /// Goes on until it is stopped if the answer is a success.
        fn start(&self, cmd: &Cmd) -> Background {
            self.asked.lock().unwrap().push(cmd.line());
            let (answer, cmd) = (Arc::clone(&self.answer), cmd.clone());
            Background::new(move |stop| {
                let output = answer(&cmd)?;
                while output.success() && !stop.is_raised() {
                    thread::sleep(Duration::from_millis(1));
                }
                Ok(output)
            })
        }
    }

    /// What a process leaves that ends with `code` and printed `stdout` and `stderr`.
    pub fn output(code: i32, stdout: &str, stderr: &str) -> Output {
        Output {
            exit: Exit::Code(code),
            stdout: stdout.into(),
            stderr: stderr.into(),
            truncated: false,
            overruns: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
