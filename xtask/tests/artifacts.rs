//! An exercise whose tests load its own library, built for WebAssembly.

#[path = "fixtures/workspace.rs"]
mod workspace;

use std::{os::unix::fs::symlink, path::Path};

use workspace::{
    Workspace,
    code::{ADD, Code, STUB},
};

/// A library whose artifact says who it is; `WHO` stands for that.
const GUEST: &str = "//! A guest.\n\n/// Who answers.\n#[unsafe(no_mangle)]\npub extern \"C\" fn who() -> *const u8 {\n    c\"WHO answers\".as_ptr().cast()\n}\n";
const TESTS: &str = "#[test]\nfn adds() {\n    let path = std::env::var(\"WORKBOOK_ARTIFACT_GUEST\").expect(\"the runner builds it\");\n    let bytes = std::fs::read(&path).expect(\"it is there\");\n    assert!(bytes.starts_with(b\"\\0asm\"), \"{path} is no module\");\n    assert!(bytes.windows(17).any(|part| part == b\"reference answers\"), \"{path} is another's\");\n}\n";

fn guest(who: &str) -> String {
    GUEST.replace("WHO", who)
}

#[test]
fn each_side_s_tests_load_that_side_s_artifact() {
    let mut workspace = Workspace::empty();
    let tests = Code {
        tests: TESTS,
        ..ADD
    };
    let place = "00-start/01-add";
    workspace.exercise(place, "A guest", tests);
    workspace.edit(
        format!("exercises/{place}/Cargo.toml"),
        "gates",
        "artifacts = [{ name = \"guest\", target = \"wasm32-unknown-unknown\" }]\ngates",
    );
    workspace.write(STUB, guest("stub"));
    workspace.write(format!("solutions/{place}/src/lib.rs"), guest("reference"));
    workspace.seal();
    workspace.write(STUB, guest("learner"));
    let learner = ["verify", "start/add", "--fresh", "--json"];
    let solutions = ["verify", "start/add", "--fresh", "--solutions", "--json"];

    // A machine that lacks the target: no toolchain was assembled in this workbook.
    workspace.set("WORKBOOK_TOOLCHAIN", "distro");
    let line = workspace.run(&learner).exits(3).exercise("start/add");
    assert_eq!(line["verdict"], "blocked", "{line:#}");
    let blockers = line["blocked_by"].to_string();
    assert!(blockers.contains("wasm32-unknown-unknown"), "{line:#}");

    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.workbook/toolchain");
    if own.exists() {
        symlink(own, workspace.path(".workbook/toolchain")).expect("a link");
    } else {
        workspace.set("WORKBOOK_TOOLCHAIN", "auto");
    }
    let verdict = |args: &[&str]| workspace.run(args).verdict("start/add");
    assert_eq!(verdict(&solutions), "passed");
    assert_eq!(verdict(&learner), "failed", "the reference's was taken");
    // Nothing changed since, so cargo might call the build fresh.
    assert_eq!(verdict(&solutions), "passed", "the learner's was taken");

    let broken = "\n#[cfg(target_arch = \"wasm32\")]\npub fn broken() -> u32 {\n    \"\"\n}\n";
    workspace.write(STUB, guest("reference") + broken);
    let line = workspace.run(&learner).exits(1).exercise("start/add");
    assert_eq!(line["verdict"], "compile-error", "{line:#}");
    assert!(
        line["compile_error"].to_string().contains("E0308"),
        "{line:#}"
    );
}
