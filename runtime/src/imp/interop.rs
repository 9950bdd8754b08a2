//! Requests that are told apart by a tag instead of a symbol.
//!
//! A tag belongs to exactly one group, the group of its result; in any other it is unknown.

use beskid_abi::{BeskidStr, InteropEnvelope};

use crate::object::require_text;
use crate::panic;
use crate::walk::Caller;

/// Tag of the request for a string's length.
const STRING_LENGTH: i32 = 0;

pub(crate) unsafe fn interop_dispatch_unit(request: *const InteropEnvelope, _caller: Caller) {
    // SAFETY: the caller passes a request.
    unsafe { require_request(request) };
    unknown_tag("unit")
}

pub(crate) unsafe fn interop_dispatch_ptr(
    request: *const InteropEnvelope,
    _caller: Caller,
) -> *mut u8 {
    // SAFETY: the caller passes a request.
    unsafe { require_request(request) };
    unknown_tag("ptr")
}

pub(crate) unsafe fn interop_dispatch_usize(
    request: *const InteropEnvelope,
    _caller: Caller,
) -> usize {
    // SAFETY: the caller passes a request.
    let request = unsafe { require_request(request) };
    match request.tag {
        STRING_LENGTH => {
            let string = std::ptr::with_exposed_provenance::<BeskidStr>(request.payload as usize);
            // SAFETY: the payload of this request is a string.
            unsafe { require_text(string) }.len()
        }
        _ => unknown_tag("usize"),
    }
}

/// # Safety
/// `request` must be null or lead to a request.
unsafe fn require_request<'a>(request: *const InteropEnvelope) -> &'a InteropEnvelope {
    // SAFETY: the caller vouches for the request.
    unsafe { request.as_ref() }.unwrap_or_else(|| panic::raise("null interop request"))
}

fn unknown_tag(group: &str) -> ! {
    panic::raise(format!("invalid interop tag for {group} dispatch"))
}
