//! What can go wrong before the real linker runs: one opaque error whose text names the file, the
//! place in it and the next step.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the inputs of a link could not be read, or the real linker could not be run.
#[derive(Debug)]
pub struct Error {
    kind: Box<ErrorKind>,
}

/// One variant per operation.
#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// A response file could not be read.
    ResponseFile { path: PathBuf, source: io::Error },
    /// Response files name each other too deeply.
    ResponseDepth { path: PathBuf, depth_max: usize },
    /// A file stopped being readable.
    Read { path: PathBuf, source: io::Error },
    /// An archive is damaged.
    Archive { place: String, offset: u64, last_good: Option<String>, fault: String },
    /// A thin archive names a file that is not there.
    ThinMember { archive: String, member: PathBuf },
    /// An object is damaged.
    Object { place: String, fault: String },
    /// A file is called like an object or archive and is neither.
    Unrecognised { path: PathBuf, first_bytes: Vec<u8> },
    /// No real linker was found.
    NoLinker { tried: Vec<String> },
    /// The real linker is this program.
    LinkerIsSelf { origin: String, path: PathBuf },
    /// This program was started by the linker that it started, again and again.
    Recursion { path: PathBuf },
    /// The real linker could not be started.
    Exec { path: PathBuf, source: io::Error },
    /// The escape hatch does not have the form `object=key`.
    Allowance { entry: String },
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Error {
        Error { kind: Box::new(kind) }
    }
}

impl Error {
    pub(crate) fn read(path: &Path, source: io::Error) -> Error {
        ErrorKind::Read { path: path.to_owned(), source }.into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            ErrorKind::ResponseFile { path, source } => write!(
                f,
                "cannot read the response file `{}`: {source}\n  fix: check the argument `@{0}`",
                path.display()
            ),
            ErrorKind::ResponseDepth { path, depth_max } => write!(
                f,
                "response files are nested more than {depth_max} deep at `{}`\n  \
                 fix: a response file probably names itself; remove that argument",
                path.display()
            ),
            ErrorKind::Read { path, source } => {
                write!(f, "cannot read `{}`: {source}\n  fix: build it again", path.display())
            }
            ErrorKind::Archive { place, offset, last_good, fault } => {
                write!(f, "the archive `{place}` is damaged at byte {offset}: {fault}")?;
                match last_good {
                    Some(member) => write!(f, "\n  last good member: {member}")?,
                    None => f.write_str("\n  no member before it is good")?,
                }
                write!(
                    f,
                    "\n  fix: an interrupted build may have left it; delete `{place}` and build again"
                )
            }
            ErrorKind::ThinMember { archive, member } => write!(
                f,
                "the thin archive `{archive}` names `{}`, which does not exist\n  \
                 fix: build the archive again",
                member.display()
            ),
            ErrorKind::Object { place, fault } => write!(
                f,
                "the object `{place}` is damaged: {fault}\n  fix: delete it and build again"
            ),
            ErrorKind::Unrecognised { path, first_bytes } => write!(
                f,
                "`{}` is neither an archive nor an object (its first bytes are {first_bytes:02x?})\n  \
                 fix: delete it and build again",
                path.display()
            ),
            ErrorKind::NoLinker { tried } => write!(
                f,
                "no linker was found; tried: {}\n  \
                 fix: install a C compiler such as gcc, or set BESKID_LINK_REAL to a linker",
                tried.join(", ")
            ),
            ErrorKind::LinkerIsSelf { origin, path } => write!(
                f,
                "{origin} names `{}`, which is beskid-link itself\n  \
                 fix: set it to the linker that beskid-link shall run, such as cc",
                path.display()
            ),
            ErrorKind::Recursion { path } => write!(
                f,
                "the linker `{}` starts beskid-link again\n  \
                 fix: set BESKID_LINK_REAL to a linker that does not",
                path.display()
            ),
            ErrorKind::Exec { path, source } => write!(
                f,
                "cannot run the linker `{}`: {source}\n  \
                 fix: check that it is a program, or set BESKID_LINK_REAL to another one",
                path.display()
            ),
            ErrorKind::Allowance { entry } => write!(
                f,
                "BESKID_UNSAFE_ALLOW_ABI_MISMATCH holds `{entry}`, which is not of the form \
                 object=key\n  fix: write the object and the key as the refusal shows them"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            ErrorKind::ResponseFile { source, .. }
            | ErrorKind::Read { source, .. }
            | ErrorKind::Exec { source, .. } => Some(source),
            ErrorKind::ResponseDepth { .. }
            | ErrorKind::Archive { .. }
            | ErrorKind::ThinMember { .. }
            | ErrorKind::Object { .. }
            | ErrorKind::Unrecognised { .. }
            | ErrorKind::NoLinker { .. }
            | ErrorKind::LinkerIsSelf { .. }
            | ErrorKind::Recursion { .. }
            | ErrorKind::Allowance { .. } => None,
        }
    }
}
