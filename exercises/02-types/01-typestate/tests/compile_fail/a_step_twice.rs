use types_typestate::Builder;

fn main() {
    let plain = Builder::new("inventory").address("db.example.org", 5432);
    let _ = plain.address("db.example.com", 5432); //~ E0599|E0277 `Plain`: the address is set already

    let encrypted = Builder::new("inventory").address("db.example.org", 5432).encrypt();
    let _ = encrypted.encrypt(); //~ E0599|E0277 `Encrypted`: the connection is encrypted already

    let encrypted = Builder::new("inventory").address("db.example.org", 5432).encrypt();
    let _ = encrypted.address("db.example.com", 5432); //~ E0599|E0277 `Encrypted`: the encryption is meant for another host

    let logged_in = Builder::new("inventory").address("db.example.org", 5432).encrypt().login("ada", "engine");
    let _ = logged_in.login("grace", "compiler"); //~ E0599|E0277 `LoggedIn`: somebody has logged in already

    let logged_in = Builder::new("inventory").address("db.example.org", 5432).encrypt().login("ada", "engine");
    let _ = logged_in.encrypt(); //~ E0599|E0277 `LoggedIn`: the connection is encrypted already

    let logged_in = Builder::new("inventory").address("db.example.org", 5432).encrypt().login("ada", "engine");
    let _ = logged_in.address("db.example.com", 5432); //~ E0599|E0277 `LoggedIn`: the password is meant for another host
}
