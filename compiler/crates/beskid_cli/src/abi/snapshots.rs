//! `beskid abi lint` and `beskid abi freeze`: the committed snapshots, one file for each revision.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use beskid_abi::BESKID_RUNTIME_ABI_VERSION;
use beskid_abi::snapshot::{self, Finding, Surface};
use beskid_aot::write_if_changed;
use beskid_link::json::{array, object, string};
use clap::Args;

use super::{EXIT_WRONG, print};

/// Where the snapshots lie, seen from the root of the repository.
const DIRECTORY: &str = "compiler/crates/beskid_abi/abi";

/// The command line of `beskid abi lint`.
#[derive(Args)]
pub(crate) struct LintArgs {
    /// The directory of the snapshots.
    #[arg(long, value_name = "DIRECTORY", default_value = DIRECTORY)]
    snapshots: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The command line of `beskid abi freeze`.
#[derive(Args)]
pub(crate) struct FreezeArgs {
    /// The directory of the snapshots.
    #[arg(long, value_name = "DIRECTORY", default_value = DIRECTORY)]
    snapshots: PathBuf,
}

/// Judges the table of this toolchain by the snapshots.
pub(crate) fn lint(args: &LintArgs) -> anyhow::Result<ExitCode> {
    let findings = snapshot::lint(&Surface::current(), &history(&args.snapshots)?);
    let text = if args.json { json(&findings) } else { shown(&findings) };
    print(&text)?;
    Ok(status(&findings))
}

/// Writes the snapshot that is due.
pub(crate) fn freeze(args: &FreezeArgs) -> anyhow::Result<ExitCode> {
    let path = args.snapshots.join(format!("{BESKID_RUNTIME_ABI_VERSION}.txt"));
    match snapshot::freeze(&history(&args.snapshots)?) {
        Ok(text) => {
            let written = if write_if_changed(&path, text.as_bytes())? { "wrote" } else { "kept" };
            print(&format!("{written} {}\n", path.display()))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(findings) => {
            print(&shown(&findings))?;
            Ok(status(&findings))
        }
    }
}

fn status(findings: &[Finding]) -> ExitCode {
    let is_wrong = findings.iter().any(|finding| finding.is_error);
    ExitCode::from(if is_wrong { EXIT_WRONG } else { 0 })
}

/// Reads all snapshots: the files whose name is a number.
fn history(directory: &Path) -> anyhow::Result<Vec<Surface>> {
    let shown = directory.display();
    let entries = std::fs::read_dir(directory).map_err(|error| {
        anyhow!("cannot read the directory `{shown}`: {error}; name that of the snapshots with --snapshots")
    })?;
    let mut history = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the directory `{shown}`"))?.path();
        let is_text = path.extension().is_some_and(|extension| extension == "txt");
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if let Some(version) = stem.parse().ok().filter(|_| is_text) {
            history.push(frozen(&path, version)?);
        }
    }
    history.sort_by_key(Surface::version);
    Ok(history)
}

fn frozen(path: &Path, version: u32) -> anyhow::Result<Surface> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| anyhow!("cannot read the snapshot `{shown}`: {error}"))?;
    let surface =
        Surface::parse(&text).map_err(|error| anyhow!("`{shown}` is not a snapshot: {error}"))?;
    if surface.version() != version {
        bail!(
            "`{shown}` describes ABI {}; name each snapshot after its revision",
            surface.version()
        );
    }
    Ok(surface)
}

fn shown(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return format!("ABI {BESKID_RUNTIME_ABI_VERSION} is as it was frozen\n");
    }
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

fn json(findings: &[Finding]) -> String {
    let findings = findings.iter().map(|finding| {
        object(&[("is_error", finding.is_error.to_string()), ("text", string(&finding.text))])
    });
    let version = BESKID_RUNTIME_ABI_VERSION.to_string();
    object(&[("abi_version", version), ("findings", array(findings))]) + "\n"
}
