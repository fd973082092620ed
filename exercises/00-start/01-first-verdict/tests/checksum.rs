//! What a checksum must do, one property a test. Read a test's comment before its code.

use start_first_verdict::checksum;

/// Start with the plain case: no sum here leaves the range of a `u8`, so addition is just addition.
#[test]
fn adds_the_bytes() {
    assert_eq!(checksum(&[7]), 7, "a single byte is its own checksum");
    assert_eq!(checksum(&[1, 2, 3]), 6, "1 + 2 + 3 is 6");
    assert_eq!(
        checksum(&[1, 0, 2, 0]),
        3,
        "a zero adds nothing, and ends nothing either: a record may hold any bytes"
    );
}

/// The smallest input is the one that is forgotten most often. A sum over nothing is zero.
#[test]
fn an_empty_record_sums_to_zero() {
    assert_eq!(checksum(&[]), 0, "there is nothing to add");
}

/// A `u8` holds 0 to 255 and real records are longer than that. "Modulo 256" says what happens next: the
/// sum starts again at zero, as an odometer does. It must not panic, and it must not stop at 255.
#[test]
fn wraps_past_255() {
    assert_eq!(checksum(&[255]), 255, "255 still fits");
    assert_eq!(checksum(&[255, 1]), 0, "256 modulo 256 is 0");
    assert_eq!(checksum(&[200, 100]), 44, "300 modulo 256 is 44");
    assert_eq!(checksum(&[255; 1000]), 24, "255000 modulo 256 is 24");
}

/// This is what a checksum is for: damage one byte, anywhere, and the sum no longer matches. A sum that
/// gets stuck at some value cannot tell.
#[test]
fn a_damaged_byte_changes_the_sum() {
    let record = *b"the quick brown fox jumps over the lazy dog";
    let sent = checksum(&record);
    for position in 0..record.len() {
        let mut received = record;
        received[position] ^= 0b0000_0100;
        assert_ne!(
            checksum(&received),
            sent,
            "one bit of byte {position} was flipped and the checksum is the same"
        );
    }
}

/// No record is too long. A larger type for the sum only moves the place where it overflows: for a `u32`, that is behind
/// 16,843,009 bytes of 255, as many as a photograph has. A call for each byte runs out of stack long before.
#[test]
fn long_records_are_summed_to_the_end() {
    let mut record = vec![255; 16_843_010];
    record.push(3);
    assert_eq!(
        checksum(&record),
        1,
        "16,843,010 times 255, and 3, modulo 256"
    );
}
