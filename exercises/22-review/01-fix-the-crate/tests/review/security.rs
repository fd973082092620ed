//! What somebody can do who chooses the input.

use std::path::Path;

use review_fix_the_crate::files::{BadName, file_of};

/// A name from outside becomes a path. To forbid what is known to be bad forgets something; to allow what is known to be good
/// does not. `join` replaces everything before it when its argument begins with a `/`.
#[test]
fn a_name_never_leaves_the_folder() {
    let folder = Path::new("/srv/readings");
    for name in [
        "/etc/cron.d/reboot",
        "../secrets",
        "a/../../b",
        "harbour/2024",
        "./harbour",
        "C:\\harbour",
        "a\\b",
        "..",
        ".",
        "",
    ] {
        match file_of(folder, name) {
            Err(BadName(told)) => assert_eq!(told, name, "the error tells the name"),
            Ok(path) => panic!(
                "a station that calls itself {name:?} has its readings written to {}",
                path.display()
            ),
        }
    }
}

/// A name that is changed until it fits may end up as somebody else's. Nor is a path all that a name is used for: a line break
/// forges a line in a log, and a NUL ends the name for C.
#[test]
fn a_bad_name_is_refused_and_not_mended() {
    let folder = Path::new("/srv/readings");
    let long = "x".repeat(65);
    for name in [
        "har bour",
        "harbour\n",
        "har\0bour",
        "häfen",
        "harbour.csv",
        ".hidden",
        &long,
    ] {
        assert_eq!(
            file_of(folder, name),
            Err(BadName(name.to_owned())),
            "the file of a station that calls itself {name:?}"
        );
    }
}
