//! Which arms of a `match` can be reached, and which values no arm takes.
//!
//! Both questions are answered on matrices of patterns, one row per arm, that are taken apart
//! column by column: a column that names constructors is split by them, and each constructor's
//! sub-patterns become columns of their own. The work is limited, because a hostile `match` can
//! make it grow without bound; beyond the limit an arm counts as reachable and the `match` as not
//! covered.

use std::borrow::Cow;

use crate::items::Nominal;
use crate::signatures::{EnumShape, Signatures};
use crate::typed::{EnumId, Pattern};
use crate::types::Types;

/// An arm, as far as coverage is concerned.
pub(super) struct Row<'p> {
    pub(super) pattern: &'p Pattern,
    /// Whether a guard can refuse what the pattern takes.
    pub(super) guarded: bool,
}

/// What the arms of a `match` leave out.
pub(super) struct Coverage {
    /// Values that no arm takes, for a message; empty if there are none.
    pub(super) missing: String,
    /// Positions of arms that no value reaches.
    pub(super) unreachable: Vec<usize>,
}

/// How many missing values are listed.
const MISSING_SHOWN_MAX: usize = 4;
/// How many rows are looked at before a question is given up.
const STEPS_MAX: u32 = 2_000_000;
/// How deep columns may be split.
const DEPTH_MAX: u32 = 200;

impl Coverage {
    pub(super) fn of<'p>(
        rows: impl IntoIterator<Item = Row<'p>>,
        signatures: &Signatures<'_>,
        types: &Types,
    ) -> Coverage {
        let mut analysis = Analysis { signatures, types, steps: 0, depth: 0 };
        let mut before: Vec<Vec<&Pattern>> = Vec::new();
        let mut unreachable = Vec::new();
        for (index, row) in rows.into_iter().enumerate() {
            let columns = vec![row.pattern];
            if analysis.reaches(&before, columns.clone()) == Ok(false) {
                unreachable.push(index);
            }
            if !row.guarded {
                before.push(columns);
            }
        }
        Coverage { missing: analysis.missing_values(&before), unreachable }
    }
}

/// The limit of work was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GivenUp;

/// A row of patterns; the last one belongs to the first column, where it can be taken off.
type Columns<'p> = Vec<&'p Pattern>;

/// What a pattern asks of a value before it looks inside.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Constructor<'p> {
    Bool(bool),
    Int(i64),
    Float(f64),
    Char(char),
    String(&'p str),
    Variant(EnumId, u32),
}

/// A value that no arm takes; `None` stands for any value.
#[derive(Clone, Debug)]
enum Witness<'p> {
    Any,
    Built(Constructor<'p>, Vec<Witness<'p>>),
}

const ANYTHING: &Pattern = &Pattern::Wildcard;

fn constructor(pattern: &Pattern) -> Option<Constructor<'_>> {
    match pattern {
        Pattern::Wildcard | Pattern::Bind(_) => None,
        Pattern::Bool(value) => Some(Constructor::Bool(*value)),
        Pattern::Int(value) => Some(Constructor::Int(*value)),
        Pattern::Float(value) => Some(Constructor::Float(*value)),
        Pattern::Char(value) => Some(Constructor::Char(*value)),
        Pattern::String(text) => Some(Constructor::String(text)),
        Pattern::Variant(id, index, _) => Some(Constructor::Variant(*id, *index)),
    }
}

fn parts(pattern: &Pattern) -> &[Pattern] {
    if let Pattern::Variant(_, _, parts) = pattern { parts } else { &[] }
}

struct Analysis<'s, 'a> {
    signatures: &'s Signatures<'a>,
    types: &'s Types,
    steps: u32,
    depth: u32,
}

impl<'s, 'a> Analysis<'s, 'a> {
    fn shape(&self, id: EnumId) -> Option<&'s EnumShape<'a>> {
        match self.types.enum_instance(id).def {
            Nominal::Enum(def) => Some(self.signatures.enumeration(def)),
            Nominal::Record(_) | Nominal::Contract(_) => None,
        }
    }

