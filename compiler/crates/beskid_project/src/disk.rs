//! Files on disk.
//!
//! Names are compared with directory listings, so that letter case counts on every file system, and
//! each directory is listed once.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use beskid_analysis::{ModuleLoader, PathKind};

use crate::error::Kind;
use crate::shown::ShownPaths;

/// What stands in a directory, by name.
type Listing = HashMap<String, PathKind>;

/// Loads modules below one directory and remembers what it looked at.
pub(crate) struct DiskLoader {
    root: PathBuf,
    shown: ShownPaths,
    /// By path below the root; the root itself is empty.
    listings: HashMap<String, Listing>,
    files: Vec<PathBuf>,
    directories: BTreeSet<PathBuf>,
}

impl DiskLoader {
    pub(crate) fn new(root: PathBuf, shown: ShownPaths) -> Self {
        let (listings, files) = (HashMap::new(), Vec::new());
        Self { root, shown, listings, files, directories: BTreeSet::new() }
    }

    /// The files that were read and the directories that were searched.
    pub(crate) fn into_visited(self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        (self.files, self.directories.into_iter().collect())
    }

    /// The path below the root, as people see it.
    pub(crate) fn shown(&self, path: &str) -> String {
        self.shown.show(path)
    }

    fn is_directory(&mut self, path: &str) -> bool {
        path.is_empty() || self.kind_of(path) == PathKind::Directory
    }

    fn kind_of(&mut self, path: &str) -> PathKind {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !self.is_directory(directory) {
            return PathKind::Missing;
        }
        self.listing(directory).get(name).copied().unwrap_or(PathKind::Missing)
    }

    fn listing(&mut self, directory: &str) -> &Listing {
        if !self.listings.contains_key(directory) {
            let path = self.root.join(directory);
            let listing = list(&path);
            self.directories.insert(path);
            self.listings.insert(directory.to_owned(), listing);
        }
        &self.listings[directory]
    }
}

impl ModuleLoader for DiskLoader {
    fn kind(&mut self, path: &str) -> PathKind {
        self.kind_of(path)
    }

    fn shown_path(&self, path: &str) -> String {
        self.shown(path)
    }

    fn read(&self, path: &str) -> Result<String, String> {
        read_source(&self.root.join(path)).map_err(|kind| kind.to_string())
    }

    fn found(&mut self, path: &str) {
        self.files.push(self.root.join(path));
    }
}

/// The entries of a directory; none if it cannot be read, so that its files are reported missing.
fn list(directory: &Path) -> Listing {
    let path = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let named = entries.filter_map(|entry| {
        let kind = entry_kind(&entry);
        Some((entry.file_name().into_string().ok()?, kind))
    });
    named.collect()
}

/// A dangling link counts as a file: reading it fails with the real reason.
fn entry_kind(entry: &fs::DirEntry) -> PathKind {
    match fs::metadata(entry.path()) {
        Ok(metadata) if metadata.is_dir() => PathKind::Directory,
        Ok(_) | Err(_) => PathKind::File,
    }
}

/// The text of a source file.
pub(crate) fn read_source(path: &Path) -> Result<String, Kind> {
    if path.is_dir() {
        return Err(Kind::Directory);
    }
    let bytes = fs::read(path).map_err(Kind::Io)?;
    beskid_syntax::decode(&bytes).map(str::to_owned).map_err(Kind::NotUtf8)
}
