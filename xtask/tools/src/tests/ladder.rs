//! Which rung serves: the manager, a private copy, or nothing.

use std::collections::BTreeSet;
use std::fs;

use super::fake::{Fake, prober, runner};
use crate::found::{Origin, Toolchain};
use crate::install::{Failures, install};
use crate::plan::{Plan, plan};
use crate::private;
use crate::recipes;
use crate::runner::Failure;
use crate::toolbox::Toolbox;
use crate::tools::ToolId;
use workbook_run::exec::mock::{Mock, output};
use workbook_run::exec::{Cmd, Exit, Output};

const QEMU: [ToolId; 1] = [ToolId::QemuArm];
const BROWSER: [ToolId; 2] = [ToolId::Chromium, ToolId::Chromedriver];
const SIMULATED: &str = "Remv qemu-utils [1:10.0]\nInst libslirp0 (4.7.0-1 Debian:12 [amd64])\nInst libc6 [2.35] (2.36 Debian:12 [amd64])\nInst qemu-system-arm (1:7.2 Debian:12 [amd64])\n";
const FILES: &str = "'http://d/libslirp0.deb' libslirp0_4.7.0-1_amd64.deb 500000 MD5Sum:1\n'http://d/libc6.deb' libc6_2.36_amd64.deb 900000 MD5Sum:3\n'http://d/qemu.deb' qemu-system-arm_1%3a7.2_amd64.deb 8900000 MD5Sum:2\n";

/// An apt that would remove `qemu-utils` for QEMU, and that downloads and unpacks.
fn conflicted(fake: &Fake) -> Mock {
    conflicted_with(fake, |_| None)
}

fn conflicted_with(
    fake: &Fake,
    first: impl Fn(&Cmd) -> Option<Output> + Send + Sync + 'static,
) -> Mock {
    let debs = private::install::downloads(&fake.machine);
    fake.exec_with(move |cmd| {
        if let Some(answer) = first(cmd) {
            return Some(answer);
        }
        let line = cmd.line();
        if line.contains("--simulate") {
            return Some(output(0, SIMULATED, ""));
        }
        if line.contains("--print-uris") {
            return Some(output(0, FILES, ""));
        }
        if line.contains(" download ") {
            for line in FILES.lines() {
                fs::write(debs.join(line.split(' ').nth(1).unwrap()), "deb").unwrap();
            }
        }
        if line.starts_with("dpkg-deb -x") && line.contains("qemu-system-arm_") {
            let root = line.rsplit(' ').next().unwrap();
            fs::create_dir_all(format!("{root}/usr/bin")).unwrap();
            fs::write(format!("{root}/usr/bin/qemu-system-arm"), "").unwrap();
        }
        let wrapper = cmd
            .program()
            .to_string_lossy()
            .ends_with("bin/qemu-system-arm");
        wrapper.then(|| output(0, "QEMU emulator version 7.2.22", ""))
    })
}

fn planned(fake: &Fake, exec: &Mock, tools: &[ToolId]) -> Plan {
    let tools: BTreeSet<_> = tools.iter().copied().collect();
    let prober = prober(fake, exec, Toolchain::Auto);
    let toolbox = Toolbox::of(&prober, &tools);
    plan(&prober, toolbox.missing())
}

fn setup(fake: &Fake, exec: &Mock, tools: &[ToolId]) -> Result<Failures, Failure> {
    let plan = planned(fake, exec, tools);
    let prober = prober(fake, exec, Toolchain::Auto);
    install(&runner(&prober), &plan.steps)
}

fn found(fake: &Fake, exec: &Mock, id: ToolId) -> Option<Origin> {
    let toolbox = Toolbox::probe(&fake.machine, exec, Toolchain::Auto, &BTreeSet::from([id]));
    toolbox.found(id).map(|found| found.origin.clone())
}

#[test]
fn where_apt_would_remove_something_the_plan_is_a_private_copy() {
    let fake = Fake::bare().program("apt-get");
    let exec = conflicted(&fake);
    insta::assert_snapshot!(planned(&fake, &exec, &QEMU).text());
}

#[test]
fn without_root_and_sudo_the_plan_is_a_private_copy_and_one_for_two_tools() {
    let mut fake = Fake::bare().program("apt-get");
    fake.machine.superuser = false;
    let exec = fake.exec();
    insta::assert_snapshot!(planned(&fake, &exec, &BROWSER).text());
}

#[test]
fn where_sudo_wants_a_password_the_plan_says_how_to_give_it() {
    let mut fake = Fake::bare().program("apt-get").program("sudo");
    fake.machine.superuser = false;
    let exec = fake.exec_with(|cmd| {
        cmd.line()
            .ends_with("sudo -n true")
            .then(|| output(1, "", "sudo: a password is required"))
    });
    let text = planned(&fake, &exec, &QEMU).text();
    assert!(
        text.contains("since sudo wants a password (`sudo -v`"),
        "{text}"
    );
}

