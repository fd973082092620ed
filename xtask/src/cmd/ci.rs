//! `cargo xtask ci`: everything that CI runs, in the order in which it fails fastest.

use std::{collections::BTreeSet, process::ExitCode, time::Instant};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::{
    BLOCKED,
    cli::Usage,
    cmd::{audit, verify},
    context::Context,
    exec::{Cmd, Exit},
    setup::{self, Choice, toolbox, tools::ToolId},
    ui,
};

/// How to run it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Run only the steps whose names contain this: `--only audit`, `--only book`
    #[arg(long, value_name = "STEP")]
    pub only: Vec<String>,
    /// Print the steps and their results as JSON at the end
    #[arg(long)]
    pub json: bool,
    /// How to go about missing tools.
    #[command(flatten)]
    pub setup: Choice,
}

/// One step's result.
#[derive(Debug, Serialize)]
struct Step {
    name: &'static str,
    /// The exit code of the step: 0 is a pass, 3 is blocked.
    code: u8,
    seconds: f64,
}

/// Our own packages: everything but the exercises, whose stubs need not compile. `-p NAME` for all,
/// and for those that have a library.
fn own_packages(ctx: &Context) -> Result<(Vec<String>, Vec<String>)> {
    let cmd = Cmd::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .cwd(&ctx.root);
    let output = ctx.exec.run(&cmd).context("failed to start cargo")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`cargo metadata` failed: {}", output.stderr().trim()))?;
    let catalog = ctx.catalog()?;
    let (mut all, mut libraries) = (Vec::new(), Vec::new());
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if catalog
            .exercises
            .iter()
            .any(|exercise| exercise.package == name)
        {
            continue;
        }
        let targets = package["targets"].as_array();
        let kinds = targets.into_iter().flatten().map(|target| &target["kind"]);
        let has_library = kinds
            .into_iter()
            .any(|kind| *kind == serde_json::json!(["lib"]));
        let flag = ["-p".to_owned(), name.to_owned()];
        if has_library {
            libraries.extend(flag.clone());
        }
        all.extend(flag);
    }
    Ok((all, libraries))
}

/// Runs all steps, even after one failed, and sums up.
pub fn run(ctx: &Context, args: &Args) -> Result<ExitCode> {
    // Asked for here, CI installs everything that is missing: what it can't install shows up below.
    let choice = Choice {
        yes: true,
        ..args.setup
    };
    let mut steps = Vec::new();
    let mut step = |name: &'static str, work: &dyn Fn() -> Result<u8>| {
        let wanted =
            args.only.is_empty() || args.only.iter().any(|part| name.contains(part.as_str()));
        if ctx.cancel.is_raised() || !wanted {
            return;
        }
        eprintln!("\n━━ {name}");
        let started = Instant::now();
        let code = work().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            BLOCKED
        });
        steps.push(Step {
            name,
            code,
            seconds: started.elapsed().as_secs_f64(),
        });
    };
    let (all, libraries) = own_packages(ctx)?;
    let packages: Vec<&str> = all.iter().map(String::as_str).collect();
    let libraries: Vec<&str> = libraries.iter().map(String::as_str).collect();
    step("setup", &|| setup_all(ctx, choice));
    step("fmt", &|| cargo(ctx, &["fmt", "--all", "--check"], &[]));
    step("clippy", &|| {
        cargo(
            ctx,
            &["clippy", "--all-targets"],
            &[&packages[..], &["--", "-Dwarnings"]].concat(),
        )
    });
    step("deny", &|| deny(ctx));
    step("tests of the runner", &|| {
        cargo(
            ctx,
            &["nextest", "run", "--profile=ci", "--status-level=fail"],
            &packages,
        )
    });
    step("set-up on fresh machines", &|| fresh(ctx));
    step("examples in doc comments", &|| {
        cargo(ctx, &["test", "--quiet", "--doc"], &libraries)
    });
    step("tests on the board", &|| board(ctx, choice));
    step("verify --solutions", &|| {
        let args = verify::Args {
            solutions: true,
            fresh: true,
            setup: choice,
            ..verify::Args::default()
        };
        verify::run(ctx, &args).map(code_of)
    });
    step("audit", &|| {
        audit::run(
            ctx,
            &audit::Args {
                setup: choice,
                ..audit::Args::default()
            },
        )
        .map(code_of)
    });
    step("book build", &|| {
        cargo(
            ctx,
            &["run", "--quiet", "--package=book-live", "--", "build"],
            &[],
        )
    });
    step("book test", &|| {
        cargo(
            ctx,
            &["run", "--quiet", "--package=book-live", "--", "test"],
            &[],
        )
    });
    if steps.is_empty() {
        return Err(Usage(format!(
            "no step's name contains {}",
            args.only.join(" or ")
        ))
        .into());
    }
    let text = if args.json {
        serde_json::to_string_pretty(&serde_json::json!({ "schema": 1, "steps": steps }))? + "\n"
    } else {
        summary(&steps)
    };
    ui::to_stdout(&text)?;
    let code = if ctx.cancel.is_raised() {
        1
    } else {
        overall(&steps)
    };
    Ok(ExitCode::from(code))
}

/// 1 if anything failed, else 3 if anything is blocked.
fn overall(steps: &[Step]) -> u8 {
    let failed = steps
        .iter()
        .any(|step| step.code != 0 && step.code != BLOCKED);
    let blocked = steps.iter().any(|step| step.code == BLOCKED);
    if failed {
        1
    } else if blocked {
        BLOCKED
    } else {
        0
    }
}

