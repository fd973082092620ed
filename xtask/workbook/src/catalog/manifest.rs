//! `[package.metadata.exercise]`: parsing and checking one manifest.

use std::{
    path::{Component, Path, PathBuf},
    time::Duration,
};

use serde::Deserialize;

use super::{Artifact, Exercise, Gate, Kind, Profile, StubReason, Tier, artifact, unnumbered};
use crate::{
    backend::BackendKind,
    covers,
    file_error::{FileError as ManifestError, line_of_key},
    id::ExerciseId,
};

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    exercise: Option<Fields>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    id: Option<ExerciseId>,
    #[serde(default)]
    formerly: Vec<ExerciseId>,
    title: String,
    points: u32,
    #[serde(default)]
    items: Vec<String>,
    tier: Tier,
    backends: Vec<BackendKind>,
    edit: Vec<PathBuf>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    artifacts: Vec<Artifact>,
    stub: String,
    #[serde(default)]
    gates: Vec<Gate>,
    #[serde(default)]
    covers: Vec<String>,
    #[serde(default = "default_timeout")]
    timeout_seconds: u64,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    kind: Kind,
}

fn default_timeout() -> u64 {
    10
}

/// Parses the manifest `file` of the exercise at `place` (`NN-chapter/NN-name`).
pub(super) fn parse(text: &str, file: &Path, place: &str) -> Result<Exercise, ManifestError> {
    let manifest: Manifest =
        toml::from_str(text).map_err(|error| ManifestError::from_toml(text, file, &error))?;
    let at = |field: &str, message: String| {
        ManifestError::new(file, line_of_key(text, field), field, message)
    };
    let by_place = id_of(place).map_err(|message| ManifestError::new(file, None, "", message))?;
    let fields = manifest.package.metadata.and_then(|metadata| metadata.exercise).ok_or_else(|| {
        ManifestError::new(
            file,
            None,
            "package.metadata.exercise",
            "the table is missing: an exercise says its title, points, tier, backends, edit and stub there".to_owned(),
        )
    })?;
    let package = manifest.package.name;
    let id = fields.id.clone().unwrap_or(by_place);
    if package != id.package() {
        let asks = if fields.id.is_some() { "id" } else { "folder" };
        return Err(at(
            "name",
            format!(
                "the package is `{package}`: its {asks} asks for `{}`",
                id.package()
            ),
        ));
    }
    check(&fields).map_err(|(field, message)| at(field, message))?;
    let stub = stub_reason(&fields.stub).map_err(|message| at("stub", message))?;
    let mut needs = fields.needs;
    for target in fields.artifacts.iter().map(|one| one.target.triple()) {
        if !needs.iter().any(|need| need == target) {
            needs.push(target.to_owned());
        }
    }
    Ok(Exercise {
        id,
        formerly: fields.formerly,
        package,
        dir: Path::new("exercises").join(place),
        place: place.to_owned(),
        title: fields.title,
        points: fields.points,
        items: fields.items,
        tier: fields.tier,
        backends: fields.backends,
        edit: fields.edit,
        needs,
        artifacts: fields.artifacts,
        stub,
        gates: fields.gates,
        covers: fields.covers,
        timeout: Duration::from_secs(fields.timeout_seconds),
        profile: fields.profile,
        kind: fields.kind,
        benches: false,
    })
}

fn id_of(place: &str) -> Result<ExerciseId, String> {
    let (chapter, name) = place.split_once('/').unwrap_or((place, ""));
    match (unnumbered(chapter), unnumbered(name)) {
        (Some(chapter), Some(name)) => {
            ExerciseId::new(chapter, name).map_err(|error| error.to_string())
        }
        _ => Err(format!("`{place}` is not of the form NN-chapter/NN-name")),
    }
}

fn check(fields: &Fields) -> Result<(), (&'static str, String)> {
    if fields.title.trim().is_empty() {
        return Err(("title", "is empty".to_owned()));
    }
    if fields.points == 0 {
        return Err(("points", "must be at least 1".to_owned()));
    }
    let items = &fields.items;
    let mut pairs = items
        .iter()
        .flat_map(|item| items.iter().map(move |other| (item, other)));
    if let Some((item, _)) = pairs.find(|(item, other)| {
        item.is_empty() || !std::ptr::eq(*item, *other) && other.starts_with(item.as_str())
    }) {
        return Err((
            "items",
            format!("`{item}` begins another item's name too: a test would belong to both"),
        ));
    }
    if fields.backends.is_empty() {
        return Err((
            "backends",
            format!(
                "names none: expected one or more of {}",
                BackendKind::names()
            ),
        ));
    }
    if let Some(twice) = first_repeated(&fields.backends) {
        return Err(("backends", format!("names {twice} twice")));
    }
    let on_host = fields.backends.contains(&BackendKind::Host);
    artifact::check(&fields.artifacts, on_host).map_err(|message| ("artifacts", message))?;
    if fields.edit.is_empty() {
        return Err((
            "edit",
            "names no file: the learner could change nothing".to_owned(),
        ));
    }
    if let Some(path) = fields.edit.iter().find(|path| !stays_inside(path)) {
        return Err((
            "edit",
            format!("`{}` leaves the exercise's folder", path.display()),
        ));
    }
    if let Some(cover) = fields
        .covers
        .iter()
        .find(|cover| covers::rows().all(|row| row.key != **cover))
    {
        let rows: Vec<&str> = covers::rows().map(|row| row.key).collect();
        return Err((
            "covers",
            format!(
                "`{cover}` is no row of the map: expected any of {}",
                rows.join(", ")
            ),
        ));
    }
    if fields.timeout_seconds == 0 {
        return Err(("timeout_seconds", "must be at least 1".to_owned()));
    }
    if fields.kind == Kind::Mutants {
        check_mutants(fields)?;
    }
    Ok(())
}

/// Where the learner writes tests, the code under test is given, and runs on the host.
fn check_mutants(fields: &Fields) -> Result<(), (&'static str, String)> {
    if fields.backends != [BackendKind::Host] {
        return Err((
            "backends",
            "mutants run on the host alone: expected [\"host\"]".to_owned(),
        ));
    }
    let is_given = |path: &&PathBuf| path.starts_with("src") || path.starts_with("mutants");
    if let Some(path) = fields.edit.iter().find(is_given) {
        return Err((
            "edit",
            format!(
                "`{}` is given where the learner writes tests: expected files under tests/ or benches/",
                path.display()
            ),
        ));
    }
    if !fields.gates.is_empty() {
        return Err((
            "gates",
            "judge a library, and this exercise's is given: expected none".to_owned(),
        ));
    }
    Ok(())
}

fn stays_inside(path: &Path) -> bool {
    let mut parts = path.components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

fn first_repeated<T: PartialEq>(items: &[T]) -> Option<&T> {
    items
        .iter()
        .enumerate()
        .find(|(at, item)| items[..*at].contains(item))
        .map(|(_, item)| item)
}

fn stub_reason(text: &str) -> Result<StubReason, String> {
    match text.split_once(':') {
        Some(("test", name)) if !name.is_empty() => Ok(StubReason::Test(name.to_owned())),
        Some(("error", code)) if is_error_code(code) => Ok(StubReason::Error(code.to_owned())),
        _ => Err(format!(
            "`{text}` is no reason: expected `test:NAME` or `error:E0382`"
        )),
    }
}

fn is_error_code(code: &str) -> bool {
    code.len() == 5 && code.starts_with('E') && code.bytes().skip(1).all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests;
