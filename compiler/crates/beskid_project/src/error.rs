//! Why an entry file cannot be loaded.

use std::fmt;
use std::io;
use std::path::PathBuf;

use beskid_syntax::InvalidUtf8;

/// The entry file cannot be loaded. The message names the file, the reason and the next step.
#[derive(Debug)]
pub struct LoadError {
    path: PathBuf,
    kind: Kind,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub(crate) enum Kind {
    /// The path does not end in a file name that is Unicode.
    Name,
    /// The operating system refuses.
    Io(io::Error),
    /// It is a directory.
    Directory,
    /// Its text is not UTF-8.
    NotUtf8(InvalidUtf8),
}

impl LoadError {
    pub(crate) fn new(path: PathBuf, kind: Kind) -> Self {
        Self { path, kind }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Name => f.write_str("the path does not end in a file name"),
            Kind::Io(error) => error.fmt(f),
            Kind::Directory => f.write_str("it is a directory"),
            Kind::NotUtf8(error) => write!(
                f,
                "it is not UTF-8: byte 0x{:02x} at {}:{}",
                error.byte, error.line, error.column
            ),
        }
    }
}

impl Kind {
    /// What the user can do about it.
    fn next_step(&self) -> &'static str {
        match self {
            Kind::Name => "give the path of a Beskid source file, such as src/main.bsk",
            Kind::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                "create the file, or correct the path"
            }
            Kind::Io(_) => "make the file readable for this user",
            Kind::Directory => "give the path of the entry file in it, such as main.bsk",
            Kind::NotUtf8(_) => "save the file as UTF-8",
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, kind) = (self.path.display(), &self.kind);
        write!(f, "cannot read `{path}`: {kind}; {}", kind.next_step())
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            Kind::Name | Kind::Directory | Kind::NotUtf8(_) => None,
        }
    }
}
