//! The one text in which every gate refuses: build script, linker wrapper, process start, JIT.
//!
//! It holds names and values only; where they come from is the gate's business.

extern crate alloc;

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::check::{Evidence, Mismatch, check_evidence, write_versions};
use crate::record::RecordKind;

/// The code that stands in front of every refusal.
pub const CODE: &str = "BSK-L001";

/// What the code stands for; the headline of every refusal.
pub const MEANING: &str = "Beskid objects and the Beskid runtime disagree about the ABI";

/// The file that gives a C object its record. The producer of such a record begins so.
pub const C_HEADER: &str = "beskid_runtime.h";

/// What the code means and what to do about it, in Markdown.
pub const EXPLANATION: &str = include_str!("report/BSK-L001.md");

/// One side as a report shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The file, down to the archive member, or the name of a module that is not in a file.
    place: String,
    summary: Option<Summary>,
}

/// What a readable record says about its side.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Summary {
    kind: RecordKind,
    abi_version: u32,
    accepted: Vec<u32>,
    producer: String,
    module: String,
    source: String,
}

impl Party {
    /// Describes the side that lies at `place`.
    #[must_use]
    pub fn new(place: impl Into<String>, evidence: Evidence<'_>) -> Party {
        let summary = match evidence {
            Evidence::Record(record) => {
                let identity = record.identity();
                let is_other = |version: &u32| *version != identity.abi_version;
                Some(Summary {
                    kind: identity.kind,
                    abi_version: identity.abi_version,
                    accepted: record.accepted_versions().filter(is_other).collect(),
                    producer: identity.producer.to_owned(),
                    module: identity.module.to_owned(),
                    source: identity.source.to_owned(),
                })
            }
            Evidence::Missing { .. } | Evidence::Unreadable(_) => None,
        };
        Party { place: place.into(), summary }
    }

    /// Where the side lies.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        let Some(summary) = &self.summary else { return Ok(()) };
        match summary.kind {
            RecordKind::Object => {
                let Summary { abi_version, producer, source, .. } = summary;
                write!(f, "  requires runtime ABI {abi_version}, built by {producer}")?;
                if source.is_empty() { Ok(()) } else { write!(f, " from {source}") }
            }
            RecordKind::Runtime => {
                f.write_str("  provides runtime ABI ")?;
                write_versions(f, summary.abi_version, &summary.accepted)?;
                write!(f, ", {}", summary.producer)
            }
        }
    }
}

/// One object that may not run on the runtime, with all the reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The object.
    pub object: Party,
    /// The runtime that it was compared with.
    pub runtime: Party,
    /// Every reason; never empty.
    pub mismatches: Vec<Mismatch>,
}

impl Refusal {
    /// Compares an object with a runtime; `None` if they belong together.
    #[must_use]
    pub fn of(object: (&str, Evidence<'_>), runtime: (&str, Evidence<'_>)) -> Option<Refusal> {
        let mismatches = check_evidence(object.1, runtime.1).err()?;
        let (object, runtime) = (Party::new(object.0, object.1), Party::new(runtime.0, runtime.1));
        Some(Refusal { object, runtime, mismatches })
    }

    fn is_c_object(&self) -> bool {
        self.object.summary.as_ref().is_some_and(|summary| summary.producer.starts_with(C_HEADER))
    }

    /// Says which side has to change, as far as the records tell.
    fn advice(&self) -> String {
        if let Some(Mismatch::Version { provided, .. }) = self.mismatches.first()
            && self.is_c_object()
        {
            let place = self.object.place();
            return format!(
                "compile `{place}` again with the {C_HEADER} of the runtime for ABI {provided}"
            );
        }
        let module = self.object.summary.as_ref().map_or(self.object.place(), |s| &s.module);
        match self.mismatches.first() {
            Some(Mismatch::Version { required, provided, .. }) if required > provided => format!(
                "use a beskid-runtime that accepts ABI {required}, or rebuild `{module}` with a \
                 Beskid compiler for ABI {provided}"
            ),
            Some(Mismatch::Version { provided, .. }) => {
                format!("rebuild `{module}` with a Beskid compiler for ABI {provided}")
            }
            Some(Mismatch::Target { .. }) => {
                format!("build `{module}` and the runtime for the same target")
            }
            Some(Mismatch::ObjectWithoutRecord { .. } | Mismatch::ObjectUnreadable(_)) => {
                format!("rebuild `{module}`, and keep its section {}", crate::note::SECTION)
            }
            Some(Mismatch::NoRuntime) => format!(
                "add beskid-runtime to the [dependencies] of the package with `{module}`, or name \
                 libbeskid_runtime.a on the command line"
            ),
            Some(Mismatch::RuntimeWithoutRecord | Mismatch::RuntimeUnreadable(_)) => {
                format!("rebuild the runtime, and keep its section {}", crate::note::SECTION)
            }
            Some(
                Mismatch::Layout { .. }
                | Mismatch::MissingSymbol { .. }
                | Mismatch::Signature { .. },
            )
            | None => format!(
                "align the Beskid packages: rebuild `{module}` and the runtime from one version"
            ),
        }
    }
}

/// Everything that a gate refuses, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The refused objects; an empty report shows nothing.
    pub refusals: Vec<Refusal>,
    /// What the gate knows besides, such as the versions in a lock file.
    pub notes: Vec<String>,
}

impl Report {
    /// A report about one object.
    #[must_use]
    pub fn one(refusal: Refusal) -> Report {
        Report { refusals: alloc::vec![refusal], notes: Vec::new() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.refusals.is_empty() {
            return Ok(());
        }
        write!(f, "error[{CODE}]: {MEANING}")?;
        for refusal in &self.refusals {
            write!(f, "\n  object   {}", refusal.object)?;
            write!(f, "\n  runtime  {}", refusal.runtime)?;
            for mismatch in &refusal.mismatches {
                write!(f, "\n  differs  {mismatch}")?;
            }
            write!(f, "\n  fix      {}", refusal.advice())?;
        }
        for note in &self.notes {
            write!(f, "\n  note     {note}")?;
        }
        Ok(())
    }
}

impl core::error::Error for Report {}
