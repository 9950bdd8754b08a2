//! Bracketed constructs: comma lists and single values between brackets.
//!
//! A mistake inside a pair of brackets is contained by the pair: parsing goes on at the next comma
//! or at the closing bracket, which `brackets.rs` knows.

use super::{Context, Cursor, Parsed, Parser, Reported};
use crate::token::TokenKind;
use crate::{Diagnostic, Span};

/// A bracket that has been consumed and waits for its partner.
#[derive(Clone, Copy)]
pub(super) struct Open {
    /// Its token; `None` if it is missing and taken for granted, so that no partner is known.
    index: Option<usize>,
    pub(super) span: Span,
    pub(super) closer: TokenKind,
}

impl Parser<'_> {
    /// Consumes the bracket `opener`. A missing `{` is taken for granted after the report if a `}`
    /// further on has no partner otherwise.
    pub(super) fn open(&mut self, opener: TokenKind) -> Parsed<Open> {
        let (index, span, closer) = (self.at.index, self.here(), closer_of(opener));
        if self.eat(opener) {
            return Ok(Open { index: Some(index), span, closer });
        }
        let reported = self.expected(opener.expectation());
        let is_forgotten =
            opener == TokenKind::LBrace && self.brackets.lacks_opening_brace_after(self.at.index);
        if is_forgotten { Ok(Open { index: None, span, closer }) } else { Err(reported) }
    }

    /// A comma list between brackets; a comma may follow the last element. Elements with mistakes
    /// are left out.
    pub(super) fn list<T>(
        &mut self,
        opener: TokenKind,
        element: fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let open = self.open(opener)?;
        let outer = std::mem::replace(&mut self.context, Context::FREE);
        let elements = self.list_elements(open, element);
        self.context = outer;
        elements
    }

    fn list_elements<T>(
        &mut self,
        open: Open,
        element: fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Vec<T>> {
        let mut elements = Vec::new();
        while !self.eat(open.closer) {
            let end = match element(self) {
                Ok(element) => {
                    elements.push(element);
                    self.end_of_element(open)
                }
                Err(reported) => Err(reported),
            };
            if let Err(reported) = end {
                self.leave_element(open, reported)?;
            }
        }
        Ok(elements)
    }

    /// Consumes the comma after an element; the closing bracket is left.
    fn end_of_element(&mut self, open: Open) -> Parsed<()> {
        if self.is_at(open.closer) || self.eat(TokenKind::Comma) {
            return Ok(());
        }
        if self.is_at(TokenKind::Eof) {
            return Err(self.unclosed(open));
        }
        let closer = open.closer.expectation();
        Err(self.expected(format_args!("`,` or {closer}")))
    }

    /// Skips to the next element, or to the closing bracket. At a semicolon the list is given up if
    /// there is a `}` missing: then it is probably the one of the list.
    fn leave_element(&mut self, open: Open, reported: Reported) -> Parsed<()> {
        let is_unclosed = self.is_at(TokenKind::Semicolon)
            && self.brackets.lacks_closing_brace_before(self.at.index);
        if is_unclosed {
            return Err(reported);
        }
        let closer = self.partner_ahead(open, reported)?;
        while self.at.index < closer {
            if self.is_at(TokenKind::Comma) {
                while self.eat(TokenKind::Comma) {}
                return Ok(());
            }
            self.skip();
        }
        Ok(())
    }

    /// One construct between brackets. `None` if a mistake in it has been reported.
    pub(super) fn enclosed<T>(
        &mut self,
        opener: TokenKind,
        content: fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Option<T>> {
        let open = self.open(opener)?;
        let outer = std::mem::replace(&mut self.context, Context::FREE);
        let content = self.enclosed_content(open, content);
        self.context = outer;
        content
    }

    fn enclosed_content<T>(
        &mut self,
        open: Open,
        content: fn(&mut Self) -> Parsed<T>,
    ) -> Parsed<Option<T>> {
        let result = content(self).and_then(|value| self.close(open).map(|()| value));
        match result {
            Ok(value) => Ok(Some(value)),
            Err(reported) => {
                let closer = self.partner_ahead(open, reported)?;
                self.at = Cursor::at(closer + 1);
                Ok(None)
            }
        }
    }

    /// Consumes the partner of `open`.
    pub(super) fn close(&mut self, open: Open) -> Parsed<()> {
        if self.eat(open.closer) {
            return Ok(());
        }
        if self.is_at(TokenKind::Eof) {
            return Err(self.unclosed(open));
        }
        Err(self.expected(open.closer.expectation()))
    }

    /// Reports that `open` has no partner.
    pub(super) fn unclosed(&mut self, open: Open) -> Reported {
        let (closer, found) = (open.closer.expectation(), self.found());
        let message = format!("expected {closer}, found {found}");
        let report = Diagnostic::parse_error(self.place_of_expectation(), message);
        self.report(report.also(open.span, "this is never closed"))
    }

    /// Whether `open` has a partner.
    pub(super) fn has_partner(&self, open: Open) -> bool {
        self.partner(open).is_some()
    }

    fn partner(&self, open: Open) -> Option<usize> {
        open.index.and_then(|index| self.brackets.closer(index))
    }

    /// The index of the partner of `open`, if it has one that has not been passed.
    fn partner_ahead(&self, open: Open, reported: Reported) -> Parsed<usize> {
        self.partner(open).filter(|&closer| closer >= self.at.index).ok_or(reported)
    }
}

fn closer_of(opener: TokenKind) -> TokenKind {
    match opener {
        TokenKind::LParen => TokenKind::RParen,
        TokenKind::LBracket => TokenKind::RBracket,
        TokenKind::LBrace => TokenKind::RBrace,
        other => unreachable!("{other:?} opens no list"),
    }
}
