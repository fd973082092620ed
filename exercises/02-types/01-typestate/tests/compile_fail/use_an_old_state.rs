use types_typestate::{Builder, Encrypted, LoggedIn, Plain, Unaddressed};

fn two_addresses(unaddressed: Builder<Unaddressed>) {
    let _ = unaddressed.address("db.example.org", 5432);
    let _ = unaddressed.address("db.example.com", 5432); //~ E0382: the builder has moved on to the first address
}

fn encrypted_or_not(plain: Builder<Plain>) {
    let _ = plain.encrypt();
    let _ = plain.build(); //~ E0382: the request that was to be encrypted would go out in the clear
}

fn two_logins(encrypted: Builder<Encrypted>) {
    let _ = encrypted.login("ada", "engine");
    let _ = encrypted.login("grace", "compiler"); //~ E0382: the builder is logged in already
}

fn two_requests(logged_in: Builder<LoggedIn>) {
    let _ = logged_in.build();
    let _ = logged_in.build(); //~ E0382: the request has been handed out
}

fn main() {}
