//! A copy of the repository that can be changed and built.
//!
//! It stays where it is between runs, with its own target directory, and only files that differ are
//! written: Cargo goes by their times, and so builds nothing twice.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::files::{entries, workspace_directory};
use crate::process::{Outcome, run_within};

/// How long a build of the whole compiler may take on a busy machine.
const BUILD_LIMIT: Duration = Duration::from_secs(1800);

/// The copy.
#[derive(Debug)]
pub struct RepositoryCopy {
    root: PathBuf,
}

impl RepositoryCopy {
    /// Makes the copy at a place, or brings the one that is there up to date.
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn at(root: PathBuf) -> io::Result<RepositoryCopy> {
        let copy = RepositoryCopy { root };
        copy.restore()?;
        Ok(copy)
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes back all changes.
    ///
    /// # Errors
    /// If a file cannot be read or written.
    pub fn restore(&self) -> io::Result<()> {
        synchronise(workspace_directory(), &self.root)
    }

    /// Runs a command line in the copy, as its document has it. Variables that Cargo has set for the
    /// running test would lead the commands back to the original.
    ///
    /// # Errors
    /// If it cannot be started or does not end.
    pub fn run(&self, line: &str, variables: &[(&str, &Path)]) -> Result<Outcome, String> {
        let mut command = Command::new("bash");
        command.current_dir(&self.root).args(["-c", line]);
        let is_of_cargo = |name: &str| {
            name.starts_with("CARGO") && name != "CARGO_HOME" || name.starts_with("RUSTC")
        };
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_of_cargo) {
                command.env_remove(name);
            }
        }
        // Everything that is needed was fetched for the running test.
        command.env("CARGO_NET_OFFLINE", "true").envs(variables.iter().copied());
        run_within(&mut command, "", BUILD_LIMIT)
    }
}

/// Whether something is part of the repository: not a build's product, nor a version control's.
fn is_part(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name != "target" && name != ".git" && !path.join("CACHEDIR.TAG").exists()
}

/// Makes one directory like another, without touching what is alike.
fn synchronise(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut names = BTreeSet::new();
    for path in entries(from).into_iter().filter(|path| is_part(path)) {
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            synchronise(&path, &target)?;
        } else {
            write_if_different(&target, &fs::read(&path)?)?;
        }
        names.insert(target);
    }
    for path in entries(to).into_iter().filter(|path| is_part(path) && !names.contains(path)) {
        if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
    }
    Ok(())
}

fn write_if_different(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    fs::write(path, content)
}
