use std::collections::BTreeSet;
use std::fs;
use std::io;

use workbook::outcome::BackendKind;

use super::fake::{Fake, prober};
use crate::found::Toolchain;
use crate::probe::probe;
use crate::toolbox::{Toolbox, required};
use crate::tools::ToolId;

#[test]
fn a_fitting_version_further_along_the_path_is_taken() {
    let mut fake = Fake::bare();
    let (old, new) = (
        fake.file_at("old/wasm-bindgen"),
        fake.file_at("new/wasm-bindgen"),
    );
    fake.machine.path = vec![old.parent().unwrap().into(), new.parent().unwrap().into()];
    let exec = fake.exec_with(move |cmd| {
        (cmd.program() == old)
            .then(|| workbook_run::exec::mock::output(0, "wasm-bindgen 0.2.100", ""))
    });
    let found = probe(&prober(&fake, &exec, Toolchain::Auto), ToolId::WasmBindgen).unwrap();
    assert_eq!(found.path, new);
}

#[test]
fn what_does_not_fit_is_missing_and_says_why() {
    for (fake, id, reason) in [
        (
            Fake::bare().program_of("cargo-nextest", "0.9.50"),
            ToolId::Nextest,
            "<fake>/bin/cargo-nextest is version 0.9.50, and 0.9.130 or later is needed",
        ),
        (
            Fake::bare().program_of("wasm-bindgen", "0.2.100"),
            ToolId::WasmBindgen,
            "<fake>/bin/wasm-bindgen is version 0.2.100, and exactly 0.2.129 is needed (Cargo.lock has wasm-bindgen 0.2.129)",
        ),
        (
            Fake::bare()
                .program("chromium")
                .program_of("chromedriver", "150.0.1"),
            ToolId::Chromedriver,
            "<fake>/bin/chromedriver is version 150.0.1, and a 156 is needed (the chromium here is 156.0.1)",
        ),
        (
            Fake::bare(),
            ToolId::QemuArm,
            "there is no `qemu-system-arm` on PATH",
        ),
        (Fake::bare(), ToolId::Gtk, "pkg-config finds no gtk+-3.0.pc"),
        (
            Fake::bare(),
            ToolId::Wasm32,
            "the active toolchain, <fake>/sysroot, has no standard library for it",
        ),
    ] {
        let exec = fake.exec();
        let lacks = probe(&prober(&fake, &exec, Toolchain::Auto), id).unwrap_err();
        assert_eq!(fake.redact(&lacks), reason);
    }
}

#[test]
fn finds_what_is_not_on_the_path() {
    let fake = Fake::bare();
    fake.file_at("root/usr/lib/postgresql/13/bin/psql");
    let postgres = fake.file_at("root/usr/lib/postgresql/15/bin/postgres");
    fake.file_at("root/usr/lib/x86_64-linux-gnu/pkgconfig/gtk+-3.0.pc");
    fake.file_at("root/usr/lib/x86_64-linux-gnu/pkgconfig/webkit2gtk-4.1.pc");
    let exec = fake.exec();
    let tools = BTreeSet::from([ToolId::Postgres, ToolId::Gtk]);
    let toolbox = Toolbox::probe(&fake.machine, &exec, Toolchain::Auto, &tools);
    assert_eq!(toolbox.missing().count(), 0);
    assert_eq!(toolbox.path(ToolId::Postgres), Some(postgres.as_path()));
    let path = &toolbox.env(None)[0].1;
    let on_path =
        std::env::split_paths(path).any(|folder| Some(folder.as_path()) == postgres.parent());
    assert!(
        on_path,
        "the server's folder must be on the exercises' PATH: {path:?}"
    );
}

#[test]
fn asks_for_a_version_once_and_again_when_the_file_changes() {
    let fake = Fake::bare().program("valgrind");
    let exec = fake.exec();
    for _ in 0..3 {
        probe(&prober(&fake, &exec, Toolchain::Auto), ToolId::Valgrind).unwrap();
    }
    assert_eq!(exec.asked.lock().unwrap().len(), 1);
    fs::write(fake.folder().join("bin/valgrind"), "another").unwrap();
    probe(&prober(&fake, &exec, Toolchain::Auto), ToolId::Valgrind).unwrap();
    assert_eq!(exec.asked.lock().unwrap().len(), 2);
}

#[test]
fn a_broken_cache_is_forgotten() {
    let fake = Fake::bare().program("valgrind");
    fs::create_dir_all(fake.machine.state().join("cache")).unwrap();
    fs::write(fake.machine.state().join("cache/tools.json"), "{ half").unwrap();
    let exec = fake.exec();
    assert!(probe(&prober(&fake, &exec, Toolchain::Auto), ToolId::Valgrind).is_ok());
}

