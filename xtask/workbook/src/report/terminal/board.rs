//! The scoreboard: one line an exercise, grouped by chapter.

use super::{
    super::{Line, columns::*},
    Terminal,
};
use crate::outcome::{TestKind, TestResult, Verdict};

/// The board of at least one exercise.
pub(super) fn render(lines: &[Line], options: &Terminal) -> String {
    let paint = Paint {
        color: options.color,
    };
    let ids: Vec<String> = lines.iter().map(|line| line.id.to_string()).collect();
    let id_width = widest(ids.iter().map(String::as_str));
    let verdict_width = widest(lines.iter().map(|line| line.verdict.name()));
    let scores: Vec<String> = lines
        .iter()
        .map(|line| format!("{}/{}", line.points, line.max_points))
        .collect();
    let score_width = widest(scores.iter().map(String::as_str));
    // Two spaces, a mark, and gaps of two.
    let used = 4 + id_width + 2 + verdict_width + 2 + score_width + 2;
    let mut text = String::new();
    let mut chapter = "";
    for ((line, id), score) in lines.iter().zip(&ids).zip(&scores) {
        if line.chapter != chapter {
            chapter = &line.chapter;
            text.push_str(&paint.with(STRONG, chapter));
            text.push('\n');
        }
        let (mark, style) = mark(line.verdict);
        let remark = cut(&remark(line), options.width.saturating_sub(used));
        let row = format!(
            "  {} {}  {}  {}  {}",
            paint.with(style, mark),
            left(id, id_width),
            paint.with(style, &left(line.verdict.name(), verdict_width)),
            right(score, score_width),
            paint.with(FAINT, &remark),
        );
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// What the verdict doesn't say, in a few words; for a pass, the title.
fn remark(line: &Line) -> String {
    match line.verdict {
        Verdict::Passed | Verdict::Pending => line.title.clone(),
        Verdict::Failed | Verdict::TimedOut => bad(&line.tests),
        Verdict::CompileError => line
            .compile_error
            .as_ref()
            .map_or_else(String::new, |error| error.codes.join(", ")),
        Verdict::Refused => line.refused.clone().unwrap_or_default(),
        Verdict::Tampered => format!("changed: {}", line.tampered.join(", ")),
        Verdict::Blocked => line
            .blocked_by
            .iter()
            .map(|blocker| blocker.what.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// `2 of 6 mutants survived`, where nothing else went wrong, or `1 of 3 tests failed`, `2 of 3 tests timed out`, `1 failed and 1 timed out of 3 tests`.
fn bad(tests: &[TestResult]) -> String {
    let (mutants, tests): (Vec<&TestResult>, Vec<&TestResult>) =
        tests.iter().partition(|test| test.kind == TestKind::Mutant);
    let number = |verdict| tests.iter().filter(|test| test.verdict == verdict).count();
    let survived = mutants.iter().filter(|one| one.verdict == Verdict::Failed);
    let survived = survived.count();
    let all = count(tests.len(), "test");
    if survived > 0 && tests.iter().all(|test| test.verdict == Verdict::Passed) {
        return format!("{survived} of {} survived", count(mutants.len(), "mutant"));
    }
    match (number(Verdict::Failed), number(Verdict::TimedOut)) {
        (failed, 0) => format!("{failed} of {all} failed"),
        (0, slow) => format!("{slow} of {all} timed out"),
        (failed, slow) => format!("{failed} failed and {slow} timed out of {all}"),
    }
}
