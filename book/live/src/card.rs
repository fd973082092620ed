//! The HTML that pages get from the manifests: an exercise's card, and a chapter's list of exercises.

use std::fmt::Write as _;

use workbook::{
    backend::BackendKind,
    catalog::{Catalog, Exercise, Profile, Tier},
};

/// The card of an exercise. Its attributes are for programs: an element with `data-exercise`
/// is the one card of a page.
pub(crate) fn card(exercise: &Exercise) -> String {
    let id = exercise.id.to_string();
    let mut html = format!(
        "<section class=\"card\" id=\"exercise\" aria-label=\"The exercise\" data-exercise=\"{id}\" \
         data-package=\"{package}\" data-tier=\"{tier}\" data-points=\"{points}\" data-backends=\"{backends}\">\n\
         <p class=\"card-line\"><span class=\"card-id\">{id}</span> {badges}</p>\n<dl>\n",
        package = exercise.package,
        tier = exercise.tier.name(),
        points = exercise.points,
        backends = exercise
            .backends
            .iter()
            .map(|backend| backend.name())
            .collect::<Vec<_>>()
            .join(" "),
        badges = badges(exercise),
    );
    for (term, text) in rows(exercise) {
        // Writing to a String can't fail.
        let _ = writeln!(html, "<div><dt>{term}</dt><dd>{text}</dd></div>");
    }
    let _ = write!(
        html,
        "</dl>\n<pre class=\"card-commands\"><code class=\"language-sh nohighlight\">\
         cargo xtask verify {id}&#10;cargo xtask watch {id}&#10;cargo xtask hint {id}&#10;</code></pre>\n</section>\n"
    );
    html
}

fn badges(exercise: &Exercise) -> String {
    format!(
        "<span class=\"badge tier-{tier}\">{tier}</span> <span class=\"badge\">{points} points</span>",
        tier = exercise.tier.name(),
        points = exercise.points,
    )
}

fn rows(exercise: &Exercise) -> Vec<(&'static str, String)> {
    let edit = exercise
        .edit
        .iter()
        .map(|file| code(&format!("{}/{}", exercise.dir.display(), file.display())));
    let mut rows = vec![
        ("You edit", join(edit)),
        (
            "Runs",
            join(exercise.backends.iter().map(|&backend| runs(backend))),
        ),
    ];
    if exercise.profile == Profile::Release {
        rows.push(("Built", "optimised, as a release is".to_owned()));
    }
    if !exercise.needs.is_empty() {
        rows.push((
            "Needs",
            join(exercise.needs.iter().map(|need| escape(need))),
        ));
    }
    if !exercise.gates.is_empty() {
        let gates = exercise.gates.iter().map(|gate| match gate.name() {
            "no-unsafe" => "no <code>unsafe</code>".to_owned(),
            "no-panic" => "no unwrapping, indexing or explicit panic".to_owned(),
            "docs" => "everything public is documented".to_owned(),
            other => escape(other),
        });
        rows.push(("Also checked", join(gates)));
    }
    if !exercise.covers.is_empty() {
        rows.push((
            "Covers",
            join(
                exercise
                    .covers
                    .iter()
                    .map(|row| escape(&row.replace(':', ": "))),
            ),
        ));
    }
    rows
}

fn runs(backend: BackendKind) -> String {
    backend.backend().runs.to_owned()
}

fn join(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// The exercises of one chapter, or of all, as a Markdown table; links are relative to `from`,
/// the folder of the page under `book/src` (empty for the top).
pub(crate) fn list(catalog: &Catalog, from: &str) -> String {
    let within: Vec<_> = catalog
        .exercises
        .iter()
        .filter(|exercise| from.is_empty() || chapter_of(exercise) == from)
        .collect();
    if within.is_empty() {
        return "This chapter has no exercise yet.\n".to_owned();
    }
    let mut table = "| exercise | tier | points | runs |\n| --- | --- | --: | --- |\n".to_owned();
    for exercise in within {
        let target = exercise
            .place
            .strip_prefix(from)
            .unwrap_or(&exercise.place)
            .trim_start_matches('/');
        let _ = writeln!(
            table,
            "| [{title}]({target}.md) | {tier} | {points} | {runs} |",
            title = exercise.title,
            tier = tier(exercise.tier),
            points = exercise.points,
            runs = join(exercise.backends.iter().map(|&backend| runs(backend))),
        );
    }
    table
}

fn chapter_of(exercise: &Exercise) -> &str {
    exercise.place.split('/').next().unwrap_or_default()
}

fn tier(tier: Tier) -> String {
    format!("<span class=\"badge tier-{0}\">{0}</span>", tier.name())
}

/// Escapes text for HTML, in elements and in double-quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
