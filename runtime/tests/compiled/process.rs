//! Failures that end the process, seen from outside: each case runs again in a child process.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, ModuleDescriptor};
use beskid_runtime::{exports, host};

use crate::frames::{attach, case_forget, case_panic, case_recurse, descriptor, record_of_version};

const CHILD: &str = "BESKID_TEST_CHILD";

/// Runs `body` in a child process that was started for the test `name`, and gives what the parent
/// saw of it.
fn in_child(name: &str, stress: bool, body: fn()) -> Output {
    if std::env::var_os(CHILD).is_some() {
        body();
        std::process::exit(0);
    }
    let mut command = Command::new(std::env::current_exe().expect("the test knows its own path"));
    command.args(["--exact", &format!("process::{name}"), "--nocapture"]).env(CHILD, "1");
    command.env("BESKID_GC_STRESS", if stress { "1" } else { "0" });
    command.output().expect("the test can start itself")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_stack_overflow_is_reported_with_its_place() {
    let output = in_child("a_stack_overflow_is_reported_with_its_place", false, || {
        attach();
        beskid_runtime::install_stack_overflow_reporter();
        // SAFETY: overflows, as the test wants.
        let _ = beskid_runtime::call(|| unsafe { case_recurse() });
    });
    assert_eq!(stderr(&output), "beskid panic: stack overflow\n  at src/case.bsk:3:9\n");
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn another_fault_is_not_taken_for_a_stack_overflow() {
    let output = in_child("another_fault_is_not_taken_for_a_stack_overflow", false, || {
        beskid_runtime::install_stack_overflow_reporter();
        // SAFETY: faults, as the test wants.
        unsafe { store_to(std::ptr::without_provenance_mut(64)) };
    });
    assert_eq!(stderr(&output), "");
    assert_eq!(output.status.signal(), Some(11));
}

/// Stores to an address without the checks of a debug build.
unsafe fn store_to(address: *mut u8) {
    // SAFETY: the caller wants the fault.
    unsafe { std::arch::asm!("mov byte ptr [{}], 1", in(reg) address) };
}

#[test]
fn the_stress_mode_finds_a_root_that_a_stack_map_omits() {
    let output = in_child("the_stress_mode_finds_a_root_that_a_stack_map_omits", true, || {
        attach();
        // SAFETY: the maps are wrong, as the test wants.
        let _ = beskid_runtime::call(|| unsafe { case_forget(descriptor()) });
    });
    let report = stderr(&output);
    assert_eq!(output.status.signal(), Some(6), "{report}");
    assert!(report.starts_with("beskid: the stack maps missed an object\n"), "{report}");
    assert!(report.contains("root slot sp+8 of the frame at pc"), "{report}");
    assert!(report.contains("(src/case.bsk:3:9)"), "{report}");
    assert!(report.contains("declared dead by collection"), "{report}");
}

#[test]
fn a_module_for_another_abi_is_refused() {
    let output = in_child("a_module_for_another_abi_is_refused", false, || {
        let record = record_of_version(BESKID_RUNTIME_ABI_VERSION + 1).leak();
        // SAFETY: a descriptor of zeros has no functions.
        let mut module: ModuleDescriptor = unsafe { std::mem::zeroed() };
        (module.record, module.record_len) = (record.as_ptr(), record.len());
        // SAFETY: the descriptor is never freed.
        unsafe { host::Module::new(Box::leak(Box::new(module))) }.attach();
    });
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.starts_with("error[BSK-L001]"), "{report}");
    let versions = (BESKID_RUNTIME_ABI_VERSION + 1, BESKID_RUNTIME_ABI_VERSION);
    let reason = format!("requires {}, the runtime provides {}", versions.0, versions.1);
    assert!(report.contains(&reason), "{report}");
}

#[test]
fn a_module_without_a_record_is_refused() {
    let output = in_child("a_module_without_a_record_is_refused", false, || {
        // SAFETY: a descriptor of zeros has no functions and no record.
        let module: ModuleDescriptor = unsafe { std::mem::zeroed() };
        // SAFETY: the descriptor is never freed.
        unsafe { host::Module::new(Box::leak(Box::new(module))) }.attach();
    });
    let report = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.starts_with("error[BSK-L001]") && report.contains("no ABI record"), "{report}");
}

#[test]
fn a_panic_while_panicking_aborts() {
    struct PanicsToo;

    impl Drop for PanicsToo {
        fn drop(&mut self) {
            // SAFETY: the function panics.
            let _ = beskid_runtime::call(|| unsafe { case_panic(-2) });
        }
    }

    let output = in_child("a_panic_while_panicking_aborts", false, || {
        attach();
        let _ = beskid_runtime::call(|| {
            let _bomb = PanicsToo;
            // SAFETY: the function panics.
            unsafe { case_panic(-1) }
        });
    });
    let report = stderr(&output);
    assert_eq!(output.status.signal(), Some(6), "{report}");
    assert!(report.starts_with("beskid panic: negative array length: -2\n"), "{report}");
    assert!(report.contains("while another panic was unwinding"), "{report}");
}

#[test]
fn an_executable_that_panics_exits_with_101() {
    extern "C-unwind" fn main() {
        // SAFETY: the function panics.
        unsafe { case_panic(-1) }
    }

    let output = in_child("an_executable_that_panics_exits_with_101", false, || {
        attach();
        // SAFETY: a descriptor of zeros has no functions, and main returns nothing.
        let status = unsafe {
            let mut module: ModuleDescriptor = std::mem::zeroed();
            let record = record_of_version(BESKID_RUNTIME_ABI_VERSION);
            (module.record, module.record_len) = (record.as_ptr(), record.len());
            exports::beskid_rt_process_start(0, std::ptr::null(), &module, main as *const u8, 0)
        };
        std::process::exit(status);
    });
    assert_eq!(stderr(&output), "beskid panic: negative array length: -1\n  at src/case.bsk:3:9\n");
    assert_eq!(output.status.code(), Some(101));
}
