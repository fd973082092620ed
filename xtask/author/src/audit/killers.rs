//! Where the tests are that should kill a trap: by name, as the reference's run showed them.

use std::collections::BTreeMap;

use workbook::{
    backend::BackendKind,
    catalog::{Exercise, Kind},
    id::ExerciseId,
    judge::Outcome,
    outcome::{TestId, TestKind, TestResult},
    traps::Trap,
};
use workbook_run::files::Overlay;
use workbook_run::stage::brief::Only;

/// The tests of each exercise by the names that `killed-by` gives them.
pub struct Killers(BTreeMap<ExerciseId, BTreeMap<String, Vec<TestId>>>);

impl Killers {
    /// The tests that these references were put to. Only those of a test binary on the host are of use: whatever else
    /// kills a trap (a gate, an example, a mutant, a board) is known once all is run.
    pub fn new(references: &[(&Exercise, Overlay, Outcome)]) -> Self {
        let mut all = BTreeMap::new();
        for (exercise, _, outcome) in references {
            if exercise.kind != Kind::Tests || exercise.backends != [BackendKind::Host] {
                continue;
            }
            let mut by_name: BTreeMap<String, Vec<TestId>> = BTreeMap::new();
            let is_test = |test: &&TestResult| test.kind == TestKind::Test;
            for test in outcome.tests().iter().filter(is_test) {
                by_name
                    .entry(test.label())
                    .or_default()
                    .push(test.id.clone());
            }
            all.insert(exercise.id.clone(), by_name);
        }
        Self(all)
    }

    /// All tests that a trap's `killed-by` names, wherever a test of that name is; nothing if one is not known.
    pub fn of(&self, exercise: &Exercise, trap: &Trap) -> Option<Only> {
        let by_name = self.0.get(&exercise.id)?;
        let ids = trap.killed_by.iter().map(|name| by_name.get(name));
        let ids: Option<Vec<&Vec<TestId>>> = ids.collect();
        Some(Only::new(ids?.into_iter().flatten().cloned()))
    }
}
