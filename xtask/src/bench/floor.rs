//! What a verdict takes at the least: the compiler, the linker and the slowest test, without cargo or a runner.

use std::{thread, time::Instant};

use anyhow::{Context as _, Result, bail};
use workbook::catalog::Exercise;
use workbook_run::{context::Context, exec::Cmd};

use super::saves::{Copy, median, millis, succeed};

/// The floor of an exercise, in milliseconds: the median of this many runs of the compiler calls that a save leads to, and the
/// slowest test of a `verify`.
///
/// # Errors
/// If cargo calls no compiler after a save, or a call fails.
pub fn measure(ctx: &Context, copy: &Copy, exercise: &Exercise, runs: u32) -> Result<f64> {
    copy.save(exercise)?;
    let build = Cmd::new("cargo")
        .args(["build", "--tests", "--verbose", "-p", &exercise.package])
        .cwd(&copy.root);
    let calls = compiler_calls(&succeed(ctx, &build)?.stderr());
    if calls.is_empty() {
        bail!("cargo compiled nothing of {} after a save", exercise.id);
    }
    // The library comes before what is linked with it.
    let (libraries, tests): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .partition(|call| !call.contains(" --test "));
    let shell = |call: &String| Cmd::new("sh").args(["-c", call]).cwd(&copy.root);
    let mut times = Vec::new();
    for at in 0..=runs {
        let started = Instant::now();
        for call in &libraries {
            succeed(ctx, &shell(call))?;
        }
        // Cargo starts as many at once as there are cores; so many test binaries an exercise does not have.
        thread::scope(|scope| {
            let running: Vec<_> = tests
                .iter()
                .map(|call| scope.spawn(move || succeed(ctx, &shell(call)).map(drop)))
                .collect();
            running.into_iter().try_for_each(|one| {
                one.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
        })?;
        // The first one warms up.
        if at > 0 {
            times.push(millis(started.elapsed()));
        }
    }
    Ok(median(&times) + slowest_test(ctx, copy, exercise)?)
}

/// The calls of rustc among what a verbose cargo says, each as a line for a shell.
fn compiler_calls(said: &str) -> Vec<String> {
    let running = said.lines().filter_map(|line| {
        let call = line
            .trim_start()
            .strip_prefix("Running `")?
            .strip_suffix('`')?;
        call.contains("rustc --crate-name").then(|| call.to_owned())
    });
    running.collect()
}

fn slowest_test(ctx: &Context, copy: &Copy, exercise: &Exercise) -> Result<f64> {
    let output = succeed(ctx, &copy.verify(ctx, exercise).arg("--fresh"))?;
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("verify printed no JSON")?;
    let tests = report["exercises"][0]["tests"].as_array();
    let times = tests
        .into_iter()
        .flatten()
        .filter_map(|test| test["duration_millis"].as_f64());
    Ok(times.fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::compiler_calls;

    #[test]
    fn calls_are_read_from_what_cargo_says() {
        let said = "       Fresh libc v0.2.1\n   Compiling a v0.1.0 (/w/a)\n     Running `CARGO=/c CARGO_PKG_NAME=a /t/bin/rustc --crate-name a --edition=2024 src/lib.rs`\n     Running `/t/build-script-build`\n    Finished `dev` profile\n";
        assert_eq!(
            compiler_calls(said),
            ["CARGO=/c CARGO_PKG_NAME=a /t/bin/rustc --crate-name a --edition=2024 src/lib.rs"]
        );
    }
}