#[test]
fn other_managers_have_no_private_copies() {
    let mut fake = Fake::bare().program("dnf");
    fake.machine.superuser = false;
    let plan = planned(&fake, &fake.exec(), &QEMU);
    assert!(plan.steps.is_empty(), "{plan:?}");
    assert_eq!(
        plan.beyond[0].1,
        "only root installs packages, and there is no sudo"
    );
}

#[test]
fn a_private_copy_is_there_whole_and_says_why() {
    let fake = Fake::bare().program("apt-get");
    let exec = conflicted(&fake);
    assert_eq!(setup(&fake, &exec, &QEMU), Ok(Failures::new()));
    let why = "apt-get would remove qemu-utils".to_owned();
    assert_eq!(
        found(&fake, &exec, ToolId::QemuArm),
        Some(Origin::Private(why))
    );
    let asked = exec.asked.lock().unwrap();
    let unpacked = asked.iter().filter(|line| line.starts_with("dpkg-deb -x"));
    let unpacked: Vec<_> = unpacked.collect();
    assert_eq!(
        unpacked.len(),
        2,
        "the C library stays the machine's: {unpacked:?}"
    );
    assert!(
        asked.iter().all(|line| !line.contains("--no-remove")),
        "{asked:?}"
    );
}

#[test]
fn the_machine_s_own_comes_before_a_private_copy() {
    let fake = Fake::bare().program("apt-get");
    let exec = conflicted(&fake);
    setup(&fake, &exec, &QEMU).unwrap();
    let fake = fake.program("qemu-system-arm");
    assert_eq!(found(&fake, &exec, ToolId::QemuArm), Some(Origin::System));
}

/// A copy that was interrupted, or whose program doesn't start, isn't one.
#[test]
fn what_is_not_whole_is_no_copy() {
    let fake = Fake::bare().program("apt-get");
    for exit in [Exit::Cancelled, Exit::Code(127)] {
        let exec = conflicted_with(&fake, move |cmd| {
            let mut answer = output(0, "", "libslirp.so.0: cannot open shared object file");
            answer.exit = exit;
            cmd.line()
                .ends_with("qemu-system-arm --version")
                .then_some(answer)
        });
        match (exit, setup(&fake, &exec, &QEMU)) {
            (Exit::Cancelled, Err(Failure::Cancelled)) => {}
            (_, Ok(failures)) => {
                let why = &failures[&ToolId::QemuArm];
                assert!(why.contains("libslirp.so.0: cannot open"), "{why}");
            }
            (_, other) => panic!("{other:?}"),
        }
        assert_eq!(found(&fake, &exec, ToolId::QemuArm), None);
        let left = fs::read_dir(fake.machine.packages()).unwrap().flatten();
        let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
        assert_eq!(left, ["debs"], "what was downloaded serves the next setup");
    }
    assert!(private::find(&fake.machine, &recipes::QEMU).is_none());
}

/// Lists that are out of date may promise what apt then refuses.
#[test]
fn what_the_manager_refuses_becomes_a_private_copy() {
    let fake = Fake::bare().program("apt-get");
    let harmless = |text: &str| text.lines().skip(1).collect::<Vec<_>>().join("\n");
    let exec = conflicted_with(&fake, move |cmd| {
        let line = cmd.line();
        if line.contains("--simulate") {
            return Some(output(0, &harmless(SIMULATED), ""));
        }
        let refusal = "E: Packages need to be removed but remove is disabled.";
        line.contains("--no-remove")
            .then(|| output(100, "", refusal))
    });
    assert_eq!(setup(&fake, &exec, &QEMU), Ok(Failures::new()));
    let Some(Origin::Private(why)) = found(&fake, &exec, ToolId::QemuArm) else {
        panic!("there must be a private copy")
    };
    assert!(why.ends_with("remove is disabled."), "{why}");
}

#[test]
fn servers_that_cannot_be_reached_are_named() {
    for superuser in [true, false] {
        let mut fake = Fake::bare().program("apt-get");
        fake.machine.superuser = superuser;
        let exec = fake.exec_with(|cmd| {
            let line = cmd.line();
            if line.ends_with(" update") {
                let warning = "W: Failed to fetch http://d/InRelease  Could not resolve 'd'";
                return Some(output(0, "", warning));
            }
            let unknown = "E: Unable to locate package qemu-system-arm";
            line.contains("qemu-system-arm")
                .then(|| output(100, "", unknown))
        });
        let failures = setup(&fake, &exec, &QEMU).unwrap();
        let why = &failures[&ToolId::QemuArm];
        assert!(why.contains("Unable to locate package"), "{why}");
        assert!(
            why.contains("lists could not be brought up to date: Failed to fetch http://d/"),
            "{why}"
        );
    }
}
