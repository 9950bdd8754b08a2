//! The one error of this crate, and how a build script ends with it.

use std::fmt;
use std::path::PathBuf;

use beskid_abi::report::Report;
use beskid_aot::{ArchiveError, ObjectError, WriteError};

/// Why a program could not be compiled. Its text names the place and the next step.
#[derive(Debug)]
pub struct Error(Kind);

/// One variant per thing that can go wrong.
#[derive(Debug)]
pub(crate) enum Kind {
    /// [`crate::Build::entry`] was not called.
    NoEntry,
    /// A variable that Cargo sets for build scripts is missing.
    NotInCargo { variable: &'static str },
    /// A variable or path is not UTF-8, or would break a directive.
    UnusableText { what: String, shown: String },
    /// A variable does not hold what Cargo promises.
    UnusableVariable { variable: &'static str, value: String },
    /// The package does not depend on the runtime.
    NoRuntime { package: String, manifest: PathBuf, hint: Option<String> },
    /// The runtime's record cannot be read from disk.
    RuntimeRecord { path: PathBuf, error: std::io::Error },
    /// The runtime does not fit.
    Refused(Report),
    /// The entry's name cannot be that of a Rust module.
    UnusableName { name: String, entry: String },
    /// Two entries have one name.
    RepeatedName { name: String, first: String, second: String },
    /// The entry cannot be read.
    Load(String),
    /// The sources have errors, rendered here, and the user asked for a failure.
    Sources(String),
    /// There is no object for this program.
    Object(ObjectError),
    /// There is no archive for this program.
    Archive(ArchiveError),
    /// A directory cannot be made.
    Directory { path: PathBuf, error: std::io::Error },
    /// A file cannot be written.
    Write(WriteError),
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Error {
        Error(kind)
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Error {
        Error(Kind::Write(error))
    }
}

impl Error {
    /// Shows the error and ends the process with status 1.
    ///
    /// Rendered source errors go to standard error, whose lines Cargo repeats as they are. All
    /// else is handed to Cargo, which shows it as an error of the package.
    pub(crate) fn end_build_script(&self) -> ! {
        if let Kind::Sources(rendered) = &self.0 {
            crate::cargo::print_to_stderr(rendered);
        } else {
            crate::cargo::print_error(&self.to_string());
        }
        std::process::exit(1)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NoEntry => f.write_str(
                "no Beskid program was named; call `entry(\"src/main.bsk\")` before compiling",
            ),
            Kind::NotInCargo { variable } => write!(
                f,
                "the variable {variable} is not set; call beskid_build from build.rs, run by Cargo"
            ),
            Kind::UnusableText { what, shown } => write!(
                f,
                "{what} `{shown}` is not plain UTF-8 text, and neither Cargo nor rustc can be given \
                 such a path; move or rename it"
            ),
            Kind::UnusableVariable { variable, value } => {
                write!(f, "the variable {variable} holds `{value}`, which cannot be right here")
            }
            Kind::NoRuntime { package, manifest, hint } => {
                write!(
                    f,
                    "`{package}` does not depend on the Beskid runtime; add `beskid-runtime` to \
                     [dependencies] in {}",
                    manifest.display()
                )?;
                hint.iter().try_for_each(|hint| write!(f, "\n{hint}"))
            }
            Kind::RuntimeRecord { path, error } => write!(
                f,
                "cannot read the record of beskid-runtime at {}: {error}; rebuild the runtime with \
                 `cargo clean -p beskid-runtime`",
                path.display()
            ),
            Kind::Refused(report) => report.fmt(f),
            Kind::UnusableName { name, entry } => write!(
                f,
                "`{name}`, the name of the program {entry}, cannot name a Rust module; choose one \
                 with `Build::new().entry(\"{entry}\").name(\"…\").compile()`"
            ),
            Kind::RepeatedName { name, first, second } => write!(
                f,
                "{first} and {second} are both named `{name}`, and bindings!({name}) can mean one of \
                 them only; choose another name with \
                 `Build::new().entry(\"{second}\").name(\"…\").compile()`"
            ),
            Kind::Load(text) | Kind::Sources(text) => f.write_str(text),
            Kind::Object(error) => error.fmt(f),
            Kind::Archive(error) => error.fmt(f),
            Kind::Directory { path, error } => write!(
                f,
                "cannot make the directory {}: {error}; check that the target directory is writable \
                 and has room",
                path.display()
            ),
            Kind::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
