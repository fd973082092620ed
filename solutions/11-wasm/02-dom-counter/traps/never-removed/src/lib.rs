//! A button that counts how often it is clicked: a component that a page can put up and take down again.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::Element;

/// A counter in the page: a `<button>` whose text is the number of clicks so far.
///
/// The page shows it for as long as this value lives. Dropping it takes everything back: the button leaves the
/// page, its listener is removed, and what the listener held is dropped. Nothing of it waits for JavaScript's garbage
/// collector.
pub struct Counter {
    button: Element,
    clicks: Rc<Cell<u32>>,
    /// Held so that it lives as long as the counter.
    #[expect(dead_code)]
    listener: Closure<dyn FnMut()>,
}

impl Counter {
    /// Puts a new `<button>` with the text `0` after the other children of `parent`. With each click, the count goes
    /// up by one, then the button's text becomes the count, and then `on_change` is called with it.
    ///
    /// `on_change` may ask for the counter's [`count`](Self::count), and it may drop the counter.
    ///
    /// # Errors
    ///
    /// The exception that the page threw. Then nothing was added to it.
    pub fn mount(
        parent: &Element,
        mut on_change: impl FnMut(u32) + 'static,
    ) -> Result<Self, JsValue> {
        let document = parent
            .owner_document()
            .ok_or("the parent belongs to no document")?;
        let button = document.create_element("button")?;
        button.set_text_content(Some("0"));

        let clicks = Rc::new(Cell::new(0));
        let listener = Closure::new({
            let clicks = Rc::clone(&clicks);
            let button = button.clone();
            move || {
                let count = clicks.get() + 1;
                clicks.set(count);
                button.set_text_content(Some(&count.to_string()));
                // Last, and with nothing borrowed: this may read the counter, or end it.
                on_change(count);
            }
        });

        button.add_event_listener_with_callback("click", listener.as_ref().unchecked_ref())?;
        // From here on an early return drops `counter`, which takes back what was done.
        let counter = Self {
            button,
            clicks,
            listener,
        };
        parent.append_child(&counter.button)?;
        Ok(counter)
    }

    /// The number of clicks so far.
    pub fn count(&self) -> u32 {
        self.clicks.get()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // The closure goes with the counter, and with the closure the listener.
        self.button.remove();
    }
}
