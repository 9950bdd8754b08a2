//! The exported functions, called as a C host would call them.

use std::ptr;

use beskid_abi::{BeskidArray, BeskidStr, InteropEnvelope, PanicKind};

use crate::exports::*;
use crate::object;
use crate::{Panic, call};

fn string(text: &str) -> *mut BeskidStr {
    // SAFETY: the bytes of a text.
    unsafe { beskid_rt_str_new(text.as_ptr(), text.len()) }
}

fn text(string: *const BeskidStr) -> String {
    // SAFETY: the tests pass strings that were just made, or that a handle keeps.
    unsafe { object::require_text(string) }.to_owned()
}

fn bytes(array: *const BeskidArray) -> Vec<u8> {
    // SAFETY: as above, with arrays of bytes.
    unsafe { object::require_bytes(array) }.to_vec()
}

/// Keeps a reference while other calls allocate, and gives it back.
fn held<T>(reference: *mut T) -> *mut T {
    // SAFETY: any reference may be kept.
    unsafe { beskid_rt_gc_root_handle(reference.cast()) };
    reference
}

fn message<R: std::fmt::Debug>(f: impl FnOnce() -> R) -> String {
    let Panic { message, location } = call(f).unwrap_err();
    assert_eq!(location, None, "there is no compiled frame in these tests");
    message
}

#[test]
fn strings_are_joined_compared_and_cut() {
    let (left, right) = (held(string("grün")), held(string("blau")));
    // SAFETY: the strings are held.
    unsafe {
        assert_eq!(text(beskid_rt_str_concat(left, right)), "grünblau");
        let parts: Vec<*const BeskidStr> =
            (0..40).map(|i| [left, right][i % 2].cast_const()).collect();
        let joined = beskid_rt_str_concat_many(parts.as_ptr(), 40);
        assert_eq!(text(joined), "grünblau".repeat(20));
        assert_eq!(text(beskid_rt_str_concat_many(parts.as_ptr(), 3)), "grünblaugrün");
        assert_eq!(text(beskid_rt_str_concat_many(ptr::null(), 0)), "");
        assert_eq!(beskid_rt_str_len(left), 5);
        assert_eq!(beskid_rt_str_eq(left, right), 0);
        assert_eq!(beskid_rt_str_eq(left, string("grün")), 1);
        assert_eq!(beskid_rt_str_compare(left, right), 1);
        assert_eq!(beskid_rt_str_compare(right, left), -1);
        assert_eq!(text(beskid_rt_str_slice(left, 2, 2)), "ü");
        let cut = || beskid_rt_str_slice(left, 3, 1);
        assert_eq!(message(cut), "string slice out of bounds");
    }
}

#[test]
fn null_handles_panic_where_the_row_says_so() {
    let nothing = ptr::null::<BeskidStr>();
    // SAFETY: null is what these rows must cope with.
    unsafe {
        assert_eq!(message(|| beskid_rt_str_len(nothing)), "null string handle");
        assert_eq!(message(|| beskid_rt_str_concat(nothing, string("x"))), "null string handle");
        assert_eq!(message(|| beskid_rt_array_len(ptr::null())), "null array handle");
        assert_eq!(message(|| beskid_rt_str_new(ptr::null(), 0)), "null bytes for a string");
        assert_eq!(beskid_rt_syscall_write(1, nothing), -1);
        assert_eq!(beskid_rt_event_len(ptr::null()), 0);
        assert_eq!(beskid_rt_event_get_handler(ptr::null(), 0), ptr::null_mut());
    }
}

