//! "Did you mean": the known name that is nearest to a misspelt one.

use std::cell::Cell;

use beskid_syntax::Diagnostic;

/// The nearest of `candidates`, if one is near enough to be what was meant. Ties go to the name
/// that sorts first, so that the answer does not depend on the order of tables.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let distance_max = (name.chars().count() / 3).max(1);
    let scored = candidates.into_iter().filter(|&it| it != name).filter_map(|candidate| {
        let distance = if candidate.eq_ignore_ascii_case(name) {
            0
        } else {
            distance(name, candidate, distance_max)?
        };
        Some((distance, candidate))
    });
    scored.min().map(|(_, candidate)| candidate)
}

/// How many misspelt names get a suggestion. Each costs a look at all known names, so without a
/// limit a large program with many mistakes would take quadratic time.
const SUGGESTIONS_MAX: u32 = 100;

/// Gives suggestions as long as there are not too many.
pub(crate) struct Suggestions {
    left: Cell<u32>,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: Cell::new(SUGGESTIONS_MAX) }
    }
}

impl Suggestions {
    /// Whether there are suggestions left.
    pub(crate) fn wanted(&self) -> bool {
        self.left.get() > 0
    }

    /// Adds the nearest of the known names to the report of a misspelt one.
    pub(crate) fn add<'a>(
        &self,
        found: Diagnostic,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Diagnostic {
        if !self.wanted() {
            return found;
        }
        self.left.set(self.left.get() - 1);
        match nearest(name, known) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found,
        }
    }
}

/// Edits (insertions, deletions, replacements, swaps of neighbours) between two names, unless they
/// are more than `max`.
fn distance(left: &str, right: &str, max: usize) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > max {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, &l) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &r) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(l != r);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && l == right[column - 1] && left[row - 1] == r;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
    }
    let found = above[right.len()];
    (found <= max && found < left.len().max(right.len())).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested() {
        assert_eq!(nearest("lenght", ["length", "width"]), Some("length"));
        assert_eq!(nearest("writeLine", ["Write", "WriteLine"]), Some("WriteLine"));
        assert_eq!(nearest("cout", ["count", "total"]), Some("count"));
    }

    #[test]
    fn far_names_are_not() {
        assert_eq!(nearest("x", ["y", "total"]), None);
        assert_eq!(nearest("apple", ["orange"]), None);
    }

    #[test]
    fn ties_do_not_depend_on_order() {
        assert_eq!(nearest("cat", ["car", "bat"]), nearest("cat", ["bat", "car"]));
    }
}
