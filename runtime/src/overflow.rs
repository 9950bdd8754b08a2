//! Reports stack overflow instead of a silent crash.
//!
//! A fault in the guard below the current thread's stack is an overflow. Any other fault is left
//! to whoever handled the signal before. The handler runs on a stack of its own, allocates
//! nothing and takes no lock that it would have to wait for.

use std::ffi::{c_int, c_void};
use std::fmt::Write;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;

use crate::report::EXIT_PANIC;
use crate::stack::Bounds;
use crate::{modules, thread};

/// Signals by which a system tells of a fault in a guard page.
const SIGNALS: [c_int; 2] = [libc::SIGSEGV, libc::SIGBUS];

/// Size of the handler's stack: what the handler needs, and room for wide vector registers.
const HANDLER_STACK_BYTES: usize = 64 << 10;

/// Who handled the signals before; set once the reporter is installed.
static PREVIOUS: OnceLock<[libc::sigaction; 2]> = OnceLock::new();

/// Makes stack overflow in this process print a Beskid panic with its place and exit with status
/// 101. Threads are covered from their first use of the runtime on.
pub fn install_stack_overflow_reporter() {
    PREVIOUS.get_or_init(|| SIGNALS.map(take_over));
    // A thread that does not know the runtime yet gets its handler stack here.
    thread::current();
}

fn take_over(signal: c_int) -> libc::sigaction {
    // SAFETY: an action of zeros is valid, and the handler has the signature that SA_SIGINFO asks
    // for.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_fault as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        let mut previous = MaybeUninit::<libc::sigaction>::zeroed();
        libc::sigaction(signal, &action, previous.as_mut_ptr());
        previous.assume_init()
    }
}

/// The handler's stack of one thread.
pub(crate) struct HandlerStack(*mut c_void);

/// Gives the calling thread a stack for the handler, if it needs one and has none.
pub(crate) fn prepare_thread() -> Option<HandlerStack> {
    PREVIOUS.get()?;
    // SAFETY: queries, then sets, the alternate stack of this thread to a fresh mapping.
    unsafe {
        let mut present: libc::stack_t = std::mem::zeroed();
        libc::sigaltstack(ptr::null(), &mut present);
        if present.ss_flags & libc::SS_DISABLE == 0 {
            return None;
        }
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let memory = libc::mmap(ptr::null_mut(), HANDLER_STACK_BYTES, protection, flags, -1, 0);
        if memory == libc::MAP_FAILED {
            return None;
        }
        let stack = libc::stack_t { ss_sp: memory, ss_flags: 0, ss_size: HANDLER_STACK_BYTES };
        libc::sigaltstack(&stack, ptr::null_mut());
        Some(HandlerStack(memory))
    }
}

impl Drop for HandlerStack {
    fn drop(&mut self) {
        // SAFETY: the stack is this thread's, and no handler runs on it while this code does.
        unsafe {
            let mut disabled: libc::stack_t = std::mem::zeroed();
            disabled.ss_flags = libc::SS_DISABLE;
            disabled.ss_size = HANDLER_STACK_BYTES;
            libc::sigaltstack(&disabled, ptr::null_mut());
            libc::munmap(self.0, HANDLER_STACK_BYTES);
        }
    }
}

unsafe extern "C" fn on_fault(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the system passes a valid description of the fault.
    let address = unsafe { (*info).si_addr() }.addr();
    if let Some(stack) = thread::stack_of_current().filter(|stack| is_overflow(stack, address)) {
        // SAFETY: the system passes the registers at the fault.
        let sp = unsafe { stack_pointer(context.cast()) };
        report(sp, stack);
    }
    hand_back(signal);
}

/// Whether a fault lies in the guard below a stack. C libraries disagree about whether the lowest
/// page that they name is part of the guard.
fn is_overflow(stack: &Bounds, address: usize) -> bool {
    const BELOW_BYTES: usize = 64 << 10;
    const ABOVE_BYTES: usize = 4 << 10;
    stack.low != 0
        && (stack.low.saturating_sub(BELOW_BYTES)..stack.low + ABOVE_BYTES).contains(&address)
}

/// Gives a signal back to its former handler. The instruction that faulted is then tried again.
fn hand_back(signal: c_int) {
    let previous = PREVIOUS.get().zip(SIGNALS.iter().position(|&s| s == signal));
    if let Some((actions, index)) = previous {
        // SAFETY: the action is the one that was in force before.
        unsafe { libc::sigaction(signal, &actions[index], ptr::null_mut()) };
    }
}

#[cfg(target_arch = "x86_64")]
unsafe fn stack_pointer(context: *const libc::ucontext_t) -> usize {
    // SAFETY: the caller passes a valid context.
    unsafe { (*context).uc_mcontext.gregs[libc::REG_RSP as usize] as usize }
}

#[cfg(target_arch = "aarch64")]
unsafe fn stack_pointer(context: *const libc::ucontext_t) -> usize {
    // SAFETY: the caller passes a valid context.
    unsafe { (*context).uc_mcontext.sp as usize }
}

fn report(sp: usize, stack: Bounds) -> ! {
    let mut text = Text { bytes: [0; 512], len: 0 };
    // A path that is too long is cut; the text then still says what happened.
    let _ = text.write_str("beskid panic: stack overflow\n");
    let _ = write_place(&mut text, sp, stack);
    // SAFETY: writes a buffer and ends the process without running anything else.
    unsafe {
        libc::write(libc::STDERR_FILENO, text.bytes.as_ptr().cast(), text.len);
        libc::_exit(EXIT_PANIC)
    }
}

/// Writes the place of the innermost call in compiled code: the first word above the stack
/// pointer that is a return address in a module.
fn write_place(text: &mut Text, sp: usize, stack: Bounds) -> std::fmt::Result {
    const SEARCH_BYTES: usize = 64 << 10;
    let Some(registry) = modules::try_registry() else { return Ok(()) };
    let start = sp.max(stack.low).next_multiple_of(size_of::<usize>());
    for address in (start..stack.high.min(start + SEARCH_BYTES)).step_by(size_of::<usize>()) {
        // SAFETY: the address lies in the part of the stack that is in use.
        let word = unsafe { ptr::with_exposed_provenance::<usize>(address).read_volatile() };
        let site = registry.site(word);
        if let Some((file, line, column)) = site.as_ref().and_then(|site| site.raw_location()) {
            let file = std::str::from_utf8(file).unwrap_or("?");
            return writeln!(text, "  at {file}:{line}:{column}");
        }
    }
    Ok(())
}

/// Text in a buffer of fixed size.
struct Text {
    bytes: [u8; 512],
    len: usize,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let free = &mut self.bytes[self.len..];
        let count = text.len().min(free.len());
        free[..count].copy_from_slice(&text.as_bytes()[..count]);
        self.len += count;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_faults_around_the_low_end_are_overflows() {
        let stack = Bounds { low: 0x100_0000, high: 0x200_0000 };
        assert!(is_overflow(&stack, 0x100_0000 - 8));
        assert!(is_overflow(&stack, 0x100_0000));
        assert!(!is_overflow(&stack, 0x180_0000));
        assert!(!is_overflow(&stack, 0));
        assert!(!is_overflow(&Bounds { low: 0, high: 0 }, 0));
    }

    #[test]
    fn long_text_is_cut_and_not_overrun() {
        let mut text = Text { bytes: [0; 512], len: 0 };
        for _ in 0..100 {
            write!(text, "0123456789").unwrap();
        }
        assert_eq!(text.len, 512);
    }
}
