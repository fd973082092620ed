//! A component's life in a real page: put up, clicked, taken down.
//!
//! These tests are WebAssembly and run in a headless browser. A click here is `element.click()`, which dispatches the event
//! before it returns, so nothing needs to wait.

#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, rc::Rc};

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use wasm_dom_counter::Counter;
use web_sys::{Document, Element, ErrorEvent, HtmlElement, Window};

wasm_bindgen_test_configure!(run_in_browser);

fn window() -> Window {
    web_sys::window().expect("the tests run in a page")
}

/// A part of the page for one test, which begins with a paragraph and is removed at the end.
struct Stage(Element);

impl Stage {
    fn new() -> Self {
        let document: Document = window().document().expect("a page has a document");
        let stage = document.create_element("div").expect("a div");
        stage.set_inner_html("<p>already here</p>");
        document
            .body()
            .expect("a page has a body")
            .append_child(&stage)
            .expect("the body takes a div");
        Self(stage)
    }

    fn mount(&self, on_change: impl FnMut(u32) + 'static) -> Counter {
        Counter::mount(&self.0, on_change)
            .map_err(JsValue::from)
            .expect("a div takes a button")
    }

    /// The button that was put up last, to click on, and to keep for when it is no longer in the page.
    fn button(&self) -> HtmlElement {
        self.0
            .last_element_child()
            .filter(|last| last.tag_name() == "BUTTON")
            .expect("a mounted counter puts a <button> after the other children of its parent")
            .unchecked_into()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Collects the exceptions that event listeners throw while it lives. `click()` returns normally when a listener
/// throws: the browser reports the exception to the window, and goes on.
struct Uncaught {
    messages: Rc<RefCell<Vec<String>>>,
    listener: Closure<dyn FnMut(ErrorEvent)>,
}

impl Uncaught {
    fn watch() -> Self {
        let messages = Rc::new(RefCell::new(Vec::new()));
        let listener = Closure::new({
            let messages = Rc::clone(&messages);
            move |event: ErrorEvent| messages.borrow_mut().push(event.message())
        });
        window()
            .add_event_listener_with_callback("error", listener.as_ref().unchecked_ref())
            .expect("a window takes listeners");
        Self { messages, listener }
    }

    fn messages(&self) -> Vec<String> {
        self.messages.borrow().clone()
    }
}

impl Drop for Uncaught {
    fn drop(&mut self) {
        window()
            .remove_event_listener_with_callback("error", self.listener.as_ref().unchecked_ref())
            .expect("the listener was added");
    }
}

// --- While it lives -----------------------------------------------------------------------------------------------

/// The listener has to outlive the function that registered it. A closure that is dropped when `mount` returns leaves a
/// JavaScript function behind that throws when it is called, and the first to notice is the user.
#[wasm_bindgen_test]
fn counts_clicks() {
    let uncaught = Uncaught::watch();
    let stage = Stage::new();
    let counter = stage.mount(|_| {});
    let button = stage.button();
    assert_eq!(counter.count(), 0, "nobody has clicked yet");
    for _ in 0..3 {
        button.click();
    }
    assert_eq!(
        (counter.count(), uncaught.messages()),
        (3, vec![]),
        "the count after three clicks, and what the page reported as uncaught"
    );
}

/// What the user sees is the button's text, so it must follow the count, from the beginning.
#[wasm_bindgen_test]
fn shows_the_count() {
    let stage = Stage::new();
    let _counter = stage.mount(|_| {});
    let button = stage.button();
    let mut shown = vec![button.text_content().unwrap_or_default()];
    for _ in 0..2 {
        button.click();
        shown.push(button.text_content().unwrap_or_default());
    }
    assert_eq!(
        shown,
        ["0", "1", "2"],
        "the button's text before and after two clicks"
    );
}

/// A component is a guest in its parent: it adds its own element and leaves the others alone, a second counter included.
#[wasm_bindgen_test]
fn counters_do_not_disturb_each_other() {
    let stage = Stage::new();
    let first = stage.mount(|_| {});
    let first_button = stage.button();
    let second = stage.mount(|_| {});
    let second_button = stage.button();

    first_button.click();
    second_button.click();
    second_button.click();
    assert_eq!(
        (first.count(), second.count()),
        (1, 2),
        "one click on the first counter, two on the second"
    );
    drop(first);
    second_button.click();
    assert_eq!(
        second.count(),
        3,
        "the second counter must survive the first"
    );
    assert_eq!(
        stage.0.query_selector("p").map(|found| found.is_some()),
        Ok(true),
        "the paragraph that was in the parent before is gone"
    );
}

/// `on_change` hears of each click, once, with the new count, and when the page already shows it.
#[wasm_bindgen_test]
fn tells_its_owner_of_each_change() {
    let stage = Stage::new();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let _counter = stage.mount({
        let heard = Rc::clone(&heard);
        let parent = stage.0.clone();
        move |count| {
            let shown = parent
                .last_element_child()
                .and_then(|last| last.text_content());
            heard.borrow_mut().push((count, shown.unwrap_or_default()));
        }
    });
    for _ in 0..3 {
        stage.button().click();
    }
    assert_eq!(
        *heard.borrow(),
        [
            (1, "1".to_owned()),
            (2, "2".to_owned()),
            (3, "3".to_owned())
        ],
        "in three clicks: what on_change was called with, and the button's text at that time"
    );
}

/// A callback is somebody else's code, and the first thing it does is to look at the component. Whatever is
/// borrowed while it runs, it cannot have.
#[wasm_bindgen_test]
fn the_callback_may_read_the_counter() {
    let uncaught = Uncaught::watch();
    let stage = Stage::new();
    let slot: Rc<RefCell<Option<Counter>>> = Rc::default();
    let read = Rc::new(RefCell::new(Vec::new()));
    *slot.borrow_mut() = Some(stage.mount({
        let (slot, read) = (Rc::clone(&slot), Rc::clone(&read));
        move |_| {
            if let Some(counter) = slot.borrow().as_ref() {
                read.borrow_mut().push(counter.count());
            }
        }
    }));
    let button = stage.button();
    button.click();
    button.click();
    drop(slot.take());
    assert_eq!(
        (read.borrow().clone(), uncaught.messages()),
        (vec![1, 2], vec![]),
        "the counts that on_change read, and what the page reported as uncaught"
    );
}

// --- Its end ------------------------------------------------------------------------------------------------------

/// Other code may still hold the button. Once the counter is gone, a click on it must find nothing: neither a
/// listener that still counts, nor one whose Rust half is gone and that throws.
#[wasm_bindgen_test]
fn clicks_after_the_end_do_nothing() {
    let uncaught = Uncaught::watch();
    let stage = Stage::new();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let counter = stage.mount({
        let heard = Rc::clone(&heard);
        move |count| heard.borrow_mut().push(count)
    });
    let button = stage.button();
    button.click();
    drop(counter);
    button.click();
    assert_eq!(
        (heard.borrow().clone(), uncaught.messages()),
        (vec![1], vec![]),
        "one click before the counter was dropped and one after: what on_change heard, and what the page reported as uncaught"
    );
}

/// What goes up comes down: the parent has the children that it had before.
#[wasm_bindgen_test]
fn takes_its_button_out_of_the_page() {
    let stage = Stage::new();
    let before = stage.0.inner_html();
    let counter = stage.mount(|_| {});
    assert_ne!(
        stage.0.inner_html(),
        before,
        "a mounted counter is in the page"
    );
    drop(counter);
    assert_eq!(
        stage.0.inner_html(),
        before,
        "what the counter's parent holds after the counter is gone"
    );
}

/// `Closure::forget` keeps the closure, and all that it captured, until the page is closed. One is small. A list that
/// redraws a thousand rows a minute leaks a thousand a minute.
#[wasm_bindgen_test]
fn a_thousand_counters_leave_nothing_behind() {
    let stage = Stage::new();
    let held = Rc::new(());
    for _ in 0..1000 {
        let counter = stage.mount({
            let held = Rc::clone(&held);
            move |_| drop(Rc::clone(&held))
        });
        stage.button().click();
        drop(counter);
    }
    assert_eq!(
        Rc::strong_count(&held) - 1,
        0,
        "closures still alive after 1000 counters were put up, clicked once and dropped"
    );
}

/// The natural moment to close something is in the middle of its own event: the click that calls `on_change` leads to
/// the drop of the counter whose listener is running. Nothing may be freed that is still in use, and nothing kept after.
#[wasm_bindgen_test]
fn the_callback_may_drop_the_counter() {
    let uncaught = Uncaught::watch();
    let stage = Stage::new();
    let slot: Rc<RefCell<Option<Counter>>> = Rc::default();
    let heard = Rc::new(RefCell::new(Vec::new()));
    *slot.borrow_mut() = Some(stage.mount({
        let (slot, heard) = (Rc::clone(&slot), Rc::clone(&heard));
        move |count| {
            if count == 2 {
                drop(slot.take());
            }
            heard.borrow_mut().push(count);
        }
    }));
    let button = stage.button();
    for _ in 0..4 {
        button.click();
    }
    assert_eq!(
        (heard.borrow().clone(), uncaught.messages()),
        (vec![1, 2], vec![]),
        "four clicks, and on_change drops the counter at the second: what it heard, and what the page reported as uncaught"
    );
    assert!(
        slot.borrow().is_none(),
        "the counter was taken out of its slot"
    );
    assert!(!button.is_connected(), "the button is still in the page");
    assert_eq!(
        Rc::strong_count(&heard),
        1,
        "the listener has ended, and on_change is still alive: owners of what it captured"
    );
}

/// Any call into the page may throw, and an early return is an end too: what was prepared until then has to go.
#[wasm_bindgen_test]
fn a_refused_counter_leaves_nothing_behind() {
    let stage = Stage::new();
    let before = stage.0.inner_html();
    let refuse = Function::new_no_args("throw new DOMException('no buttons here')");
    for method in [
        "append",
        "appendChild",
        "insertAdjacentElement",
        "insertBefore",
    ] {
        Reflect::set(&stage.0, &method.into(), &refuse).expect("elements take properties");
    }

    let held = Rc::new(());
    let mounted = Counter::mount(&stage.0, {
        let held = Rc::clone(&held);
        move |_| drop(Rc::clone(&held))
    });
    assert!(
        mounted.is_err(),
        "the parent refused the button, and mount reported a success"
    );
    drop(mounted);
    assert_eq!(
        stage.0.inner_html(),
        before,
        "what the parent holds after it refused the button"
    );
    assert_eq!(
        Rc::strong_count(&held) - 1,
        0,
        "closures still alive after mount failed"
    );
}
