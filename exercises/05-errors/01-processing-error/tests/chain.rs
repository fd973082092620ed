//! What a program prints when it reports an error: the message, and below it the message of each source. These are
//! snapshots: a snapshot is easier to judge than ten assertions about what a text contains.

use std::{env, error::Error, fs, io, net, num, path::Path};

use errors_processing_error::{submit, total};
use insta::assert_snapshot;

#[path = "support/collector.rs"]
mod collector;
#[path = "support/report.rs"]
mod report;

use collector::{Collector, nobody};
use report::messages;

/// The report, ready to be compared with a snapshot.
fn report(error: &dyn Error) -> String {
    // A report that differs is a failure, and not to be written into this file as the one that was expected. And insta would
    // ask cargo where the workspace is, which takes longer than all the tests.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join(file!()).exists());
    // SAFETY: all that reads the environment here does so through `std::env`, which locks it.
    unsafe {
        env::set_var("INSTA_UPDATE", "no");
        if let Some(root) = root {
            env::set_var("INSTA_WORKSPACE_ROOT", root);
        }
    }
    report::report(error)
}

/// The path is in the message because the system does not know it: "No such file or directory" alone is the most famous
/// useless message of all.
#[test]
fn reports_a_missing_file() {
    let error = total(Path::new("tests/data/missing.txt")).expect_err("there is no such file");
    assert_snapshot!(report(&error), @r"
    cannot read tests/data/missing.txt
    caused by: No such file or directory
    ");
}

/// Whoever has to mend the file wants to know where. Editors count lines from 1.
#[test]
fn reports_the_place_of_a_broken_line() {
    let error = total(Path::new("tests/data/broken.txt")).expect_err("`four` is not in digits");
    assert_snapshot!(report(&error), @r"
    line 3 of tests/data/broken.txt is not a number
    caused by: invalid digit found in string
    ");
    let error = total(Path::new("tests/data/large.txt")).expect_err("it does not fit into a u32");
    assert_snapshot!(report(&error), @r"
    line 2 of tests/data/large.txt is not a number
    caused by: number too large to fit in target type
    ");
}

/// A long file has a long way to its last line, and the message about it is needed all the more. A number of lines fits
/// into a `usize`.
#[test]
fn reports_the_place_of_a_line_far_down() {
    let path = env::temp_dir().join(format!("readings-{}.txt", std::process::id()));
    fs::write(&path, "1\n".repeat(70_000) + "one\n").expect("a file for the test");
    let total = total(&path);
    fs::remove_file(&path).expect("the test's own file");
    let error = total.expect_err("`one` is not in digits");
    assert_eq!(
        error.to_string(),
        format!("line 70001 of {} is not a number", path.display())
    );
}

/// On many systems, a path is any bytes, and need not be text. What can be read of it is better than nothing.
#[cfg(unix)]
#[test]
fn reports_a_path_that_is_no_text() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let path = Path::new(OsStr::from_bytes(b"tests/data/caf\xe9.txt"));
    let error = total(path).expect_err("there is no such file");
    let message = error.to_string();
    assert!(
        message.starts_with("cannot read ") && message.contains("tests/data/caf"),
        "of the path {path:?} nothing is left in the message {message:?}"
    );
}

/// Here the source says all that there is to say, and `?` alone makes the error. That is what `From` is for.
#[test]
fn reports_an_address_that_is_none() {
    let error = submit(42, "the collector").expect_err("this is no address");
    assert_snapshot!(report(&error), @r"
    the collector's address is not valid
    caused by: invalid socket address syntax
    ");
}

/// Refused by whom? Of several services, an operator must know which one to look after.
#[test]
fn reports_who_could_not_be_reached() {
    let address = nobody();
    let error = submit(42, &address).expect_err("nobody listens there");
    assert_snapshot!(report(&error).replace(&address, "ADDRESS"), @r"
    cannot submit to ADDRESS
    caused by: Connection refused
    ");
    let collector = Collector::answering(None);
    let error = submit(42, &collector.address).expect_err("there was no answer");
    assert_snapshot!(report(&error).replace(&collector.address, "ADDRESS"), @r"
    cannot submit to ADDRESS
    caused by: unexpected end of file
    ");
}

/// Not every error has a source. Here the chain begins: the reason is a text, and part of the message.
#[test]
fn reports_the_reason_of_a_rejection() {
    let collector = Collector::answering(Some("the period is closed\n"));
    let error = submit(42, &collector.address).expect_err("it was rejected");
    assert_snapshot!(report(&error), @"the collector rejected the total: the period is closed");
    // A snapshot forgives a line break at the end. A report does not: the next message would begin below an empty line.
    let message = error.to_string();
    assert_eq!(
        message,
        message.trim_end(),
        "the line break belongs to the line, not to the reason"
    );
}

/// An error prints its source, or it returns its source from `source`, but never both: a report asks each error in
/// the chain for its message, and what is in two of them is read twice.
#[test]
fn no_message_repeats_its_source() {
    let errors = [
        total(Path::new("tests/data/missing.txt")).expect_err("there is no such file"),
        total(Path::new("tests/data/broken.txt")).expect_err("`four` is not in digits"),
        submit(42, "the collector").expect_err("this is no address"),
        submit(42, &nobody()).expect_err("nobody listens there"),
    ];
    for error in errors {
        let messages = messages(&error);
        for pair in messages.windows(2) {
            assert!(
                !pair[0].contains(&pair[1]),
                "a report says this twice: {:?}\n\n{}\n",
                pair[1],
                report(&error)
            );
        }
    }
}

/// A message is for people. A program that must decide whether to try again asks the source, and needs it as the type
/// that it was, not as a text.
#[test]
fn the_source_keeps_its_type() {
    let error = total(Path::new("tests/data/missing.txt")).expect_err("there is no such file");
    let kind = source::<io::Error>(&error).kind();
    assert_eq!(kind, io::ErrorKind::NotFound, "of a missing file");

    let error = total(Path::new("tests/data/broken.txt")).expect_err("`four` is not in digits");
    let kind = source::<num::ParseIntError>(&error).kind();
    assert_eq!(*kind, num::IntErrorKind::InvalidDigit, "of a broken line");

    let error = submit(42, "the collector").expect_err("this is no address");
    source::<net::AddrParseError>(&error);

    let error = submit(42, &nobody()).expect_err("nobody listens there");
    let kind = source::<io::Error>(&error).kind();
    assert_eq!(
        kind,
        io::ErrorKind::ConnectionRefused,
        "of a refused connection"
    );
}

/// The source of the error, which must be an `E`.
#[track_caller]
fn source<E: Error + 'static>(error: &dyn Error) -> &E {
    let Some(source) = error.source() else {
        panic!("`{error}` has no source");
    };
    source.downcast_ref().unwrap_or_else(|| {
        panic!(
            "the source of `{error}` should be a {}, but is {source:?}",
            std::any::type_name::<E>()
        )
    })
}
