//! Statements.

use super::scan::Declaration;
use super::{Context, Parsed, Parser, Reported};
use crate::Diagnostic;
use crate::ast::{Expr, For, If, IfBranch, Local, Stmt, StmtKind, While};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn statement(&mut self) -> Parsed<Stmt> {
        if self.inside_test {
            // Documentation of the steps of a test is allowed and belongs to no node.
            self.take_docs();
        }
        let start = self.start();
        let ends_in_brace = self.is_compound();
        let kind = self.statement_kind()?;
        if ends_in_brace {
            // It needs no semicolon; one is tolerated.
            self.eat(TokenKind::Semicolon);
        }
        Ok(Stmt { kind, span: self.span_from(start) })
    }

    fn statement_kind(&mut self) -> Parsed<StmtKind> {
        match self.kind() {
            TokenKind::Let => self.inferred_local(),
            TokenKind::Return => self.return_statement(),
            TokenKind::Break => self.jump(StmtKind::Break, "`break`"),
            TokenKind::Continue => self.jump(StmtKind::Continue, "`continue`"),
            TokenKind::If => self.if_statement(),
            TokenKind::While => self.while_statement(),
            TokenKind::For => self.for_statement(),
            TokenKind::Match => self.match_expr().map(|it| StmtKind::Expr(*it)),
            TokenKind::LBrace => self.block().map(StmtKind::Block),
            TokenKind::Use => self.import().map(StmtKind::Use),
            _ => self.declaration_or_expression(),
        }
    }

    /// Whether the statement that begins here ends in a brace.
    fn is_compound(&self) -> bool {
        use TokenKind::{For, If, LBrace, Match, While};
        matches!(self.kind(), If | While | For | Match | LBrace)
    }

    fn declaration_or_expression(&mut self) -> Parsed<StmtKind> {
        match self.scan_declaration() {
            Declaration::Local => self.typed_local(),
            Declaration::Function => self.function_in_block(),
            Declaration::None => self.expression_statement(),
        }
    }

    fn expression_statement(&mut self) -> Parsed<StmtKind> {
        if !self.starts_expression() {
            return Err(self.unexpected("a statement"));
        }
        let value = self.expr()?;
        self.semicolon("this expression")?;
        Ok(StmtKind::Expr(value))
    }

    /// Consumes the semicolon after `what`. A missing one at the end of a line, or before a `}`, is
    /// reported and then taken for granted.
    pub(super) fn semicolon(&mut self, what: &str) -> Parsed<()> {
        if self.eat(TokenKind::Semicolon) {
            return Ok(());
        }
        let is_plausible = self.is_at(TokenKind::RBrace) || self.is_first_on_line(self.at.index);
        let reported = self.expected_after(format_args!("`;` after {what}"));
        if is_plausible { Ok(()) } else { Err(reported) }
    }

    /// `let mut name: type = value;`.
    fn inferred_local(&mut self) -> Parsed<StmtKind> {
        self.bump();
        let mutable = self.eat_span(TokenKind::Mut);
        let name = self.local_name_or_unused("the name of a local")?;
        let ty = match self.eat(TokenKind::Colon) {
            true => Some(self.ty()?),
            false => None,
        };
        let value = self.initialiser()?;
        Ok(StmtKind::Local(Local { mutable, ty, name, value }))
    }

    /// `mut type name = value;`; `mut` may stand after the type too.
    fn typed_local(&mut self) -> Parsed<StmtKind> {
        let mutable_before = self.eat_span(TokenKind::Mut);
        let ty = Some(self.ty()?);
        let mutable = self.eat_span(TokenKind::Mut).or(mutable_before);
        if self.is_at(TokenKind::Underscore) {
            return Err(self.typed_local_without_name());
        }
        let name = self.local_name("the name of a local")?;
        let value = self.initialiser()?;
        Ok(StmtKind::Local(Local { mutable, ty, name, value }))
    }

    fn typed_local_without_name(&mut self) -> Reported {
        let report =
            Diagnostic::parse_error(self.here(), "expected the name of a local, found `_`");
        self.report(report.help("write `let _ = …;` to drop a value"))
    }

    fn initialiser(&mut self) -> Parsed<Expr> {
        self.expect(TokenKind::Assign, " and a value: every local is initialised")?;
        let value = self.expr()?;
        self.semicolon("the value of the local")?;
        Ok(value)
    }

    /// Parses a function that stands among statements, only to go on behind it.
    fn function_in_block(&mut self) -> Parsed<StmtKind> {
        let report = Diagnostic::parse_error(self.here(), "a function cannot stand in a block");
        self.report(report.help("write a lambda, or move it out of the block"));
        self.nested(Self::function)?;
        Ok(StmtKind::Error)
    }

    fn return_statement(&mut self) -> Parsed<StmtKind> {
        self.bump();
        let value = match self.kind() {
            TokenKind::Semicolon | TokenKind::RBrace | TokenKind::Eof => None,
            _ => Some(self.expr()?),
        };
        self.semicolon("`return`")?;
        Ok(StmtKind::Return(value))
    }

    fn jump(&mut self, kind: StmtKind, word: &str) -> Parsed<StmtKind> {
        self.bump();
        self.semicolon(word)?;
        Ok(kind)
    }

    fn if_statement(&mut self) -> Parsed<StmtKind> {
        let mut branches = Vec::new();
        self.if_branch(&mut branches)?;
        while self.eat(TokenKind::Else) {
            if !self.is_at(TokenKind::If) {
                let otherwise = Some(self.block()?);
                return Ok(StmtKind::If(If { branches, otherwise }));
            }
            self.if_branch(&mut branches)?;
        }
        Ok(StmtKind::If(If { branches, otherwise: None }))
    }

    fn if_branch(&mut self, branches: &mut Vec<IfBranch>) -> Parsed<()> {
        let start = self.start();
        self.bump();
        let condition = self.expr_in(Context::HEAD)?;
        let body = self.block()?;
        branches.push(IfBranch { condition: *condition, body, span: self.span_from(start) });
        Ok(())
    }

    fn while_statement(&mut self) -> Parsed<StmtKind> {
        self.bump();
        let condition = self.expr_in(Context::HEAD)?;
        let body = self.block()?;
        Ok(StmtKind::While(While { condition: *condition, body }))
    }

    fn for_statement(&mut self) -> Parsed<StmtKind> {
        self.bump();
        let name = self.local_name_or_unused("the name of a loop variable")?;
        self.expect(TokenKind::In, " after the loop variable")?;
        let iterable = self.expr_in(Context::HEAD)?;
        let body = self.block()?;
        Ok(StmtKind::For(For { name, iterable: *iterable, body }))
    }
}
