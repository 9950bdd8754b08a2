//! Names: where they are declared, and paths of them.

use super::{Parsed, Parser, Reported};
use crate::ast::{Ident, Path};
use crate::token::{Token, TokenKind};
use crate::{Diagnostic, diagnostic};

impl Parser<'_> {
    fn ident_of(&self, token: Token) -> Ident {
        Ident { text: self.text(token).to_owned(), span: token.span(self.file) }
    }

    /// Consumes a name that is used; `what` stands in the message, as in "the name of a field".
    pub(super) fn name(&mut self, what: &str) -> Parsed<Ident> {
        if self.is_at(TokenKind::Ident) {
            let token = self.bump();
            return Ok(self.ident_of(token));
        }
        Err(self.expected(what))
    }

    /// Consumes the name that an item declares.
    pub(super) fn item_name(&mut self, what: &str) -> Parsed<Ident> {
        let name = self.declared_name(what, diagnostic::reserved_item_name)?;
        if name.text.starts_with("__") {
            self.remark(diagnostic::compiler_item_name(name.span, &name.text));
        }
        Ok(name)
    }

    /// Consumes the name that a field, variant or method declares.
    pub(super) fn member_name(&mut self, what: &str) -> Parsed<Ident> {
        self.declared_name(what, diagnostic::reserved_item_name)
    }

    /// Consumes the name that a local or parameter declares.
    pub(super) fn local_name(&mut self, what: &str) -> Parsed<Ident> {
        self.declared_name(what, diagnostic::reserved_local_name)
    }

    /// Consumes the name of a local or parameter, or `_`.
    pub(super) fn local_name_or_unused(&mut self, what: &str) -> Parsed<Ident> {
        if self.is_at(TokenKind::Underscore) {
            let token = self.bump();
            return Ok(self.ident_of(token));
        }
        self.local_name(what)
    }

    /// Consumes a name. The name of a primitive type is taken too, if it cannot be a type here, and
    /// reported by `reserved`.
    fn declared_name(
        &mut self,
        what: &str,
        reserved: fn(crate::Span, String) -> Diagnostic,
    ) -> Parsed<Ident> {
        let is_followed_by_name =
            matches!(self.nth(1), TokenKind::Ident | TokenKind::Primitive(_) | TokenKind::LBracket);
        if matches!(self.kind(), TokenKind::Primitive(_)) && !is_followed_by_name {
            let token = self.bump();
            let name = self.ident_of(token);
            self.remark(reserved(name.span, name.text.clone()));
            return Ok(name);
        }
        if self.kind().is_reserved_word() {
            return Err(self.reserved_word_as_name(what));
        }
        self.name(what)
    }

    fn reserved_word_as_name(&mut self, what: &str) -> Reported {
        let word = self.text(self.token());
        let message = format!("expected {what}, found the reserved word `{word}`");
        let report = Diagnostic::parse_error(self.here(), message);
        self.report(report.help(format!("`{word}` has a fixed meaning; choose another name")))
    }

    /// `a.b.c`.
    pub(super) fn path(&mut self, what: &str) -> Parsed<Path> {
        let start = self.start();
        let mut segments = vec![self.name(what)?];
        while self.eat(TokenKind::Dot) {
            segments.push(self.name("a name after `.`")?);
        }
        Ok(Path { segments, span: self.span_from(start) })
    }
}
