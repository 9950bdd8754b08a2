//! Beskid panics: raised by unwinding with a payload of their own, caught at the host boundary.
//!
//! They do not pass through Rust's panic hook, because a caught panic is not a fault of the host.

use std::any::Any;
use std::ffi::c_void;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use beskid_abi::PanicKind;

use crate::modules::{self, Location};
use crate::{report, thread};

/// A panic of Beskid code, as the host receives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What went wrong.
    pub message: String,
    /// The place in the Beskid source, if it is known.
    pub location: Option<Location>,
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "beskid panic: {}", self.message)?;
        match &self.location {
            Some(location) => write!(f, "\n  at {location}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Panic {}

impl Panic {
    /// Goes on as a Rust panic with the same text.
    #[track_caller]
    pub fn resume(self) -> ! {
        panic!("{self}")
    }
}

/// What unwinds. It is a type of its own, so that `call` recognises it.
struct BeskidPanic(Panic);

/// Calls into compiled code and catches its panic.
///
/// A panic of Rust code that compiled code called goes on unwinding. The heap stays usable
/// either way. `f` makes one call into compiled code, and that is the last thing it does with
/// the runtime; a call from the host within that call is made by another `call`.
///
/// # Errors
/// The panic, if Beskid code panicked.
pub fn call<R>(f: impl FnOnce() -> R) -> Result<R, Panic> {
    catch(|| thread::current().enter(f))
}

/// Runs `f` and catches the panic of Beskid code.
pub(crate) fn catch<R>(f: impl FnOnce() -> R) -> Result<R, Panic> {
    // What `f` leaves half done is the host's own business, as with any error. The runtime's state
    // is put right by its guards.
    catch_unwind(AssertUnwindSafe(f)).map_err(from_payload)
}

fn from_payload(payload: Box<dyn Any + Send>) -> Panic {
    match payload.downcast::<BeskidPanic>() {
        Ok(panic) => panic.0,
        Err(foreign) => resume_unwind(foreign),
    }
}

/// Panics with a message at the place of the innermost compiled frame.
#[cold]
#[inline(never)]
pub(crate) fn raise(message: impl Into<String>) -> ! {
    raise_at(message.into(), innermost_location())
}

/// Panics with the message of a failed check.
#[cold]
#[inline(never)]
pub(crate) fn raise_kind(kind: PanicKind, first: i64, second: i64) -> ! {
    raise(kind.message(first, second).to_string())
}

/// Panics with a message at a known place.
#[cold]
pub(crate) fn raise_at(message: String, location: Option<Location>) -> ! {
    let panic = Panic { message, location };
    if std::thread::panicking() {
        report::fatal(format_args!("{panic}\n  while another panic was unwinding; aborting"));
    }
    if cfg!(panic = "abort") {
        report::to_stderr(format_args!("{panic}"));
        std::process::exit(report::EXIT_PANIC);
    }
    resume_unwind(Box::new(BeskidPanic(panic)))
}

/// The source place of the innermost compiled frame, found by unwinding without effect.
fn innermost_location() -> Option<Location> {
    let mut search = Search { steps: 0, found: None };
    // SAFETY: the callback gets back the pointer that is passed here, and the search outlives
    // the call.
    unsafe { _Unwind_Backtrace(look_at_frame, (&raw mut search).cast()) };
    search.found
}

/// Frames of the runtime and of foreign code that a search passes before it gives up.
const SEARCH_STEPS_MAX: usize = 256;
const UNWIND_CONTINUE: i32 = 0;
const UNWIND_STOP: i32 = 4;

struct Search {
    steps: usize,
    found: Option<Location>,
}

/// The unwinder's description of a frame.
#[repr(C)]
struct UnwindContext {
    private: [u8; 0],
}

type VisitFrame = extern "C" fn(*mut UnwindContext, *mut c_void) -> i32;

// The unwinder that Rust's standard library links; its interface is the same on all platforms
// with DWARF unwinding.
unsafe extern "C-unwind" {
    fn _Unwind_Backtrace(visit: VisitFrame, search: *mut c_void) -> i32;
    fn _Unwind_GetIP(context: *mut UnwindContext) -> usize;
}

extern "C" fn look_at_frame(context: *mut UnwindContext, search: *mut c_void) -> i32 {
    // SAFETY: the unwinder passes the pointer of `innermost_location`, which waits for it.
    let search = unsafe { &mut *search.cast::<Search>() };
    // SAFETY: the context is valid during the callback.
    let pc = unsafe { _Unwind_GetIP(context) };
    search.steps += 1;
    search.found = modules::location_of(pc);
    if search.found.is_some() || search.steps >= SEARCH_STEPS_MAX {
        return UNWIND_STOP;
    }
    UNWIND_CONTINUE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_returned_and_the_thread_stays_usable() {
        for _ in 0..3 {
            let caught = call(|| -> i32 { raise_kind(PanicKind::IndexOutOfBounds, 5, 3) });
            let panic = caught.unwrap_err();
            assert_eq!(panic.to_string(), "beskid panic: index out of bounds: index 5, length 3");
            assert_eq!(call(|| 7), Ok(7));
        }
    }

    #[test]
    fn a_located_panic_names_its_place_on_a_second_line() {
        let location = Location { file: "src/main.bsk".into(), line: 12, column: 17 };
        let panic = Panic { message: "division by zero".into(), location: Some(location) };
        assert_eq!(panic.to_string(), "beskid panic: division by zero\n  at src/main.bsk:12:17");
    }

    #[test]
    fn a_nested_panic_stops_at_the_nearest_boundary() {
        let outer = call(|| {
            let inner = call(|| raise_at("inner".into(), None));
            assert_eq!(inner.map(|()| 0).unwrap_err().message, "inner");
            3
        });
        assert_eq!(outer, Ok(3));
    }

    #[test]
    fn a_rust_panic_is_not_mistaken_for_a_beskid_panic() {
        let caught = catch_unwind(|| call(|| resume_unwind(Box::new("rust"))).map(|()| 0));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"rust"));
    }

    #[test]
    fn resuming_keeps_the_text() {
        let panic = Panic { message: "boom".into(), location: None };
        let caught = catch_unwind(AssertUnwindSafe(|| panic.resume()));
        let text = caught.map(|()| 0).unwrap_err().downcast::<String>().unwrap();
        assert_eq!(*text, "beskid panic: boom");
    }
}
