//! What no account sees: memory that is read after it has gone, or past its end, and blocks to which no pointer is left.
//! Valgrind watches each read and write of the process, those of the C code as well.

#[path = "support/valgrind.rs"]
mod valgrind;

use std::panic::{self, AssertUnwindSafe};

use unsafe_c_strings::{Error, Phrase, language, with_phrase};

/// C gets an address and nothing else. That the bytes are still there when it looks, and that there is a NUL behind them, is
/// up to the caller. A `CString` that was a temporary is gone at the end of its statement, and its address is not.
#[test]
fn c_reads_what_is_there() {
    valgrind::finds_nothing(|| {
        let key = String::from("greeting");
        assert!(Phrase::get(&key).is_ok());
        assert!(with_phrase(&key, str::is_empty).is_ok());
        let argument = String::from("Ada");
        assert!(Phrase::fill(&String::from("welcome"), &argument).is_ok());
        assert!(Phrase::fill(&key, &argument).is_err());
    });
}

/// A `&str` is only as good as the memory behind it, and here this memory belongs to C. The lifetime has to be that of
/// the owner.
#[test]
fn nothing_is_read_after_it_went_back() {
    valgrind::finds_nothing(|| {
        let phrase = Phrase::get("greeting").expect("a phrase");
        assert_eq!(phrase.as_str(), "Grüß Gott");
        assert_eq!(with_phrase("thanks", str::to_owned), Ok("Danke".to_owned()));
        let refused = Phrase::fill("welcome", &"x".repeat(100)).unwrap_err();
        assert!(matches!(
            refused,
            Error::Refused {
                complaint: Some(_),
                ..
            }
        ));
        assert!(matches!(
            Phrase::get("farewell"),
            Err(Error::NotUtf8 { .. })
        ));
        assert_eq!((language(), language()), ("de", "de"));
    });
}

/// The C library counts its own blocks. Rust's are not among them, and a key that was made for C and "forgotten", so that
/// it lives long enough, is lost for good.
#[test]
fn nothing_is_lost_on_any_path() {
    valgrind::finds_nothing(|| {
        for key in ["greeting", "silence", "farewell", "noise", "thanks\0"] {
            let _ = Phrase::get(key);
            let _ = with_phrase(key, str::len);
            let _ = Phrase::fill(key, "Ada");
        }
        let _ = Phrase::fill("welcome", "Ada");
        let _ = Phrase::fill("welcome", "A\0a");
        let _ = Phrase::fill("welcome", &"x".repeat(100));
        let _ = Phrase::fill("welcome back", "Ada");
        let panics = || with_phrase("greeting", |_| panic::resume_unwind(Box::new("no")));
        let payload: Result<Result<(), _>, _> = panic::catch_unwind(AssertUnwindSafe(panics));
        assert!(payload.is_err(), "the panic passes");
    });
}
