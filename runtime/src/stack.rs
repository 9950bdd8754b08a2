//! The machine stack of a thread: its bounds, and its words for the stress mode.

use std::arch::asm;
use std::mem::MaybeUninit;

/// The address range of a thread's stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Lowest usable address; the guard lies below.
    pub(crate) low: usize,
    /// End of the range.
    pub(crate) high: usize,
}

impl Bounds {
    /// The bounds of the calling thread's stack; empty if the system does not tell.
    pub(crate) fn of_current_thread() -> Bounds {
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        let mut low = std::ptr::null_mut();
        let mut bytes = 0;
        // SAFETY: the attributes are written by the first call, read by the second and released
        // by the third, and only if the first succeeded.
        unsafe {
            if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
                return Bounds { low: 0, high: 0 };
            }
            libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut bytes);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
        Bounds { low: low.addr(), high: low.addr() + bytes }
    }

    /// Gives every word of the stack that is in use, and the registers that a callee preserves.
    ///
    /// A thread that runs on a stack of another kind gives its registers only.
    #[inline(never)]
    pub(crate) fn for_each_word(&self, visit: &mut dyn FnMut(usize)) {
        let registers = preserved_registers();
        registers.iter().for_each(|&word| visit(word));
        let here = std::ptr::from_ref(&registers).expose_provenance();
        if here < self.low {
            return;
        }
        for address in (here..self.high).step_by(size_of::<usize>()) {
            // SAFETY: the address lies between this frame and the end of this thread's stack.
            visit(unsafe { std::ptr::with_exposed_provenance::<usize>(address).read_volatile() });
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn preserved_registers() -> [usize; 6] {
    let mut registers = [0; 6];
    // SAFETY: stores six registers into an array of six words.
    unsafe {
        asm!(
            "mov [{to}], rbx", "mov [{to} + 8], rbp", "mov [{to} + 16], r12",
            "mov [{to} + 24], r13", "mov [{to} + 32], r14", "mov [{to} + 40], r15",
            to = in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    registers
}

#[cfg(target_arch = "aarch64")]
fn preserved_registers() -> [usize; 12] {
    let mut registers = [0; 12];
    // SAFETY: stores twelve registers into an array of twelve words.
    unsafe {
        asm!(
            "stp x19, x20, [{to}]", "stp x21, x22, [{to}, 16]", "stp x23, x24, [{to}, 32]",
            "stp x25, x26, [{to}, 48]", "stp x27, x28, [{to}, 64]", "stp x29, x30, [{to}, 80]",
            to = in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
    registers
}
