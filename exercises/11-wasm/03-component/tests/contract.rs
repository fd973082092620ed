//! What the host may rely on, whatever it hands in. Each test starts a guest of its own.

#[path = "host/runtime.rs"]
mod runtime;

use runtime::{Host, MEMORY, exports::workbook::guest::processing::Fault};

/// Packed runs.
fn runs(runs: &[(u32, u8)]) -> Vec<u8> {
    let bytes = |&(count, byte): &(u32, u8)| {
        let [a, b, c, d] = count.to_le_bytes();
        [a, b, c, d, byte]
    };
    runs.iter().flat_map(bytes).collect()
}

/// This is `String.hashCode` of Java, whose documentation gives the formula. It is defined modulo 2^32: the wrap is part of
/// the answer, and arithmetic that panics on overflow has no answer. The last word is known for its hash, -2^31.
#[test]
fn hashes_as_published() {
    let mut host = Host::new(MEMORY);
    assert_eq!(host.hash(b""), 0, "no bytes leave the hash as it began");
    assert_eq!(host.hash(b"a"), 97);
    assert_eq!(host.hash(b"hello"), 99_162_322);
    assert_eq!(host.hash(b"polygenelubricants"), i32::MIN);
    assert_eq!(host.hash(&[0xff]), 255, "bytes have no sign");
}

/// A negative number has a negative remainder in Rust, and -2^31 has no positive counterpart. Both make a bucket that
/// there isn't; so does a count of buckets that is read as a signed number.
#[test]
fn a_bucket_is_never_negative() {
    let mut host = Host::new(MEMORY);
    let cases: [(&[u8], u32, u32); 6] = [
        (b"hello", 1000, 322),
        // The hash is -1880044555.
        (b"Hello, world!", 1000, 445),
        (b"polygenelubricants", 1000, 352),
        (b"polygenelubricants", 1, 0),
        (b"polygenelubricants", u32::MAX, (1 << 31) - 1),
        (b"", 7, 0),
    ];
    for (key, buckets, expected) in cases {
        let key_text = String::from_utf8_lossy(key);
        assert_eq!(
            host.bucket(key, buckets),
            Ok(expected),
            "the bucket of {key_text:?} among {buckets}"
        );
    }
}

/// The sum of two samples may need 33 bits, and that of all that memory holds some 50. The mean always fits.
#[test]
fn a_mean_of_large_samples_is_exact() {
    let mut host = Host::new(MEMORY);
    assert_eq!(host.mean(&[i32::MAX; 3]), Ok(i32::MAX));
    assert_eq!(host.mean(&[i32::MIN; 1000]), Ok(i32::MIN));
    assert_eq!(host.mean(&[i32::MIN, i32::MAX, i32::MAX]), Ok(715_827_882));
    assert_eq!(host.mean(&[-3, -4]), Ok(-3), "-3.5, rounded towards zero");
    assert_eq!(host.mean(&[3, 4]), Ok(3), "3.5, rounded towards zero");
}

/// Nothing to do is a request like any other: it has an answer, or an error that says what is missing.
#[test]
fn nothing_is_no_reason_to_trap() {
    let mut host = Host::new(MEMORY);
    assert_eq!(host.hash(&[]), 0);
    assert_eq!(host.bucket(&[], 0), Err(Fault::NoBuckets));
    assert_eq!(host.mean(&[]), Err(Fault::NoSamples));
    assert_eq!(host.unpack(&[], 0, 0), Ok(Vec::new()), "no runs, no bytes");
    assert_eq!(host.unpack(&runs(&[(0, 7)]), 0, 0), Ok(Vec::new()));
}

/// A guest that traps is dead: its host can never call it again, and has lost all that it knew. So whatever can be
/// refused is refused with an error, and the next request finds a guest that works.
#[test]
fn a_refusal_leaves_the_guest_alive() {
    let mut host = Host::new(MEMORY);
    for _ in 0..2 {
        assert_eq!(host.bucket(b"key", 0), Err(Fault::NoBuckets));
        assert_eq!(host.mean(&[]), Err(Fault::NoSamples));
        assert_eq!(host.unpack(&[1], 9, 0), Err(Fault::Truncated(0)));
        let four = runs(&[(4, b'x')]);
        assert_eq!(host.unpack(&four, 3, 0), Err(Fault::TooLarge(4)));
        assert_eq!(host.unpack(&four, 4, 4), Ok(b"xxxx".to_vec()));
    }
}

