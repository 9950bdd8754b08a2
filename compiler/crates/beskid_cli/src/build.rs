//! `beskid build`: a standalone executable, or a static library for C hosts.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{anyhow, bail};
use beskid_abi::report;
use beskid_analysis::MainRule;
use beskid_analysis::library::link_libraries;
use beskid_analysis::typed::Program;
use beskid_aot::{
    CHeader, LinkRequest, Object, ObjectKind, ObjectRequest, c_header, emit_object,
    link_executable, write_archive, write_if_changed,
};
use beskid_codegen::Verifier;
use beskid_engine::HOST_TARGET;
use beskid_syntax::ToolCode;
use clap::{Args, ValueEnum};

use crate::code::CodeArgs;
use crate::timings::WorkArgs;
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
    /// Make a static library with a C header for its exported functions, short for `--emit lib`.
    #[arg(long, conflicts_with_all = ["emit", "runtime"])]
    lib: bool,
    /// Where the library's header goes; without it, beside the library. The header of the runtime is
    /// put beside it.
    #[arg(long)]
    header: Option<PathBuf>,
    /// The target as rustc spells it; without it, this machine. Programs are linked for this machine
    /// only.
    #[arg(long)]
    target: Option<String>,
    #[command(flatten)]
    code: CodeArgs,
    #[command(flatten)]
    work: WorkArgs,
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
    /// A static library, with a C header for its exported functions.
    Lib,
}

impl BuildArgs {
    fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }
}

/// Compiles and links.
pub(crate) fn build(args: &BuildArgs) -> anyhow::Result<ExitCode> {
    let emit = if args.lib { Emit::Lib } else { args.emit };
    let (kind, main) = match emit {
        Emit::Exe | Emit::Obj => (ObjectKind::Executable, MainRule::Required),
        Emit::Lib => (ObjectKind::CLibrary, MainRule::Optional),
    };
    if emit == Emit::Exe && args.target().is_some_and(|target| target != HOST_TARGET) {
        bail!(
            "a program can be linked for `{HOST_TARGET}` only; make an object with --emit obj, and link it \
             with the runtime where there is a linker for the target"
        );
    }
    if emit == Emit::Lib && args.target().is_some_and(|target| !target.contains("linux")) {
        bail!("C hosts are served on Linux only; make an object with --emit obj");
    }
    let (Some(program), mut timings) = front::timed_check(&args.file, main, &args.work)? else {
        return Ok(ExitCode::from(EXIT_ERROR));
    };
    let Object { bytes, times } = object(&program, kind, args)?;
    timings.add("lower", times.lower);
    timings.add("emit", times.emit);
    let start = Instant::now();
    match emit {
        Emit::Obj => beskid_aot::write_atomically(&args.output, &bytes)?,
        Emit::Exe => link(&program, &bytes, args)?,
        Emit::Lib => library(&program, &bytes, args)?,
    }
    timings.add(if emit == Emit::Exe { "link" } else { "write" }, start.elapsed());
    if args.work.timings {
        timings.print();
    }
    Ok(ExitCode::SUCCESS)
}

fn object(program: &Program, kind: ObjectKind, args: &BuildArgs) -> anyhow::Result<Object> {
    let request = ObjectRequest {
        target: args.target().unwrap_or(HOST_TARGET),
        kind,
        optimization: args.code.optimization(),
        threads: args.work.threads(),
        verifier: if args.verify { Verifier::On } else { Verifier::Off },
    };
    Ok(emit_object(program, &request)?)
}

/// Writes the library, its header, and the header of the runtime.
#[expect(clippy::print_stderr, reason = "warnings go to standard error")]
fn library(program: &Program, object: &[u8], args: &BuildArgs) -> anyhow::Result<()> {
    let header = args.header.clone().unwrap_or_else(|| header_of(&args.output));
    let CHeader { text, omissions } = c_header(program);
    let member = format!("{}.o", program.package);
    beskid_aot::write_atomically(&args.output, &write_archive(&[(&member, object)])?)?;
    write_if_changed(&header, text.as_bytes())?;
    let runtime_header = header.with_file_name(report::C_HEADER);
    write_if_changed(&runtime_header, beskid_runtime::C_HEADER.as_bytes())?;
    for omission in omissions {
        eprintln!("warning: {omission}");
    }
    Ok(())
}

/// The header of `libgreet.a` is `greet.h`.
fn header_of(library: &Path) -> PathBuf {
    let stem = library.file_stem().unwrap_or_default();
    let name = stem.to_str().and_then(|stem| stem.strip_prefix("lib")).filter(|it| !it.is_empty());
    let name = name.map_or_else(|| PathBuf::from(stem), PathBuf::from);
    library.with_file_name(name.with_added_extension("h"))
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
