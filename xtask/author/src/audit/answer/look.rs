//! Whether an exercise's traps and variants are listed, are there, and can be made out.

use std::path::Path;

use anyhow::Result;
use workbook::{
    catalog::Exercise,
    text::count,
    traps::{Trap, TrapsError},
};

use super::{Answer, NAIVE, Sort, edit::Edit, list, patch_of};
use crate::audit::{Check, Findings, subject::Subject};
use workbook_run::{
    context::Context,
    files::{Overlay, overlay_from},
};

/// How many variants an exercise has at least, if it has any.
const LEAST_VARIANTS: usize = 2;
/// Whether an exercise must have variants.
const VARIANTS_ARE_REQUIRED: bool = false;

/// Looks at all traps and variants of an exercise, whose solution's files these are; tells by name and folder which
/// files belong to them.
pub fn look(ctx: &Context, subject: &mut Subject<'_>, findings: &mut Findings) -> Result<Known> {
    let exercise = subject.exercise;
    let mut known = Known::default();
    let at = |sort: Sort| exercise.solution_dir().join(sort.places().1);
    match list::traps(ctx, exercise)? {
        Some(Ok(traps)) => {
            counts(exercise, &traps, findings);
            for trap in traps {
                known.0.push((Sort::Trap, trap.slug.clone()));
                if let Some(overlay) = read(ctx, subject, Sort::Trap, &trap.slug, findings)? {
                    subject.traps.push((trap, overlay));
                }
            }
            subject.traps.sort_by_key(|(trap, _)| trap.slug != NAIVE);
        }
        Some(Err(error)) => {
            let form = "a trap is a table `[slug]` with `why` and `killed-by`";
            broken(exercise, Sort::Trap, &error, form, findings);
            known.1.push(Sort::Trap);
        }
        None => {
            findings.problem(exercise, Check::Layout, at(Sort::Trap), "there is no traps.toml; name plausible wrong answers there, and the tests that kill them.");
            known.1.push(Sort::Trap);
        }
    }
    match list::variants(ctx, exercise)? {
        Some(Ok(variants)) => {
            if variants.len() < LEAST_VARIANTS {
                let message = format!(
                    "it lists {}, and should list at least {LEAST_VARIANTS}; add right answers that differ from the reference in shape.",
                    count(variants.len(), "variant")
                );
                findings.problem(exercise, Check::Layout, at(Sort::Variant), message);
            }
            for variant in variants {
                known.0.push((Sort::Variant, variant.slug.clone()));
                if let Some(overlay) = read(ctx, subject, Sort::Variant, &variant.slug, findings)? {
                    subject.variants.push((variant, overlay));
                }
            }
        }
        Some(Err(error)) => {
            let form = "a variant is a table `[slug]` with `why`";
            broken(exercise, Sort::Variant, &error, form, findings);
            known.1.push(Sort::Variant);
        }
        None if VARIANTS_ARE_REQUIRED => {
            findings.problem(exercise, Check::Layout, at(Sort::Variant), "there is no variants.toml; name right answers there that differ from the reference in shape.");
        }
        None => {}
    }
    let double = |slug: &String| known.0.iter().filter(|(_, other)| other == slug).count() > 1;
    if let Some((_, slug)) = known.0.iter().find(|(_, slug)| double(slug)) {
        let message = format!("a trap is called `{slug}` as well; give each a name of its own.");
        findings.problem(exercise, Check::Layout, at(Sort::Variant), message);
    }
    Ok(known)
}

/// The traps and variants that are listed, and the sorts whose list can't be read.
#[derive(Default)]
pub struct Known(Vec<(Sort, String)>, Vec<Sort>);