#[test]
fn values_become_text() {
    // SAFETY: takes numbers.
    unsafe {
        assert_eq!(text(beskid_rt_str_from_i64(i64::MIN)), "-9223372036854775808");
        assert_eq!(text(beskid_rt_str_from_u64(u64::MAX)), "18446744073709551615");
        assert_eq!(text(beskid_rt_str_from_bool(0)), "false");
        assert_eq!(text(beskid_rt_str_from_bool(1)), "true");
        assert_eq!(text(beskid_rt_str_from_char(0x1f600)), "😀");
        assert_eq!(text(beskid_rt_str_from_f64(2.5f64.to_bits() as i64)), "2.5");
        assert_eq!(text(beskid_rt_str_from_f32(f64::from(0.1f32).to_bits() as i64)), "0.1");
        for value in [0xd800, 0x11_0000, -1] {
            let expected = PanicKind::InvalidChar.message(value, 0).to_string();
            assert_eq!(message(|| beskid_rt_str_from_char(value)), expected);
        }
    }
}

#[test]
fn bytes_and_strings_convert_and_invalid_utf8_panics() {
    let array = held(call(|| object::new_bytes(b"a\xffb", None, &[])).unwrap());
    let word = held(string("wörd"));
    // SAFETY: the references are held.
    unsafe {
        assert_eq!(bytes(beskid_rt_bytes_from_str(word)), "wörd".as_bytes());
        assert_eq!(
            message(|| beskid_rt_str_from_bytes_utf8(array)),
            "invalid UTF-8 at byte 1 of 3"
        );
        let good = held(beskid_rt_bytes_from_str(word));
        assert_eq!(text(beskid_rt_str_from_bytes_utf8(good)), "wörd");
        assert_eq!(beskid_rt_bytes_compare(good, array), 1);
        assert_eq!(beskid_rt_bytes_compare(array, array), 0);
    }
}

#[test]
fn bytes_are_copied_inside_of_bounds_only() {
    let array = held(object::new_bytes(b"0123456789", None, &[]));
    let copy = |to, from, count| {
        // SAFETY: the array is held.
        call(|| unsafe { beskid_rt_bytes_copy(array, to, array, from, count) })
    };
    assert_eq!(copy(1, 0, 5), Ok(()));
    assert_eq!(bytes(array), b"0012346789");
    assert_eq!(copy(10, 10, 0), Ok(()));
    let wrong_index = |index| PanicKind::IndexOutOfBounds.message(index, 10).to_string();
    assert_eq!(copy(6, 0, 5).unwrap_err().message, wrong_index(10));
    assert_eq!(copy(0, 12, 1).unwrap_err().message, wrong_index(12));
    assert_eq!(copy(-3, 0, 1).unwrap_err().message, wrong_index(-3));
    assert_eq!(copy(0, i64::MAX, 2).unwrap_err().message, wrong_index(i64::MAX));
    assert_eq!(copy(0, 0, -1).unwrap_err().message, "negative byte count: -1");
    assert_eq!(bytes(array), b"0012346789");
}

/// A pipe whose ends are closed when it goes out of scope.
struct Pipe {
    read: i32,
    write: i32,
}

impl Pipe {
    fn new() -> Pipe {
        let mut ends = [0; 2];
        // SAFETY: an array of two descriptors.
        assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
        Pipe { read: ends[0], write: ends[1] }
    }

    fn close_write(&mut self) {
        // SAFETY: closes a descriptor of this pipe, once.
        unsafe { libc::close(std::mem::replace(&mut self.write, -1)) };
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.close_write();
        // SAFETY: closes a descriptor of this pipe.
        unsafe { libc::close(self.read) };
    }
}

#[test]
fn texts_go_through_a_pipe() {
    let mut pipe = Pipe::new();
    let (read, write) = (i64::from(pipe.read), i64::from(pipe.write));
    // SAFETY: the string is new, the descriptors are the pipe's.
    unsafe {
        assert_eq!(beskid_rt_syscall_write(write, string("hällo")), 6);
        assert_eq!(beskid_rt_syscall_write(write, string("")), 0);
        // The limit cuts the second character, which is read to its end.
        assert_eq!(text(beskid_rt_syscall_read(read, 2)), "hä");
        assert_eq!(bytes(beskid_rt_syscall_read_bytes(read, 2)), b"ll");
        assert_eq!(text(beskid_rt_syscall_read(read, 0)), "");
        assert_eq!(text(beskid_rt_syscall_read(read, 100)), "o");
        pipe.close_write();
        assert_eq!(text(beskid_rt_syscall_read(read, 100)), "");
    }
}

