use types_typestate::Builder;

fn main() {
    let plain = Builder::new("inventory").address("db.example.org", 5432);
    let _ = plain.login("ada", "engine"); //~ E0599|E0277 `Plain`: the password would travel in the clear
}
