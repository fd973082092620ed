//! claim: Nor is `impl Trait` as the value of an associated type.
//! since: not stable
//! feature: impl_trait_in_assoc_type
//! expect: error E0658
//! source: https://github.com/rust-lang/rust/issues/63063

pub struct Squares;

impl IntoIterator for Squares {
    type Item = u64;
    type IntoIter = impl Iterator<Item = u64>;

    fn into_iter(self) -> Self::IntoIter {
        (0..).map(|n| n * n)
    }
}