/// The packed form, with counts that use all four of their bytes' order, and runs of nothing at the start, within and
/// at the end. A loop that does not go on after such a run never ends: that is what the fuel is for.
#[test]
fn unpacks_runs() {
    let mut host = Host::new(MEMORY);
    let packed = runs(&[
        (0, b'-'),
        (2, b'a'),
        (0, b'-'),
        (1, b'b'),
        (3, b'c'),
        (0, 0),
    ]);
    assert_eq!(host.unpack(&packed, 6, 6), Ok(b"aabccc".to_vec()));
    let unpacked = host.unpack(&runs(&[(0x0001_0203, 9)]), u32::MAX, 0x1_0203);
    let unpacked = unpacked.expect("66051 bytes are within the limit");
    assert_eq!(unpacked.len(), 0x1_0203, "03 02 01 00 is 0x10203");
    assert!(unpacked.iter().all(|&byte| byte == 9));
}

/// Bytes from outside end anywhere. The offset tells where to look. It is told whatever the limit is, since a count that
/// was cut off says nothing of the size.
#[test]
fn a_run_that_is_cut_off_is_refused_with_its_offset() {
    let mut host = Host::new(MEMORY);
    let packed = runs(&[(2, b'a'), (u32::MAX, b'b'), (3, b'c')]);
    for length in 11..15 {
        assert_eq!(
            host.unpack(&packed[..length], 0, 0),
            Err(Fault::Truncated(10)),
            "{length} bytes end within the run that begins at 10"
        );
    }
    assert_eq!(host.unpack(&packed[..4], 0, 0), Err(Fault::Truncated(0)));
}

/// Five bytes may ask for four gigabytes. Who unpacks first and checks afterwards has lost by then; and who adds the
/// counts up in 32 bits, as `usize` has here, is told by two runs that there is nothing to unpack.
#[test]
fn a_bomb_is_refused_by_its_size() {
    let mut host = Host::new(MEMORY);
    let most = u64::from(u32::MAX);
    let cases: [(&[(u32, u8)], u64); 4] = [
        (&[(u32::MAX, 0)], most),
        (&[(u32::MAX, 0), (1, 0)], most + 1),
        (&[(1 << 31, 0), (1 << 31, 0)], 1 << 32),
        (&[(u32::MAX, 1); 1000], most * 1000),
    ];
    for (counts, size) in cases {
        assert_eq!(
            host.unpack(&runs(counts), 1000, 0),
            Err(Fault::TooLarge(size)),
            "{} runs of {} bytes and more",
            counts.len(),
            counts[0].0
        );
    }
    assert_eq!(
        host.unpack(&runs(&[(u32::MAX, 0), (1, 0)]), u32::MAX, 0),
        Err(Fault::TooLarge(most + 1)),
        "the largest limit is one, too"
    );
}

/// The limit says what the host would accept, not what will come. A host that accepts anything must not make the guest
/// set four gigabytes aside.
#[test]
fn a_generous_limit_costs_nothing() {
    let mut host = Host::new(MEMORY);
    for limit in [16 << 20, u32::MAX] {
        assert_eq!(host.unpack(&runs(&[(3, 5)]), limit, 3), Ok(vec![5; 3]));
    }
}

/// An argument is copied into the guest's memory once, on the way in. A mebibyte of it fits beside the stack; a second
/// copy, or one in wider numbers, does not.
#[test]
fn large_inputs_are_read_where_they_lie() {
    let mut host = Host::new(MEMORY);
    let data: Vec<u8> = (0..1 << 20)
        .map(|at: u32| at.to_le_bytes()[0] ^ 0xa5)
        .collect();
    let expected = data.iter().fold(0_u32, |hash, &byte| {
        (hash << 5).wrapping_sub(hash).wrapping_add(byte.into())
    });
    assert_eq!(host.hash(&data), expected as i32);

    let mut host = Host::new(MEMORY);
    let samples: Vec<i32> = (0..1 << 18).collect();
    assert_eq!(host.mean(&samples), Ok(((1 << 18) - 1) / 2));
}

/// Memory that a guest has grown by stays with it. So what a call took must be free for the next one; a guest that
/// remembers something of each call lives until its memory is full.
#[test]
fn a_thousand_calls_take_no_more_memory_than_ten() {
    let mut host = Host::new(MEMORY);
    let serve = |host: &mut Host, from: u32, to: u32| {
        for call in from..to {
            let mut key = call.to_le_bytes().to_vec();
            key.resize(400, 0);
            host.hash(&key);
            assert!(host.bucket(&key, 7).is_ok());
            assert!(host.mean(&[call as i32; 100]).is_ok());
            assert!(host.unpack(&runs(&[(400, 1)]), 400, 400).is_ok());
        }
    };
    serve(&mut host, 0, 10);
    let early = host.peak();
    serve(&mut host, 10, 1000);
    assert_eq!(host.peak(), early, "memory after 1000 calls, and after 10");
}
