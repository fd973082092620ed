//! Who owns the log after each call, and what that costs.
//!
//! Until `src/lib.rs` compiles, no test runs: begin with what the compiler says.

use alloc_counter::allocations;
use ownership_move_or_borrow::{Report, count_errors, longest_line, slowest};
use type_probe::as_dyn;

static LOG: &str = "INFO start\nERROR disk is full\nINFO retry\nERROR disk is empty\n";

/// A report on a log of two errors, with three response times.
fn report() -> Report {
    Report::new(LOG.to_owned(), vec![12, 90, 31])
}

/// Whatever becomes of the signatures, the report must say the same as before.
#[test]
fn reports_what_stands_out() {
    let report = report();
    assert_eq!(report.errors, 2, "two lines begin with ERROR");
    assert_eq!(report.longest, "ERROR disk is empty".len());
    assert_eq!(report.slowest, Some(90));
    assert_eq!(report.log, LOG, "the report keeps the log");
    assert_eq!(report.millis, [12, 90, 31], "the report keeps the times");
}

/// Nothing to look at is no special case.
#[test]
fn an_empty_log_has_nothing_to_report() {
    let report = Report::new(String::new(), Vec::new());
    assert_eq!(
        (report.errors, report.longest, report.slowest),
        (0, 0, None)
    );
}

/// A move copies the three words of a `String` or a `Vec` (pointer, capacity, length) and leaves the heap alone. A
/// clone asks the allocator for a second buffer and copies every byte, and here each of those is thrown away again
/// at once. Counting allocations tells the two apart where the results look the same.
#[test]
fn making_a_report_allocates_nothing() {
    let (log, millis) = (LOG.to_owned(), vec![12, 90, 31]);
    let (count, report) = allocations(|| Report::new(log, millis));
    assert_eq!(
        count, 0,
        "Report::new was given the log and the times to keep, and allocated {count} times: something is cloned \
         that could be borrowed"
    );
    assert_eq!(report.log, LOG);
}

/// Buffers often have room to spare. To give that back looks thrifty, and is a reallocation: every byte may be copied
/// after all. Whoever keeps a buffer keeps it as it is.
#[test]
fn buffers_with_room_to_spare_stay_as_they_are() {
    let mut log = String::with_capacity(1_000);
    log.push_str(LOG);
    let mut millis = Vec::with_capacity(100);
    millis.extend([12, 90, 31]);
    let (of_log, of_millis) = (log.as_ptr(), millis.as_ptr());
    let (count, report) = allocations(|| Report::new(log, millis));
    assert_eq!(count, 0, "Report::new allocated {count} times");
    assert_eq!(report.millis, [12, 90, 31]);
    assert_eq!(report.millis.as_ptr(), of_millis, "the times have moved");
    let (count, log) = allocations(|| report.into_log());
    assert_eq!(count, 0, "into_log allocated {count} times");
    assert_eq!(log.as_ptr(), of_log, "the log has moved");
    assert!(log.capacity() >= 1_000, "the room to spare is gone");
}

/// The report measures in bytes, which is what `len` counts, and an `é` has two of them. An error begins its line, in
/// capitals; and a time of 0 is a time.
#[test]
fn reports_to_the_letter() {
    let log = "ERROR\n ERROR é\nError ééé\nno ERROR 12\nERRORS\n\nééééééé".to_owned();
    let report = Report::new(log, vec![0, 0]);
    assert_eq!(report.errors, 2, "two lines begin with ERROR");
    assert_eq!(report.longest, 14, "seven characters of two bytes each");
    assert_eq!(report.slowest, Some(0), "the longest of two times of 0");
}

/// A function that only looks should accept everything that can be looked at. A literal is a `&'static str`: there
/// is no `String` anywhere to take, or to take a reference to.
#[test]
fn a_string_literal_will_do() {
    let count_errors = as_dyn!(count_errors, Fn(&'static str) -> usize).expect(
        "`count_errors` cannot be called with a string literal: it wants more than it needs to count lines",
    );
    let (allocated, errors) = allocations(|| count_errors(LOG));
    assert_eq!(errors, 2, "two lines begin with ERROR");
    assert_eq!(allocated, 0, "counting lines needs no memory");
}

/// The longest line is there already, inside the log. A `&str` can point into the middle of somebody else's
/// buffer, so there is nothing to copy, and the compiler sees to it that the log outlives the answer.
#[test]
fn the_longest_line_is_a_part_of_the_log() {
    let longest_line = as_dyn!(longest_line, Fn(&'static str) -> &'static str).expect(
        "`longest_line` cannot be called with a string literal, or what it returns does not borrow from it",
    );
    let (allocated, longest) = allocations(|| longest_line(LOG));
    assert_eq!(longest, "ERROR disk is empty");
    assert_eq!(
        allocated, 0,
        "the line was copied, although it is there in the log"
    );
    assert!(
        LOG.as_bytes().as_ptr_range().contains(&longest.as_ptr()),
        "the line returned lies outside of the log"
    );
    assert_eq!(
        longest_line("one\ntwo\r\nsix"),
        "one",
        "equally long: the first"
    );
    assert_eq!(longest_line(""), "", "no line: the empty string");
    assert_eq!(
        longest_line("abcde\nééé\n"),
        "ééé",
        "six bytes are more than five"
    );
}

/// The same for numbers: `&[u64]` is to `Vec<u64>` what `&str` is to `String`. Arrays, and parts of either, can be
/// looked at too.
#[test]
fn part_of_an_array_will_do() {
    static MILLIS: [u64; 4] = [500, 12, 90, 31];
    let slowest = as_dyn!(slowest, Fn(&'static [u64]) -> Option<u64>).expect(
        "`slowest` cannot be called with part of an array: it wants more than it needs to look at",
    );
    let (allocated, (all, part)) = allocations(|| (slowest(&MILLIS), slowest(&MILLIS[1..])));
    assert_eq!((all, part), (Some(500), Some(90)));
    assert_eq!(allocated, 0, "finding the largest number needs no memory");
}

/// The opposite mistake is to borrow what one means to give away: through a `&self` the log can only be copied.
/// Taking `self` ends the report, and its log moves out.
#[test]
fn gives_the_log_back_without_a_copy() {
    let report = report();
    let buffer = report.log.as_ptr();
    let (count, log) = allocations(|| report.into_log());
    assert_eq!(log, LOG);
    assert_eq!(
        count, 0,
        "into_log allocated {count} times: it copies the log instead of handing it over"
    );
    assert_eq!(
        log.as_ptr(),
        buffer,
        "the very buffer that was put in comes out"
    );
}
