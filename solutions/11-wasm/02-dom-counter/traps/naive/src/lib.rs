//! A button that counts how often it is clicked: a component that a page can put up and take down again.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::Element;

// ANCHOR: naive
/// A counter in the page: a `<button>` whose text is the number of clicks so far.
pub struct Counter {
    button: Element,
    clicks: Rc<Cell<u32>>,
}

impl Counter {
    pub fn mount(
        parent: &Element,
        mut on_change: impl FnMut(u32) + 'static,
    ) -> Result<Self, JsValue> {
        let document = parent.owner_document().ok_or("no document")?;
        let button = document.create_element("button")?;
        button.set_text_content(Some("0"));
        let clicks = Rc::new(Cell::new(0));

        let listener = Closure::<dyn FnMut()>::new({
            let clicks = Rc::clone(&clicks);
            let button = button.clone();
            move || {
                clicks.set(clicks.get() + 1);
                button.set_text_content(Some(&clicks.get().to_string()));
                on_change(clicks.get());
            }
        });
        button.add_event_listener_with_callback("click", listener.as_ref().unchecked_ref())?;
        listener.forget(); // or the button would call a closure that is gone

        parent.append_child(&button)?;
        Ok(Self { button, clicks })
    }
    // ANCHOR_END: naive

    /// The number of clicks so far.
    pub fn count(&self) -> u32 {
        self.clicks.get()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.button.remove();
    }
}
