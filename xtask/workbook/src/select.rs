//! From what somebody typed to exercises.

use std::{collections::BTreeSet, path::Path};

use crate::{
    catalog::{Catalog, Exercise, unnumbered},
    id::ExerciseId,
};

/// Patterns that name no exercise, or that could mean several.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// Nothing matches.
    #[error("no exercise matches `{pattern}`{}", did_you_mean(.suggestions))]
    Unknown {
        /// What was asked for.
        pattern: String,
        /// What comes near it, best first; perhaps nothing.
        suggestions: Vec<String>,
    },
    /// A bare name that several chapters have.
    #[error("`{pattern}` could be {}", join(.candidates))]
    Ambiguous {
        /// What was asked for.
        pattern: String,
        /// The ids that it could mean, in the book's order.
        candidates: Vec<String>,
    },
    /// Several exercises match where one is asked for.
    #[error("`{pattern}` names {} exercises; choose one: {}", .ids.len(), .ids.join(", "))]
    Several {
        /// What was asked for.
        pattern: String,
        /// The ids of those that match, in the book's order.
        ids: Vec<String>,
    },
}

fn did_you_mean(suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        ": `cargo xtask list` names them all".to_owned()
    } else {
        format!(": did you mean {}?", join(suggestions))
    }
}

/// `` `a`, `b` or `c` ``.
fn join(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The exercises that any of `patterns` names, in the book's order, each once; all of them
/// without a pattern.
///
/// A pattern is an id (`memory/shared-cache`), a chapter (`memory`, `04-memory`), a glob on ids
/// (`memory/*`, `*/blink`) or on one of its parts (`mem*`), a package, the path of an exercise's folder, of something in it or of
/// its page, or an exercise's own name where only one chapter has it. A chapter goes before an
/// exercise of the same name.
///
/// # Errors
/// The first pattern that names nothing, with what comes near it, or that is ambiguous.
pub fn select<'a>(
    catalog: &'a Catalog,
    patterns: &[String],
) -> Result<Vec<&'a Exercise>, SelectError> {
    if patterns.is_empty() {
        return Ok(catalog.exercises.iter().collect());
    }
    let mut chosen = BTreeSet::new();
    for pattern in patterns {
        chosen.extend(matches(catalog, pattern)?);
    }
    Ok(chosen
        .into_iter()
        .map(|at| &catalog.exercises[at])
        .collect())
}

/// The one exercise that `pattern` names.
///
/// # Errors
/// If it names none or several.
pub fn one<'a>(catalog: &'a Catalog, pattern: &str) -> Result<&'a Exercise, SelectError> {
    match select(catalog, &[pattern.to_owned()])?.as_slice() {
        [exercise] => Ok(exercise),
        several => Err(SelectError::Several {
            pattern: pattern.to_owned(),
            ids: several
                .iter()
                .map(|exercise| exercise.id.to_string())
                .collect(),
        }),
    }
}

/// Indices of the exercises that `pattern` names.
fn matches(catalog: &Catalog, pattern: &str) -> Result<Vec<usize>, SelectError> {
    let wanted = normalise(&catalog.root, pattern);
    let all = |test: &dyn Fn(&Exercise) -> bool| -> Vec<usize> {
        let numbered = catalog.exercises.iter().enumerate();
        numbered
            .filter(|(_, exercise)| test(exercise))
            .map(|(at, _)| at)
            .collect()
    };
    let kinds: [&dyn Fn(&Exercise) -> bool; 4] = [
        &|exercise| {
            let is_wanted = |id: &ExerciseId| id.to_string() == wanted || id.package() == wanted;
            is_wanted(&exercise.id) || exercise.formerly.iter().any(is_wanted)
        },
        &|exercise| wanted.contains(['*', '?']) && is_glob_of(&wanted, exercise),
        &|exercise| is_path_of(&wanted, exercise),
        &|exercise| exercise.chapter() == wanted || exercise.id.chapter() == wanted,
    ];
    if let Some(found) = kinds
        .iter()
        .map(|kind| all(kind))
        .find(|found| !found.is_empty())
    {
        return Ok(found);
    }
    let named = all(&|exercise| exercise.id.name() == unnumbered(&wanted).unwrap_or(&wanted));
    match named.len() {
        0 => Err(SelectError::Unknown {
            pattern: pattern.to_owned(),
            suggestions: near(catalog, &wanted),
        }),
        1 => Ok(named),
        _ => {
            let candidates = named
                .iter()
                .map(|&at| catalog.exercises[at].id.to_string())
                .collect();
            Err(SelectError::Ambiguous {
                pattern: pattern.to_owned(),
                candidates,
            })
        }
    }
}

/// With forward slashes, relative to the root, and without a slash at the end.
fn normalise(root: &Path, pattern: &str) -> String {
    let path = Path::new(pattern.trim());
    let inside = path
        .strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/");
    inside
        .trim_start_matches("./")
        .trim_end_matches('/')
        .to_owned()
}

/// Whether `wanted` is a path of the exercise's chapter, of its folders or page, or inside them.
fn is_path_of(wanted: &str, exercise: &Exercise) -> bool {
    let tops = ["exercises/", "solutions/", "book/src/"];
    let path = tops
        .iter()
        .find_map(|top| wanted.strip_prefix(top))
        .unwrap_or(wanted);
    let path = path.strip_suffix(".md").unwrap_or(path);
    let inside = path
        .strip_prefix(&exercise.place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    inside || exercise.place.split('/').next() == Some(path)
}

/// Whether a glob fits the exercise's id or place, or, without a slash, one of its names.
fn is_glob_of(wanted: &str, exercise: &Exercise) -> bool {
    let id = exercise.id.to_string();
    let place = format!("exercises/{}", exercise.place);
    let names: &[&str] = if wanted.contains('/') {
        &[&id, &exercise.place, &place]
    } else {
        &[
            exercise.chapter(),
            exercise.id.chapter(),
            exercise.id.name(),
            &exercise.package,
        ]
    };
    names
        .iter()
        .any(|name| glob(wanted.as_bytes(), name.as_bytes()))
}

/// Whether `text` fits `pattern`, where `*` is any run within one folder and `?` one byte of it.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) if glob(rest, text) => true,
        (Some((b'*', _)), Some((&byte, tail))) => byte != b'/' && glob(pattern, tail),
        (Some((b'?', rest)), Some((&byte, tail))) => byte != b'/' && glob(rest, tail),
        (Some((&want, rest)), Some((&byte, tail))) => want == byte && glob(rest, tail),
        _ => false,
    }
}

/// Up to three names that look like `wanted`, best first.
fn near(catalog: &Catalog, wanted: &str) -> Vec<String> {
    let mut scored: Vec<(f64, String)> = Vec::new();
    let chapters: BTreeSet<&str> = catalog
        .exercises
        .iter()
        .flat_map(|exercise| [exercise.chapter(), exercise.id.chapter()])
        .collect();
    for chapter in chapters {
        scored.push((likeness(wanted, chapter), chapter.to_owned()));
    }
    for exercise in &catalog.exercises {
        let id = exercise.id.to_string();
        let likenesses = [&id, exercise.id.name(), &exercise.package, &exercise.place]
            .map(|name| likeness(wanted, name));
        scored.push((likenesses.into_iter().fold(0.0, f64::max), id));
    }
    scored.retain(|(score, _)| *score >= 0.6);
    scored.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.cmp(y)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

fn likeness(wanted: &str, name: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(&wanted.to_lowercase(), name)
}

#[cfg(test)]
mod tests;
