//! Faults and stray interrupts: say what happened, then end the boot.

use core::arch::naked_asm;

use super::boot::{current, finish, say};
use crate::fault::{STACK_LIMIT, Status};
use crate::protocol::Ending;

/// What the processor saves on entry to an exception.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
struct Frame {
    r0_to_r3: [u32; 4],
    r12: u32,
    lr: u32,
    pc: u32,
    psr: u32,
}

/// Room for the handler itself: after an overflow there is none left on the main stack.
#[repr(C, align(8))]
struct SpareStack(core::cell::UnsafeCell<[u8; 2048]>);

// SAFETY: only the processor uses it, as a stack, after a fault that never returns.
unsafe impl Sync for SpareStack {}

static SPARE_STACK: SpareStack = SpareStack(core::cell::UnsafeCell::new([0; 2048]));

/// Every fault arrives here, since the handlers of the others are never enabled.
///
/// # Safety
///
/// To be called by the processor alone, as an exception.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn HardFault() -> ! {
    // EXC_RETURN in lr tells which stack holds the frame; then change to a stack that has room.
    naked_asm!(
        "tst lr, #4",
        "ite eq",
        "mrseq r0, msp",
        "mrsne r0, psp",
        "ldr r1, ={spare}",
        "add r1, r1, #2048",
        "msr msp, r1",
        "b {report}",
        spare = sym SPARE_STACK,
        report = sym report_fault,
    );
}

extern "C" fn report_fault(frame: *const Frame) -> ! {
    const FRAME_BYTES: u32 = size_of::<Frame>() as u32;

    let status = Status {
        cfsr: register(0xe000_ed28),
        hfsr: register(0xe000_ed2c),
        mmfar: register(0xe000_ed34),
        bfar: register(0xe000_ed38),
        sp: (frame as u32).wrapping_add(FRAME_BYTES),
    };
    let name = current().map_or("main", |test| test.name);
    if status.is_stack_overflow() {
        // What else the registers say is a consequence.
        say(format_args!(
            "\nthread '{name}' overflowed its stack: the main stack (32 KiB) grew below \
             {STACK_LIMIT:#010x}, the lower edge of the SRAM\n"
        ));
    } else {
        explain(name, &status, frame);
    }
    say(format_args!(
        "  CFSR {:#010x}, HFSR {:#010x}, sp {:#010x}\n",
        status.cfsr, status.hfsr, status.sp
    ));
    finish(Ending::Faulted)
}

fn explain(name: &str, status: &Status, frame: *const Frame) {
    say(format_args!("\nthread '{name}' took a {}", status.kind()));
    // SAFETY: no stacking error was reported, so the processor has just written the frame.
    let frame = (status.cfsr & 0x1010 == 0).then(|| unsafe { frame.read() });
    match frame {
        Some(Frame { pc, lr, .. }) => say(format_args!(" at pc {pc:#010x} (lr {lr:#010x})\n")),
        None => say(format_args!(" (its pc was not saved)\n")),
    }
    for cause in status.causes() {
        say(format_args!("  {}: {}\n", cause.bit, cause.meaning));
    }
    if let Some(address) = status.address() {
        say(format_args!("  the address was {address:#010x}\n"));
    }
}

fn register(address: u32) -> u32 {
    // SAFETY: only called with the addresses of fault status registers, whose reading is harmless.
    unsafe { (address as *const u32).read_volatile() }
}

/// Interrupts and exceptions that nothing handles.
#[cortex_m_rt::exception]
unsafe fn DefaultHandler(irqn: i16) -> ! {
    let name = current().map_or("main", |test| test.name);
    let source = match irqn {
        -14 => "an NMI",
        -5 => "SVCall",
        -4 => "DebugMonitor",
        -2 => "PendSV",
        -1 => "SysTick",
        _ => "an interrupt of the chip",
    };
    say(format_args!(
        "\nthread '{name}': nothing handles {source} (IRQ {irqn})\n"
    ));
    finish(Ending::Failed)
}
