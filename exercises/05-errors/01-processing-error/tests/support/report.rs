//! Reports an error as programs do: its message, and that of each error in the chain of sources below it.

use std::{error::Error, iter};

/// The messages of the error and its sources, the outermost first, without the numbers that the system adds to its own:
/// they are not the same everywhere.
pub fn messages(error: &dyn Error) -> Vec<String> {
    iter::successors(Some(error), |&error| error.source())
        .map(|error| {
            let message = error.to_string();
            match message.split_once(" (os error ") {
                Some((text, number)) => {
                    let after = number.split_once(')').map_or("", |(_, after)| after);
                    format!("{text}{after}")
                }
                None => message,
            }
        })
        .collect()
}

/// The report: a line for each message.
pub fn report(error: &dyn Error) -> String {
    messages(error).join("\ncaused by: ")
}
