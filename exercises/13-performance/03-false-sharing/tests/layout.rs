//! Where values lie: asserted from addresses, sizes and alignments, the same on every machine.

use performance_false_sharing::{BLOCK, CachePadded, ShardedCounter};
use std::num::NonZeroUsize;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn every_value_starts_a_block() {
    // A type's alignment is what its address is a multiple of, wherever it is put: on the stack, in a `Box`, in an array, in
    // another struct. It is the only thing that all of these places heed. Padding alone keeps two values *apart*;
    // but if the first begins in the middle of a line, each of them reaches into a line of its neighbour.
    let message = "bytes that the address of a `CachePadded<…>` is a multiple of";
    assert_eq!(align_of::<CachePadded<u8>>(), BLOCK, "{message} (of a u8)");
    assert_eq!(
        align_of::<CachePadded<AtomicU64>>(),
        BLOCK,
        "{message} (of an AtomicU64)"
    );
    assert_eq!(
        align_of::<CachePadded<[u64; 20]>>(),
        BLOCK,
        "{message} (of a [u64; 20])"
    );
    let boxed = Box::new(CachePadded::new(7_u64));
    assert_eq!(
        ptr::from_ref::<u64>(&boxed).addr() % BLOCK,
        0,
        "the value itself must be what begins the block"
    );
    assert_eq!(**boxed, 7, "the value");
}

#[test]
fn padding_is_no_more_than_needed() {
    // A size is always a multiple of the alignment: were it not, the second element of an array would be misaligned. So
    // the compiler pads by itself. Padding by hand on top of that can only be too much, for some `T` or other: a value of
    // two numbers must not cost 256 bytes, because that halves what the caches hold.
    let size = |bytes: usize, got: usize| {
        let expected = bytes.div_ceil(BLOCK) * BLOCK;
        assert!(
            got == expected,
            "a `CachePadded` of {bytes} bytes: expected {expected} bytes in all, got {got}"
        );
    };
    size(1, size_of::<CachePadded<u8>>());
    size(8, size_of::<CachePadded<AtomicU64>>());
    size(16, size_of::<CachePadded<[u64; 2]>>());
    size(128, size_of::<CachePadded<[u64; 16]>>());
    size(129, size_of::<CachePadded<[u8; 129]>>());
    size(160, size_of::<CachePadded<[u64; 20]>>());
}

#[test]
fn any_value_can_be_padded() {
    // Whatever `T` is: a lock, an atomic, something that can't be copied. What many threads write to is usually a static, so `new` is
    // a `const fn`.
    static HITS: CachePadded<AtomicU64> = CachePadded::new(AtomicU64::new(0));
    static NAMES: CachePadded<Mutex<Vec<String>>> = CachePadded::new(Mutex::new(Vec::new()));
    HITS.fetch_add(2, Ordering::Relaxed);
    assert_eq!(
        HITS.load(Ordering::Relaxed),
        2,
        "2 added to a padded static"
    );
    let mut names = NAMES.lock().expect("no one panicked with it");
    names.push(String::from("Ada"));
    assert_eq!(*names, ["Ada"], "what is behind a padded lock");
    let default: CachePadded<Vec<u8>> = CachePadded::default();
    let inside: &Vec<u8> = &default;
    assert!(inside.is_empty(), "the default is that of the value");
}

#[test]
fn no_two_shards_share_a_block() {
    // The address divided by the size of a block is the block's number. Two shards with the same number would be on one
    // line, or on two that the processor fetches together: an addition to one takes both away from the other's core.
    let counter = ShardedCounter::new(NonZeroUsize::new(9).unwrap());
    assert_eq!(counter.shard_count(), 9, "shards");
    let blocks: Vec<usize> = (0..9)
        .map(|index| ptr::from_ref(counter.shard(index)).addr() / BLOCK)
        .collect();
    for (later, block) in blocks.iter().enumerate() {
        for (earlier, other) in blocks[..later].iter().enumerate() {
            assert_ne!(
                block, other,
                "shards {earlier} and {later} are in the same block of {BLOCK} bytes"
            );
        }
    }
}
