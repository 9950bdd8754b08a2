//! The verdict: whether an object may run on a runtime. Every gate asks here and nowhere else.
//!
//! All mismatches are reported, not the first one. What cannot be judged is refused: there is no
//! input for which a doubt turns into a yes.

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::record::{Record, RecordError, RuntimeSymbol, SymbolName};
use crate::report::C_HEADER;
use crate::signature::Signature;

/// What is known about one side of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence<'a> {
    /// A record that could be read.
    Record(Record<'a>),
    /// No record. For an object, `import` is a runtime symbol that it refers to, if it does.
    Missing {
        /// A symbol that only compiled Beskid code or the runtime would mention.
        import: Option<&'a str>,
    },
    /// A record that could not be read.
    Unreadable(RecordError),
}

/// One reason why an object may not run on a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The runtime does not accept the ABI revision that the object requires.
    Version {
        /// What the object requires.
        required: u32,
        /// What the runtime provides.
        provided: u32,
        /// What the runtime accepts besides.
        accepted: Vec<u32>,
    },
    /// The two sides lay out the shared structs differently.
    Layout {
        /// The object's layout hash.
        object: u64,
        /// The runtime's layout hash.
        runtime: u64,
    },
    /// The two sides were built for different targets.
    Target {
        /// The object's target and pointer width.
        object: (String, u8),
        /// The runtime's target and pointer width.
        runtime: (String, u8),
    },
    /// The object imports a symbol that the runtime does not export.
    MissingSymbol {
        /// The symbol.
        symbol: String,
        /// The signature that the object was compiled for.
        object: Signature,
    },
    /// The runtime exports a symbol with another signature than the object was compiled for.
    Signature {
        /// The symbol.
        symbol: String,
        /// The signature that the object was compiled for.
        object: Signature,
        /// The runtime's signature.
        runtime: Signature,
    },
    /// The object refers to the runtime, and no record of the object says so.
    ObjectWithoutRecord {
        /// A runtime symbol that the object refers to.
        import: String,
    },
    /// There is no runtime at all where the object is to be linked.
    NoRuntime,
    /// The runtime carries no record.
    RuntimeWithoutRecord,
    /// The object's record cannot be read.
    ObjectUnreadable(RecordError),
    /// The runtime's record cannot be read.
    RuntimeUnreadable(RecordError),
}

impl Mismatch {
    /// The word by which the escape hatch names this mismatch: the symbol for one about a symbol.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Mismatch::Version { .. } => "version",
            Mismatch::Layout { .. } => "layout",
            Mismatch::Target { .. } => "target",
            Mismatch::MissingSymbol { symbol, .. } | Mismatch::Signature { symbol, .. } => symbol,
            Mismatch::NoRuntime => "runtime",
            Mismatch::ObjectWithoutRecord { .. }
            | Mismatch::RuntimeWithoutRecord
            | Mismatch::ObjectUnreadable(_)
            | Mismatch::RuntimeUnreadable(_) => "record",
        }
    }
}

/// Decides whether `object` may run on `runtime`, both of which have been read.
///
/// | runtime's version against the object's | verdict |
/// |---|---|
/// | lower | refused, always |
/// | equal | accepted if every imported symbol is exported with the same signature hash and the layout hashes are equal |
/// | higher | refused, unless the runtime lists the object's version as accepted and symbols and layouts match |
pub fn check(object: &Record<'_>, runtime: &Record<'_>) -> Result<(), Vec<Mismatch>> {
    let mut mismatches = Vec::new();
    mismatches.extend(check_version(object, runtime));
    mismatches.extend(check_target(object, runtime));
    mismatches.extend(check_layout(object, runtime));
    mismatches.extend(check_symbols(object, runtime));
    if mismatches.is_empty() { Ok(()) } else { Err(mismatches) }
}

/// Decides as [`check`] does, also where a record is missing or cannot be read.
///
/// An object without a record is accepted only if it does not refer to the runtime: then it is no
/// Beskid object, and the runtime's record does not matter to it.
pub fn check_evidence(object: Evidence<'_>, runtime: Evidence<'_>) -> Result<(), Vec<Mismatch>> {
    let mut mismatches = Vec::new();
    let object = match object {
        Evidence::Record(record) => Some(record),
        Evidence::Missing { import: None } => return Ok(()),
        Evidence::Missing { import: Some(import) } => {
            mismatches.push(Mismatch::ObjectWithoutRecord { import: import.into() });
            None
        }
        Evidence::Unreadable(error) => {
            mismatches.push(Mismatch::ObjectUnreadable(error));
            None
        }
    };
    let runtime = match runtime {
        Evidence::Record(record) => Some(record),
        Evidence::Missing { .. } => {
            mismatches.push(Mismatch::RuntimeWithoutRecord);
            None
        }
        Evidence::Unreadable(error) => {
            mismatches.push(Mismatch::RuntimeUnreadable(error));
            None
        }
    };
    match (object, runtime) {
        (Some(object), Some(runtime)) => check(&object, &runtime),
        _ => Err(mismatches),
    }
}