#[test]
fn writes_larger_than_the_pipe_are_continued() {
    let mut pipe = Pipe::new();
    const LEN: usize = 1 << 20;
    let read = pipe.read;
    let reader = std::thread::spawn(move || {
        let mut total = 0;
        while total < LEN {
            // SAFETY: takes numbers.
            total += bytes(unsafe { beskid_rt_syscall_read_bytes(read.into(), 5000) }).len();
        }
        total
    });
    let large = string(&"x".repeat(LEN));
    // SAFETY: the string is new.
    assert_eq!(unsafe { beskid_rt_syscall_write(pipe.write.into(), large) }, LEN as i64);
    pipe.close_write();
    assert_eq!(reader.join().unwrap(), LEN);
}

#[test]
fn io_errors_are_results() {
    // SAFETY: takes numbers and a new string.
    unsafe {
        assert_eq!(beskid_rt_syscall_write(-1, string("x")), -1);
        assert_eq!(beskid_rt_syscall_write(i64::MAX, string("x")), -1);
        assert_eq!(text(beskid_rt_syscall_read(-1, 10)), "");
        assert_eq!(bytes(beskid_rt_syscall_read_bytes(1 << 40, 10)), b"");
        assert_eq!(text(beskid_rt_syscall_read(0, -5)), "");
    }
}

#[test]
fn input_that_is_not_utf8_panics() {
    let pipe = Pipe::new();
    // SAFETY: writes two bytes to the pipe.
    unsafe { libc::write(pipe.write, b"\xff\xfe".as_ptr().cast(), 2) };
    // SAFETY: takes numbers.
    let failure = message(|| unsafe { beskid_rt_syscall_read(pipe.read.into(), 10) });
    assert_eq!(failure, "invalid UTF-8 at byte 0 of 2");
}

#[test]
fn an_event_keeps_its_handlers_in_order() {
    let mut slot: *mut u8 = ptr::null_mut();
    let handlers: Vec<*mut u8> = ["a", "b", "c"].map(|name| held(string(name)).cast()).to_vec();
    // SAFETY: the slot is registered as a root, the handlers are held.
    unsafe {
        beskid_rt_gc_register_root(&mut slot);
        for (index, handler) in handlers.iter().enumerate() {
            assert_eq!(beskid_rt_event_subscribe(&mut slot, *handler, 3), index as i64 + 1);
        }
        beskid_rt_gc_collect();
        let full = message(|| beskid_rt_event_subscribe(&mut slot, handlers[0], 3));
        assert_eq!(full, "event capacity exceeded");
        assert_eq!(beskid_rt_event_unsubscribe_first(&mut slot, handlers[0]), 1);
        assert_eq!(beskid_rt_event_unsubscribe_first(&mut slot, handlers[0]), 0);
        assert_eq!(beskid_rt_event_len(slot), 2);
        assert_eq!(beskid_rt_event_get_handler(slot, 0), handlers[1]);
        assert_eq!(beskid_rt_event_get_handler(slot, 1), handlers[2]);
        assert_eq!(beskid_rt_event_get_handler(slot, 2), ptr::null_mut());
        beskid_rt_gc_unregister_root(&mut slot);
    }
}

