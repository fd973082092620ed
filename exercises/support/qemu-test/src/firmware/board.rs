//! Facts of the board, and its registers as plain words.

/// The processor's clock, and SysTick's and the watchdog's, as QEMU's lm3s6965evb starts, in Hz.
pub const CLOCK_HZ: u32 = 12_500_000;

/// A 32-bit register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register(*mut u32);

// SAFETY: an address is a number; each access is one volatile operation.
unsafe impl Send for Register {}
// SAFETY: as above.
unsafe impl Sync for Register {}

impl Register {
    /// The register at this address.
    ///
    /// # Safety
    ///
    /// The address must be that of a device's register, 4-byte aligned, whose reading and writing
    /// break no rule of Rust's.
    pub const unsafe fn at(address: usize) -> Self {
        Self(address as *mut u32)
    }

    /// Reads it.
    pub fn read(self) -> u32 {
        // SAFETY: promised to `at`.
        unsafe { self.0.read_volatile() }
    }

    /// Writes it.
    pub fn write(self, value: u32) {
        // SAFETY: promised to `at`.
        unsafe { self.0.write_volatile(value) }
    }
}

/// Run-mode clock gating: the devices whose bits are 0 have no clock on the real chip.
pub mod gate {
    use super::Register;

    // SAFETY: registers of the system control block; gating breaks no memory.
    pub(crate) const RCGC0: Register = unsafe { Register::at(0x400f_e100) };
    // SAFETY: as above.
    pub(crate) const RCGC1: Register = unsafe { Register::at(0x400f_e104) };
    // SAFETY: as above.
    pub(crate) const RCGC2: Register = unsafe { Register::at(0x400f_e108) };

    /// Gives the GPIO port with this number (A is 0) its clock.
    pub fn gpio(port: u32) {
        RCGC2.write(RCGC2.read() | 1 << port);
    }
}
