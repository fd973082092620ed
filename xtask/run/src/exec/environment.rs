//! Which variables of the outer environment a process gets.
//!
//! A verdict hangs on the exercise, not on the shell, the hook or the cargo that it was asked from. So whatever steers
//! a compiler, a test harness or the choice of a repository is taken out, by whole families of names: a list of names
//! would be short of the next one. What a machine needs to get at its tools and its network stays.

/// Families of variables that steer cargo, the compiler, a harness or a database client.
const FAMILIES: &[&str] = &[
    "CARGO_",
    "CLIPPY_",
    "CRITERION_",
    "INSTA_",
    "MIRI",
    "NEXTEST",
    "__NEXTEST",
    "PG",
    "PROPTEST_",
    "RUST",
    "SQLX_",
    "TRYBUILD",
    "WASM_BINDGEN_",
    "WASM_PACK_",
];

/// What stays of these families: where things are, how the network is reached, how much the machine can do at once.
const KEPT: &[&str] = &[
    "CARGO_BUILD_JOBS",
    "CARGO_CACHE_",
    "CARGO_CREDENTIAL_",
    "CARGO_HOME",
    "CARGO_HTTP_",
    "CARGO_INCREMENTAL",
    "CARGO_NET_",
    "CARGO_REGISTRIES_",
    "CARGO_REGISTRY_",
    "CARGO_SOURCE_",
    "RUSTUP_",
];

/// Single names. Git's are those that `git rev-parse --local-env-vars` lists: a hook has them set, and they would send
/// us to the repository that the hook runs for.
const NAMES: &[&str] = &[
    "DATABASE_URL",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
    "MAKEFLAGS",
    "MFLAGS",
];

/// Whether a process gets this variable from us without being told to.
pub fn is_passed_on(name: &str) -> bool {
    let is_of = |families: &[&str]| families.iter().any(|family| name.starts_with(family));
    !NAMES.contains(&name) && (!is_of(FAMILIES) || is_of(KEPT))
}

#[cfg(test)]
mod tests {
    use super::is_passed_on;

    #[test]
    fn what_steers_a_build_or_a_test_is_taken_out() {
        for name in [
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_PROFILE_DEV_OVERFLOW_CHECKS",
            "CARGO_TARGET_DIR",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER",
            "CARGO_UNSTABLE_BUILD_STD",
            "CLIPPY_ARGS",
            "GIT_DIR",
            "INSTA_UPDATE",
            "NEXTEST_RETRIES",
            "PGOPTIONS",
            "PROPTEST_CASES",
            "RUSTC",
            "RUSTC_BOOTSTRAP",
            "RUSTC_WRAPPER",
            "RUSTDOCFLAGS",
            "RUSTFLAGS",
            "RUST_BACKTRACE",
            "RUST_MIN_STACK",
            "RUST_TEST_THREADS",
            "TRYBUILD",
        ] {
            assert!(!is_passed_on(name), "{name}");
        }
    }

    #[test]
    fn what_a_machine_needs_stays() {
        for name in [
            "PATH",
            "HOME",
            "HTTPS_PROXY",
            "CARGO",
            "CARGO_BUILD_JOBS",
            "CARGO_HOME",
            "CARGO_HTTP_CAINFO",
            "CARGO_NET_GIT_FETCH_WITH_CLI",
            "CARGO_REGISTRIES_MIRROR_TOKEN",
            "RUSTUP_HOME",
            "RUSTUP_TOOLCHAIN",
            "GIT_SSL_CAINFO",
            "GIT_SSH_COMMAND",
            "PKG_CONFIG_PATH",
        ] {
            assert!(is_passed_on(name), "{name}");
        }
    }
}
