//! Reading and writing file descriptors, and the process's standard input.
//!
//! Output is not buffered, so there is nothing to flush. Standard input has two doors: the descriptor,
//! and the buffer of Rust's standard library, which a host shares.

use std::io::{BufRead, ErrorKind, Read};

use beskid_abi::{BeskidArray, BeskidStr};

use super::strings::require_utf8;
use crate::object::{new_bytes, new_string, text};
use crate::walk::Caller;

/// Bytes that one call reads at most, whatever its caller allows.
const READ_BYTES_MAX: usize = 64 << 20;

pub(crate) unsafe fn syscall_write(fd: i64, string: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string or null.
    match unsafe { text(string) } {
        Some(text) => write_all(fd, text.as_bytes()),
        None => -1,
    }
}

pub(crate) unsafe fn syscall_write_bytes(fd: i64, bytes: *const BeskidArray) -> i64 {
    // SAFETY: the caller passes an array of bytes or null.
    let Some(array) = (unsafe { bytes.as_ref() }) else { return -1 };
    // SAFETY: an array has `len` elements.
    write_all(fd, unsafe { std::slice::from_raw_parts(array.ptr, array.len) })
}

pub(crate) unsafe fn syscall_read(fd: i64, max: i64, caller: Caller) -> *mut BeskidStr {
    let mut bytes = read(fd, max);
    complete_character(&mut bytes, || read(fd, 1));
    new_string(&[require_utf8(&bytes)], Some(caller), &[])
}

pub(crate) unsafe fn syscall_read_bytes(fd: i64, max: i64, caller: Caller) -> *mut BeskidArray {
    new_bytes(&read(fd, max), Some(caller), &[])
}

/// Writes everything, or as much as the system takes before an error: then -1.
fn write_all(fd: i64, bytes: &[u8]) -> i64 {
    let Ok(fd) = i32::try_from(fd) else { return -1 };
    let mut rest = bytes;
    while !rest.is_empty() {
        // SAFETY: the range is that of a slice.
        let written = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(written) {
            Ok(0) => return -1,
            Ok(written) => rest = &rest[written..],
            Err(_) if was_interrupted() => {}
            Err(_) => return -1,
        }
    }
    bytes.len() as i64
}

/// Reads once, at most `max` bytes; nothing at the end of the file and on an error.
fn read(fd: i64, max: i64) -> Vec<u8> {
    let (Ok(fd), Ok(max)) = (i32::try_from(fd), usize::try_from(max)) else { return Vec::new() };
    let mut bytes = Vec::with_capacity(max.min(READ_BYTES_MAX));
    while bytes.capacity() > 0 {
        let free = bytes.spare_capacity_mut();
        // SAFETY: the range is the vector's free capacity.
        let count =
            unsafe { libc::read(fd, free.as_mut_ptr().cast(), free.len().min(READ_BYTES_MAX)) };
        match usize::try_from(count) {
            Ok(count) => {
                // SAFETY: the system has written this many bytes.
                unsafe { bytes.set_len(count) };
                break;
            }
            Err(_) if was_interrupted() => {}
            Err(_) => break,
        }
    }
    bytes
}

/// Reads the up to three bytes that complete a character which the limit, or the boundary between
/// two writes to a pipe, has cut: a string cannot end in half of one.
fn complete_character(bytes: &mut Vec<u8>, mut read_one: impl FnMut() -> Vec<u8>) {
    while std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none()) {
        let next = read_one();
        if next.is_empty() {
            return;
        }
        bytes.extend(next);
    }
}

pub(crate) unsafe fn stdin_read(max: i64, caller: Caller) -> *mut BeskidArray {
    new_bytes(&stdin(max), Some(caller), &[])
}

pub(crate) unsafe fn stdin_read_text(max: i64, caller: Caller) -> *mut BeskidStr {
    let mut bytes = stdin(max);
    complete_character(&mut bytes, || stdin(1));
    new_string(&[require_utf8(&bytes)], Some(caller), &[])
}

pub(crate) unsafe fn stdin_read_line(caller: Caller) -> *mut BeskidStr {
    let mut line = Vec::new();
    // What was read before an error is given; the next call meets the error again.
    let _ = std::io::stdin().lock().read_until(b'\n', &mut line);
    new_string(&[require_utf8(&line)], Some(caller), &[])
}

pub(crate) unsafe fn stdin_is_empty() -> i64 {
    i64::from(std::io::stdin().lock().fill_buf().map_or(true, <[u8]>::is_empty))
}

/// Bytes that are read from the buffered standard input at once, whatever the limit.
const STDIN_BYTES_MAX: usize = 1 << 20;

/// Reads once from the buffered standard input, at most `max` bytes.
fn stdin(max: i64) -> Vec<u8> {
    let Ok(max) = usize::try_from(max) else { return Vec::new() };
    let mut bytes = vec![0; max.min(STDIN_BYTES_MAX)];
    loop {
        match std::io::stdin().lock().read(&mut bytes) {
            Ok(count) => {
                bytes.truncate(count);
                return bytes;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Vec::new(),
        }
    }
}

fn was_interrupted() -> bool {
    std::io::Error::last_os_error().kind() == ErrorKind::Interrupted
}
