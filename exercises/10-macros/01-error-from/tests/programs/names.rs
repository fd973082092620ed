/// Names that a macro might mean, and that mean something else here.
#[allow(dead_code)]
mod strange {
    pub struct From;
    pub struct Into;
    pub struct Result;
    pub struct Option;
    pub mod core {}
    pub mod std {}

    macro_rules! stringify {
        ($($anything:tt)*) => {
            5
        };
    }
    macro_rules! concat {
        ($($anything:tt)*) => {
            stringify!()
        };
    }
    macro_rules! panic {
        ($($anything:tt)*) => {
            concat!()
        };
    }
    const _: u8 = panic!();

    macros_error_from::error_from! {
        pub enum LoadError {
            Read(::std::io::Error),
            Format(::std::fmt::Error),
        }
    }
}

/// A module in which not even `From` has been imported.
#[no_implicit_prelude]
mod bare {
    ::macros_error_from::error_from! {
        pub enum LoadError {
            Read(::std::io::Error),
            Format(::std::fmt::Error),
        }
    }
}

fn main() {
    let _: strange::LoadError = std::fmt::Error.into();
    let _: bare::LoadError = std::fmt::Error.into();
}
