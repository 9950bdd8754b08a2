//! Loads programs from directories made for the purpose.

use std::fs;
use std::path::Path;

use beskid_analysis::MainRule;
use tempfile::TempDir;

use crate::{LoadError, LoadOptions, Project, load};

/// A project with the given files, `src/main.bsk` among them or not.
fn project(files: &[(&str, &[u8])]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (path, bytes) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    directory
}

fn load_main(project: &TempDir) -> Result<Project, LoadError> {
    load_entry(project, "src/main.bsk")
}

fn load_entry(project: &TempDir, entry: &str) -> Result<Project, LoadError> {
    let options = LoadOptions {
        project_root: project.path().to_owned(),
        package: "app".into(),
        main: MainRule::Required,
        threads: 2,
    };
    load(&project.path().join(entry), &options)
}

/// The diagnostics as `code path:line:column: message`.
fn findings(project: &Project) -> Vec<String> {
    let analysis = &project.analysis;
    let shown = analysis.diagnostics.iter().map(|found| {
        let place = analysis.sources.location(found.primary.span);
        format!("{} {place}: {}", found.code, found.message)
    });
    shown.collect()
}

fn relative(paths: &[std::path::PathBuf], root: &Path) -> Vec<String> {
    let shown = paths.iter().map(|it| it.strip_prefix(root).unwrap().display().to_string());
    shown.collect()
}

#[test]
fn modules_are_found_below_the_directory_of_the_entry_file() {
    let directory = project(&[
        ("src/main.bsk", b"i64 main() { return a.b.f() + c.g(); }"),
        ("src/a/b.bsk", b"pub i64 f() { return 1; }"),
        ("src/c/mod.bsk", b"pub i64 g() { return 2; }"),
    ]);
    let loaded = load_main(&directory).unwrap();
    assert_eq!(findings(&loaded), [""; 0]);
    let files = relative(&loaded.files, directory.path());
    assert_eq!(files, ["src/main.bsk", "src/a/b.bsk", "src/c/mod.bsk"]);
}

#[test]
fn searched_directories_are_reported_if_they_exist() {
    let directory = project(&[
        ("src/main.bsk", b"use a.b.f; i64 main() { return f() + d.e.f(); }"),
        ("src/a/b.bsk", b"pub i64 f() { return 1; }"),
    ]);
    let loaded = load_main(&directory).unwrap();
    assert_eq!(findings(&loaded), ["E1101 src/main.bsk:1:38: unknown name `d`"]);
    assert!(loaded.directories.iter().all(|it| it.is_dir()));
    assert_eq!(relative(&loaded.directories, directory.path()), ["src", "src/a"]);
}

#[test]
fn letter_case_counts() {
    let directory = project(&[
        ("src/main.bsk", b"mod parser;\ni64 main() { return 0; }"),
        ("src/Parser.bsk", b""),
    ]);
    let found = findings(&load_main(&directory).unwrap());
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("E1502 src/main.bsk:1:5: the module `parser` has no file"));
    assert!(found[0].contains("`src/parser.bsk`"), "{}", found[0]);
}

#[test]
fn several_files_for_one_module_are_all_named() {
    let directory = project(&[
        ("src/main.bsk", b"mod a;\ni64 main() { return a.f(); }"),
        ("src/a.bsk", b"pub i64 f() { return 1; }"),
        ("src/a/mod.bsk", b"pub i64 f() { return 2; }"),
        ("src/a.bd", b"pub i64 f() { return 3; }"),
    ]);
    let found = findings(&load_main(&directory).unwrap());
    let files = "`src/a.bsk`, `src/a/mod.bsk`, `src/a.bd`";
    assert_eq!(
        found,
        [format!("E1502 src/main.bsk:1:5: the module `a` has several files: {files}")]
    );
}

#[test]
fn a_module_that_is_not_utf8_is_a_mistake_where_it_is_named() {
    let directory = project(&[
        ("src/main.bsk", b"use bad.f;\ni64 main() { return f(); }"),
        ("src/bad.bsk", b"// fine\n// \xff\n"),
    ]);
    let found = findings(&load_main(&directory).unwrap());
    let reason = "it is not UTF-8: byte 0xff at 2:4";
    assert_eq!(
        found,
        [format!(
            "E1502 src/main.bsk:1:5: the file `src/bad.bsk` of the module `bad` cannot be read: \
             {reason}"
        )]
    );
}

#[test]
fn an_entry_file_that_cannot_be_read_is_an_error_with_a_next_step() {
    let directory = project(&[("src/bad.bsk", b"ab\xffcd")]);
    let message = |entry| load_entry(&directory, entry).unwrap_err().to_string();
    let missing = message("src/main.bsk");
    assert!(missing.contains("src/main.bsk`: ") && missing.ends_with("or correct the path"));
    let not_utf8 = message("src/bad.bsk");
    assert!(not_utf8.contains("src/bad.bsk`: it is not UTF-8: byte 0xff at 1:3; save the file"));
    let is_directory = message("src");
    assert!(is_directory.contains("src`: it is a directory; give the path"));
}

#[test]
fn the_entry_file_is_not_a_module_of_itself() {
    let directory = project(&[("src/main.bsk", b"i64 main() { return main.main(); }")]);
    let found = findings(&load_main(&directory).unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn an_executable_needs_a_main() {
    let directory = project(&[("src/main.bsk", b"pub i64 f() { return 1; }")]);
    let found = findings(&load_main(&directory).unwrap());
    assert_eq!(found, ["E1109 src/main.bsk:1:1: the entry file has no function `main`"]);
}
