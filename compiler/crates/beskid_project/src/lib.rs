//! Reads the source files of a Beskid program from disk and has them analysed.
//!
//! The directory of the entry file is the source root. This crate decides nothing about modules; it
//! tells [`beskid_analysis`] what stands where, and remembers what was looked at, so that a build
//! script can tell Cargo what to watch.

mod disk;
mod error;
mod shown;
#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use beskid_analysis::{Analysis, Entry, MainRule, Options, analyze};

use disk::DiskLoader;
use error::Kind;
pub use error::LoadError;
use shown::ShownPaths;

/// How to load a program.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The directory to which paths in messages are relative.
    pub project_root: PathBuf,
    /// The name of the package.
    pub package: String,
    /// Whether the program is to be started.
    pub main: MainRule,
    /// How many threads may work at once; at least one. The result is the same with any number.
    pub threads: usize,
}

impl LoadOptions {
    /// For a program that no package contains: it is named after its entry file, and paths are
    /// shown relative to the current directory. All processors may work.
    pub fn standalone(entry: &Path, main: MainRule) -> LoadOptions {
        let name = entry.file_stem().unwrap_or_default();
        LoadOptions {
            project_root: PathBuf::from("."),
            package: name.to_string_lossy().into_owned(),
            main,
            threads: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        }
    }
}

/// An analysed program, and the files that decided about it.
#[derive(Debug)]
pub struct Project {
    /// What analysis found out.
    pub analysis: Analysis,
    /// Every file that was read, the entry file first.
    pub files: Vec<PathBuf>,
    /// Every directory in which files were looked for. A file that appears there may change the
    /// program.
    pub directories: Vec<PathBuf>,
}

/// Loads and analyses the program whose entry file is `entry`.
///
/// # Errors
/// If the entry file cannot be read. What is wrong with other files, or with what any file says, is
/// among the diagnostics.
pub fn load(entry: &Path, options: &LoadOptions) -> Result<Project, LoadError> {
    let error = |kind| LoadError::new(entry.to_owned(), kind);
    let name = entry.file_name().and_then(|name| name.to_str()).ok_or_else(|| error(Kind::Name))?;
    let root = entry.parent().unwrap_or(Path::new(""));
    let shown = ShownPaths::new(root, &options.project_root);
    let text = disk::read_source(entry).map_err(error)?;

    let mut loader = DiskLoader::new(root.to_owned(), shown);
    let entry_source = Entry { path: name.to_owned(), shown_path: loader.shown(name), text };
    let analysis_options =
        Options { package: options.package.clone(), main: options.main, threads: options.threads };
    let analysis = analyze(&mut loader, entry_source, &analysis_options);
    let (mut files, directories) = loader.into_visited();
    files.insert(0, entry.to_owned());
    Ok(Project { analysis, files, directories })
}
