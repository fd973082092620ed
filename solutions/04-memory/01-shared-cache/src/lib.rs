//! A bounded cache that threads can share.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

/// Values by key, loaded on demand, at most `capacity` of them.
///
/// A `DataManager<T>` is `Send` and `Sync` whenever `T` is. A clone is another handle to the same cache, whatever
/// `T` is. Everything may be called from several threads at once.
///
/// The cache runs code that is not its own: loaders, and the `Drop` of values. Either may call any method of this
/// same cache, and may take as long as it likes without holding up users of other keys.
pub struct DataManager<T> {
    shared: Arc<Shared<T>>,
}

/// What all handles to one cache have in common.
struct Shared<T> {
    capacity: usize,
    /// Locked for a look-up or an insertion, and never while a loader or the `Drop` of a value runs.
    entries: Mutex<Entries<T>>,
}

/// Each key is in both or in neither.
struct Entries<T> {
    values: HashMap<u64, Arc<T>>,
    /// The oldest key is in front.
    by_age: VecDeque<u64>,
}

impl<T> DataManager<T> {
    /// Makes an empty cache that keeps at most `capacity` values. With a capacity of 0 it keeps nothing, and every
    /// request loads.
    pub fn new(capacity: usize) -> Self {
        let entries = Mutex::new(Entries {
            values: HashMap::new(),
            by_age: VecDeque::new(),
        });
        Self {
            shared: Arc::new(Shared { capacity, entries }),
        }
    }

    /// Returns the value of `key` if it is in the cache. Never loads, and does not make the value younger.
    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        self.lock().values.get(&key).cloned()
    }

    /// Returns the value of `key`; if it is not in the cache, calls `load(key)` and keeps what that returns.
    ///
    /// Where this makes one value too many, the one that has been in the cache for the longest time leaves it. It is
    /// dropped then, unless somebody still holds it.
    ///
    /// Before it keeps a value, it looks again: another thread, or the loader itself, may have put one there. Then that
    /// one stays, and is returned. So threads that ask for the same missing key at once get the same value, whether or
    /// not more than one of them runs its loader, as long as that value is in the cache. If `load` panics, the panic
    /// passes to the caller and the cache stays as it was.
    pub fn get_or_load(&self, key: u64, load: impl FnOnce(u64) -> T) -> Arc<T> {
        if let Some(value) = self.get(key) {
            return value;
        }
        let loaded = Arc::new(load(key));

        let mut entries = self.lock();
        // Another thread, or the loader itself, may have been faster. `loaded` was declared before the guard and so
        // is dropped after it, here as well.
        if let Some(value) = entries.values.get(&key) {
            return Arc::clone(value);
        }
        let evicted = entries.insert(key, Arc::clone(&loaded), self.shared.capacity);
        drop(entries);
        drop(evicted);
        loaded
    }

    /// How many values the cache holds: never more than its capacity.
    pub fn len(&self) -> usize {
        self.lock().values.len()
    }

    /// Whether the cache holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Entries<T>> {
        let entries = self.shared.entries.lock();
        entries.expect("only this module's code runs under the lock, and none of it panics")
    }
}

// Not derived: the derive would demand `T: Clone`.
impl<T> Clone for DataManager<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> Entries<T> {
    /// Inserts a key that is absent, and hands over what has to leave for it, so that the caller can drop it
    /// elsewhere.
    fn insert(&mut self, key: u64, value: Arc<T>, capacity: usize) -> Option<Arc<T>> {
        self.values.insert(key, value);
        self.by_age.push_back(key);
        if self.values.len() <= capacity {
            return None;
        }
        let oldest = self.by_age.pop_front()?;
        self.values.remove(&oldest)
    }
}
