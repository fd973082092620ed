//! claim: Async closures, `async || …`, may lend their captures to the future, and `AsyncFn` bounds accept them.
//! since: 1.85
//! feature: async_closure
//! expect: compiles
//! source: https://blog.rust-lang.org/2025/02/20/Rust-1.85.0.html

pub async fn twice(mut step: impl AsyncFnMut(u32)) {
    step(1).await;
    step(2).await;
}

pub async fn total() -> u32 {
    let mut sum = 0;
    // The future borrows `sum` mutably from the closure: a closure that returns a future cannot say that.
    twice(async |n| sum += n).await;
    sum
}
