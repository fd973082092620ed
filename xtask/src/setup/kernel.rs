//! What only the kernel can tell, and only its administrator can mend.

use std::io;

use super::machine::Machine;
use super::probe::{Found, Probed};
use super::tools::Feature;
use super::version::Version;

/// Switches io_uring off: 1 for those outside of a group, 2 for all.
const IO_URING_DISABLED: &str = "/proc/sys/kernel/io_uring_disabled";
const RELEASE: &str = "/proc/sys/kernel/osrelease";

/// Asks the kernel.
pub fn probe(machine: &Machine, feature: Feature) -> Probed {
    let Feature::IoUring = feature;
    (machine.io_uring)().map_err(|error| reason(machine, &error))?;
    let path = machine.at(RELEASE);
    let release = std::fs::read_to_string(&path).unwrap_or_default();
    Ok(Found {
        path,
        version: Version::parse(&release),
        toolchain: None,
    })
}

/// What would make the kernel agree.
pub fn mend(machine: &Machine, feature: Feature) -> String {
    let Feature::IoUring = feature;
    let mend = match (machine.io_uring)().map_err(|error| Refusal::of(machine, &error)) {
        Err(Refusal::Absent) => "run a newer Linux",
        Err(Refusal::Setting(_)) => "sudo sysctl kernel.io_uring_disabled=0",
        Err(Refusal::Sandbox) => {
            "start the container with a seccomp profile that allows io_uring_setup (Docker: --security-opt seccomp=unconfined)"
        }
        Err(Refusal::Other) | Ok(()) => "see what the kernel's error says",
    };
    mend.to_owned()
}

/// Who refuses.
enum Refusal {
    Absent,
    Setting(String),
    Sandbox,
    Other,
}

impl Refusal {
    fn of(machine: &Machine, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::Unsupported => Self::Absent,
            io::ErrorKind::PermissionDenied => {
                match std::fs::read_to_string(machine.at(IO_URING_DISABLED)) {
                    Ok(setting) if setting.trim() != "0" => {
                        Self::Setting(setting.trim().to_owned())
                    }
                    _ => Self::Sandbox,
                }
            }
            _ => Self::Other,
        }
    }
}

fn reason(machine: &Machine, error: &io::Error) -> String {
    match Refusal::of(machine, error) {
        Refusal::Absent => "the kernel has none: it came with Linux 5.1".to_owned(),
        Refusal::Setting(value) => {
            format!("kernel.io_uring_disabled is {value}, which forbids it")
        }
        Refusal::Sandbox => "something forbids it that is no setting of the kernel's, such as a container's seccomp profile".to_owned(),
        Refusal::Other => format!("the kernel sets no ring up: {error}"),
    }
}
