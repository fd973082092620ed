//! The one table of what the workbook needs from a machine: versions are pinned here and nowhere else.

// Long because it is one table, a row for each tool.

use super::recipes::{self, Recipe};
use super::version::{Version, Want};

/// A tool, or a thing that counts as one: a compiler's target, a library to link with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolId {
    /// cargo-nextest.
    Nextest,
    /// wasm-pack.
    WasmPack,
    /// wasm-bindgen's command line.
    WasmBindgen,
    /// cargo-deny.
    CargoDeny,
    /// The target wasm32-unknown-unknown.
    Wasm32,
    /// The target thumbv7m-none-eabi.
    Thumbv7m,
    /// QEMU's Arm machines.
    QemuArm,
    /// Node.js.
    Node,
    /// Chromium or Chrome.
    Chromium,
    /// ChromeDriver.
    Chromedriver,
    /// Valgrind.
    Valgrind,
    /// A C compiler.
    CCompiler,
    /// PostgreSQL's server programs.
    Postgres,
    /// The headers of GTK and WebKitGTK.
    Gtk,
    /// The kernel's io_uring.
    IoUring,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// Which it is.
    pub id: ToolId,
    /// Its name in reports, in `--json` and in a manifest's `needs`.
    pub name: &'static str,
    /// Finishes the sentence "it …".
    pub purpose: &'static str,
    /// How it is recognised.
    pub probe: Probe,
    /// How it is installed.
    pub source: Source,
    /// Roughly what installing it costs, in words.
    pub cost: &'static str,
}

/// How a tool is recognised.
#[derive(Debug, Clone, Copy)]
pub enum Probe {
    /// The first of these programs in the workbook's own folder, on `PATH`, or in one of `folders`
    /// (where a `*` stands for a folder's name).
    Program {
        /// What it may be called.
        names: &'static [&'static str],
        /// Where it may be, apart from `PATH`.
        folders: &'static [&'static str],
        /// Which versions will do.
        want: Wanted,
    },
    /// The standard library of a compiler's target.
    Target(Target),
    /// These files, each in one of pkg-config's folders.
    PkgConfig(&'static [&'static str]),
    /// The kernel does it when asked.
    Kernel(Feature),
}

/// What a kernel may have and may refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// io_uring, with the file reads and writes of Linux 5.1.
    IoUring,
}

/// Which versions will do, where the table itself can tell.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// The same on every machine.
    Fixed(Want),
    /// Exactly the version that Cargo.lock has of this package.
    Locked(&'static str),
    /// The same major version as another tool.
    MajorOf(ToolId),
}

/// How a tool is installed.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// `cargo install` into `.workbook/tools`; `None` takes the version of Cargo.lock.
    Cargo {
        /// Its name on crates.io.
        package: &'static str,
        /// The version to install.
        version: Option<Version>,
    },
    /// The platform's packages.
    Packages(Packages),
    /// The ladder: the active toolchain, `rustup target add`, the distribution's compiler.
    Ladder(Target),
    /// It isn't installed: the machine's administrator decides.
    Kernel(Feature),
}

/// A tool's packages, by package manager. Where a manager has none, the tool is installed by hand.
#[derive(Debug, Clone, Copy)]
pub struct Packages {
    /// Debian's and Ubuntu's.
    pub apt: &'static [&'static str],
    /// Fedora's.
    pub dnf: &'static [&'static str],
    /// Arch's.
    pub pacman: &'static [&'static str],
    /// Homebrew's.
    pub brew: &'static [&'static str],
    /// How apt's packages run without being installed, where they can.
    pub private: Option<&'static Recipe>,
}

/// A target that exercises are cross-compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub triple: &'static str,
    /// The crates of the standard library that an assembled toolchain builds for it.
    pub build_std: &'static str,
}

/// WebAssembly.
pub const WASM32: Target = Target {
    triple: "wasm32-unknown-unknown",
    build_std: "std,panic_abort,test",
};
/// A Cortex-M3.
pub const THUMBV7M: Target = Target {
    triple: "thumbv7m-none-eabi",
    build_std: "core,alloc",
};

