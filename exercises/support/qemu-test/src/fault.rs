//! Faults in words: what the Cortex-M3's fault status registers say.

/// The stack lies against this edge of the SRAM; see `memory.x`.
pub const STACK_LIMIT: u32 = 0x2000_0000;

/// How far below [`STACK_LIMIT`] an address still counts as a stack that grew too far: a frame
/// larger than this would be 16 KiB of locals in one function.
const STACK_REACH: u32 = 16 * 1024;

/// The fault status registers, as read after a fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Status {
    /// Configurable Fault Status Register.
    pub cfsr: u32,
    /// HardFault Status Register.
    pub hfsr: u32,
    /// MemManage Fault Address Register; valid if CFSR says so.
    pub mmfar: u32,
    /// BusFault Address Register; valid if CFSR says so.
    pub bfar: u32,
    /// The stack pointer before the processor stacked a frame.
    pub sp: u32,
}

/// One bit of CFSR or HFSR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The bit's name in the Architecture Reference Manual.
    pub bit: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

const CFSR: [(u32, &str, &str); 19] = [
    (
        0,
        "IACCVIOL",
        "instruction fetch from where executing is forbidden",
    ),
    (1, "DACCVIOL", "access to memory that the MPU forbids"),
    (3, "MUNSTKERR", "MPU fault on return from an exception"),
    (4, "MSTKERR", "MPU fault on entry to an exception"),
    (7, "MMARVALID", "MMFAR holds the address"),
    (
        8,
        "IBUSERR",
        "instruction fetch from an address where nothing answers",
    ),
    (9, "PRECISERR", "access to an address where nothing answers"),
    (
        10,
        "IMPRECISERR",
        "a write to an address where nothing answers, noticed late",
    ),
    (11, "UNSTKERR", "bus fault on return from an exception"),
    (
        12,
        "STKERR",
        "bus fault while saving registers on entry to an exception",
    ),
    (
        13,
        "LSPERR",
        "bus fault while saving floating-point registers",
    ),
    (15, "BFARVALID", "BFAR holds the address"),
    (16, "UNDEFINSTR", "undefined instruction"),
    (
        17,
        "INVSTATE",
        "jump to an address whose lowest bit is 0: not Thumb code",
    ),
    (
        18,
        "INVPC",
        "return from an exception with a broken EXC_RETURN",
    ),
    (
        19,
        "NOCP",
        "floating-point or other coprocessor instruction, and there is none",
    ),
    (20, "STKOF", "stack limit exceeded"),
    (24, "UNALIGNED", "unaligned access"),
    (25, "DIVBYZERO", "division by zero"),
];

const HFSR: [(u32, &str, &str); 2] = [
    (1, "VECTTBL", "the vector table could not be read"),
    (31, "DEBUGEVT", "a breakpoint without a debugger"),
];

impl Status {
    /// The fault's own name. A fault whose handler is not enabled arrives as a HardFault; CFSR
    /// still says which one it was.
    pub const fn kind(&self) -> &'static str {
        match self.cfsr {
            cfsr if cfsr & 0x0000_00ff != 0 => "MemManage",
            cfsr if cfsr & 0x0000_ff00 != 0 => "BusFault",
            cfsr if cfsr & 0xffff_0000 != 0 => "UsageFault",
            _ => "HardFault",
        }
    }

    /// The bits that are set, in words, but for those which only say that an address is valid.
    pub fn causes(&self) -> impl Iterator<Item = Cause> {
        let Self { cfsr, hfsr, .. } = *self;
        let configurable = CFSR.iter().filter(move |(bit, ..)| cfsr & (1 << bit) != 0);
        let hard = HFSR.iter().filter(move |(bit, ..)| hfsr & (1 << bit) != 0);
        configurable
            .chain(hard)
            .filter(|(_, name, _)| !name.ends_with("VALID"))
            .map(|&(_, bit, meaning)| Cause { bit, meaning })
    }

    /// The address whose access failed, if the processor knows it.
    pub const fn address(&self) -> Option<u32> {
        match self.cfsr {
            cfsr if cfsr & 1 << 7 != 0 => Some(self.mmfar),
            cfsr if cfsr & 1 << 15 != 0 => Some(self.bfar),
            _ => None,
        }
    }

    /// Whether the main stack grew over the lower edge of the SRAM. Then the frame that holds the
    /// program counter could not be saved, and where it happened is unknown.
    pub fn is_stack_overflow(&self) -> bool {
        let below = |address: u32| (STACK_LIMIT - STACK_REACH..STACK_LIMIT).contains(&address);
        // Entry to the fault's own exception needs 32 bytes: less than that left is as bad.
        let exhausted = self.sp < STACK_LIMIT + 32 && self.sp >= STACK_LIMIT;
        below(self.sp) || exhausted || self.address().is_some_and(below)
    }
}

#[cfg(test)]
mod tests {
    use super::{STACK_LIMIT, Status};

    const HEALTHY: u32 = STACK_LIMIT + 0x4000;

    fn status(cfsr: u32) -> Status {
        Status {
            cfsr,
            hfsr: 1 << 30,
            sp: HEALTHY,
            ..Status::default()
        }
    }

    fn bits(status: Status) -> Vec<&'static str> {
        status.causes().map(|cause| cause.bit).collect()
    }

    #[test]
    fn names_the_fault_behind_a_hard_fault() {
        assert_eq!(status(0x0000_0082).kind(), "MemManage");
        assert_eq!(status(0x0000_8200).kind(), "BusFault");
        assert_eq!(status(0x0001_0000).kind(), "UsageFault");
        assert_eq!(status(0).kind(), "HardFault");
    }

    #[test]
    fn decodes_the_bits_that_are_set() {
        assert_eq!(bits(status(0x0000_8200)), ["PRECISERR"]);
        assert_eq!(bits(status(0x0002_0000)), ["INVSTATE"]);
        assert_eq!(bits(status(0x0200_0000)), ["DIVBYZERO"]);
        assert_eq!(
            bits(Status {
                hfsr: 2,
                ..status(0)
            }),
            ["VECTTBL"]
        );
        assert_eq!(bits(status(0)), [""; 0]);
    }

    #[test]
    fn tells_the_address_only_if_it_is_valid() {
        let fault = |cfsr| Status {
            mmfar: 4,
            bfar: 8,
            ..status(cfsr)
        };
        assert_eq!(fault(0x0000_8200).address(), Some(8));
        assert_eq!(fault(0x0000_0082).address(), Some(4));
        assert_eq!(fault(0x0000_0200).address(), None);
    }

    #[test]
    fn recognises_a_stack_that_left_the_sram() {
        let at = |bfar, sp| {
            Status {
                bfar,
                sp,
                ..status(0x0000_8200)
            }
            .is_stack_overflow()
        };
        assert!(at(STACK_LIMIT - 4, HEALTHY));
        assert!(at(0x4242_0000, STACK_LIMIT - 64));
        assert!(at(0x4242_0000, STACK_LIMIT + 8));
        assert!(!at(0x4242_0000, HEALTHY));
        assert!(!at(0, HEALTHY));
    }
}
