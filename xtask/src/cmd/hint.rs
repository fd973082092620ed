//! `cargo xtask hint`: one more hint at each call.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use workbook::{
    catalog::{Catalog, Exercise},
    select::select,
};

use crate::{cli::Usage, context::Context, progress::Progress, ui};

/// For which exercise.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The exercise; without it, the first one that has not passed
    pub id: Option<String>,
}

/// Shows the hints seen so far, and one more.
pub fn run(ctx: &Context, args: &Args) -> Result<ExitCode> {
    let catalog = ctx.catalog()?;
    let mut progress = Progress::load(ctx)?;
    let Some(exercise) = chosen(&catalog, &progress, args.id.as_deref())? else {
        ui::to_stdout("Every exercise has passed: there is nothing to hint at.\n")?;
        return Ok(ExitCode::SUCCESS);
    };
    let file = ctx.root.join(&exercise.dir).join("hints.md");
    let text =
        fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
    let hints = split(&text);
    if hints.is_empty() {
        bail!(
            "{} holds no hint; each begins with a line `## …`",
            file.display()
        );
    }
    let shown = progress.count_hint(&exercise.id, hints.len());
    let mut out = format!("{} — {}\n", exercise.id, exercise.title);
    for (at, (heading, body)) in hints.iter().take(shown).enumerate() {
        out.push_str(&format!(
            "\nHint {} of {}: {heading}\n\n{body}\n",
            at + 1,
            hints.len()
        ));
    }
    if shown == hints.len() {
        out.push_str(&format!(
            "\nThat was the last hint. `cargo xtask solution {} --give-up` shows the reference.\n",
            exercise.id
        ));
    } else {
        out.push_str("\nStill stuck? Run the same command again for the next hint.\n");
    }
    ui::to_stdout(&out)?;
    // Last, so that the hint is shown even where it cannot be counted.
    progress.save(ctx)?;
    Ok(ExitCode::SUCCESS)
}

/// The exercise that was named, or the first one that has not passed yet.
pub fn chosen<'a>(
    catalog: &'a Catalog,
    progress: &Progress,
    id: Option<&str>,
) -> Result<Option<&'a Exercise>> {
    let Some(id) = id else {
        return Ok(catalog
            .exercises
            .iter()
            .find(|exercise| !progress.has_passed(&exercise.id)));
    };
    one(catalog, id).map(Some)
}

/// Exactly one exercise.
pub fn one<'a>(catalog: &'a Catalog, id: &str) -> Result<&'a Exercise> {
    match select(catalog, &[id.to_owned()])?.as_slice() {
        [exercise] => Ok(exercise),
        several => {
            let ids: Vec<String> = several
                .iter()
                .map(|exercise| exercise.id.to_string())
                .collect();
            Err(Usage(format!(
                "`{id}` names {} exercises; choose one: {}",
                ids.len(),
                ids.join(", ")
            ))
            .into())
        }
    }
}

/// The hints: heading and body of each section that begins with `## `.
pub fn split(text: &str) -> Vec<(String, String)> {
    let mut hints: Vec<(String, String)> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match (line.strip_prefix("## "), hints.last_mut()) {
            (Some(heading), _) if !fenced => hints.push((heading.trim().to_owned(), String::new())),
            (_, Some((_, body))) => {
                body.push_str(line);
                body.push('\n');
            }
            (_, None) => {}
        }
    }
    hints
        .into_iter()
        .map(|(heading, body)| (heading, body.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn hints_are_sections() {
        let text =
            "# Hints\n\n## Where to look\n\nHere.\n\n## Which tool\n```\n## no heading\n```\n";
        let hints = split(text);
        assert_eq!(hints.len(), 2);
        assert_eq!(hints[0], ("Where to look".to_owned(), "Here.".to_owned()));
        assert!(hints[1].1.contains("## no heading"));
    }
}