/// Every tool, in the order in which reports list them.
pub static TOOLS: [Tool; 15] = [
    Tool {
        id: ToolId::Nextest,
        name: "cargo-nextest",
        purpose: "runs every host and QEMU test, one process a test",
        probe: program(&["cargo-nextest"], Want::AtLeast(Version(0, 9, 130))),
        source: Source::Cargo {
            package: "cargo-nextest",
            version: Some(Version(0, 9, 143)),
        },
        cost: "4 min to compile",
    },
    Tool {
        id: ToolId::WasmPack,
        name: "wasm-pack",
        purpose: "runs the WebAssembly tests",
        probe: program(&["wasm-pack"], Want::Series(Version(0, 15, 0))),
        source: Source::Cargo {
            package: "wasm-pack",
            version: Some(Version(0, 15, 0)),
        },
        cost: "2 min to compile",
    },
    Tool {
        id: ToolId::WasmBindgen,
        name: "wasm-bindgen",
        purpose: "joins WebAssembly to JavaScript; must match the crate in Cargo.lock exactly",
        probe: Probe::Program {
            names: &["wasm-bindgen"],
            folders: &[],
            want: Wanted::Locked("wasm-bindgen"),
        },
        source: Source::Cargo {
            package: "wasm-bindgen-cli",
            version: None,
        },
        cost: "2 min to compile",
    },
    Tool {
        id: ToolId::CargoDeny,
        name: "cargo-deny",
        purpose: "checks licences and advisories of the dependencies in `cargo xtask ci`",
        probe: program(&["cargo-deny"], Want::Series(Version(0, 20, 0))),
        source: Source::Cargo {
            package: "cargo-deny",
            version: Some(Version(0, 20, 2)),
        },
        cost: "2 min to compile",
    },
    Tool {
        id: ToolId::Wasm32,
        name: "wasm32-unknown-unknown",
        purpose: "is the standard library for WebAssembly",
        probe: Probe::Target(WASM32),
        source: Source::Ladder(WASM32),
        cost: "a download of 20 MB from rustup, or 150 MB of packages and 1 min to compile",
    },
    Tool {
        id: ToolId::Thumbv7m,
        name: "thumbv7m-none-eabi",
        purpose: "is the core library for a Cortex-M3",
        probe: Probe::Target(THUMBV7M),
        source: Source::Ladder(THUMBV7M),
        cost: "a download of 10 MB from rustup, or 150 MB of packages and 30 s to compile",
    },
    Tool {
        id: ToolId::QemuArm,
        name: "qemu-system-arm",
        purpose: "is the Cortex-M that the embedded exercises boot",
        probe: program(&["qemu-system-arm"], Want::AtLeast(Version(6, 0, 0))),
        source: packages_or_copy(
            &recipes::QEMU,
            &["qemu-system-arm"],
            &["qemu-system-arm"],
            &["qemu-system-arm"],
            &["qemu"],
        ),
        cost: "a download of 40 MB",
    },
    Tool {
        id: ToolId::Node,
        name: "node",
        purpose: "runs the WebAssembly tests that need no browser",
        probe: program(&["node", "nodejs"], Want::AtLeast(Version(18, 0, 0))),
        source: packages_or_copy(
            &recipes::NODE,
            &["nodejs"],
            &["nodejs"],
            &["nodejs"],
            &["node"],
        ),
        cost: "a download of 15 MB",
    },
    Tool {
        id: ToolId::Chromium,
        name: "chromium",
        purpose: "is the browser that the browser tests run in",
        probe: Probe::Program {
            names: &[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ],
            folders: &[
                "/Applications/Chromium.app/Contents/MacOS",
                "/Applications/Google Chrome.app/Contents/MacOS",
            ],
            want: Wanted::Fixed(Want::Any),
        },
        source: packages_or_copy(
            &recipes::CHROMIUM,
            &["chromium"],
            &["chromium"],
            &["chromium"],
            &["chromium"],
        ),
        cost: "a download of 100 MB",
    },
    Tool {
        id: ToolId::Chromedriver,
        name: "chromedriver",
        purpose: "drives the browser; must be of the browser's major version",
        probe: Probe::Program {
            names: &["chromedriver"],
            folders: &["/usr/lib/chromium-browser", "/usr/lib64/chromium-browser"],
            want: Wanted::MajorOf(ToolId::Chromium),
        },
        source: packages_or_copy(
            &recipes::CHROMIUM,
            &["chromium-driver"],
            &["chromedriver"],
            &["chromium"],
            &["chromedriver"],
        ),
        cost: "a download of 7 MB",
    },
    Tool {
        id: ToolId::Valgrind,
        name: "valgrind",
        purpose: "counts instructions, so that a verdict on speed doesn't depend on the day",
        probe: program(&["valgrind"], Want::AtLeast(Version(3, 15, 0))),
        source: packages_or_copy(
            &recipes::VALGRIND,
            &["valgrind"],
            &["valgrind"],
            &["valgrind"],
            &[],
        ),
        cost: "a download of 15 MB",
    },
    Tool {
        id: ToolId::CCompiler,
        name: "c-compiler",
        purpose: "builds the C that some exercises call",
        probe: program(&["cc", "gcc", "clang"], Want::Any),
        source: packages(&["gcc", "libc6-dev"], &["gcc"], &["gcc"], &["llvm"]),
        cost: "a download of 40 MB",
    },
    Tool {
        id: ToolId::Postgres,
        name: "postgres",
        purpose: "is the database server that some exercises talk to",
        probe: Probe::Program {
            names: &["postgres"],
            folders: &[
                "/usr/lib/postgresql/*/bin",
                "/opt/homebrew/opt/postgresql@*/bin",
            ],
            want: Wanted::Fixed(Want::AtLeast(Version(14, 0, 0))),
        },
        source: packages_or_copy(
            &recipes::POSTGRES,
            &["postgresql"],
            &["postgresql-server"],
            &["postgresql"],
            &["postgresql@15"],
        ),
        cost: "a download of 20 MB",
    },
    Tool {
        id: ToolId::Gtk,
        name: "gtk",
        purpose: "is what the desktop exercises link with: GTK 3 and WebKitGTK 4.1",
        probe: Probe::PkgConfig(&["gtk+-3.0.pc", "webkit2gtk-4.1.pc"]),
        source: packages_or_copy(
            &recipes::GTK,
            &["libgtk-3-dev", "libwebkit2gtk-4.1-dev"],
            &["gtk3-devel", "webkit2gtk4.1-devel"],
            &["gtk3", "webkit2gtk-4.1"],
            &[],
        ),
        cost: "a download of 120 MB",
    },
    Tool {
        id: ToolId::IoUring,
        name: "io-uring",
        purpose: "is the kernel's interface that some exercises are about",
        probe: Probe::Kernel(Feature::IoUring),
        source: Source::Kernel(Feature::IoUring),
        cost: "a setting",
    },
];

