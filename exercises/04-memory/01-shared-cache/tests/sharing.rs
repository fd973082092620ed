//! What it takes for threads to share a cache: the types must allow it, and no lock may be held while somebody else's
//! code runs.

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Barrier, Weak,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use memory_shared_cache::DataManager;
use type_probe::{as_dyn, implements};

/// How long anything here may take. All of it is a matter of milliseconds: what takes longer will never end.
const LIMIT: Duration = Duration::from_secs(5);

/// A cache that several threads can hold. While `DataManager` is not `Send + Sync`, a test that spawned threads
/// would not compile, and neither would all the others; going through this trait, it compiles and says why it fails.
trait Shared<T: Send + Sync>: Send + Sync {
    fn cache(&self) -> &DataManager<T>;
}

impl<T: Send + Sync> Shared<T> for DataManager<T>
where
    DataManager<T>: Send + Sync,
{
    fn cache(&self) -> &DataManager<T> {
        self
    }
}

impl<T: Send + Sync> Deref for dyn Shared<T> {
    type Target = DataManager<T>;

    fn deref(&self) -> &DataManager<T> {
        self.cache()
    }
}

/// A new cache, as `Arc<dyn Shared<T>>`.
macro_rules! shared {
    (DataManager<$T:ty>::new($capacity:expr)) => {
        Arc::<dyn Shared<$T>>::from(
            as_dyn!(DataManager::<$T>::new($capacity), Shared<$T>)
                .expect("DataManager is not Send + Sync, so threads cannot share it"),
        )
    };
}

/// Runs `work` on a thread and waits for it, but not for ever: a deadlock becomes a failure with a name.
fn within_limit<R: Send + 'static>(doing: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, finished) = mpsc::channel();
    let name = thread::current().name().unwrap_or("test").to_owned();
    let worker = thread::Builder::new()
        .name(name)
        .spawn(move || {
            // Nobody listens any more if the limit has passed.
            let _ = done.send(work());
        })
        .expect("a thread for the test");
    match finished.recv_timeout(LIMIT) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => {
            panic!("{doing}: still not done after {LIMIT:?}, so it is deadlocked")
        }
        Err(RecvTimeoutError::Disconnected) => match worker.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("the worker sends before it ends"),
        },
    }
}

fn name_of(key: u64) -> String {
    format!("value {key}")
}

/// `Send` and `Sync` are not declared, they are inferred from the fields: one `Rc` or `RefCell` anywhere inside, and
/// a type is neither. A bound `T: Send + Sync` does not change that. It asks something of `T`; it promises nothing.
#[test]
fn shares_across_threads() {
    assert!(
        implements!(DataManager<String>: Send),
        "DataManager<String> is not Send: a thread cannot be given one. Which field is in the way?"
    );
    assert!(
        implements!(DataManager<String>: Sync),
        "DataManager<String> is not Sync: threads cannot use one by reference. Which field is in the way?"
    );

    let cache = shared!(DataManager<String>::new(4));
    let theirs = Arc::clone(&cache);
    let loaded = within_limit("loading on another thread", move || {
        theirs.get_or_load(1, name_of)
    });
    let ours = cache.get(1).expect("what one thread loads, another finds");
    assert!(
        Arc::ptr_eq(&loaded, &ours),
        "the threads got different values of one key"
    );
}

/// A handle is cheap to clone, because what it points to is not. `#[derive(Clone)]` gets this wrong in a quiet way:
/// it demands `T: Clone`, though no `T` is ever cloned, and so a cache of files or sockets would have no clones.
#[test]
fn a_clone_is_another_handle() {
    struct Unclonable;
    trait Handle<T: Send + Sync> {
        fn another(&self) -> DataManager<T>;
    }
    impl<T: Send + Sync> Handle<T> for DataManager<T>
    where
        DataManager<T>: Clone,
    {
        fn another(&self) -> DataManager<T> {
            self.clone()
        }
    }

    let first = as_dyn!(DataManager::<Unclonable>::new(2), Handle<Unclonable>)
        .expect("DataManager<T> is Clone only where T is, although cloning a handle clones no T");
    let second = first.another();
    let loaded = second.get_or_load(1, |_| Unclonable);
    let found = first
        .another()
        .get(1)
        .expect("a value loaded through one handle is there for the other");
    assert!(
        Arc::ptr_eq(&loaded, &found),
        "the handles lead to different values"
    );
}

