//! One process from start to end, with all it starts.

use std::{
    io::{self, Read},
    os::unix::process::{CommandExt, ExitStatusExt},
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};

use super::{
    Cancel, Cmd, Exit, Isolation, OnLine, Output, environment, limits::Watch, table::Table, waiting,
};
use crate::terminal;

/// How often time-out and cancellation are looked at while a process runs.
const TICK: Duration = Duration::from_millis(20);
/// How long a process has to end by itself after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);
/// How long streams may stay open after the process is gone (a child of its own holds them).
const LINGER: Duration = Duration::from_secs(3);

pub(super) fn run(cmd: &Cmd, cancel: &Cancel, isolation: Option<&Isolation>) -> io::Result<Output> {
    if cancel.is_raised() {
        return Ok(Output {
            exit: Exit::Cancelled,
            stdout: Vec::new(),
            stderr: Vec::new(),
            truncated: false,
            overruns: Vec::new(),
        });
    }
    let mut child = command(cmd, isolation).spawn()?;
    let stdout = Arc::new(Mutex::new(Kept::default()));
    let stderr = Arc::new(Mutex::new(Kept::default()));
    let (done, closed) = mpsc::channel();
    let open = read_both(&mut child, cmd, &stdout, &stderr, &done);
    drop(done);
    let mut watch = cmd.limits.as_ref().map(Watch::new);
    let exit = supervise(&mut child, cmd, cancel, watch.as_mut(), &closed, open)?;
    let (stdout, cut_stdout) = take(&stdout);
    let (stderr, cut_stderr) = take(&stderr);
    Ok(Output {
        exit,
        stdout,
        stderr,
        truncated: cut_stdout || cut_stderr,
        overruns: watch.map(|watch| watch.overruns).unwrap_or_default(),
    })
}

#[expect(clippy::disallowed_methods, reason = "this is the one door")]
fn command(cmd: &Cmd, isolation: Option<&Isolation>) -> Command {
    let mut command = Command::new(&cmd.program);
    command.args(&cmd.args).stdin(Stdio::null());
    // A group of its own: Ctrl-C reaches us alone, and we end the whole tree in order.
    command.process_group(0);
    if cmd.inherit {
        command.stdout(terminal::for_children());
    } else {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    for (key, _) in std::env::vars_os() {
        if !environment::is_passed_on(&key.to_string_lossy()) {
            command.env_remove(&key);
        }
    }
    let own = cmd
        .env
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()));
    let isolation = isolation.filter(|_| !cmd.configured_here);
    // Last, since it goes by the command's own PATH.
    for (key, value) in own.chain(isolation.into_iter().flat_map(|one| one.env(cmd))) {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    if let Some(dir) = &cmd.cwd {
        command.current_dir(dir);
    }
    command
}

#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    cut: bool,
}

fn take(kept: &Mutex<Kept>) -> (Vec<u8>, bool) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    (std::mem::take(&mut kept.bytes), kept.cut)
}

/// Starts a reader for each captured stream; returns how many there are.
fn read_both(
    child: &mut Child,
    cmd: &Cmd,
    stdout: &Arc<Mutex<Kept>>,
    stderr: &Arc<Mutex<Kept>>,
    done: &mpsc::Sender<()>,
) -> usize {
    let out = child
        .stdout
        .take()
        .map(|from: ChildStdout| start_reader(from, stdout, cmd, done));
    let err = child
        .stderr
        .take()
        .map(|from: ChildStderr| start_reader(from, stderr, &waiting::listening(cmd), done));
    usize::from(out.is_some()) + usize::from(err.is_some())
}

fn start_reader(
    from: impl Read + Send + 'static,
    into: &Arc<Mutex<Kept>>,
    cmd: &Cmd,
    done: &mpsc::Sender<()>,
) {
    let (into, done, cap, on_line) = (Arc::clone(into), done.clone(), cmd.cap, cmd.on_line.clone());
    thread::spawn(move || {
        read(from, &into, cap, on_line.as_ref());
        // The other end is gone when nobody waits for this stream any more.
        let _ = done.send(());
    });
}

fn read(mut from: impl Read, into: &Mutex<Kept>, cap: usize, on_line: Option<&OnLine>) {
    let mut buffer = vec![0; 64 << 10];
    let mut line = Vec::new();
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let chunk = &buffer[..count];
        if let Some(call) = on_line {
            for &byte in chunk {
                if byte == b'\n' || byte == b'\r' {
                    call(&String::from_utf8_lossy(&line));
                    line.clear();
                } else if line.len() < 4096 {
                    line.push(byte);
                }
            }
        }
        let mut kept = into.lock().unwrap_or_else(PoisonError::into_inner);
        let room = cap.saturating_sub(kept.bytes.len());
        kept.cut |= room < count;
        kept.bytes.extend_from_slice(&chunk[..count.min(room)]);
    }
}

fn supervise(
    child: &mut Child,
    cmd: &Cmd,
    cancel: &Cancel,
    mut watch: Option<&mut Watch<'_>>,
    closed: &mpsc::Receiver<()>,
    mut open: usize,
) -> io::Result<Exit> {
    let started = Instant::now();
    let mut gone_since: Option<(Instant, ExitStatus)> = None;
    loop {
        match closed.recv_timeout(TICK) {
            Ok(()) => open = open.saturating_sub(1),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            // No captured stream is left: the process itself is all there is to wait for.
            Err(mpsc::RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        if gone_since.is_none() {
            gone_since = child.try_wait()?.map(|status| (Instant::now(), status));
        }
        if let Some((since, status)) = gone_since
            && (open == 0 || since.elapsed() > LINGER)
        {
            return Ok(exit_of(status));
        }
        if let Some(watch) = &mut watch
            && let Some(pid) = pid_of(child)
        {
            watch.look(pid);
        }
        if cancel.is_raised() {
            end_tree(child, cmd)?;
            return Ok(Exit::Cancelled);
        }
        if cmd.timeout.is_some_and(|limit| started.elapsed() > limit) {
            end_tree(child, cmd)?;
            return Ok(Exit::TimedOut);
        }
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

fn exit_of(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Code(-1),
    }
}

/// Asks the process to end, so that it can end its children in order (nextest does), and after a
/// grace kills whatever of the tree is left, children in other groups included.
fn end_tree(child: &mut Child, cmd: &Cmd) -> io::Result<()> {
    let Some(pid) = pid_of(child) else {
        return child.kill();
    };
    let family = Table::read().tree(pid);
    let ask = if cmd.interrupt {
        Signal::INT
    } else {
        Signal::TERM
    };
    // Errors here say that the process is gone already.
    let _ = kill_process_group(pid, ask);
    let asked = Instant::now();
    while asked.elapsed() < GRACE && child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = kill_process_group(pid, Signal::KILL);
    for member in family.into_iter().skip(1) {
        if test_kill_process(member).is_ok() {
            let _ = kill_process(member, Signal::KILL);
        }
    }
    child.wait().map(drop)
}
