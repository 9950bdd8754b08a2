//! What a child process needs of the machine.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a process needed, its own children included.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The greatest resident size, in bytes.
    pub peak_bytes: u64,
    /// The time that processors worked for it, all threads together. Other processes hardly change it.
    pub cpu: Duration,
    /// The time from its start to its end.
    pub wall: Duration,
}

/// Runs a command to its end, with its standard output discarded.
///
/// # Errors
/// If it cannot be started or fails.
pub fn usage_of(command: &mut Command) -> Result<Usage, String> {
    let start = Instant::now();
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
    let cpu = duration(usage.ru_utime)? + duration(usage.ru_stime)?;
    Ok(Usage { peak_bytes: units * BYTES_PER_UNIT, cpu, wall: start.elapsed() })
}

fn duration(time: libc::timeval) -> Result<Duration, String> {
    let seconds = u64::try_from(time.tv_sec).map_err(|error| error.to_string())?;
    let micros = u64::try_from(time.tv_usec).map_err(|error| error.to_string())?;
    Ok(Duration::from_secs(seconds) + Duration::from_micros(micros))
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
