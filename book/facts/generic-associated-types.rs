//! claim: An associated type may have lifetime, type and const parameters (GATs).
//! since: 1.65
//! feature: generic_associated_types
//! expect: compiles
//! source: https://blog.rust-lang.org/2022/11/03/Rust-1.65.0.html

pub trait Lending {
    type Item<'a>
    where
        Self: 'a;

    fn next(&mut self) -> Option<Self::Item<'_>>;
}

pub struct Windows<'s, T> {
    pub slice: &'s mut [T],
    pub at: usize,
}

impl<T> Lending for Windows<'_, T> {
    type Item<'a>
        = &'a mut [T]
    where
        Self: 'a;

    fn next(&mut self) -> Option<Self::Item<'_>> {
        let window = self.slice.get_mut(self.at..self.at + 2)?;
        self.at += 1;
        Some(window)
    }
}
