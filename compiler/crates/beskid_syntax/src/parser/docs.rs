//! Documentation comments: attaching them to declarations, and finding those left over.

use super::Parser;
use crate::ast::Docs;
use crate::diagnostic;
use crate::lexer::DocLine;
use crate::{FileId, Span};

/// The documentation lines of the file, and which of them have found a declaration.
pub(super) struct DocLines {
    lines: Vec<DocLine>,
    taken: Vec<bool>,
}

impl DocLines {
    pub(super) fn new(lines: Vec<DocLine>) -> Self {
        Self { taken: vec![false; lines.len()], lines }
    }

    /// The indices of the lines before token `index`.
    fn before(&self, index: usize) -> std::ops::Range<usize> {
        let start = self.lines.partition_point(|line| line.before_token < index);
        let count = self.lines[start..].iter().take_while(|it| it.before_token == index).count();
        start..start + count
    }

    /// The places of the blocks that no declaration has taken.
    fn stray(&self, file: FileId) -> Vec<Span> {
        let blocks = self.lines.chunk_by(|a, b| a.before_token == b.before_token);
        let mut start = 0;
        let mut stray = Vec::new();
        for block in blocks {
            if !self.taken[start] {
                stray.push(Span::new(file, block[0].start, block[block.len() - 1].end));
            }
            start += block.len();
        }
        stray
    }
}

impl Parser<'_> {
    /// The documentation right before the current token, for the declaration that begins there.
    pub(super) fn take_docs(&mut self) -> Option<Docs> {
        let range = self.docs.before(self.at.index);
        self.docs.taken[range.clone()].fill(true);
        let lines = &self.docs.lines[range];
        let (first, last) = (lines.first()?, lines.last()?);
        let texts: Vec<&str> = lines.iter().map(|&line| self.doc_text(line)).collect();
        Some(Docs { text: texts.join("\n"), span: Span::new(self.file, first.start, last.end) })
    }

    /// A line without its slashes and without one space after them.
    fn doc_text(&self, line: DocLine) -> &str {
        let text = &self.source[line.start as usize + "///".len()..line.end as usize];
        text.strip_prefix(' ').unwrap_or(text)
    }

    /// Warns of documentation that belongs to nothing. After an error it may belong to something
    /// that has not been understood, so there are no warnings then.
    pub(super) fn report_stray_docs(&mut self) {
        if self.diagnostics.iter().any(|it| it.is_error()) {
            return;
        }
        let stray = self.docs.stray(self.file);
        self.diagnostics.extend(stray.into_iter().map(diagnostic::stray_docs));
    }
}
