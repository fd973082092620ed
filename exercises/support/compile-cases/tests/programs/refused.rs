//! One mistake, and it is marked.
fn main() {
    let _number: u8 = "text"; //~ E0308: a text is no number
}
