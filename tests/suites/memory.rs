//! The collector reclaims: a program that allocates ten gigabytes over a small live set stays small.

use std::path::PathBuf;
use std::process::Command;

use beskid_tests::files::package_directory;
use beskid_tests::process::run;
use beskid_tests::toolchain::toolchain;
use beskid_tests::usage::usage_of;

/// What the process may have in memory at its greatest, code and runtime included.
const LIMIT: u64 = 128 << 20;

fn program() -> PathBuf {
    package_directory().join("memory/ten_gigabytes.bsk")
}

fn require_small(peak: u64) {
    assert!(peak < LIMIT, "{} MB of at most {} MB", peak >> 20, LIMIT >> 20);
}

#[test]
fn an_executable_that_allocates_ten_gigabytes_stays_under_128_megabytes() {
    let scratch = tempfile::tempdir().unwrap();
    let executable = scratch.path().join("program");
    let mut build = Command::new(&toolchain().beskid);
    run(build.arg("build").arg(program()).arg("-o").arg(&executable), "")
        .unwrap()
        .require_success("beskid build")
        .unwrap();
    require_small(usage_of(&mut Command::new(&executable)).unwrap().peak_bytes);
}

#[test]
fn the_jit_stays_under_128_megabytes_as_well() {
    let mut command = Command::new(&toolchain().beskid);
    require_small(usage_of(command.arg("run").arg(program())).unwrap().peak_bytes);
}