#[test]
fn an_event_alone_keeps_a_handler_alive() {
    let mut slot: *mut u8 = ptr::null_mut();
    // SAFETY: the slot is a registered root, and the handler a new string.
    unsafe {
        beskid_rt_gc_register_root(&mut slot);
        beskid_rt_event_subscribe(&mut slot, string("handler").cast(), 8);
        beskid_rt_gc_collect();
        assert_eq!(beskid_rt_gc_object_count(), 2);
        assert_eq!(text(beskid_rt_event_get_handler(slot, 0).cast()), "handler");
        beskid_rt_event_unsubscribe_first(&mut slot, beskid_rt_event_get_handler(slot, 0));
        beskid_rt_gc_collect();
        assert_eq!(beskid_rt_gc_object_count(), 1);
        beskid_rt_gc_unregister_root(&mut slot);
    }
}

#[test]
fn a_record_survives_the_allocation_of_its_event() {
    // SAFETY: a raw block plays the record; its address is kept by nothing but the slot in it.
    unsafe {
        let handler = held(string("handler")).cast();
        let record = beskid_rt_alloc(32, ptr::null());
        let slot = record.add(16).cast::<*mut u8>();
        beskid_rt_event_subscribe(slot, handler, 8);
        assert_eq!(beskid_rt_event_len(slot.read()), 1);
    }
}

#[test]
fn interop_requests_are_served_by_tag_and_group() {
    let length = |tag| {
        let payload = string("four").expose_provenance() as u64;
        InteropEnvelope { descriptor: ptr::null(), tag, reserved: 0, payload }
    };
    // SAFETY: the requests are well-formed.
    unsafe {
        assert_eq!(beskid_rt_interop_dispatch_usize(&length(0)), 4);
        let unknown = |group| format!("invalid interop tag for {group} dispatch");
        assert_eq!(message(|| beskid_rt_interop_dispatch_usize(&length(9))), unknown("usize"));
        assert_eq!(message(|| beskid_rt_interop_dispatch_unit(&length(0))), unknown("unit"));
        assert_eq!(message(|| beskid_rt_interop_dispatch_ptr(&length(0))), unknown("ptr"));
    }
}

#[test]
fn handles_and_slots_are_roots_until_they_are_released() {
    // SAFETY: the references are new or rooted.
    unsafe {
        let handle = beskid_rt_gc_root_handle(string("by handle").cast());
        let mut slot = string("by slot").cast::<u8>();
        beskid_rt_gc_register_root(&mut slot);
        beskid_rt_gc_register_root(&mut slot);
        beskid_rt_gc_register_root(ptr::null_mut());
        assert_eq!(beskid_rt_gc_external_root_count(), 3);
        beskid_rt_gc_collect();
        assert_eq!(beskid_rt_gc_object_count(), 2);
        beskid_rt_gc_unregister_root(&mut slot);
        beskid_rt_gc_unroot_handle(handle);
        beskid_rt_gc_unroot_handle(handle);
        assert_eq!(beskid_rt_gc_external_root_count(), 0);
        assert_eq!(beskid_rt_gc_collect(), 0);
        assert_eq!(beskid_rt_gc_object_count(), 0);
        assert_eq!(beskid_rt_gc_phase(), 0);
    }
}

#[test]
fn figures_count_cells_and_bytes() {
    // SAFETY: takes numbers.
    unsafe {
        let first = held(beskid_rt_alloc(100, ptr::null()));
        held(beskid_rt_array_new(8, 100));
        held(beskid_rt_array_new_ref(7).cast::<u8>());
        assert_eq!(beskid_rt_gc_object_count(), 3);
        assert_eq!(beskid_rt_gc_bytes_allocated(), 112 + (24 + 800 + 8) + 80);
        assert_eq!(std::slice::from_raw_parts(first, 100), [0; 100]);
        assert_eq!(beskid_rt_gc_collect(), 112 + 832 + 80);
    }
}

