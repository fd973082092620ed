//! `cargo xtask ci`: everything that CI runs, in the order in which it fails fastest.

use std::time::Instant;

use anyhow::Result;
use serde::Serialize;
use workbook::{exit::Exit, shard::Shard};
use workbook_run::{context::Context, start::Usage, terminal};
use workbook_tools::Choice;

use crate::{
    ci::{board::board, packages::own_packages, steps},
    cmd::audit,
};

/// How to run it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// Run only the steps whose names contain this: `--only audit`, `--only book`
    #[arg(long, value_name = "STEP")]
    pub only: Vec<String>,
    /// Do one of several machines' shares: the first also does what can't be divided
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
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
    /// How the step ended, as an exit code: 0 is a pass, 3 is blocked.
    code: Exit,
    seconds: f64,
}

/// The steps that every machine has a share in, and the one that they all need.
const DIVIDED: [&str; 3] = ["setup", "verify --solutions", "audit"];

/// Runs all steps, even after one failed, and sums up.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    // Asked for here, CI installs everything that is missing: what it can't install shows up below.
    let choice = Choice {
        yes: true,
        ..args.setup
    };
    let mut steps = Vec::new();
    let shard = args.shard.unwrap_or(Shard::WHOLE);
    let mut step = |name: &'static str, work: &dyn Fn() -> Result<Exit>| {
        let wanted = (shard.is_first() || DIVIDED.contains(&name))
            && (args.only.is_empty() || args.only.iter().any(|part| name.contains(part.as_str())));
        if ctx.cancel.is_raised() || !wanted {
            return;
        }
        terminal::note(&format!("\n━━ {name}"));
        let started = Instant::now();
        let code = work().unwrap_or_else(|error| {
            terminal::note(&format!("error: {error:#}"));
            Exit::Blocked
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
    step("setup", &|| steps::setup_all(ctx, choice));
    step("fmt", &|| steps::format(ctx));
    step("clippy", &|| {
        steps::cargo(
            ctx,
            &["clippy", "--all-targets"],
            &[&packages[..], &["--", "-Dwarnings"]].concat(),
        )
    });
    step("deny", &|| steps::deny(ctx));
    step("tests of the runner", &|| {
        steps::cargo(
            ctx,
            &["nextest", "run", "--profile=ci", "--status-level=fail"],
            &packages,
        )
    });
    // Gigabytes are fetched for it, so it runs where it is asked for.
    if !args.only.is_empty() {
        step("set-up on fresh machines", &|| steps::fresh(ctx));
    }
    step("examples in doc comments", &|| {
        steps::cargo(ctx, &["test", "--quiet", "--doc"], &libraries)
    });
    step("tests on the board", &|| board(ctx, choice));
    step("verify --solutions", &|| {
        steps::references(ctx, choice, shard)
    });
    step("audit", &|| {
        audit::run(
            ctx,
            &audit::Args {
                setup: choice,
                shard: Some(shard),
                is_step: true,
                ..audit::Args::default()
            },
        )
    });
    step("book build", &|| steps::book(ctx, "build"));
    step("book test", &|| steps::book(ctx, "test"));
    if steps.is_empty() {
        return Err(Usage(format!(
            "no step's name contains {}",
            args.only.join(" or ")
        ))
        .into());
    }
    if args.json {
        terminal::print_json(&serde_json::json!({ "schema": 1, "steps": steps }))?;
    } else {
        terminal::print(&summary(&steps))?;
    }
    Ok(if ctx.cancel.is_raised() {
        Exit::Interrupted
    } else {
        Exit::overall(steps.iter().map(|step| step.code))
    })
}

fn summary(steps: &[Step]) -> String {
    let mut text = String::from("\n");
    for step in steps {
        let word = match step.code {
            Exit::Done => "✓ passed",
            Exit::Blocked => "! blocked",
            _ => "✗ failed",
        };
        text.push_str(&format!(
            "  {word:<10}  {:<24}  {:>7.1} s\n",
            step.name, step.seconds
        ));
    }
    text
}
