//! The `beskid` command.
//!
//! It reads the command line, calls the library crates, and turns what they say into text and an
//! exit status. Whatever a library user would want is in those crates.

mod abi;
mod build;
mod code;
mod difference;
mod explain;
mod fmt;
mod front;
mod timings;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use beskid_analysis::MainRule;
use beskid_engine::Engine;
use beskid_engine::harness::{self, Selection};
use clap::{Args, Parser, Subcommand};

/// The exit status of errors in the program or in the use of the command.
const EXIT_ERROR: u8 = 1;

/// The exit status of a panic.
const EXIT_PANIC: u8 = 101;

/// Compiles, runs and tests Beskid programs.
#[derive(Parser)]
#[command(name = "beskid", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a program in this process and exits with its status.
    Run(RunArgs),
    /// Compiles a program to a standalone executable.
    Build(build::BuildArgs),
    /// Reports the errors and warnings of a program.
    Check(CheckArgs),
    /// Runs the `test` items of a program.
    Test(TestArgs),
    /// Lays out source files in the canonical way.
    Fmt(fmt::FmtArgs),
    /// Says what a diagnostic code means.
    Explain(explain::ExplainArgs),
    /// Prints the table of runtime functions, compares surfaces, and guards the frozen ones.
    Abi(abi::AbiArgs),
}

#[derive(Args)]
struct CheckArgs {
    /// The entry file.
    file: PathBuf,
    #[command(flatten)]
    work: timings::WorkArgs,
}

#[derive(Args)]
struct RunArgs {
    /// The entry file.
    file: PathBuf,
    #[command(flatten)]
    code: code::CodeArgs,
    /// The arguments of the program.
    #[arg(last = true, value_name = "ARGUMENTS")]
    arguments: Vec<OsString>,
}

#[derive(Args)]
struct TestArgs {
    /// The entry file.
    file: PathBuf,
    #[command(flatten)]
    code: code::CodeArgs,
    /// Run only tests with this tag; may be repeated.
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Run no tests with this tag; may be repeated.
    #[arg(long = "exclude-tag", value_name = "TAG")]
    excluded_tags: Vec<String>,
    /// Run only tests whose group begins so.
    #[arg(long, default_value = "")]
    group: String,
    /// Filters and options of Rust's test programs, such as `--list` and `--exact`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "TEST OPTIONS")]
    options: Vec<String>,
}

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => dispatch(cli.command).unwrap_or_else(|error| {
            report(&error);
            ExitCode::from(EXIT_ERROR)
        }),
        Err(error) => {
            let _ = error.print();
            ExitCode::from(if error.use_stderr() { EXIT_ERROR } else { 0 })
        }
    }
}

/// Shows an error. Refusals and diagnostics bring their own heading.
#[expect(clippy::print_stderr, reason = "the command's errors go to standard error")]
fn report(error: &anyhow::Error) {
    let text = error.to_string();
    if text.starts_with("error") {
        eprintln!("{}", text.trim_end());
    } else {
        eprintln!("error: {text}");
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(args) => run(&args),
        Command::Build(args) => build::build(&args),
        Command::Check(args) => check(&args),
        Command::Test(args) => test(args),
        Command::Fmt(args) => fmt::format(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Abi(args) => abi::abi(&args),
    }
}

#[expect(clippy::print_stderr, reason = "a panic's text goes to standard error")]
fn run(args: &RunArgs) -> anyhow::Result<ExitCode> {
    let Some(program) = front::check(&args.file, MainRule::Required)? else {
        return Ok(ExitCode::from(EXIT_ERROR));
    };
    beskid_runtime::install_stack_overflow_reporter();
    let engine = Engine::new(program, &args.code.engine_options())?;
    // Strings of a program are UTF-8, as they are in an executable.
    let arguments: Vec<String> =
        args.arguments.iter().map(|it| it.to_string_lossy().into_owned()).collect();
    match engine.run_main(&arguments) {
        Some(Ok(finished)) => {
            finished.text.iter().for_each(|text| show(text));
            std::process::exit(finished.status)
        }
        Some(Err(panic)) => {
            eprintln!("{panic}");
            Ok(ExitCode::from(EXIT_PANIC))
        }
        None => Ok(ExitCode::from(EXIT_ERROR)),
    }
}

/// Shows the result of a `main` whose result is no exit status.
fn show(text: &str) {
    // A closed standard output leaves nobody to tell.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn check(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let (program, timings) = front::timed_check(&args.file, MainRule::Optional, &args.work)?;
    if args.work.timings {
        timings.print();
    }
    Ok(if program.is_some() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_ERROR) })
}

fn test(args: TestArgs) -> anyhow::Result<ExitCode> {
    let Some(program) = front::check(&args.file, MainRule::Optional)? else {
        return Ok(ExitCode::from(EXIT_ERROR));
    };
    let engine = Engine::new(program, &args.code.engine_options())?;
    let name = std::iter::once("beskid test".to_owned());
    let arguments = libtest_mimic::Arguments::from_iter(name.chain(args.options));
    let selection =
        Selection { tags: args.tags, excluded_tags: args.excluded_tags, group: args.group };
    Ok(harness::run(engine, &arguments, &selection))
}
