//! Each test spoils a book that was in order, and reads what its author is told.

use insta::assert_snapshot;
use workbook::covers;

mod facts;
mod fixture;

use fixture::Fixture;

const PAGE: &str = "book/src/04-memory/01-cache.md";

#[test]
fn a_book_in_order_is_built_and_passes() {
    let book = Fixture::new();
    let said = book.test();
    assert!(
        said.starts_with("the book is in order: 4 pages, 1 exercise, "),
        "{said}"
    );
    assert!(
        said.contains("; 2 snippets and 1 fact checked with rustc "),
        "{said}"
    );
    assert!(
        !book.has("book/book"),
        "the output is not among the sources"
    );
}

#[test]
fn a_page_carries_its_exercises_card_under_its_title() {
    let book = Fixture::new();
    assert_eq!(book.build(), "built");
    let html = book.read("target/book/04-memory/01-cache.html");
    let from = html.find("<h1 id=").unwrap();
    let to = html.find("</section>").unwrap();
    assert_snapshot!(&html[from..to], @r###"
    <h1 id="a-cache"><a class="header" href="#a-cache">A cache</a></h1>
    <section class="card" id="exercise" aria-label="The exercise" data-exercise="memory/cache" data-package="memory-cache" data-tier="core" data-points="10" data-backends="host qemu">
    <p class="card-line"><span class="card-id">memory/cache</span> <span class="badge tier-core">core</span> <span class="badge">10 points</span></p>

    <dl>
    <div>
    <dt>You edit</dt>
    <dd><code>exercises/04-memory/01-cache/src/lib.rs</code></dd>
    </div>

    <div>
    <dt>Runs</dt>
    <dd>on your machine, on a Cortex-M3 in QEMU</dd>
    </div>

    <div>
    <dt>Needs</dt>
    <dd>valgrind</dd>
    </div>

    <div>
    <dt>Also checked</dt>
    <dd>no <code>unsafe</code></dd>
    </div>

    <div>
    <dt>Covers</dt>
    <dd>S4, review: thread-safety</dd>
    </div>

    </dl>

    <pre class="card-commands"><code class="language-sh nohighlight">cargo xtask verify memory/cache
    cargo xtask watch memory/cache
    cargo xtask hint memory/cache
    </code></pre>
    "###);
}

#[test]
fn a_chapters_page_lists_its_exercises_and_the_front_page_all() {
    let book = Fixture::new();
    assert_eq!(book.build(), "built");
    assert!(
        book.read("target/book/04-memory/index.html")
            .contains("<a href=\"01-cache.html\">A cache</a>")
    );
    assert!(
        book.read("target/book/index.html")
            .contains("<a href=\"04-memory/01-cache.html\">A cache</a>")
    );
}

#[test]
fn a_diagram_gets_a_frame_that_knows_its_width() {
    let book = Fixture::new();
    let svg = "<svg class=\"diagram\" viewBox=\"0 0 420 120\"><title>T</title></svg>";
    book.write(
        "book/src/index.md",
        &format!("# About\n\n{svg}\n\nText, and `<svg class=\"diagram\">` in it.\n"),
    );
    assert_eq!(book.build(), "built");
    let html = book.read("target/book/index.html");
    assert_eq!(
        html.matches("<figure class=\"diagram-frame\" style=\"--width: 420\">")
            .count(),
        1
    );
    assert_eq!(html.matches("</figure>").count(), 1);
}

#[test]
fn included_code_begins_at_the_left() {
    let book = Fixture::new();
    book.write(
        "exercises/04-memory/01-cache/src/lib.rs",
        "impl Cache {\n    // ANCHOR: cache\n    fn get() {\n\n        todo!()\n    }\n    // ANCHOR_END: cache\n}\n",
    );
    assert_eq!(book.build(), "built");
    let html = book.read("target/book/04-memory/01-cache.html");
    assert!(
        html.contains(">fn get() {\n\n    todo!()\n}</code>"),
        "{html}"
    );
}

#[test]
fn an_exercise_without_a_page_is_refused() {
    let book = Fixture::new();
    book.remove(PAGE);
    book.replace(
        "book/src/SUMMARY.md",
        "  - [A cache](04-memory/01-cache.md)\n",
        "",
    );
    assert_snapshot!(book.build(), @r#"
    book/src/04-memory/01-cache.md: the exercise `memory/cache` has no page: write this file, and list it in book/src/SUMMARY.md
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_page_without_an_exercise_is_refused() {
    let book = Fixture::new();
    book.write("book/src/04-memory/02-orphan.md", "# Orphan\n");
    book.replace(
        "book/src/SUMMARY.md",
        "[Facts]",
        "- [Orphan](04-memory/02-orphan.md)\n\n[Facts]",
    );
    assert_snapshot!(book.build(), @r#"
    book/src/04-memory/02-orphan.md: the page has no exercise: expected one in exercises/04-memory/02-orphan; only index.md stands alone in a chapter's folder
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_page_that_the_summary_does_not_list_is_refused() {
    let book = Fixture::new();
    book.write("book/src/appendix.md", "# Appendix\n");
    assert_snapshot!(book.build(), @r#"
    book/src/appendix.md: the page is missing in book/src/SUMMARY.md: list it there
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_summary_that_lists_what_is_not_there_is_refused() {
    let book = Fixture::new();
    book.replace(
        "book/src/SUMMARY.md",
        "[Facts](facts.md)",
        "[Facts](facts.md)\n[Gone](gone.md)",
    );
    assert_snapshot!(book.build(), @r#"
    book/src/SUMMARY.md:9: there is no page book/src/gone.md
    1 thing is wrong in the book
    "#);
    assert!(
        !book.has("book/src/gone.md"),
        "mdBook wrote into the sources"
    );
}

#[test]
fn a_title_that_is_not_the_manifests_is_refused() {
    let book = Fixture::new();
    book.replace(PAGE, "# A cache", "# The cache");
    book.replace("book/src/SUMMARY.md", "[A cache]", "[Cache]");
    assert_snapshot!(book.build(), @r#"
    book/src/04-memory/01-cache.md:1: the title is `The cache`, but the manifest of `memory/cache` says `A cache`
    book/src/SUMMARY.md:6: `Cache` should be `A cache`, the title of `memory/cache`
    2 things are wrong in the book
    "#);
}

#[test]
fn a_broken_manifest_is_named_with_its_line() {
    let book = Fixture::new();
    book.replace(
        "exercises/04-memory/01-cache/Cargo.toml",
        "points = 10",
        "points = \"ten\"",
    );
    assert_snapshot!(book.build(), @r#"
    exercises/04-memory/01-cache/Cargo.toml:7: field `points`: invalid type: string "ten", expected u32
    1 thing is wrong in the book
    "#);
}

#[test]
fn an_include_that_leads_nowhere_is_refused() {
    let book = Fixture::new();
    book.replace(PAGE, "lib.rs:cache", "lib.rs:cash");
    book.write(
        "book/src/index.md",
        "# About\n\n```text\n{{#include ../gone.txt}}\n{{#include ../../../etc/passwd}}\n```\n",
    );
    assert_snapshot!(book.build(), @r#"
    book/src/04-memory/01-cache.md:20: the included file exercises/04-memory/01-cache/src/lib.rs has no ANCHOR and ANCHOR_END called `cash`
    book/src/index.md:4: the included file book/gone.txt can't be read
    book/src/index.md:5: the include of ../../../etc/passwd leaves the workbook
    3 things are wrong in the book
    "#);
}

#[test]
fn an_unknown_directive_is_refused() {
    let book = Fixture::new();
    book.replace("book/src/facts.md", "workbook:facts", "workbook:fax");
    assert_snapshot!(book.build(), @r#"
    book/src/facts.md:3: unknown directive `fax`: expected one of exercises, facts, map
    1 thing is wrong in the book
    "#);
}

#[test]
fn what_mdbook_only_warns_of_is_refused() {
    let book = Fixture::new();
    book.write("book/src/index.md", "# About\n\n<div>\n\nnever closed\n");
    assert_snapshot!(book.build(), @r#"
    book: mdBook says: unclosed HTML tag `<div>` found in `index.md`
    1 thing is wrong in the book
    "#);
}

#[test]
fn broken_links_images_and_anchors_are_found_with_their_lines() {
    let book = Fixture::new();
    book.write(
        "book/src/index.md",
        "# About\n\n[page](gone.md)\n[anchor](04-memory/01-cache.md#gone)\n![image](gone.png)\n\
         [absolute](/facts.html)\n[outside](../../README.md)\n[web](https:/example.org)\n[fine](https://example.org/a?b#c)\n",
    );
    assert_snapshot!(book.test(), @r#"
    book/src/index.md:3: the link `gone.html` leads nowhere: there is no gone.html
    book/src/index.md:4: the link `04-memory/01-cache.html#gone` leads nowhere: 04-memory/01-cache.html has no `#gone`
    book/src/index.md:5: the link `gone.png` leads nowhere: there is no gone.png
    book/src/index.md:6: `/facts.html` is absolute: the book need not be at the root of its server
    book/src/index.md:7: the link `../../README.html` leaves the book
    book/src/index.md:8: `https:/example.org` is no web address
    6 things are wrong in the book
    "#);
}

#[test]
fn a_snippet_that_does_not_compile_is_found_with_its_line() {
    let book = Fixture::new();
    book.replace(PAGE, "assert_eq!(2 + 2, 4);", "let two: u8 = \"2\";");
    assert_snapshot!(book.test(), @r#"
    book/src/04-memory/01-cache.md:7: the snippet fails:
      error[E0308]: mismatched types
       --> 04-memory/01-cache.md:8:15
        |
      8 | let two: u8 = "2";
        |          --   ^^^ expected `u8`, found `&str`
        |          |
        |          expected due to this
      
      error: aborting due to 1 previous error
      
      For more information about this error, try `rustc --explain E0308`.
      Couldn't compile the test.
    1 thing is wrong in the book
    "#);
}

#[test]
fn a_snippet_that_panics_is_found() {
    let book = Fixture::new();
    book.replace(PAGE, "2 + 2, 4", "2 + 2, 5");
    let said = book.test();
    assert!(
        said.starts_with("book/src/04-memory/01-cache.md:7: the snippet fails:"),
        "{said}"
    );
    assert!(said.contains("left: 4"), "{said}");
}

#[test]
fn a_snippet_that_fails_with_another_code_is_found() {
    let book = Fixture::new();
    book.replace(PAGE, "drop(text);\ndrop(text);", "drop(txt);");
    let said = book.test();
    assert!(
        said.starts_with("book/src/04-memory/01-cache.md:11: the snippet fails:"),
        "{said}"
    );
    assert!(said.contains("E0382"), "{said}");
}

#[test]
fn code_that_nobody_checks_is_refused() {
    let book = Fixture::new();
    book.write(
        "book/src/index.md",
        "# About\n\n```rust,ignore\nfn unchecked() {}\n```\n\n```\nno language\n```\n\n\
         ```rust,ignore\n{{#include ../../rust-toolchain.toml}}\n```\n\n```rust,compile_fail\nlet x: u8 = 256;\n```\n\n\
         ```rust\n#![feature(never_type)]\n```\n\n```rust,editable\n```\n\n```rs\n```\n",
    );
    assert_snapshot!(book.test(), @r#"
    book/src/index.md:3: a ```rust,ignore block must be one {{#include …}} of a compiled file: nobody checks this code
    book/src/index.md:7: the code block has no language: open it with ```text, ```rust or another
    book/src/index.md:11: rust-toolchain.toml is not compiled: include a .rs file of exercises/, solutions/ or book/
    book/src/index.md:15: compile_fail and an error code (```rust,compile_fail,E0382) go together
    book/src/index.md:19: the snippet asks for an unstable feature: readers have the stable compiler
    book/src/index.md:23: unknown tag `editable`: expected ignore, no_run, should_panic, or compile_fail with its error code
    book/src/index.md:26: a block of Rust begins with ```rust, not with ```rs
    7 things are wrong in the book
    "#);
}

#[test]
fn another_compiler_than_the_pinned_one_is_no_judge() {
    let book = Fixture::new();
    book.write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.0.0\"\n");
    let failure = crate::check::check(&crate::folders::Folders::new(book.root()))
        .err()
        .map(|failure| failure.to_string());
    assert!(
        failure
            .unwrap_or_default()
            .starts_with("the book is checked with rustc 1.0.0, but the active one is ")
    );
}

#[test]
fn the_map_names_the_exercises_of_each_row_and_misses_none() {
    let book = Fixture::new();
    book.write("book/src/index.md", "# About\n\n<!-- workbook:map -->\n");
    let said = book.test();
    assert!(
        said.contains(
            "book/src/index.md:3: no exercise covers `S5`: name it in the manifest of one that does"
        ),
        "{said}"
    );
    assert!(!said.contains("`S4`"), "S4 has an exercise: {said}");

    let manifest = "exercises/04-memory/01-cache/Cargo.toml";
    let all: Vec<_> = covers::rows().map(|row| format!("{:?}", row.key)).collect();
    let covers = "\"S4\", \"review:thread-safety\"";
    book.replace(manifest, covers, &all.join(", "));
    assert!(book.test().starts_with("the book is in order"));
    let html = book.read("target/book/index.html");
    let cell = r#"<td><a href="04-memory/01-cache.html">A cache</a></td>"#;
    assert_eq!(html.matches(cell).count(), all.len());
    assert!(html.contains("<td>thread-safety</td>"));
}
