//! Work on several items at once.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// How many things this machine does at once.
pub fn jobs() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Applies `work` to every item, at most `jobs` at once; results come in the items' order. A panic in `work` goes on
/// in the caller.
pub fn map<T: Sync, R: Send>(jobs: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return done;
            };
            done.push((at, work(item)));
        }
    };
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.clamp(1, items.len().max(1)))
            .map(|_| scope.spawn(worker))
            .collect();
        let mut results = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_keep_their_order_and_the_bound_holds() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let items: Vec<u64> = (0..20).collect();
        let results = map(3, &items, |item| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(20 - item));
            running.fetch_sub(1, Ordering::SeqCst);
            item * 2
        });
        assert_eq!(
            results,
            items.iter().map(|item| item * 2).collect::<Vec<_>>()
        );
        assert!((2..=3).contains(&most.into_inner()));
        assert!(map(4, &[], |item: &u64| *item).is_empty());
    }

    #[test]
    #[should_panic(expected = "on the third")]
    fn a_panic_is_the_callers() {
        map(2, &[1, 2, 3], |item| assert!(*item < 3, "on the third"));
    }
}
