//! Who owns what, by the C library's own account: it counts the blocks that it hands out and those that come back.

#![allow(
    clippy::drop_non_drop,
    reason = "a phrase has a `Drop` once the exercise is solved"
)]

#[path = "support/account.rs"]
mod account;

use std::{
    any::Any,
    cell::Cell,
    panic::{self, AssertUnwindSafe, RefUnwindSafe},
    sync::mpsc,
    thread,
    time::Duration,
};

use account::settled;
use type_probe::{as_dyn, implements};
use unsafe_c_strings::{Error, Phrase, language, with_phrase};

/// `phrase_get` says that the block is yours. In Rust, what is yours is a value, and when the value goes, so does
/// what it owns. A type with a `Drop` is how the header's sentence becomes part of the program.
#[test]
fn a_phrase_goes_back_when_its_owner_is_dropped() {
    let greeting = Phrase::get("greeting").expect("a phrase");
    assert_eq!(greeting.as_str(), "Grüß Gott");
    let thanks = Phrase::get("thanks").expect("a phrase");
    assert_eq!(thanks.as_str(), "Danke");
    assert_eq!(account::live(), 2, "blocks of two phrases that are alive");
    drop(greeting);
    assert_eq!(account::live(), 1, "blocks, after one of two was dropped");
    assert_eq!(
        thanks.as_str(),
        "Danke",
        "the other one is as it was, and may be read again"
    );
    drop(thanks);
    settled("after two phrases", 2);
}

/// NULL means "none", and an empty string is a string. C programs have mixed these up for fifty years.
#[test]
fn an_empty_phrase_is_a_phrase() {
    let silence = Phrase::get("silence").expect("a phrase, though an empty one");
    assert_eq!(silence.as_str(), "");
    assert_eq!(Phrase::get("noise").unwrap_err(), Error::Unknown);
    drop(silence);
    settled("after an empty phrase and none", 1);
}

/// Between C and Rust, text need not be copied: a `&str` may point into anybody's memory, as long as that stays.
#[test]
fn a_phrase_is_read_where_it_lies() {
    let phrase = Phrase::get("greeting").expect("a phrase");
    assert!(
        account::is_block(phrase.as_str()),
        "`as_str` should return the text in the library's block, and returned a copy of it"
    );
    drop(phrase);
    with_phrase("greeting", |text| {
        assert_eq!(text, "Grüß Gott");
        assert!(
            account::is_block(text),
            "the closure should see the text in the library's block, and saw a copy of it"
        );
    })
    .expect("a phrase");
    settled("after a phrase was read twice", 2);
}

/// A C string can hold any bytes but 0. What isn't UTF-8 must never become a `&str`, and whoever gets replacement characters
/// instead can't tell what was there. So: an error, with the bytes, and the block goes back all the same.
#[test]
fn a_phrase_that_is_not_utf8_loses_nothing_and_is_not_lost() {
    let latin = b"Auf Wiederh\xf6ren".to_vec();
    let expected = Error::NotUtf8 { bytes: latin };
    assert_eq!(Phrase::get("farewell").unwrap_err(), expected);
    settled("after a phrase that is not UTF-8", 1);

    let called = Cell::new(false);
    let read = with_phrase("farewell", |_| called.set(true));
    assert_eq!(read, Err(expected));
    assert!(!called.get(), "there was no text to read");
    settled("after a second phrase that is not UTF-8", 2);

    let bytes = b"Sch\xf6n, dass du wieder da bist, Ada".to_vec();
    assert_eq!(
        Phrase::fill("welcome back", "Ada").unwrap_err(),
        Error::NotUtf8 { bytes }
    );
    settled("after a third, that was filled in", 3);
}

/// A Rust string may have a NUL inside, and C would take it for the end: it would look up something else than it was asked
/// for. Whoever can choose a key could get past a check of that key in this way.
#[test]
fn a_nul_inside_is_not_the_end() {
    let cut = "the key is \"thanks\" to C, and something else to the caller";
    let expected = Error::InteriorNul { position: 6 };
    assert_eq!(
        Phrase::get("thanks\0 a lot").unwrap_err(),
        expected,
        "{cut}"
    );
    assert_eq!(
        with_phrase("thanks\0\0", str::to_owned),
        Err(expected.clone())
    );
    assert_eq!(
        Phrase::fill("welcome", "Grace \0Hopper").unwrap_err(),
        expected,
        "an argument is cut as well"
    );
    assert_eq!(
        Phrase::fill("\0", "\0").unwrap_err(),
        Error::InteriorNul { position: 0 },
        "the empty key is not asked for"
    );
    for (key, argument, position) in [("ab\0", "a\0", 2), ("noise", "Ada\0", 3), ("a\0", "", 1)] {
        assert_eq!(
            Phrase::fill(key, argument).unwrap_err(),
            Error::InteriorNul { position },
            "the key is looked at first, then the argument, and only then the library is asked: {key:?} with {argument:?}"
        );
    }
    settled("after texts with a NUL inside", 0);
}

/// Between the call that gives and the call that takes back, there is code of somebody else's. It may panic, and then the
/// lines that follow are never reached. What runs nevertheless is `Drop`.
#[test]
fn a_reader_that_panics_leaves_nothing_behind() {
    let read = || with_phrase("greeting", |text| throw(text.len()));
    let payload = panic::catch_unwind(AssertUnwindSafe(read)).expect_err("the panic passes");
    assert_eq!(
        payload.downcast_ref(),
        Some(&11_usize),
        "the closure's own panic should pass through `with_phrase`"
    );
    settled("after the closure has panicked", 1);
}

