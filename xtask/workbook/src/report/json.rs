//! JSON whose strings are free of terminal escapes.
//!
//! What tools print finds its way to many fields: rustc's messages are asked for in colour, and a tool
//! may colour what nobody asked for. So the escapes are taken out here, of every string.

use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::Format;
use crate::text;

/// A document on lines that a person can read.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl<T: Serialize> Format<T> for Json {
    fn render(&self, what: &T) -> String {
        // What is told has strings for keys, and so it can be written.
        pretty(what).unwrap_or_default()
    }
}

/// A document on lines that a person can read, with a newline at its end.
///
/// # Errors
/// If a map's keys are no strings.
pub fn pretty(value: &impl Serialize) -> io::Result<String> {
    render(value, PrettyFormatter::new())
}

/// A document on one line, for a stream of them.
///
/// # Errors
/// As [`pretty`].
pub fn line(value: &impl Serialize) -> io::Result<String> {
    render(value, CompactFormatter)
}

fn render(value: &impl Serialize, layout: impl Formatter) -> io::Result<String> {
    let mut out = Vec::new();
    let formatter = Plain {
        layout,
        string: String::new(),
    };
    value.serialize(&mut Serializer::with_formatter(&mut out, formatter))?;
    out.push(b'\n');
    String::from_utf8(out).map_err(io::Error::other)
}

/// A layout, and the string that is being written: it comes in pieces, and an escape may span several.
struct Plain<F> {
    layout: F,
    string: String,
}

/// Methods that the layout decides.
macro_rules! by_layout {
    ($($name:ident($($arg:ident: $type:ty)?);)*) => {$(
        fn $name<W: ?Sized + io::Write>(&mut self, to: &mut W $(, $arg: $type)?) -> io::Result<()> {
            self.layout.$name(to $(, $arg)?)
        }
    )*};
}

impl<F: Formatter> Formatter for Plain<F> {
    fn begin_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.string.clear();
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        _: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.string.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        _: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.string.push(match escape {
            CharEscape::Quote => '"',
            CharEscape::ReverseSolidus => '\\',
            CharEscape::Solidus => '/',
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => char::from(byte),
        });
        Ok(())
    }

    fn end_string<W: ?Sized + io::Write>(&mut self, to: &mut W) -> io::Result<()> {
        serde_json::to_writer(to, &text::plain(&self.string))?;
        Ok(())
    }

    by_layout! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn escapes_are_taken_out_and_nothing_else_is() {
        let value = json!({
            "a \u{1b}[1mkey\u{1b}[0m": ["\u{1b}[91merror\u{1b}[0m: \"x\\y\"\n\t\u{1b}]8;;https://x\u{7}E0382\u{1b}]8;;\u{7}", "ü\u{2028}🦀"],
            "rest": { "number": 1.5, "nothing": null, "empty": [], "none": {} },
        });
        let clean = json!({
            "a key": ["error: \"x\\y\"\n\tE0382", "ü\u{2028}🦀"],
            "rest": { "number": 1.5, "nothing": null, "empty": [], "none": {} },
        });
        assert_eq!(
            pretty(&value).unwrap(),
            serde_json::to_string_pretty(&clean).unwrap() + "\n"
        );
        assert_eq!(line(&value).unwrap(), format!("{clean}\n"));
    }
}