/// A loader is somebody else's code: to make a directory it may read an index through the same cache. A `Mutex` that
/// is held meanwhile cannot be locked a second time by its own thread, which then waits for itself.
#[test]
fn loader_may_read_the_cache() {
    let cache = shared!(DataManager<String>::new(4));
    cache.get_or_load(1, name_of);
    let theirs = Arc::clone(&cache);
    let value = within_limit("a loader that uses the cache", move || {
        theirs.get_or_load(2, |_| {
            let one = theirs.get(1).expect("1 was loaded before");
            let three = theirs.get_or_load(3, name_of);
            format!("{one} and {three}, among {}", theirs.len())
        })
    });
    assert_eq!(*value, "value 1 and value 3, among 2");
    assert_eq!(cache.len(), 3, "1, 2 and 3 are there now");
}

/// Among the things that a loader may ask for is its own key: it does so by a detour of three functions, where nobody
/// sees it. A caller that waits for "the thread that is loading this key" waits for itself.
#[test]
fn a_loader_may_ask_for_its_own_key() {
    let cache = shared!(DataManager<String>::new(4));
    let theirs = Arc::clone(&cache);
    let (outer, inner) = within_limit("a loader that asks for its own key", move || {
        let mut inner = None;
        let outer = theirs.get_or_load(1, |_| {
            inner = Some(theirs.get_or_load(1, |_| "the inner one".to_owned()));
            "the outer one".to_owned()
        });
        (outer, inner.expect("the loader ran"))
    });
    assert!(
        Arc::ptr_eq(&outer, &inner),
        "one key has two values: {outer:?} and {inner:?}"
    );
    assert_eq!(cache.len(), 1, "one key, one entry");
}

/// The same detour over two threads: each loads what the other asks for. A thread that waits for a loader's end holds
/// a lock of a kind, and two locks taken in opposite orders are the classic deadlock.
#[test]
fn two_loaders_may_ask_for_each_others_keys() {
    let cache = shared!(DataManager<String>::new(4));
    let both_load = Arc::new(Barrier::new(2));
    let threads = [(1, 2), (2, 1)].map(|(mine, other)| {
        let (cache, both_load) = (Arc::clone(&cache), Arc::clone(&both_load));
        move || {
            let value = cache.get_or_load(mine, |key| {
                both_load.wait();
                cache.get_or_load(other, name_of);
                name_of(key)
            });
            assert_eq!(*value, name_of(mine));
        }
    });
    within_limit("two loaders that ask for each other's keys", move || {
        for thread in threads.map(thread::spawn) {
            thread.join().expect("each loader ends well");
        }
    });
    assert_eq!(cache.len(), 2, "two keys, two entries");
}

/// Loading takes time: a disk, a network. Those who want something else must not queue up behind it.
#[test]
fn a_slow_loader_holds_up_nobody_else() {
    let cache = shared!(DataManager<String>::new(4));
    cache.get_or_load(1, name_of);
    let (started, has_started) = mpsc::channel();
    let (finish, may_finish) = mpsc::channel::<()>();
    let theirs = Arc::clone(&cache);
    let slow = thread::spawn(move || {
        theirs.get_or_load(2, |key| {
            let _ = started.send(());
            // Ends when the test is done with its part, or gives up.
            let _ = may_finish.recv();
            name_of(key)
        })
    });
    has_started.recv().expect("the slow loader begins");
    let ours = Arc::clone(&cache);
    within_limit("using other keys while a slow loader runs", move || {
        assert_eq!(
            ours.get(1).as_deref(),
            Some(&name_of(1)),
            "1 is in the cache"
        );
        assert_eq!(
            *ours.get_or_load(3, name_of),
            name_of(3),
            "3 can be loaded meanwhile"
        );
    });
    drop(finish);
    let value = slow.join().expect("the slow loader ends well");
    assert_eq!(*value, name_of(2));
}

