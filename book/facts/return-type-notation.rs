//! claim: A bound on the future of a trait's `async fn` (`T: Source<read(..): Send>`) can't be written.
//! since: not stable
//! feature: return_type_notation
//! expect: error E0658
//! source: https://rust-lang.github.io/rfcs/3654-return-type-notation.html

#[expect(async_fn_in_trait)]
pub trait Source {
    async fn read(&mut self) -> u8;
}

pub fn spawnable<T: Source<read(..): Send> + Send>(_source: T) {}
