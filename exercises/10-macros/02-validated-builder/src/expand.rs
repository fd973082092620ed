//! From the tokens of a struct to those of its builder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::DeriveInput;

/// For `pub struct Account { … }`, adds
///
/// - `Account::builder()`, which makes an `AccountBuilder` with nothing set;
/// - for each field a method of `AccountBuilder` with the field's name, which takes the builder and a value, and gives the builder
///   back. If it is called again, the last value counts;
/// - `AccountBuilder::build(self) -> Result<Account, Vec<AccountError>>`;
/// - `AccountError`, the enum that `error_type` writes.
///
/// All of them are as visible as the struct, and nothing else that the expansion adds is. Everything public is documented.
///
/// - **Optional** are fields whose type is written as `Option<T>`, with whatever path before `Option`. Their method takes a `T`, and a
///   field that was not set is `None`. All others are required.
/// - **Rules** stand in `#[validate(…)]` on a field, separated by commas, in one such attribute or in several. `range(18..=120)` asks that
///   the range *contains* the value, `length(1..=32)` that it contains `value.len()`, and `with = check` that `check(&value)`, which returns a
///   `Result<(), E>` with an `E: Display`, is `Ok`. A rule on an optional field holds for the value in the `Option`, if there is one.
/// - **Errors.** `build` reports all that is wrong: a required field that is missing, as `Missing`, and each rule that is
///   broken, as `OutOfRange`, `WrongLength` or `Refused` with the text of `E`. They come in the order in which the fields and their
///   rules are written. The field's name is given as in `"name"`, and as `"type"` for `r#type`.
/// - **Generics.** Lifetimes, types and constants, with bounds, defaults and a `where` clause. The builder asks no more of `T`
///   than the struct does.
/// - **Names.** The expansion means the same in a module that has a `Vec` or an `Ok` of its own, and where there is no prelude. Fields can
///   have any name but `build`.
/// - **Compile errors.** A rule that can't be understood, and one that the field's type doesn't fit, are refused *at the field*, and all
///   the former at once. What is no struct with named fields is refused in its own lines, not at the `derive`. No input makes the macro panic.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    // The builder is yet to be written.
    Ok(error_type(input))
}

/// `NAMEError`, which says what is wrong with one field. It is complete as it stands.
fn error_type(input: &DeriveInput) -> TokenStream {
    let vis = &input.vis;
    let error = format_ident!("{}Error", input.ident);
    let about = format!("What is wrong with a field of [`{}`].", input.ident);
    quote! {
        #[doc = #about]
        #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::Eq, ::core::cmp::PartialEq)]
        // Without a rule of a kind, nothing makes its variant.
        #[allow(dead_code)]
        #vis enum #error {
            /// The field of this name is required, and was not set.
            Missing(&'static str),
            /// The value of the field of this name is not in its range.
            OutOfRange(&'static str),
            /// The length of the field of this name is not in its range.
            WrongLength(&'static str),
            /// The field of this name was refused, for this reason.
            Refused(&'static str, ::std::string::String),
        }

        impl ::core::fmt::Display for #error {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    Self::Missing(field) => ::core::write!(f, "{field} is missing"),
                    Self::OutOfRange(field) => ::core::write!(f, "{field} is out of range"),
                    Self::WrongLength(field) => ::core::write!(f, "{field} has the wrong length"),
                    Self::Refused(field, reason) => ::core::write!(f, "{field}: {reason}"),
                }
            }
        }

        impl ::core::error::Error for #error {}
    }
}
