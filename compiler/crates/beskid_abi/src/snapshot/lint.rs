//! Judges a surface by the snapshots of all revisions, and writes the snapshot that is due.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{BUMP, Comparison, Surface, alloc, compare, render};

/// What a maintainer has to know before a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it must not be released like this.
    pub is_error: bool,
    /// What was found, with the next step.
    pub text: String,
}

impl Finding {
    fn error(text: impl Into<String>) -> Finding {
        Finding { is_error: true, text: text.into() }
    }

    fn note(text: impl Into<String>) -> Finding {
        Finding { is_error: false, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.is_error { "error" } else { "note" }, self.text)
    }
}

/// Judges a surface by the frozen ones.
#[must_use]
pub fn lint(current: &Surface, history: &[Surface]) -> Vec<Finding> {
    let version = current.version();
    let newest = history.iter().max_by_key(|frozen| frozen.version());
    let mut findings = match newest {
        None => alloc::vec![Finding::error(
            "there is no snapshot to compare with; name their directory with --snapshots"
        )],
        Some(newest) if newest.version() > version => alloc::vec![Finding::error(format!(
            "ABI {} is frozen, and this is ABI {version}: a revision never goes back",
            newest.version()
        ))],
        Some(newest) if newest.version() == version => same_revision(&compare(newest, current)),
        Some(newest) => raised(&compare(newest, current)),
    };
    findings.extend(current.accepted_versions().flat_map(|it| acceptance(current, it, history)));
    findings
}

/// The current revision is frozen: it may only grow.
fn same_revision(comparison: &Comparison) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        comparison.breaches().map(|breach| Finding::error(breach.to_string())).collect();
    if !findings.is_empty() {
        let version = comparison.old_version;
        let text = format!("ABI {version} was not raised. {BUMP}");
        findings.push(Finding::error(text));
        return findings;
    }
    findings.extend(comparison.additions().map(|addition| Finding::note(addition.to_string())));
    if !findings.is_empty() {
        let text = "additive; freeze it with `beskid abi freeze` and commit the snapshot";
        findings.push(Finding::note(text));
    }
    findings
}

/// The current revision is new: what broke is right, and is shown for the migration note.
fn raised(comparison: &Comparison) -> Vec<Finding> {
    let (old, new) = (comparison.old_version, comparison.new_version);
    let mut findings: Vec<Finding> =
        comparison.changes.iter().map(|change| Finding::note(change.to_string())).collect();
    if comparison.breaches().next().is_none() {
        let text = format!(
            "ABI {old} became {new}, although nothing breaks; without need, all objects must be \
             built again where {old} is not accepted"
        );
        findings.push(Finding::note(text));
    }
    let text = format!("ABI {new} has no snapshot yet; write it with `beskid abi freeze`");
    findings.push(Finding::note(text));
    findings
}

/// Judges one entry of the list of accepted revisions.
fn acceptance(current: &Surface, accepted: u32, history: &[Surface]) -> Vec<Finding> {
    let version = current.version();
    if accepted == version {
        return Vec::new();
    }
    if accepted > version {
        return alloc::vec![Finding::error(format!(
            "ABI {version} accepts ABI {accepted}, but a runtime cannot serve a later revision; \
             take {accepted} out of RUNTIME_ACCEPTED_VERSIONS"
        ))];
    }
    let Some(frozen) = history.iter().find(|frozen| frozen.version() == accepted) else {
        return alloc::vec![Finding::error(format!(
            "ABI {version} accepts ABI {accepted}, of which there is no snapshot to judge that by"
        ))];
    };
    let comparison = compare(frozen, current);
    let broken = comparison.broken_promises().map(|change| {
        Finding::error(format!(
            "ABI {version} accepts ABI {accepted}, but must not, because {}: {change}; take \
             {accepted} out of RUNTIME_ACCEPTED_VERSIONS",
            change.obstacle().unwrap_or_default()
        ))
    });
    broken.collect()
}

/// The text of the snapshot of this toolchain's revision: new after the revision was raised, or
/// grown by what was appended.
///
/// # Errors
/// What must not be frozen.
pub fn freeze(history: &[Surface]) -> Result<String, Vec<Finding>> {
    let mut errors = lint(&Surface::current(), history);
    errors.retain(|finding| finding.is_error);
    if errors.is_empty() { Ok(render()) } else { Err(errors) }
}
