//! From the tokens of a struct to those of its builder.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{
    Data, DeriveInput, Expr, ExprRange, Fields, GenericArgument, Ident, PathArguments, Type,
    parenthesized,
};

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
    let fields = fields(input)?;
    let error = error_type(input);
    let builder = builder_type(input, &fields);
    let methods = methods(input, &fields);
    Ok(quote! { #error #builder #methods })
}

/// A field, and what the builder must know of it.
struct Field<'a> {
    ident: &'a Ident,
    /// The name in errors: without the `r#`.
    name: String,
    /// A variable of `build`, which can't be confused with anything in the caller's expressions.
    local: Ident,
    /// What the setter takes.
    value: &'a Type,
    optional: bool,
    rules: Vec<Rule>,
}

/// A rule, with the place that errors about it point at.
struct Rule {
    span: Span,
    kind: RuleKind,
}

enum RuleKind {
    Range(ExprRange),
    Length(ExprRange),
    With(Expr),
}

/// All fields, or all that is wrong with their attributes.
fn fields(input: &DeriveInput) -> syn::Result<Vec<Field<'_>>> {
    let refused = |message| Err(syn::Error::new(input.ident.span(), message));
    let Data::Struct(data) = &input.data else {
        return refused("`Builder` can be derived for structs only");
    };
    let Fields::Named(named) = &data.fields else {
        return refused("`Builder` needs fields with names, for its methods to be called after");
    };

    let mut fields = Vec::new();
    let mut errors: Option<syn::Error> = None;
    for (index, field) in named.named.iter().enumerate() {
        let Some(ident) = &field.ident else { continue };
        let inner = inside_option(&field.ty);
        let mut rules = Vec::new();
        for attribute in &field.attrs {
            if !attribute.path().is_ident("validate") {
                continue;
            }
            if let Err(error) = attribute.parse_nested_meta(|meta| {
                rules.push(Rule::parse(&meta)?);
                Ok(())
            }) {
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
            }
        }
        fields.push(Field {
            ident,
            name: ident.unraw().to_string(),
            local: Ident::new(&format!("field_{index}"), Span::mixed_site()),
            value: inner.unwrap_or(&field.ty),
            optional: inner.is_some(),
            rules,
        });
    }
    errors.map_or(Ok(fields), Err)
}

/// The `T` of a type that is written as `Option<T>`, `std::option::Option<T>` or the like.
fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    if last.ident != "Option" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

impl Rule {
    fn parse(meta: &ParseNestedMeta<'_>) -> syn::Result<Self> {
        let span = meta.path.span();
        let kind = if meta.path.is_ident("range") {
            RuleKind::Range(range(meta)?)
        } else if meta.path.is_ident("length") {
            RuleKind::Length(range(meta)?)
        } else if meta.path.is_ident("with") {
            RuleKind::With(meta.value()?.parse()?)
        } else {
            return Err(meta.error("expected `range(…)`, `length(…)` or `with = …`"));
        };
        Ok(Self { span, kind })
    }

    /// A statement that pushes an error if `value`, a reference, breaks the rule.
    fn check(&self, name: &str, value: &Ident, error: &Ident, errors: &Ident) -> TokenStream {
        // With this span, what does not fit the field's type is reported where the rule is written. For that, the argument
        // must have it too, and so a name of its own.
        let span = self.span;
        let given = Ident::new("__value", span);
        match &self.kind {
            RuleKind::Range(range) => quote_spanned! {span=>
                let #given = #value;
                if !(#range).contains(#given) {
                    #errors.push(#error::OutOfRange(#name));
                }
            },
            RuleKind::Length(range) => quote_spanned! {span=>
                let #given = #value;
                if !(#range).contains(&#given.len()) {
                    #errors.push(#error::WrongLength(#name));
                }
            },
            RuleKind::With(check) => quote_spanned! {span=>
                let #given = #value;
                if let Err(reason) = (#check)(#given) {
                    let reason = ::std::string::ToString::to_string(&reason);
                    #errors.push(#error::Refused(#name, reason));
                }
            },
        }
    }
}

