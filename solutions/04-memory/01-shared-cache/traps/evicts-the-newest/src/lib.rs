//! A bounded cache that threads can share.

use std::sync::{Arc, Mutex};

pub struct DataManager<T> {
    capacity: usize,
    entries: Arc<Mutex<Vec<(u64, Arc<T>)>>>,
}

fn find<T>(entries: &[(u64, Arc<T>)], key: u64) -> Option<Arc<T>> {
    let (_, value) = entries.iter().find(|(known, _)| *known == key)?;
    Some(Arc::clone(value))
}

impl<T> DataManager<T> {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Arc::default(),
        }
    }

    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        find(&self.entries.lock().unwrap(), key)
    }

    pub fn get_or_load(&self, key: u64, load: impl FnOnce(u64) -> T) -> Arc<T> {
        if let Some(value) = self.get(key) {
            return value;
        }
        let loaded = Arc::new(load(key));
        let mut entries = self.entries.lock().unwrap();
        if let Some(value) = find(&entries, key) {
            return value;
        }
        entries.push((key, Arc::clone(&loaded)));
        let evicted = (entries.len() > self.capacity).then(|| entries.swap_remove(0));
        drop(entries);
        drop(evicted);
        loaded
    }

    pub fn len(&self) -> usize {
        self.entries.lock().unwrap().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for DataManager<T> {
    fn clone(&self) -> Self {
        Self {
            capacity: self.capacity,
            entries: Arc::clone(&self.entries),
        }
    }
}
