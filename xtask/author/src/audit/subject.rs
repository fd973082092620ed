//! What the audit knows of an exercise before it runs anything.

use workbook::{
    catalog::Exercise,
    traps::{Trap, variants::Variant},
};
use workbook_run::files::Overlay;

/// An exercise as far as it can be run.
pub struct Subject<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// The reference, if all its files are there.
    pub reference: Option<Overlay>,
    /// The traps that have files; `naive` first.
    pub traps: Vec<(Trap, Overlay)>,
    /// The variants that have files.
    pub variants: Vec<(Variant, Overlay)>,
    /// Whether running it would tell something: its code is no scaffold any more, and its manifest is
    /// such that it can be staged.
    pub runnable: bool,
}
