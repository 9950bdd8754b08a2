//! Frames as compiled code makes them, written by hand: stack maps, the walk over foreign frames,
//! and panics with their place.

#![cfg(target_arch = "x86_64")]
#![expect(unsafe_code, reason = "plays the part of compiled code")]

use std::arch::global_asm;
use std::sync::Once;

use beskid_abi::{
    FunctionMap, ModuleDescriptor, PanicKind, RuntimeFn, Safepoint, SourceLocation, TypeDescriptor,
};
use beskid_runtime::{exports, host};

// `case_tree(depth, descriptor)` makes a full binary tree bottom-up and keeps the halves in two
// root slots. `case_host(descriptor, host)` keeps an object in a slot while it calls a foreign
// function, then returns the object. `case_panic(length)` fails a check that the runtime makes.
global_asm!(
    ".globl case_tree, case_host, case_panic",
    "case_tree:",
    ".cfi_startproc",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, rsp",
    ".cfi_def_cfa_register rbp",
    "push rbx",
    "push r12",
    ".cfi_offset rbx, -24",
    ".cfi_offset r12, -32",
    "sub rsp, 32",
    "mov rbx, rdi",
    "mov r12, rsi",
    "mov qword ptr [rsp], 0",
    "mov qword ptr [rsp + 8], 0",
    "test rdi, rdi",
    "jz 2f",
    "lea rdi, [rbx - 1]",
    "mov rsi, r12",
    "call case_tree",
    "case_tree_left:",
    "mov [rsp], rax",
    "lea rdi, [rbx - 1]",
    "mov rsi, r12",
    "call case_tree",
    "case_tree_right:",
    "mov [rsp + 8], rax",
    "2:",
    "mov edi, 24",
    "mov rsi, r12",
    "call {alloc}",
    "case_tree_alloc:",
    "mov rcx, [rsp]",
    "mov [rax + 8], rcx",
    "mov rcx, [rsp + 8]",
    "mov [rax + 16], rcx",
    "add rsp, 32",
    "pop r12",
    "pop rbx",
    "pop rbp",
    ".cfi_def_cfa rsp, 8",
    "ret",
    ".cfi_endproc",
    "case_tree_end:",
    "case_host:",
    ".cfi_startproc",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, rsp",
    ".cfi_def_cfa_register rbp",
    "push rbx",
    ".cfi_offset rbx, -24",
    "sub rsp, 24",
    "mov rbx, rsi",
    "mov rsi, rdi",
    "mov edi, 24",
    "call {alloc}",
    "case_host_alloc:",
    "mov [rsp + 8], rax",
    "mov rdi, rsp",
    "mov rsi, rbp",
    "call {foreign_exit}",
    "case_host_exit:",
    "call rbx",
    "case_host_call:",
    "mov rax, [rsp + 8]",
    "add rsp, 24",
    "pop rbx",
    "pop rbp",
    ".cfi_def_cfa rsp, 8",
    "ret",
    ".cfi_endproc",
    "case_host_end:",
    "case_panic:",
    ".cfi_startproc",
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, rsp",
    ".cfi_def_cfa_register rbp",
    "mov rsi, rdi",
    "mov edi, 8",
    "call {array_new}",
    "case_panic_array:",
    "pop rbp",
    ".cfi_def_cfa rsp, 8",
    "ret",
    ".cfi_endproc",
    "case_panic_end:",
    alloc = sym exports::beskid_rt_alloc,
    array_new = sym exports::beskid_rt_array_new,
    foreign_exit = sym exports::beskid_rt_foreign_exit,
);

unsafe extern "C-unwind" {
    fn case_tree(depth: u64, descriptor: *const TypeDescriptor) -> *const Node;
    fn case_host(descriptor: *const TypeDescriptor, host: extern "C-unwind" fn()) -> *const Node;
    fn case_panic(length: i64);
    fn case_tree_left();
    fn case_tree_right();
    fn case_tree_alloc();
    fn case_tree_end();
    fn case_host_alloc();
    fn case_host_exit();
    fn case_host_call();
    fn case_host_end();
    fn case_panic_array();
    fn case_panic_end();
}

#[repr(C)]
struct Node {
    descriptor: *const TypeDescriptor,
    left: *const Node,
    right: *const Node,
}

impl Node {
    /// Number of nodes of a tree, all of which must have the right descriptor.
    unsafe fn count(node: *const Node) -> usize {
        // SAFETY: the tests pass null or a live tree.
        unsafe {
            let Some(node) = node.as_ref() else { return 0 };
            assert_eq!(node.descriptor, descriptor());
            1 + Node::count(node.left) + Node::count(node.right)
        }
    }
}

fn descriptor() -> *const TypeDescriptor {
    struct Shared(TypeDescriptor);
    // SAFETY: the descriptor is constant.
    unsafe impl Sync for Shared {}
    static OFFSETS: [usize; 2] = [8, 16];
    static NODE: Shared = Shared(TypeDescriptor {
        size: 24,
        align: 8,
        pointer_count: 2,
        pointer_offsets: OFFSETS.as_ptr(),
        name: std::ptr::null(),
    });
    &NODE.0
}

/// Makes the functions above known, with the stack maps that a compiler would write.
fn attach() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let module = Box::leak(Box::new(describe_module()));
        // SAFETY: the tables are never freed.
        unsafe { host::Module::new(module) }.attach();
    });
}

