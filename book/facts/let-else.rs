//! claim: `let … else` binds a refutable pattern or leaves the scope.
//! since: 1.65
//! feature: let_else
//! expect: compiles
//! source: https://blog.rust-lang.org/2022/11/03/Rust-1.65.0.html

pub fn key(line: &str) -> Option<&str> {
    let Some((key, _value)) = line.split_once('=') else {
        return None;
    };
    Some(key.trim())
}
