//! What must hold for the formatter, whatever the text.

use std::fmt;

use beskid_fmt::{Refusal, format};
use beskid_syntax::{Diagnostic, FileId, parse, token_spans};

use crate::compare::require_equal;
use crate::minimise::minimise;

const FILE: FileId = FileId(0);

/// Examines a text; a problem is shown with the smallest text that has one of the same kind.
///
/// # Errors
/// What does not hold.
pub fn require_good(source: &str) -> Result<Option<String>, String> {
    let problem = match examine(source) {
        Ok(formatted) => return Ok(formatted),
        Err(problem) => problem,
    };
    let small =
        minimise(source, &mut |text| examine(text).is_err_and(|it| it.what == problem.what));
    let problem = examine(&small).err().unwrap_or(problem);
    Err(format!("{problem}\n--- the smallest such text\n{small}\n---"))
}

/// Something that does not hold.
#[derive(Debug)]
pub struct Problem {
    /// Its kind.
    what: &'static str,
    text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.text)
    }
}

/// Formats a text and checks what came out: the tree and the comments are those of the text, and
/// formatting the result changes nothing. `None` for a text with syntax errors.
///
/// # Errors
/// What does not hold.
pub fn examine(source: &str) -> Result<Option<String>, Problem> {
    let has_errors = parse(source, FILE).1.iter().any(Diagnostic::is_error);
    let problem = |what, text| Problem { what, text };
    let formatted = match format(source, FILE) {
        Ok(formatted) if has_errors => return Err(problem("syntax errors are ignored", formatted)),
        Ok(formatted) => formatted,
        Err(Refusal::Syntax(_)) if has_errors => return Ok(None),
        Err(refusal) => return Err(problem("refusal", refusal.to_string())),
    };
    require_same("another tree", &tree(source), &tree(&formatted))?;
    require_same("other comments", &comments(source), &comments(&formatted))?;
    let again = format(&formatted, FILE);
    let again = again.map_err(|refusal| problem("refusal of the result", refusal.to_string()))?;
    require_same("another second layout", &formatted, &again)?;
    Ok(Some(formatted))
}

fn require_same(what: &'static str, before: &str, after: &str) -> Result<(), Problem> {
    require_equal("it", before, after).map_err(|text| Problem { what, text })
}

/// The syntax tree as text, without places, and with a line for each field.
fn tree(source: &str) -> String {
    let (tree, _) = parse(source, FILE);
    let dump = format!("{tree:?}");
    let words = dump.split_inclusive([' ', '(']);
    words.map(without_place).collect()
}

/// A word of a dump, with a mark and a line break in place of a span such as `0:3..5`.
fn without_place(word: &str) -> String {
    let place = word.trim_end_matches([' ', ',', ')', '}', ']']);
    let is_part = |it: char| it.is_ascii_digit() || it == ':' || it == '.';
    match place.contains("..") && place.chars().all(is_part) {
        true => format!("@{}\n", &word[place.len()..]),
        false => word.to_owned(),
    }
}

/// The comments in order, without blanks.
fn comments(source: &str) -> String {
    let source = source.trim_start_matches('\u{feff}');
    let mut text = String::new();
    let mut end = 0;
    for span in token_spans(source, FILE) {
        text += &source[end..span.start as usize];
        end = span.end as usize;
    }
    text += &source[end..];
    text.split_whitespace().collect()
}
