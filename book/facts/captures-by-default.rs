//! claim: Without `use<…>`, the 2024 edition's `impl Trait` captures every lifetime in scope.
//! since: 1.85
//! expect: error E0505
//! source: https://doc.rust-lang.org/edition-guide/rust-2024/rpit-lifetime-capture.html

pub fn length(text: &str) -> impl Fn() -> usize {
    let length = text.len();
    move || length
}

pub fn outlives() -> usize {
    let text = String::from("still borrowed by the closure's type");
    let count = length(&text);
    drop(text);
    count()
}
