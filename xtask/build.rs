//! Tells the runner which triple the host has: cargo's target runner is named after it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=WORKBOOK_HOST={target}");
}
