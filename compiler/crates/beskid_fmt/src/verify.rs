//! The last line of defence: a text that has lost or changed something is never handed out.

use beskid_syntax::{Diagnostic, FileId, Span, parse, token_spans};

use crate::comments::Gap;
use crate::writer::BYTE_ORDER_MARK;

/// Checks that two texts have the same tokens and comments, apart from what formatting may change.
pub(crate) fn same_content(before: &str, after: &str, file: FileId) -> Result<(), String> {
    if parse(after, file).1.iter().any(Diagnostic::is_error) {
        return Err("the result has syntax errors".to_owned());
    }
    let (before, after) = (Content::of(before, file), Content::of(after, file));
    compare("token", &before.tokens, &after.tokens)?;
    compare("comment", &before.comments, &after.comments)?;
    match before.between == after.between {
        true => Ok(()),
        false => Err("what stands between the tokens has changed".to_owned()),
    }
}

fn compare(what: &str, before: &[String], after: &[String]) -> Result<(), String> {
    let differs = before.iter().zip(after).find(|(before, after)| before != after);
    match differs {
        Some((before, after)) => Err(format!("the {what} `{before}` became `{after}`")),
        None if before.len() != after.len() => {
            Err(format!("of {} {what}s {} are left", before.len(), after.len()))
        }
        None => Ok(()),
    }
}

/// What a text says.
#[derive(Default)]
struct Content {
    tokens: Vec<String>,
    comments: Vec<String>,
    /// What stands between the tokens, without blanks and without asking what is a comment.
    between: String,
}

impl Content {
    fn of(source: &str, file: FileId) -> Content {
        let mut content = Content::default();
        let mut end = 0;
        for Span { start, end: next, .. } in token_spans(source, file) {
            content.gap(&source[end..start as usize]);
            content.token(&source[start as usize..next as usize]);
            end = next as usize;
        }
        content.gap(&source[end..]);
        content
    }

    /// Adds a token, unless it is one of those that formatting adds, removes or moves.
    fn token(&mut self, text: &str) {
        match text {
            "," | ";" | "mut" => {}
            "->" => self.tokens.push("=>".to_owned()),
            ">=" => self.tokens.extend([">".to_owned(), "=".to_owned()]),
            _ => self.tokens.push(text.to_owned()),
        }
    }

    fn gap(&mut self, text: &str) {
        let lines = |it: &str| it.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        self.comments.extend(Gap::read(text).comments.iter().map(|it| lines(it.text)));
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        self.between.extend(text.split_whitespace());
    }
}
