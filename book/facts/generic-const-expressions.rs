//! claim: A const parameter can't take part in an expression that is a type: `[T; N + 1]` does not compile.
//! since: not stable
//! feature: generic_const_exprs
//! expect: error: generic parameters may not be used in const operations
//! source: https://github.com/rust-lang/rust/issues/76560

pub fn with_zero<const N: usize>(values: [u8; N]) -> [u8; N + 1] {
    let mut longer = [0; N + 1];
    longer[..N].copy_from_slice(&values);
    longer
}
