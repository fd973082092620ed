//! claim: `if let` conditions can be chained with `&&`, in the 2024 edition.
//! since: 1.88
//! feature: let_chains
//! expect: compiles
//! source: https://blog.rust-lang.org/2025/06/26/Rust-1.88.0/

pub fn even(text: Option<&str>) -> bool {
    if let Some(text) = text
        && let Ok(number) = text.parse::<u32>()
    {
        number % 2 == 0
    } else {
        false
    }
}
