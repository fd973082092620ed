//! How cargo-nextest is called: with metadata kept from before and a list of binaries made from
//! cargo's own messages, since most of its start would otherwise go into asking cargo for both.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use workbook::{
    backend::Harness,
    catalog::{Exercise, Kind},
    event::Event,
    outcome::{
        BackendKind, TestId, TestResult, Verdict,
        cargo::{Artifact, BuildOutput},
        nextest,
    },
};

use super::Run;
use crate::{
    exec::{Cmd, Output},
    files::write_if_changed,
    workspace::atomic::write_atomically,
};

const PROFILE: &str = "workbook";

/// The test binaries of one exercise, as nextest's `--binaries-metadata`.
pub struct Binaries {
    /// How many there are.
    pub count: usize,
    json: Value,
    files: Vec<PathBuf>,
}

impl Binaries {
    /// The first that the system does not let us start, with its reason: that is no failure of the test's.
    pub fn unstartable(&self) -> Option<(&Path, io::Error)> {
        self.files.iter().find_map(|file| {
            let refused = rustix::fs::access(file, rustix::fs::Access::EXEC_OK).err()?;
            (refused == rustix::io::Errno::ACCESS).then(|| (file.as_path(), refused.into()))
        })
    }
}

/// The file with the stage's `cargo metadata`. It is asked for again only when a manifest or the
/// lock changed.
pub fn metadata(run: &Run<'_>) -> Result<PathBuf> {
    let dir = run.stage.target_dir.join("workbook/metadata");
    let mut hasher = blake3::Hasher::new();
    let exercises = walkdir::WalkDir::new(run.stage.exercises_dir())
        .min_depth(3)
        .max_depth(3)
        .sort_by_file_name();
    let manifests = exercises
        .into_iter()
        .flatten()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.ends_with("Cargo.toml"));
    for path in ["Cargo.toml", "Cargo.lock"]
        .map(|name| run.stage.dir.join(name))
        .into_iter()
        .chain(manifests)
    {
        hasher.update(path.as_os_str().as_encoded_bytes());
        hasher.update(&fs::read(&path).unwrap_or_default());
    }
    let file = dir.join(format!(
        "{}-{}.json",
        run.stage.side.name(),
        &hasher.finalize().to_hex()[..16]
    ));
    if !file.exists() {
        fs::create_dir_all(&dir).with_context(|| format!("failed to create {}", dir.display()))?;
        let cmd = Cmd::new("cargo")
            .args(["metadata", "--format-version", "1", "--offline"])
            .env("CARGO_TARGET_DIR", &run.stage.target_dir)
            .cwd(&run.stage.dir);
        let output = run.exec().run(&cmd).context("failed to start cargo")?;
        if !output.success() {
            bail!("`cargo metadata` failed: {}", output.stderr().trim());
        }
        write_atomically(&file, &output.stdout)?;
    }
    Ok(file)
}

/// Lists the exercise's test binaries among what cargo built.
pub fn binaries(
    run: &Run<'_>,
    exercise: &Exercise,
    backend: BackendKind,
    built: &BuildOutput,
) -> Binaries {
    let own = built
        .artifacts
        .iter()
        .filter(|artifact| artifact.test && artifact.package == exercise.package);
    let own: Vec<&Artifact> = own.collect();
    let files = own
        .iter()
        .filter_map(|artifact| artifact.executable.clone());
    let files: Vec<PathBuf> = files.collect();
    let entries: serde_json::Map<String, Value> = own.into_iter().filter_map(entry).collect();
    let host = json!({
        "platform": { "triple": host_triple(), "target-features": "unknown" },
        "libdir": { "status": "unavailable", "reason": "not-in-archive" },
    });
    let targets: Vec<Value> = backend
        .target()
        .map(|triple| {
            json!({
                "platform": { "triple": triple, "target-features": "unknown" },
                "libdir": { "status": "unavailable", "reason": "not-in-archive" },
            })
        })
        .into_iter()
        .collect();
    let json = json!({
        "rust-build-meta": {
            "target-directory": run.stage.target_dir,
            "base-output-directories": ["debug"],
            "non-test-binaries": {},
            "build-script-out-dirs": {},
            "linked-paths": [],
            "platforms": { "host": host, "targets": targets },
            "target-platforms": [],
            "target-platform": null,
        },
        "rust-binaries": entries,
    });
    Binaries {
        count: entries.len(),
        json,
        files,
    }
}

fn entry(artifact: &Artifact) -> Option<(String, Value)> {
    let path = artifact.executable.as_ref()?;
    let kind = artifact.kind.first().map_or("test", String::as_str);
    // The ids that nextest itself gives.
    let id = match kind {
        "test" => format!("{}::{}", artifact.package, artifact.target),
        "bin" | "bench" | "example" => format!("{}::{kind}/{}", artifact.package, artifact.target),
        _ => artifact.package.clone(),
    };
    let value = json!({
        "binary-id": id,
        "binary-name": artifact.target,
        "package-id": artifact.package_id,
        "kind": kind,
        "binary-path": path,
        "build-platform": "target",
    });
    Some((id, value))
}

