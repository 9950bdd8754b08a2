//! Small programs as the compiler's library sees them.

use std::path::Path;

use beskid_analysis::MainRule;
use beskid_aot::{ObjectKind, ObjectRequest, emit_object};
use beskid_codegen::{Optimization, Verifier};
use beskid_project::{LoadOptions, Project, load};

/// The target of all objects in the tests.
pub const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Loads the program whose entry file is `main.bsk` in a directory.
///
/// # Panics
/// If the program has errors, which no test of this kind wants.
pub fn load_program(directory: &Path) -> Project {
    let options = LoadOptions {
        project_root: directory.to_owned(),
        package: "case".to_owned(),
        main: MainRule::Optional,
        threads: 1,
    };
    let project = load(&directory.join("main.bsk"), &options).expect("the entry can be read");
    let messages: Vec<&str> =
        project.analysis.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert!(project.analysis.program.is_some(), "the program has errors: {messages:?}");
    project
}

/// Compiles the program in a directory to an object, on a number of threads.
///
/// # Panics
/// If that fails.
pub fn object_of(directory: &Path, kind: ObjectKind, threads: usize) -> Vec<u8> {
    let project = load_program(directory);
    let program = project.analysis.program.as_ref().expect("the program has no errors");
    let request = ObjectRequest {
        target: TARGET,
        kind,
        optimization: Optimization::Speed,
        threads,
        verifier: Verifier::On,
    };
    emit_object(program, &request).expect("the object can be written").bytes
}

/// Compiles a program of one file to an object with the C entry point.
///
/// # Panics
/// If that fails.
pub fn executable_object(source: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    std::fs::write(directory.path().join("main.bsk"), source).expect("there is room for a file");
    object_of(directory.path(), ObjectKind::Executable, 1)
}
