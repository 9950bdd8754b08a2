//! Functions with the frames and stack maps of compiled code.

use std::arch::global_asm;
use std::sync::Once;

use beskid_abi::record::{Identity, RecordKind, Writer, parse};
use beskid_abi::{FunctionMap, ModuleDescriptor, Safepoint, SourceLocation, TypeDescriptor};
use beskid_runtime::{exports, host};

// `case_tree(depth, descriptor)` makes a full binary tree bottom-up and keeps the halves in two
// root slots. `case_host(descriptor, host)` keeps an object in a slot while it calls a foreign
// function, then returns the object. `case_panic(length)` fails a check that the runtime makes.
// `case_recurse()` never returns. `case_forget(descriptor)` has a wrong map: its second call
// omits the root slot that its third call names.
global_asm!(
    ".globl case_tree, case_host, case_panic, case_recurse, case_forget",
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
    "case_recurse:",
    "push rbp",
    "mov rbp, rsp",
    "sub rsp, 32",
    "call case_recurse",
    "case_recurse_call:",
    "add rsp, 32",
    "pop rbp",
    "ret",
    "case_recurse_end:",
    "case_forget:",
    "push rbp",
    "mov rbp, rsp",
    "push rbx",
    "sub rsp, 24",
    "mov rbx, rdi",
    "mov edi, 24",
    "mov rsi, rbx",
    "call {alloc}",
    "case_forget_first:",
    "mov [rsp + 8], rax",
    "mov edi, 24",
    "mov rsi, rbx",
    "call {alloc}",
    "case_forget_second:",
    "mov edi, 24",
    "mov rsi, rbx",
    "call {alloc}",
    "case_forget_third:",
    "add rsp, 24",
    "pop rbx",
    "pop rbp",
    "ret",
    "case_forget_end:",
    alloc = sym exports::beskid_rt_alloc,
    array_new = sym exports::beskid_rt_array_new,
    foreign_exit = sym exports::beskid_rt_foreign_exit,
);

unsafe extern "C-unwind" {
    pub(crate) fn case_tree(depth: u64, descriptor: *const TypeDescriptor) -> *const Node;
    pub(crate) fn case_host(
        descriptor: *const TypeDescriptor,
        host: extern "C-unwind" fn(),
    ) -> *const Node;
    pub(crate) fn case_panic(length: i64);
    pub(crate) fn case_recurse();
    pub(crate) fn case_forget(descriptor: *const TypeDescriptor);
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
    fn case_recurse_call();
    fn case_recurse_end();
    fn case_forget_first();
    fn case_forget_second();
    fn case_forget_third();
    fn case_forget_end();
}

/// An object of `descriptor()`.
#[repr(C)]
pub(crate) struct Node {
    descriptor: *const TypeDescriptor,
    left: *const Node,
    right: *const Node,
}

impl Node {
    /// Number of nodes of a tree, all of which must have the right descriptor.
    pub(crate) unsafe fn count(node: *const Node) -> usize {
        // SAFETY: the tests pass null or a live tree.
        unsafe {
            let Some(node) = node.as_ref() else { return 0 };
            assert_eq!(node.descriptor, descriptor());
            1 + Node::count(node.left) + Node::count(node.right)
        }
    }
}

/// The type of the objects that the functions above allocate.
pub(crate) fn descriptor() -> *const TypeDescriptor {
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
pub(crate) fn attach() {
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
    function(case_recurse as *const u8, case_recurse_end, &[(case_recurse_call, &[])]);
    function(
        case_forget as *const u8,
        case_forget_end,
        &[(case_forget_first, &[]), (case_forget_second, &[]), (case_forget_third, &[8])],
    );
    let file = "src/case.bsk";
    let locations =
        vec![SourceLocation { file: file.as_ptr(), file_len: file.len(), line: 3, column: 9 }];
    let (functions, safepoints) = (functions.leak(), safepoints.leak());
    let (roots, locations) = (roots.leak(), locations.leak());
    let record = record_of_version(beskid_abi::BESKID_RUNTIME_ABI_VERSION).leak();
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
        record: record.as_ptr(),
        record_len: record.len(),
    }
}

/// The record of an object that fits this runtime but for its version.
pub(crate) fn record_of_version(abi_version: u32) -> Vec<u8> {
    let runtime = parse(beskid_runtime::runtime_record()).expect("the runtime has a record");
    let identity = Identity {
        kind: RecordKind::Object,
        abi_version,
        producer: "beskid 0.0.0",
        module: "case",
        source: "src/case.bsk",
        ..*runtime.identity()
    };
    let mut record = Vec::new();
    let written = Writer::new(&mut record, &identity).and_then(Writer::finish);
    written.expect("a vector takes every record");
    record
}
