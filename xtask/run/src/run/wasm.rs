//! WebAssembly tests: `wasm-pack test` in Node and in headless Chromium.
//!
//! The harness prints its verdicts where the code under test prints, too, and its exit code is 0
//! when that code ends the process. So the tests are listed first; a test has passed only if the
//! harness said so, once, and nothing spoke against it; and whatever a first run of all leaves
//! open, because one test hung, crashed or tried to forge, is run again alone.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    iter,
    os::unix::fs::symlink,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use workbook::{
    backend::{BackendKind, Harness},
    catalog::Exercise,
    event::Event,
    outcome::{Evidence, TestId, TestResult, cargo, wasm},
};

use super::{Backend, Run, broken, faults};
use crate::{
    exec::{Cmd, Exit, Limits, Output},
    files::write_if_changed,
};

const PRELOAD: &str = include_str!("wasm/preload.cjs");
const WEBDRIVER: &str = include_str!("wasm/webdriver.json");
/// What wasm-pack, two starts of cargo, wasm-bindgen and a browser may take beyond the tests, at most.
const START_UP: Duration = Duration::from_secs(30);
/// What a start of Chromium may take beyond what listing the tests took on this machine just now.
const BROWSER: Duration = Duration::from_secs(5);
/// What is kept of one run's output, in bytes.
const CAP: usize = 4 << 20;
/// What runs the tests of a module.
const TEST_RUNNER: &str = "wasm-bindgen-test-runner";
/// Would change what the harness does.
const UNWANTED: &[&str] = &[
    "NO_HEADLESS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "CHROMEDRIVER_REMOTE",
    "WASM_BINDGEN_TEST_ADDRESS",
    "WASM_BINDGEN_TEST_ONLY_NODE",
    "WASM_BINDGEN_TEST_ONLY_WEB",
    "WASM_BINDGEN_KEEP_TEST_BUILD",
];

/// Runs wasm-pack.
#[derive(Debug, Default)]
pub struct Wasm {
    _private: (),
}

impl Backend for Wasm {
    fn run(&self, run: &Run<'_>, exercise: &Exercise, backend: BackendKind) -> Evidence {
        let Harness::WasmPack {
            flags,
            preload,
            browser,
        } = backend.harness()
        else {
            return broken(
                format!("wasm-pack does not run tests on {backend}"),
                "run `cargo xtask doctor`",
            );
        };
        let evidence = tempfile::Builder::new()
            .prefix("wb-")
            .tempdir_in(plain_temp_dir())
            .context("failed to create a temporary folder")
            .and_then(|tmp| {
                Session {
                    run,
                    exercise,
                    backend,
                    flags,
                    preload,
                    browser,
                    scratch: run.scratch(exercise, backend),
                    tmp,
                    secret: secret(),
                }
                .evidence()
            });
        evidence.unwrap_or_else(|error| broken(format!("{error:#}"), "run `cargo xtask doctor`"))
    }
}

struct Session<'a> {
    run: &'a Run<'a>,
    exercise: &'a Exercise,
    backend: BackendKind,
    /// As in [`Harness::WasmPack`].
    flags: &'static [&'static str],
    preload: bool,
    browser: bool,
    scratch: PathBuf,
    /// For what the tools leave behind, and for what they are given by a path that may hold no space and no comma. Not in
    /// the target folder: Chromium puts a socket there and refuses a path of more than some sixty characters.
    tmp: tempfile::TempDir,
    secret: String,
}

