use std::io;

use macros_error_from::error_from;

error_from! {
    pub enum FileError {
        Reading(io::Error),
        Number(std::num::ParseIntError),
        Saving(io::Error),
    }
}

fn main() {}
