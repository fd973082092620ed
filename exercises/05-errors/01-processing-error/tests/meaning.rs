//! Which variant stands for what. A caller acts on this: it asks for another file, tries again later, or gives up.

use std::path::{Path, PathBuf};

use errors_processing_error::{ProcessingError, process, submit, total};

#[path = "support/collector.rs"]
mod collector;
#[path = "support/report.rs"]
mod report;

use collector::{Collector, nobody};
use report::report;

/// Requires that the error is of the given variant.
macro_rules! assert_variant {
    ($error:expr, $variant:ident, $what:literal) => {{
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
}

/// The address will be no better later: to try again would be pointless.
#[test]
fn an_address_that_is_none_is_an_address_error() {
    let error = submit(42, "the collector").expect_err("this is no address");
    assert_variant!(error, Address, "a text that is no address");
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
