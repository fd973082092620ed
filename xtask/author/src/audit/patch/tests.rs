use proptest::prelude::*;

use super::*;
use workbook_run::pristine::blob_id;

/// A few lines that often recur, with every kind of line end, and with none at the end.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        6 => "[ab]",
        2 => "\\PC{0,9}",
        1 => Just("@@ -1 +1 @@".to_owned()),
        1 => Just("--- a".to_owned()),
        1 => Just("+++ b".to_owned()),
        1 => Just("\\ No newline at end of file".to_owned()),
        1 => Just("diff --git a/x b/x".to_owned()),
        1 => Just("index 0000000".to_owned()),
    ];
    let end = prop_oneof![6 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    let lines = proptest::collection::vec((line, end), 0..30);
    (lines, any::<bool>()).prop_map(|(lines, ends)| {
        let mut text: String = lines
            .into_iter()
            .flat_map(|(line, end)| [line, end.to_owned()])
            .collect();
        if !ends {
            text.push('z');
        }
        text.into_bytes()
    })
}

fn there_and_back(reference: &[u8], file: &[u8]) -> Vec<u8> {
    let patch = write(reference, file, &blob_id(reference), "src/lib.rs");
    let patch = Patch::parse(&patch)
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&patch)));
    assert_eq!(patch.base, blob_id(reference));
    patch.apply(reference).unwrap()
}

proptest! {
    #[test]
    fn a_patch_makes_the_file_of_the_reference(reference in text(), file in text()) {
        prop_assert_eq!(there_and_back(&reference, &file), file);
    }

    #[test]
    fn any_bytes_will_do(reference: Vec<u8>, file: Vec<u8>) {
        prop_assert_eq!(there_and_back(&reference, &file), file);
    }

    #[test]
    fn nothing_is_carried_where_nothing_changed(reference in text(), file in text()) {
        prop_assert_eq!(carry(&reference, &reference, &file), Ok(file));
    }

    #[test]
    fn a_patch_that_lost_or_gained_a_line_is_told(reference in text(), file in text(), at: prop::sample::Index) {
        let patch = write(&reference, &file, &blob_id(&reference), "src/lib.rs");
        let mut all: Vec<&[u8]> = lines(&patch).collect();
        // Without the headers, whose names are for people, and without the mark that the last line has no end: where it
        // is missing, the line has one.
        let removed = all.len().checked_sub(4).map(|_| all.remove(3 + at.index(all.len() - 3)));
        if removed.is_some_and(|line| !line.starts_with(b"\\")) {
            let less = all.concat();
            let what = Patch::parse(&less).and_then(|patch| patch.apply(&reference));
            prop_assert!(what.is_err(), "{:?}", String::from_utf8_lossy(&less));
        }
        let more = [&patch[..], b"+more\n"].concat();
        prop_assert!(Patch::parse(&more).is_err());
    }
}

const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

#[test]
fn a_patch_fits_its_own_place_only() {
    let patch = write(
        TEN.as_bytes(),
        TEN.replace("5\n", "V\n").as_bytes(),
        &blob_id(TEN.as_bytes()),
        "src/lib.rs",
    );
    insta::assert_snapshot!(String::from_utf8(patch.clone()).unwrap());
    let patch = Patch::parse(&patch).unwrap();
    let longer = format!("0\n{TEN}");
    let error = patch.apply(longer.as_bytes()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "does not fit: it expects line 2 to be `2`"
    );
    assert!(
        patch
            .apply_anywhere(longer.as_bytes())
            .unwrap()
            .ends_with(b"4\nV\n6\n7\n8\n9\n10\n")
    );
    assert_eq!(patch.apply_anywhere(b"1\n2\n3\n"), None);
}

#[test]
fn what_is_no_patch_is_told() {
    let id = blob_id(b"");
    for (text, error) in [
        ("", "a line `index BLOB-ID`"),
        ("index 123\n--- a\n+++ b\n", "a line `index BLOB-ID`"),
        (&format!("index {id}\nfn main() {{}}\n"), "no unified diff"),
        (
            &format!("index {id}\n--- a\n+++ b\n@@ -1 +1 @@\n-1\n"),
            "no unified diff",
        ),
        (
            &format!("index {id}\n--- a\n+++ b\n@@ -1 +1 @@\n-1\n+2\n+3\n"),
            "no unified diff",
        ),
    ] {
        let said = Patch::parse(text.as_bytes())
            .err()
            .map(|error| error.to_string());
        assert!(
            said.as_ref().is_some_and(|said| said.contains(error)),
            "{text:?}: {said:?}"
        );
    }
}

#[test]
fn changes_in_different_places_are_carried_and_others_collide() {
    let trap = TEN.replace("8\n", "eight\n");
    let new = TEN.replace("2\n", "2\n2b\n");
    let carried = carry(TEN.as_bytes(), new.as_bytes(), trap.as_bytes()).unwrap();
    assert_eq!(carried, new.replace("8\n", "eight\n").into_bytes());
    let new = TEN.replace("8\n", "VIII\n");
    let marked = carry(TEN.as_bytes(), new.as_bytes(), trap.as_bytes()).unwrap_err();
    assert!(has_conflicts(&marked) && !has_conflicts(trap.as_bytes()));
    insta::assert_snapshot!(String::from_utf8(marked).unwrap());
}

#[test]
fn half_is_not_most() {
    assert!(!differ_mostly(b"1\n2\n", b"1\n3\n"));
    assert!(differ_mostly(b"1\n2\n3\n", b"1\n4\n5\n"));
    assert!(!differ_mostly(b"", b""));
}
