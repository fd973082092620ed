//! The errors in what trybuild recorded.

/// One error of the compiler's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Error<'a> {
    /// Such as `E0502`, where it has one.
    pub(crate) code: Option<&'a str>,
    /// Its first line.
    pub(crate) headline: &'a str,
    /// Where it points, if anywhere.
    pub(crate) line: Option<usize>,
    /// All of it.
    pub(crate) text: &'a str,
}

/// Blocks that begin like `error[E0599]: …`, with ` --> file:line:column` below.
pub(crate) fn errors(recorded: &str) -> Vec<Error<'_>> {
    let blocks = recorded
        .split("\n\n")
        .filter(|block| block.starts_with("error"));
    let errors = blocks.map(|text| {
        let place = text
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("--> "));
        Error {
            code: text
                .strip_prefix("error[")
                .and_then(|rest| Some(rest.split_once(']')?.0)),
            headline: text.lines().next().unwrap_or_default(),
            line: place.and_then(|place| place.rsplit(':').nth(1)?.parse().ok()),
            text,
        }
    });
    errors.collect()
}

#[cfg(test)]
mod tests {
    use super::errors;

    #[test]
    fn each_error_has_its_place() {
        let recorded = "error[E0502]: cannot borrow\n --> tests/a.rs:12:5\n  |\n\nwarning: unused\n --> tests/a.rs:1:1\n\n\
                        error: two variants\n --> tests/a.rs:3:9\n\nerror: aborting\n";
        let told: Vec<_> = errors(recorded)
            .iter()
            .map(|error| (error.code, error.line, error.headline))
            .collect();
        assert_eq!(
            told,
            [
                (Some("E0502"), Some(12), "error[E0502]: cannot borrow"),
                (None, Some(3), "error: two variants"),
                (None, None, "error: aborting"),
            ]
        );
    }
}
