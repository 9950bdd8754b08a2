//! The walk over compiled frames, over foreign frames between them, and the place of a panic.

use beskid_abi::{PanicKind, RuntimeFn};
use beskid_runtime::exports;

use crate::frames::{Node, attach, case_host, case_panic, case_tree, descriptor};

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
