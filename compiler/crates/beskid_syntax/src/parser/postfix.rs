//! Postfix forms: calls, members, elements, `?`.

use super::{Parsed, Parser};
use crate::ast::{Arg, Call, Expr, ExprKind, Index, MemberAccess, PathSegment};
use crate::token::TokenKind;

impl Parser<'_> {
    /// A primary expression with everything that is applied to it.
    pub(super) fn postfix(&mut self) -> Parsed<Box<Expr>> {
        self.chain(Self::postfix_chain)
    }

    fn postfix_chain(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let mut expr = self.primary()?;
        loop {
            expr = match self.kind() {
                TokenKind::LParen => self.call(expr, start)?,
                TokenKind::Dot => self.member_access(expr, start)?,
                TokenKind::LBracket => self.index(expr, start)?,
                TokenKind::Question => self.try_operator(expr, start),
                _ => return Ok(expr),
            };
            self.link()?;
        }
    }

    fn call(&mut self, callee: Box<Expr>, start: u32) -> Parsed<Box<Expr>> {
        let args = self.list(TokenKind::LParen, Self::arg)?;
        Ok(self.expr_node(ExprKind::Call(Call { callee, args }), start))
    }

    fn arg(&mut self) -> Parsed<Arg> {
        let start = self.start();
        let mode = self.pass_mode();
        let value = self.expr()?;
        Ok(Arg { mode, value, span: self.span_from(start) })
    }

    fn try_operator(&mut self, operand: Box<Expr>, start: u32) -> Box<Expr> {
        self.bump();
        self.expr_node(ExprKind::Try(operand), start)
    }

    fn member_access(&mut self, object: Box<Expr>, start: u32) -> Parsed<Box<Expr>> {
        self.bump();
        let segment = self.expr_segment("a name after `.`")?;
        Ok(self.expr_node(ExprKind::Member(MemberAccess { object, segment }), start))
    }

    /// A name with type arguments, if it is certain that they are type arguments.
    pub(super) fn expr_segment(&mut self, what: &str) -> Parsed<PathSegment> {
        let start = self.start();
        let name = self.name(what)?;
        let type_args = match self.at_type_args() {
            true => Some(self.type_args()?),
            false => None,
        };
        Ok(PathSegment { name, type_args, span: self.span_from(start) })
    }

    fn index(&mut self, object: Box<Expr>, start: u32) -> Parsed<Box<Expr>> {
        let index = self.enclosed(TokenKind::LBracket, Self::boxed_expr)?;
        let kind = index.map_or(ExprKind::Error, |index| ExprKind::Index(Index { object, index }));
        Ok(self.expr_node(kind, start))
    }
}
