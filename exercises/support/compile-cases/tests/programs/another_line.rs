//! The mark is on another line.
fn main() {
    let _number: u8 = "text";
    let _other = 1; //~ E0308: it is wrong
}
