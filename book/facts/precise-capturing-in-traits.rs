//! claim: `use<…>` works in the methods of a trait, too.
//! since: 1.87
//! feature: precise_capturing_in_traits
//! expect: compiles
//! source: https://blog.rust-lang.org/2025/05/15/Rust-1.87.0.html

pub trait Shape {
    fn corners(&self) -> impl Iterator<Item = (f32, f32)> + use<Self>;
}
