//! What happens when something goes wrong, and who hears of it.

use std::{
    error::Error,
    io::{self, BufReader, Read},
};

use review_fix_the_crate::import::{ImportError, import};

/// A value that can't be read is not 0. A default in place of an error turns a typing mistake into a measurement, and
/// nobody will ever find out which. The line's number is what the caller needs in order to mend it.
#[test]
fn a_bad_line_is_named() {
    for (text, bad) in [
        ("60,18.5\n\n120,19,5\n", 3),
        ("60,18.5\nnoon,19.5\n", 2),
        ("# Monday\n60;18.5\n120,19.5\n", 2),
        ("60,18.5\n120,\n", 2),
        ("-60,18.5\n", 1),
    ] {
        match import(text.as_bytes()) {
            Err(ImportError::Malformed { line }) => {
                assert_eq!(line, bad, "the line that is no reading in {text:?}");
            }
            Err(other) => panic!("{text:?} should be refused for line {bad}, and was for: {other}"),
            Ok(readings) => panic!(
                "line {bad} of {text:?} is no reading, but the text was taken in as {readings:?}"
            ),
        }
    }
}

/// A source that breaks is not a source that ends. Who treats both alike believes half a file to be a whole one.
#[test]
fn a_source_that_breaks_is_an_error() {
    /// Breaks when it is asked for more.
    struct Breaks;
    impl Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line is dead"))
        }
    }
    let source = BufReader::new("60,18.5\n120,19.5\n".as_bytes().chain(Breaks));
    match import(source) {
        Err(error @ ImportError::Source(_)) => {
            let cause = error.source().map(ToString::to_string);
            assert_eq!(
                cause.as_deref(),
                Some("the line is dead"),
                "the cause is kept"
            );
        }
        Err(other) => panic!("the source broke, and the error says: {other}"),
        Ok(readings) => panic!(
            "the source broke after two lines, and {} readings were taken in as if they were all",
            readings.len()
        ),
    }
}
