use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::*;
use crate::{
    context::Context,
    exec::{
        Cmd, Output,
        mock::{Mock, output},
    },
    run::tests::{Machine, exercise, workspace},
    stage::Stage,
};

fn database() -> Exercise {
    Exercise {
        needs: vec!["postgres".to_owned()],
        ..exercise("database")
    }
}

fn with_run<R>(mock: Mock, test: impl FnOnce(&Run<'_>) -> R) -> R {
    let root = workspace(&["database"]);
    let ctx = Context::for_tests(root.path(), mock);
    let stage = Stage::learner(&ctx);
    test(&Run {
        ctx: &ctx,
        tools: &Machine::default(),
        stage: &stage,
        on_event: &|_| {},
    })
}

/// The folder after `-D` in a command's line.
fn folder(cmd: &Cmd) -> PathBuf {
    let line = cmd.line();
    let mut words = line.split(' ').skip_while(|word| *word != "-D");
    words.nth(1).expect("a folder").into()
}

fn serves(cmd: &Cmd) -> io::Result<Output> {
    let data = folder(cmd);
    fs::create_dir_all(&data)?;
    if cmd.line().contains(" postgres -D ") {
        fs::write(
            data.join("postmaster.pid"),
            "1\n2\n3\n4\n5\n6\n7\nready   \n",
        )?;
    }
    Ok(output(0, "", ""))
}

#[test]
fn only_exercises_that_need_it_start_it() {
    let mock = Mock::new(|cmd| panic!("nothing may start: {}", cmd.line()));
    with_run(mock, |run| {
        let plain = exercise("plain");
        assert_eq!(env(run, &plain), Ok(Vec::new()));
        assert_eq!(lost(run, &plain), None);
    });
}

#[test]
fn it_is_started_once_and_its_folder_goes_with_it() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let mock = Mock::new(move |cmd| {
        counted.fetch_add(1, Ordering::SeqCst);
        serves(cmd)
    });
    let home = with_run(mock, |run| {
        let first = env(run, &database()).unwrap();
        assert_eq!(env(run, &database()).unwrap(), first, "the same server");
        let (name, home) = &first[0];
        assert_eq!(name, "PGHOST");
        assert!(home.len() < 60, "a socket's path is short: {home:?}");
        assert!(Path::new(home).exists());
        assert_eq!(lost(run, &database()), None);
        home.clone()
    });
    assert_eq!(calls.load(Ordering::SeqCst), 2, "initdb, then the server");
    assert!(!Path::new(&home).exists());
}

#[test]
fn one_that_does_not_start_blocks_with_the_end_of_its_log() {
    let mock = Mock::new(|cmd| match cmd.line() {
        line if line.contains(" initdb -D ") => serves(cmd),
        _ => Err(io::ErrorKind::NotFound.into()),
    });
    let why = with_run(mock, |run| env(run, &database()).unwrap_err());
    assert!(why.what.starts_with("postgres: failed to run"), "{why:?}");

    let words: String = (0..20).map(|at| format!("line {at}\n")).collect();
    let mock = Mock::new(move |_| Ok(output(1, "", &words)));
    let why = with_run(mock, |run| env(run, &database()).unwrap_err());
    let lines: Vec<&str> = why.what.lines().collect();
    assert_eq!(lines.len(), 1 + 6, "{why:?}");
    assert_eq!(lines[0], "postgres: initdb failed");
    assert_eq!(lines[6], "line 19");
}

#[test]
fn one_that_ended_is_told_and_started_again() {
    let starts = AtomicUsize::new(0);
    let mock = Mock::new(move |cmd| {
        let ready = serves(cmd)?;
        if !cmd.line().contains(" postgres -D ") || starts.fetch_add(1, Ordering::SeqCst) > 0 {
            return Ok(ready);
        }
        // Lives for a moment after it was seen to be ready.
        thread::sleep(Duration::from_millis(300));
        Ok(output(2, "", ""))
    });
    with_run(mock, |run| {
        let first = env(run, &database()).unwrap();
        while lost(run, &database()).is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        let second = env(run, &database()).unwrap();
        assert_ne!(first, second, "a new folder for a new server");
        assert_eq!(lost(run, &database()), None);
    });
}
