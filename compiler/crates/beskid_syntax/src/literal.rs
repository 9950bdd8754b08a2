//! What literals mean: numbers, characters and strings from their source text.
//!
//! The lexer has found the ends of every literal; this file decodes the text between them and
//! reports digits, suffixes and escapes that do not exist. A wrong literal yields some value, so
//! that parsing goes on.

mod number;
mod text;

pub(crate) use number::{float, int};
pub(crate) use text::{character, string};

use crate::{Diagnostic, FileId, Span};

/// The text of a literal and the place it stands at.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) file: FileId,
    /// The offset of the text in its file.
    pub(crate) offset: u32,
}

impl<'a> Source<'a> {
    fn span(self) -> Span {
        self.span_of(0, self.text.len())
    }

    /// The place of the bytes `start..end` of the text.
    fn span_of(self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.offset + start as u32, self.offset + end as u32)
    }
}

/// Where decoders put what they find wrong.
pub(crate) type Reports = Vec<Diagnostic>;
