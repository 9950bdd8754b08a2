//! The memory that a child process needs at its greatest.

use std::process::{Child, Command, Stdio};

/// Runs a command to its end, with its output discarded. Gives the greatest resident size in bytes.
///
/// # Errors
/// If it cannot be started or fails.
pub fn peak_of(command: &mut Command) -> Result<u64, String> {
    let child = command
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot start {command:?}: {error}"))?;
    let (status, usage) = wait(&child)?;
    if status != 0 {
        return Err(format!("{command:?} ended with the wait status {status:#x}"));
    }
    const BYTES_PER_UNIT: u64 = 1024;
    let units = u64::try_from(usage.ru_maxrss).map_err(|error| error.to_string())?;
    Ok(units * BYTES_PER_UNIT)
}

/// The wait status of a process and what it used. The standard library can wait, but does not tell
/// the use; a sum over all children would count the compiler too.
fn wait(child: &Child) -> Result<(libc::c_int, libc::rusage), String> {
    let pid = libc::pid_t::try_from(child.id()).map_err(|error| error.to_string())?;
    let mut status = 0;
    // SAFETY: a `rusage` is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals of the right type.
    let ended = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    if ended == pid {
        Ok((status, usage))
    } else {
        Err(format!("cannot wait for process {pid}: {}", std::io::Error::last_os_error()))
    }
}
