//! What became of a surface: each change with the rule that makes it additive or breaking, and
//! whether the revision moved as the changes demand.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{Detail, Item, Surface, alloc};

/// How a surface differs from an older one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The older revision.
    pub old_version: u32,
    /// The newer revision.
    pub new_version: u32,
    /// What changed besides the revision: first what became of the older lines, then new lines.
    pub changes: Vec<Change>,
    /// Whether the newer side serves objects of the older revision.
    accepts_old: bool,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What sort of change it is.
    pub kind: ChangeKind,
    /// The kind and the name of what changed.
    pub what: String,
    /// What happened to it, with both values.
    pub change: String,
    /// The rule that makes it additive or breaking.
    pub rule: &'static str,
}

/// The sorts of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Something was appended that old objects do not need.
    Added,
    /// Something is there that must not be added, or not at this place.
    Inserted,
    /// Something is gone or has another name.
    Removed,
    /// A function changed places with another.
    Moved,
    /// A function takes or gives other values.
    Signature,
    /// A function may do something else.
    Effect,
    /// A shared struct is laid out otherwise.
    Layout,
    /// A number that compiled code contains means something else.
    Number,
    /// A row claims another origin than it has.
    Origin,
}

impl ChangeKind {
    /// The word for this sort of change.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Inserted => "inserted",
            ChangeKind::Removed => "removed",
            ChangeKind::Moved => "moved",
            ChangeKind::Signature => "signature",
            ChangeKind::Effect => "effect",
            ChangeKind::Layout => "layout",
            ChangeKind::Number => "number",
            ChangeKind::Origin => "origin",
        }
    }
}

impl Change {
    /// Whether compiled code does not survive the change.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.kind != ChangeKind::Added
    }

    /// Why a runtime with this change cannot serve older objects at all. Where there is no such
    /// reason, the gates refuse the objects that rely on what changed, and no others.
    #[must_use]
    pub fn obstacle(&self) -> Option<&'static str> {
        let is_number = self.what.starts_with("main ") || self.what.starts_with("panic ");
        if is_number && self.is_breaking() {
            return Some("compiled code contains the number and no record states it");
        }
        (self.kind == ChangeKind::Layout).then_some("no object with the old layouts can pass")
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_breaking() { "breaking" } else { "additive" };
        let Change { kind, what, change, rule } = self;
        write!(f, "{verdict}: {what}: {change} [{}] ({rule})", kind.name())
    }
}

/// What the revision did, measured by the changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// It stayed, and nothing breaks.
    Kept,
    /// It was raised for changes that break.
    Raised,
    /// It was raised, although nothing breaks.
    RaisedWithoutNeed,
    /// It stayed, although changes break.
    NotRaised,
    /// It is lower than before.
    WentBack,
}

impl Movement {
    /// Whether the revision moved as it must.
    #[must_use]
    pub const fn is_right(self) -> bool {
        match self {
            Movement::Kept | Movement::Raised | Movement::RaisedWithoutNeed => true,
            Movement::NotRaised | Movement::WentBack => false,
        }
    }

    /// The word for this movement.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Movement::Kept => "kept",
            Movement::Raised => "raised",
            Movement::RaisedWithoutNeed => "raised-without-need",
            Movement::NotRaised => "not-raised",
            Movement::WentBack => "went-back",
        }
    }
}

