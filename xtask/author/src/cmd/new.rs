//! `cargo xtask new`: a new exercise that is complete in form and says what is to be filled in.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use workbook::{backend::BackendKind, catalog::Tier, exit::Exit, id::ExerciseId};

use workbook_run::{context::Context, start::Usage, terminal, workspace::atomic::write_atomically};

mod place;
mod summary;
mod template;

use place::Place;

/// What to scaffold.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The chapter, by name (memory) or number and name (04-memory), and the exercise's name
    #[arg(value_name = "CHAPTER/NAME")]
    pub place: String,
    /// The title of its page; made of the name if it is not given
    #[arg(long)]
    pub title: Option<String>,
    /// How hard it is: warm-up, core or challenge
    #[arg(long, default_value = "core", value_parser = tier)]
    pub tier: Tier,
    /// Where its tests run: host, qemu, wasm-node or wasm-browser
    #[arg(long, default_value = "host", value_parser = backend)]
    pub backend: BackendKind,
}

fn tier(text: &str) -> Result<Tier, String> {
    let all = [Tier::WarmUp, Tier::Core, Tier::Challenge];
    let names = all.map(Tier::name).join(", ");
    all.into_iter()
        .find(|tier| tier.name() == text)
        .ok_or_else(|| format!("there are {names}"))
}

fn backend(text: &str) -> Result<BackendKind, String> {
    BackendKind::named(text).ok_or_else(|| format!("there are {}", BackendKind::names()))
}

/// Scaffolds. Nothing is written if anything is in the way.
pub fn run(ctx: &Context, args: &Args) -> Result<Exit> {
    let place = Place::find(&ctx.root, &args.place).map_err(Usage)?;
    let title = args
        .title
        .clone()
        .unwrap_or_else(|| place::in_words(place.id.name()));
    if title.trim().is_empty() || title.contains('\n') {
        return Err(Usage("--title takes one line of text".to_owned()).into());
    }
    let files = template::files(&place, title.trim(), args.tier, args.backend);
    if let Some((path, _)) = files.iter().find(|(path, _)| ctx.root.join(path).exists()) {
        bail!("{} is there already; nothing was written", path.display());
    }
    let summary = Path::new("book/src/SUMMARY.md");
    let old = fs::read_to_string(ctx.root.join(summary))
        .with_context(|| format!("failed to read {}", summary.display()))?;
    let new = summary::with(&old, &place, title.trim());
    for (path, text) in &files {
        let path = ctx.root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&ctx.root))
            .with_context(|| format!("failed to create the folder of {}", path.display()))?;
        write_atomically(&path, text.as_bytes())?;
    }
    write_atomically(&ctx.root.join(summary), new.as_bytes())?;
    terminal::print(&told(&place.id, &files, summary))?;
    Ok(Exit::Done)
}

fn told(id: &ExerciseId, files: &[(PathBuf, String)], summary: &Path) -> String {
    let files: String = files
        .iter()
        .map(|(path, _)| format!("  {}\n", path.display()))
        .collect();
    let summary = summary.display();
    format!(
        "\
Scaffolded {id}:
{files}and linked its page in {summary}.

It is a working example. Next:
  1. Replace it by yours, and each TODO(author) by what it asks for: reference and traps first, then
     tests, stub, hints and page.
  2. `cargo xtask audit {id}` tells what is still to be filled in, and what is wrong.
  3. `cargo xtask audit --bless {id}` records the lock and the naive version's failure.
  4. `cargo xtask book serve` shows the page.
"
    )
}
