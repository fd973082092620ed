//! A bounded cache.

use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

type Entries<T> = VecDeque<(u64, Arc<T>)>;

/// Values by key.
pub struct DataManager<T: Send + Sync> {
    entries: Arc<RwLock<Entries<T>>>,
    capacity: usize,
}

impl<T: Send + Sync> Clone for DataManager<T> {
    fn clone(&self) -> Self {
        let Self { entries, capacity } = self;
        Self {
            entries: entries.clone(),
            capacity: *capacity,
        }
    }
}

fn find<T>(entries: &Entries<T>, key: u64) -> Option<Arc<T>> {
    entries
        .iter()
        .find_map(|(known, value)| (*known == key).then(|| value.clone()))
}

impl<T: Send + Sync> DataManager<T> {
    /// Makes an empty cache.
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: Arc::default(),
            capacity,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Entries<T>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks.
    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        find(&self.read(), key)
    }

    /// Looks, or loads.
    pub fn get_or_load<F>(&self, key: u64, load: F) -> Arc<T>
    where
        F: FnOnce(u64) -> T,
    {
        let Some(present) = self.get(key) else {
            let fresh = Arc::from(load(key));
            if self.capacity == 0 {
                return fresh;
            }
            let mut leaving = None;
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            let winner = match find(&entries, key) {
                Some(winner) => winner,
                None => {
                    if entries.len() == self.capacity {
                        leaving = entries.pop_front();
                    }
                    entries.push_back((key, Arc::clone(&fresh)));
                    Arc::clone(&fresh)
                }
            };
            drop(entries);
            mem::drop((leaving, fresh));
            return winner;
        };
        present
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// None?
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }
}