fn describe_module() -> ModuleDescriptor {
    type Label = unsafe extern "C-unwind" fn();
    let mut functions = Vec::new();
    let mut safepoints = Vec::new();
    let mut roots = Vec::new();
    let mut function = |start: *const u8, end: Label, calls: &[(Label, &[u32])]| {
        functions.push(FunctionMap {
            code: start,
            code_len: (end as usize - start as usize) as u32,
            first_safepoint: safepoints.len() as u32,
            safepoint_count: calls.len() as u32,
            reserved: 0,
        });
        for (label, slots) in calls {
            safepoints.push(Safepoint {
                return_offset: (*label as usize - start as usize) as u32,
                first_root: roots.len() as u32,
                root_count: slots.len() as u32,
                location: 0,
            });
            roots.extend_from_slice(slots);
        }
    };
    function(
        case_tree as *const u8,
        case_tree_end,
        &[(case_tree_left, &[]), (case_tree_right, &[0]), (case_tree_alloc, &[0, 8])],
    );
    function(
        case_host as *const u8,
        case_host_end,
        &[(case_host_alloc, &[]), (case_host_exit, &[8]), (case_host_call, &[8])],
    );
    function(case_panic as *const u8, case_panic_end, &[(case_panic_array, &[])]);
    let file = "src/case.bsk";
    let locations =
        vec![SourceLocation { file: file.as_ptr(), file_len: file.len(), line: 3, column: 9 }];
    let (functions, safepoints) = (functions.leak(), safepoints.leak());
    let (roots, locations) = (roots.leak(), locations.leak());
    ModuleDescriptor {
        abi_version: beskid_abi::BESKID_RUNTIME_ABI_VERSION,
        descriptor_size: ModuleDescriptor::SIZE as u32,
        functions: functions.as_ptr(),
        function_count: functions.len(),
        safepoints: safepoints.as_ptr(),
        safepoint_count: safepoints.len(),
        roots: roots.as_ptr(),
        root_count: roots.len(),
        locations: locations.as_ptr(),
        location_count: locations.len(),
        record: std::ptr::null(),
        record_len: 0,
    }
}

fn collect() -> i64 {
    // SAFETY: takes no arguments.
    unsafe { exports::beskid_rt_gc_collect() }
}

fn objects() -> i64 {
    // SAFETY: takes no arguments.
    unsafe { exports::beskid_rt_gc_object_count() }
}

#[test]
fn root_slots_of_compiled_frames_keep_what_they_name() {
    attach();
    for round in 0..200 {
        let depth = 3 + round % 3;
        // SAFETY: the tree is read before anything else is allocated.
        let nodes =
            beskid_runtime::call(|| unsafe { Node::count(case_tree(depth as u64, descriptor())) });
        assert_eq!(nodes, Ok((2 << depth) - 1));
    }
    collect();
    assert_eq!(objects(), 0, "nothing refers to the trees any more");
}

extern "C-unwind" fn host_that_collects() {
    assert_eq!(collect(), 32, "the compiled caller's object is alive");
}

extern "C-unwind" fn host_that_calls_back() {
    // SAFETY: a call as the bindings make it.
    let nodes = beskid_runtime::call(|| unsafe {
        let tree = Node::count(case_tree(4, descriptor()));
        collect();
        tree
    });
    assert_eq!(nodes, Ok(31));
    host_that_collects();
}

extern "C-unwind" fn host_that_fails_inside() {
    // SAFETY: as above.
    let failure = beskid_runtime::call(|| unsafe { case_panic(-1) });
    assert!(failure.is_err());
    host_that_calls_back();
}

#[test]
fn frames_below_a_foreign_function_are_walked() {
    attach();
    for host in [host_that_collects, host_that_calls_back, host_that_fails_inside] {
        // SAFETY: the node is read before anything else is allocated.
        let nodes = beskid_runtime::call(|| unsafe { Node::count(case_host(descriptor(), host)) });
        assert_eq!(nodes, Ok(1));
        assert_eq!(collect(), 0);
    }
}

#[test]
fn a_panic_of_the_runtime_names_the_place_of_the_compiled_call() {
    attach();
    // SAFETY: the function panics.
    let panic = beskid_runtime::call(|| unsafe { case_panic(-7) }).unwrap_err();
    let message = PanicKind::NegativeArrayLength.message(-7, 0);
    assert_eq!(panic.to_string(), format!("beskid panic: {message}\n  at src/case.bsk:3:9"));
}

#[test]
fn threads_have_heaps_of_their_own() {
    attach();
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            std::thread::spawn(move || {
                // SAFETY: the tree is read before anything else is allocated.
                let nodes = beskid_runtime::call(|| unsafe {
                    Node::count(case_tree(5 + worker, descriptor()))
                });
                assert_eq!(nodes, Ok((2 << (5 + worker)) - 1));
                collect();
                objects()
            })
        })
        .collect();
    for worker in workers {
        assert_eq!(worker.join().unwrap(), 0);
    }
}

#[test]
fn addresses_for_a_loader_are_those_of_the_exports() {
    let address = exports::address_of(RuntimeFn::Alloc);
    assert_eq!(address, exports::beskid_rt_alloc as *const u8);
}
