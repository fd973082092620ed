use std::collections::BTreeSet;
use std::fs;

use super::fake::{Fake, prober, runner};
use crate::distro::{self, Folder};
use crate::found::Toolchain;
use crate::install::{Failures, install};
use crate::plan::plan;
use crate::runner::Failure;
use crate::toolbox::Toolbox;
use crate::tools::ToolId;
use workbook_run::exec::mock::{Mock, output};
use workbook_run::exec::{Exit, Output};

const TARGETS: [ToolId; 2] = [ToolId::Wasm32, ToolId::Thumbv7m];

/// Installs what is missing of `tools`.
fn setup(
    fake: &Fake,
    exec: &Mock,
    choice: Toolchain,
    tools: &[ToolId],
) -> Result<Failures, Failure> {
    let tools: BTreeSet<_> = tools.iter().copied().collect();
    let prober = prober(fake, exec, choice);
    let toolbox = Toolbox::of(&prober, &tools);
    let plan = plan(&prober, toolbox.missing());
    install(&runner(&prober), &plan.steps)
}

/// The commands that changed something, without the questions.
fn done(fake: &Fake, exec: &Mock) -> Vec<String> {
    let questions = ["--version", "--print sysroot", "-vV", "sudo -n true"];
    let asked = exec.asked.lock().unwrap();
    let commands = asked
        .iter()
        .filter(|line| !questions.iter().any(|question| line.ends_with(question)))
        .filter(|line| !line.contains("--simulate") && !line.contains("--print-uris"));
    commands.map(|line| fake.redact(line)).collect()
}

fn failed(why: &str) -> Option<Output> {
    Some(output(1, "", why))
}

#[test]
fn packages_come_in_one_go_after_one_update() {
    let fake = Fake::bare().program("apt-get");
    let exec = fake.exec();
    setup(
        &fake,
        &exec,
        Toolchain::Auto,
        &[ToolId::QemuArm, ToolId::Valgrind],
    )
    .unwrap();
    assert_eq!(
        done(&fake, &exec),
        [
            "dpkg --configure -a",
            "apt-get update",
            "apt-get install -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=120 qemu-system-arm valgrind"
        ]
    );
}

#[test]
fn one_unknown_package_costs_one_tool() {
    let fake = Fake::bare().program("apt-get");
    let exec = fake.exec_with(|cmd| {
        cmd.line()
            .contains("valgrind")
            .then(|| failed("E: Unable to locate package valgrind"))?
    });
    let tools = [ToolId::QemuArm, ToolId::Valgrind];
    let failures = setup(&fake, &exec, Toolchain::Auto, &tools).unwrap();
    assert_eq!(failures.keys().collect::<Vec<_>>(), [&ToolId::Valgrind]);
    assert!(failures[&ToolId::Valgrind].ends_with("Unable to locate package valgrind"));
    assert_eq!(
        done(&fake, &exec)
            .iter()
            .filter(|line| line.ends_with("update"))
            .count(),
        1
    );
}

#[test]
fn without_root_packages_come_through_sudo() {
    let mut fake = Fake::bare().program("apt-get").program("sudo");
    fake.machine.superuser = false;
    let exec = fake.exec_with(|cmd| {
        cmd.line()
            .contains("apt-get install")
            .then(|| failed("sudo: a password is required"))?
    });
    let failures = setup(&fake, &exec, Toolchain::Auto, &[ToolId::QemuArm]).unwrap();
    assert!(
        done(&fake, &exec)[0]
            .contains("/sudo -n env DEBIAN_FRONTEND=noninteractive dpkg --configure -a")
    );
    assert!(
        failures[&ToolId::QemuArm].contains("`sudo -v`"),
        "{failures:?}"
    );
}

#[test]
fn an_interrupted_installation_is_finished_even_if_nothing_seems_missing() {
    let fake = Fake::bare().program("apt-get");
    let interrupted = fake.exec_with(|cmd| {
        let mut output = output(0, "", "");
        output.exit = Exit::Cancelled;
        cmd.line().contains("install").then_some(output)
    });
    assert_eq!(
        setup(&fake, &interrupted, Toolchain::Auto, &[ToolId::Valgrind]),
        Err(Failure::Cancelled)
    );
    let fake = fake.program("valgrind");
    let exec = fake.exec();
    setup(&fake, &exec, Toolchain::Auto, &[ToolId::Valgrind]).unwrap();
    assert_eq!(
        done(&fake, &exec),
        ["dpkg --configure -a", "apt-get update"]
    );
    let exec = fake.exec();
    setup(&fake, &exec, Toolchain::Auto, &[ToolId::Valgrind]).unwrap();
    assert_eq!(done(&fake, &exec), [""; 0]);
}

#[test]
fn cargo_tools_come_at_their_pinned_version() {
    let fake = Fake::bare();
    let exec = fake.exec();
    setup(&fake, &exec, Toolchain::Auto, &[ToolId::WasmBindgen]).unwrap();
    assert_eq!(
        done(&fake, &exec),
        [
            "cargo install --locked wasm-bindgen-cli --version =0.2.129 --root <fake>/workspace/.workbook/tools"
        ]
    );
}

#[test]
fn rustup_comes_before_the_distribution() {
    let fake = Fake::bare().program("rustup").debian();
    let exec = fake.exec();
    setup(&fake, &exec, Toolchain::Auto, &TARGETS).unwrap();
    let added = "<fake>/bin/rustup target add wasm32-unknown-unknown thumbv7m-none-eabi";
    assert_eq!(done(&fake, &exec), [added]);
}

