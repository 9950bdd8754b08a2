//! The life of a standalone executable around its Beskid `main`.

use std::cell::{Cell, RefCell};
use std::io::Write;

use beskid_abi::{MainResult, ModuleDescriptor};

use crate::panic::{self, Panic, call};
use crate::report::{EXIT_PANIC, EXIT_REFUSED, to_stderr};
use crate::{gate, modules, overflow};

/// Checks the image, prepares the process, runs `main` and gives the exit status.
///
/// # Safety
/// `module` must be the descriptor of the module that `main` is in, and `main` a function without
/// parameters whose result is of the kind `result`.
pub(crate) unsafe fn start(module: *const ModuleDescriptor, main: *const u8, result: i64) -> i32 {
    gate::require_loaded_image();
    // SAFETY: the caller vouches for the module, which is part of the image.
    unsafe {
        gate::require_accepted_module(module);
        modules::register(module);
    }
    overflow::install_stack_overflow_reporter();
    let Some(result) = MainResult::from_code(result) else {
        to_stderr(format_args!("beskid: main has a result of unknown kind {result}"));
        return EXIT_REFUSED;
    };
    // SAFETY: the caller vouches for the function and the kind of its result.
    let outcome = unsafe { run_main(main, result) };
    // Rust code that was called may have buffered output; C buffers are flushed at exit.
    let _ = std::io::stdout().flush();
    outcome.unwrap_or_else(|panic| {
        to_stderr(format_args!("{panic}"));
        EXIT_PANIC
    })
}

thread_local! {
    /// What a host gives a program that it runs in its own process.
    static ARGUMENTS: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Runs `program` with these arguments instead of those of the process.
pub fn with_arguments<R>(arguments: Vec<String>, program: impl FnOnce() -> R) -> R {
    let before = ARGUMENTS.replace(Some(arguments));
    let result = program();
    ARGUMENTS.set(before);
    result
}

thread_local! {
    static EXIT_PANICS: Cell<bool> = const { Cell::new(false) };
}

/// Runs a test, in which ending the process is a panic: it would end the other tests too, and
/// perhaps successfully.
pub fn without_exit<R>(test: impl FnOnce() -> R) -> R {
    let before = EXIT_PANICS.replace(true);
    let result = test();
    EXIT_PANICS.set(before);
    result
}

/// Ends the process, in the JIT that of the compiler.
pub(crate) fn exit(status: i32) -> ! {
    if EXIT_PANICS.get() {
        panic::raise(format!("the program ends itself with exit status {status}, within a test"));
    }
    // As at the end of `main`: C buffers are flushed at exit.
    let _ = std::io::stdout().flush();
    std::process::exit(status)
}

/// The arguments of the program, without its name. Strings are always UTF-8: what is not in an
/// argument of the process is replaced.
pub(crate) fn arguments() -> Vec<String> {
    ARGUMENTS.with_borrow(Clone::clone).unwrap_or_else(|| {
        let arguments = std::env::args_os().skip(1);
        arguments.map(|argument| argument.to_string_lossy().into_owned()).collect()
    })
}

/// Calls `main` and turns its result into an exit status.
///
/// # Errors
/// The panic, if Beskid code panicked.
///
/// # Safety
/// `main` must be a function without parameters whose result is of the kind `result`.
pub unsafe fn run_main(main: *const u8, result: MainResult) -> Result<i32, Panic> {
    // SAFETY: the caller vouches for the function's type.
    unsafe {
        match result {
            MainResult::Unit => call_as::<()>(main).map(|()| 0),
            MainResult::I32 => call_as::<i32>(main),
            MainResult::I64 => call_as::<i64>(main).map(|status| status as i32),
            // The upper bits of a narrow result are open.
            MainResult::Bool => call_as::<u32>(main).map(|success| i32::from(success as u8 == 0)),
            MainResult::U8 => call_as::<u32>(main).map(|status| i32::from(status as u8)),
        }
    }
}

/// Calls the function at an address.
///
/// # Safety
/// There must be a compiled function without parameters that returns `R`.
unsafe fn call_as<R>(function: *const u8) -> Result<R, Panic> {
    // SAFETY: the caller vouches for the function; function pointers have the size of data
    // pointers on all targets that the exports compile for.
    let function: unsafe extern "C-unwind" fn() -> R = unsafe { std::mem::transmute(function) };
    // SAFETY: as above.
    call(|| unsafe { function() })
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C-unwind" fn seven() -> i32 {
        7
    }

    extern "C-unwind" fn no() -> u8 {
        0
    }

    extern "C-unwind" fn minus_one() -> i64 {
        -1
    }

    extern "C-unwind" fn fail() -> i32 {
        crate::panic::raise("failed")
    }

    fn status(main: *const u8, result: MainResult) -> i32 {
        // SAFETY: a descriptor of zeros is that of a module without functions.
        let mut module: ModuleDescriptor = unsafe { std::mem::zeroed() };
        let record = crate::gate::tests::fitting_record();
        (module.record, module.record_len) = (record.as_ptr(), record.len());
        // SAFETY: an empty module, and functions with the results that the tests name.
        unsafe { start(&module, main, result as i64) }
    }

    #[test]
    fn the_exit_status_is_the_result_of_main() {
        assert_eq!(status(seven as *const u8, MainResult::I32), 7);
        assert_eq!(status(no as *const u8, MainResult::Bool), 1);
        assert_eq!(status(no as *const u8, MainResult::U8), 0);
        assert_eq!(status(minus_one as *const u8, MainResult::I64), -1);
        assert_eq!(status(seven as *const u8, MainResult::Unit), 0);
    }

    #[test]
    fn a_panic_gives_status_101() {
        assert_eq!(status(fail as *const u8, MainResult::I32), 101);
    }
}
