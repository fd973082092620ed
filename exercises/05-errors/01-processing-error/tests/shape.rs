//! What kind of a type the error is: where it can go, what it weighs, and what turns into it by itself.

use std::{error::Error, fs, io, net::AddrParseError, num::ParseIntError, path::Path, thread};

use alloc_counter::allocations;
use errors_processing_error::{ProcessingError, submit, total};
use type_probe::{as_dyn, implements};

/// Work is done on threads, and its errors come back from there. Nearly everything that takes errors of any type asks
/// for `Send + Sync + 'static`: `thread::spawn`, async runtimes, `anyhow`. One `Box<dyn Error>` inside, and none of
/// them takes yours.
#[test]
fn crosses_threads() {
    assert!(
        implements!(ProcessingError: Send),
        "ProcessingError is not Send: it cannot leave the thread where it happened"
    );
    assert!(
        implements!(ProcessingError: Sync),
        "ProcessingError is not Sync: it cannot be shared, in an `Arc` for instance"
    );
    let error = total(Path::new("tests/data/missing.txt")).expect_err("there is no such file");
    let error = as_dyn!(error, Error + Send + Sync).expect("an error that is Send and Sync");
    let told = thread::spawn(move || error.source().is_some()).join();
    assert!(
        told.is_ok_and(|has_source| has_source),
        "the source has come along"
    );
}

/// A `Result` is as large as the larger of its sides, also when all goes well, and is passed on at each `?`. 64 bytes
/// are a cache line. What is larger than that, and rare, belongs into a box or out of the error.
#[test]
fn is_cheap_to_pass_on() {
    let size = size_of::<ProcessingError>();
    assert!(
        size <= 64,
        "ProcessingError takes {size} bytes, more than 64: so does every Result that holds one"
    );
}

/// `From` is a promise that the conversion is the right one *wherever* `?` meets this type. Two kinds of calls return an
/// `io::Error` here, and a `ParseIntError` has lost its line.
#[test]
fn converts_only_what_is_unambiguous() {
    assert!(
        !implements!(ProcessingError: From<io::Error>),
        "there is a From<io::Error>: it cannot know whether a file or the network is to blame"
    );
    assert!(
        !implements!(ProcessingError: From<ParseIntError>),
        "there is a From<ParseIntError>: it cannot know in which line of which file"
    );
    assert!(
        implements!(ProcessingError: From<AddrParseError>),
        "there is no From<AddrParseError>, although only one thing can lead to one here"
    );
}

/// A box hides the type from the compiler and costs an allocation, and a variant with one kind of source needs neither.
/// The box comes with `anyhow` or `Box<dyn Error>` in the program, once, when nobody asks for the type any more.
#[test]
fn holds_its_source_unboxed() {
    let (count, submitted) = allocations(|| submit(42, "the collector"));
    assert!(submitted.is_err(), "this is no address");
    assert_eq!(
        count, 0,
        "an invalid address allocated {count} times: an AddrParseError has one byte, keep it as it is"
    );

    let path = Path::new("tests/data/missing.txt");
    let (needed, read) = allocations(|| fs::read_to_string(path));
    let (count, total) = allocations(|| total(path));
    assert!(read.is_err() && total.is_err(), "there is no such file");
    assert!(
        count <= needed + 1,
        "a missing file allocated {} times: once for the path is enough, an io::Error can be kept as it is",
        count - needed
    );
}
