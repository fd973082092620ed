//! A bounded cache that threads can share.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

type Slot<T> = Arc<Mutex<Option<Arc<T>>>>;

pub struct DataManager<T> {
    capacity: usize,
    entries: Arc<Mutex<Entries<T>>>,
}

struct Entries<T> {
    slots: HashMap<u64, Slot<T>>,
    by_age: VecDeque<u64>,
}

impl<T> DataManager<T> {
    pub fn new(capacity: usize) -> Self {
        let entries = Entries {
            slots: HashMap::new(),
            by_age: VecDeque::new(),
        };
        Self {
            capacity,
            entries: Arc::new(Mutex::new(entries)),
        }
    }

    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        let slot = self.entries.lock().unwrap().slots.get(&key).cloned()?;
        slot.lock().unwrap().clone()
    }

    // One loader a key: whoever comes second waits at the slot.
    pub fn get_or_load(&self, key: u64, load: impl FnOnce(u64) -> T) -> Arc<T> {
        let (slot, evicted) = self.slot(key);
        drop(evicted);
        let mut value = slot.lock().unwrap();
        Arc::clone(value.get_or_insert_with(|| Arc::new(load(key))))
    }

    pub fn len(&self) -> usize {
        self.entries.lock().unwrap().slots.len()
    }

    fn slot(&self, key: u64) -> (Slot<T>, Option<Slot<T>>) {
        let mut entries = self.entries.lock().unwrap();
        if let Some(slot) = entries.slots.get(&key) {
            return (Arc::clone(slot), None);
        }
        let slot = Slot::default();
        entries.slots.insert(key, Arc::clone(&slot));
        entries.by_age.push_back(key);
        if entries.slots.len() <= self.capacity {
            return (slot, None);
        }
        let oldest = entries.by_age.pop_front();
        let evicted = oldest.and_then(|oldest| entries.slots.remove(&oldest));
        (slot, evicted)
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
