//! Where tests run. What a backend is stands here and nowhere else: a new one is a variant and a [`Backend`], and
//! whoever runs, installs or shows goes by the fields.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackendKind {
    /// The machine itself, under cargo-nextest.
    Host,
    /// A Cortex-M3 in QEMU, under cargo-nextest.
    Qemu,
    /// WebAssembly in Node, under wasm-pack.
    WasmNode,
    /// WebAssembly in headless Chromium, under wasm-pack.
    WasmBrowser,
}

/// Who runs a backend's tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harness {
    /// cargo-nextest, each test in a process or a boot of its own.
    Nextest {
        /// The command of the runner's own that stands between nextest and a test binary.
        runner: &'static str,
        /// Whether test binaries end as Rust's own harness does: with 101 where a test failed.
        libtest: bool,
    },
    /// wasm-pack, all tests of a file in one module.
    WasmPack {
        /// Says where the module is loaded.
        flags: &'static [&'static str],
        /// Whether a script can be loaded before the harness, which marks the harness's own lines.
        preload: bool,
        /// Whether a browser has to start first.
        browser: bool,
    },
}

/// All that distinguishes one backend from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backend {
    /// Its name in manifests and reports.
    pub name: &'static str,
    /// The triple that its tests are built for; `None` for the machine's own.
    pub target: Option<&'static str>,
    /// Who runs its tests.
    pub harness: Harness,
    /// The tools that it can't do without, by their names in setup's table.
    pub tools: &'static [&'static str],
    /// What is built for, where it is told: `the host`.
    pub platform: &'static str,
    /// Where the tests ran, after "on".
    pub place: &'static str,
    /// Where the tests run, as an exercise's card says it.
    pub runs: &'static str,
}

const HOST: Backend = Backend {
    name: "host",
    target: None,
    harness: Harness::Nextest {
        runner: "host-runner",
        libtest: true,
    },
    tools: &["cargo-nextest"],
    platform: "the host",
    place: "the host",
    runs: "on your machine",
};

const QEMU: Backend = Backend {
    name: "qemu",
    target: Some("thumbv7m-none-eabi"),
    harness: Harness::Nextest {
        runner: "qemu-runner",
        libtest: false,
    },
    tools: &["cargo-nextest", "thumbv7m-none-eabi", "qemu-system-arm"],
    platform: "Cortex-M",
    place: "the Cortex-M3 in QEMU",
    runs: "on a Cortex-M3 in QEMU",
};

const WASM_NODE: Backend = Backend {
    name: "wasm-node",
    target: Some("wasm32-unknown-unknown"),
    harness: Harness::WasmPack {
        flags: &["--node"],
        preload: true,
        browser: false,
    },
    tools: &[
        "wasm-pack",
        "wasm-bindgen",
        "wasm32-unknown-unknown",
        "node",
    ],
    platform: "WebAssembly",
    place: "WebAssembly in Node",
    runs: "as WebAssembly in Node",
};

const WASM_BROWSER: Backend = Backend {
    name: "wasm-browser",
    target: Some("wasm32-unknown-unknown"),
    harness: Harness::WasmPack {
        flags: &["--headless", "--chrome"],
        preload: false,
        browser: true,
    },
    tools: &[
        "wasm-pack",
        "wasm-bindgen",
        "wasm32-unknown-unknown",
        "chromium",
        "chromedriver",
    ],
    platform: "WebAssembly",
    place: "WebAssembly in the browser",
    runs: "as WebAssembly in headless Chromium",
};

impl BackendKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Host, Self::Qemu, Self::WasmNode, Self::WasmBrowser];

    /// What it is.
    pub fn backend(self) -> &'static Backend {
        match self {
            Self::Host => &HOST,
            Self::Qemu => &QEMU,
            Self::WasmNode => &WASM_NODE,
            Self::WasmBrowser => &WASM_BROWSER,
        }
    }

    /// The name in manifests and reports.
    pub fn name(self) -> &'static str {
        self.backend().name
    }

    /// The target triple, or `None` for the host's own.
    pub fn target(self) -> Option<&'static str> {
        self.backend().target
    }

    /// Who runs its tests.
    pub fn harness(self) -> Harness {
        self.backend().harness
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The names of all, as a sentence lists them.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_serde_writes_and_each_is_found_by_its_own() {
        for kind in BackendKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(BackendKind::named(kind.name()), Some(kind));
        }
        assert_eq!(BackendKind::named("moon"), None);
    }

    /// What a target's tests are built with is among what the backend needs.
    #[test]
    fn a_target_is_a_tool() {
        for kind in BackendKind::ALL {
            let tools = kind.backend().tools;
            assert!(kind.target().is_none_or(|target| tools.contains(&target)));
        }
    }
}