impl Session<'_> {
    fn evidence(&self) -> Result<Evidence> {
        self.prepare()?;
        let output = self
            .run
            .exec()
            .run(&self.build())
            .context("failed to start cargo")?;
        let built = cargo::parse(&output.stdout);
        let package = &self.exercise.package;
        if let Some(evidence) = faults::unbuilt(&output, &built, package, self.backend)
            && built.success.is_some()
        {
            return Ok(evidence);
        }
        if let Some(error) = built.compile_error(&self.exercise.package) {
            return Ok(Evidence::CompileError(error));
        }
        if built.success != Some(true) {
            return Err(faults::explained(
                "cargo could not build for wasm32-unknown-unknown",
                &output.stderr(),
            ));
        }
        let own = built
            .artifacts
            .iter()
            .filter(|artifact| artifact.test && artifact.package == self.exercise.package);
        let targets: BTreeSet<&str> = own
            .filter(|artifact| artifact.kind.iter().any(|kind| kind == "test"))
            .map(|artifact| artifact.target.as_str())
            .collect();
        let mut tests = Vec::new();
        for target in targets {
            let results = self.test_target(target)?;
            for test in &results {
                (self.run.on_event)(Event::test_finished(&self.exercise.id, test));
            }
            tests.extend(results);
        }
        Ok(Evidence::Tests(tests))
    }

    /// All tests of one file under `tests/`: all at once, then alone whatever that left open.
    fn test_target(&self, target: &str) -> Result<Vec<TestResult>> {
        let started = Instant::now();
        let expected = self.list(target)?;
        let start_up = self.start_up(started.elapsed());
        let started = Instant::now();
        let output = self.start(target, &[], start_up + self.exercise.timeout)?;
        let took = millis(started.elapsed());
        let batch = wasm::parse(
            &output.stdout(),
            &self.binary(target),
            self.backend,
            &expected,
            self.mark(),
        );
        let again = batch.to_isolate();
        let mut results: Vec<TestResult> = batch
            .tests
            .into_iter()
            .filter(|test| !again.contains(&test.id.name))
            .collect();
        for result in &mut results {
            // The harness tells no times: each test is given its share.
            result.millis = took / expected.len().max(1) as u64;
        }
        for name in &again {
            results.push(self.alone(target, name, start_up)?);
        }
        results.sort_by_key(|result| expected.iter().position(|name| *name == result.id.name));
        Ok(results)
    }

    /// One test in a run of its own.
    fn alone(&self, target: &str, name: &str, start_up: Duration) -> Result<TestResult> {
        let started = Instant::now();
        let limit = start_up + self.exercise.timeout;
        let output = self.start(target, &["--exact", name], limit)?;
        Ok(wasm::alone(&wasm::Alone {
            id: &TestId::new(self.binary(target), name),
            stdout: &output.stdout(),
            stderr: &output.stderr(),
            backend: self.backend,
            mark: self.mark(),
            ending: match output.exit {
                Exit::Code(0) => wasm::Ending::Success,
                Exit::TimedOut => wasm::Ending::Deadline,
                _ => wasm::Ending::Failure,
            },
            millis: millis(started.elapsed().min(self.exercise.timeout)),
        }))
    }

    /// What a run may take beyond its tests, by what listing them took: that starts the same tools,
    /// on this machine, under this load.
    fn start_up(&self, listing: Duration) -> Duration {
        let browser = if self.browser {
            BROWSER
        } else {
            Duration::ZERO
        };
        (listing * 4 + browser + Duration::from_secs(1)).min(START_UP)
    }

    fn list(&self, target: &str) -> Result<Vec<String>> {
        let output = self.start(target, &["--list"], START_UP)?;
        if !output.success() {
            bail!(
                "wasm-pack could not list the tests of {target}:\n{}",
                output.stderr().trim()
            );
        }
        Ok(wasm::list(&output.stdout()))
    }

    /// Where there is a preload, it marks the harness's lines; the code under test never sees the mark.
    fn mark(&self) -> Option<&str> {
        self.preload.then_some(&self.secret)
    }

    /// What a file of tests is called, as cargo-nextest would.
    fn binary(&self, target: &str) -> String {
        format!("{}::{target}", self.exercise.package)
    }

    fn start(&self, target: &str, args: &[&str], limit: Duration) -> Result<Output> {
        let dir = self.run.stage.package_dir(self.exercise);
        let timeout = self.exercise.timeout.as_secs() + 2;
        let mut cmd = self
            .toolchain(Cmd::new("wasm-pack"))
            .arg("test")
            .args(self.flags)
            .args(["--mode", "no-install"])
            .arg(dir)
            .args(self.run.stage.select([self.exercise]))
            .args(["--test", target, "--"])
            .args(args)
            .env("CARGO_NET_OFFLINE", "true")
            .env("RUST_BACKTRACE", "0")
            .env("CARGO_TERM_COLOR", "never")
            .env("WASM_BINDGEN_TEST_TIMEOUT", timeout.to_string())
            .env(
                "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
                self.scratch.join("webdriver.json"),
            )
            .env("WASM_PACK_CACHE", self.scratch.join("cache"))
            .env("PATH", self.linked_path()?)
            .env("TMPDIR", self.tmp.path())
            .env("XDG_CONFIG_HOME", self.tmp.path())
            .env("XDG_CACHE_HOME", self.tmp.path())
            .timeout(limit)
            .cap(CAP);
        if self.preload {
            cmd = cmd
                .env(
                    "NODE_ARGS",
                    format!(
                        "--require={}",
                        self.tmp.path().join("preload.cjs").display()
                    ),
                )
                .env("WORKBOOK_WASM_SECRET", &self.secret);
        }
        for name in UNWANTED {
            cmd = cmd.env_remove(name);
        }
        let output = self
            .run
            .exec()
            .run(&cmd)
            .context("failed to start wasm-pack")?;
        if output.exit == Exit::Cancelled {
            bail!("stopped");
        }
        Ok(output)
    }

    fn build(&self) -> Cmd {
        let target = self.backend.target().unwrap_or_default();
        self.toolchain(Cmd::new("cargo"))
            .args([
                "build",
                "--tests",
                "--target",
                target,
                "--message-format=json-diagnostic-rendered-ansi",
            ])
            .args(self.run.stage.select([self.exercise]))
            .env("CARGO_TERM_PROGRESS_WHEN", "never")
            .limits(Limits::of([self.exercise.package.as_str()]))
            .cwd(&self.run.stage.dir)
    }

    fn toolchain(&self, cmd: Cmd) -> Cmd {
        cmd.envs(self.run.tools.env(self.backend))
            .envs(self.run.stage.env())
    }

    /// The files that the tools ask for.
    fn prepare(&self) -> Result<()> {
        write_if_changed(&self.tmp.path().join("preload.cjs"), PRELOAD.as_bytes())?;
        write_if_changed(&self.scratch.join("webdriver.json"), WEBDRIVER.as_bytes())?;
        // wasm-pack names it to cargo in a variable, which cargo splits at white space.
        let path = self.search_path();
        let mut folders = env::split_paths(&path);
        if let Some(folder) = folders.find(|folder| folder.join(TEST_RUNNER).exists()) {
            symlink(folder, self.tmp.path().join("bin")).context("failed to make a link")?;
        }
        Ok(())
    }

    /// Where the tools look for each other.
    fn search_path(&self) -> OsString {
        let env = self.run.tools.env(self.backend);
        let own = env.into_iter().find(|(name, _)| name == "PATH");
        own.map(|(_, path)| path)
            .or_else(|| env::var_os("PATH"))
            .unwrap_or_default()
    }

    /// The same, with the link to the test runner first.
    fn linked_path(&self) -> Result<OsString> {
        let path = self.search_path();
        let folders = iter::once(self.tmp.path().join("bin")).chain(env::split_paths(&path));
        env::join_paths(folders).context("failed to put the tools together on PATH")
    }
}

/// A folder for temporary files whose path nothing splits, and short enough for a socket in it.
fn plain_temp_dir() -> PathBuf {
    let usual = env::temp_dir();
    let is_plain =
        |path: &str| path.len() < 40 && !path.contains(|c: char| c == ',' || c.is_whitespace());
    if usual.to_str().is_some_and(is_plain) {
        usual
    } else {
        PathBuf::from("/tmp")
    }
}

/// 64 random bits: the standard library seeds its hashers from the system.
fn secret() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    format!("{:016x}:", RandomState::new().hash_one(std::process::id()))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
