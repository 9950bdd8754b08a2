//! Strings and arrays as cells: made from Rust values, and viewed as Rust values.
//!
//! Together with the heap's marker and the walk over frames, this is where raw pointers become
//! references. A string is one cell, header and bytes and one NUL; an array is one cell too,
//! header and elements.

use std::ptr;

use beskid_abi::{BeskidArray, BeskidStr, PanicKind};

pub(crate) use crate::text::new_string;

use crate::heap::{CellKind, Fill};
use crate::panic;
use crate::thread::{self, Request};
use crate::walk::Caller;

/// Views a string.
///
/// # Safety
/// `string` must be null or lead to a string, which stays valid until the next collection that
/// does not know of it.
#[inline]
pub(crate) unsafe fn text<'a>(string: *const BeskidStr) -> Option<&'a str> {
    // SAFETY: the caller passes null or a string, whose header leads to `len` bytes of UTF-8.
    unsafe {
        let header = string.as_ref()?;
        let bytes = std::slice::from_raw_parts(header.ptr, header.len);
        Some(std::str::from_utf8_unchecked(bytes))
    }
}

/// Views a string; null panics.
///
/// # Safety
/// As for [`text`].
#[inline]
pub(crate) unsafe fn require_text<'a>(string: *const BeskidStr) -> &'a str {
    // SAFETY: the same contract.
    unsafe { text(string) }.unwrap_or_else(|| panic::raise("null string handle"))
}

pub(crate) fn out_of_memory() -> ! {
    panic::raise_kind(PanicKind::OutOfMemory, 0, 0)
}

/// Makes an array of `len` zeroed elements of `elem_size` bytes without references.
pub(crate) fn new_scalars(
    elem_size: usize,
    len: usize,
    caller: Option<Caller>,
    keep: &[usize],
) -> *mut BeskidArray {
    new_array((CellKind::Leaf, Fill::Zeroed), elem_size, len, caller, keep)
}

/// Makes an array of copies of bytes. They must not lie in a cell that `keep` does not list.
pub(crate) fn new_bytes(bytes: &[u8], caller: Option<Caller>, keep: &[usize]) -> *mut BeskidArray {
    let array = new_array((CellKind::Leaf, Fill::Any), 1, bytes.len(), caller, keep);
    // SAFETY: the array is new and has as many bytes.
    unsafe { (*array).ptr.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    array
}

/// Makes an array of `len` references, all of them null.
pub(crate) fn new_references(
    len: usize,
    caller: Option<Caller>,
    keep: &[usize],
) -> *mut BeskidArray {
    new_array((CellKind::References, Fill::Zeroed), size_of::<usize>(), len, caller, keep)
}

/// Allocates an array and writes its header.
fn new_array(
    (kind, fill): (CellKind, Fill),
    elem_size: usize,
    len: usize,
    caller: Option<Caller>,
    keep: &[usize],
) -> *mut BeskidArray {
    if (len as isize) < 0 {
        panic::raise_kind(PanicKind::NegativeArrayLength, len as i64, 0);
    }
    let bytes = elem_size.checked_mul(len).and_then(|b| b.checked_add(BeskidArray::SIZE));
    let Some(bytes) = bytes else { out_of_memory() };
    let cell = thread::current().allocate(Request { kind, bytes, fill, caller, keep });
    let array = ptr::with_exposed_provenance_mut::<BeskidArray>(cell);
    // SAFETY: the cell is new and has room for the header and the elements behind it.
    unsafe { array.write(BeskidArray { ptr: array.add(1).cast(), len, cap: len }) };
    array
}

/// Views an array's header; null panics.
///
/// # Safety
/// `array` must be null or lead to an array, which stays valid until the next collection that
/// does not know of it.
#[inline]
pub(crate) unsafe fn require_array<'a>(array: *const BeskidArray) -> &'a BeskidArray {
    // SAFETY: the caller passes null or an array.
    unsafe { array.as_ref() }.unwrap_or_else(|| panic::raise("null array handle"))
}

/// Views the elements of an array of bytes; null panics.
///
/// # Safety
/// As for [`require_array`], with elements of one byte that nobody writes meanwhile.
pub(crate) unsafe fn require_bytes<'a>(array: *const BeskidArray) -> &'a [u8] {
    // SAFETY: the caller passes an array of bytes.
    unsafe {
        let header = require_array(array);
        std::slice::from_raw_parts(header.ptr, header.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_one_cell_with_a_spare_nul() {
        let string = new_string(&["ab", "", "cä"], None, &[]);
        // SAFETY: a new string.
        unsafe {
            assert_eq!(text(string), Some("abcä"));
            assert_eq!((*string).ptr, string.add(1).cast::<u8>().cast_const());
            assert_eq!((*string).ptr.add((*string).len).read(), 0);
        }
    }

    #[test]
    fn array_elements_follow_the_header_and_are_zero() {
        for _ in 0..100 {
            let array = new_scalars(8, 5, None, &[]);
            // SAFETY: a new array of five 8-byte elements.
            unsafe {
                let elements = std::slice::from_raw_parts((*array).ptr.cast::<u64>(), 5);
                assert_eq!(elements, [0; 5]);
                (*array).ptr.write_bytes(0xff, 40);
                assert_eq!(((*array).len, (*array).cap), (5, 5));
            }
            thread::current().collect(None, &[]);
        }
    }

    #[test]
    fn impossible_lengths_panic() {
        let message = |elem_size, len| {
            crate::call(|| new_scalars(elem_size, len, None, &[])).unwrap_err().message
        };
        assert_eq!(message(8, -1isize as usize), "negative array length: -1");
        assert_eq!(message(8, isize::MAX as usize), "out of memory");
        assert_eq!(message(1, isize::MAX as usize), "out of memory");
    }
}