/// Between "it is not there" and "now it is", another thread may have put it there. Look again before you insert: if
/// two callers hold different values for one key, it is a cache no longer. Here the first loader is still at work
/// when the second thread asks. That one may load too, or wait, but in the end they must agree.
#[test]
fn two_loaders_of_one_key_agree() {
    let cache = shared!(DataManager<String>::new(2));
    let (started, has_started) = mpsc::channel();
    let (done, other_done) = mpsc::channel();
    let theirs = Arc::clone(&cache);
    let first = thread::spawn(move || {
        theirs.get_or_load(1, |_| {
            let _ = started.send(());
            // If the other thread waits for this one, as it may, there is no point in waiting for it.
            let _ = other_done.recv_timeout(Duration::from_millis(200));
            "from the first loader".to_owned()
        })
    });
    has_started.recv().expect("the first loader begins");
    let theirs = Arc::clone(&cache);
    let second = within_limit("asking for a key that another thread loads", move || {
        let second = theirs.get_or_load(1, |_| "from the second loader".to_owned());
        let _ = done.send(());
        second
    });
    let first = first.join().expect("the first loader ends well");
    assert!(
        Arc::ptr_eq(&first, &second),
        "two callers have different values for one key: {first:?} and {second:?}"
    );
    assert!(
        cache.get(1).is_some_and(|kept| Arc::ptr_eq(&kept, &first)),
        "the cache holds yet another value"
    );
    assert_eq!(cache.len(), 1, "one key, one entry");

    // The key must not be in line for eviction twice either.
    cache.get_or_load(2, name_of);
    assert!(
        cache.get(1).is_some(),
        "there is room for two, and 1 was evicted when 2 came"
    );
    cache.get_or_load(3, name_of);
    assert!(
        cache.get(1).is_none() && cache.get(2).is_some(),
        "1 is older than 2 and leaves first"
    );
    for key in 4..8 {
        cache.get_or_load(key, name_of);
        let held: Vec<u64> = (1..=key).filter(|key| cache.get(*key).is_some()).collect();
        assert_eq!(
            held,
            [key - 1, key],
            "after {key} was loaded, a cache for 2 should hold the last two"
        );
    }
}

/// A panic while a `Mutex` is locked poisons it, and every later `lock().unwrap()` panics too: one bad record, and
/// the cache is gone for all threads. A lock that isn't held while the loader runs cannot be poisoned by it.
#[test]
fn a_panicking_loader_changes_nothing() {
    let cache = shared!(DataManager<String>::new(2));
    cache.get_or_load(1, name_of);
    let theirs = Arc::clone(&cache);
    let loading = thread::spawn(move || {
        // Unwinds as a panic does, without the message on the terminal.
        theirs.get_or_load(2, |_| {
            resume_unwind(Box::new("this loader panics on purpose"))
        })
    });
    assert!(
        loading.join().is_err(),
        "the panic must reach the caller, and not be swallowed"
    );

    let theirs = Arc::clone(&cache);
    let after = thread::spawn(move || {
        (
            theirs.get(1).is_some(),
            theirs.get(2).is_none(),
            theirs.len(),
        )
    });
    let after = after
        .join()
        .expect("after a loader has panicked, reading the cache panics as well");
    assert_eq!(
        after,
        (true, true, 1),
        "1 is still there, 2 is not, and the length says so"
    );
    let theirs = Arc::clone(&cache);
    let again = thread::spawn(move || theirs.get_or_load(2, name_of));
    let again = again
        .join()
        .expect("a key whose loader has panicked once cannot be loaded any more");
    assert_eq!(*again, name_of(2));
}

