//! The surface of an ABI revision as text: what `abi/<version>.txt` holds, and what a runtime's
//! record says of it.
//!
//! A line is a kind, a name and `key=value` pairs. The text holds everything that compiled code
//! relies on, hashes included, because an old object carries the hashes of its day. A record says
//! less: it has the layouts as one hash, and no numbers of panics.

extern crate alloc;

mod compare;
mod lint;

pub use compare::{Change, ChangeKind, Comparison, Movement, compare};
pub use lint::{Finding, freeze, lint};

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::layout::{LAYOUT_HASH, LAYOUTS, MainResult};
use crate::panic_kind::PanicKind;
use crate::record::{Record, RecordKind, RuntimeSymbol};
use crate::spec::{BUILTIN_SPECS, BuiltinSpec};
use crate::version::{BESKID_RUNTIME_ABI_VERSION, RUNTIME_ACCEPTED_VERSIONS};

/// What every snapshot begins with.
const HEAD: &str = "\
# The frozen surface of one ABI revision. Generated from the table of beskid_abi.
# Appended functions and panics are additive; every other change needs a new revision.
";

/// What raising the ABI revision requires, for whoever meets a breach.
pub const BUMP: &str = "\
Either take the change back, or raise the ABI revision; docs/abi-migration.md has the steps:
  1. raise BESKID_RUNTIME_ABI_VERSION in compiler/crates/beskid_abi/src/version.rs;
  2. decide in RUNTIME_ACCEPTED_VERSIONS whether the runtime still serves older objects;
  3. run `beskid abi freeze`, which writes a new file beside the old one;
  4. rebuild and republish the runtime archives, and write a migration note in CHANGELOG.md.";

/// Writes the surface of this toolchain.
#[must_use]
pub fn render() -> String {
    let mut text = String::from(HEAD);
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("version abi number={BESKID_RUNTIME_ABI_VERSION}"));
    RUNTIME_ACCEPTED_VERSIONS.iter().for_each(|version| line(format!("accepts {version}")));
    line(format!("layouts all hash={LAYOUT_HASH:016x}"));
    for layout in LAYOUTS {
        line(format!("struct {} size={} align={}", layout.name, layout.size, layout.align));
        for field in layout.fields {
            line(format!("field {}.{} offset={}", layout.name, field.name, field.offset));
        }
    }
    MainResult::ALL.iter().for_each(|kind| line(format!("main {kind:?} number={}", *kind as i64)));
    PanicKind::ALL.iter().for_each(|kind| line(format!("panic {kind:?} number={}", kind.code())));
    BUILTIN_SPECS.iter().for_each(|spec| line(function_line(spec)));
    text
}

fn function_line(spec: &BuiltinSpec) -> String {
    let signature = spec.signature();
    format!(
        "function {} params={} ret={} effect={} since={} signature={:016x}",
        spec.symbol,
        signature.params(),
        signature.ret(),
        signature.effect(),
        spec.since,
        spec.signature_hash()
    )
}

/// What one side of a comparison is known to promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surface {
    version: u32,
    detail: Detail,
    items: Vec<Item>,
}

/// How much a surface tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    /// Everything that compiled code relies on.
    Snapshot,
    /// What stands in a record.
    Record,
}

/// One line of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    kind: String,
    name: String,
    values: Vec<(String, String)>,
}

impl Item {
    fn new(line: &str) -> Item {
        let mut words = line.split(' ').map(str::to_owned);
        let (kind, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let pair = |word: String| match word.split_once('=') {
            Some((key, value)) => (key.to_owned(), value.to_owned()),
            None => (word, String::new()),
        };
        Item { kind, name, values: words.map(pair).collect() }
    }

    fn of_symbol(symbol: &RuntimeSymbol) -> Item {
        let signature = symbol.signature;
        let values = [
            ("params", signature.params().to_string()),
            ("ret", signature.ret().to_string()),
            ("effect", signature.effect().to_string()),
        ];
        Item {
            kind: "function".to_owned(),
            name: symbol.symbol.as_str().to_owned(),
            values: values.map(|(key, value)| (key.to_owned(), value)).into(),
        }
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    fn is_same(&self, other: &Item) -> bool {
        (&self.kind, &self.name) == (&other.kind, &other.name)
    }

    /// The kind and the name.
    fn what(&self) -> String {
        format!("{} {}", self.kind, self.name)
    }

    /// The values, as a snapshot has them.
    fn shown_values(&self) -> String {
        let pairs: Vec<_> = self.values.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join(" ")
    }
}

/// The text is no snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASnapshot;

impl fmt::Display for NotASnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no line of it states an ABI revision, such as `version abi number=2`")
    }
}

impl core::error::Error for NotASnapshot {}

impl Surface {
    /// The surface of this toolchain.
    #[must_use]
    pub fn current() -> Surface {
        Surface::parse(&render()).expect("a rendered snapshot states its version")
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// If the text does not state the revision that it describes.
    pub fn parse(text: &str) -> Result<Surface, NotASnapshot> {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let items: Vec<Item> = lines.map(Item::new).collect();
        let version = items.iter().find(|item| item.kind == "version");
        let version = version.and_then(|item| item.value("number")?.parse().ok());
        let items = items.into_iter().filter(|item| item.kind != "version").collect();
        Ok(Surface { version: version.ok_or(NotASnapshot)?, detail: Detail::Snapshot, items })
    }

    /// What a runtime's record says; `None` for the record of an object.
    #[must_use]
    pub fn of_record(record: &Record<'_>) -> Option<Surface> {
        let identity = record.identity();
        if identity.kind != RecordKind::Runtime {
            return None;
        }
        let mut accepted: Vec<u32> = record.accepted_versions().collect();
        accepted.push(identity.abi_version);
        accepted.sort_unstable();
        accepted.dedup();
        let mut items: Vec<Item> =
            accepted.iter().map(|version| Item::new(&format!("accepts {version}"))).collect();
        items.push(Item::new(&format!("layouts all hash={:016x}", identity.layout_hash)));
        items.extend(record.exports().map(|symbol| Item::of_symbol(&symbol)));
        Some(Surface { version: identity.abi_version, detail: Detail::Record, items })
    }

    /// The ABI revision.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The ABI revisions whose objects the runtime serves, its own among them.
    pub fn accepted_versions(&self) -> impl Iterator<Item = u32> + '_ {
        let accepted = self.items.iter().filter(|item| item.kind == "accepts");
        accepted.filter_map(|item| item.name.parse().ok())
    }

    fn find(&self, item: &Item) -> Option<&Item> {
        self.items.iter().find(|other| other.is_same(item))
    }
}