/// The command that runs these binaries' tests and leaves a JUnit report in `scratch`.
pub fn cmd(
    run: &Run<'_>,
    exercise: &Exercise,
    backend: BackendKind,
    metadata: &Path,
    binaries: &Binaries,
    scratch: &Path,
) -> Result<Cmd> {
    let list = scratch.join("binaries.json");
    let config = scratch.join("nextest.toml");
    write_if_changed(&list, binaries.json.to_string().as_bytes())?;
    write_if_changed(&config, config_text(exercise.timeout, scratch)?.as_bytes())?;
    let triple = backend.target().map_or_else(host_triple, str::to_owned);
    let Harness::Nextest { runner, .. } = backend.harness() else {
        bail!("cargo-nextest does not run tests on {backend}");
    };
    let cmd = Cmd::new("cargo-nextest")
        .args([
            "nextest",
            "run",
            "--no-fail-fast",
            "--no-tests=pass",
            "--color=never",
            "--show-progress=none",
        ])
        // A line a test as it ends, for whoever listens, and nothing that a test printed.
        .args([
            "--status-level=pass",
            "--failure-output=never",
            "--success-output=never",
            "--final-status-level=none",
            "--user-config-file=none",
        ])
        .args(["--profile", PROFILE])
        .arg("--cargo-metadata")
        .arg(metadata)
        .arg("--binaries-metadata")
        .arg(&list)
        .arg("--config-file")
        .arg(&config)
        .arg("--config")
        .arg(runner_config(&triple, &run.ctx.exe, runner)?)
        .envs(run.tools.env(backend))
        // trybuild builds there, too: without it, each side would compile what the cases need anew.
        .env("CARGO_TARGET_DIR", &run.stage.target_dir)
        // It looks for cargo's configuration from here upwards, and is to find none: all it needs is said above.
        .cwd("/");
    let cmd = match run.stage.only(exercise) {
        Some(only) => cmd.args(["--filterset", &only.filter()]),
        None => cmd,
    };
    Ok(match exercise.kind {
        Kind::Tests => cmd,
        // The learner's random inputs are the same in each run, so that the verdict is too.
        Kind::Mutants => cmd
            .env("PROPTEST_RNG_SEED", "1")
            .env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1"),
    })
}

/// The setting of cargo's that names what runs a test binary. As a list, since cargo and nextest split a string (and
/// `CARGO_TARGET_…_RUNNER` can only be one) at white space, and paths hold spaces.
fn runner_config(triple: &str, exe: &Path, runner: &str) -> Result<String> {
    let exe = exe.to_str().with_context(|| {
        format!(
            "{} is no valid UTF-8, and cargo-nextest takes no other path; move the workbook elsewhere",
            exe.display()
        )
    })?;
    let words = toml_edit::Array::from_iter([exe, runner]);
    Ok(format!("target.{triple}.runner={words}"))
}

/// One test's limit, and a report that keeps what a failed test printed.
fn config_text(timeout: Duration, scratch: &Path) -> Result<String> {
    let dir = scratch
        .to_str()
        .context("the target folder's path is no valid UTF-8")?;
    let dir = toml_edit::Value::from(dir);
    let seconds = timeout.as_secs();
    Ok(format!(
        "[store]\ndir = {dir}\n\n[profile.{PROFILE}]\n\
         slow-timeout = {{ period = \"{seconds}s\", terminate-after = 1, grace-period = \"500ms\" }}\n\
         leak-timeout = \"100ms\"\n\n\
         [profile.{PROFILE}.junit]\npath = \"junit.xml\"\nstore-success-output = false\nstore-failure-output = true\n"
    ))
}

/// Where nextest leaves its report.
pub fn junit_file(scratch: &Path) -> PathBuf {
    scratch.join(PROFILE).join("junit.xml")
}

/// Whether a test binary was started to list its tests and ended badly. Nextest says something else where it, or its
/// runner, could not be started at all: that is nobody's wrong answer.
pub fn could_not_list(said: &str) -> bool {
    let ended = ["exited with exit code", "aborted with signal", "timed out"];
    (said.contains("creating test list failed") || said.contains("failed to list"))
        && ended.iter().any(|how| said.contains(how))
}

/// A test binary that could not even list its tests: the code under test ran before `main` or
/// ended the process.
pub fn listing_failed(package: &str, backend: BackendKind, said: &str) -> TestResult {
    let id = TestId::new(package, "(listing the tests)");
    TestResult::new(id, backend, Verdict::Failed, said.trim())
}

/// Runs nextest, and tells of each test as it ends.
pub fn start(run: &Run<'_>, exercise: &Exercise, backend: BackendKind, cmd: Cmd) -> Result<Output> {
    let (to, ends) = mpsc::channel();
    let line_to = to.clone();
    let cmd = cmd.on_line(move |line| {
        if let Some(end) = nextest::ended(line) {
            // Nobody listens any more once nextest has ended.
            let _ = line_to.send(Some(end));
        }
    });
    thread::scope(|scope| {
        scope.spawn(move || {
            // Not until all senders are gone: a process that a test left behind may hold one.
            while let Ok(Some(end)) = ends.recv() {
                let result = TestResult {
                    millis: end.millis,
                    ..TestResult::new(end.id, backend, end.verdict, "")
                };
                (run.on_event)(Event::test_finished(&exercise.id, &result));
            }
        });
        let output = run.exec().run(&cmd);
        let _ = to.send(None);
        output
    })
    .context("failed to start cargo-nextest")
}

/// The triple of the machine that this program was built for.
pub fn host_triple() -> String {
    env!("WORKBOOK_HOST").to_owned()
}