impl ToolId {
    /// Its row.
    pub fn tool(self) -> &'static Tool {
        // The order of the enum is the order of the table; a test holds them together.
        &TOOLS[self as usize]
    }

    /// The tool of a name, as in a manifest's `needs`.
    pub fn named(name: &str) -> Option<Self> {
        TOOLS
            .iter()
            .find(|tool| tool.name == name)
            .map(|tool| tool.id)
    }
}

const fn program(names: &'static [&'static str], want: Want) -> Probe {
    Probe::Program {
        names,
        folders: &[],
        want: Wanted::Fixed(want),
    }
}

const fn packages(
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    pacman: &'static [&'static str],
    brew: &'static [&'static str],
) -> Source {
    Source::Packages(Packages {
        apt,
        dnf,
        pacman,
        brew,
        private: None,
    })
}

/// Packages of which a private copy will do.
const fn packages_or_copy(
    private: &'static Recipe,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    pacman: &'static [&'static str],
    brew: &'static [&'static str],
) -> Source {
    Source::Packages(Packages {
        apt,
        dnf,
        pacman,
        brew,
        private: Some(private),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_stands_where_its_id_says() {
        for (index, tool) in TOOLS.iter().enumerate() {
            assert_eq!(tool.id as usize, index, "{} is in the wrong row", tool.name);
            assert_eq!(ToolId::named(tool.name), Some(tool.id));
        }
    }
}
