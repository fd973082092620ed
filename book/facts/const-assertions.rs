//! claim: A relation between const parameters can be asserted at compile time in an inline `const` block.
//! since: 1.79
//! feature: inline_const
//! expect: compiles
//! source: https://blog.rust-lang.org/2024/06/13/Rust-1.79.0.html

pub struct Ring<T, const N: usize>([Option<T>; N]);

impl<T, const N: usize> Ring<T, N> {
    pub fn new() -> Self {
        const { assert!(N.is_power_of_two(), "the capacity of a ring is a power of two") };
        Self(std::array::from_fn(|_| None))
    }

    pub fn get(&self, at: usize) -> Option<&T> {
        self.0[at & (N - 1)].as_ref()
    }
}
