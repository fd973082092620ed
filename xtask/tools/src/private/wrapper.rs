//! The scripts that start the programs of a private copy.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::machine::folders_below;
use crate::recipes::{Program, Recipe};

/// Writes a wrapper for each program of `recipe` that the copy at `home` has, and returns their paths.
pub fn write(home: &Path, recipe: &Recipe, libraries: &[String]) -> io::Result<Vec<PathBuf>> {
    let (root, bin) = (home.join("root"), home.join("bin"));
    fs::create_dir_all(&bin)?;
    let mut written = Vec::new();
    for program in recipe.programs {
        let mut files = folders_below(&root, program.folder)
            .into_iter()
            .map(|folder| folder.join(real_name(&folder, program.name)));
        let Some(file) = files.find(|file| file.is_file()) else {
            continue;
        };
        replace_launcher(&root, &file, program.name)?;
        let place = file.strip_prefix(&root).unwrap_or(&file);
        let wrapper = bin.join(program.name);
        fs::write(&wrapper, script(program, place, libraries))?;
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
        written.push(wrapper);
    }
    Ok(written)
}

/// A package's own launcher names files by absolute paths, and other programs of the package start it: ChromeDriver
/// takes the browser that lies beside itself. The wrapper takes its place.
fn replace_launcher(root: &Path, file: &Path, name: &str) -> io::Result<()> {
    let launcher = root.join("usr/bin").join(name);
    if launcher == file || launcher.symlink_metadata().is_err() {
        return Ok(());
    }
    fs::remove_file(&launcher)?;
    symlink(Path::new("../../../bin").join(name), launcher)
}

/// Debian's valgrind is a script that starts `valgrind.bin` by an absolute path.
fn real_name(folder: &Path, name: &str) -> String {
    let binary = format!("{name}.bin");
    if folder.join(&binary).is_file() {
        binary
    } else {
        name.to_owned()
    }
}

/// `$0` is the path by which the shell found the script; a link is followed to the script itself.
fn script(program: &Program, place: &Path, libraries: &[String]) -> String {
    let quoted = |text: &str| format!("\"{text}\"");
    let folders: Vec<_> = libraries
        .iter()
        .map(|folder| format!("$root/{folder}"))
        .collect();
    let mut script = "#!/bin/sh\n\
        # Written by `cargo xtask setup`.\n\
        self=$0\n\
        [ -L \"$self\" ] && self=$(readlink -f -- \"$self\")\n\
        root=${self%/*}/../root\n"
        .to_owned();
    if !folders.is_empty() {
        script.push_str(&format!(
            "export LD_LIBRARY_PATH=\"{}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\n",
            folders.join(":")
        ));
    }
    for (name, value) in program.env {
        script.push_str(&format!("export {name}={}\n", quoted(value)));
    }
    let args: String = program
        .args
        .iter()
        .map(|arg| format!(" {}", quoted(arg)))
        .collect();
    let program = quoted(&format!("$root/{}", place.display()));
    script + &format!("exec {program}{args} \"$@\"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipes::{QEMU, VALGRIND};
    use workbook_run::exec::{Cmd, Executor as _, Real};

    #[test]
    fn a_wrapper_names_its_libraries_and_data() {
        let libraries = ["usr/lib/x".to_owned(), "usr/lib/x/nss".to_owned()];
        let place = Path::new("usr/bin/qemu-system-arm");
        insta::assert_snapshot!(script(&QEMU.programs[0], place, &libraries));
    }

    #[test]
    fn a_wrapper_runs_from_wherever_it_is_moved_or_linked() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("a b");
        let real = home.join("root/usr/bin/valgrind.bin");
        fs::create_dir_all(real.parent().unwrap()).unwrap();
        fs::write(&real, "#!/bin/sh\necho \"$VALGRIND_LIB|$*\"\n").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(real.with_extension(""), "exec /usr/bin/valgrind.bin").unwrap();
        write(&home, &VALGRIND, &[]).unwrap();
        let moved = folder.path().join("ü'c");
        fs::rename(&home, &moved).unwrap();
        let launcher = moved.join("root/usr/bin/valgrind");
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(moved.join("bin/valgrind"), &link).unwrap();
        for start in [moved.join("bin/valgrind"), launcher, link] {
            let said = Real::default()
                .run(&Cmd::new(start).arg("x y"))
                .unwrap()
                .stdout();
            let root = moved.join("bin/../root").display().to_string();
            let expected = format!(
                "{root}/usr/libexec/valgrind|--extra-debuginfo-path={root}/usr/lib/debug x y\n"
            );
            assert_eq!(said, expected);
        }
    }
}
