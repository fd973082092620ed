use std::io::{Error, ErrorKind};
use std::num::ParseIntError;

use macros_error_from::error_from;

error_from! {
    pub enum LoadError {
        Read(Error),
        Number(ParseIntError)
    }
}

fn read(text: Option<&str>) -> Result<&str, Error> {
    text.ok_or_else(|| ErrorKind::NotFound.into())
}

fn load(text: Option<&str>) -> Result<u16, LoadError> {
    Ok(read(text)?.parse::<u16>()?)
}

fn main() {
    assert!(matches!(load(Some("8080")), Ok(8080)));
    assert!(
        matches!(load(None), Err(LoadError::Read(error)) if error.kind() == ErrorKind::NotFound),
        "`?` on a `std::io::Error` should make a `LoadError::Read` with that error inside"
    );
    assert!(
        matches!(load(Some("http")), Err(LoadError::Number(_))),
        "`?` on a `ParseIntError` should make a `LoadError::Number`"
    );
}
