//! Reporting: one message per mistake, worded as what was expected and what was found.

use std::fmt::Display;

use super::{Parser, Reported};
use crate::token::TokenKind;
use crate::{Diagnostic, Span};

impl Parser<'_> {
    /// Reports that `what` was expected after the last consumed token.
    pub(super) fn expected(&mut self, what: impl Display) -> Reported {
        self.expected_at(self.place_of_expectation(), what)
    }

    /// Reports that `what` is missing right behind the last consumed token.
    pub(super) fn expected_after(&mut self, what: impl Display) -> Reported {
        let place = self.previous().map_or(self.here(), |it| it.span(self.file).at_end());
        self.expected_at(place, what)
    }

    /// Reports that the current token begins none of the constructs `what`.
    pub(super) fn unexpected(&mut self, what: &str) -> Reported {
        self.expected_at(self.here(), what)
    }

    fn expected_at(&mut self, place: Span, what: impl Display) -> Reported {
        let message = format!("expected {what}, found {}", self.found());
        let report = Diagnostic::parse_error(place, message);
        let report = match self.advice() {
            Some(advice) => report.help(advice),
            None => report,
        };
        self.report(report)
    }

    /// Reports a mistake at the current token, unless it follows from one already reported.
    pub(super) fn report(&mut self, report: Diagnostic) -> Reported {
        if !self.is_consequence() {
            self.last_report = Some(self.at.index);
            self.diagnostics.push(report);
        }
        Reported
    }

    /// Reports a mistake that does not keep the construct from being understood.
    pub(super) fn remark(&mut self, report: Diagnostic) {
        if self.unclosed_from.is_none_or(|from| report.primary.span.start < from) {
            self.diagnostics.push(report);
        }
    }

    /// Whether a mistake at the current token follows from a reported one.
    fn is_consequence(&self) -> bool {
        self.last_report == Some(self.at.index)
            || self.is_at(TokenKind::Error)
            || self.unclosed_from.is_some_and(|from| self.start() >= from)
    }

    /// What a message calls the current token.
    pub(super) fn found(&self) -> String {
        let token = self.token();
        match token.kind {
            TokenKind::Eof => "the end of the file".to_owned(),
            TokenKind::Str | TokenKind::StrHead => "a string".to_owned(),
            TokenKind::StrMiddle | TokenKind::StrTail => "the `}` of a hole".to_owned(),
            kind if kind.is_reserved_word() => format!("the reserved word `{}`", self.text(token)),
            _ => format!("`{}`", self.text(token)),
        }
    }

    /// Where something is missing: at the found token if it stands on the same line as the one
    /// before it, otherwise right after the one before it.
    pub(super) fn place_of_expectation(&self) -> Span {
        match self.previous() {
            Some(previous) if !self.at.split && self.is_first_on_line(self.at.index) => {
                previous.span(self.file).at_end()
            }
            Some(previous) if self.is_at(TokenKind::Eof) => previous.span(self.file).at_end(),
            Some(_) | None => self.here(),
        }
    }

    /// Whether a line break stands before token `index`, or nothing at all.
    pub(super) fn is_first_on_line(&self, index: usize) -> bool {
        self.column_if_first(index).is_some()
    }

    /// How far token `index` is indented, if it is the first on its line.
    pub(super) fn column_if_first(&self, index: usize) -> Option<usize> {
        let gap_start = index.checked_sub(1).map_or(0, |before| self.tokens[before].end as usize);
        let gap = &self.source[gap_start..self.tokens[index].start as usize];
        match gap.rfind('\n') {
            Some(line_break) => Some(gap.len() - line_break - 1),
            None => (index == 0).then_some(gap.len()),
        }
    }
}
