//! Where the case files are, and how suites find them.

use std::path::{Path, PathBuf};

/// Extension of Beskid source files.
const EXTENSION: &str = "bsk";

/// File name of the entry of a case that is a directory.
const DIRECTORY_ENTRY: &str = "main.bsk";

/// The directory of this package.
pub fn package_directory() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The directory of the workspace.
pub fn workspace_directory() -> &'static Path {
    package_directory().parent().expect("this package lies in the workspace")
}

/// A case: its name and its entry file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseFile {
    /// The path below the suite's directory, joined with `::`, without the extension.
    pub name: String,
    /// The file to run.
    pub entry: PathBuf,
}

impl CaseFile {
    /// The diagnostic code that the name of a diagnostics case begins with.
    pub fn code(&self) -> &str {
        self.name.split('_').next().unwrap_or_default()
    }
}

/// All cases below a directory of this package, in order. A directory that holds a `main.bsk` is
/// one case; every other source file is one.
pub fn cases(suite: &str) -> Vec<CaseFile> {
    let mut cases = Vec::new();
    collect(&package_directory().join(suite), "", &mut cases);
    cases.sort();
    assert!(!cases.is_empty(), "there are no cases in {suite}");
    cases
}

fn collect(directory: &Path, prefix: &str, cases: &mut Vec<CaseFile>) {
    for path in entries(directory) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = if prefix.is_empty() { stem.to_string() } else { format!("{prefix}::{stem}") };
        let entry = path.join(DIRECTORY_ENTRY);
        if entry.is_file() {
            cases.push(CaseFile { name, entry });
        } else if path.is_dir() {
            collect(&path, &name, cases);
        } else if path.extension().is_some_and(|extension| extension == EXTENSION) {
            cases.push(CaseFile { name, entry: path });
        }
    }
}

/// All Beskid source files below a directory, without what builds leave behind.
pub fn source_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut rest = vec![directory.to_owned()];
    while let Some(directory) = rest.pop() {
        for path in entries(&directory) {
            let is_hidden = path.file_name().is_some_and(|it| it.as_encoded_bytes()[0] == b'.');
            let is_cache =
                is_hidden || path.ends_with("target") || path.join("CACHEDIR.TAG").exists();
            if path.is_dir() && !is_cache {
                rest.push(path);
            } else if path.extension().is_some_and(|extension| extension == EXTENSION) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The paths in a directory.
///
/// # Panics
/// If the directory cannot be read.
pub fn entries(directory: &Path) -> Vec<PathBuf> {
    let listing = std::fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", directory.display()));
    listing.map(|entry| entry.expect("the listing goes on").path()).collect()
}
