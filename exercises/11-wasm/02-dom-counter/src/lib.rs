//! A button that counts how often it is clicked: a component that a page can put up and take down again.

use wasm_bindgen::JsValue;
use web_sys::Element;

/// A counter in the page: a `<button>` whose text is the number of clicks so far.
///
/// The page shows it for as long as this value lives. Dropping it takes everything back: the button leaves the
/// page, its listener is removed, and what the listener held is dropped. Nothing of it waits for JavaScript's garbage
/// collector.
pub struct Counter {}

impl Counter {
    /// Puts a new `<button>` with the text `0` after the other children of `parent`. With each click, the count goes
    /// up by one, then the button's text becomes the count, and then `on_change` is called with it.
    ///
    /// `on_change` may ask for the counter's [`count`](Self::count), and it may drop the counter.
    ///
    /// # Errors
    ///
    /// The exception that the page threw. Then nothing was added to it.
    pub fn mount(parent: &Element, on_change: impl FnMut(u32) + 'static) -> Result<Self, JsValue> {
        let _ = on_change;
        todo!("put a button into the {} element", parent.tag_name())
    }

    /// The number of clicks so far.
    pub fn count(&self) -> u32 {
        todo!("return the number of clicks")
    }
}
