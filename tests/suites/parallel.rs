//! A program of many modules is the same whatever the number of threads: its object, byte by byte, and what is
//! wrong with it.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::path::Path;

use beskid_analysis::{Analysis, MainRule};
use beskid_aot::{ObjectKind, ObjectRequest, emit_object};
use beskid_codegen::{Optimization, Verifier};
use beskid_project::{LoadOptions, Project, load};
use beskid_syntax::{RenderStyle, render};
use beskid_tests::files::entries;
use beskid_tests::generated::{Generated, write_program};
use beskid_tests::programs::TARGET;

/// So many modules that a wave of files has some for each thread.
const UNITS: usize = 40;

/// More threads than processors, so that they overtake each other.
const THREADS: [usize; 3] = [1, 2, 7];

fn load_on(program: &Generated, threads: usize) -> Project {
    let options = LoadOptions::standalone(&program.entry, MainRule::Required);
    load(&program.entry, &LoadOptions { threads, ..options }).unwrap()
}

fn object_on(analysis: &Analysis, optimization: Optimization, threads: usize) -> Vec<u8> {
    let request = ObjectRequest {
        target: TARGET,
        kind: ObjectKind::Executable,
        optimization,
        threads,
        verifier: Verifier::Off,
    };
    emit_object(analysis.program.as_ref().unwrap(), &request).unwrap().bytes
}

fn rendered(analysis: &Analysis) -> Vec<String> {
    let found = analysis.diagnostics.iter();
    found.map(|found| render(found, &analysis.sources, RenderStyle::Plain)).collect()
}

#[test]
fn objects_are_equal_byte_by_byte() {
    let directory = tempfile::tempdir().unwrap();
    let program = write_program(directory.path(), UNITS);
    for optimization in [Optimization::None, Optimization::Speed] {
        let [one, others @ ..] = THREADS.map(|threads| {
            let analysis = load_on(&program, threads).analysis;
            assert_eq!(rendered(&analysis), [""; 0]);
            object_on(&analysis, optimization, threads)
        });
        assert!(others.iter().all(|object| *object == one), "the number of threads shows");
    }
}

#[test]
fn diagnostics_are_equal_and_in_the_same_order() {
    let directory = tempfile::tempdir().unwrap();
    let program = write_program(directory.path(), UNITS);
    for group in entries(directory.path()).iter().filter(|path| path.is_dir()) {
        break_files(group);
    }
    let [one, others @ ..] = THREADS.map(|threads| load_on(&program, threads));
    assert!(one.analysis.has_errors());
    let found = rendered(&one.analysis);
    assert!(found.len() >= UNITS, "{} findings", found.len());
    for other in others {
        assert_eq!(rendered(&other.analysis), found);
        assert_eq!(other.files, one.files);
        assert_eq!(other.directories, one.directories);
    }
}

/// Puts a mistake of another kind into each file: of grammar, of names, of types, of imports.
fn break_files(group: &Path) {
    const MISTAKES: [&str; 4] = [
        "i64 unfinished( { return 1; }\n",
        "i64 unknown() { return nothing_of_this_name; }\n",
        "i64 mistyped() { return \"a text\"; }\n",
        "use group0.no_such_module;\n",
    ];
    for (path, mistake) in entries(group).iter().zip(MISTAKES.iter().cycle()) {
        let text = std::fs::read_to_string(path).unwrap();
        std::fs::write(path, text + mistake).unwrap();
    }
}
