//! One mistake, and not the marked one.
fn main() {
    let _number: u8 = "text"; //~ E0382: it was moved
}
