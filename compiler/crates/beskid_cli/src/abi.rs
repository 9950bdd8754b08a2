//! `beskid abi`: the surface between compiled code and the runtime, and the tools that govern it.

mod diff;
mod snapshots;
mod table;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};

/// The exit status when something breaks compiled code and the revision says so.
const EXIT_BREAKING: u8 = 2;

/// The exit status when the revision did not move as it must, or promises what cannot be kept.
const EXIT_WRONG: u8 = 3;

/// The command line of `beskid abi`.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AbiArgs {
    #[command(subcommand)]
    command: Option<AbiCommand>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum AbiCommand {
    /// Says what changed between two surfaces, and whether the revision moved as it must.
    ///
    /// Each side is a snapshot, or an object, archive, rlib or binary with a runtime in it. The exit
    /// status is 0 if compiled code notices nothing, 2 if something breaks and the revision was
    /// raised, 3 if the revision did not move as it must, and 1 if the sides cannot be compared.
    Diff(diff::DiffArgs),
    /// Fails on a breaking change for which the revision was not raised.
    ///
    /// Compares the table of this toolchain with the frozen snapshots of all revisions. The exit
    /// status is 0 or 3, and 1 if the snapshots cannot be read.
    Lint(snapshots::LintArgs),
    /// Writes the snapshot of this toolchain's revision.
    ///
    /// After the revision was raised this makes a new file; after functions were appended it extends
    /// the one that is there. What `lint` refuses is not written.
    Freeze(snapshots::FreezeArgs),
}

/// Runs the subcommand, or prints the table.
pub(crate) fn abi(args: &AbiArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        None => print(&table::render(args.json)).map(|()| ExitCode::SUCCESS),
        Some(AbiCommand::Diff(args)) => diff::diff(args),
        Some(AbiCommand::Lint(args)) => snapshots::lint(args),
        Some(AbiCommand::Freeze(args)) => snapshots::freeze(args),
    }
}

fn print(text: &str) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}
