//! Links of unpacked packages. They are written for packages that lie in `/`: one may lead out of the copy
//! to its neighbour, or to a library that the machine has and the copy therefore hasn't.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Component, Path, PathBuf};

use super::walk;

/// Leads every link below `root` to where its target is: in the copy, else on the machine at `system`.
pub fn lead(root: &Path, system: &Path) -> io::Result<()> {
    for entry in walk(root).filter(|entry| entry.path_is_symlink()) {
        let link = entry.path();
        let target = fs::read_link(link)?;
        let place = place(root, link, &target);
        let fitting = if let Some(place) = variants(&place).find(|place| exists(&root.join(place)))
        {
            // Links that stay in the copy are relative, so that it may be moved.
            if target.is_relative() && link.exists() {
                continue;
            }
            relative(link.strip_prefix(root).unwrap_or(link), &place)
        } else if let Some(place) = variants(&place).find(|place| exists(&system.join(place))) {
            system.join(place)
        } else {
            continue;
        };
        fs::remove_file(link)?;
        symlink(fitting, link)?;
    }
    Ok(())
}

fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Where `target` would lie below `/`, without dots.
fn place(root: &Path, link: &Path, target: &Path) -> PathBuf {
    let home = link.parent().unwrap_or(link);
    let whole = home.strip_prefix(root).unwrap_or(home).join(target);
    let mut parts: Vec<OsString> = Vec::new();
    for part in whole.components() {
        match part {
            Component::Normal(part) => parts.push(part.to_owned()),
            Component::ParentDir => drop(parts.pop()),
            Component::RootDir => parts.clear(),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    parts.into_iter().collect()
}

/// `/lib` is `/usr/lib` on merged systems, and packages name either.
fn variants(place: &Path) -> impl Iterator<Item = PathBuf> {
    let other = match place.strip_prefix("usr") {
        Ok(rest) => rest.to_owned(),
        Err(_) => Path::new("usr").join(place),
    };
    [place.to_owned(), other].into_iter()
}

/// The way from the folder of `link` to `target`, both below the same root.
fn relative(link: &Path, target: &Path) -> PathBuf {
    let ups = link.components().count().saturating_sub(1);
    std::iter::repeat_n(Path::new(".."), ups)
        .chain([target])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_link_leads_to_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (root, system) = (folder.path().join("root"), folder.path().join("system"));
        let file = |path: PathBuf, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file(root.join("usr/lib/x/libown.so.1"), "own");
        file(root.join("lib/x/libmerged.so.1"), "merged");
        file(system.join("usr/lib/x/libtheirs.so.1"), "theirs");
        for (name, target) in [
            ("libown.so", "libown.so.1"),
            ("libfar.so", "/usr/lib/x/libown.so.1"),
            ("libmerged.so", "/usr/lib/x/libmerged.so.1"),
            ("libtheirs.so", "libtheirs.so.1"),
            ("libgone.so", "libgone.so.1"),
        ] {
            symlink(target, root.join("usr/lib/x").join(name)).unwrap();
        }
        lead(&root, &system).unwrap();
        let moved = folder.path().join("moved");
        fs::rename(&root, &moved).unwrap();
        let read = |name: &str| fs::read_to_string(moved.join("usr/lib/x").join(name)).ok();
        for (name, text) in [
            ("libown.so", "own"),
            ("libfar.so", "own"),
            ("libmerged.so", "merged"),
            ("libtheirs.so", "theirs"),
        ] {
            assert_eq!(read(name).as_deref(), Some(text), "{name}");
        }
        assert_eq!(read("libgone.so"), None);
    }
}
