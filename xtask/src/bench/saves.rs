//! A copy of the workspace, in which files are saved and verdicts waited for. The learner's own are left alone.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use workbook::{catalog::Exercise, outcome::BackendKind};
use workbook_run::{
    context::Context,
    exec::{Cancel, Cmd, Executor, Output, Real},
    files::{package_files, write_if_changed},
};

/// Whether an exercise runs on the host, and needs nothing that bare nextest would not have.
pub fn is_plain(exercise: &Exercise) -> bool {
    exercise.backends == [BackendKind::Host] && exercise.needs.is_empty()
}

/// The copy.
pub struct Copy {
    /// Its folder.
    pub root: PathBuf,
}

impl Copy {
    /// All packages of the workspace, with the references of these exercises in place of their stubs, so that edits keep
    /// passing and the size of the workspace is the real one.
    pub fn of(ctx: &Context, exercises: &[&Exercise]) -> Result<Self> {
        let root = ctx.scratch_dir()?.join("bench");
        for name in [
            "Cargo.toml",
            "Cargo.lock",
            "rust-toolchain.toml",
            ".cargo/config.toml",
            ".config/nextest.toml",
        ] {
            if let Ok(bytes) = fs::read(ctx.root.join(name)) {
                write_if_changed(&root.join(name), &bytes)?;
            }
        }
        for folder in ["exercises", "solutions", "xtask", "book"] {
            for (path, bytes) in package_files(&ctx.root.join(folder))? {
                write_if_changed(&root.join(folder).join(path), &bytes)?;
            }
        }
        for exercise in exercises {
            for path in &exercise.edit {
                let reference = fs::read(ctx.root.join(exercise.solution_dir()).join(path))?;
                write_if_changed(&root.join(&exercise.dir).join(path), &reference)?;
            }
        }
        Ok(Self { root })
    }

    /// Saves the exercise's file with a change that cargo must compile; says when.
    pub fn save(&self, exercise: &Exercise) -> Result<Instant> {
        let file = self.root.join(&exercise.dir).join(&exercise.edit[0]);
        let old = fs::read_to_string(&file)?;
        let (code, count) = old.split_once("\n// save ").unwrap_or((&old, "0"));
        let count = count.trim().parse().unwrap_or(0_u32) + 1;
        let mut out = fs::File::create(&file)?;
        write!(out, "{code}\n// save {count}\n")?;
        drop(out);
        Ok(Instant::now())
    }

    /// From saves to the verdicts of `watch`, in milliseconds.
    pub fn under_watch(&self, ctx: &Context, exercise: &Exercise, saves: u32) -> Result<Vec<f64>> {
        let cancel = Cancel::default();
        let (to, verdicts) = mpsc::channel();
        let to = Arc::new(Mutex::new(to));
        let cmd = Cmd::new(&ctx.exe)
            .args(["watch", &exercise.id.to_string(), "--json"])
            .cwd(&self.root)
            .on_line(move |line| {
                if line.starts_with('{') {
                    let _ = to
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .send((Instant::now(), line.to_owned()));
                }
            });
        let real = Real {
            cancel: cancel.clone(),
            ..Real::default()
        };
        thread::scope(|scope| {
            scope.spawn(move || real.run(&cmd));
            let measured = (|| -> Result<Vec<f64>> {
                let wait = |limit: u64| -> Result<Instant> {
                    let (told, line) = verdicts
                        .recv_timeout(Duration::from_secs(limit))
                        .with_context(|| format!("watch gave no verdict on {}", exercise.id))?;
                    if !line.contains("\"verdict\":\"passed\"") {
                        bail!("the reference does not pass under watch: {line}");
                    }
                    Ok(told)
                };
                wait(600)?;
                let mut times = Vec::new();
                // The first edit warms up what the other kinds left cold.
                for at in 0..=saves {
                    thread::sleep(Duration::from_millis(300));
                    let saved = self.save(exercise)?;
                    let told = wait(120)?;
                    if at > 0 {
                        times.push(millis(told.duration_since(saved)));
                    }
                    if ctx.cancel.is_raised() {
                        bail!("stopped");
                    }
                }
                Ok(times)
            })();
            cancel.raise();
            measured
        })
    }

    /// From saves to the end of a bare `cargo nextest run`, in milliseconds.
    pub fn under_nextest(
        &self,
        ctx: &Context,
        exercise: &Exercise,
        saves: u32,
    ) -> Result<Vec<f64>> {
        let cmd = Cmd::new("cargo")
            .args(["nextest", "run", "-p", &exercise.package])
            .cwd(&self.root);
        self.under(ctx, exercise, saves, &cmd)
    }

    /// From saves to the end of `verify`, in milliseconds.
    pub fn under_verify(&self, ctx: &Context, exercise: &Exercise, saves: u32) -> Result<Vec<f64>> {
        self.under(ctx, exercise, saves, &self.verify(ctx, exercise))
    }

    /// `verify` of the exercise.
    pub fn verify(&self, ctx: &Context, exercise: &Exercise) -> Cmd {
        Cmd::new(&ctx.exe)
            .args(["verify", &exercise.id.to_string(), "--json"])
            .cwd(&self.root)
    }

    fn under(&self, ctx: &Context, exercise: &Exercise, saves: u32, cmd: &Cmd) -> Result<Vec<f64>> {
        let mut times = Vec::new();
        for at in 0..=saves {
            let saved = self.save(exercise)?;
            succeed(ctx, cmd)?;
            if at > 0 {
                times.push(millis(saved.elapsed()));
            }
        }
        Ok(times)
    }
}

/// Runs a command that must succeed.
pub fn succeed(ctx: &Context, cmd: &Cmd) -> Result<Output> {
    let output = ctx
        .exec
        .run(cmd)
        .with_context(|| format!("failed to start {}", cmd.line()))?;
    if ctx.cancel.is_raised() {
        bail!("stopped");
    }
    if !output.success() {
        bail!(
            "{} failed: {}{}",
            cmd.line(),
            output.stdout(),
            output.stderr()
        );
    }
    Ok(output)
}

/// A duration in milliseconds.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The middle one; no number if there is none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The value below which this share of the values lies; no number if there is none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    let at = (last as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=21).rev().map(f64::from).collect();
        assert_eq!(median(&values), 11.0);
        assert_eq!(percentile(&values, 0.95), 20.0);
        assert_eq!(percentile(&[7.0], 0.95), 7.0);
        assert!(median(&[]).is_nan());
    }
}
