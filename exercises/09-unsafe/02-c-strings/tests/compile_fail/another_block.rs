use std::ptr::NonNull;

use unsafe_c_strings::Phrase;

fn main() {
    let mut phrase = Phrase::get("greeting").unwrap();
    phrase.block = NonNull::dangling(); //~ refused: a pointer from anywhere would be given to `phrase_free`
}
