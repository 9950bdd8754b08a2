//! Brace bodies without commas between their elements: blocks and the bodies of declarations.

use super::lists::Open;
use super::scan::Declaration;
use super::{Context, Parsed, Parser};
use crate::ast::{Block, Stmt, StmtKind};
use crate::token::TokenKind;

impl Parser<'_> {
    /// `{ … }` with statements.
    pub(super) fn block(&mut self) -> Parsed<Block> {
        self.nested(Self::block_at_depth)
    }

    fn block_at_depth(&mut self) -> Parsed<Block> {
        let start = self.start();
        let stmts = self.statements(Self::statement, error_statement)?;
        Ok(Block { stmts, span: self.span_from(start) })
    }

    /// The statement-like `element`s between braces. One with a mistake becomes `error()`.
    pub(super) fn statements<T>(
        &mut self,
        element: fn(&mut Self) -> Parsed<T>,
        error: fn(crate::Span) -> T,
    ) -> Parsed<Vec<T>> {
        let open = self.open(TokenKind::LBrace)?;
        let outer = std::mem::replace(&mut self.context, Context::FREE);
        let elements = self.statements_until(open, element, error);
        self.context = outer;
        elements
    }

    fn statements_until<T>(
        &mut self,
        open: Open,
        element: fn(&mut Self) -> Parsed<T>,
        error: fn(crate::Span) -> T,
    ) -> Parsed<Vec<T>> {
        let mut elements = Vec::new();
        while !self.eat(open.closer) {
            if self.is_block_unclosed() {
                return Err(self.unclosed(open));
            }
            let before = self.at;
            let start = self.start();
            match element(self) {
                Ok(element) => elements.push(element),
                Err(_) => {
                    self.move_on_from(before);
                    self.skip_statement();
                    elements.push(error(self.span_from(start)));
                }
            }
        }
        Ok(elements)
    }

    /// The members between the braces of a type, enum, contract or `impl`. Those with mistakes are
    /// left out.
    pub(super) fn members<T>(&mut self, member: fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let open = self.open(TokenKind::LBrace)?;
        let mut members = Vec::new();
        while !self.eat(open.closer) {
            if self.is_body_unclosed(open) {
                return Err(self.unclosed(open));
            }
            let before = self.at;
            match member(self) {
                Ok(member) => members.push(member),
                Err(_) => {
                    self.move_on_from(before);
                    self.skip_member();
                }
            }
        }
        Ok(members)
    }

    /// Consumes a token unless something has been consumed since `before`.
    fn move_on_from(&mut self, before: super::Cursor) {
        if self.at == before && !self.is_at(TokenKind::RBrace) {
            self.skip();
        }
    }

    /// Whether a member was expected and the next item begins, so that a `}` is missing. What begins
    /// like a member is taken for an item only if the body is known to have no `}`.
    fn is_body_unclosed(&self, open: Open) -> bool {
        let found = self.kind();
        found == TokenKind::Eof
            || (found.starts_item() && found != TokenKind::Pub)
            || (self.is_indented_like_item() && !self.has_partner(open))
    }

    /// Whether a statement was expected and the next item begins, so that a `}` is missing.
    fn is_block_unclosed(&mut self) -> bool {
        let found = self.kind();
        found == TokenKind::Eof || found.starts_item() || self.at_function_of_next_item()
    }

    /// Whether a function begins here that is indented no deeper than the item around it.
    fn at_function_of_next_item(&mut self) -> bool {
        self.is_indented_like_item() && matches!(self.scan_declaration(), Declaration::Function)
    }

    /// Whether a line begins here that is indented no deeper than the item around it.
    fn is_indented_like_item(&self) -> bool {
        let column = self.column_if_first(self.at.index);
        matches!((column, self.item_column), (Some(column), Some(item)) if column <= item)
    }
}

/// What stands for a statement with a mistake.
fn error_statement(span: crate::Span) -> Stmt {
    Stmt { kind: StmtKind::Error, span }
}
