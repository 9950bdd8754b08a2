//! Last words: how the runtime ends a process that cannot go on.

use std::fmt;
use std::io::Write;

/// Exit status of a program that panicked.
pub(crate) const EXIT_PANIC: i32 = 101;
/// Exit status of a program that was refused before it ran.
pub(crate) const EXIT_REFUSED: i32 = 1;

/// Writes a line to standard error. A failure is ignored: there is nowhere to report it.
pub(crate) fn to_stderr(message: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// Reports a broken invariant and aborts.
pub(crate) fn fatal(message: fmt::Arguments<'_>) -> ! {
    to_stderr(message);
    std::process::abort()
}
