use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use workbook::{
    catalog::Exercise,
    outcome::{BackendKind, Blocker},
};

use super::{TEST_RUNNER, Wasm};
use crate::{
    context::Context,
    exec::mock::{Mock, output},
    run::{
        Backend as _, Run, Tools,
        tests::{exercise, workspace},
    },
    stage::Stage,
};

/// A machine whose tools lie in one folder.
struct In(PathBuf);

impl Tools for In {
    fn missing(&self, _: BackendKind, _: &[String]) -> Vec<Blocker> {
        Vec::new()
    }

    fn env(&self, _: BackendKind) -> Vec<(OsString, OsString)> {
        vec![("PATH".into(), self.0.clone().into())]
    }
}

/// What wasm-pack finds by its PATH it names to cargo in a variable, which is split at white space.
#[test]
fn wasm_pack_finds_the_test_runner_by_a_path_without_spaces() {
    let root = workspace(&["one"]);
    let bin = root.path().join("a b, c/bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join(TEST_RUNNER), "it").unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let mock = Mock::new(move |cmd| {
        if cmd.program() == "cargo" {
            let built = r#"{"reason":"compiler-artifact","package_id":"path+file:///w/start-one#start-one@0.1.0","target":{"kind":["test"],"name":"t"},"profile":{"test":true},"executable":"/w/t.wasm","fresh":false}"#;
            let done = r#"{"reason":"build-finished","success":true}"#;
            return Ok(output(0, &format!("{built}\n{done}\n"), ""));
        }
        let variable = |name: &str| cmd.variable(name).unwrap_or_default();
        let path = variable("PATH");
        let first = std::env::split_paths(&path).next().unwrap_or_default();
        let found = fs::read_to_string(first.join(TEST_RUNNER))?;
        let names = [first.into_os_string(), variable("NODE_ARGS")];
        told.lock().unwrap().push((found, names));
        Ok(output(0, "", ""))
    });
    let ctx = Context::for_tests(root.path(), mock);
    let one: Exercise = exercise("one");
    let stage = Stage::learner(&ctx);
    let run = Run {
        ctx: &ctx,
        tools: &In(bin),
        stage: &stage,
        on_event: &|_| {},
    };
    Wasm::default().run(&run, &one, BackendKind::WasmNode);
    let seen = seen.lock().unwrap();
    assert!(!seen.is_empty(), "wasm-pack was started");
    for (found, names) in seen.iter() {
        assert_eq!(found, "it");
        for name in names {
            let name = name.to_string_lossy();
            assert!(!name.contains([' ', ',']), "{name}");
        }
    }
}
