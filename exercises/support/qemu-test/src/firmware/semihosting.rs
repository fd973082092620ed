//! Calls to the host: text out, the command line in, and the exit.

use core::cell::Cell;
use core::fmt;

use cortex_m::interrupt::{self, Mutex};
use cortex_m_semihosting::hio::{self, HostStream};
use cortex_m_semihosting::{nr, syscall, syscall1};

/// The one operation that the crate does not know: to end with an exit code, which QEMU passes on.
const EXIT_EXTENDED: usize = 0x20;

/// "The application ended": the one reason for which QEMU passes the exit code on.
const APPLICATION_EXIT: usize = 0x2_0026;

/// The test's output, on the host's side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Console;

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        stream()?.write_str(text)
    }
}

/// The host's console, opened once: each opening takes one of the host's handles.
fn stream() -> Result<HostStream, fmt::Error> {
    static OPEN: Mutex<Cell<Option<HostStream>>> = Mutex::new(Cell::new(None));

    interrupt::free(|section| {
        let open = OPEN.borrow(section);
        if let Some(stream) = open.get() {
            return Ok(stream);
        }
        let stream = hio::hstdout().map_err(|()| fmt::Error)?;
        open.set(Some(stream));
        Ok(stream)
    })
}

/// Copies the command line to `buffer`. Nothing if it does not fit or is not UTF-8.
pub fn command_line(buffer: &mut [u8]) -> Option<&str> {
    let mut block = [buffer.as_mut_ptr() as usize, buffer.len()];
    // QEMU writes the length back to the block, so its address must escape as mutable.
    let address = block.as_mut_ptr();
    // SAFETY: pointer and length are those of `buffer`, and the block outlives the call.
    let failed = unsafe { syscall1(nr::GET_CMDLINE, address as usize) };
    // SAFETY: the block is initialised; the volatile read sees what QEMU wrote.
    let length = unsafe { address.add(1).read_volatile() };
    let bytes = buffer.get(..length).filter(|_| failed == 0)?;
    core::str::from_utf8(bytes)
        .ok()
        .map(|line| line.trim_end_matches('\0'))
}

/// Ends the emulation with this exit code.
pub fn exit(code: u32) -> ! {
    loop {
        // SAFETY: the block is what the operation expects.
        unsafe { syscall(EXIT_EXTENDED, &[APPLICATION_EXIT, code as usize]) };
    }
}
