//! Never compiled; the manifest says what this package is for.

fn main() {}
