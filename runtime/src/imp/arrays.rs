//! Raw blocks, arrays, and arrays of bytes.

use beskid_abi::{BeskidArray, PanicKind, TypeDescriptor};

use super::strings::order;
use crate::heap::{CellKind, Fill};
use crate::object::{new_references, new_scalars, require_array, require_bytes};
use crate::panic;
use crate::thread::{self, Request};
use crate::walk::Caller;

#[inline(always)]
pub(crate) unsafe fn alloc(size: usize, desc: *const TypeDescriptor, caller: Caller) -> *mut u8 {
    let caller = Some(caller);
    if desc.is_null() {
        return opaque_block(size, caller);
    }
    let bytes = size.max(size_of::<*const TypeDescriptor>());
    let fill = Fill::Zeroed;
    let request = Request { kind: CellKind::Object, bytes, fill, caller, keep: &[] };
    let cell = std::ptr::with_exposed_provenance_mut::<u8>(thread::current().allocate(request));
    // SAFETY: the cell is new and has room for a word.
    unsafe { cell.cast::<*const TypeDescriptor>().write(desc) };
    cell
}

fn opaque_block(bytes: usize, caller: Option<Caller>) -> *mut u8 {
    let request = Request { kind: CellKind::Leaf, bytes, fill: Fill::Zeroed, caller, keep: &[] };
    std::ptr::with_exposed_provenance_mut(thread::current().allocate(request))
}

pub(crate) unsafe fn array_new(elem_size: usize, len: usize, caller: Caller) -> *mut BeskidArray {
    new_scalars(elem_size, len, Some(caller), &[])
}

pub(crate) unsafe fn array_new_ref(len: usize, caller: Caller) -> *mut BeskidArray {
    new_references(len, Some(caller), &[])
}

pub(crate) unsafe fn array_len(array: *const BeskidArray) -> i64 {
    // SAFETY: the caller passes an array.
    unsafe { require_array(array) }.len as i64
}

pub(crate) unsafe fn bytes_copy(
    dst: *mut BeskidArray,
    dst_offset: i64,
    src: *const BeskidArray,
    src_offset: i64,
    count: i64,
) {
    // SAFETY: the caller passes arrays of bytes.
    let (to, from) = unsafe { (require_array(dst), require_array(src)) };
    let (to_start, from_start, count) = (
        require_range(dst_offset, count, to.len),
        require_range(src_offset, count, from.len),
        count as usize,
    );
    // SAFETY: both ranges lie inside of their arrays; `copy` allows them to overlap.
    unsafe { to.ptr.add(to_start).copy_from(from.ptr.add(from_start), count) };
}

/// The start of a range that lies inside of `len` elements; any other panics and names the first
/// index that is wrong.
fn require_range(offset: i64, count: i64, len: usize) -> usize {
    if count < 0 {
        panic::raise(format!("negative byte count: {count}"));
    }
    let end = offset.checked_add(count).and_then(|end| usize::try_from(end).ok());
    match usize::try_from(offset) {
        Ok(start) if end.is_some_and(|end| end <= len) => start,
        Ok(_) | Err(_) => {
            let first_wrong = if offset < 0 { offset } else { offset.max(len as i64) };
            panic::raise_kind(PanicKind::IndexOutOfBounds, first_wrong, len as i64)
        }
    }
}

pub(crate) unsafe fn bytes_compare(left: *const BeskidArray, right: *const BeskidArray) -> i64 {
    // SAFETY: the caller passes arrays of bytes.
    let (left, right) = unsafe { (require_bytes(left), require_bytes(right)) };
    order(left.cmp(right))
}
