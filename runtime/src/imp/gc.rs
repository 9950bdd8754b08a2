//! The program's view of the collector: roots, barrier and figures.

use super::reference;
use crate::thread;
use crate::walk::Caller;

pub(crate) unsafe fn gc_write_barrier(object: *mut u8, value: *mut u8) {
    thread::current().write_barrier(reference(object), reference(value));
}

pub(crate) unsafe fn gc_root_handle(value: *mut u8) -> i64 {
    thread::current().add_handle(reference(value))
}

pub(crate) unsafe fn gc_unroot_handle(handle: i64) {
    thread::current().remove_handle(handle);
}

pub(crate) unsafe fn gc_register_root(slot: *mut *mut u8) {
    if !slot.is_null() {
        thread::current().register_slot(reference(slot));
    }
}

pub(crate) unsafe fn gc_unregister_root(slot: *mut *mut u8) {
    thread::current().unregister_slot(reference(slot));
}

pub(crate) unsafe fn gc_collect(caller: Caller) -> i64 {
    let thread = thread::current();
    thread.collect(Some(caller), &[]);
    thread.bytes_in_use() as i64
}

pub(crate) unsafe fn gc_collect_if_needed(caller: Caller) -> i64 {
    i64::from(thread::current().collect_if_needed(Some(caller)))
}

pub(crate) unsafe fn gc_bytes_allocated() -> i64 {
    thread::current().bytes_in_use() as i64
}

pub(crate) unsafe fn gc_object_count() -> i64 {
    thread::current().cells_in_use() as i64
}

pub(crate) unsafe fn gc_phase() -> i64 {
    thread::current().phase() as i64
}

pub(crate) unsafe fn gc_external_root_count() -> i64 {
    thread::current().external_root_count() as i64
}