/// The range in `range(…)` or `length(…)`, and nothing after it.
fn range(meta: &ParseNestedMeta<'_>) -> syn::Result<ExprRange> {
    let content;
    parenthesized!(content in meta.input);
    let range = content.parse()?;
    if content.is_empty() {
        Ok(range)
    } else {
        Err(content.error("expected a single range, such as `1..=9`"))
    }
}

/// The struct of the builder: an `Option` for each field.
fn builder_type(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (vis, generics) = (&input.vis, &input.generics);
    let where_clause = &generics.where_clause;
    let builder = builder_name(input);
    let about = format!("Builds a value of [`{}`], and validates it.", input.ident);
    let idents = fields.iter().map(|field| field.ident);
    let values = fields.iter().map(|field| field.value);
    quote! {
        #[doc = #about]
        #[must_use = "a builder makes nothing until `build` is called"]
        #vis struct #builder #generics #where_clause {
            #(#idents: Option<#values>,)*
        }
    }
}

fn builder_name(input: &DeriveInput) -> Ident {
    format_ident!("{}Builder", input.ident)
}

/// `builder`, the setters and `build`.
fn methods(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (vis, name, builder) = (&input.vis, &input.ident, builder_name(input));
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let idents = fields.iter().map(|field| field.ident);
    let setters = fields.iter().map(|field| setter(vis, field));
    let build = build(input, fields, &type_generics);
    quote! {
        impl #impl_generics #name #type_generics #where_clause {
            /// A builder with nothing set.
            #vis fn builder() -> #builder #type_generics {
                #builder { #(#idents: None,)* }
            }
        }

        // Not every caller sets every field.
        #[allow(dead_code)]
        impl #impl_generics #builder #type_generics #where_clause {
            #(#setters)*
            #build
        }
    }
}

fn setter(vis: &syn::Visibility, field: &Field<'_>) -> TokenStream {
    let Field { ident, value, .. } = field;
    let about = format!("Sets `{}`.", field.name);
    quote! {
        #[doc = #about]
        #vis fn #ident(mut self, value: #value) -> Self {
            self.#ident = Some(value);
            self
        }
    }
}

fn build(input: &DeriveInput, fields: &[Field<'_>], type_generics: &impl ToTokens) -> TokenStream {
    let (vis, name) = (&input.vis, &input.ident);
    let error = format_ident!("{}Error", name);
    let errors = Ident::new("errors", Span::mixed_site());
    let checks = fields.iter().map(|field| checks(field, &error, &errors));
    let idents = fields.iter().map(|field| field.ident);
    let locals = fields.iter().map(|field| &field.local);
    // Only required values are unpacked: an optional one may be `None` in the end.
    let required = fields.iter().filter(|field| !field.optional);
    let required: Vec<_> = required.map(|field| &field.local).collect();
    let unpack = fields.iter().map(|Field { local, ident, .. }| {
        quote! { let #local = self.#ident; }
    });
    quote! {
        /// Makes the value, or tells all that is wrong, in the order of the fields.
        #vis fn build(self)
            -> Result<#name #type_generics, Vec<#error>>
        {
            let mut #errors = Vec::new();
            #(#checks)*
            #(#unpack)*
            match (#(#required,)*) {
                (#(Some(#required),)*) if #errors.is_empty() => {
                    Ok(#name { #(#idents: #locals,)* })
                }
                _ => Err(#errors),
            }
        }
    }
}

/// Statements that push all that is wrong with one field.
fn checks(field: &Field<'_>, error: &Ident, errors: &Ident) -> TokenStream {
    let Field { ident, name, .. } = field;
    let value = &field.local;
    let rules = field
        .rules
        .iter()
        .map(|rule| rule.check(name, value, error, errors));
    let missing = (!field.optional).then(|| quote! { #errors.push(#error::Missing(#name)); });
    quote! {
        match &self.#ident {
            Some(#value) => { let _ = #value; #(#rules)* }
            None => { #missing }
        }
    }
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
