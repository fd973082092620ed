//! The audit's report: for people, or as JSON.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Value, json};
use workbook::{exit::Exit, text::count};

use super::{Blocked, Findings, Line, Problem};

/// How the audit ends.
pub fn exit(findings: &Findings) -> Exit {
    match (findings.problems.is_empty(), findings.blocked.is_empty()) {
        (false, _) => Exit::Failed,
        (true, false) => Exit::Blocked,
        (true, true) => Exit::Done,
    }
}

/// One line an exercise, then the problems, then the sum.
pub fn terminal(findings: &Findings) -> String {
    let mut text = String::new();
    let width = findings
        .lines
        .iter()
        .map(|line| line.id.to_string().len())
        .max()
        .unwrap_or(0);
    for line in &findings.lines {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{} {:width$}  {}",
            mark(findings, line),
            line.id.to_string(),
            counts(findings, line)
        );
    }
    if !findings.problems.is_empty() {
        text.push('\n');
    }
    for problem in &findings.problems {
        text.push_str(&paragraph(problem));
    }
    if !findings.blocked.is_empty() {
        text.push_str("\nCould not be checked:\n");
    }
    for ((what, mend), ids) in reasons(findings) {
        let what = what.trim_end().trim_end_matches('.');
        let _ = writeln!(text, "{}: {what}. To mend it: {mend}", ids.join(", "));
    }
    if !findings.blessed.is_empty() {
        text.push_str("\nRewritten; read the difference before you commit it:\n");
    }
    for file in &findings.blessed {
        let _ = writeln!(text, "  {}", file.display());
    }
    let _ = writeln!(text, "\n{}", sum(findings));
    text
}

/// What is missing or broken, and for which exercises.
fn reasons(findings: &Findings) -> BTreeMap<(&str, &str), Vec<String>> {
    let mut reasons: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for Blocked { id, what, mend } in &findings.blocked {
        let ids = reasons.entry((what.as_str(), mend.as_str())).or_default();
        ids.push(id.to_string());
    }
    reasons
}

/// The findings for programs.
pub fn json(findings: &Findings) -> Value {
    let exercises: Vec<_> = findings
        .lines
        .iter()
        .map(|line| {
            json!({
                "id": line.id,
                "ok": mark(findings, line) == '✓',
                "tests": line.tests,
                "mutants": line.mutants,
                "traps": line.traps,
                "killed": line.killed,
                "variants": line.variants,
                "accepted": line.accepted,
            })
        })
        .collect();
    json!({
        "schema": 1,
        "exercises": exercises,
        "problems": findings.problems,
        "blocked": findings.blocked,
        "blessed": findings.blessed,
    })
}

fn problems_of<'a>(findings: &'a Findings, line: &'a Line) -> impl Iterator<Item = &'a Problem> {
    findings
        .problems
        .iter()
        .filter(|problem| problem.id.as_ref() == Some(&line.id))
}

fn mark(findings: &Findings, line: &Line) -> char {
    if problems_of(findings, line).next().is_some() {
        '✗'
    } else if findings.blocked.iter().any(|blocked| blocked.id == line.id) {
        '?'
    } else {
        '✓'
    }
}

fn counts(findings: &Findings, line: &Line) -> String {
    let tests = count(line.tests, "test");
    let traps = if line.killed == line.traps {
        format!("{} killed", count(line.traps, "trap"))
    } else {
        format!("{} of {} killed", line.killed, count(line.traps, "trap"))
    };
    let problems = match problems_of(findings, line).count() {
        0 => String::new(),
        problems => format!(", {}", count(problems, "problem")),
    };
    let mutants = match line.mutants {
        0 => String::new(),
        mutants => format!(", {}", count(mutants, "mutant")),
    };
    let variants = match (line.accepted, line.variants) {
        (_, 0) => String::new(),
        (accepted, variants) if accepted == variants => {
            format!(", {} accepted", count(variants, "variant"))
        }
        (accepted, variants) => format!(", {accepted} of {} accepted", count(variants, "variant")),
    };
    format!("{tests}{mutants}, {traps}{variants}{problems}")
}

/// A problem on a line, and what a tool said about it below.
pub fn paragraph(problem: &Problem) -> String {
    let id = problem
        .id
        .as_ref()
        .map(|id| format!("{id}: "))
        .unwrap_or_default();
    let mut text = format!("{id}{}: {}\n", problem.file.display(), problem.message);
    for line in problem.detail.lines() {
        let _ = writeln!(text, "    {line}");
    }
    text
}

fn sum(findings: &Findings) -> String {
    let exercises = count(findings.lines.len(), "exercise");
    match (findings.problems.len(), findings.blocked.is_empty()) {
        (0, true) => format!("{exercises} audited: all in order."),
        (0, false) => format!("{exercises} audited: nothing wrong, but not all could be checked."),
        (problems, _) => format!("{exercises} audited: {}.", count(problems, "problem")),
    }
}
