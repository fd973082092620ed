//! A derive that writes a builder which validates.

mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Writes a builder for a struct with named fields.
///
/// ```ignore
/// #[derive(Builder)]
/// pub struct Account {
///     #[validate(length(1..=32))]
///     name: String,
///     #[validate(range(18..=120))]
///     age: Option<u8>,
/// }
///
/// let account: Result<Account, Vec<AccountError>> = Account::builder().name("Ada".to_owned()).build();
/// ```
///
/// The rules are those of `expand` in `src/expand.rs`.
#[proc_macro_derive(Builder, attributes(validate))]
pub fn derive_builder(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expansion = expand::expand(&input).unwrap_or_else(syn::Error::into_compile_error);
    expansion.into()
}
