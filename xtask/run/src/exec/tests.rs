use std::time::{Duration, Instant};

use super::{Cancel, Cmd, Executor, Exit, Real, quote};

fn sh(script: &str) -> Cmd {
    Cmd::new("sh").args(["-c", script])
}

#[test]
fn keeps_both_streams_and_the_code() {
    let output = Real::default()
        .run(&sh("echo out; echo err >&2; exit 3"))
        .unwrap();
    assert_eq!(output.exit, Exit::Code(3));
    assert_eq!(
        (output.stdout().as_str(), output.stderr().as_str()),
        ("out\n", "err\n")
    );
}

#[test]
fn tells_which_signal_killed_it() {
    let output = Real::default().run(&sh("kill -9 $$")).unwrap();
    assert_eq!(output.exit, Exit::Signal(9));
}

#[test]
fn a_missing_program_is_an_error() {
    assert!(
        Real::default()
            .run(&Cmd::new("no-such-program-here"))
            .is_err()
    );
}

#[test]
fn reads_and_drops_what_is_over_the_cap() {
    let output = Real::default()
        .run(&sh("head -c 1000000 /dev/zero").cap(10))
        .unwrap();
    assert_eq!(output.exit, Exit::Code(0));
    assert_eq!(output.stdout.len(), 10);
    assert!(output.truncated);
}

#[test]
fn ends_what_takes_too_long_with_all_its_children() {
    let marker = format!("31.{}", std::process::id());
    let script = format!("sleep {marker} & setsid sleep {marker} & wait");
    let started = Instant::now();
    let output = Real::default()
        .run(&sh(&script).timeout(Duration::from_millis(200)))
        .unwrap();
    assert_eq!(output.exit, Exit::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(5));
    let left = || {
        let cmd = Cmd::new("pgrep").args(["-f", &format!("^sleep {marker}")]);
        Real::default().run(&cmd).unwrap().stdout()
    };
    // What was killed is gone a moment later, and later still on a busy machine. What was not sleeps on.
    while !left().is_empty() && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(left(), "", "children outlived their parent");
}

#[test]
fn a_raised_flag_ends_it() {
    let real = Real {
        cancel: Cancel::default(),
        ..Real::default()
    };
    let flag = real.cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        flag.raise();
    });
    assert_eq!(real.run(&sh("sleep 20")).unwrap().exit, Exit::Cancelled);
    assert_eq!(
        real.run(&sh("true")).unwrap().exit,
        Exit::Cancelled,
        "nothing starts after it"
    );
}

#[test]
fn lines_come_as_they_are_printed() {
    let lines = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = lines.clone();
    let cmd =
        sh("echo one; echo two").on_line(move |line| sink.lock().unwrap().push(line.to_owned()));
    Real::default().run(&cmd).unwrap();
    assert_eq!(*lines.lock().unwrap(), ["one", "two"]);
}

#[test]
fn shows_a_command_as_it_would_be_typed() {
    assert_eq!(sh("echo it's").line(), r"sh -c 'echo it'\''s'");
    assert_eq!(quote(""), "''");
}
