//! Where two texts begin to differ, as people read it.

use std::fmt::Write;

/// How many lines before a difference are shown.
const CONTEXT: usize = 2;

/// How many lines of a difference are shown at most, of each text.
const SHOWN: usize = 12;

/// How far apart the places are looked for at which two texts agree again.
const REACH: usize = 60;

/// The first stretch of lines that differs between the text of the file `name` and what it should be,
/// in the form of a unified diff.
pub(crate) fn first_difference(name: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(before), lines(after));
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (removed, added) = until_agreement(&old[start..], &new[start..]);
    let first = start.saturating_sub(CONTEXT);
    let mut text = format!("{name}:{}: the layout differs\n", start + 1);
    show(&mut text, ' ', &old[first..start]);
    show(&mut text, '-', &old[start..start + removed]);
    show(&mut text, '+', &new[start..start + added]);
    text
}

/// Lines with their line breaks, so that a missing one at the end is a difference.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// How many lines of each text come before the first line on which they agree.
fn until_agreement(old: &[&str], new: &[&str]) -> (usize, usize) {
    for distance in 1..REACH {
        for removed in 0..=distance {
            let added = distance - removed;
            let agree = matches!((old.get(removed), new.get(added)), (Some(a), Some(b)) if a == b);
            if agree || (removed == old.len() && added == new.len()) {
                return (removed, added);
            }
        }
    }
    (old.len(), new.len())
}

fn show(text: &mut String, mark: char, lines: &[&str]) {
    for line in lines.iter().take(SHOWN) {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, ""),
            None => (*line, " (no line break at the end)"),
        };
        let _ = writeln!(text, "{mark}{}{end}", with_visible_controls(line));
    }
    if lines.len() > SHOWN {
        let _ = writeln!(text, "{mark}… ({} more lines)", lines.len() - SHOWN);
    }
}

/// The text with its carriage returns and the like made visible, which may be all that differs.
fn with_visible_controls(text: &str) -> String {
    let mut shown = String::new();
    for char in text.chars() {
        if char.is_control() {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_differing_stretch_is_shown_with_what_stands_before_it() {
        let shown = first_difference("a.bsk", "1\n2\n3\nx  y\n5\n6\n", "1\n2\n3\nx y\n5\n7\n");
        assert_eq!(shown, "a.bsk:4: the layout differs\n 2\n 3\n-x  y\n+x y\n");
    }

    #[test]
    fn stretches_may_have_different_lengths() {
        let shown = first_difference("a.bsk", "a b\nc\n", "a\nb\nc\n");
        assert_eq!(shown, "a.bsk:1: the layout differs\n-a b\n+a\n+b\n");
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_escape() {
        let shown = first_difference("a.bsk", "a\r\n", "a\n");
        assert_eq!(shown, "a.bsk:1: the layout differs\n-a\\r\n+a\n");
        assert_eq!(
            first_difference("a", "a", "a\n"),
            "a:1: the layout differs\n-a (no line break at the end)\n+a\n"
        );
    }
}
