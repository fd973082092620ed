//! claim: `&dyn Sub` coerces to `&dyn Super`.
//! since: 1.86
//! feature: trait_upcasting
//! expect: compiles
//! source: https://blog.rust-lang.org/2025/04/03/Rust-1.86.0.html

use std::any::Any;

pub trait Plugin: Any {
    fn name(&self) -> &str;
}

pub fn as_any(plugin: &dyn Plugin) -> &dyn Any {
    plugin
}
