use types_typestate::{Builder, Encrypted, LoggedIn, Plain};

fn main() {
    let _ = Builder::<Plain>::new("inventory"); //~ E0599|E0277: it has no address
    let _ = Builder::<Encrypted>::new("inventory"); //~ E0599|E0277: it has neither an address nor encryption
    let _ = Builder::<LoggedIn>::new("inventory"); //~ E0599|E0277: nobody has logged in
    let _ = Builder::<Plain>::default(); //~ E0599|E0277: it has no address
    let _ = Builder::<Encrypted>::default(); //~ E0599|E0277: it has neither an address nor encryption
}
