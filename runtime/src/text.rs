//! Making strings.
//!
//! A plain string is one cell: header, bytes, and a NUL that foreign code may rely on. A string that
//! grows at its end, as in `text += piece` in a loop, becomes a shared one: a header whose bytes lie
//! in a buffer with room behind them. The next concatenation that begins with it writes its piece
//! into that room, so that a loop copies each byte a constant number of times. Strings stay
//! immutable: nobody looks behind the end of a string, and a buffer is extended only where no string
//! has been written yet. Behind a shared string there is a NUL as long as nothing was appended.

use std::ptr;

use beskid_abi::BeskidStr;

use crate::heap::{CellKind, Fill};
use crate::object::{out_of_memory, text};
use crate::thread::{self, Request};
use crate::walk::Caller;

/// A string whose bytes lie in a buffer.
#[repr(C)]
pub(crate) struct SharedString {
    header: BeskidStr,
    /// The cell that holds the bytes.
    pub(crate) buffer: *mut Buffer,
}

/// The header of a cell with bytes of strings; the bytes follow it.
#[repr(C)]
pub(crate) struct Buffer {
    /// Bytes that some string has, from the first on.
    used: usize,
    /// Bytes that there is room for, not counting the last NUL.
    capacity: usize,
}

/// Shorter strings are copied whenever something is appended: they are cheap to copy, and most
/// of them do not grow.
const SHARED_BYTES_MIN: usize = 256;

/// Makes a string of the given parts. `keep` lists the references that must survive, among them
/// those into whose cells the parts point.
#[inline]
pub(crate) fn new_string(parts: &[&str], caller: Option<Caller>, keep: &[usize]) -> *mut BeskidStr {
    let Some(len) = total_len(parts) else { out_of_memory() };
    new_plain("", parts, len, caller, keep)
}

/// Makes a plain string of a text and further parts, `len` bytes together.
#[inline]
fn new_plain(
    start: &str,
    parts: &[&str],
    len: usize,
    caller: Option<Caller>,
    keep: &[usize],
) -> *mut BeskidStr {
    let bytes = len + BeskidStr::SIZE + 1;
    let request = Request { kind: CellKind::Leaf, bytes, fill: Fill::Any, caller, keep };
    let cell = thread::current().allocate(request);
    let string = ptr::with_exposed_provenance_mut::<BeskidStr>(cell);
    // SAFETY: the cell has room for the header, `len` bytes and the NUL, and it is new, so that
    // no part overlaps it.
    unsafe {
        let first = string.add(1).cast::<u8>();
        string.write(BeskidStr { ptr: first, len });
        write_parts(write_part(first, start), parts);
    }
    string
}

/// Makes a string of the text of `first` and further parts, in the room behind `first` if there is
/// some. `keep` is as for [`new_string`].
///
/// # Safety
/// `first` must lead to a string.
pub(crate) unsafe fn append(
    first: *const BeskidStr,
    parts: &[&str],
    caller: Option<Caller>,
    keep: &[usize],
) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    let start = unsafe { text(first) }.unwrap_or_default();
    let more = total_len(parts);
    let Some(len) = more.and_then(|more| total_len(&[start]).map(|len| len + more)) else {
        out_of_memory()
    };
    let added = len - start.len();
    // SAFETY: as above.
    let known = unsafe { shared_buffer(first) };
    let grows = known.is_some() || start.len() >= SHARED_BYTES_MIN && added <= start.len();
    if !grows {
        return new_plain(start, parts, len, caller, keep);
    }
    // SAFETY: a buffer of a string that is kept is valid.
    if let Some(buffer) = known.filter(|&buffer| unsafe { has_room(buffer, start, added) }) {
        let string = new_shared(caller, keep);
        // SAFETY: there is room behind the bytes in use, and no part lies there.
        unsafe {
            write_parts(bytes_of(buffer).add((*buffer).used), parts);
            (*buffer).used += added;
            string.write(SharedString { header: BeskidStr { ptr: start.as_ptr(), len }, buffer });
        }
        return string.cast();
    }
    let buffer = new_buffer(len, caller, keep);
    let mut keep_buffer = keep.to_vec();
    keep_buffer.push(buffer.expose_provenance());
    // SAFETY: the buffer is new, so that no part lies in it, and has room for twice as much.
    unsafe {
        let rest = write_part(bytes_of(buffer), start);
        write_parts(rest, parts);
        (*buffer).used = len;
        let string = new_shared(caller, &keep_buffer);
        let header = BeskidStr { ptr: bytes_of(buffer), len };
        string.write(SharedString { header, buffer });
        string.cast()
    }
}

/// A string of the same text with a NUL behind it: the string itself, or a copy.
///
/// # Safety
/// `string` must lead to a string.
pub(crate) unsafe fn terminated(
    string: *const BeskidStr,
    caller: Option<Caller>,
) -> *mut BeskidStr {
    // SAFETY: the caller passes a string, behind which there is at least one more byte of its cell
    // or buffer.
    unsafe {
        let content = text(string).unwrap_or_default();
        if content.as_ptr().add(content.len()).read() == 0 {
            return string.cast_mut();
        }
        new_string(&[content], caller, &[string.expose_provenance()])
    }
}

fn total_len(parts: &[&str]) -> Option<usize> {
    let len = parts.iter().try_fold(0usize, |sum, part| sum.checked_add(part.len()))?;
    (len < isize::MAX as usize / 4).then_some(len)
}

