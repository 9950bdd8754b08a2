//! "Did you mean": the known name that is nearest to a misspelt one.

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

/// The help text for a misspelt name.
pub(crate) fn help<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(|it| format!("did you mean `{it}`?"))
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
