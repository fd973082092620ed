//! From the tokens of a struct to those of its builder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput};

// ANCHOR: naive
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let builder = format_ident!("{name}Builder");
    let error = format_ident!("{name}Error");
    let Data::Struct(data) = &input.data else {
        panic!("Builder is for structs");
    };
    let (fields, types): (Vec<_>, Vec<_>) = data
        .fields
        .iter()
        .map(|field| (&field.ident, &field.ty))
        .unzip();
    let error_type = error_type(input);
    Ok(quote! {
        #error_type

        #[derive(Default)]
        pub struct #builder {
            #(#fields: Option<#types>,)*
        }

        impl #name {
            pub fn builder() -> #builder {
                #builder::default()
            }
        }

        impl #builder {
            #(pub fn #fields(mut self, #fields: #types) -> Self {
                self.#fields = Some(#fields);
                self
            })*

            pub fn build(self) -> Result<#name, Vec<#error>> {
                Ok(#name { #(#fields: self.#fields.unwrap(),)* })
            }
        }
    })
}
// ANCHOR_END: naive

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
