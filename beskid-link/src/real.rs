//! Finds and runs the linker that does the work, and never this program again.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, ErrorKind};

/// Names the real linker.
const VARIABLE: &str = "BESKID_LINK_REAL";

/// Counts how often this program was started by a linker that it started.
const DEPTH_VARIABLE: &str = "BESKID_LINK_DEPTH";

/// A driver may start this program once more as its linker, and that one a linker of its own.
const DEPTH_MAX: u32 = 3;

/// The linker that runs when nothing else is said.
const DEFAULT: &str = "cc";

/// Names by which this program may be called instead of a linker: it then runs the next program of
/// that name, because the arguments are in that linker's form.
const LINKER_NAMES: &[&str] = &[
    "ld", "ld.lld", "ld.bfd", "ld.gold", "ld.mold", "lld", "rust-lld", "mold", "wild", "gcc",
    "clang", "g++", "clang++", "c++",
];

/// The linker that does the work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealLinker {
    program: PathBuf,
    depth: u32,
}

/// Finds the real linker for this process, which was started as `invoked_as` to link for `target`:
/// in `BESKID_LINK_REAL`, in `BESKID_LINK_REAL_<target>`, then on `PATH`.
pub fn real_linker(invoked_as: &OsStr, target: Option<&str>) -> Result<RealLinker, Error> {
    let depth =
        std::env::var(DEPTH_VARIABLE).ok().and_then(|depth| depth.parse().ok()).unwrap_or(0);
    let program = find(invoked_as, target)?;
    if depth >= DEPTH_MAX {
        return Err(ErrorKind::Recursion { path: program }.into());
    }
    Ok(RealLinker { program, depth })
}

impl RealLinker {
    /// The program's file.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Becomes the linker. Its output, its exit status and the signal that may end it are seen by
    /// whoever started this program, unchanged. Returns only if the linker cannot be started.
    pub fn exec(&self, args: &[OsString]) -> Result<Infallible, Error> {
        let depth = (self.depth + 1).to_string();
        let source = Command::new(&self.program).args(args).env(DEPTH_VARIABLE, depth).exec();
        Err(ErrorKind::Exec { path: self.program.clone(), source }.into())
    }
}

fn find(invoked_as: &OsStr, target: Option<&str>) -> Result<PathBuf, Error> {
    let mut tried = Vec::new();
    let for_target = target.map(|target| format!("{VARIABLE}_{}", target.replace('-', "_")));
    for variable in [Some(VARIABLE.to_owned()), for_target].into_iter().flatten() {
        match std::env::var_os(&variable).filter(|value| !value.is_empty()) {
            Some(value) => return from_variable(&variable, &value),
            None => tried.push(format!("{variable} (not set)")),
        }
    }
    let name = default_name(invoked_as);
    let on_path = which::which_all(&name).into_iter().flatten().find(|path| !is_self(path));
    tried.push(format!("`{name}` on PATH"));
    on_path.ok_or_else(|| ErrorKind::NoLinker { tried }.into())
}

fn from_variable(variable: &str, value: &OsStr) -> Result<PathBuf, Error> {
    let Ok(path) = which::which(value) else {
        let tried = vec![format!("{variable}={}", value.display())];
        return Err(ErrorKind::NoLinker { tried }.into());
    };
    if is_self(&path) {
        return Err(ErrorKind::LinkerIsSelf { origin: variable.to_owned(), path }.into());
    }
    Ok(path)
}

/// The linker whose place this program takes, by the name that it was called by.
fn default_name(invoked_as: &OsStr) -> String {
    let name = Path::new(invoked_as).file_name().unwrap_or_default().to_string_lossy();
    if LINKER_NAMES.contains(&&*name) { name.into_owned() } else { DEFAULT.to_owned() }
}

/// Whether a path leads to this program, through whatever links.
fn is_self(path: &Path) -> bool {
    let identity = |path: &Path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    let own = std::env::current_exe().ok().and_then(|own| identity(&own));
    own.is_some() && own == identity(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_linker_is_kept_and_any_other_means_cc() {
        let name = |called: &str| default_name(OsStr::new(called));
        assert_eq!(name("/opt/bin/ld.lld"), "ld.lld");
        assert_eq!(name("beskid-link"), "cc");
        assert_eq!(name("wrapper.sh"), "cc");
    }

    #[test]
    fn this_program_is_recognised() {
        let own = std::env::current_exe().unwrap();
        assert!(is_self(&own));
        assert!(!is_self(Path::new("/bin/sh")));
        assert!(!is_self(Path::new("/does/not/exist")));
    }
}