    /// What no row takes, for a message; empty if there is nothing.
    fn missing_values(&mut self, rows: &[Columns<'_>]) -> String {
        let takes_all = rows.iter().flatten().any(|pattern| constructor(pattern).is_none());
        self.steps = 0;
        self.depth = 0;
        if takes_all || self.reaches(rows, vec![ANYTHING]) == Ok(false) {
            return String::new();
        }
        match self.missing(rows, 1) {
            Ok(witnesses) => self.list(&witnesses),
            Err(GivenUp) => String::from("`_`"),
        }
    }

    /// Whether a value reaches `row` past the rows before it.
    fn reaches<'p>(
        &mut self,
        before: &[Columns<'p>],
        mut row: Columns<'p>,
    ) -> Result<bool, GivenUp> {
        let mut before = Cow::Borrowed(before);
        loop {
            self.spend(before.len())?;
            if before.is_empty() {
                return Ok(true);
            }
            let Some(&head) = row.last() else { return Ok(false) };
            if let Some(wanted) = constructor(head) {
                before = Cow::Owned(self.specialised(&before, wanted));
                row.pop();
                row.extend(parts(head).iter().rev());
                continue;
            }
            let heads = heads(&before);
            match self.complete(&heads) {
                None => {
                    before = Cow::Owned(defaults(&before));
                    row.pop();
                }
                Some(all) => return self.reaches_by_any(&before, &row, all),
            }
        }
    }

    /// Whether a value of one of the constructors reaches a row whose first column takes anything.
    fn reaches_by_any<'p>(
        &mut self,
        before: &[Columns<'p>],
        row: &Columns<'p>,
        all: Vec<Constructor<'p>>,
    ) -> Result<bool, GivenUp> {
        self.descend()?;
        for wanted in all {
            let mut inner = row.clone();
            inner.pop();
            inner.extend(vec![ANYTHING; self.arity(wanted)]);
            let rows = self.specialised(before, wanted);
            if self.reaches(&rows, inner)? {
                self.depth -= 1;
                return Ok(true);
            }
        }
        self.depth -= 1;
        Ok(false)
    }

    /// Examples of what no row takes, each with one witness per column, the first column last.
    fn missing<'p>(
        &mut self,
        rows: &[Columns<'p>],
        width: usize,
    ) -> Result<Vec<Vec<Witness<'p>>>, GivenUp> {
        self.spend(rows.len())?;
        if rows.is_empty() {
            return Ok(vec![vec![Witness::Any; width]]);
        }
        if width == 0 {
            return Ok(Vec::new());
        }
        self.descend()?;
        let heads = heads(rows);
        let complete = self.complete(&heads);
        let mut found = Vec::new();
        for &head in complete.as_ref().unwrap_or(&heads) {
            if found.len() >= MISSING_SHOWN_MAX && complete.is_none() {
                break;
            }
            let arity = self.arity(head);
            let inner = self.specialised(rows, head);
            let witnesses = self.missing(&inner, width - 1 + arity)?;
            found.extend(witnesses.into_iter().map(|witness| build(head, arity, witness)));
        }
        if complete.is_none() {
            let rest = self.missing(&defaults(rows), width - 1)?;
            let absent = self.absent(&heads);
            for witness in rest {
                found.extend(absent.iter().map(|first| {
                    let mut witness = witness.clone();
                    witness.push(first.clone());
                    witness
                }));
            }
        }
        self.depth -= 1;
        Ok(found)
    }

