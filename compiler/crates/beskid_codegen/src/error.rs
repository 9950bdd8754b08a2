//! Why a module could not be filled.

use std::fmt;

use beskid_syntax::ToolCode;
use cranelift_module::ModuleError;

/// Why a module could not be filled. After analysis has accepted a program this is a defect of the
/// compiler or of the machine, never of the program.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = ToolCode::E2001;
        write!(f, "{code}: {}: {}; please report this", code.meaning(), self.0)
    }
}

impl std::error::Error for Error {}

impl Error {
    pub(crate) fn new(message: String) -> Error {
        Error(message)
    }
}

impl From<ModuleError> for Error {
    fn from(error: ModuleError) -> Error {
        Error(error.to_string())
    }
}
