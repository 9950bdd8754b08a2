//! Beskid `test` items as a test program with the command line of Rust's own.
//!
//! ```no_run
//! // tests/beskid.rs, with `harness = false` for this target in Cargo.toml
//! fn main() -> std::process::ExitCode {
//!     beskid_engine::harness::main("src/main.bsk")
//! }
//! ```

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use beskid_analysis::typed::{Program, Test};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::{Engine, EngineError};

/// Which tests run, beyond what the command line of the harness can say.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// If not empty, only tests with one of these tags.
    pub tags: Vec<String>,
    /// No tests with one of these tags.
    pub excluded_tags: Vec<String>,
    /// Only tests whose group begins so.
    pub group: String,
}

impl Selection {
    fn includes(&self, test: &Test) -> bool {
        let has = |tags: &[String]| test.tags.iter().any(|tag| tags.contains(tag));
        (self.tags.is_empty() || has(&self.tags))
            && !has(&self.excluded_tags)
            && test.group.starts_with(&self.group)
    }
}

/// Runs the tests of the program whose entry file is `path`, which is relative to the directory
/// of the package, as Cargo runs tests there. Takes the options of Rust's test programs from the
/// command line: filters, `--exact`, `--list`, `--skip` and the rest.
pub fn main(path: impl AsRef<Path>) -> ExitCode {
    let arguments = Arguments::from_args();
    match Engine::load(path.as_ref()) {
        Ok(engine) => run(engine, &arguments, &Selection::default()),
        Err(error) => refuse(&error),
    }
}

#[expect(clippy::print_stderr, reason = "this is the body of a test program's main function")]
fn refuse(error: &EngineError) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

/// Runs the selected tests of a loaded program as the arguments say.
pub fn run(engine: Engine, arguments: &Arguments, selection: &Selection) -> ExitCode {
    let engine = Arc::new(engine);
    let tests = 0..engine.program().tests.len();
    let selected = tests.filter(|&index| selection.includes(&engine.program().tests[index]));
    let trials = selected.map(|index| trial(&engine, index)).collect();
    libtest_mimic::run(arguments, trials).exit_code()
}

fn trial(engine: &Arc<Engine>, index: usize) -> Trial {
    let test = &engine.program().tests[index];
    let (name, skipped) = (test_name(engine.program(), test), test.skip.is_some());
    let engine = Arc::clone(engine);
    let run = move || {
        let test = &engine.program().tests[index];
        engine.run_test(test).map_err(|panic| Failed::from(panic.to_string()))
    };
    Trial::test(name, run).with_ignored_flag(skipped)
}

/// `module::name`, as Rust names tests; the entry module has no name of its own.
pub fn test_name(program: &Program, test: &Test) -> String {
    let path = &program.modules[test.module.index()].path;
    let parts: Vec<&str> = path.iter().map(String::as_str).chain([test.name.as_str()]).collect();
    parts.join("::")
}
