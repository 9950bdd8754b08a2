//! `beskid build`: a standalone executable.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use beskid_analysis::MainRule;
use beskid_analysis::library::link_libraries;
use beskid_analysis::typed::Program;
use beskid_aot::{LinkRequest, ObjectKind, ObjectRequest, emit_object, link_executable};
use beskid_codegen::Verifier;
use beskid_syntax::ToolCode;
use clap::{Args, ValueEnum};

use crate::{EXIT_ERROR, front};

/// File name of the runtime archive, as Cargo builds it.
const RUNTIME_ARCHIVE: &str = "libbeskid_runtime.a";

/// The command line of `beskid build`.
#[derive(Args)]
pub(crate) struct BuildArgs {
    /// The entry file.
    file: PathBuf,
    /// Where the result goes.
    #[arg(short, long)]
    output: PathBuf,
    /// The runtime archive; without it, the one beside this command.
    #[arg(long)]
    runtime: Option<PathBuf>,
    /// What to make.
    #[arg(long, value_enum, default_value_t = Emit::Exe)]
    emit: Emit,
    /// Let the code generator check itself.
    #[arg(long)]
    verify: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// An executable.
    Exe,
    /// The object that would be linked.
    Obj,
}

/// Compiles and links.
pub(crate) fn build(args: &BuildArgs) -> anyhow::Result<ExitCode> {
    let Some(program) = front::check(&args.file, MainRule::Required)? else {
        return Ok(ExitCode::from(EXIT_ERROR));
    };
    let object = object(&program, args)?;
    match args.emit {
        Emit::Obj => beskid_aot::write_atomically(&args.output, &object)?,
        Emit::Exe => link(&program, &object, args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn object(program: &Program, args: &BuildArgs) -> anyhow::Result<Vec<u8>> {
    let request = ObjectRequest {
        target: beskid_engine::HOST_TARGET,
        kind: ObjectKind::Executable,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        verifier: if args.verify { Verifier::On } else { Verifier::Off },
    };
    Ok(emit_object(program, &request)?)
}

fn link(program: &Program, object: &[u8], args: &BuildArgs) -> anyhow::Result<()> {
    let runtime = match &args.runtime {
        Some(path) => path.clone(),
        None => runtime_beside_command()?,
    };
    require_file(&runtime)?;
    let request = LinkRequest {
        object,
        runtime: &runtime,
        libraries: &link_libraries(program),
        gate: &judge,
        driver: std::env::var_os("CC").unwrap_or_else(|| OsString::from("cc")),
        output: &args.output,
    };
    Ok(link_executable(&request)?)
}

/// The check that `beskid-link` makes, with its words.
fn judge(inputs: &[&Path]) -> Result<(), String> {
    let scan = beskid_link::scan_files(inputs).map_err(|error| error.to_string())?;
    if scan.runtimes().next().is_none() {
        let names: Vec<String> = inputs.iter().skip(1).map(|it| it.display().to_string()).collect();
        return Err(format!(
            "{}: `{}` contains no Beskid runtime; name the archive that `cargo build -p \
             beskid-runtime` makes with --runtime",
            ToolCode::E4010,
            names.join("`, `")
        ));
    }
    let verdict = beskid_link::verify(&scan, &beskid_link::Allowances::default());
    if verdict.is_accepted() { Ok(()) } else { Err(verdict.report.to_string()) }
}

fn runtime_beside_command() -> anyhow::Result<PathBuf> {
    let command = std::env::current_exe()
        .map_err(|error| anyhow!("cannot find the place of this command: {error}"))?;
    Ok(command.parent().unwrap_or(Path::new(".")).join(RUNTIME_ARCHIVE))
}

fn require_file(runtime: &Path) -> anyhow::Result<()> {
    if runtime.is_file() {
        return Ok(());
    }
    bail!(
        "{}: there is no runtime archive `{}`; build it with `cargo build -p beskid-runtime`, or name \
         one with --runtime",
        ToolCode::E4011,
        runtime.display()
    )
}
