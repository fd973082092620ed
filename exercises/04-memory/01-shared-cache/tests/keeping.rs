//! What the cache keeps, for how long, and who shares it. One thread is enough to see this.

use std::sync::Arc;

use memory_shared_cache::DataManager;

fn name_of(key: u64) -> String {
    format!("value {key}")
}

/// The point of a cache: the second request is answered without work, and with the same value, not with a copy.
#[test]
fn loads_a_missing_value_once() {
    let cache = DataManager::new(4);
    let mut loads = 0;
    let first = cache.get_or_load(7, |key| {
        loads += 1;
        name_of(key)
    });
    let second = cache.get_or_load(7, |_| {
        unreachable!("7 is in the cache: there is nothing to load")
    });
    assert_eq!((loads, first.as_str()), (1, "value 7"));
    assert!(
        Arc::ptr_eq(&first, &second),
        "the second request got a copy"
    );
    assert!(
        cache
            .get(7)
            .is_some_and(|third| Arc::ptr_eq(&first, &third))
    );
    assert!(cache.get(8).is_none(), "nobody ever loaded 8");
    assert_eq!(
        cache.len(),
        1,
        "looking for 8 must not leave anything behind"
    );
    assert!(!cache.is_empty(), "7 is in the cache");
}

/// A cache without a bound is a leak with a good reputation.
#[test]
fn holds_no_more_than_its_capacity() {
    let cache = DataManager::new(3);
    assert!(cache.is_empty());
    for key in 0..100 {
        assert_eq!(*cache.get_or_load(key, name_of), name_of(key));
        let expected = 3.min(key as usize + 1);
        assert_eq!(
            cache.len(),
            expected,
            "after loading {} keys into a cache for 3",
            key + 1
        );
    }
}

/// Zero is the bound that breaks "evict one, then insert": there is nothing to evict, and one too many afterwards.
#[test]
fn a_capacity_of_zero_keeps_nothing() {
    let cache = DataManager::new(0);
    assert_eq!(
        *cache.get_or_load(1, name_of),
        "value 1",
        "the caller gets the value all the same"
    );
    assert_eq!(cache.len(), 0);
    assert!(cache.is_empty(), "a cache for nothing holds nothing");
    assert!(cache.get(1).is_none());
    // There is nothing to find the second time, so that the second request loads as well.
    let mut loads = 0;
    let again = cache.get_or_load(1, |key| {
        loads += 1;
        name_of(key)
    });
    assert_eq!((loads, again.as_str()), (1, "value 1"));
    let watch = Arc::downgrade(&again);
    drop(again);
    assert!(
        watch.upgrade().is_none(),
        "a cache that keeps nothing still holds value 1"
    );
}

/// A bound is an upper limit, and no announcement of what will come. Room that is made in advance for "as many as you
/// like" is more than any machine has.
#[test]
fn a_huge_capacity_costs_nothing() {
    let cache = DataManager::new(usize::MAX);
    for key in [0, u64::MAX, 7] {
        cache.get_or_load(key, name_of);
    }
    assert_eq!(cache.len(), 3, "0, 7 and the largest key there is");
    assert!(cache.get(u64::MAX).is_some(), "every u64 is a key");
}

/// Which value has to go is part of the contract: the one that came first, however often it was read since. Several
/// rounds, because some mistakes pick the right one only once.
#[test]
fn evicts_the_oldest_entry() {
    let cache = DataManager::new(3);
    for key in 0..20 {
        cache.get_or_load(key, name_of);
        let oldest = key.saturating_sub(2);
        let held: Vec<u64> = (0..=key).filter(|key| cache.get(*key).is_some()).collect();
        assert_eq!(
            held,
            Vec::from_iter(oldest..=key),
            "keys 0 to {key} were loaded in turn, and a cache for 3 should hold the last 3"
        );
        // The oldest is read once more, both ways, and is due all the same when the next key comes.
        assert!(cache.get(oldest).is_some());
        cache.get_or_load(oldest, |_| unreachable!("{oldest} is in the cache"));
    }
}

/// A value's time in the cache begins when it comes in, not when somebody asks for it. The two differ while a loader
/// runs: here the loader of 1 loads 2 first, so 2 is in the cache for longer.
#[test]
fn age_counts_from_the_moment_of_keeping() {
    let cache = DataManager::new(2);
    cache.get_or_load(1, |key| {
        cache.get_or_load(2, name_of);
        name_of(key)
    });
    cache.get_or_load(3, name_of);
    let held: Vec<u64> = (1..=3).filter(|key| cache.get(*key).is_some()).collect();
    assert_eq!(
        held,
        [1, 3],
        "2 came into the cache before 1, and leaves it first"
    );
}

/// Who holds a value keeps it alive, in the cache or not. And once nobody does, it is freed: eviction that keeps a
/// reference somewhere has only hidden the value.
#[test]
fn an_evicted_value_lives_as_long_as_its_readers() {
    let cache = DataManager::new(1);
    let reader = cache.get_or_load(1, name_of);
    let watch = Arc::downgrade(&reader);
    cache.get_or_load(2, name_of);
    assert!(cache.get(1).is_none(), "2 has taken the place of 1");
    assert_eq!(*reader, "value 1", "the reader still has it");
    drop(reader);
    assert!(
        watch.upgrade().is_none(),
        "nobody can reach value 1 any more, and it is still in memory"
    );
}

/// Handles share the values, and the last one takes them with it. A list of all caches somewhere, or a cycle of `Arc`s,
/// would keep them for ever.
#[test]
fn the_last_handle_takes_the_values_with_it() {
    let first = DataManager::new(2);
    let watch = Arc::downgrade(&first.get_or_load(1, name_of));
    let second = first.clone();
    drop(first);
    assert!(
        second.get(1).is_some(),
        "one handle is left, and the values with it"
    );
    drop(second);
    assert!(
        watch.upgrade().is_none(),
        "no handle is left, and value 1 is still in memory"
    );
}

/// Values and loaders need not live for ever, and a loader need not be `Send`: it runs in its caller's thread. Bounds
/// that nobody asked for would refuse this program.
#[test]
fn values_and_loaders_may_borrow() {
    let text = String::from("some words that live as long as this test");
    let calls = std::rc::Rc::new(std::cell::Cell::new(0));
    let cache: DataManager<&str> = DataManager::new(2);
    let word = cache.get_or_load(1, |key| {
        calls.set(calls.get() + 1);
        text.split(' ').nth(key as usize).unwrap_or_default()
    });
    assert_eq!((*word, calls.get()), ("words", 1));
}
