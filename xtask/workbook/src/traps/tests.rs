use std::fmt::Write;

use proptest::prelude::*;

use super::*;

const GOOD: &str = r#"# Wrong answers.
[naive]
why = "holds an Rc"
killed-by = ["shares_across_threads"]

[locks-while-calling-back]
why = "holds the lock while it runs the loader"
killed-by = [
    "loader_may_read_the_cache",
    "nested::loads",
]
"#;

fn read(text: &str) -> Result<Vec<Trap>, TrapsError> {
    parse(
        text,
        Path::new("solutions/04-memory/01-shared-cache/traps.toml"),
    )
}

#[test]
fn traps_come_in_the_files_order() {
    let traps = read(GOOD).unwrap();
    let slugs: Vec<_> = traps.iter().map(|trap| trap.slug.as_str()).collect();
    assert_eq!(slugs, ["naive", "locks-while-calling-back"]);
    assert_eq!(
        traps[1].killed_by,
        ["loader_may_read_the_cache", "nested::loads"]
    );
    assert_eq!(traps[0].why, "holds an Rc");
    assert_eq!(read(""), Ok(vec![]));
}

#[test]
fn each_broken_file_names_line_and_field() {
    let mut table = String::new();
    for (old, new) in [
        ("why = \"holds an Rc\"\n", ""),
        ("why = \"holds an Rc\"", "why = \" \""),
        ("why = \"holds an Rc\"", "why = 3"),
        ("why = \"holds an Rc\"", "wy = \"holds an Rc\""),
        ("killed-by = [\"shares_across_threads\"]\n", ""),
        ("killed-by = [\"shares_across_threads\"]", "killed-by = []"),
        (
            "killed-by = [\"shares_across_threads\"]",
            "killed-by = [\"\"]",
        ),
        (
            "killed-by = [\"shares_across_threads\"]",
            "killed-by = \"shares_across_threads\"",
        ),
        ("\"nested::loads\"", "7"),
        ("[naive]", "[Naive_One]"),
        ("[naive]", "[locks-while-calling-back]"),
        ("[naive]\n", ""),
        ("[naive]", "[naive"),
    ] {
        let what = if new.is_empty() {
            format!("without {}", old.trim_end())
        } else {
            new.to_owned()
        };
        let error = read(&GOOD.replacen(old, new, 1)).expect_err(&what);
        writeln!(table, "{what}\n    {error}").unwrap();
    }
    insta::assert_snapshot!(table);
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC*|(\\[[a-z]{0,4}\\]\n|[a-z]{1,5} ?= ?[\"\\[a-z]{0,5}\n){0,9}") {
        if let Err(error) = read(&text) {
            prop_assert!(error.line.is_none_or(|line| line >= 1 && line <= text.lines().count().max(1)), "{}", error);
        }
    }
}
