//! The report as JUnit XML, for continuous integration.

use super::Report;

/// The report as JUnit XML.
pub fn render(report: &Report) -> String {
    quick_junit::Report::new(format!("workbook {}", report.side))
        .to_string()
        .unwrap_or_default()
}
