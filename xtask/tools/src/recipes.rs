//! The one table of what it takes to run a package's programs from a folder that isn't `/`.

/// How packages run from a folder that isn't theirs.
#[derive(Debug)]
pub struct Recipe {
    /// The copy's folder in `.workbook/packages`.
    pub folder: &'static str,
    /// The packages that belong together in it, as apt calls them.
    pub apt: &'static [&'static str],
    /// The programs that get a wrapper, as far as the packages have them.
    pub programs: &'static [Program],
}

/// A program of a private copy.
#[derive(Debug)]
pub struct Program {
    /// What it is called.
    pub name: &'static str,
    /// Its folder below the root, where a `*` stands for one folder's name.
    pub folder: &'static str,
    /// Arguments that come first; `$root` stands for the copy's root.
    pub args: &'static [&'static str],
    /// Variables that it needs; `$root` as above.
    pub env: &'static [(&'static str, &'static str)],
}

const fn program(name: &'static str, folder: &'static str) -> Program {
    Program {
        name,
        folder,
        args: &[],
        env: &[],
    }
}

/// QEMU, whose data is found by `-L`.
pub static QEMU: Recipe = Recipe {
    folder: "qemu",
    apt: &["qemu-system-arm"],
    programs: &[Program {
        args: &["-L", "$root/usr/share/qemu"],
        ..program("qemu-system-arm", "/usr/bin")
    }],
};
/// Node.js.
pub static NODE: Recipe = Recipe {
    folder: "node",
    apt: &["nodejs"],
    programs: &[program("node", "/usr/bin")],
};
/// The browser and its driver, which must be of one version. Debian's launcher asks for files of its own
/// in `/etc` and `/usr`, so the wrapper starts the browser itself.
pub static CHROMIUM: Recipe = Recipe {
    folder: "chromium",
    apt: &["chromium", "chromium-driver"],
    programs: &[
        program("chromium", "/usr/lib/chromium"),
        program("chromedriver", "/usr/bin"),
    ],
};
/// Valgrind. Its core starts the tools from `VALGRIND_LIB`, and needs the symbols of the machine's loader.
/// The variables of the C++ library are those that Debian's launcher sets.
pub static VALGRIND: Recipe = Recipe {
    folder: "valgrind",
    apt: &["valgrind"],
    programs: &[Program {
        name: "valgrind",
        folder: "/usr/bin",
        args: &["--extra-debuginfo-path=$root/usr/lib/debug"],
        env: &[
            ("VALGRIND_LIB", "$root/usr/libexec/valgrind"),
            ("GLIBCXX_FORCE_NEW", "1"),
        ],
    }],
};
/// PostgreSQL's server, which finds its data by its own path.
pub static POSTGRES: Recipe = Recipe {
    folder: "postgres",
    apt: &["postgresql"],
    programs: &[
        program("postgres", "/usr/lib/postgresql/*/bin"),
        program("initdb", "/usr/lib/postgresql/*/bin"),
        program("pg_ctl", "/usr/lib/postgresql/*/bin"),
    ],
};
/// GTK's and WebKitGTK's headers and libraries, and pkg-config where the machine has none.
pub static GTK: Recipe = Recipe {
    folder: "gtk",
    apt: &["libgtk-3-dev", "libwebkit2gtk-4.1-dev"],
    programs: &[program("pkg-config", "/usr/bin")],
};
/// The distribution's Rust compiler, with the source of its library.
pub static RUST: Recipe = Recipe {
    folder: "rust",
    apt: &["rustc-web", "cargo-web", "rust-web-src"],
    programs: &[
        program("rustc", "/usr/bin"),
        program("rustdoc", "/usr/bin"),
        program("cargo", "/usr/bin"),
    ],
};
/// LLVM's linker.
pub static LLD: Recipe = Recipe {
    folder: "lld",
    apt: &["lld-19"],
    programs: &[program("lld", "/usr/lib/llvm-*/bin")],
};
