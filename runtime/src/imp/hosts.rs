//! What a C host needs to call compiled code.
//!
//! C code has no stack maps, so whatever it is given is kept until it lets go; and it need not have
//! unwind tables, so nothing unwinds into it.

use beskid_abi::{BeskidArray, BeskidStr, ModuleDescriptor};

use super::reference;
use crate::{gate, modules, object, panic, thread};

/// The entry that the compiler makes for a C host: it takes arguments from a frame, leaves the result
/// there, and returns the result if that is a reference.
type Entry = unsafe extern "C-unwind" fn(*mut u8) -> *mut u8;

pub(crate) unsafe fn host_call(
    module: *const ModuleDescriptor,
    entry: *const u8,
    frame: *mut u8,
) -> *mut BeskidStr {
    // SAFETY: the caller passes the descriptor of a module that is part of the program.
    unsafe { attach(module) };
    // SAFETY: the caller passes an entry of that module; function pointers have the size of data
    // pointers on all targets that the exports compile for.
    let entry: Entry = unsafe { std::mem::transmute(entry) };
    // SAFETY: the frame is the one that the entry expects.
    match panic::call(|| unsafe { entry(frame) }) {
        Ok(result) => {
            keep(result.cast_const());
            std::ptr::null_mut()
        }
        Err(panic) => new_string(&panic.to_string()),
    }
}

/// Makes a module ready to be called. Looking it up costs little, because a program has few.
///
/// # Safety
/// `module` must be the descriptor of a module that stays valid.
unsafe fn attach(module: *const ModuleDescriptor) {
    if modules::registry().has(module) {
        return;
    }
    gate::require_loaded_image();
    // SAFETY: the caller vouches for the descriptor.
    unsafe {
        gate::require_accepted_module(module);
        modules::register(module);
    }
}

pub(crate) unsafe fn host_string(bytes: *const u8, len: usize) -> *mut BeskidStr {
    // SAFETY: the caller passes `len` bytes.
    let text = str::from_utf8(unsafe { slice(bytes, len) });
    text.map_or(std::ptr::null_mut(), new_string)
}

pub(crate) unsafe fn host_array(
    elements: *const u8,
    elem_size: usize,
    len: usize,
) -> *mut BeskidArray {
    let Ok(array) = panic::catch(|| object::new_scalars(elem_size, len, None, &[])) else {
        return std::ptr::null_mut();
    };
    // SAFETY: the array is new, and the caller passes as many elements or null.
    unsafe {
        let source = slice(elements, elem_size * len);
        (*array).ptr.copy_from_nonoverlapping(source.as_ptr(), source.len());
    }
    keep(array.cast_const());
    array
}

pub(crate) unsafe fn host_mark() -> i64 {
    thread::current().shadow_mark() as i64
}

pub(crate) unsafe fn host_release(mark: i64) {
    // A mark that is none, such as -1, lets go of nothing.
    thread::current().release_shadow(usize::try_from(mark).unwrap_or(usize::MAX));
}

/// Makes a string that the host keeps; null if there is no memory.
fn new_string(text: &str) -> *mut BeskidStr {
    let string = panic::catch(|| object::new_string(&[text], None, &[]));
    let string = string.unwrap_or(std::ptr::null_mut());
    keep(string.cast_const());
    string
}

fn keep<T>(pointer: *const T) {
    if !pointer.is_null() {
        thread::current().push_shadow(reference(pointer));
    }
}

/// Bytes of the host; none when the pointer is null.
///
/// # Safety
/// `first` must be null or lead to `len` bytes that stay unchanged for `'b`.
unsafe fn slice<'b>(first: *const u8, len: usize) -> &'b [u8] {
    if first.is_null() {
        return &[];
    }
    // SAFETY: the caller vouches for the bytes.
    unsafe { std::slice::from_raw_parts(first, len) }
}
