//! claim: A trait with an `async fn` is not dyn-compatible: `dyn` needs a method that returns a boxed future.
//! since: not stable
//! expect: error E0038
//! source: https://doc.rust-lang.org/reference/items/traits.html#dyn-compatibility

#[expect(async_fn_in_trait)]
pub trait Source {
    async fn read(&mut self) -> u8;
}

pub fn first(sources: &mut [Box<dyn Source>]) -> Option<&mut Box<dyn Source>> {
    sources.first_mut()
}
