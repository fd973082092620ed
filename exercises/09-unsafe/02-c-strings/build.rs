//! Compiles the C library and has cargo link it.

fn main() {
    println!("cargo::rerun-if-changed=src/c");
    cc::Build::new()
        .file("src/c/phrasebook.c")
        .std("c11")
        // Line numbers, for valgrind to point at.
        .debug(true)
        .compile("phrasebook");
}
