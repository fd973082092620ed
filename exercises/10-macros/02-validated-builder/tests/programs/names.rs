#![no_implicit_prelude]

/// Here many names mean something else than in the prelude.
mod strange {
    pub enum Ordinary {
        Some,
        None,
        Ok,
        Err,
    }
    pub use self::Ordinary::{Err, None, Ok, Some};
    pub struct Option;
    pub struct Result;
    pub struct Vec;
    pub struct String;
    pub trait Default {}
    pub trait ToString {}
    pub trait Into {}
    pub mod std {}
    pub mod core {}
    pub mod alloc {}

    #[derive(::macros_validated_builder::Builder)]
    pub struct Account {
        #[validate(length(1..9), with = fine)]
        pub name: ::std::string::String,
        #[validate(range(18..))]
        pub age: ::core::option::Option<u8>,
    }

    fn fine(_: &str) -> ::core::result::Result<(), &'static str> {
        ::core::result::Result::Ok(())
    }
}

fn main() {
    let _ = strange::Account::builder().age(18).build();
    let _ = (strange::Some, strange::None, strange::Ok, strange::Err);
}
