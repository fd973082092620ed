//! Calls to the host: text out, the command line in, and the exit.

use core::arch::asm;
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

const SYS_OPEN: usize = 0x01;
const SYS_WRITE: usize = 0x05;
const SYS_GET_CMDLINE: usize = 0x15;
const SYS_EXIT_EXTENDED: usize = 0x20;

/// "The application ended": the one reason for which QEMU passes the exit code on.
const APPLICATION_EXIT: usize = 0x2_0026;

/// # Safety
///
/// `arguments` must be what operation `number` expects, with valid pointers and lengths in it.
unsafe fn call(number: usize, arguments: &[usize]) -> isize {
    let result: isize;
    // SAFETY: the breakpoint is a call to QEMU, which reads the block, may write to buffers that
    // it names, and changes no register but r0; the caller vouches for the block.
    unsafe {
        asm!("bkpt #0xab", inlateout("r0") number => result, in("r1") arguments.as_ptr(),
             options(nostack));
    }
    result
}

/// The test's output, on the host's side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Console;

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: pointer and length are those of `text`.
        let left = unsafe {
            call(
                SYS_WRITE,
                &[console_handle(), text.as_ptr() as usize, text.len()],
            )
        };
        if left == 0 { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Opens the host's console once; a handle is a small positive number.
fn console_handle() -> usize {
    static HANDLE: AtomicUsize = AtomicUsize::new(0);
    const WRITE: usize = 4;

    let known = HANDLE.load(Ordering::Relaxed);
    if known != 0 {
        return known;
    }
    // SAFETY: the name `:tt` means the console; it is NUL-terminated and its length is right.
    let opened = unsafe { call(SYS_OPEN, &[c":tt".as_ptr() as usize, WRITE, 3]) };
    HANDLE.store(opened.max(0).cast_unsigned(), Ordering::Relaxed);
    opened.max(0).cast_unsigned()
}

/// Copies the command line to `buffer`. Nothing if it does not fit or is not UTF-8.
pub fn command_line(buffer: &mut [u8]) -> Option<&str> {
    let mut block = [buffer.as_mut_ptr() as usize, buffer.len()];
    // QEMU writes the length back to the block, so its address must escape as mutable.
    let block_address = block.as_mut_ptr();
    // SAFETY: pointer and length are those of `buffer`, and the block outlives the call.
    let failed = unsafe {
        call(
            SYS_GET_CMDLINE,
            core::slice::from_raw_parts(block_address, 2),
        )
    };
    // SAFETY: the block is initialised; the volatile read sees what QEMU wrote.
    let length = unsafe { block_address.add(1).read_volatile() };
    let bytes = buffer.get(..length).filter(|_| failed == 0)?;
    core::str::from_utf8(bytes)
        .ok()
        .map(|line| line.trim_end_matches('\0'))
}

/// Ends the emulation with this exit code.
pub fn exit(code: u32) -> ! {
    loop {
        // SAFETY: the block is what the operation expects.
        unsafe { call(SYS_EXIT_EXTENDED, &[APPLICATION_EXIT, code as usize]) };
    }
}
