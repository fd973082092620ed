//! A bounded cache that threads can share.

use std::{cell::RefCell, rc::Rc, sync::Arc};

/// A key and its value.
type Entry<T> = (u64, Arc<T>);

/// Values by key, loaded on demand, at most `capacity` of them.
///
/// A `DataManager<T>` is `Send` and `Sync` whenever `T` is. A clone is another handle to the same cache, whatever
/// `T` is. Everything may be called from several threads at once.
///
/// The cache runs code that is not its own: loaders, and the `Drop` of values. Either may call any method of this
/// same cache, and may take as long as it likes without holding up users of other keys.
#[derive(Clone)]
pub struct DataManager<T: Send + Sync> {
    entries: Rc<RefCell<Vec<Entry<T>>>>,
}

impl<T: Send + Sync> DataManager<T> {
    /// Makes an empty cache that keeps at most `capacity` values. With a capacity of 0 it keeps nothing, and every
    /// request loads.
    pub fn new(capacity: usize) -> Self {
        todo!("an empty cache for at most {capacity} values")
    }

    /// Returns the value of `key` if it is in the cache. Never loads, and does not make the value younger.
    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        todo!("look up {key}")
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
        let _ = load;
        todo!("look up {key}, or load and keep it")
    }

    /// How many values the cache holds: never more than its capacity.
    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Whether the cache holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
