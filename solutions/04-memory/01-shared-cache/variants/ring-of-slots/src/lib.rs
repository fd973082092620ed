//! A bounded cache that threads can share.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, PoisonError, RwLock, Weak},
};

/// Values by key, loaded on demand, at most `capacity` of them.
///
/// A `DataManager<T>` is `Send` and `Sync` whenever `T` is. A clone is another handle to the same cache, whatever
/// `T` is. Everything may be called from several threads at once.
///
/// The cache runs code that is not its own: loaders, and the `Drop` of values. Either may call any method of this
/// same cache, and may take as long as it likes without holding up users of other keys.
pub struct DataManager<T> {
    shared: Arc<RwLock<Ring<T>>>,
}

/// Values in the order in which they came, as a ring that grows up to `capacity`.
struct Ring<T> {
    capacity: usize,
    slots: Vec<(u64, Arc<T>)>,
    /// Where the oldest is, once the ring is full.
    oldest: usize,
    /// The slot of each key.
    places: HashMap<u64, usize>,
    /// Loads that are under way: the key, how many there are, and the first outcome.
    loads: HashMap<u64, (usize, Weak<T>)>,
}

impl<T> DataManager<T> {
    /// Makes an empty cache that keeps at most `capacity` values. With a capacity of 0 it keeps nothing, and every
    /// request loads.
    pub fn new(capacity: usize) -> Self {
        let ring = Ring {
            capacity,
            slots: Vec::new(),
            oldest: 0,
            places: HashMap::new(),
            loads: HashMap::new(),
        };
        Self {
            shared: Arc::new(RwLock::new(ring)),
        }
    }

    /// Returns the value of `key` if it is in the cache. Never loads, and does not make the value younger.
    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        let ring = self.shared.read().unwrap_or_else(PoisonError::into_inner);
        ring.find(key)
    }

    /// Returns the value of `key`; if it is not in the cache, calls `load(key)` and keeps what that returns.
    ///
    /// Where this makes one value too many, the one that has been in the cache for the longest time leaves it. It is
    /// dropped then, unless somebody still holds it.
    ///
    /// Unless the capacity is 0, threads that ask for the same missing key at once all get the same value, whether or
    /// not more than one of them runs its loader. If `load` panics, the panic passes to the caller and the cache stays
    /// as it was.
    pub fn get_or_load(&self, key: u64, load: impl FnOnce(u64) -> T) -> Arc<T> {
        if let Some(value) = self.get(key) {
            return value;
        }
        let loading = match self.change(|ring| ring.begin(key)) {
            Some(value) => return value,
            None => Loading { cache: self, key },
        };
        let mine = Arc::new(load(key));
        let (value, gone) = self.change(|ring| ring.keep(key, &mine));
        drop(loading);
        // Only now, with nothing locked, values may be dropped.
        drop((mine, gone));
        value
    }

    /// How many values the cache holds: never more than its capacity.
    pub fn len(&self) -> usize {
        let ring = self.shared.read().unwrap_or_else(PoisonError::into_inner);
        ring.slots.len()
    }

    /// Whether the cache holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for DataManager<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> DataManager<T> {
    fn change<R>(&self, change: impl FnOnce(&mut Ring<T>) -> R) -> R {
        let mut ring = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut ring)
    }
}

impl<T> Ring<T> {
    fn find(&self, key: u64) -> Option<Arc<T>> {
        let place = self.places.get(&key)?;
        let (_, value) = self.slots.get(*place)?;
        Some(Arc::clone(value))
    }

    /// The value, or else one more load.
    fn begin(&mut self, key: u64) -> Option<Arc<T>> {
        let found = self.find(key);
        if found.is_none() {
            self.loads.entry(key).or_default().0 += 1;
        }
        found
    }

    fn end(&mut self, key: u64) {
        if let Some((count, _)) = self.loads.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.loads.remove(&key);
            }
        }
    }

    /// Keeps a value that was loaded, unless somebody was quicker. Returns the value of the key, and the one that left.
    fn keep(&mut self, key: u64, mine: &Arc<T>) -> (Arc<T>, Option<Arc<T>>) {
        if self.capacity == 0 {
            return (Arc::clone(mine), None);
        }
        if let Some(value) = self.find(key) {
            return (value, None);
        }
        let (_, first) = self.loads.entry(key).or_default();
        let value = first.upgrade().unwrap_or_else(|| Arc::clone(mine));
        *first = Arc::downgrade(&value);
        let gone = self.push(key, Arc::clone(&value));
        (value, gone)
    }

    fn push(&mut self, key: u64, value: Arc<T>) -> Option<Arc<T>> {
        if self.slots.len() < self.capacity {
            self.places.insert(key, self.slots.len());
            self.slots.push((key, value));
            return None;
        }
        let place = self.oldest;
        self.oldest = (place + 1) % self.slots.len();
        let (old_key, old_value) = mem::replace(&mut self.slots[place], (key, value));
        self.places.remove(&old_key);
        self.places.insert(key, place);
        Some(old_value)
    }
}

/// A load that is under way, however it ends.
struct Loading<'a, T> {
    cache: &'a DataManager<T>,
    key: u64,
}

impl<T> Drop for Loading<'_, T> {
    fn drop(&mut self) {
        self.cache.change(|ring| ring.end(self.key));
    }
}