    /// What the first column does not name, while it is not complete.
    fn absent<'p>(&self, heads: &[Constructor<'p>]) -> Vec<Witness<'p>> {
        let Some(&Constructor::Variant(id, _)) = heads.first() else {
            return match heads {
                [Constructor::Bool(value)] => {
                    vec![Witness::Built(Constructor::Bool(!value), Vec::new())]
                }
                _ => vec![Witness::Any],
            };
        };
        let absent = self.variants(id).filter(|variant| !heads.contains(variant));
        let built =
            absent.map(|variant| Witness::Built(variant, vec![Witness::Any; self.arity(variant)]));
        built.collect()
    }

    fn variants(&self, id: EnumId) -> impl Iterator<Item = Constructor<'static>> + use<> {
        let count = self.shape(id).map_or(0, |shape| shape.variants.len() as u32);
        (0..count).map(move |index| Constructor::Variant(id, index))
    }

    /// All constructors of the column's type, if the column names them all.
    fn complete<'p>(&self, heads: &[Constructor<'p>]) -> Option<Vec<Constructor<'p>>> {
        let all: Vec<Constructor<'p>> = match heads.first()? {
            Constructor::Bool(_) => vec![Constructor::Bool(false), Constructor::Bool(true)],
            Constructor::Variant(id, _) => self.variants(*id).collect(),
            Constructor::Int(_)
            | Constructor::Float(_)
            | Constructor::Char(_)
            | Constructor::String(_) => return None,
        };
        (heads.len() == all.len()).then_some(all)
    }

    fn arity(&self, constructor: Constructor<'_>) -> usize {
        let Constructor::Variant(id, index) = constructor else { return 0 };
        self.shape(id).map_or(0, |shape| shape.variants[index as usize].payload.len())
    }

    /// The rows that take values of a constructor, with columns for its parts.
    fn specialised<'p>(&self, rows: &[Columns<'p>], wanted: Constructor<'_>) -> Vec<Columns<'p>> {
        let arity = self.arity(wanted);
        let inside = rows.iter().filter_map(|row| {
            let (&head, rest) = row.split_last()?;
            let own = constructor(head);
            if own.is_some_and(|own| own != wanted) {
                return None;
            }
            let mut row = rest.to_vec();
            match own {
                Some(_) => row.extend(parts(head).iter().rev()),
                None => row.extend(vec![ANYTHING; arity]),
            }
            Some(row)
        });
        inside.collect()
    }

    fn spend(&mut self, rows: usize) -> Result<(), GivenUp> {
        self.steps = self.steps.saturating_add(rows as u32 + 1);
        if self.steps > STEPS_MAX { Err(GivenUp) } else { Ok(()) }
    }

    fn descend(&mut self) -> Result<(), GivenUp> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(GivenUp) } else { Ok(()) }
    }

    fn list(&self, witnesses: &[Vec<Witness<'_>>]) -> String {
        let shown = witnesses.iter().take(MISSING_SHOWN_MAX).flatten();
        let mut quoted: Vec<String> = shown.map(|it| format!("`{}`", self.show(it))).collect();
        if witnesses.len() > MISSING_SHOWN_MAX {
            quoted.push(String::from("…"));
        }
        quoted.join(", ")
    }

    fn show(&self, witness: &Witness<'_>) -> String {
        let Witness::Built(head, parts) = witness else { return String::from("_") };
        match *head {
            Constructor::Bool(value) => value.to_string(),
            Constructor::Int(value) => value.to_string(),
            Constructor::Float(value) => format!("{value:?}"),
            Constructor::Char(value) => format!("{value:?}"),
            Constructor::String(text) => format!("{text:?}"),
            Constructor::Variant(id, index) => self.show_variant(id, index, parts),
        }
    }

    fn show_variant(&self, id: EnumId, index: u32, parts: &[Witness<'_>]) -> String {
        let Some(shape) = self.shape(id) else { return String::from("_") };
        let name = &shape.variants[index as usize].ast.name.text;
        let parts: Vec<String> = parts.iter().map(|part| self.show(part)).collect();
        let payload =
            if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) };
        format!("{}::{name}{payload}", shape.name)
    }
}

/// The constructors that the first column names, each once.
fn heads<'p>(rows: &[Columns<'p>]) -> Vec<Constructor<'p>> {
    let mut heads = Vec::new();
    for head in rows.iter().filter_map(|row| row.last()).filter_map(|it| constructor(it)) {
        if !heads.contains(&head) {
            heads.push(head);
        }
    }
    heads
}

/// The rows whose first column takes anything, without that column.
fn defaults<'p>(rows: &[Columns<'p>]) -> Vec<Columns<'p>> {
    let kept = rows.iter().filter_map(|row| {
        let (head, rest) = row.split_last()?;
        constructor(head).is_none().then(|| rest.to_vec())
    });
    kept.collect()
}

/// Puts the witnesses for the parts of a constructor together.
fn build<'p>(
    head: Constructor<'p>,
    arity: usize,
    mut witness: Vec<Witness<'p>>,
) -> Vec<Witness<'p>> {
    let mut parts = witness.split_off(witness.len() - arity);
    parts.reverse();
    witness.push(Witness::Built(head, parts));
    witness
}
