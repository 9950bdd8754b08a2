//! Runs Beskid programs and their tests in a JIT.
//!
//! An [`Engine`] is one loaded program. It uses the lowering of `beskid_codegen` and the runtime that
//! is linked into this process, and refuses a program whose ABI record does not fit that runtime.
//! It contains no lowering of its own.

#![expect(unsafe_code, reason = "turns addresses of compiled code into calls")]

mod call;
mod externs;
mod frames;
pub mod harness;
mod jit;

use std::fmt;
use std::path::Path;

use beskid_abi::MainResult;
use beskid_abi::report::Report;
use beskid_analysis::MainRule;
use beskid_analysis::typed::{FunctionId, Program, Test, Type};
use beskid_codegen::{Verifier, main_result};
use beskid_project::{LoadError, LoadOptions, load};
use beskid_runtime::{Panic, host};
use beskid_syntax::{RenderStyle, render};

pub use beskid_codegen::Optimization;
pub use call::{Arguments, BeskidType, CallError};
pub use externs::{ExternPolicy, UnresolvedExtern};
pub use jit::HOST_TARGET;

/// Decides as loading does whether a module with this ABI record may run on the runtime of this
/// process.
///
/// # Errors
/// The refusal, in the words of every other gate.
pub fn require_accepted(module: &str, record: &[u8]) -> Result<(), EngineError> {
    jit::require_accepted(module, record)
}

/// A loaded program.
///
/// Its functions may be called from any thread; each thread has a heap of its own.
pub struct Engine {
    program: Program,
    code: jit::Code,
}

/// How a program ended that has not panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The exit status.
    pub status: i32,
    /// The result of a `main` whose result is no status, as a text.
    pub text: Option<String>,
}

/// How to load a program.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// Where foreign functions may come from.
    pub externs: ExternPolicy,
    /// Whether the code is to be there soon or to run fast.
    pub optimization: Optimization,
    /// Whether the code generator checks itself.
    pub verify: bool,
}

impl EngineOptions {
    /// What the environment asks for: extern patterns from `BESKID_EXTERN_ALLOW` and
    /// `BESKID_EXTERN_DENY`, the code generator's self-check with `BESKID_VERIFY=1`. Libraries
    /// are not opened.
    pub fn from_environment() -> EngineOptions {
        EngineOptions {
            externs: ExternPolicy::from_environment(false),
            optimization: Optimization::default(),
            verify: std::env::var_os("BESKID_VERIFY").is_some_and(|value| value == "1"),
        }
    }

    fn verifier(&self) -> Verifier {
        if self.verify { Verifier::On } else { Verifier::Off }
    }

    /// Lets foreign functions come from libraries that the process has not loaded, as they do in
    /// an executable that is linked with them.
    pub fn with_libraries(mut self) -> EngineOptions {
        self.externs.open_libraries = true;
        self
    }
}

/// Why a program was not loaded.
#[derive(Debug)]
pub struct EngineError(ErrorKind);

#[derive(Debug)]
enum ErrorKind {
    Load(LoadError),
    Diagnostics(String),
    Unresolved(Vec<UnresolvedExtern>),
    Refused(String),
    Internal(String),
}

impl EngineError {
    fn unresolved(externs: Vec<UnresolvedExtern>) -> EngineError {
        EngineError(ErrorKind::Unresolved(externs))
    }

    fn refused(report: &Report) -> EngineError {
        EngineError(ErrorKind::Refused(report.to_string()))
    }

    fn internal(message: String) -> EngineError {
        EngineError(ErrorKind::Internal(message))
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ErrorKind::Load(error) => error.fmt(f),
            ErrorKind::Diagnostics(text) | ErrorKind::Refused(text) => f.write_str(text),
            ErrorKind::Unresolved(externs) => {
                f.write_str("foreign functions cannot be called:")?;
                externs
                    .iter()
                    .try_for_each(|missing| write!(f, "\n  {}: {}", missing.name, missing.reason))
            }
            ErrorKind::Internal(message) => {
                write!(f, "the JIT failed: {message}; please report this")
            }
        }
    }
}

impl std::error::Error for EngineError {}

impl Engine {
    /// Reads, checks and loads the program whose entry file is `path`. Warnings are dropped;
    /// libraries that `[Extern]` contracts name are opened.
    ///
    /// # Errors
    /// If the entry cannot be read, the program has errors (all of them, rendered), a foreign
    /// function cannot be resolved, or the ABI record does not fit the runtime.
    pub fn load(path: &Path) -> Result<Engine, EngineError> {
        let options = LoadOptions::standalone(path, MainRule::Optional);
        let project = load(path, &options).map_err(|error| EngineError(ErrorKind::Load(error)))?;
        let analysis = project.analysis;
        match analysis.program {
            Some(program) => {
                Engine::new(program, &EngineOptions::from_environment().with_libraries())
            }
            None => {
                let errors = analysis.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
                let rendered: Vec<String> = errors
                    .map(|error| render(error, &analysis.sources, RenderStyle::Plain))
                    .collect();
                Err(EngineError(ErrorKind::Diagnostics(rendered.join("\n"))))
            }
        }
    }

    /// Loads a checked program.
    ///
    /// # Errors
    /// If a foreign function cannot be resolved, or the ABI record does not fit the runtime.
    pub fn new(program: Program, options: &EngineOptions) -> Result<Engine, EngineError> {
        let code = jit::Code::load(&program, options)?;
        Ok(Engine { program, code })
    }

    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The ABI record of the loaded code, as it would stand in an object.
    pub fn record(&self) -> &[u8] {
        self.code.record()
    }

    /// Runs the entry function with the arguments of the program, its name not among them. `None`
    /// if there is no entry function.
    ///
    /// # Errors
    /// The panic that ended it.
    pub fn run_main(&self, arguments: &[String]) -> Option<Result<Finished, Panic>> {
        let main = self.program.main?;
        let entry = self.code.entry(main.function).expect("the entry function is always compiled");
        let result = self.program.functions[main.function.index()].result;
        let returns_text = self.program.types.get(result) == Type::String;
        Some(host::with_arguments(arguments.to_vec(), || {
            if returns_text {
                let text = call::run_text_main(entry)?;
                return Ok(Finished { status: 0, text: Some(text) });
            }
            let status = call::run_main(entry, main_result(&self.program, main))?;
            Ok(Finished { status, text: None })
        }))
    }

    /// Runs the body of a test on this thread.
    ///
    /// # Errors
    /// The panic that failed it.
    pub fn run_test(&self, test: &Test) -> Result<(), Panic> {
        let entry = self.code.entry(test.function).expect("tests are compiled for the JIT");
        host::without_exit(|| call::run_main(entry, MainResult::Unit)).map(|_status| ())
    }

    fn exported(&self, name: &str) -> Option<FunctionId> {
        let functions = self.program.functions.iter().enumerate();
        let mut named =
            functions.filter(|(_, function)| function.exported && function.name == name);
        named.next().map(|(index, _)| FunctionId(index as u32))
    }
}
