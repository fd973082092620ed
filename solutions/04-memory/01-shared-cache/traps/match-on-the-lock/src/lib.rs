//! A bounded cache that threads can share.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

pub struct DataManager<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    capacity: usize,
    entries: Mutex<Entries<T>>,
}

struct Entries<T> {
    values: HashMap<u64, Arc<T>>,
    by_age: VecDeque<u64>,
}

impl<T> DataManager<T> {
    pub fn new(capacity: usize) -> Self {
        let entries = Mutex::new(Entries {
            values: HashMap::new(),
            by_age: VecDeque::new(),
        });
        Self {
            shared: Arc::new(Shared { capacity, entries }),
        }
    }

    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        self.lock().values.get(&key).cloned()
    }

    pub fn get_or_load(&self, key: u64, load: impl FnOnce(u64) -> T) -> Arc<T> {
        let loaded = match self.lock().values.get(&key) {
            Some(value) => return Arc::clone(value),
            None => Arc::new(load(key)),
        };

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

    pub fn len(&self) -> usize {
        self.lock().values.len()
    }

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