#[test]
fn the_distribution_serves_where_rustup_fails() {
    let fake = Fake::bare().program("rustup").debian();
    let exec = fake.exec_with(|cmd| {
        cmd.line()
            .contains("target add")
            .then(|| failed("error: no network"))?
    });
    assert_eq!(
        setup(&fake, &exec, Toolchain::Auto, &TARGETS),
        Ok(Failures::new())
    );
    let toolbox = Toolbox::probe(&fake.machine, &exec, Toolchain::Auto, &TARGETS.into());
    assert_eq!(toolbox.missing().count(), 0);
    assert_eq!(
        toolbox.toolchain(ToolId::Wasm32),
        Some(fake.machine.toolchain().as_path())
    );
    let names: Vec<_> = toolbox
        .env(Some(ToolId::Wasm32))
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["PATH", "RUSTUP_TOOLCHAIN", "CARGO"]);
    assert_eq!(
        toolbox.env(None).len(),
        1,
        "the host keeps its own toolchain"
    );
}

#[test]
fn told_to_use_rustup_alone_the_failure_stands() {
    let fake = Fake::bare().program("rustup").debian();
    let exec = fake.exec_with(|cmd| {
        cmd.line()
            .contains("target add")
            .then(|| failed("error: no network"))?
    });
    let failures = setup(&fake, &exec, Toolchain::Rustup, &TARGETS).unwrap();
    assert_eq!(failures.len(), 2);
    assert!(failures[&ToolId::Wasm32].ends_with("ended with code 1: error: no network"));
    assert_eq!(distro::folder(&fake.machine), Folder::Absent);
}

#[test]
fn told_to_use_the_distribution_rustup_is_never_called() {
    let fake = Fake::bare().program("rustup").program("apt-get");
    let exec = fake.exec();
    let failures = setup(&fake, &exec, Toolchain::Distro, &TARGETS).unwrap();
    let commands = done(&fake, &exec);
    assert!(
        commands.iter().all(|line| !line.contains("rustup")),
        "{commands:?}"
    );
    assert!(commands[2].ends_with("rustc-web cargo-web rust-web-src"));
    // The mock installs nothing: what is still missing is told.
    assert_eq!(
        failures[&ToolId::Wasm32],
        "no rustc of the distribution's own is installed"
    );
}

/// Whoever told rustup to install nothing by itself does not want setup to make it.
#[test]
fn a_rustup_that_may_not_install_is_not_asked_to() {
    let mut fake = Fake::bare().program("rustup").debian();
    fake.machine
        .vars
        .insert("RUSTUP_AUTO_INSTALL".into(), "0".into());
    let exec = fake.exec();
    assert_eq!(
        setup(&fake, &exec, Toolchain::Auto, &TARGETS),
        Ok(Failures::new())
    );
    let commands = done(&fake, &exec);
    assert!(
        commands.iter().all(|line| !line.contains("target add")),
        "{commands:?}"
    );
}

#[test]
fn an_interrupted_assembly_goes_on_where_it_was() {
    let fake = Fake::bare().debian();
    let interrupted = fake.exec_with(|cmd| {
        let mut output = output(0, "", "");
        output.exit = Exit::Cancelled;
        cmd.line().contains("--target thumbv7m").then_some(output)
    });
    assert_eq!(
        setup(&fake, &interrupted, Toolchain::Distro, &TARGETS),
        Err(Failure::Cancelled)
    );
    let exec = fake.exec();
    assert_eq!(
        setup(&fake, &exec, Toolchain::Distro, &TARGETS),
        Ok(Failures::new())
    );
    let commands = done(&fake, &exec);
    assert_eq!(commands.len(), 1, "wasm32 was done: {commands:?}");
    assert!(commands[0].contains("--target thumbv7m-none-eabi -Zbuild-std=core,alloc"));
    let left = fs::read_dir(fake.machine.state()).unwrap().flatten();
    assert!(
        left.map(|entry| entry.file_name())
            .all(|name| !name.to_string_lossy().contains("partial"))
    );
}

#[test]
fn a_changed_compiler_makes_the_toolchain_stale() {
    let fake = Fake::bare().debian();
    let exec = fake.exec();
    setup(&fake, &exec, Toolchain::Distro, &TARGETS).unwrap();
    assert!(matches!(
        distro::folder(&fake.machine),
        Folder::Ready(Some(_))
    ));
    fs::write(fake.folder().join("root/usr/bin/rustc"), "upgraded").unwrap();
    let Folder::Stale(why) = distro::folder(&fake.machine) else {
        panic!("it must be stale")
    };
    assert!(why.contains("has changed"), "{why}");
    setup(&fake, &exec, Toolchain::Distro, &TARGETS).unwrap();
    let toolbox = Toolbox::probe(&fake.machine, &exec, Toolchain::Distro, &TARGETS.into());
    assert_eq!(toolbox.missing().count(), 0);
}

#[test]
fn an_old_compiler_is_refused_with_both_versions() {
    let fake = Fake::bare().debian();
    let exec = fake.exec_with(|cmd| {
        cmd.line()
            .ends_with("-vV")
            .then(|| output(0, "host: host\nrelease: 1.63.0\n", ""))
    });
    let failures = setup(&fake, &exec, Toolchain::Distro, &TARGETS).unwrap();
    let why = "the distribution's compiler is 1.63.0, the workbook needs 1.95.0";
    assert!(failures[&ToolId::Wasm32].contains(why), "{failures:?}");
}
