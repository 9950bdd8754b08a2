//! Walks the compiled frames of a thread's stack.
//!
//! Compiled code keeps frame pointers, the host's code does not. So a walk follows frame pointers
//! from the compiled frame that called the runtime until a return address lies in no module: that
//! is the host. Below the host's frames it continues where compiled code had called a foreign
//! function, which the entry record remembers.

use crate::modules::{Registry, Site};

/// A compiled frame that is waiting for a call to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Where the call returns to.
    pub(crate) pc: usize,
    /// The stack pointer at the call.
    pub(crate) sp: usize,
    /// The frame pointer.
    pub(crate) fp: usize,
}

/// The stack and frame pointer of compiled code that called a foreign function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForeignExit {
    pub(crate) sp: usize,
    pub(crate) fp: usize,
}

/// A call from the host into compiled code.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    /// Where compiled code had left for the foreign function that made this call.
    pub(crate) exit: Option<ForeignExit>,
}

/// The stack pointer and frame pointer at the entry of a runtime function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// Address of the return address.
    sp: usize,
    fp: usize,
}

impl Caller {
    /// Takes what the shim of a runtime function passes.
    ///
    /// # Safety
    /// `sp` must be the stack pointer at the entry of a function that has not returned, and `fp`
    /// its frame pointer.
    pub(crate) unsafe fn new(sp: usize, fp: usize) -> Caller {
        Caller { sp, fp }
    }

    /// The frame of the caller, which is compiled code or the host.
    pub(crate) fn frame(self) -> Frame {
        // SAFETY: at the entry of a function the stack pointer leads to the return address, and
        // `new` was promised that the function has not returned.
        let pc = unsafe { word(self.sp) };
        Frame { pc, sp: self.sp + size_of::<usize>(), fp: self.fp }
    }
}

impl ForeignExit {
    /// The frame that waits for the foreign function.
    #[cfg(not(target_arch = "x86_64"))]
    fn frame(self) -> Frame {
        // Where a return address is passed in a register, only the foreign function knows where it
        // keeps it.
        crate::report::fatal(format_args!(
            "beskid: no collection below a foreign call on this architecture yet \
             (stack pointer {:#x}, frame pointer {:#x})",
            self.sp, self.fp
        ))
    }

    /// The frame that waits for the foreign function.
    #[cfg(target_arch = "x86_64")]
    fn frame(self) -> Frame {
        // SAFETY: while the foreign function is active its return address stands below the
        // stack pointer of the call.
        let pc = unsafe { word(self.sp - size_of::<usize>()) };
        Frame { pc, sp: self.sp, fp: self.fp }
    }
}

impl Frame {
    /// The frame that called this one.
    ///
    /// # Safety
    /// This must be a frame of compiled code that is on the stack.
    unsafe fn caller(self) -> Frame {
        // SAFETY: compiled code keeps its caller's frame pointer at its own, and its return
        // address above.
        let (fp, pc) = unsafe { (word(self.fp), word(self.fp + size_of::<usize>())) };
        Frame { pc, sp: self.fp + 2 * size_of::<usize>(), fp }
    }

    /// The reference in a root slot.
    ///
    /// # Safety
    /// This must be a frame of compiled code that is on the stack, and `slot` one of its roots.
    pub(crate) unsafe fn root(self, slot: u32) -> usize {
        // SAFETY: the caller vouches for the slot.
        unsafe { word(self.sp + slot as usize) }
    }
}

/// Where a walk begins.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Start {
    /// The frame that called the runtime; `None` if Rust code of the runtime did.
    pub(crate) caller: Option<Frame>,
    /// The last foreign call of compiled code. It is where the walk goes on if the caller is not
    /// compiled code, because then the caller is that foreign function or was called by it.
    pub(crate) exit: Option<ForeignExit>,
}

/// Gives every compiled frame with its safepoint, innermost first. `entries` are the calls from
/// the host that are active, outermost first.
pub(crate) fn for_each_frame(
    registry: &Registry,
    start: Start,
    entries: &[Entry],
    visit: &mut dyn FnMut(Frame, Site<'_>),
) {
    let is_compiled = |frame: &Frame| registry.site(frame.pc).is_some();
    let mut next = start.caller.filter(is_compiled).or(start.exit.map(ForeignExit::frame));
    let mut outer = entries.iter().rev();
    loop {
        while let Some(frame) = next {
            let Some(site) = registry.site(frame.pc) else { break };
            visit(frame, site);
            // SAFETY: its return address lies in compiled code, so it is a compiled frame.
            next = Some(unsafe { frame.caller() });
        }
        let Some(entry) = outer.next() else { return };
        next = entry.exit.map(ForeignExit::frame);
    }
}

/// Reads a word of the stack.
///
/// # Safety
/// `address` must lie in the part of the stack that is in use.
unsafe fn word(address: usize) -> usize {
    // SAFETY: the caller vouches for the address.
    unsafe { std::ptr::with_exposed_provenance::<usize>(address).read() }
}
