//! A test harness for firmware: each test is one boot of a Cortex-M3 in QEMU.
//!
//! The harness speaks as much of libtest's command line as cargo-nextest uses, so that
//! `cargo nextest run --target thumbv7m-none-eabi` lists, filters, times out and reports the tests
//! of a board as it does those of the host. The package `qemu-runner` is its other half: it
//! starts QEMU and believes only a boot that ended as the [`protocol`] demands.
//!
//! A test target has `harness = false` in its manifest, and reads:
//!
//! ```ignore
//! #![cfg_attr(target_os = "none", no_std, no_main)]
//!
//! qemu_test::tests! {
//!     use my_driver::Driver;
//!
//!     /// What this test pins down.
//!     fn starts_switched_off() {
//!         assert!(!Driver::new().is_on());
//!     }
//! }
//! ```
//!
//! See [`tests!`] for what may stand in it. On the host the same file compiles to an empty `main`.

#![cfg_attr(not(test), no_std)]
#![warn(missing_docs)]

pub mod args;
pub mod fault;
mod macros;
pub mod protocol;

#[cfg(target_os = "none")]
mod firmware;
#[cfg(target_os = "none")]
pub use firmware::{board, harness, irq, semihosting, sleep, time};
