//! One program from its sources to its bindings, one line per phase.

use beskid_analysis::{MainRule, typed};
use beskid_project::{LoadOptions, Project};

use crate::cargo::{Cargo, Directives, relative};
use crate::error::Kind;
use crate::paths::Program;
use crate::{Build, Error, Outcome, bindings, gate, libraries, outputs, report};

/// Compiles what a build asks for. Directives are printed in any case: they say when to try again.
pub(crate) fn run(build: &Build) -> Result<Outcome, Error> {
    let cargo = Cargo::from_environment()?;
    let program = Program::new(build, &cargo)?;
    program.claim_name(&cargo)?;
    let mut directives = Directives::new();
    let outcome = compile(build, &program, &cargo, &mut directives);
    directives.print();
    outcome
}

fn compile(
    build: &Build,
    program: &Program,
    cargo: &Cargo,
    directives: &mut Directives,
) -> Result<Outcome, Error> {
    gate::check(program, cargo)?;
    directives.watch(&program.entry, cargo);
    let project = load(program, cargo)?;
    watch(&project, cargo, directives);

    let Project { analysis, .. } = project;
    report::show_warnings(&analysis.diagnostics, &analysis.sources, directives);
    outputs::create_dir(program, cargo)?;
    match &analysis.program {
        Some(code) => {
            write_program(code, build, program, cargo, directives)?;
            Ok(Outcome::Compiled)
        }
        None => {
            let errors = report::render_errors(&analysis.diagnostics, &analysis.sources);
            report_errors(errors, program, cargo)
        }
    }
}

fn load(program: &Program, cargo: &Cargo) -> Result<Project, Error> {
    let options = LoadOptions {
        project_root: cargo.manifest_dir.clone(),
        package: program.symbol_package.clone(),
        main: MainRule::Optional,
        threads: cargo.jobs,
    };
    let entry = cargo.manifest_dir.join(&program.entry);
    beskid_project::load(&entry, &options).map_err(|error| Kind::Load(error.to_string()).into())
}

/// Every file that was read is watched. The directories that were searched are watched only while
/// there are errors, when the missing file may appear in one: they hold Rust files too, whose changes
/// mean nothing here.
fn watch(project: &Project, cargo: &Cargo, directives: &mut Directives) {
    let has_errors = project.analysis.has_errors();
    let directories = project.directories.iter().filter(|_| has_errors);
    for path in project.files.iter().chain(directories) {
        cargo.log(format_args!("depends on {}", path.display()));
        directives.watch(relative(path, cargo), cargo);
    }
}

fn write_program(
    code: &typed::Program,
    build: &Build,
    program: &Program,
    cargo: &Cargo,
    directives: &mut Directives,
) -> Result<(), Error> {
    let links = libraries::links(code, program, &build.library_dirs, cargo, directives);
    let bindings = bindings::generate(code, &program.shown, &links);
    bindings.omissions.iter().for_each(|omission| {
        directives.warning(&format!("{}: {omission}", program.shown));
    });
    if !cargo.docs_only {
        let optimize = build.optimize.unwrap_or(cargo.optimize);
        outputs::write_library(code, optimize, program, cargo)?;
    }
    outputs::write_bindings(&bindings.text, program, cargo)
}

/// Errors of the sources are the Rust compiler's to show, unless the user wants it otherwise.
fn report_errors(errors: String, program: &Program, cargo: &Cargo) -> Result<Outcome, Error> {
    if cargo.hard_fail {
        return Err(Kind::Sources(errors).into());
    }
    crate::cargo::print_to_stderr(&errors);
    let last_good = outputs::last_good(program, cargo);
    let module = report::failing_module(&program.shown, &errors, last_good.as_deref());
    outputs::write_failure(&module, program, cargo)?;
    Ok(Outcome::SourceErrors)
}
