//! Makes Rust of the service's definition. protox reads it, so that no protoc is needed.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/station.proto");
    let files = protox::compile(["src/station.proto"], ["src"])?;
    tonic_prost_build::configure().compile_fds(files)?;
    Ok(())
}
