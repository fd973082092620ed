use std::error::Error;
use std::marker::PhantomData;

use macros_error_from::error_from;

pub struct At<T>(PhantomData<T>);

error_from! {
    pub enum AnyError {
        Path(std::io::Error),
        Generic(Vec<String>),
        Nested(At<Option<Vec<u8>>>),
        Unsigned(At<u8>),
        Signed(At<i8>),
        Boxed(Box<dyn Error + Send + Sync>),
        Borrowed(&'static str),
        Pair((u8, u8)),
        Array([u8; 4]),
        Empty,
        Late
    }
}

// A variant without a field wraps nothing, so this is still free to be written.
impl From<()> for AnyError {
    fn from((): ()) -> Self {
        Self::Empty
    }
}

fn converts<T>()
where
    AnyError: From<T>,
{
}

fn main() {
    converts::<std::io::Error>();
    converts::<Vec<String>>();
    converts::<At<Option<Vec<u8>>>>();
    converts::<At<u8>>();
    converts::<At<i8>>();
    converts::<Box<dyn Error + Send + Sync>>();
    converts::<&'static str>();
    converts::<(u8, u8)>();
    converts::<[u8; 4]>();
    let _ = AnyError::Late;
}
