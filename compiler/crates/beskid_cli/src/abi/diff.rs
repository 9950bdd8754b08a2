//! `beskid abi diff`: what became of a surface.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use beskid_abi::snapshot::{Change, Comparison, Movement, Surface, compare};
use beskid_link::json::{array, object, string};
use beskid_link::{Content, scan_files};
use clap::Args;

use super::{EXIT_BREAKING, EXIT_WRONG, print};

/// The command line of `beskid abi diff`.
#[derive(Args)]
pub(crate) struct DiffArgs {
    /// The older surface.
    old: PathBuf,
    /// The newer surface.
    new: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Compares two surfaces.
pub(crate) fn diff(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let comparison = compare(&surface(&args.old)?, &surface(&args.new)?);
    let text = if args.json { json(&comparison) } else { format!("{comparison}\n") };
    print(&text)?;
    Ok(ExitCode::from(status(&comparison)))
}

fn status(comparison: &Comparison) -> u8 {
    match comparison.movement() {
        _ if !comparison.is_right() => EXIT_WRONG,
        Movement::Kept | Movement::RaisedWithoutNeed => 0,
        Movement::Raised | Movement::NotRaised | Movement::WentBack => EXIT_BREAKING,
    }
}

/// Reads the surface that a file describes: text is a snapshot, anything else has a record in it.
fn surface(path: &Path) -> anyhow::Result<Surface> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| {
        anyhow!("cannot read `{shown}`: {error}; name a snapshot, an archive or a binary")
    })?;
    match std::str::from_utf8(&bytes) {
        Ok(text) if !text.contains('\0') && !text.starts_with("!<") => {
            Surface::parse(text).map_err(|error| anyhow!("`{shown}` is not a snapshot: {error}"))
        }
        _ => recorded_surface(path),
    }
}

fn recorded_surface(path: &Path) -> anyhow::Result<Surface> {
    let scan = scan_files([path])?;
    let shown = path.display();
    let mut surfaces = Vec::new();
    for found in scan.runtimes() {
        match (&found.content, found.record().as_ref().and_then(Surface::of_record)) {
            (_, Some(surface)) => surfaces.push(surface),
            (Content::RuntimeWithoutRecord, None) => {
                bail!("`{}` is a runtime without an ABI record; build it again", found.place())
            }
            (_, None) => {}
        }
    }
    // A runtime carries its note once for each revision that it accepts.
    surfaces.dedup();
    match surfaces.len() {
        1 => Ok(surfaces.remove(0)),
        0 => {
            let unreadable = scan.found.iter().find_map(|found| match &found.content {
                Content::Unreadable(error) => Some(format!("`{}`: {error}", found.place())),
                Content::Record(_)
                | Content::MissingRecord { .. }
                | Content::RuntimeWithoutRecord => None,
            });
            bail!(unreadable.unwrap_or_else(|| format!(
                "`{shown}` contains no Beskid runtime; compare runtime archives, programs, or \
                 snapshots such as abi/2.txt"
            )))
        }
        _ => bail!(
            "`{shown}` contains runtimes that differ from each other; compare them one by one"
        ),
    }
}

fn json(comparison: &Comparison) -> String {
    let document = object(&[
        ("old_version", comparison.old_version.to_string()),
        ("new_version", comparison.new_version.to_string()),
        ("version", string(comparison.movement().name())),
        ("is_right", comparison.is_right().to_string()),
        ("changes", array(comparison.changes.iter().map(change_json))),
        ("must_not_be_accepted", array(comparison.broken_promises().map(change_json))),
    ]);
    document + "\n"
}

fn change_json(change: &Change) -> String {
    let verdict = if change.is_breaking() { "breaking" } else { "additive" };
    object(&[
        ("verdict", string(verdict)),
        ("kind", string(change.kind.name())),
        ("what", string(&change.what)),
        ("change", string(&change.change)),
        ("rule", string(change.rule)),
    ])
}