impl Comparison {
    /// The changes that compiled code does not survive.
    pub fn breaches(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_breaking())
    }

    /// The changes that compiled code does not notice.
    pub fn additions(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| !change.is_breaking())
    }

    /// Judges the revision by the changes.
    #[must_use]
    pub fn movement(&self) -> Movement {
        let breaks = self.breaches().next().is_some();
        match (self.new_version.cmp(&self.old_version), breaks) {
            (core::cmp::Ordering::Less, _) => Movement::WentBack,
            (core::cmp::Ordering::Equal, true) => Movement::NotRaised,
            (core::cmp::Ordering::Equal, false) => Movement::Kept,
            (core::cmp::Ordering::Greater, true) => Movement::Raised,
            (core::cmp::Ordering::Greater, false) => Movement::RaisedWithoutNeed,
        }
    }

    /// The changes that the newer side must not have if it serves objects of the older revision.
    pub fn broken_promises(&self) -> impl Iterator<Item = &Change> {
        let promises = self.accepts_old && self.new_version > self.old_version;
        self.changes.iter().filter(move |change| promises && change.obstacle().is_some())
    }

    /// Whether everything is as it must be: the revision, and what the newer side promises.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.movement().is_right() && self.broken_promises().next().is_none()
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.changes.iter().try_for_each(|change| writeln!(f, "{change}"))?;
        let (old, new) = (self.old_version, self.new_version);
        match self.movement() {
            Movement::Kept if self.changes.is_empty() => {
                write!(f, "ABI {old}: the surfaces are alike")
            }
            Movement::Kept => {
                write!(f, "ABI {old} stays {new}, as it must: objects of {old} link and run")
            }
            Movement::Raised => {
                write!(f, "ABI {old} became {new}, as it must; ")?;
                self.write_acceptance(f)
            }
            Movement::RaisedWithoutNeed => {
                write!(f, "ABI {old} became {new}, although nothing breaks; ")?;
                self.write_acceptance(f)
            }
            Movement::NotRaised => write!(
                f,
                "ABI {old} stays {new}, but must be raised: objects of {old} would be linked and \
                 misbehave, or be refused"
            ),
            Movement::WentBack => write!(f, "ABI {old} became {new}: a revision never goes back"),
        }
    }
}

impl Comparison {
    fn write_acceptance(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let old = self.old_version;
        if !self.accepts_old {
            return write!(f, "objects of {old} are refused");
        }
        write!(f, "objects of {old} are accepted unless they call what changed")?;
        for change in self.broken_promises() {
            let (change_text, why) = (&change.change, change.obstacle().unwrap_or_default());
            write!(f, "\nbut {old} must not be accepted: {}: {change_text}; {why}", change.what)?;
        }
        Ok(())
    }
}

/// Compares two surfaces as far as both tell.
#[must_use]
pub fn compare(old: &Surface, new: &Surface) -> Comparison {
    let scope = Scope::of(old, new);
    let old_items = old.items.iter().filter(|item| scope.has(item));
    let mut changes: Vec<Change> =
        old_items.flat_map(|item| scope.compare_item(item, new.find(item))).collect();
    for (at, item) in new.items.iter().enumerate().filter(|(_, item)| scope.has(item)) {
        if old.find(item).is_none() {
            let is_old = |later: &Item| later.kind == item.kind && old.find(later).is_some();
            let is_last = !new.items[at..].iter().any(is_old);
            changes.push(scope.added(item, is_last));
        }
    }
    changes.extend(moved(old, new));
    let accepts_old = new.accepted_versions().any(|version| version == old.version);
    Comparison { old_version: old.version, new_version: new.version, changes, accepts_old }
}

/// What is compared.
#[derive(Clone, Copy)]
struct Scope {
    old_version: u32,
    new_version: u32,
    /// Whether both sides tell everything.
    is_full: bool,
}

impl Scope {
    fn of(old: &Surface, new: &Surface) -> Scope {
        let is_full = old.detail == Detail::Snapshot && new.detail == Detail::Snapshot;
        Scope { old_version: old.version, new_version: new.version, is_full }
    }

    fn has(self, item: &Item) -> bool {
        let is_known = self.is_full || matches!(item.kind.as_str(), "layouts" | "function");
        if item.kind != "accepts" {
            return is_known;
        }
        // That a raised revision serves itself goes without saying, and whether it serves the one
        // before it is said apart.
        let is_either = [self.old_version, self.new_version].map(|version| version.to_string());
        self.old_version == self.new_version || !is_either.contains(&item.name)
    }

