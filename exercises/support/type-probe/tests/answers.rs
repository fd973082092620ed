//! Both answers of both macros, on the kinds of questions that exercises ask.

use std::{
    cell::Cell,
    fmt::{Debug, Display},
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard},
};

use type_probe::{as_dyn, implements};

struct Opaque;

#[test]
fn auto_traits_are_told_apart() {
    assert!(implements!(Mutex<Vec<u8>>: Send + Sync));
    assert!(implements!(Cell<u8>: Send));
    assert!(!implements!(Cell<u8>: Sync));
    assert!(
        !implements!(Cell<u8>: Send + Sync),
        "all of the bounds must hold"
    );
    assert!(!implements!(Arc<Rc<u8>>: Send));
    assert!(implements!(MutexGuard<'static, u8>: Sync));
    assert!(!implements!(MutexGuard<'static, u8>: Send));
}

#[test]
fn ordinary_traits_are_told_apart() {
    assert!(implements!(String: Clone + Debug));
    assert!(!implements!(Opaque: Debug));
    assert!(!implements!(Rc<Opaque>: Debug));
    assert!(
        implements!(Rc<Opaque>: Clone),
        "a clone of an Rc does not clone what it points to"
    );
    assert!(implements!(dyn Debug: Debug), "unsized types are types too");
}

#[test]
fn a_value_is_handed_over_where_the_bound_holds() {
    let text = as_dyn!(7_u8, Display).expect("u8 is Display");
    assert_eq!(text.to_string(), "7");
    assert!(as_dyn!(Opaque, Display).is_none());
}

#[test]
fn a_value_is_handed_over_once_and_dropped_once() {
    let value = Rc::new(());
    let boxed = as_dyn!(Rc::clone(&value), Debug);
    assert_eq!(Rc::strong_count(&value), 2);
    drop(boxed);
    assert_eq!(Rc::strong_count(&value), 1);
    assert!(as_dyn!(Rc::clone(&value), Display + Send).is_none());
    assert_eq!(Rc::strong_count(&value), 1);
}

/// A function's item type implements `Fn` for the arguments that it takes, and coercions do not count.
#[test]
fn functions_are_told_apart_by_what_they_take_and_return() {
    fn owned(text: String) -> usize {
        text.len()
    }
    #[expect(
        clippy::ptr_arg,
        reason = "the parameter type is what the probe must notice"
    )]
    fn owner(text: &String) -> usize {
        text.len()
    }
    fn borrowed(text: &str) -> usize {
        text.len()
    }
    fn part(text: &str) -> &str {
        text.trim()
    }

    assert!(as_dyn!(owned, Fn(&'static str) -> usize).is_none());
    assert!(as_dyn!(owner, Fn(&'static str) -> usize).is_none());
    assert!(as_dyn!(borrowed, Fn(&'static str) -> usize).is_some());
    assert!(as_dyn!(borrowed, for<'a> Fn(&'a str) -> usize).is_some());
    assert!(as_dyn!(part, Fn(&'static str) -> String).is_none());
    assert_eq!(
        as_dyn!(part, Fn(&'static str) -> &'static str).unwrap()(" x "),
        "x"
    );
}

/// Whoever writes `impl AsRef<str>` has accepted a `&str` as well.
#[test]
fn functions_generic_over_their_argument_are_accepted() {
    fn any(text: impl AsRef<str>) -> usize {
        text.as_ref().len()
    }
    fn any_reference<S: AsRef<str> + ?Sized>(text: &S) -> usize {
        text.as_ref().len()
    }
    assert!(as_dyn!(any, Fn(&'static str) -> usize).is_some());
    assert!(as_dyn!(any_reference, Fn(&'static str) -> usize).is_some());
}
