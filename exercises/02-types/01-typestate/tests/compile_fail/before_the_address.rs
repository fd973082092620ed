use types_typestate::Builder;

fn main() {
    let unaddressed = Builder::new("inventory");
    let _ = unaddressed.build(); //~ E0599|E0277 `Unaddressed`: there is no address to connect to

    let unaddressed = Builder::new("inventory");
    let _ = unaddressed.encrypt(); //~ E0599|E0277 `Unaddressed`: there is nobody to agree on a key with

    let unaddressed = Builder::new("inventory");
    let _ = unaddressed.login("ada", "engine"); //~ E0599|E0277 `Unaddressed`: there is nobody to log in with
}
