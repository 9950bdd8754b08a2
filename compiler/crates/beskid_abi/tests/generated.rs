//! `docs/abi.md` and the C header are written from the table. A stale file fails with the command
//! that rewrites it.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

#[path = "generated/c_header.rs"]
mod c_header;
#[path = "generated/c_note.rs"]
mod c_note;
#[path = "generated/document.rs"]
mod document;

use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

/// A type as Rust programmers write it: the compiler prints the tokens of a macro with spaces.
fn spelling(ty: &str) -> String {
    ty.replace("* ", "*")
}

/// Compares a committed file with what the table says, or rewrites it under `BLESS=1`.
#[track_caller]
fn ensure_fresh(file: &str, expected: &str) {
    let path = repository().join(file);
    if std::fs::read_to_string(&path).is_ok_and(|found| found == expected) {
        return;
    }
    assert!(
        std::env::var_os("BLESS").is_some(),
        "{file} is not what the table says; run `BLESS=1 cargo test -p beskid_abi` and commit it"
    );
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, expected).unwrap();
}

#[test]
fn the_abi_document_is_fresh() {
    ensure_fresh("docs/abi.md", &document::render());
}

#[test]
fn the_c_header_is_fresh() {
    ensure_fresh(c_header::PATH, &c_header::render());
}

/// Compiles a translation unit that includes the header; its asserts compare every offset.
#[test]
fn the_c_header_is_valid_c_with_the_same_layouts() {
    let directory = tempdir("header");
    std::fs::write(directory.join("beskid_runtime.h"), c_header::render()).unwrap();
    let unit = directory.join("unit.c");
    let source = "#include \"beskid_runtime.h\"\nint main(void) { return (int)beskid_runtime_abi_version() - BESKID_RUNTIME_ABI_VERSION; }\n";
    std::fs::write(&unit, source).unwrap();
    for standard in ["-std=c11", "-std=c17"] {
        let mut compiler = Command::new("cc");
        compiler.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]);
        let output = compiler.arg(&unit).output().expect("`cc` runs; install the package gcc");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

fn tempdir(name: &str) -> PathBuf {
    let name = format!("beskid-abi-{name}-{}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}
