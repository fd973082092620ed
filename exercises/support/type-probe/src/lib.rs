//! Asks, at run time, what the compiler knows: does this type implement that trait, can this function be called so?
//!
//! A static assertion is the natural way to demand `Send`, and in an exercise it teaches little: one wrong answer,
//! and *no* test compiles. These macros compile either way and leave the answer in a value, so that one named test
//! fails with a sentence while all others still run.
//!
//! They rest on method resolution. A method found on the receiver as it stands is preferred to one that needs
//! another `&`. So there are two methods of one name: the first exists only where the bound holds, the second
//! always. The types must be concrete: inside a generic function the compiler answers for every `T` at once, and
//! the answer is "no" where the bound is not declared.

/// Whether a type implements all of the given bounds: `implements!(Rc<u8>: Send + Sync)` is `false`.
///
/// ```
/// use std::{rc::Rc, sync::Arc};
/// use type_probe::implements;
///
/// assert!(implements!(Arc<u8>: Send + Sync));
/// assert!(!implements!(Rc<u8>: Send));
/// assert!(!implements!(str: Sized));
/// ```
#[macro_export]
macro_rules! implements {
    ($type:ty: $($bound:tt)+) => {{
        #[allow(dead_code)]
        struct Probe<T: ?Sized>(::core::marker::PhantomData<T>);

        #[allow(dead_code)]
        trait Holds {
            fn answer(&self) -> bool {
                true
            }
        }
        impl<T: ?Sized + $($bound)+> Holds for Probe<T> {}

        #[allow(dead_code)]
        trait Otherwise {
            fn answer(&self) -> bool {
                false
            }
        }
        impl<T: ?Sized> Otherwise for &Probe<T> {}

        #[allow(clippy::needless_borrow)]
        let answer = (&Probe::<$type>(::core::marker::PhantomData)).answer();
        answer
    }};
}

/// The value as a `Box<dyn Bound>` if its type implements the bound, else `None`.
///
/// With a closure trait as the bound, this asks how a function may be called, and then calls it:
///
/// ```
/// use type_probe::as_dyn;
///
/// fn narrow(text: &String) -> usize {
///     text.len()
/// }
/// fn wide(text: &str) -> usize {
///     text.len()
/// }
///
/// assert!(as_dyn!(narrow, Fn(&'static str) -> usize).is_none());
/// assert_eq!(as_dyn!(wide, Fn(&'static str) -> usize).unwrap()("four"), 4);
/// ```
///
/// Prefer a named lifetime (`&'static str`) to an elided one: a function that is generic over its argument
/// (`impl AsRef<str>`) takes any one lifetime, but not all of them at once.
#[macro_export]
macro_rules! as_dyn {
    ($value:expr, $($bound:tt)+) => {{
        #[allow(dead_code)]
        struct Probe<T>(T);

        #[allow(dead_code)]
        trait Holds {
            fn answer(self) -> ::core::option::Option<::std::boxed::Box<dyn $($bound)+>>;
        }
        impl<T: $($bound)+ + 'static> Holds for Probe<T> {
            fn answer(self) -> ::core::option::Option<::std::boxed::Box<dyn $($bound)+>> {
                ::core::option::Option::Some(::std::boxed::Box::new(self.0))
            }
        }

        #[allow(dead_code)]
        trait Otherwise {
            fn answer(&self) -> ::core::option::Option<::std::boxed::Box<dyn $($bound)+>> {
                ::core::option::Option::None
            }
        }
        impl<T> Otherwise for Probe<T> {}

        Probe($value).answer()
    }};
}