fn check_version(object: &Record<'_>, runtime: &Record<'_>) -> Option<Mismatch> {
    let required = object.identity().abi_version;
    let provided = runtime.identity().abi_version;
    // A lower runtime is refused whatever it lists: nobody can promise to serve the future.
    let is_served = provided >= required && runtime.accepts(required);
    let accepted = || runtime.accepted_versions().filter(|version| *version != provided).collect();
    (!is_served).then(|| Mismatch::Version { required, provided, accepted: accepted() })
}

fn check_target(object: &Record<'_>, runtime: &Record<'_>) -> Option<Mismatch> {
    let (object, runtime) = (object.identity(), runtime.identity());
    let is_same = same_platform(object.target, runtime.target)
        && object.pointer_width == runtime.pointer_width;
    (!is_same).then(|| Mismatch::Target {
        object: (object.target.into(), object.pointer_width),
        runtime: (runtime.target.into(), runtime.pointer_width),
    })
}

/// Compares two triples. The vendor is the one part that changes no code.
fn same_platform(a: &str, b: &str) -> bool {
    without_vendor(a).eq(without_vendor(b))
}

fn without_vendor(triple: &str) -> impl Iterator<Item = &str> {
    let has_vendor = triple.split('-').count() == 4;
    triple.split('-').enumerate().filter(move |(i, _)| !(has_vendor && *i == 1)).map(|(_, s)| s)
}

fn check_layout(object: &Record<'_>, runtime: &Record<'_>) -> Option<Mismatch> {
    let (object, runtime) = (object.identity().layout_hash, runtime.identity().layout_hash);
    (object != runtime).then_some(Mismatch::Layout { object, runtime })
}

fn check_symbols(object: &Record<'_>, runtime: &Record<'_>) -> Vec<Mismatch> {
    // Both lists are in the order of the table. So the search goes on from where the last export was
    // found, and each list is walked once: the check runs at every process start.
    let mut exports = runtime.exports();
    let mut export_of = |symbol: SymbolName| {
        let is_wanted = |export: &RuntimeSymbol| export.symbol == symbol;
        exports.find(is_wanted).or_else(|| {
            exports = runtime.exports();
            exports.find(is_wanted)
        })
    };
    let judge = |import: RuntimeSymbol| {
        let (symbol, object) = (import.symbol, import.signature);
        match export_of(symbol) {
            None => Some(Mismatch::MissingSymbol { symbol: (&*symbol).into(), object }),
            Some(export) if export.signature != object => Some(Mismatch::Signature {
                symbol: (&*symbol).into(),
                object,
                runtime: export.signature,
            }),
            Some(_) => None,
        }
    };
    object.imports().filter_map(judge).collect()
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Version { required, provided, accepted } => {
                write!(f, "version: the object requires {required}, the runtime provides ")?;
                write_versions(f, *provided, accepted)
            }
            Mismatch::Layout { object, runtime } => write!(
                f,
                "layout of the shared structs: the object has {object:016x}, \
                 the runtime has {runtime:016x}"
            ),
            Mismatch::Target { object, runtime } => write!(
                f,
                "target: the object is for {} ({}-bit), the runtime is for {} ({}-bit)",
                object.0, object.1, runtime.0, runtime.1
            ),
            Mismatch::MissingSymbol { symbol, object } => write!(
                f,
                "symbol {symbol}: the object imports it with signature {object}; \
                 the runtime does not export it"
            ),
            Mismatch::Signature { symbol, object, runtime } => write!(
                f,
                "symbol {symbol}: the object was compiled for signature {object}; \
                 the runtime has {runtime}"
            ),
            Mismatch::ObjectWithoutRecord { import } => write!(
                f,
                "record: the object refers to {import}, but it has no ABI record that says so; it was \
                 built by a compiler without records, the record was removed, or it is C code that does \
                 not include {C_HEADER}"
            ),
            Mismatch::NoRuntime => write!(f, "runtime: none is among the inputs"),
            Mismatch::RuntimeWithoutRecord => {
                write!(f, "record: the runtime has no ABI record, so nothing can be compared")
            }
            Mismatch::ObjectUnreadable(error) => {
                write!(f, "record: the object's ABI record cannot be read: {error}")
            }
            Mismatch::RuntimeUnreadable(error) => {
                write!(f, "record: the runtime's ABI record cannot be read: {error}")
            }
        }
    }
}

/// Writes a runtime's versions as messages show them: `3 (and accepts 2)`.
pub(crate) fn write_versions(
    f: &mut fmt::Formatter<'_>,
    provided: u32,
    accepted: &[u32],
) -> fmt::Result {
    write!(f, "{provided}")?;
    for (i, version) in accepted.iter().enumerate() {
        f.write_str(if i == 0 { " (and accepts " } else { ", " })?;
        write!(f, "{version}")?;
    }
    f.write_str(if accepted.is_empty() { "" } else { ")" })
}