/// A panic must not cost the cache a value either: whoever makes room before it knows that there will be something to
/// put there loses one for nothing. Nor may notes about loaders at work stay behind, one for each panic.
#[test]
fn a_full_cache_survives_a_panic_as_it_was() {
    let cache = DataManager::<String>::new(2);
    cache.get_or_load(1, name_of);
    cache.get_or_load(2, name_of);
    let panicking = |key: u64| {
        let call = AssertUnwindSafe(|| cache.get_or_load(key, |_| resume_unwind(Box::new(()))));
        assert!(
            catch_unwind(call).is_err(),
            "the panic must reach the caller, and not be swallowed"
        );
    };
    panicking(3);
    assert!(
        cache.get(1).is_some() && cache.get(2).is_some() && cache.len() == 2,
        "the loader of 3 has panicked, and a value had to leave for it"
    );

    let (usage, ()) =
        alloc_counter::measure(|| (0..5_000).map(|key| key + 100).for_each(panicking));
    let kept = usage.bytes.saturating_sub(usage.returned);
    assert!(
        kept < 20_000,
        "5,000 loaders have panicked, each for a key of its own, and {kept} bytes are left of them"
    );
    assert_eq!(cache.len(), 2, "nothing has come, nothing has left");
}

/// One thread may wait for another's loader. If that panics, there is nothing to wait for any more: the one that waits
/// has a loader of its own.
#[test]
fn a_panic_leaves_nobody_waiting() {
    let cache = shared!(DataManager<String>::new(2));
    let (started, has_started) = mpsc::channel();
    let (ask, asking) = mpsc::channel();
    let theirs = Arc::clone(&cache);
    let panicking = thread::spawn(move || {
        theirs.get_or_load(1, |_| {
            let _ = started.send(());
            let _ = asking.recv();
            // Long enough for the other thread to begin waiting, if that is what it does.
            thread::sleep(Duration::from_millis(50));
            resume_unwind(Box::new("this loader panics on purpose"))
        })
    });
    has_started.recv().expect("the first loader begins");
    let theirs = Arc::clone(&cache);
    let value = within_limit("asking for a key whose loader panics", move || {
        let _ = ask.send(());
        theirs.get_or_load(1, name_of)
    });
    assert_eq!(*value, name_of(1));
    assert!(
        panicking.join().is_err(),
        "the panic must reach its own caller"
    );
    assert_eq!(cache.len(), 1, "the second loader's value is in the cache");
}

