//! A bounded cache that threads can share.

use std::{cell::RefCell, rc::Rc, sync::Arc};

// ANCHOR: naive
type Entry<T> = (u64, Arc<T>);

/// Values by key, for several threads: `T: Send + Sync` makes sure of that.
#[derive(Clone)]
pub struct DataManager<T: Send + Sync> {
    entries: Rc<RefCell<Vec<Entry<T>>>>,
}

impl<T: Send + Sync> DataManager<T> {
    pub fn get_or_load(&self, key: u64, load: impl FnOnce(u64) -> T) -> Arc<T> {
        let mut entries = self.entries.borrow_mut();
        if let Some((_, value)) = entries.iter().find(|(known, _)| *known == key) {
            return Arc::clone(value);
        }
        let value = Arc::new(load(key));
        entries.push((key, Arc::clone(&value)));
        value
    }
}
// ANCHOR_END: naive

impl<T: Send + Sync> DataManager<T> {
    pub fn new(_capacity: usize) -> Self {
        Self {
            entries: Rc::new(RefCell::new(Vec::new())),
        }
    }

    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        let entries = self.entries.borrow();
        let (_, value) = entries.iter().find(|(known, _)| *known == key)?;
        Some(Arc::clone(value))
    }

    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
