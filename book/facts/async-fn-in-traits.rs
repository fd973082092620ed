//! claim: `async fn` in a trait is part of the language.
//! since: 1.75
//! feature: async_fn_in_trait
//! expect: compiles
//! source: https://blog.rust-lang.org/2023/12/28/Rust-1.75.0.html

use std::io;

#[expect(async_fn_in_trait, reason = "the lint is right for a public trait: the future is not known to be Send")]
pub trait Source {
    async fn read(&mut self) -> io::Result<u8>;
}

pub struct Zero;

impl Source for Zero {
    async fn read(&mut self) -> io::Result<u8> {
        Ok(0)
    }
}

pub async fn two(source: &mut impl Source) -> io::Result<[u8; 2]> {
    Ok([source.read().await?, source.read().await?])
}
