//! Events: bounded lists of handlers.
//!
//! The state of an event is an array of references of which the first `len` are used, so that
//! the collector keeps the handlers alive without knowing about events.

use beskid_abi::{BeskidArray, PanicKind};

use super::reference;
use crate::object::new_references;
use crate::walk::Caller;
use crate::{panic, thread};

pub(crate) unsafe fn event_subscribe(
    slot: *mut *mut u8,
    handler: *mut u8,
    capacity: usize,
    caller: Caller,
) -> i64 {
    match () {
        () if slot.is_null() => panic::raise("null event slot"),
        () if handler.is_null() => panic::raise("null event handler"),
        () if capacity == 0 => panic::raise("event capacity is 0"),
        () => {}
    }
    // SAFETY: the caller passes the address of an event slot.
    let event = unsafe { event_at(slot, handler, capacity, caller) };
    // SAFETY: the state of an event is an array of `cap` references.
    unsafe {
        if (*event).len >= (*event).cap {
            panic::raise_kind(PanicKind::EventCapacityExceeded, 0, 0);
        }
        handlers(event).add((*event).len).write(handler);
        (*event).len += 1;
        thread::current().write_barrier(reference(event), reference(handler));
        (*event).len as i64
    }
}

/// The state of the event at `slot`, made if there is none.
///
/// # Safety
/// `slot` must be the address of an event slot.
unsafe fn event_at(
    slot: *mut *mut u8,
    handler: *mut u8,
    capacity: usize,
    caller: Caller,
) -> *mut BeskidArray {
    // SAFETY: the caller vouches for the slot.
    let event = unsafe { slot.read() }.cast::<BeskidArray>();
    if !event.is_null() {
        return event;
    }
    // The record around the slot may be dead to the caller already, but it is written to below.
    let owner = thread::current().cell_around(reference(slot));
    let event = new_references(capacity, Some(caller), &[owner, reference(handler)]);
    // SAFETY: the array is new; the slot is that of a record that was kept alive.
    unsafe {
        (*event).len = 0;
        slot.write(event.cast());
    }
    if owner != 0 {
        thread::current().write_barrier(owner, reference(event));
    }
    event
}

/// The first handler of an event's state.
///
/// # Safety
/// `event` must be the state of an event.
unsafe fn handlers(event: *const BeskidArray) -> *mut *mut u8 {
    // SAFETY: the caller vouches for the state.
    unsafe { (*event).ptr.cast() }
}

pub(crate) unsafe fn event_unsubscribe_first(slot: *mut *mut u8, handler: *mut u8) -> i64 {
    if slot.is_null() {
        return 0;
    }
    // SAFETY: the caller passes the address of an event slot, and the first `len` references of
    // an event are initialised.
    unsafe {
        let event = slot.read().cast::<BeskidArray>();
        if event.is_null() {
            return 0;
        }
        let used = std::slice::from_raw_parts_mut(handlers(event), (*event).len);
        let Some(found) = used.iter().position(|&subscribed| subscribed == handler) else {
            return 0;
        };
        used[found..].rotate_left(1);
        used[used.len() - 1] = std::ptr::null_mut();
        (*event).len -= 1;
    }
    1
}

pub(crate) unsafe fn event_len(event: *const u8) -> i64 {
    // SAFETY: the caller passes null or the state of an event.
    unsafe { event.cast::<BeskidArray>().as_ref() }.map_or(0, |event| event.len as i64)
}

pub(crate) unsafe fn event_get_handler(event: *const u8, index: usize) -> *mut u8 {
    let event = event.cast::<BeskidArray>();
    // SAFETY: the caller passes null or the state of an event, of which the first `len` handlers
    // are initialised.
    unsafe {
        match event.as_ref() {
            Some(header) if index < header.len => handlers(event).add(index).read(),
            Some(_) | None => std::ptr::null_mut(),
        }
    }
}
