//! Where source text comes from.
//!
//! Analysis does no IO. It asks a [`ModuleLoader`] what stands at a path below the source root and
//! for the text of files; paths are relative, with `/`, in the exact spelling of module names.

use std::collections::{BTreeMap, BTreeSet};

/// What stands at a path below the source root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file, perhaps an unreadable one.
    File,
    /// A directory.
    Directory,
    /// Nothing of exactly this spelling.
    Missing,
}

/// The entry file of a program, already read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path below the source root, which is its file name.
    pub path: String,
    /// The path that diagnostics and panics show.
    pub shown_path: String,
    /// Its whole text.
    pub text: String,
}

/// Finds and reads the files of modules, below one source root.
pub trait ModuleLoader: Sync {
    /// What stands at `path`. Letter case matters, on every file system.
    fn kind(&mut self, path: &str) -> PathKind;

    /// The path that diagnostics and panics show for the file at `path`, existing or not.
    fn shown_path(&self, path: &str) -> String;

    /// The text of the file at `path`. Several threads read, and some of what they read may turn out to be
    /// no part of the program.
    ///
    /// # Errors
    /// The reason why it cannot be read, fit to stand behind a colon.
    fn read(&self, path: &str) -> Result<String, String>;

    /// Tells that the file at `path` is part of the program.
    fn found(&mut self, path: &str);
}

/// Files in memory. Shown paths are the paths themselves, behind a prefix.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    prefix: String,
    files: BTreeMap<String, String>,
    directories: BTreeSet<String>,
}

impl MemoryLoader {
    /// A loader without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// A loader without files that shows `prefix` before every path.
    pub fn with_prefix(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..Self::default() }
    }

    /// Adds the file at `path`, and the directories above it.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let path = path.into();
        let parents = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
        self.directories.extend(parents);
        self.files.insert(path, text.into());
    }
}

impl ModuleLoader for MemoryLoader {
    fn kind(&mut self, path: &str) -> PathKind {
        if self.files.contains_key(path) {
            PathKind::File
        } else if self.directories.contains(path) {
            PathKind::Directory
        } else {
            PathKind::Missing
        }
    }

    fn shown_path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    fn found(&mut self, _path: &str) {}

    fn read(&self, path: &str) -> Result<String, String> {
        self.files.get(path).cloned().ok_or_else(|| String::from("there is no such file"))
    }
}
