//! A bounded cache that threads can share.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// What several callers that load the same key have in common: the value that the first of them has found.
type Agreed<T> = std::sync::OnceLock<Weak<T>>;

/// Values by key, loaded on demand, at most `capacity` of them.
///
/// A `DataManager<T>` is `Send` and `Sync` whenever `T` is. A clone is another handle to the same cache, whatever
/// `T` is. Everything may be called from several threads at once.
///
/// The cache runs code that is not its own: loaders, and the `Drop` of values. Either may call any method of this
/// same cache, and may take as long as it likes without holding up users of other keys.
pub struct DataManager<T> {
    capacity: usize,
    shared: Arc<Mutex<Table<T>>>,
}

struct Table<T> {
    /// How many values came in so far.
    arrivals: u64,
    /// By key: when it came, and the value.
    by_key: HashMap<u64, (u64, Arc<T>)>,
    by_age: BTreeMap<u64, u64>,
    loading: HashMap<u64, Arc<Agreed<T>>>,
}

impl<T> DataManager<T> {
    /// Makes an empty cache that keeps at most `capacity` values. With a capacity of 0 it keeps nothing, and every
    /// request loads.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            shared: Arc::new(Mutex::new(Table {
                arrivals: 0,
                by_key: HashMap::new(),
                by_age: BTreeMap::new(),
                loading: HashMap::new(),
            })),
        }
    }

    /// Returns the value of `key` if it is in the cache. Never loads, and does not make the value younger.
    pub fn get(&self, key: u64) -> Option<Arc<T>> {
        self.with(|table| Some(Arc::clone(&table.by_key.get(&key)?.1)))
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
        let begun = self.with(|table| match table.by_key.get(&key) {
            Some((_, value)) => Err(Arc::clone(value)),
            None => Ok(Arc::clone(table.loading.entry(key).or_default())),
        });
        let agreed = match begun {
            Err(value) => return value,
            Ok(agreed) => Leaves {
                cache: self,
                key,
                agreed: Some(agreed),
            },
        };
        if self.capacity == 0 {
            return Arc::new(load(key));
        }
        let mut load = Some(load);
        let value = agreed.or(|| load.take().map(|load| Arc::new(load(key))));
        let value = match (value, load.take()) {
            (Some(value), _) => value,
            (None, Some(load)) => Arc::new(load(key)),
            (None, None) => unreachable!("either it was loaded, or the loader is still there"),
        };
        let (value, _evicted) = self.with(|table| table.keep(key, value, self.capacity));
        value
    }

    /// How many values the cache holds: never more than its capacity.
    pub fn len(&self) -> usize {
        self.with(|table| table.by_key.len())
    }

    /// Whether the cache holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for DataManager<T> {
    fn clone(&self) -> Self {
        Self {
            capacity: self.capacity,
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<T> DataManager<T> {
    /// Looks at the table while it is locked. What leaves the table has to leave `look` as its result, so that it is
    /// dropped later.
    fn with<R>(&self, look: impl FnOnce(&mut Table<T>) -> R) -> R {
        look(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T> Table<T> {
    /// Returns the value of the key, and whatever is not needed any more.
    fn keep(&mut self, key: u64, value: Arc<T>, capacity: usize) -> (Arc<T>, Vec<Arc<T>>) {
        if let Some((_, there)) = self.by_key.get(&key) {
            return (Arc::clone(there), vec![value]);
        }
        let mut gone = Vec::new();
        while self.by_key.len() >= capacity {
            let Some((_, oldest)) = self.by_age.pop_first() else {
                break;
            };
            gone.extend(self.by_key.remove(&oldest).map(|(_, value)| value));
        }
        self.arrivals += 1;
        self.by_age.insert(self.arrivals, key);
        self.by_key.insert(key, (self.arrivals, Arc::clone(&value)));
        (value, gone)
    }
}

/// Takes the record of a load away when its last caller leaves, also by a panic.
struct Leaves<'a, T> {
    cache: &'a DataManager<T>,
    key: u64,
    agreed: Option<Arc<Agreed<T>>>,
}

impl<T> Leaves<'_, T> {
    /// The value of whoever was first, or this one.
    fn or(&self, load: impl FnOnce() -> Option<Arc<T>>) -> Option<Arc<T>> {
        let mut mine = None;
        let first = self.agreed.as_ref()?.get_or_init(|| {
            mine = load();
            mine.as_ref().map_or_else(Weak::new, Arc::downgrade)
        });
        mine.or_else(|| first.upgrade())
    }
}

impl<T> Drop for Leaves<'_, T> {
    fn drop(&mut self) {
        let agreed = self.agreed.take();
        self.cache.with(|table| {
            drop(agreed);
            // Records are cloned while the table is locked only, so this one is nobody else's if it is the last.
            if let Some(record) = table.loading.get(&self.key)
                && Arc::strong_count(record) == 1
            {
                table.loading.remove(&self.key);
            }
        });
    }
}