/// The buffer of a string that is a shared one.
///
/// # Safety
/// `string` must lead to a string.
unsafe fn shared_buffer(string: *const BeskidStr) -> Option<*mut Buffer> {
    // SAFETY: the bytes of every other string follow its header, so that this one is a shared string.
    unsafe {
        let follows = ptr::eq((*string).ptr, string.add(1).cast());
        (!follows).then(|| (*string.cast::<SharedString>()).buffer)
    }
}

/// Whether a text ends where the used bytes of its buffer end, and `added` bytes fit behind it.
///
/// # Safety
/// `buffer` must be the buffer of the string that has the text.
unsafe fn has_room(buffer: *mut Buffer, text: &str, added: usize) -> bool {
    // SAFETY: the caller vouches for the buffer.
    unsafe {
        let end = bytes_of(buffer).add((*buffer).used).cast_const();
        ptr::eq(text.as_bytes().as_ptr_range().end, end)
            && added <= (*buffer).capacity - (*buffer).used
    }
}

/// The first byte of a buffer.
///
/// # Safety
/// `buffer` must be a buffer.
unsafe fn bytes_of(buffer: *mut Buffer) -> *mut u8 {
    // SAFETY: the bytes follow the header.
    unsafe { buffer.add(1).cast() }
}

/// A buffer with room for twice `len` bytes.
fn new_buffer(len: usize, caller: Option<Caller>, keep: &[usize]) -> *mut Buffer {
    let capacity = len * 2;
    let bytes = size_of::<Buffer>() + capacity + 1;
    let request = Request { kind: CellKind::Leaf, bytes, fill: Fill::Any, caller, keep };
    let buffer = ptr::with_exposed_provenance_mut::<Buffer>(thread::current().allocate(request));
    // SAFETY: the cell is new and has room for the header.
    unsafe { buffer.write(Buffer { used: 0, capacity }) };
    buffer
}

fn new_shared(caller: Option<Caller>, keep: &[usize]) -> *mut SharedString {
    let bytes = size_of::<SharedString>();
    let kind = CellKind::SharedString;
    let request = Request { kind, bytes, fill: Fill::Zeroed, caller, keep };
    ptr::with_exposed_provenance_mut(thread::current().allocate(request))
}

/// Writes parts one after the other, and a NUL.
///
/// # Safety
/// There must be room at `to`, and no part may lie there.
unsafe fn write_parts(to: *mut u8, parts: &[&str]) {
    // SAFETY: the caller vouches for the room.
    unsafe { parts.iter().fold(to, |end, part| write_part(end, part)).write(0) }
}

/// Writes a part and returns where it ends.
///
/// # Safety
/// As for [`write_parts`].
unsafe fn write_part(to: *mut u8, part: &str) -> *mut u8 {
    // SAFETY: the caller vouches for the room.
    unsafe {
        to.copy_from_nonoverlapping(part.as_ptr(), part.len());
        to.add(part.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appends to a string and returns the new one.
    fn appended(string: *const BeskidStr, part: &str) -> *mut BeskidStr {
        // SAFETY: a string of this thread, which is kept.
        unsafe { append(string, &[part], None, &[string.expose_provenance()]) }
    }

    fn content(string: *const BeskidStr) -> String {
        // SAFETY: a string of this thread that no collection has freed.
        unsafe { text(string) }.unwrap().to_owned()
    }

    #[test]
    fn a_growing_string_is_written_in_place() {
        let start = "x".repeat(SHARED_BYTES_MIN);
        let first = new_string(&[&start], None, &[]);
        let second = appended(first, "a");
        let third = appended(second, "b");
        // SAFETY: strings of this thread.
        unsafe {
            assert_eq!((*second).ptr, (*third).ptr, "they share their bytes");
            assert_ne!((*first).ptr, (*second).ptr);
        }
        assert_eq!(content(third), format!("{start}ab"));
        assert_eq!(content(second), format!("{start}a"));
    }

    #[test]
    fn what_was_appended_once_stays() {
        let start = "x".repeat(SHARED_BYTES_MIN);
        let base = appended(new_string(&[&start], None, &[]), "-");
        let (left, right) = (appended(base, "left"), appended(base, "right"));
        assert_eq!(content(left), format!("{start}-left"));
        assert_eq!(content(right), format!("{start}-right"));
        assert_eq!(content(base), format!("{start}-"));
    }

    #[test]
    fn a_string_can_be_appended_to_itself() {
        let start = "x".repeat(SHARED_BYTES_MIN);
        let base = appended(new_string(&[&start], None, &[]), "-");
        let twice = appended(base, &content(base));
        assert_eq!(content(twice), format!("{start}-{start}-"));
    }

    #[test]
    fn short_strings_are_copied() {
        let short = new_string(&["ab"], None, &[]);
        let longer = appended(short, "c");
        // SAFETY: a string of this thread.
        assert!(unsafe { shared_buffer(longer) }.is_none());
        assert_eq!(content(longer), "abc");
    }

    #[test]
    fn foreign_code_gets_a_nul() {
        let base = appended(new_string(&[&"x".repeat(SHARED_BYTES_MIN)], None, &[]), "-");
        // SAFETY: strings of this thread.
        unsafe {
            assert_eq!(terminated(base, None), base, "nothing stands behind it");
            let longer = appended(base, "more");
            assert_eq!(terminated(longer, None), longer);
            let copy = terminated(base, None);
            assert_eq!(content(copy), content(base));
            assert_eq!((*copy).ptr.add((*copy).len).read(), 0);
            assert_eq!((*base).ptr.add((*base).len).read(), b'm');
        }
    }
}
