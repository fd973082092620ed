//! Which variant stands for what. A caller acts on this: it asks for another file, tries again later, or gives up.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    thread,
};

use errors_processing_error::{ProcessingError, process, submit, total};

#[path = "support/collector.rs"]
mod collector;
#[path = "support/report.rs"]
mod report;

use collector::{Collector, nobody};
use report::report;

/// Requires that the error is of the given variant.
macro_rules! assert_variant {
    ($error:expr, $variant:ident, $what:expr) => {{
        let error = $error;
        assert!(
            matches!(error, ProcessingError::$variant { .. }),
            "{} should be ProcessingError::{}, but is {error:?}, reported as\n\n{}\n",
            $what,
            stringify!($variant),
            report(&error)
        );
    }};
}

/// A file of the tests' own. The path lives no longer than the call that uses it: an error keeps what it needs.
fn data(name: &str) -> PathBuf {
    Path::new("tests/data").join(name)
}

/// The same error type comes from a disk and from a network, so the type alone cannot tell which it was. Only the place
/// where the call was made can.
#[test]
fn a_missing_file_is_not_a_network_error() {
    let error = total(&data("missing.txt")).expect_err("there is no such file");
    assert_variant!(error, File, "a file that does not exist");
    let error = total(&data("")).expect_err("a directory is no file");
    assert_variant!(error, File, "a directory in place of a file");
    let error = process(&data("missing.txt"), &nobody()).expect_err("there is no such file");
    assert_variant!(
        error,
        File,
        "a file that does not exist, with no collector either,"
    );
}

/// A line that is not a number can be read all right, so the file is not to blame.
#[test]
fn a_line_that_is_no_number_is_a_format_error() {
    let error = total(&data("broken.txt")).expect_err("`four` is not in digits");
    assert_variant!(error, Format, "a word in place of a number");
    let error = total(&data("large.txt")).expect_err("the number does not fit into a u32");
    assert_variant!(error, Format, "a number that is too large");
    let error = total(&data("blank.txt")).expect_err("there is nothing in the second line");
    assert_variant!(error, Format, "an empty line in place of a number");
}

/// The address will be no better later: to try again would be pointless.
#[test]
fn an_address_that_is_none_is_an_address_error() {
    let error = submit(42, "the collector").expect_err("this is no address");
    assert_variant!(error, Address, "a text that is no address");
    // A name would have to be looked up first, and what that finds may change from one call to the next.
    for text in ["localhost:4000", "127.0.0.1", "", "127.0.0.1:65536"] {
        let error = submit(42, text).expect_err("this is no address of the form 127.0.0.1:4000");
        assert_variant!(error, Address, format!("the address {text:?}"));
    }
}

/// Connecting fails in ways that only a network knows.
#[test]
fn nobody_there_is_a_network_error() {
    let error = submit(42, &nobody()).expect_err("nobody listens there");
    assert_variant!(error, Network, "a refused connection");
}

/// Later failures look like those of a file: "unexpected end of file" is what the kind is called. To sort errors by their
/// kind is to guess.
#[test]
fn a_collector_that_hangs_up_is_a_network_error() {
    let collector = Collector::answering(None);
    let error = submit(42, &collector.address).expect_err("there was no answer");
    assert_variant!(error, Network, "a connection closed before the answer");
    // This one does not even listen to what is submitted. Whether that shows when the total is sent or when the answer is
    // awaited is a matter of chance; what it means is not.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on the loopback");
    let address = listener.local_addr().expect("the port").to_string();
    let deaf = thread::spawn(move || drop(listener.accept()));
    let error = submit(42, &address).expect_err("nobody answers");
    assert_variant!(error, Network, "a connection closed at once");
    deaf.join().expect("a collector that hangs up");
    assert_eq!(
        collector.received(),
        "42\n",
        "the total was submitted before that"
    );
}

/// An answer is no failure of the network, whatever it says.
#[test]
fn an_answer_other_than_ok_is_a_rejection() {
    let collector = Collector::answering(Some("the period is closed\n"));
    let error = submit(42, &collector.address).expect_err("it was rejected");
    assert_variant!(error, Rejected, "an answer other than `ok`");
}

/// An answer is `ok` or it is not: what only looks like it is a rejection, and so is an empty line.
#[test]
fn only_ok_is_ok() {
    for answer in ["not ok\n", "ok, but too late\n", "okay\n", "\n"] {
        let collector = Collector::answering(Some(answer));
        let Err(error) = submit(42, &collector.address) else {
            panic!("the collector has answered {answer:?}, and that is taken for `ok`");
        };
        assert_variant!(error, Rejected, format!("the answer {answer:?}"));
    }
    let collector = Collector::answering(Some("ok\r\n"));
    assert!(
        submit(42, &collector.address).is_ok(),
        "lines end in \"\\r\\n\" where network protocols are older than Unix"
    );
}

/// An answer is a line, and ends where the line ends. A collector may keep the connection open: one that waits for the
/// end of it waits for as long as the other side likes.
#[test]
fn waits_for_a_line_and_no_longer() {
    for answer in ["ok\n", "the period is closed\n"] {
        let collector = Collector::staying(answer);
        let _ = submit(42, &collector.address);
        assert!(
            collector.was_left(),
            "the collector has answered {answer:?}, and submit waits for more"
        );
    }
}

/// Two readings of the largest kind have a sum that is no `u32`, and a file without lines has one as well.
#[test]
fn sums_are_larger_than_readings() {
    let sum: u64 = total(&data("two-large.txt")).expect("two readings");
    assert_eq!(sum, 8_589_934_590);
    let sum: u64 = total(&data("empty.txt")).expect("no readings");
    assert_eq!(sum, 0, "the sum of no readings");
}

/// And when nothing goes wrong, the total arrives.
#[test]
fn submits_the_total_of_a_file() {
    let collector = Collector::answering(Some("ok\n"));
    let submitted = process(&data("readings.txt"), &collector.address);
    if let Err(error) = submitted {
        panic!("all is well, and yet the result is\n\n{}\n", report(&error));
    }
    assert_eq!(collector.received(), "42\n", "17 and 4 and 21, as a line");
}
