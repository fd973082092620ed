//! A PostgreSQL server for a command's runs: started when the first exercise that needs it is run, on a socket in a
//! scratch folder of its own, and stopped with the command.

use std::{
    collections::VecDeque,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::exec::{Background, Cancel, Cmd, Executor, Exit};

mod scratch;

use scratch::{Account, Scratch};

/// How long `initdb`, and then the server, may take. Both take a second or two, more on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);
/// How many of the last lines of a log a reason quotes.
const QUOTED: usize = 6;
/// The superuser of the cluster. Nobody but the folder's owner can reach the socket.
const USER: &str = "workbook";
/// It names the socket's file.
const PORT: &str = "5432";
/// Nothing in the cluster outlives the run, so nothing needs to reach the disk.
const SETTINGS: &[&str] = &[
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=16MB",
    // Shared memory in the scratch folder, not in /dev/shm, where a killed server would leave it.
    "dynamic_shared_memory_type=mmap",
    "autovacuum=off",
];

/// The server, if it runs.
#[derive(Default)]
pub struct Postgres(Mutex<Option<Server>>);

impl Postgres {
    /// The variables by which tests find the server, which is started if it does not run. `tools` are the variables that
    /// its programs need.
    ///
    /// # Errors
    /// Why it does not start, with the last lines of its log.
    pub fn env(
        &self,
        exec: &dyn Executor,
        cancel: &Cancel,
        tools: Vec<(OsString, OsString)>,
    ) -> Result<Vec<(OsString, OsString)>, String> {
        // Held while it starts: other exercises wait for the same server.
        let mut server = self.lock();
        if server.as_ref().is_none_or(Server::has_ended) {
            *server = None;
            let host = Host {
                exec,
                cancel,
                tools,
            };
            *server = Some(Server::start(&host)?);
        }
        Ok(server.as_ref().map(Server::env).unwrap_or_default())
    }

    /// Why the server that was started runs no more.
    pub fn lost(&self) -> Option<String> {
        let server = self.lock();
        let server = server.as_ref().filter(|server| server.has_ended())?;
        Some(server.tail.after("it ended during the tests"))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Server>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What starting a server leans on.
struct Host<'a> {
    exec: &'a dyn Executor,
    cancel: &'a Cancel,
    tools: Vec<(OsString, OsString)>,
}

/// A running server. The order of the fields matters: it is stopped before its folder is removed.
struct Server {
    process: Background,
    tail: Tail,
    scratch: Scratch,
}

impl Server {
    /// Makes a cluster, starts a server on it, and waits until it answers.
    fn start(host: &Host<'_>) -> Result<Self, String> {
        let account = Account::for_server()?;
        let scratch = Scratch::new(account.as_ref())
            .map_err(|error| format!("failed to make a folder for it: {error}"))?;
        let dir = scratch.path();
        let init = command(host, account.as_ref(), dir, "initdb")
            .arg("-D")
            .arg(data(dir))
            .args(["-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args(["--no-sync", "--no-instructions"])
            .timeout(LIMIT);
        let output = host
            .exec
            .run(&init)
            .map_err(|error| cannot(&init, &error))?;
        if !output.success() {
            let tail = Tail::default();
            output.stderr().lines().for_each(|line| tail.push(line));
            return Err(tail.after(match output.exit {
                Exit::Cancelled => "the run was stopped",
                Exit::TimedOut => "initdb did not end",
                Exit::Code(_) | Exit::Signal(_) => "initdb failed",
            }));
        }
        let tail = Tail::default();
        let log = tail.clone();
        let serve = command(host, account.as_ref(), dir, "postgres")
            .arg("-D")
            .arg(data(dir))
            .arg("-k")
            .arg(dir)
            .args(["-h", "", "-p", PORT])
            .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
            // Its fast shutdown, which does not wait for clients.
            .interrupt()
            .cap(0)
            .on_line(move |line| log.push(line));
        let mut server = Self {
            process: host.exec.start(&serve),
            tail,
            scratch,
        };
        let problem = server.wait(host);
        match problem {
            None => Ok(server),
            Some(why) => Err(match server.process.stop() {
                Ok(()) => server.tail.after(why),
                Err(error) => cannot(&serve, &error),
            }),
        }
    }

    /// Waits until the server is ready; tells what is wrong if it never will be.
    fn wait(&self, host: &Host<'_>) -> Option<&'static str> {
        let started = Instant::now();
        loop {
            if self.has_ended() {
                return Some("it did not start");
            }
            if is_ready(self.scratch.path()) {
                return None;
            }
            if host.cancel.is_raised() {
                return Some("the run was stopped");
            }
            if started.elapsed() > LIMIT {
                return Some("it started, and was never ready");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn has_ended(&self) -> bool {
        self.process.has_ended()
    }

    fn env(&self) -> Vec<(OsString, OsString)> {
        let pairs = [
            ("PGHOST", self.scratch.path().as_os_str()),
            ("PGPORT", PORT.as_ref()),
            ("PGUSER", USER.as_ref()),
            ("PGDATABASE", "postgres".as_ref()),
            ("PGSSLMODE", "disable".as_ref()),
        ];
        pairs.map(|(key, value)| (key.into(), value.into())).into()
    }
}

/// One of the server's programs, as its user, in its folder. Where the system can (Linux), it is told of
/// our death, however we die.
fn command(host: &Host<'_>, account: Option<&Account>, dir: &Path, program: &str) -> Cmd {
    let cmd = if cfg!(target_os = "linux") {
        let cmd = Cmd::new("setpriv").args(["--pdeathsig", "INT"]);
        match account {
            Some(Account { uid, gid }) => cmd
                .args([format!("--reuid={uid}"), format!("--regid={gid}")])
                .arg("--clear-groups"),
            None => cmd,
        }
        .arg(program)
    } else {
        Cmd::new(program)
    };
    cmd.envs(host.tools.clone()).env("LC_ALL", "C").cwd(dir)
}

fn data(dir: &Path) -> PathBuf {
    dir.join("data")
}

/// What `pg_ctl` waits for: the server writes its state to the eighth line of this file.
fn is_ready(dir: &Path) -> bool {
    let state = fs::read_to_string(data(dir).join("postmaster.pid")).unwrap_or_default();
    let line = state.lines().nth(7);
    line.is_some_and(|line| line.trim_end() == "ready")
}

fn cannot(cmd: &Cmd, error: &io::Error) -> String {
    format!("failed to run `{}`: {error}", cmd.line())
}

/// The last lines of a log.
#[derive(Clone, Default)]
struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    fn push(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == QUOTED {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }

    /// What happened, and what the log says of it.
    fn after(&self, what: &str) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let what = std::iter::once(what).chain(lines.iter().map(String::as_str));
        what.collect::<Vec<_>>().join("\n")
    }
}
