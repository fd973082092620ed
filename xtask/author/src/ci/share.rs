//! Which exercises are whose when several machines share the work.

use std::fs;

use workbook::{catalog::Exercise, shard::Shard};
use workbook_run::context::Context;

/// This machine's share of these exercises. What one costs goes by its traps and variants, each of which is built and run.
pub fn share<'a>(ctx: &Context, shard: Shard, exercises: Vec<&'a Exercise>) -> Vec<&'a Exercise> {
    shard.share(exercises, |exercise| {
        let dir = ctx.root.join(exercise.solution_dir());
        let answers = ["traps", "variants"]
            .into_iter()
            .flat_map(|kind| fs::read_dir(dir.join(kind)));
        // The stub and the reference are run, too.
        2 + answers.flatten().count()
    })
}
