//! Interrupt handlers that a test sets at run time.
//!
//! Without a device crate the vector table in flash knows no interrupts of the chip. This one lies
//! in RAM, a copy with room for handlers.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

/// 16 exceptions of the processor and 64 interrupts of the chip.
const VECTORS: usize = 16 + 64;

/// VTOR wants the table aligned to its size, rounded up to a power of two.
#[repr(C, align(512))]
struct Table(UnsafeCell<[usize; VECTORS]>);

// SAFETY: written in `handle` alone, with interrupts disabled, an aligned word at a time.
unsafe impl Sync for Table {}

static TABLE: Table = Table(UnsafeCell::new([0; VECTORS]));
static INSTALLED: AtomicBool = AtomicBool::new(false);

const VTOR: *mut usize = 0xe000_ed08 as *mut usize;
const NVIC_ISER: *mut u32 = 0xe000_e100 as *mut u32;
const NVIC_ICER: *mut u32 = 0xe000_e180 as *mut u32;

/// Has `handler` called for interrupt `irq` of the chip (0 to 63), and enables it.
///
/// # Panics
///
/// If there is no such interrupt.
pub fn handle(irq: u32, handler: extern "C" fn()) {
    assert!(irq < 64, "there is no interrupt {irq}");
    cortex_m::interrupt::free(|_| {
        if !INSTALLED.swap(true, Ordering::Relaxed) {
            install();
        }
        // SAFETY: in bounds, and no handler runs meanwhile.
        unsafe { (*TABLE.0.get())[16 + irq as usize] = handler as usize };
    });
    // SAFETY: enables an interrupt that has a handler now.
    unsafe {
        NVIC_ISER
            .add(irq as usize / 32)
            .write_volatile(1 << (irq % 32))
    };
}

/// Disables interrupt `irq` of the chip.
pub fn ignore(irq: u32) {
    // SAFETY: disabling an interrupt is always allowed, and the index is masked into bounds.
    unsafe {
        NVIC_ICER
            .add(irq as usize / 32 % 2)
            .write_volatile(1 << (irq % 32))
    };
}

/// Copies the table from flash and points the processor to the copy.
fn install() {
    // SAFETY: VTOR points to the table that `cortex-m-rt` links, which has 16 + 240 entries.
    unsafe {
        let flash = VTOR.read_volatile() as *const usize;
        for (index, vector) in (*TABLE.0.get()).iter_mut().enumerate() {
            *vector = flash.add(index).read_volatile();
        }
        VTOR.write_volatile(TABLE.0.get() as usize);
    }
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
}
