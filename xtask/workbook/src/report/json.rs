//! The report as JSON, for programs.

use super::Report;

/// The report as pretty JSON with a newline at its end, without colours.
pub fn render(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&report.without_colour()).unwrap_or_default();
    text.push('\n');
    text
}
