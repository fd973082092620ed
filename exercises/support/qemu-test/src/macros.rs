//! The macros of the harness.

/// Declares the tests of a test target, and its `main`.
///
/// A `fn` without parameters and without a visibility is a test; it returns `()` or a
/// `Result<(), E>` with `E: Debug`. Every other item (`use`, `static`, `struct`, `mod`, `pub fn`,
/// `fn` with parameters, …) is left as it stands, and so is every attribute of a test but these:
///
/// - `#[should_panic]`, `#[should_panic(expected = "part of the message")]`
/// - `#[ignore]`, `#[ignore = "reason"]`
///
/// On the host the whole body vanishes and an empty `main` remains, so that
/// `cargo test --workspace` meets nothing that it cannot compile.
#[cfg(not(target_os = "none"))]
#[macro_export]
macro_rules! tests {
    ($($anything:tt)*) => {
        fn main() {}
    };
}

/// Declares the tests of a test target, and its `main`.
///
/// A `fn` without parameters and without a visibility is a test; it returns `()` or a
/// `Result<(), E>` with `E: Debug`. Every other item (`use`, `static`, `struct`, `mod`, `pub fn`,
/// `fn` with parameters, …) is left as it stands, and so is every attribute of a test but these:
///
/// - `#[should_panic]`, `#[should_panic(expected = "part of the message")]`
/// - `#[ignore]`, `#[ignore = "reason"]`
///
/// On the host the whole body vanishes and an empty `main` remains, so that
/// `cargo test --workspace` meets nothing that it cannot compile.
#[cfg(target_os = "none")]
#[macro_export]
macro_rules! tests {
    ($($items:tt)*) => {
        $crate::__tests! { [] [] [None] [false] $($items)* }
    };
}

/// Takes one attribute or one item a step from the front of the body.
///
/// The state: the table's rows so far; the attributes kept for the next item; its expected panic;
/// whether it is ignored.
#[cfg(target_os = "none")]
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    // The end: the table and the entry point, which `cortex-m-rt` calls `main`.
    ([$($rows:tt)*] [] [None] [false]) => {
        #[unsafe(export_name = "main")]
        extern "C" fn __qemu_test_main() -> ! {
            $crate::harness::main(&[$($rows)*])
        }
    };

    ($rows:tt $kept:tt $panic:tt $ignored:tt #[should_panic] $($rest:tt)*) => {
        $crate::__tests! { $rows $kept [Some("")] $ignored $($rest)* }
    };
    ($rows:tt $kept:tt $panic:tt $ignored:tt
     #[should_panic(expected = $expected:literal $(,)?)] $($rest:tt)*) => {
        $crate::__tests! { $rows $kept [Some($expected)] $ignored $($rest)* }
    };
    ($rows:tt $kept:tt $panic:tt $ignored:tt
     #[ignore $(= $reason:literal)?] $($rest:tt)*) => {
        $crate::__tests! { $rows $kept $panic [true] $($rest)* }
    };
    ($rows:tt [$($kept:tt)*] $panic:tt $ignored:tt #[$($attribute:tt)*] $($rest:tt)*) => {
        $crate::__tests! { $rows [$($kept)* #[$($attribute)*]] $panic $ignored $($rest)* }
    };

    // A test.
    ([$($rows:tt)*] [$($kept:tt)*] [$($panic:tt)*] [$ignored:tt]
     fn $name:ident() $(-> $returns:ty)? $body:block $($rest:tt)*) => {
        $($kept)*
        fn $name() $(-> $returns)? $body

        $crate::__tests! {
            [$($rows)* $crate::harness::Test {
                name: stringify!($name),
                run: || $crate::harness::Verdict::report($name()),
                should_panic: $($panic)*,
                ignored: $ignored,
            },]
            [] [None] [false] $($rest)*
        }
    };

    // Anything else.
    ($rows:tt [$($kept:tt)*] [None] [false] $item:item $($rest:tt)*) => {
        $($kept)*
        $item

        $crate::__tests! { $rows [] [None] [false] $($rest)* }
    };
}

/// Prints a line on the host's side of the test: it appears in the test's output.
#[cfg(target_os = "none")]
#[macro_export]
macro_rules! println {
    ($($argument:tt)*) => {{
        use core::fmt::Write as _;
        let _ = writeln!($crate::semihosting::Console, $($argument)*);
    }};
}