/// The library may be asked at any time, and by anybody: also by the closure that is just reading one of its phrases, and after one that has
/// panicked. A lock that is held meanwhile is a promise that the header does not ask for.
#[test]
fn a_reader_may_ask_for_more() {
    let (done, finished) = mpsc::channel();
    thread::spawn(move || {
        let nested = with_phrase("greeting", |outer| {
            let inner = with_phrase("thanks", |inner| format!("{outer} {inner}"));
            let filled = Phrase::fill("welcome", outer).map(|phrase| phrase.as_str().to_owned());
            (inner, filled)
        });
        let _ = panic::catch_unwind(|| with_phrase("greeting", |_| throw(())));
        let afterwards = with_phrase("thanks", str::to_owned);
        let _ = done.send((nested, afterwards));
    });
    let (nested, afterwards) = finished
        .recv_timeout(Duration::from_secs(20))
        .expect("a closure that asks the library again should get an answer, and waits");
    let (inner, filled) = nested.expect("a phrase");
    assert_eq!(
        inner.as_deref(),
        Ok("Grüß Gott Danke"),
        "a phrase within a phrase"
    );
    assert_eq!(
        filled.as_deref(),
        Ok("Willkommen, Grüß Gott!"),
        "a blank filled in with a phrase"
    );
    assert_eq!(
        afterwards.as_deref(),
        Ok("Danke"),
        "a phrase after a closure has panicked"
    );
    settled(
        "after phrases within a phrase, and one whose reader panicked",
        5,
    );
}

/// Panics without a message on the screen.
fn throw(payload: impl Any + Send) {
    panic::resume_unwind(Box::new(payload));
}

/// What is passed to C must be there for as long as C looks at it, and end in a NUL. A `&str` does not.
#[test]
fn a_blank_is_filled_in() {
    let phrase = Phrase::fill("welcome", "Zoë").expect("a phrase");
    assert_eq!(phrase.as_str(), "Willkommen, Zoë!");
    let nobody = Phrase::fill("welcome", "").expect("a phrase");
    assert_eq!(nobody.as_str(), "Willkommen, !");
    // The text has 80 bytes now, which is as many as there may be.
    let long = Phrase::fill("welcome", &"x".repeat(67)).expect("a phrase");
    assert_eq!(long.as_str().len(), 80);
    drop((phrase, nobody, long));
    settled("after three phrases were filled in", 3);
}

/// A function with results through pointers may leave something in each of them, and an error does not mean that there is nothing
/// to free. The header says when there is.
#[test]
fn a_refusal_gives_everything_back() {
    let unknown = Phrase::fill("noise", "Ada").unwrap_err();
    assert_eq!(unknown, Error::Unknown);
    settled("after an unknown key, with a complaint", 1);

    let no_blank = Phrase::fill("greeting", "Ada").unwrap_err();
    let expected = Error::Refused {
        status: 2,
        complaint: None,
    };
    assert_eq!(
        no_blank, expected,
        "the phrase has no blank, and the library says nothing about it"
    );
    settled("after a refusal without a complaint", 1);

    let too_long = Phrase::fill("welcome", &"x".repeat(68)).unwrap_err();
    let expected = Error::Refused {
        status: 3,
        complaint: Some("the text is too long".to_owned()),
    };
    assert_eq!(too_long, expected);
    settled("after a refusal with a complaint and with half a text", 3);
}

/// Not every pointer is a gift. The language belongs to the library, and the next caller wants to know it too.
#[test]
fn the_language_stays_the_librarys() {
    assert_eq!(language(), "de");
    assert!(
        std::ptr::eq(language(), language()),
        "when it is asked again, it should be the library's own text again, and not a copy for each call"
    );
    settled("after the language was asked for twice", 0);
}

/// One block, one owner. Two owners that don't know of each other give it back twice.
#[test]
fn a_phrase_is_not_copied_with_its_block() {
    if implements!(Phrase: Clone) {
        let phrase = Phrase::get("greeting").expect("a phrase");
        let clone = as_dyn!(phrase, CloneAgain).map(|phrase| phrase.clone_again());
        drop(clone);
        settled("after a phrase and its clone are gone", account::made());
    }
    assert!(
        !implements!(Phrase: Copy),
        "a phrase that is copied goes back more than once"
    );
}

/// A type that can be cloned, in a form that a `dyn` can have.
trait CloneAgain {
    fn clone_again(&self) -> Box<dyn Any>;
}

impl<T: Clone + 'static> CloneAgain for T {
    fn clone_again(&self) -> Box<dyn Any> {
        Box::new(self.clone())
    }
}

/// A raw pointer makes a type neither `Send` nor `Sync`, since the compiler can't know what stands behind it. The
/// header says it: any thread may read and give back any block.
#[test]
fn a_phrase_may_go_to_another_thread() {
    assert!(
        implements!(Phrase: Send),
        "a phrase should be allowed to move to another thread, which may give the block back"
    );
    assert!(
        implements!(Phrase: Sync),
        "a phrase should be readable by several threads"
    );
    // A type with a `Cell` in it says so here, whatever an `unsafe impl Sync` says.
    assert!(
        implements!(Phrase: RefUnwindSafe),
        "a phrase has something inside that changes while it is read, and two threads may read it at the same time"
    );
}
