//! claim: A closure that returns an `async` block is no substitute: `FnMut() -> Future` can't lend its captures.
//! since: not stable
//! expect: error: captured variable cannot escape `FnMut` closure body
//! source: https://rust-lang.github.io/rfcs/3668-async-closures.html

pub async fn twice<F: Future<Output = ()>>(mut step: impl FnMut() -> F) {
    step().await;
    step().await;
}

pub async fn total() -> u32 {
    let mut sum = 0;
    twice(|| async { sum += 1 }).await;
    sum
}
