//! claim: `use<…>` says exactly which generic parameters a return-position `impl Trait` captures.
//! since: 1.82
//! feature: precise_capturing
//! expect: compiles
//! source: https://blog.rust-lang.org/2024/10/17/Rust-1.82.0.html

pub fn length(text: &str) -> impl Fn() -> usize + use<> {
    let length = text.len();
    move || length
}

pub fn outlives() -> usize {
    let text = String::from("dropped before the call");
    let count = length(&text);
    drop(text);
    count()
}
