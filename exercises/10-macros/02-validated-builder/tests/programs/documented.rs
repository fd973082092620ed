//! A crate that wants all of its API explained.
#![deny(missing_docs)]

use macros_validated_builder::Builder;

/// Somebody's account.
#[derive(Builder)]
pub struct Account {
    #[validate(length(1..))]
    name: String,
    /// How old they are.
    pub age: Option<u8>,
}

fn main() {
    let _ = Account::builder().name("Ada".to_owned()).build().map(|account| account.name);
}