#[test]
fn an_active_toolchain_with_the_target_is_enough() {
    let fake = Fake::bare();
    fake.file_at("sysroot/lib/rustlib/thumbv7m-none-eabi/lib/libcore-1.rlib");
    let exec = fake.exec();
    let tools = BTreeSet::from([ToolId::Thumbv7m]);
    let toolbox = Toolbox::probe(&fake.machine, &exec, Toolchain::Auto, &tools);
    assert_eq!(toolbox.missing().count(), 0);
    assert_eq!(toolbox.toolchain(ToolId::Thumbv7m), None);
    let names: Vec<_> = toolbox
        .env(Some(ToolId::Thumbv7m))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["PATH"]);
    // Asked for the distribution's, it doesn't count.
    let strict = Toolbox::probe(&fake.machine, &exec, Toolchain::Distro, &tools);
    assert_eq!(strict.missing().count(), 1);
}

#[test]
fn a_kernel_that_refuses_is_missing_with_the_reason_and_what_would_fix_it() {
    type Answer = fn() -> io::Result<()>;
    type File = (&'static str, &'static str);
    const DISABLED: &str = "root/proc/sys/kernel/io_uring_disabled";
    const LIMITS: &str = "root/proc/self/limits";
    let refusals: [(Answer, Option<File>, &str, &str); 7] = [
        (
            || Err(io::Error::from_raw_os_error(38)),
            None,
            "the kernel has none: it came with Linux 5.1",
            "run a newer Linux",
        ),
        (
            || Err(io::Error::from_raw_os_error(1)),
            Some((DISABLED, "2\n")),
            "kernel.io_uring_disabled is 2, which forbids it",
            "sudo sysctl kernel.io_uring_disabled=0",
        ),
        (
            || Err(io::Error::from_raw_os_error(1)),
            Some((DISABLED, "0\n")),
            "something forbids it that is no setting of the kernel's, such as a container's seccomp profile",
            "start the container with a seccomp profile that allows io_uring_setup (Docker: --security-opt seccomp=unconfined)",
        ),
        (
            || Err(io::Error::from_raw_os_error(12)),
            Some((
                LIMITS,
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max processes             31751                31751                processes \n\
                 Max locked memory         65536                1048576              bytes     \n",
            )),
            "a user's processes may lock 64 KiB of memory together (`ulimit -l`), and more than 4096 KiB must be free for the kernel to pin",
            "sudo prlimit --pid $$ --memlock=67108864, for this shell; for good, memlock in /etc/security/limits.conf (Docker: --ulimit memlock=-1)",
        ),
        (
            || Err(io::Error::from_raw_os_error(12)),
            Some((
                LIMITS,
                "Max locked memory         65536                8388608              bytes     \n",
            )),
            "a user's processes may lock 64 KiB of memory together (`ulimit -l`), and more than 4096 KiB must be free for the kernel to pin",
            "ulimit -l 8192",
        ),
        // Not the limit then.
        (
            || Err(io::Error::from_raw_os_error(12)),
            Some((
                LIMITS,
                "Max locked memory         unlimited            unlimited            bytes     \n",
            )),
            "the kernel sets no ring up: Cannot allocate memory (os error 12)",
            "see what the kernel's error says",
        ),
        (
            || Err(io::Error::from_raw_os_error(12)),
            None,
            "the kernel sets no ring up: Cannot allocate memory (os error 12)",
            "see what the kernel's error says",
        ),
    ];
    for (answer, file, reason, fix) in refusals {
        let mut fake = Fake::bare();
        fake.machine.io_uring = answer;
        if let Some((place, text)) = file {
            fs::write(fake.file_at(place), text).unwrap();
        }
        let exec = fake.exec();
        let tools = BTreeSet::from([ToolId::IoUring]);
        let toolbox = Toolbox::probe(&fake.machine, &exec, Toolchain::Auto, &tools);
        let missing = toolbox.missing().next().expect("the kernel refused");
        assert_eq!(
            (missing.reason.as_str(), missing.fix.as_str()),
            (reason, fix)
        );
    }
}

#[test]
fn backends_and_needs_tell_the_tools() {
    let tools = required([BackendKind::Host, BackendKind::Qemu], ["valgrind"]).unwrap();
    assert_eq!(
        tools,
        BTreeSet::from([
            ToolId::Nextest,
            ToolId::Thumbv7m,
            ToolId::QemuArm,
            ToolId::Valgrind
        ])
    );
    let unknown = required([BackendKind::Host], ["valgrin"])
        .unwrap_err()
        .to_string();
    assert!(
        unknown.contains("`valgrin`") && unknown.contains("valgrind, c-compiler"),
        "{unknown}"
    );
}
