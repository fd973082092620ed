//! JSON, for programs: never with terminal escapes.

use serde::Serialize;

use super::{Format, Plain};

/// One document, indented.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl<T: Plain> Format<T> for Json {
    fn render(&self, what: &T) -> String {
        document(&what.plain())
    }
}

impl Json {
    /// The same on one line, for streams of many.
    pub fn line<T: Plain>(what: &T) -> String {
        // What is told has string keys and finite numbers, and so can be written.
        let mut text = serde_json::to_string(&what.plain()).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn document(what: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(what).unwrap_or_default();
    text.push('\n');
    text
}
