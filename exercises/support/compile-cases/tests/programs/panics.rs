fn main() {
    assert!(std::env::args().count() == 0, "three is not four");
}