/// The second kind of foreign code: `Drop`. When the cache lets go of the last `Arc`, the value's destructor runs,
/// then and there. If that is while the lock is held, a destructor that uses the cache waits for ever.
#[test]
fn dropping_an_evicted_value_may_use_the_cache() {
    struct Record {
        cache: Weak<dyn Shared<Record>>,
        drops: Arc<AtomicUsize>,
    }
    impl Drop for Record {
        fn drop(&mut self) {
            if let Some(cache) = self.cache.upgrade() {
                let _ = (cache.get(2), cache.len());
                self.drops.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    let cache = shared!(DataManager<Record>::new(1));
    let drops = Arc::new(AtomicUsize::new(0));
    let (theirs, counter) = (Arc::clone(&cache), Arc::clone(&drops));
    within_limit("evicting a value whose Drop uses the cache", move || {
        for key in 1..=3 {
            theirs.get_or_load(key, |_| Record {
                cache: Arc::downgrade(&theirs),
                drops: Arc::clone(&counter),
            });
        }
    });
    assert_eq!(
        drops.load(Ordering::Relaxed),
        2,
        "of three values in a cache for one, two were evicted and dropped"
    );
}

/// There is a second value that the cache lets go of: that of a loader that came too late. Its destructor is as much
/// foreign code as the other's.
#[test]
fn dropping_a_value_that_came_too_late_may_use_the_cache() {
    struct Record {
        cache: Weak<dyn Shared<Record>>,
        drops: Arc<AtomicUsize>,
    }
    impl Drop for Record {
        fn drop(&mut self) {
            if let Some(cache) = self.cache.upgrade() {
                let _ = (cache.get(1), cache.len());
                self.drops.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    let cache = shared!(DataManager<Record>::new(2));
    let drops = Arc::new(AtomicUsize::new(0));
    let (theirs, counter) = (Arc::clone(&cache), Arc::clone(&drops));
    within_limit("dropping what a late loader made", move || {
        let record = || Record {
            cache: Arc::downgrade(&theirs),
            drops: Arc::clone(&counter),
        };
        theirs.get_or_load(1, |_| {
            // As another thread would, while this loader is at work.
            theirs.get_or_load(1, |_| record());
            record()
        });
    });
    assert_eq!(
        drops.load(Ordering::Relaxed),
        1,
        "of two values for one key, one was kept and one dropped"
    );
}

/// A destructor may panic, too. Its caller hears of it; the cache is none the worse.
#[test]
fn a_panic_in_drop_does_no_harm() {
    struct Fragile(u64);
    impl Drop for Fragile {
        fn drop(&mut self) {
            if self.0 == 1 && !thread::panicking() {
                resume_unwind(Box::new("this destructor panics on purpose"));
            }
        }
    }

    let cache = shared!(DataManager<Fragile>::new(1));
    cache.get_or_load(1, Fragile);
    let theirs = Arc::clone(&cache);
    let evicting = thread::spawn(move || {
        theirs.get_or_load(2, Fragile);
    });
    assert!(evicting.join().is_err(), "1 was evicted, and dropped");
    let theirs = Arc::clone(&cache);
    let after = thread::spawn(move || (theirs.len(), theirs.get_or_load(3, Fragile).0));
    let after = after
        .join()
        .expect("after a destructor has panicked, using the cache panics as well");
    assert_eq!(after, (1, 3), "2 took the place of 1, and 3 that of 2");
}

/// "Never more" has no exception for the moment between inserting and evicting. If there is such a moment, a thread
/// that is interrupted in it, or that must wait for the lock, leaves the cache too full for all others to see.
#[test]
fn nobody_ever_sees_one_value_too_many() {
    let cache = shared!(DataManager<u64>::new(2));
    let most = within_limit("four threads that fill a cache and look", move || {
        let all_ready = Arc::new(Barrier::new(4));
        let threads = [0, 1, 2, 3].map(|thread| {
            let (cache, all_ready) = (Arc::clone(&cache), Arc::clone(&all_ready));
            thread::spawn(move || {
                all_ready.wait();
                // A count alone would take long on a busy machine.
                let until = Instant::now() + Duration::from_secs(1);
                let mut most = 0;
                for round in 0..25_000_u64 {
                    cache.get_or_load(4 * round + thread, |key| key);
                    most = most.max(cache.len());
                    if most > 2 || Instant::now() > until {
                        break;
                    }
                }
                most
            })
        });
        let seen = threads.map(|thread| thread.join().expect("filling and looking is harmless"));
        seen.into_iter().max().expect("four threads looked")
    });
    assert!(most <= 2, "{most} values were seen in a cache for 2");
}

/// All of it at once: whatever the threads do to each other, a key's value is that key's, and the bound holds at
/// every moment.
#[test]
fn many_threads_keep_to_the_bound() {
    let cache = shared!(DataManager<u64>::new(8));
    let threads: Vec<_> = (1..=4_u64)
        .map(|seed| {
            let cache = Arc::clone(&cache);
            move || {
                let mut state = seed;
                for _ in 0..2_000 {
                    // A linear congruential generator: the same keys in each run, no two threads in step.
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let key = state >> 59;
                    let value = cache.get_or_load(key, |key| key * 3);
                    assert_eq!(
                        *value,
                        key * 3,
                        "key {key} was answered with another key's value"
                    );
                    let len = cache.len();
                    assert!(len <= 8, "{len} values in a cache for 8");
                }
            }
        })
        .collect();
    within_limit("four threads at one cache", move || {
        let threads: Vec<_> = threads.into_iter().map(thread::spawn).collect();
        for thread in threads {
            thread.join().expect("each thread finds what it asked for");
        }
    });
    assert_eq!(
        cache.len(),
        8,
        "32 keys were asked for, so the cache is full"
    );
}
