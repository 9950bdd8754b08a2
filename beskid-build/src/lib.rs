//! Compiles Beskid sources from a Cargo build script.
//!
//! ```no_run
//! // build.rs
//! fn main() {
//!     beskid_build::compile("src/main.bsk");
//! }
//! ```
//!
//! The crate that includes the result with `beskid_runtime::bindings!(main)` has a Rust function for
//! each `pub` function of `src/main.bsk`. The package needs `beskid-runtime` among its dependencies and
//! `beskid-build` among its build dependencies; no other tool is used before the final link.
//!
//! The functions are safe; the module around them is not without unsafe code, so the crate may
//! `deny(unsafe_code)` but not `forbid` it.
//!
//! # What happens to mistakes
//!
//! Errors in Beskid sources do not fail the build script: the generated module holds them as a
//! `compile_error!`, so that the terminal, `cargo check` and editors show them with their excerpts.
//! `BESKID_BUILD_HARD_FAIL=1` fails the build script instead. A runtime that does not fit, or a
//! directory that cannot be written, always fails it, with a message and without a panic.
//!
//! # Names
//!
//! The entry `src/main.bsk` is included as `main`, after the file; [`Build::name`] chooses another name,
//! and two entries of one package must differ in it. Symbols and the archive are named after the
//! package, its version and that name, so that packages, and two versions of one package, can be parts
//! of one program.
//!
//! # Environment
//!
//! * `BESKID_BUILD_HARD_FAIL=1`: errors in sources fail the build script.
//! * `BESKID_BUILD_LOG=1`: tells on standard error what is read and written; `cargo build -vv` shows it.
//! * `DOCS_RS`: only bindings are made.

#![expect(clippy::needless_doctest_main, reason = "the example is a whole build script")]

mod bindings;
mod cargo;
mod error;
mod gate;
mod identifier;
mod libraries;
mod lockfile;
mod outputs;
mod paths;
mod pipeline;
mod report;

use std::path::{Path, PathBuf};

pub use error::Error;

/// Compiles the program whose entry file is `entry`, relative to the package.
///
/// It may be called several times. If a program cannot be compiled for another reason than errors in
/// its sources, the build script ends here with a message and status 1.
pub fn compile(entry: impl AsRef<Path>) {
    Build::new().entry(entry).compile();
}

/// How a program is compiled, where [`compile`] does not suffice.
///
/// ```no_run
/// beskid_build::Build::new().entry("rules/main.bsk").name("rules").compile();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "nothing happens before `compile` or `try_compile`"]
pub struct Build {
    entry: Option<PathBuf>,
    name: Option<String>,
    library_dirs: Vec<PathBuf>,
    optimize: Option<bool>,
}

/// What became of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was compiled.
    Compiled,
    /// Its sources have errors, which the generated module reports to the Rust compiler.
    SourceErrors,
}

impl Build {
    /// A build without an entry.
    pub fn new() -> Build {
        Build::default()
    }

    /// The entry file, relative to the package. Its directory is the root of all modules.
    pub fn entry(mut self, path: impl AsRef<Path>) -> Build {
        self.entry = Some(path.as_ref().to_owned());
        self
    }

    /// The name by which `beskid_runtime::bindings!` includes the result, instead of the entry's.
    pub fn name(mut self, name: impl Into<String>) -> Build {
        self.name = Some(name.into());
        self
    }

    /// A directory with libraries that `[Extern]` contracts name, relative to the package.
    pub fn library_dir(mut self, path: impl AsRef<Path>) -> Build {
        self.library_dirs.push(path.as_ref().to_owned());
        self
    }

    /// Whether the code is to run fast rather than to be there soon. Without it, the profile decides:
    /// code is optimised unless the package's `opt-level` is 0.
    pub fn optimize(mut self, optimize: bool) -> Build {
        self.optimize = Some(optimize);
        self
    }

    /// Compiles as [`compile`] does.
    pub fn compile(self) {
        if let Err(error) = self.try_compile() {
            error.end_build_script();
        }
    }

    /// Compiles, and leaves it to the caller what happens if that is impossible. Errors in the
    /// sources are an [`Outcome`], unless `BESKID_BUILD_HARD_FAIL=1`.
    ///
    /// # Errors
    /// If the build script is not run by Cargo, the runtime does not fit, a file cannot be read or
    /// written, or there is no code generator for the target.
    pub fn try_compile(self) -> Result<Outcome, Error> {
        pipeline::run(&self)
    }
}
