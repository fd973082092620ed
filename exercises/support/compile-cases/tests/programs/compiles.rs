//! There is no mistake.
fn main() {
    let _sum = 1 + 2; //~ E0308|E0382: it is wrong
}
