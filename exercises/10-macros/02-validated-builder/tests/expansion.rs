//! What the expansion adds to the caller's API, as a snapshot.
//!
//! The expansion is tokens, so a test can call `expand` as it calls any function: proc-macro2 works outside of the compiler, too.
//! How the code is written is your choice. What it offers to the caller's callers is not, since they will rely on it.

#[path = "../src/expand.rs"]
mod expand;

use insta::assert_snapshot;
use std::env;
use std::path::Path;
use syn::{Block, Expr, FnArg, ImplItem, Item, Stmt, Type, Visibility, parse_quote};

#[test]
fn adds_to_the_api_what_is_promised_and_no_more() {
    // Everything public is a promise: a field of the builder that can be set past its method, or a helper that somebody finds
    // useful, can't be changed any more. A snapshot shows what is there, so that nothing comes in unnoticed.
    let expansion = expand::expand(&parse_quote! {
        pub struct Account<T> {
            #[validate(length(1..=32))]
            name: String,
            age: Option<u8>,
            extra: T,
        }
    });
    let expansion = expansion.expect("nothing is wrong with this struct");
    let file: syn::File = syn::parse2(expansion).expect("the expansion consists of items");
    let mut public = Vec::new();
    list(&file.items, &mut public);
    public.sort();

    // A snapshot that differs is a failure, and not to be written into this file as the one that was expected. And insta
    // would ask cargo where the workspace is, which takes longer than the test.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join(file!()).exists());
    // SAFETY: all that reads the environment here does so through `std::env`, which locks it.
    unsafe {
        env::set_var("INSTA_UPDATE", "no");
        if let Some(root) = root {
            env::set_var("INSTA_WORKSPACE_ROOT", root);
        }
    }
    assert_snapshot!(public.join("\n"), @r"
    Account::builder()
    AccountBuilder::age(self, _)
    AccountBuilder::build(self)
    AccountBuilder::extra(self, _)
    AccountBuilder::name(self, _)
    enum AccountError
    struct AccountBuilder
    ");
}

/// Lists what is public: types, their fields, functions and methods. Traits' implementations are not listed.
fn list(items: &[Item], public: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Struct(item) => {
                let name = &item.ident;
                public.extend(is_public(&item.vis).then(|| format!("struct {name}")));
                let open = item.fields.iter().filter(|field| is_public(&field.vis));
                let open = open.filter_map(|field| field.ident.as_ref());
                public.extend(open.map(|field| format!("{name}.{field}")));
            }
            Item::Enum(item) if is_public(&item.vis) => public.push(format!("enum {}", item.ident)),
            Item::Fn(item) if is_public(&item.vis) => public.push(format!("fn {}", item.sig.ident)),
            Item::Mod(item) if is_public(&item.vis) => public.push(format!("mod {}", item.ident)),
            Item::Impl(item) if item.trait_.is_none() => {
                let name = last_word(&item.self_ty);
                for method in &item.items {
                    if let ImplItem::Fn(method) = method
                        && is_public(&method.vis)
                    {
                        let arguments: Vec<&str> = method.sig.inputs.iter().map(argument).collect();
                        let arguments = arguments.join(", ");
                        public.push(format!("{name}::{}({arguments})", method.sig.ident));
                    }
                }
            }
            // `const _: () = { … };` is often put around implementations.
            Item::Const(item) => {
                if let Expr::Block(block) = &*item.expr {
                    list(&inside(&block.block), public);
                }
            }
            _ => {}
        }
    }
}

fn inside(block: &Block) -> Vec<Item> {
    let items = block.stmts.iter().filter_map(|statement| match statement {
        Stmt::Item(item) => Some(item.clone()),
        _ => None,
    });
    items.collect()
}

fn is_public(vis: &Visibility) -> bool {
    matches!(vis, Visibility::Public(_))
}

/// `self` by value, in whatever form, or a value.
fn argument(argument: &FnArg) -> &'static str {
    match argument {
        FnArg::Receiver(_) => "self",
        FnArg::Typed(_) => "_",
    }
}

fn last_word(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
    .map_or_else(|| "?".to_owned(), |segment| segment.ident.to_string())
}
