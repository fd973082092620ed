//! A bounded cache that threads can share.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
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

struct Shared<T> {
    capacity: usize,
    /// No code but this module's runs while this is locked.
    state: Mutex<State<T>>,
}

struct State<T> {
    values: HashMap<u64, Arc<T>>,
    /// The keys of `values`, the oldest first.
    order: VecDeque<u64>,
    /// What is being loaded.
    flights: HashMap<u64, Flight<T>>,
}

/// A key that is being loaded, by one caller or by several.
struct Flight<T> {
    callers: usize,
    /// The value that the first of them has loaded. It may have been evicted since, and is the value of the others all
    /// the same.
    first: Weak<T>,
}

impl<T> DataManager<T> {
    /// Makes an empty cache that keeps at most `capacity` values. With a capacity of 0 it keeps nothing, and every
    /// request loads.
    pub fn new(capacity: usize) -> Self {
        Self {
            shared: Arc::new(Shared {
                capacity,
                state: Mutex::new(State {
                    values: HashMap::with_capacity(capacity),
                    order: VecDeque::with_capacity(capacity),
                    flights: HashMap::new(),
                }),
            }),
        }
    }

    /// Returns the value of `key` if it is in the cache. Never loads, and does not make the value younger.
    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        self.shared.lock().values.get(&key).map(Arc::clone)
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
        let shared = &*self.shared;
        if shared.capacity == 0 {
            return Arc::new(load(key));
        }
        let caller = {
            let mut state = shared.lock();
            if let Some(value) = state.values.get(&key) {
                return Arc::clone(value);
            }
            let flight = state.flights.entry(key).or_insert_with(|| Flight {
                callers: 0,
                first: Weak::new(),
            });
            flight.callers += 1;
            Caller { shared, key }
        };
        let loaded = Arc::new(load(key));
        // What is dropped is dropped at the end, when nothing is locked: `loaded`, if another one was quicker, and
        // `evicted`.
        let (value, evicted) = shared.settle(key, &loaded);
        drop(caller);
        drop(loaded);
        drop(evicted);
        value
    }

    /// How many values the cache holds: never more than its capacity.
    pub fn len(&self) -> usize {
        self.shared.lock().values.len()
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

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides on the value of a key that was loaded, and returns what had to leave for it.
    fn settle(&self, key: u64, loaded: &Arc<T>) -> (Arc<T>, Option<Arc<T>>) {
        let mut state = self.lock();
        let state = &mut *state;
        if let Some(value) = state.values.get(&key) {
            return (Arc::clone(value), None);
        }
        let value = match state.flights.get_mut(&key) {
            Some(flight) => flight.first.upgrade().unwrap_or_else(|| {
                flight.first = Arc::downgrade(loaded);
                Arc::clone(loaded)
            }),
            None => Arc::clone(loaded),
        };
        let mut evicted = None;
        if state.values.len() >= self.capacity
            && let Some(oldest) = state.order.pop_front()
        {
            evicted = state.values.remove(&oldest);
        }
        state.values.insert(key, Arc::clone(&value));
        state.order.push_back(key);
        (value, evicted)
    }
}

/// One who loads a key, until it is done or has panicked.
struct Caller<'a, T> {
    shared: &'a Shared<T>,
    key: u64,
}

impl<T> Drop for Caller<'_, T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if let Some(flight) = state.flights.get_mut(&self.key) {
            flight.callers -= 1;
            if flight.callers == 0 {
                // A `Weak` goes, and no value.
                state.flights.remove(&self.key);
            }
        }
    }
}
