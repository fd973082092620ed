//! Set-up on machines that lack something, for real: with apt, the network and root in a mount namespace, over
//! which lies a layer of memory, so that nothing reaches the machine itself.
//!
//! Ignored unless asked for, since these download a few hundred megabytes: `cargo xtask ci --only fresh` runs
//! them, and says so if this machine can't.
#![cfg(target_os = "linux")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// What is mounted where, before the scenario runs in the new root. `metacopy`: a file whose owner changes
/// isn't copied.
const ENTER: &str = r#"
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "metacopy=on,lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
for folder in proc dev sys; do mount --rbind "/$folder" "$1/root/$folder"; done
cp "$2" "$1/root/scenario.sh"
exec chroot "$1/root" /bin/sh -e /scenario.sh
"#;

/// Functions that scenarios share. `$WORKBOOK` is the workbook, `$XTASK` its runner.
const PRELUDE: &str = r#"
cd "$WORKBOOK"
rm -rf .workbook/packages
export RUSTUP_AUTO_INSTALL=0 DEBIAN_FRONTEND=noninteractive
without() {
    # With whatever depends on them: apt plans nothing on a machine whose packages lack others.
    for package in "$@"; do
        if dpkg --status "$package" >/dev/null 2>&1; then
            apt-get remove -y "$package" >&2
        fi
    done
}
as_nobody() {
    # Folders above may be closed to others.
    for start in "$WORKBOOK" "$CARGO_HOME" "$RUSTUP_HOME"; do
        folder=$start
        while [ "$folder" != / ]; do chmod o+x "$folder"; folder=$(dirname "$folder"); done
    done
    chown -R 65534:65534 "$WORKBOOK" "$CARGO_HOME"
    chmod -R o+rX "$RUSTUP_HOME"
    mkdir -p /nobody && chown 65534:65534 /nobody
    export HOME=/nobody
    setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
}
"#;

/// A scenario's end.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn told(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    /// A tool's row in the JSON that `doctor` printed last.
    fn tool(&self, name: &str) -> Value {
        let at = self.stdout.rfind("\n{\n").map_or(0, |at| at + 1);
        let answer: Value = serde_json::from_str(&self.stdout[at..])
            .unwrap_or_else(|error| panic!("no answer of doctor's ({error}):\n{}", self.told()));
        let rows = answer["tools"].as_array().expect("tools");
        let row = rows.iter().find(|row| row["name"] == name);
        row.expect("a row of each tool").clone()
    }

    #[track_caller]
    fn uses_private(&self, name: &str, why: &str) {
        let row = self.tool(name);
        assert_eq!(row["copy"], "private", "{row:#}\n{}", self.told());
        assert!(row["why"].to_string().contains(why), "{row:#}");
    }
}

fn workbook() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    crates.parent().expect("the workbook").to_owned()
}

/// Runs a scenario in a root of its own, with the flags of `unshare`.
#[expect(
    clippy::disallowed_methods,
    reason = "the scenario needs a root of its own"
)]
fn run(flags: &[&str], scenario: &str) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let (place, script) = (folder.path().join("layer"), folder.path().join("scenario"));
    fs::create_dir(&place).expect("a folder");
    fs::write(&script, format!("{PRELUDE}\n{scenario}")).expect("a script");
    let home = env::var("HOME").expect("HOME");
    let or_home = |name: &str, folder: &str| {
        let value = env::var(name).unwrap_or_else(|_| format!("{home}/{folder}"));
        format!("{name}={value}")
    };
    let path = env::var("PATH").expect("PATH");
    let mut words: Vec<String> = Vec::new();
    if !is_root() {
        words.extend(["sudo", "-n"].map(str::to_owned));
    }
    words.extend(["env", "-i"].map(str::to_owned));
    words.extend([
        format!("PATH={path}:/usr/sbin:/sbin"),
        format!("HOME={home}"),
        or_home("CARGO_HOME", ".cargo"),
        or_home("RUSTUP_HOME", ".rustup"),
        format!("WORKBOOK={}", workbook().display()),
        format!("XTASK={}", env!("CARGO_BIN_EXE_xtask")),
    ]);
    words.extend(["unshare", "--mount", "--propagation=private"].map(str::to_owned));
    words.extend(flags.iter().map(|flag| (*flag).to_owned()));
    words.extend(["sh", "-c", ENTER, "enter"].map(str::to_owned));
    words.extend([&place, &script].map(|path| path.display().to_string()));
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    Ran {
        code: status.code(),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

#[test]
#[ignore = "downloads packages as root in a layer of its own"]
fn fresh_where_apt_would_remove_something_a_private_copy_boots_the_board() {
    let ran = run(
        &[],
        r#"
without qemu-system-arm qemu-system-common
mkdir -p /way/DEBIAN
cat > /way/DEBIAN/control <<END
Package: in-the-way
Version: 1
Architecture: all
Maintainer: nobody <nobody@localhost>
Conflicts: qemu-system-common, qemu-system-arm
Description: keeps QEMU from being installed
END
dpkg-deb --build /way /way.deb >&2
dpkg --install /way.deb >&2
"$XTASK" verify --solutions --fresh --yes --toolchain distro embedded/blink >&2
dpkg --status in-the-way | grep "^Status: install ok installed" >&2
echo
"$XTASK" doctor --json || true
"#,
    );
    assert_eq!(ran.code, Some(0), "{}", ran.told());
    ran.uses_private("qemu-system-arm", "apt-get would remove");
    ran.uses_private("qemu-system-arm", "in-the-way");
}

#[test]
#[ignore = "downloads packages as root in a layer of its own"]
fn fresh_without_root_every_package_is_unpacked_and_serves_its_exercises() {
    let ran = run(
        &[],
        r#"
without qemu-system-arm valgrind libc6-dbg postgresql-15 postgresql-16 postgresql chromium-driver chromium \
    libgtk-3-dev libwebkit2gtk-4.1-dev
rm -f /usr/local/bin/postgres /usr/local/bin/initdb /usr/bin/sudo
as_nobody "$XTASK" verify --solutions --fresh --yes --toolchain distro \
    embedded/blink unsafe/c-strings database/repository gui/tauri-command wasm/dom-counter >&2
echo
as_nobody "$XTASK" doctor --json || true
"#,
    );
    assert_eq!(ran.code, Some(0), "{}", ran.told());
    for tool in [
        "qemu-system-arm",
        "valgrind",
        "postgres",
        "chromium",
        "chromedriver",
        "gtk",
    ] {
        ran.uses_private(tool, "only root installs packages");
    }
}

#[test]
#[ignore = "works as root in a layer of its own"]
fn fresh_without_a_network_what_is_missing_blocks_and_says_why() {
    for user in ["", "as_nobody"] {
        let ran = run(
            &["--net"],
            &format!(
                "without qemu-system-arm qemu-system-common\nrm -f /usr/bin/sudo\n\
                 {user} \"$XTASK\" verify --solutions --fresh --yes --toolchain distro embedded/blink"
            ),
        );
        assert_eq!(ran.code, Some(3), "{user}: {}", ran.told());
        let said = ran.told();
        assert!(said.contains("embedded/blink blocked"), "{user}: {said}");
        assert!(
            said.contains("the package lists could not be brought up to date: "),
            "{user}: {said}"
        );
    }
}
