//! Finds the file of a library the way a linker does: `-L` in order, then the usual directories.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::args::CommandLine;

/// Where linkers look without being told, on the systems that they run on.
const USUAL: &[&str] = &[
    "/usr/local/lib",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
];

/// The directories of one link, in the order of the search.
pub(crate) struct SearchPath {
    directories: Vec<PathBuf>,
}

impl SearchPath {
    pub(crate) fn new(line: &CommandLine) -> SearchPath {
        let sysroot = line.sysroot.as_deref();
        let mut directories: Vec<_> =
            line.search.iter().map(|dir| in_sysroot(dir, sysroot)).collect();
        let variable = std::env::var_os("LIBRARY_PATH").unwrap_or_default();
        directories.extend(std::env::split_paths(&variable));
        let root = sysroot.unwrap_or(Path::new("/"));
        directories.extend(USUAL.iter().map(|dir| root.join(dir.trim_start_matches('/'))));
        SearchPath { directories }
    }

    /// The file of `-lname` or `-l:file`, or `None` if only the linker knows where it is.
    pub(crate) fn find(&self, name: &OsStr, may_be_shared: bool) -> Option<PathBuf> {
        let is_file = |path: &PathBuf| path.is_file();
        if let Some(file) = name.as_bytes().strip_prefix(b":") {
            let file = OsStr::from_bytes(file);
            return self.directories.iter().map(|dir| dir.join(file)).find(is_file);
        }
        let with_suffix = |suffix: &str| {
            let mut file = std::ffi::OsString::from("lib");
            file.push(name);
            file.push(suffix);
            file
        };
        let (shared, archive) = (with_suffix(".so"), with_suffix(".a"));
        let candidates = self.directories.iter().flat_map(|dir| {
            let shared = may_be_shared.then(|| dir.join(&shared));
            shared.into_iter().chain([dir.join(&archive)])
        });
        candidates.into_iter().find(is_file)
    }
}

/// Resolves `=dir` and `$SYSROOT/dir`, which stand for a directory below the system root.
fn in_sysroot(dir: &Path, sysroot: Option<&Path>) -> PathBuf {
    let bytes = dir.as_os_str().as_bytes();
    let below = bytes.strip_prefix(b"=").or_else(|| bytes.strip_prefix(b"$SYSROOT"));
    match (below, sysroot) {
        (Some(below), Some(sysroot)) => {
            let below = below.strip_prefix(b"/").unwrap_or(below);
            sysroot.join(OsStr::from_bytes(below))
        }
        (Some(below), None) => PathBuf::from(OsStr::from_bytes(below)),
        (None, _) => dir.to_owned(),
    }
}
