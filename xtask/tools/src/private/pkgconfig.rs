//! pkg-config's files of unpacked packages, which name folders below `/usr`.

use std::fs;
use std::io;
use std::path::Path;

use super::PKG_CONFIG;
use crate::machine::folders_below;

/// Makes every file of pkg-config's below `root` name that root's folders, by their place beside the file
/// itself, so that the copy may be moved.
pub fn relocate(root: &Path) -> io::Result<()> {
    let folders = PKG_CONFIG
        .iter()
        .flat_map(|pattern| folders_below(root, pattern));
    for folder in folders {
        let depth = folder
            .strip_prefix(root)
            .map_or(0, |place| place.components().count());
        let up = format!("${{pcfiledir}}{}", "/..".repeat(depth));
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            // A link's target has its turn, or is the machine's own.
            if path.is_symlink() || path.extension().is_none_or(|extension| extension != "pc") {
                continue;
            }
            let text = fs::read_to_string(&path)?;
            fs::write(&path, relocated(&text, &up))?;
        }
    }
    Ok(())
}

/// `text` with `up` before each path that opens with `/usr`.
fn relocated(text: &str, up: &str) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    let mut rest = text;
    while let Some(at) = rest.find("/usr") {
        let (before, after) = rest.split_at(at);
        let opens = before.ends_with(['=', ' ', '\t', '"', '\''])
            || before.ends_with("-I")
            || before.ends_with("-L");
        let ends = after["/usr".len()..].starts_with(['/', '\n', ' ', '"', '\'']);
        out.push_str(before);
        if opens && ends {
            out.push_str(up);
        }
        out.push_str("/usr");
        rest = &after["/usr".len()..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_file_s_place() {
        let text = "prefix=/usr\nlibdir=${prefix}/lib/usr\nCflags: -I/usr/include/a -DX=\"/usr/share\" -I/usrlocal\n";
        let expected = "prefix=UP/usr\nlibdir=${prefix}/lib/usr\nCflags: -IUP/usr/include/a -DX=\"UP/usr/share\" -I/usrlocal\n";
        assert_eq!(relocated(text, "UP"), expected);
    }
}
