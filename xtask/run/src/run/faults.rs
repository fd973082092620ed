//! What the machine did to a build: no fault of who wrote the code.

use workbook::outcome::{
    BackendKind, Blocker, Evidence, TestId, TestResult, Verdict,
    cargo::{BuildOutput, Diagnostic},
};

use super::broken;
use crate::{exec::Output, lockfile::CHECKOUT};

/// Signs of a full disk or of memory that ran out, in what a compiler or a linker says, each with what it means.
const SIGNS: &[(&str, Fault)] = &[
    ("No space left on device", Fault::Disk),
    ("os error 28)", Fault::Disk),
    ("Disk quota exceeded", Fault::Disk),
    ("memory allocation of", Fault::Memory),
    ("Cannot allocate memory", Fault::Memory),
    ("LLVM ERROR: out of memory", Fault::Memory),
    ("terminated with signal 9 [Killed]", Fault::Memory),
    ("(signal: 9, SIGKILL: kill)", Fault::Memory),
    // What writing to a file that is mapped into memory comes to on a full disk.
    ("(signal: 7, SIGBUS", Fault::Disk),
    ("terminated with signal 7 [", Fault::Disk),
];

#[derive(Clone, Copy)]
enum Fault {
    Disk,
    Memory,
}

/// The machine's fault that cargo's or the compiler's words tell, if they do.
pub fn of_machine(said: &str) -> Option<Blocker> {
    let (_, fault) = SIGNS.iter().find(|(sign, _)| said.contains(sign))?;
    let (what, fix) = match fault {
        Fault::Disk => (
            "the disk is full, so the compiler could not write",
            "make room on the disk, and run it again",
        ),
        Fault::Memory => (
            "the memory ran out, and the system ended the compiler",
            "close other programs, or set CARGO_BUILD_JOBS=1, and run it again",
        ),
    };
    Some(Blocker::new(what, fix))
}

/// Why a package was not built, where that is not for errors in its code: its compiler took too much, or the machine was
/// at fault. `None` also where it was built.
pub fn unbuilt(
    output: &Output,
    built: &BuildOutput,
    package: &str,
    backend: BackendKind,
) -> Option<Evidence> {
    let overrun = output
        .overruns
        .iter()
        .find(|overrun| overrun.package == package);
    if let Some(overrun) = overrun {
        let test = TestResult::new(
            TestId::new(package, "(building it)"),
            backend,
            Verdict::TimedOut,
            &overrun.why,
        );
        return Some(Evidence::Tests(vec![test]));
    }
    let mut own = built.errors().filter(|error| error.package == package);
    if let Some(blocker) = own.find_map(of_diagnostic) {
        return Some(Evidence::Blocked(blocker));
    }
    if built.success == Some(true) || built.compile_error(package).is_some() {
        return None;
    }
    let stderr = output.stderr();
    if let Some(words) = of_package(&stderr, package) {
        let blocker = of_machine(words).map(Evidence::Blocked);
        return Some(blocker.unwrap_or_else(|| {
            broken(
                format!("the compiler broke: {words}"),
                "run it again, and report it if it breaks again",
            )
        }));
    }
    // Something that it depends on was not built.
    let is_there = built
        .artifacts
        .iter()
        .any(|artifact| artifact.package == package);
    (!is_there).then(|| {
        of_machine(&stderr).map_or_else(
            || {
                broken(
                    format!("cargo could not build it:\n{}", stderr.trim()),
                    "run `cargo xtask doctor`",
                )
            },
            Evidence::Blocked,
        )
    })
}

/// The compiler's own trouble has no code; and what the linker says stands below its message. Whatever else is quoted
/// there may be the learner's code.
fn of_diagnostic(error: &Diagnostic) -> Option<Blocker> {
    let said = if error.message.starts_with("linking with") {
        &error.rendered
    } else {
        &error.message
    };
    error.code.is_none().then(|| of_machine(said))?
}

/// Cargo's words on the package that it could not compile, if it says so: one paragraph of `stderr`.
pub fn of_package<'a>(stderr: &'a str, package: &str) -> Option<&'a str> {
    let start = stderr.find(&format!("could not compile `{package}`"))?;
    let rest = &stderr[start..];
    let next = rest[1..].find("could not compile `");
    let end = next.map_or(rest.len(), |at| at + 1);
    Some(rest[..end].trim_end_matches("error: ").trim_end())
}

/// Why cargo did not get to compiling anything, with what to do about it.
pub fn explained(what: &str, stderr: &str) -> anyhow::Error {
    let stderr = stderr.trim();
    let about_lock = [
        "lock file",
        "Cargo.lock",
        "no matching package",
        "failed to select a version",
        "--offline",
    ];
    let advice = if let Some(fault) = of_machine(stderr) {
        format!("\n{}: {}", fault.what, fault.fix)
    } else if about_lock.iter().any(|sign| stderr.contains(sign)) {
        format!("\nIf Cargo.lock is not as it was published, {CHECKOUT}.")
    } else {
        String::new()
    };
    anyhow::anyhow!("{what}:\n{stderr}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_the_machine_s_fault() {
        let said =
            "error: failed to write /w/target/x.rmeta: No space left on device (os error 28)";
        assert!(of_machine(said).unwrap().what.contains("disk"));
        assert_eq!(of_machine("error[E0382]: use of moved value"), None);
    }

    #[test]
    fn each_package_has_its_own_words() {
        let stderr = "error: could not compile `start-add` (lib)\n\nCaused by:\n  process didn't exit successfully: `rustc` (signal: 9, SIGKILL: kill)\nwarning: build failed, waiting for other jobs to finish...\nerror: could not compile `start-double` (lib) due to 1 previous error\n";
        let add = of_package(stderr, "start-add").unwrap();
        assert!(of_machine(add).is_some(), "{add}");
        let double = of_package(stderr, "start-double").unwrap();
        assert!(of_machine(double).is_none(), "{double}");
        assert_eq!(of_package(stderr, "start"), None);
    }
}