    fn compare_item(self, old: &Item, new: Option<&Item>) -> Vec<Change> {
        let Some(new) = new else { return alloc::vec![removed(old)] };
        let changed = old.values.iter().filter_map(|(key, value)| {
            let now = new.value(key);
            // A record lacks what it does not say; a snapshot lacks what was taken out.
            if now.is_none() && !self.is_full {
                return None;
            }
            let now = now.unwrap_or("nothing");
            (now != value).then(|| changed(old, key, value, now))
        });
        let mut changes: Vec<Change> = changed.collect();
        // The hash follows from the rest, which says more about the reason.
        if changes.len() > 1 {
            changes.retain(|change| !change.change.starts_with("signature was "));
        }
        changes
    }

    fn added(self, item: &Item, is_last: bool) -> Change {
        let (kind, rule) = match item.kind.as_str() {
            "function" | "panic" if !is_last => {
                (ChangeKind::Inserted, "ABI-005: only what is appended is additive")
            }
            "function" if !self.introduces(item) => {
                (ChangeKind::Origin, "ABI-005: a row states the revision that introduces it")
            }
            "function" | "panic" => (ChangeKind::Added, "ABI-005: what is appended is additive"),
            "accepts" => (ChangeKind::Added, "ABI-003: a runtime may serve more revisions"),
            kind => rule_of(kind, ""),
        };
        let place = if is_last { "is new" } else { "is new and stands before older rows" };
        let change = format!("{place}: {}", item.shown_values());
        let change = change.trim_end_matches([' ', ':']).to_string();
        Change { kind, what: item.what(), change, rule }
    }

    /// Whether a new row says that it came between the two revisions.
    fn introduces(self, item: &Item) -> bool {
        let since = item.value("since").and_then(|since| since.parse().ok());
        since.is_none_or(|since: u32| (self.old_version..=self.new_version).contains(&since))
    }
}

fn removed(old: &Item) -> Change {
    let (what, change) = (old.what(), "is gone".to_string());
    let rule = match old.kind.as_str() {
        "function" => "ABI-004: a function that compiled code calls was removed or renamed",
        "accepts" => "ABI-003: objects of that revision are refused from now on",
        kind => rule_of(kind, "").1,
    };
    Change { kind: ChangeKind::Removed, what, change, rule }
}

fn changed(old: &Item, key: &str, was: &str, is: &str) -> Change {
    let (kind, rule) = rule_of(&old.kind, key);
    Change { kind, what: old.what(), change: format!("{key} was {was} and is {is}"), rule }
}

/// Names the sort of change and the rule for a changed value.
fn rule_of(kind: &str, key: &str) -> (ChangeKind, &'static str) {
    match (kind, key) {
        ("struct" | "field" | "layouts", _) => (
            ChangeKind::Layout,
            "ABI-004: compiled code and the runtime would lay out a shared struct differently",
        ),
        ("function", "params" | "ret") => (
            ChangeKind::Signature,
            "ABI-004: compiled code would pass or take values that the runtime does not expect",
        ),
        ("function", "effect") => (
            ChangeKind::Effect,
            "ABI-004: compiled code relies on the effect; changed semantics are a changed contract",
        ),
        ("function", "since") => {
            (ChangeKind::Origin, "ABI-005: a row keeps the revision that introduced it")
        }
        ("function", _) => (
            ChangeKind::Signature,
            "ABI-004: objects carry the signature of their day and would be refused",
        ),
        ("main" | "panic", _) => (ChangeKind::Number, "ABI-004: compiled code contains the number"),
        _ => (ChangeKind::Inserted, "ABI-004: unknown lines are not judged additive"),
    }
}

/// Finds rows that changed places. The order is part of the surface, because appending is the only
/// change that everybody can see to be additive.
fn moved(old: &Surface, new: &Surface) -> Option<Change> {
    let kept = |from: &Surface, other: &Surface| -> Vec<String> {
        let functions = from.items.iter().filter(|item| item.kind == "function");
        let functions = functions.filter(|item| other.find(item).is_some());
        functions.map(|item| item.name.clone()).collect()
    };
    let (before, after) = (kept(old, new), kept(new, old));
    let (was, is) = before.iter().zip(&after).find(|(was, is)| was != is)?;
    Some(Change {
        kind: ChangeKind::Moved,
        what: format!("function {was}"),
        change: format!("has changed places with {is}"),
        rule: "ABI-005: only what is appended is additive",
    })
}
