//! The files of one program in the output directory. Each is written as a whole or not at all, and
//! left alone if it would not change.

use std::fs;
use std::path::Path;

use beskid_analysis::typed;
use beskid_aot::{ObjectKind, ObjectRequest, emit_object, write_archive, write_if_changed};
use beskid_codegen::{Optimization, Verifier};

use crate::Error;
use crate::cargo::Cargo;
use crate::error::Kind;
use crate::paths::Program;

/// How many functions make another thread worth its while.
const FUNCTIONS_PER_THREAD: usize = 64;

/// Makes the directory of all outputs.
pub(crate) fn create_dir(program: &Program, cargo: &Cargo) -> Result<(), Error> {
    let path = program.output_dir(cargo);
    fs::create_dir_all(&path).map_err(|error| Kind::Directory { path, error }.into())
}

/// Writes bindings that are known to be good.
pub(crate) fn write_bindings(text: &str, program: &Program, cargo: &Cargo) -> Result<(), Error> {
    write(&program.last_good_file(cargo), text.as_bytes(), cargo)?;
    write(&program.bindings_file(cargo), text.as_bytes(), cargo)
}

/// Writes a module that reports errors.
pub(crate) fn write_failure(text: &str, program: &Program, cargo: &Cargo) -> Result<(), Error> {
    write(&program.bindings_file(cargo), text.as_bytes(), cargo)
}

/// The bindings of the last sources without errors.
pub(crate) fn last_good(program: &Program, cargo: &Cargo) -> Option<String> {
    fs::read_to_string(program.last_good_file(cargo)).ok()
}

/// Generates code and writes the static library.
pub(crate) fn write_library(
    code: &typed::Program,
    optimize: bool,
    program: &Program,
    cargo: &Cargo,
) -> Result<(), Error> {
    let request = ObjectRequest {
        target: &cargo.target,
        kind: ObjectKind::Library,
        optimization: if optimize { Optimization::Speed } else { Optimization::None },
        threads: threads(code.functions.len(), cargo.jobs),
        verifier: Verifier::Off,
    };
    let object = emit_object(code, &request).map_err(Kind::Object)?;
    let archive =
        write_archive(&[(&program.object_name(), &object.bytes)]).map_err(Kind::Archive)?;
    write(&program.archive_file(cargo), &archive, cargo)
}

/// Other build scripts and compilers run at the same time, so that more threads than one must be
/// worth it. Code is the same with any number.
fn threads(functions: usize, jobs: usize) -> usize {
    (functions / FUNCTIONS_PER_THREAD).clamp(1, jobs.max(1))
}

fn write(path: &Path, content: &[u8], cargo: &Cargo) -> Result<(), Error> {
    let is_new = write_if_changed(path, content)?;
    let verb = if is_new { "wrote" } else { "kept" };
    cargo.log(format_args!("{verb} {} ({} bytes)", path.display(), content.len()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_programs_use_one_thread_and_no_program_more_than_there_are_jobs() {
        assert_eq!(
            [threads(3, 8), threads(300, 8), threads(3000, 8), threads(300, 0)],
            [1, 4, 8, 1]
        );
    }
}
