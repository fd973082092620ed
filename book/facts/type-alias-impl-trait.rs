//! claim: `type Alias = impl Trait;` is not stable: name the type, box it, or return `impl Trait`.
//! since: not stable
//! feature: type_alias_impl_trait
//! expect: error E0658
//! source: https://github.com/rust-lang/rust/issues/63063

pub type Squares = impl Iterator<Item = u64>;

#[define_opaque(Squares)]
pub fn squares() -> Squares {
    (0..).map(|n| n * n)
}