impl Known {
    /// Whether a file of the solution's folder is an answer's, or tells about them.
    pub fn has(&self, exercise: &Exercise, path: &Path) -> bool {
        [Sort::Trap, Sort::Variant].into_iter().any(|sort| {
            let (folder, file) = sort.places();
            if path == Path::new(file) {
                return true;
            }
            let Ok(inside) = path.strip_prefix(folder) else {
                return false;
            };
            // Of a broken list, its own problem is enough.
            self.1.contains(&sort)
                || self.0.iter().any(|(one, slug)| {
                    let is_record =
                        sort == Sort::Trap && inside == Path::new(&format!("{slug}.txt"));
                    let is_file = inside.strip_prefix(slug).is_ok_and(|rest| {
                        exercise
                            .edit
                            .iter()
                            .any(|edit| rest == edit || rest == patch_of(edit))
                    });
                    *one == sort && (is_record || is_file)
                })
        })
    }
}

/// Tells what is wrong with how an exercise's traps and variants are kept, and nothing else.
pub fn flaws(ctx: &Context, exercise: &Exercise, findings: &mut Findings) -> Result<()> {
    let reference = overlay_from(&ctx.root.join(exercise.solution_dir()), exercise)?;
    for (sort, slug) in list::all(ctx, exercise)? {
        let kept = Answer::new(exercise, sort, &slug).read(ctx, &reference)?;
        for flaw in kept.flaws {
            findings.problem(exercise, Check::Patch, flaw.file, flaw.message);
        }
    }
    Ok(())
}

/// The files of an answer, if it is worth running.
fn read(
    ctx: &Context,
    subject: &Subject<'_>,
    sort: Sort,
    slug: &str,
    findings: &mut Findings,
) -> Result<Option<Overlay>> {
    let exercise = subject.exercise;
    let answer = Answer::new(exercise, sort, slug);
    let (word, dir) = (sort.word(), answer.dir());
    if let Some(edit) = Edit::find(ctx, &answer)?
        && edit.is_changed(ctx)?
    {
        let message = format!(
            "the {word} `{slug}` is being edited here; `cargo xtask trap record {}` takes that in.",
            exercise.id
        );
        findings.problem(exercise, Check::Patch, edit.package(), message);
    }
    let reference = subject.reference.clone().unwrap_or_default();
    let kept = answer.read(ctx, &reference)?;
    let flawed = !kept.flaws.is_empty();
    for flaw in kept.flaws {
        findings.problem(exercise, Check::Patch, flaw.file, flaw.message);
    }
    if kept.overlay.is_empty() {
        if !flawed {
            let message = format!(
                "the {word} `{slug}` has no files; lay its version of `{}` there.",
                exercise.edit[0].display()
            );
            findings.problem(exercise, Check::Layout, &dir, message);
        }
        return Ok(None);
    }
    if kept.overlay == reference {
        let what = match sort {
            Sort::Trap => "make it wrong, or drop it",
            Sort::Variant => "give it another shape, or drop it",
        };
        let message = format!("the {word} `{slug}` is the reference; {what}.");
        findings.problem(exercise, Check::Layout, &dir, message);
        return Ok(None);
    }
    // With a file missing it would be something else than what is meant.
    Ok(kept.complete.then_some(kept.overlay))
}

fn counts(exercise: &Exercise, traps: &[Trap], findings: &mut Findings) {
    let file = exercise.solution_dir().join(Sort::Trap.places().1);
    let least = exercise.tier.least_traps();
    if traps.len() < least {
        let message = format!(
            "there are {} traps, and a {} exercise needs at least {least}; add wrong answers that somebody would write.",
            traps.len(),
            exercise.tier.name()
        );
        findings.problem(exercise, Check::Layout, &file, message);
    }
    if !traps.iter().any(|trap| trap.slug == NAIVE) {
        let message = format!(
            "no trap is called `{NAIVE}`; that is the plausible version that the page shows."
        );
        findings.problem(exercise, Check::Layout, &file, message);
    }
}

fn broken(
    exercise: &Exercise,
    sort: Sort,
    error: &TrapsError,
    form: &str,
    findings: &mut Findings,
) {
    let line = error
        .line
        .map(|line| format!("line {line}: "))
        .unwrap_or_default();
    let field = if error.field.is_empty() {
        String::new()
    } else {
        format!("field `{}`: ", error.field)
    };
    let file = exercise.solution_dir().join(sort.places().1);
    let message = format!("{line}{field}{}; {form}.", error.message);
    findings.problem(exercise, Check::Layout, file, message);
}
