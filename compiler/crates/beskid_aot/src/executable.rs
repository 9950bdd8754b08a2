//! Links a standalone executable from an object and a runtime archive.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use beskid_analysis::library::LibraryName;
use beskid_syntax::ToolCode;

use crate::write::WriteError;
use crate::write_atomically;

/// Judges the inputs of a link before the linker sees them; the error is the whole refusal.
pub type Gate<'a> = &'a dyn Fn(&[&Path]) -> Result<(), String>;

/// What to link.
#[derive(Clone)]
pub struct LinkRequest<'a> {
    /// The program's object.
    pub object: &'a [u8],
    /// The runtime's static library.
    pub runtime: &'a Path,
    /// Foreign libraries.
    pub libraries: &'a [LibraryName],
    /// The C compiler that drives the linker.
    pub driver: OsString,
    /// Decides whether object and runtime fit.
    pub gate: Gate<'a>,
    /// Where the executable goes.
    pub output: &'a Path,
}

/// Why no executable was made.
#[derive(Debug)]
pub enum LinkError {
    /// An intermediate file could not be written.
    Write(WriteError),
    /// The output's directory cannot hold the intermediate files.
    Directory(PathBuf, std::io::Error),
    /// The executable cannot be put in its place.
    Output(PathBuf, std::io::Error),
    /// The gate refused.
    Refused(String),
    /// The driver did not start.
    Driver(OsString, std::io::Error),
    /// The driver reported an error; its own words are on standard error already.
    Failed(OsString, ExitStatus),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Write(error) => error.fmt(f),
            LinkError::Directory(path, error) => write!(
                f,
                "{}: cannot write to the directory `{}`: {error}; choose another output with -o",
                ToolCode::E4040,
                path.display()
            ),
            LinkError::Output(path, error) => write!(
                f,
                "{}: cannot write `{}`: {error}; choose another output with -o",
                ToolCode::E4040,
                path.display()
            ),
            LinkError::Refused(report) => f.write_str(report),
            LinkError::Driver(driver, error) => write!(
                f,
                "{}: cannot run the linker driver `{}`: {error}; install a C compiler (the package \
                 `gcc` or `clang`) or name one in the variable CC",
                ToolCode::E4020,
                driver.display()
            ),
            LinkError::Failed(driver, status) => write!(
                f,
                "{}: the linker driver `{}` failed with {status}; its messages stand above",
                ToolCode::E4021,
                driver.display()
            ),
        }
    }
}

impl std::error::Error for LinkError {}

/// System libraries that the Rust standard library inside the runtime needs.
const SYSTEM_LIBRARIES: &[&str] = &["-lpthread", "-ldl", "-lm"];

/// Links, and puts the executable in its place when it is complete.
///
/// # Errors
/// If a file cannot be written, the gate refuses, or the driver is missing or fails.
pub fn link_executable(request: &LinkRequest<'_>) -> Result<(), LinkError> {
    let directory = match request.output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let scratch = tempfile::Builder::new()
        .prefix(".beskid-")
        .tempdir_in(directory)
        .map_err(|error| LinkError::Directory(directory.to_owned(), error))?;
    let object = scratch.path().join("main.o");
    write_atomically(&object, request.object).map_err(LinkError::Write)?;
    (request.gate)(&[&object, request.runtime]).map_err(LinkError::Refused)?;
    let linked = scratch.path().join("linked");
    run_driver(request, &object, &linked)?;
    std::fs::rename(&linked, request.output)
        .map_err(|error| LinkError::Output(request.output.to_owned(), error))
}

fn run_driver(request: &LinkRequest<'_>, object: &Path, linked: &Path) -> Result<(), LinkError> {
    let mut command = Command::new(&request.driver);
    command.arg(object).arg(request.runtime).arg("-o").arg(linked).arg("-Wl,--gc-sections");
    command.args(request.libraries.iter().filter_map(LibraryName::link_argument));
    command.args(SYSTEM_LIBRARIES);
    let status =
        command.status().map_err(|error| LinkError::Driver(request.driver.clone(), error))?;
    if status.success() { Ok(()) } else { Err(LinkError::Failed(request.driver.clone(), status)) }
}
