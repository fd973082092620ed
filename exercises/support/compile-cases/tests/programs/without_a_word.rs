//! The message does not say what it should.
fn main() {
    let _number: u8 = "text"; //~ refused `Plain`: a text is no number
}
