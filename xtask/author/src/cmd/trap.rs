//! `cargo xtask trap`: traps and variants, which are kept as patches, laid out for an editor and recorded again.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use workbook::{
    catalog::Exercise,
    exit::Exit,
    select::{one, select},
};

use crate::audit::{
    Findings,
    answer::{Answer, Sort, edit::Edit, list, look, record},
    report,
};
use workbook_run::{context::Context, files::overlay_from, start::Usage, terminal};

/// What to do with traps and variants.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// What can be done with them.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum What {
    /// Lay a trap or a variant out as a package of its own
    Edit {
        /// The exercise
        id: String,
        /// The trap's or the variant's name in traps.toml or variants.toml
        slug: String,
    },
    /// Take in what was edited, and keep all traps and variants as patches; runs no test
    Record {
        /// Exercises: an id (memory/shared-cache), a chapter (memory), a glob, or a path; all if none
        patterns: Vec<String>,
    },
}

/// Edits or records.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let catalog = ctx.catalog()?;
    match &args.what {
        What::Edit { id, slug } => edit(ctx, one(&catalog, id)?, slug),
        What::Record { patterns } => record(ctx, &select(&catalog, patterns)?),
    }
}

fn edit(ctx: &Context, exercise: &Exercise, slug: &str) -> Result<Exit> {
    let all = list::all(ctx, exercise)?;
    let Some((sort, slug)) = all.iter().find(|(_, one)| one == slug) else {
        let known: Vec<&str> = all.iter().map(|(_, slug)| slug.as_str()).collect();
        let [traps, variants] = [Sort::Trap, Sort::Variant].map(|sort| sort.places().1);
        return Err(Usage(format!(
            "{} has no trap or variant `{slug}`; it has {}. A new one is a table in {traps} or {variants} first.",
            exercise.id,
            known.join(", ")
        ))
        .into());
    };
    let answer = Answer::new(exercise, *sort, slug);
    let word = sort.word();
    let mut text = String::new();
    let edit = match Edit::find(ctx, &answer)? {
        Some(edit) if edit.is_changed(ctx)? => {
            let _ = writeln!(
                text,
                "The {word} `{slug}` of {} is being edited already, and stays as it is, in",
                exercise.id
            );
            edit
        }
        former => {
            if let Some(former) = former {
                former.end(ctx)?;
            }
            let reference = overlay_from(&ctx.root.join(exercise.solution_dir()), exercise)?;
            let _ = writeln!(text, "Laid out the {word} `{slug}` of {} in", exercise.id);
            Edit::begin(ctx, &answer, &reference)?
        }
    };
    let files: Vec<String> = exercise
        .edit
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let _ = writeln!(
        text,
        "  {}\n\nIt is a workspace of its own: open that folder in your editor, and run `cargo test` there. Edit {} alone.\n\n\
         Next:\n  1. `cargo xtask trap record {id}` takes your edit in.\n  2. `cargo xtask audit {id}` shows what comes of it.",
        edit.package().display(),
        files.join(", "),
        id = exercise.id
    );
    terminal::print(&text)?;
    Ok(Exit::Done)
}

fn record(ctx: &Context, exercises: &[&Exercise]) -> Result<Exit> {
    let mut findings = Findings::default();
    for exercise in exercises {
        record::all(ctx, exercise, &mut findings)
            .with_context(|| format!("failed to record the traps of {}", exercise.id))?;
        look::flaws(ctx, exercise, &mut findings)?;
    }
    let mut text = String::new();
    if findings.blessed.is_empty() {
        text.push_str("Nothing to rewrite.\n");
    } else {
        text.push_str("Rewritten:\n");
    }
    for file in &findings.blessed {
        let _ = writeln!(text, "  {}", file.display());
    }
    for problem in &findings.problems {
        let _ = write!(text, "\n{}", report::paragraph(problem));
    }
    terminal::print(&text)?;
    Ok(report::exit(&findings))
}
