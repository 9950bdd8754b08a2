//! The canonical layout of Beskid source text.
//!
//! [`format`] changes blanks, line breaks and a few marks that mean nothing: commas at the end of
//! lists, semicolons after braces, the place of `mut` and the old arrow of function types. It keeps
//! every comment, at most one empty line between two members, and the line breaks inside of strings.
//! Formatting twice gives what formatting once gives. A file that says [`OFF`] is left alone.
//!
//! The syntax tree is walked together with the tokens (`writer.rs`) and becomes a document of texts
//! and groups (`pieces.rs`), of which `layout.rs` makes lines. What comes out is compared with what
//! went in (`verify.rs`) before anybody sees it.

mod chains;
mod comments;
mod expressions;
mod items;
mod layout;
mod lists;
mod members;
mod patterns;
mod pieces;
mod statements;
mod types;
mod verify;
mod writer;

use std::error::Error;
use std::fmt;

use beskid_syntax::{Diagnostic, FileId, Span, parse, token_spans};

use crate::writer::{BYTE_ORDER_MARK, Writer};

/// Lays out the text of a file.
///
/// # Errors
/// If it has syntax errors.
pub fn format(source: &str, file: FileId) -> Result<String, Refusal> {
    let (tree, diagnostics) = parse(source, file);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Refusal::Syntax(diagnostics));
    }
    let tokens = token_spans(source, file);
    if is_switched_off(source, &tokens) {
        return Ok(source.to_owned());
    }
    let mut writer = Writer::new(source, &tokens);
    writer.file(&tree);
    let document = writer.finish().map_err(Refusal::Defect)?;
    let laid_out = layout::lay_out(&document, line_break_of(source, &tokens));
    let mark = if source.starts_with(BYTE_ORDER_MARK) { "\u{feff}" } else { "" };
    let text = format!("{mark}{laid_out}");
    verify::same_content(source, &text, file).map_err(Refusal::Defect)?;
    Ok(text)
}

/// Why a text is not laid out.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// It has syntax errors. Warnings may be among the diagnostics.
    Syntax(Vec<Diagnostic>),
    /// The formatter has failed, in the way that the text says.
    Defect(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Syntax(_) => write!(f, "there are syntax errors"),
            Refusal::Defect(what) => write!(f, "this is a defect of the formatter: {what}"),
        }
    }
}

impl Error for Refusal {}

/// A file with this comment on a line of its own before the first token is left as it is.
pub const OFF: &str = "// fmt: off";

fn is_switched_off(source: &str, tokens: &[Span]) -> bool {
    let end = tokens.first().map_or(source.len(), |it| it.start as usize);
    source[..end].lines().any(|line| line.trim() == OFF)
}

/// The line break that the first line ends in is used for all. Those inside of strings do not count:
/// they are part of the program and stay.
fn line_break_of(source: &str, tokens: &[Span]) -> &'static str {
    let ends = tokens.iter().map(|it| it.start as usize).chain([source.len()]);
    let starts = [0].into_iter().chain(tokens.iter().map(|it| it.end as usize));
    let mut gaps = starts.zip(ends).map(|(start, end)| &source[start..end]);
    match gaps.find_map(|gap| gap.split_once('\n')) {
        Some((first, _)) if first.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