#[test]
fn a_check_that_failed_is_reported_at_its_place() {
    let file = "src/main.bsk";
    let place = beskid_abi::SourceLocation {
        file: file.as_ptr(),
        file_len: file.len(),
        line: 12,
        column: 17,
    };
    let kind = PanicKind::IndexOutOfBounds.code();
    // SAFETY: the place is that of the constant above.
    let panic = call(|| unsafe { beskid_rt_panic_check(kind, 5, 3, &place) }).map(|()| 0);
    assert_eq!(
        panic.unwrap_err().to_string(),
        "beskid panic: index out of bounds: index 5, length 3\n  at src/main.bsk:12:17"
    );
}

#[test]
fn messages_of_panics_are_texts() {
    let reason = held(string("went wrong"));
    // SAFETY: the string is held, the bytes are a text's.
    unsafe {
        assert_eq!(message(|| -> () { beskid_rt_panic_str(reason) }), "went wrong");
        assert_eq!(
            message(|| -> () { beskid_rt_panic_str(ptr::null()) }),
            "panic without a message"
        );
        assert_eq!(message(|| -> () { beskid_rt_panic("abc".as_ptr(), 2) }), "ab");
    }
}

/// A module that fits this runtime and has no functions; it is never freed, because the registry
/// keeps it.
fn fitting_module() -> &'static beskid_abi::ModuleDescriptor {
    let record = crate::gate::tests::fitting_record().leak();
    // SAFETY: a descriptor of zeros is that of a module without functions.
    let mut module: beskid_abi::ModuleDescriptor = unsafe { std::mem::zeroed() };
    (module.record, module.record_len) = (record.as_ptr(), record.len());
    Box::leak(Box::new(module))
}

extern "C-unwind" fn doubled(frame: *mut u8) -> *mut u8 {
    let frame: *mut [*mut BeskidStr; 2] = frame.cast();
    // SAFETY: the test passes a frame with a string and room for another.
    unsafe {
        (*frame)[1] = beskid_rt_str_concat((*frame)[0], (*frame)[0]);
        (*frame)[1].cast()
    }
}

extern "C-unwind" fn failing(_frame: *mut u8) -> *mut u8 {
    crate::panic::raise("failed on purpose")
}

#[test]
fn what_a_c_host_is_given_lives_until_it_lets_go() {
    // SAFETY: texts, arrays and frames as the functions want them.
    unsafe {
        let before = beskid_rt_host_mark();
        let name = beskid_rt_host_string("grün".as_ptr(), 5);
        let numbers = beskid_rt_host_array([1u8, 2, 3].as_ptr(), 1, 3);
        let zeros = beskid_rt_host_array(ptr::null(), 8, 2);
        let mut frame = [name, ptr::null_mut()];
        let entry = doubled as *const u8;
        let panic = beskid_rt_host_call(fitting_module(), entry, frame.as_mut_ptr().cast());
        assert!(panic.is_null());
        beskid_rt_gc_collect();
        assert_eq!((text(name), text(frame[1])), ("grün".into(), "grüngrün".into()));
        assert_eq!((bytes(numbers), (*zeros).len), (vec![1, 2, 3], 2));
        let cells = beskid_rt_gc_object_count();
        beskid_rt_host_release(before);
        beskid_rt_gc_collect();
        assert_eq!(beskid_rt_gc_object_count(), cells - 4);
    }
}

#[test]
fn a_c_host_gets_the_text_of_a_panic_and_null_for_what_cannot_be_made() {
    // SAFETY: an entry that needs no frame, and bytes that are no text.
    unsafe {
        let module = fitting_module();
        for _ in 0..2 {
            let panic = beskid_rt_host_call(module, failing as *const u8, ptr::null_mut());
            assert_eq!(text(panic), "beskid panic: failed on purpose");
        }
        assert!(beskid_rt_host_string([0xff].as_ptr(), 1).is_null());
        assert!(beskid_rt_host_array(ptr::null(), 8, usize::MAX).is_null());
        assert!(beskid_rt_host_array(ptr::null(), usize::MAX / 2, 3).is_null());
        assert_eq!(text(beskid_rt_host_string(ptr::null(), 0)), "");
        beskid_rt_host_release(-1);
    }
}
