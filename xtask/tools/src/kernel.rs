//! What only the kernel can tell, and only its administrator can fix.

use std::io;

use super::found::{Found, Origin, Probed};
use super::machine::{Machine, PINNED};
use super::tools::Feature;
use super::version::Version;

/// Switches io_uring off: 1 for those outside of a group, 2 for all.
const IO_URING_DISABLED: &str = "/proc/sys/kernel/io_uring_disabled";
/// What this process may, among it how much memory its user's processes may lock together.
const LIMITS: &str = "/proc/self/limits";
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
        origin: Origin::Kernel,
    })
}

/// What would make the kernel agree.
pub fn fix(machine: &Machine, feature: Feature) -> String {
    let Feature::IoUring = feature;
    match (machine.io_uring)().map_err(|error| Refusal::of(machine, &error)) {
        Err(Refusal::Absent) => "run a newer Linux".to_owned(),
        Err(Refusal::Setting(_)) => "sudo sysctl kernel.io_uring_disabled=0".to_owned(),
        Err(Refusal::Sandbox) => {
            "start the container with a seccomp profile that allows io_uring_setup (Docker: --security-opt seccomp=unconfined)".to_owned()
        }
        Err(Refusal::Limit(limit)) => limit.fix(),
        Err(Refusal::Other) | Ok(()) => "see what the kernel's error says".to_owned(),
    }
}

/// Who refuses.
enum Refusal {
    Absent,
    Setting(String),
    Sandbox,
    Limit(Lockable),
    Other,
}

/// How many bytes of memory a user's processes may lock together.
struct Lockable {
    now: usize,
    /// How far the user may raise that; `None` is as far as the machine goes.
    most: Option<usize>,
}

impl Lockable {
    /// What this process may, if it is limited.
    fn of(machine: &Machine) -> Option<Self> {
        let limits = std::fs::read_to_string(machine.at(LIMITS)).ok()?;
        let mut lines = limits.lines();
        let line = lines.find_map(|line| line.strip_prefix("Max locked memory"))?;
        let mut words = line.split_whitespace();
        let now = words.next()?.parse().ok()?;
        let most = words.next()?.parse().ok();
        Some(Self { now, most })
    }

    /// What raises it in the shell that the runner is started from, where that will do.
    fn fix(&self) -> String {
        match self.most {
            None => "ulimit -l unlimited".to_owned(),
            Some(most) if most > self.now && most >= 2 * PINNED => format!("ulimit -l {}", most / 1024),
            Some(_) => "sudo prlimit --pid $$ --memlock=67108864, for this shell; for good, memlock in /etc/security/limits.conf (Docker: --ulimit memlock=-1)".to_owned(),
        }
    }
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
            io::ErrorKind::OutOfMemory => Lockable::of(machine).map_or(Self::Other, Self::Limit),
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
        Refusal::Limit(limit) => format!(
            "a user's processes may lock {} KiB of memory together (`ulimit -l`), and more than {} KiB must be free for the kernel to pin",
            limit.now / 1024,
            PINNED / 1024
        ),
        Refusal::Other => format!("the kernel sets no ring up: {error}"),
    }
}