fn summary(steps: &[Step]) -> String {
    let mut text = String::from("\n");
    for step in steps {
        let word = match step.code {
            0 => "✓ passed",
            BLOCKED => "! blocked",
            _ => "✗ failed",
        };
        text.push_str(&format!(
            "  {word:<10}  {:<24}  {:>7.1} s\n",
            step.name, step.seconds
        ));
    }
    text
}

fn setup_all(ctx: &Context, choice: Choice) -> Result<u8> {
    let catalog = ctx.catalog()?;
    let mut tools = own_tools();
    for exercise in &catalog.exercises {
        tools.extend(toolbox::required(
            exercise.backends.iter().copied(),
            exercise.needs.iter().map(String::as_str),
        )?);
    }
    let report = setup::ensure(ctx, &tools, choice)?;
    let mut code = 0;
    for missing in report.toolbox.missing() {
        let why = report.failed.get(&missing.id).unwrap_or(&missing.reason);
        eprintln!(
            "{}: {why}\n  to fix it: {}",
            missing.id.tool().name,
            missing.fix
        );
        code = BLOCKED;
    }
    Ok(code)
}

/// The Cortex-M harness tests itself in QEMU: what should pass passes, and every way to fail fails.
fn board(ctx: &Context, choice: Choice) -> Result<u8> {
    let target = ToolId::Thumbv7m;
    let tools = BTreeSet::from([ToolId::Nextest, ToolId::QemuArm, target]);
    let report = setup::ensure(ctx, &tools, choice)?;
    if let Some(missing) = report.toolbox.missing().next() {
        eprintln!("{}: {}", missing.id.tool().name, missing.reason);
        return Ok(BLOCKED);
    }
    let nextest = |args: &[&str]| {
        Cmd::new("cargo")
            .args(["nextest", "run", "--target", "thumbv7m-none-eabi"])
            .args(["-p", "qemu-test", "--test", "*", "--no-fail-fast"])
            .args(args)
            .envs(report.toolbox.env(Some(target)))
            .cwd(&ctx.root)
    };
    let code = exit_code(ctx, &nextest(&["--status-level=fail"]).inherit())?;
    if code != 0 {
        return Ok(code);
    }
    let failing = nextest(&["--run-ignored=only", "--final-status-level=none"]);
    let output = ctx.exec.run(&failing).context("failed to start cargo")?;
    let said = output.stderr();
    let all_failed = said
        .lines()
        .any(|line| line.contains("Summary") && line.contains(" 0 passed, "));
    if !all_failed {
        eprintln!("{said}\nevery ignored test of qemu-test is a way to fail, and some did not");
    }
    Ok(u8::from(!all_failed))
}

/// Set-up where something is missing, in layers over this machine. A machine that can't have such layers blocks it.
fn fresh(ctx: &Context) -> Result<u8> {
    let try_out = "command -v apt-get dpkg-deb setpriv chroot >/dev/null \
        && { test \"$(id -u)\" = 0 || sudo -n true; } && grep -qw overlay /proc/filesystems";
    let can = Cmd::new("sh").args(["-c", try_out]);
    let output = ctx.exec.run(&can).context("failed to start sh")?;
    if output.exit != Exit::Code(0) {
        eprintln!(
            "not run: it needs apt, root (or sudo without a password) and overlay mounts, which this machine lacks"
        );
        return Ok(BLOCKED);
    }
    cargo(
        ctx,
        &["nextest", "run", "--profile=fresh", "--run-ignored=only"],
        &["-p", "xtask", "--test", "fresh"],
    )
}

/// What CI runs besides the exercises' own tools.
fn own_tools() -> BTreeSet<ToolId> {
    BTreeSet::from([ToolId::Nextest, ToolId::CargoDeny])
}

/// Licences, sources and duplicates, from `deny.toml`. Advisories need a database from the network.
fn deny(ctx: &Context) -> Result<u8> {
    let tools = own_tools();
    let report = setup::ensure(ctx, &tools, Choice::default())?;
    let cmd = Cmd::new("cargo-deny")
        .args([
            "--offline",
            "--log-level=error",
            "check",
            "bans",
            "licenses",
            "sources",
        ])
        .envs(report.toolbox.env(None))
        .cwd(&ctx.root)
        .inherit();
    exit_code(ctx, &cmd)
}

fn cargo(ctx: &Context, first: &[&str], more: &[&str]) -> Result<u8> {
    let report = setup::ensure(ctx, &own_tools(), Choice::default())?;
    exit_code(
        ctx,
        &Cmd::new("cargo")
            .args(first)
            .args(more)
            .envs(report.toolbox.env(None))
            .env("INSTA_UPDATE", "no")
            .cwd(&ctx.root)
            .inherit(),
    )
}

fn exit_code(ctx: &Context, cmd: &Cmd) -> Result<u8> {
    let output = ctx
        .exec
        .run(cmd)
        .with_context(|| format!("failed to start {}", cmd.line()))?;
    Ok(match output.exit {
        Exit::Code(code) => u8::try_from(code).unwrap_or(1),
        Exit::Signal(_) | Exit::TimedOut | Exit::Cancelled => 1,
    })
}

fn code_of(code: ExitCode) -> u8 {
    // ExitCode does not tell its number; there are four of them.
    [0, 1, 2]
        .into_iter()
        .find(|&one| code == ExitCode::from(one))
        .unwrap_or(BLOCKED)
}
