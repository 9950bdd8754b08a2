//! The frozen surface as text: what `abi/<version>.txt` holds, and whether a change to it is
//! additive or breaking.
//!
//! A line is a kind, a name and `key=value` pairs. The text holds everything that compiled code
//! relies on, hashes included, because an old object carries the hashes of its day.

extern crate alloc;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::layout::{LAYOUT_HASH, LAYOUTS, MainResult};
use crate::panic_kind::PanicKind;
use crate::spec::{BUILTIN_SPECS, BuiltinSpec};
use crate::version::BESKID_RUNTIME_ABI_VERSION;

/// What every snapshot begins with.
const HEAD: &str = "\
# The frozen surface of one ABI revision. Generated from the table of beskid_abi.
# Appended functions and panics are additive; every other change needs a new revision.
";

/// Writes the surface of this toolchain.
#[must_use]
pub fn render() -> String {
    let mut text = String::from(HEAD);
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!("version abi number={BESKID_RUNTIME_ABI_VERSION}"));
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
    let params: Vec<&str> = spec.param_kinds.iter().map(|kind| kind.name()).collect();
    format!(
        "function {} params={} ret={} effect={} since={} signature={:016x}",
        spec.symbol,
        params.join(","),
        spec.ret.name(),
        spec.effect.name(),
        spec.since,
        spec.signature_hash()
    )
}

/// How a surface differs from an older one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The lines that were appended and that old objects do not need.
    pub additions: Vec<String>,
    /// The changes that break compiled code.
    pub breaches: Vec<Breach>,
}

/// A change that compiled code does not survive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The kind and the name of what changed.
    pub what: String,
    /// What happened to it, with both values.
    pub change: String,
    /// The rule that makes it breaking.
    pub rule: &'static str,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.what, self.change, self.rule)
    }
}

/// What raising the ABI revision requires, for whoever meets a breach.
pub const BUMP: &str = "\
Either take the change back, or raise the ABI revision:
  1. raise BESKID_RUNTIME_ABI_VERSION in compiler/crates/beskid_abi/src/version.rs;
  2. decide in RUNTIME_ACCEPTED_VERSIONS whether the runtime still serves older objects;
  3. run `BLESS=1 cargo test -p beskid_abi`, which writes a new file beside the old one;
  4. rebuild and republish the runtime archives, and write a migration note in CHANGELOG.md.";

/// One line of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Item<'a> {
    kind: &'a str,
    name: &'a str,
    values: &'a str,
}

fn items(text: &str) -> Vec<Item<'_>> {
    let item = |line| {
        let (kind, rest) = str::split_once(line, ' ').unwrap_or((line, ""));
        let (name, values) = rest.split_once(' ').unwrap_or((rest, ""));
        Item { kind, name, values }
    };
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(item).collect()
}

/// Compares two snapshots.
#[must_use]
pub fn compare(old: &str, new: &str) -> Comparison {
    let (old, new) = (items(old), items(new));
    let mut comparison = Comparison::default();
    for item in &old {
        comparison.breaches.extend(compare_item(item, find(&new, item)));
    }
    for (at, item) in new.iter().enumerate() {
        if !holds(&old, item) {
            let is_old = |later: &Item<'_>| later.kind == item.kind && holds(&old, later);
            comparison.add(item, !new[at..].iter().any(is_old));
        }
    }
    comparison.breaches.extend(compare_order(&old, &new));
    comparison
}

fn holds(items: &[Item<'_>], item: &Item<'_>) -> bool {
    find(items, item).is_some()
}

fn find<'i, 'a>(items: &'i [Item<'a>], item: &Item<'_>) -> Option<&'i Item<'a>> {
    items.iter().find(|other| (other.kind, other.name) == (item.kind, item.name))
}

impl Comparison {
    fn add(&mut self, item: &Item<'_>, is_last: bool) {
        let what = format!("{} {}", item.kind, item.name);
        match item.kind {
            "function" | "panic" if is_last => {
                self.additions.push(format!("{what} {}", item.values))
            }
            "function" | "panic" => self.breaches.push(Breach {
                what,
                change: "stands before older rows".to_string(),
                rule: "ABI-005: only what is appended is additive",
            }),
            _ => self.breaches.push(Breach {
                what,
                change: format!("is new: {}", item.values),
                rule: rule_of(item.kind, ""),
            }),
        }
    }
}

fn compare_item(old: &Item<'_>, new: Option<&Item<'_>>) -> Vec<Breach> {
    let what = format!("{} {}", old.kind, old.name);
    let Some(new) = new else {
        let rule = if old.kind == "function" {
            "ABI-004: a function that compiled code calls was removed or renamed"
        } else {
            rule_of(old.kind, "")
        };
        return alloc::vec![Breach { what, change: "is gone".to_string(), rule }];
    };
    let changed = old.values.split(' ').filter_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        let now = value_of(new, key).unwrap_or("nothing");
        (now != value).then(|| Breach {
            what: what.clone(),
            change: format!("{key} was {value} and is {now}"),
            rule: rule_of(old.kind, key),
        })
    });
    changed.collect()
}

fn value_of<'a>(item: &Item<'a>, key: &str) -> Option<&'a str> {
    item.values.split(' ').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

/// Names the rule for a changed value.
fn rule_of(kind: &str, key: &str) -> &'static str {
    match (kind, key) {
        ("version", _) => "ABI-004: each revision has a file of its own",
        ("struct" | "field" | "layouts", _) => {
            "ABI-004: compiled code and the runtime would lay out a shared struct differently"
        }
        ("function", "params" | "ret") => {
            "ABI-004: compiled code would pass or take values that the runtime does not expect"
        }
        ("function", "effect") => {
            "ABI-004: compiled code relies on the effect; changed semantics are a changed contract"
        }
        ("function", "since") => "ABI-005: a row keeps the revision that introduced it",
        ("function", _) => {
            "ABI-004: objects carry the signature hash of their day and would be refused"
        }
        ("main" | "panic", _) => "ABI-004: compiled code contains the number",
        _ => "ABI-004: unknown lines are not judged additive",
    }
}

/// Finds rows that changed places. The order is part of the surface, because appending is the only
/// change that everybody can see to be additive.
fn compare_order(old: &[Item<'_>], new: &[Item<'_>]) -> Option<Breach> {
    let kept = |from: &[Item<'_>], other: &[Item<'_>]| -> Vec<String> {
        let functions = from.iter().filter(|item| item.kind == "function" && holds(other, item));
        functions.map(|item| item.name.to_string()).collect()
    };
    let (before, after) = (kept(old, new), kept(new, old));
    let (was, is) = before.iter().zip(&after).find(|(was, is)| was != is)?;
    Some(Breach {
        what: format!("function {was}"),
        change: format!("has changed places with {is}"),
        rule: "ABI-005: only what is appended is additive",
    })
}
