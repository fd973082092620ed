//! The facts as they stand in the book.

use std::fmt::Write as _;

use super::{Expect, Fact, Since};
use crate::card::escape;

/// Two tables: what the language has, and what it is widely believed to have.
pub(crate) fn table(facts: &[Fact]) -> String {
    let (unstable, stable): (Vec<&Fact>, Vec<&Fact>) = facts
        .iter()
        .partition(|fact| fact.since == Since::NotStable);
    let mut html = String::new();
    for (title, facts) in [
        ("What the language has, and since when", stable),
        ("What is widely believed to work and does not", unstable),
    ] {
        // Writing to a String can't fail.
        let _ = write!(
            html,
            "## {title}\n\n<table class=\"facts\">\n<thead><tr><th>Claim</th><th>Since</th><th>The compiler</th></tr></thead>\n<tbody>\n"
        );
        facts.iter().for_each(|fact| row(&mut html, fact));
        html.push_str("</tbody>\n</table>\n\n");
    }
    html
}

fn row(html: &mut String, fact: &Fact) {
    let name = fact.file.rsplit('/').next().unwrap_or_default();
    let slug = name.trim_end_matches(".rs");
    let feature = fact
        .feature
        .as_ref()
        .map(|feature| format!("; feature <code>{}</code>", escape(feature)))
        .unwrap_or_default();
    // A blank line would end the block of HTML, so the code's line breaks are written as entities.
    let code = escape(&fact.code).replace('\n', "&#10;");
    let _ = writeln!(
        html,
        "<tr id=\"fact-{slug}\"><td>{claim}</td><td{never}><a href=\"{source}\">{since}</a></td><td>{verdict}</td></tr>\n\
         <tr class=\"proof\"><td colspan=\"3\"><details><summary>{file}{feature}</summary>\
         <pre><code class=\"language-rust\">{code}</code></pre></details></td></tr>",
        claim = inline_code(&fact.claim),
        file = escape(&fact.file),
        source = escape(&fact.source),
        since = fact.since,
        never = if fact.since == Since::NotStable {
            " class=\"never\""
        } else {
            ""
        },
        verdict = verdict(&fact.expect),
    );
}

fn verdict(expect: &Expect) -> String {
    match expect {
        Expect::Compiles => "<span class=\"yes\">compiles</span>".to_owned(),
        Expect::Code(code) => {
            format!(
                "<span class=\"no\">refuses it</span>: <a href=\"https://doc.rust-lang.org/error_codes/{code}.html\">{code}</a>"
            )
        }
        Expect::Message(text) => format!(
            "<span class=\"no\">refuses it</span>: {}",
            inline_code(text)
        ),
    }
}

/// Escapes a claim and sets what is between backticks as code.
fn inline_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| {
            if at % 2 == 1 {
                format!("<code>{}</code>", escape(part))
            } else {
                escape(part)
            }
        })
        .collect()
}
