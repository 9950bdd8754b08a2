//! Postfix forms: calls, members, elements, `?`.

use super::{Parsed, Parser};
use crate::ast::{Arg, Call, Expr, ExprKind, Index, MemberAccess, PathSegment};
use crate::token::TokenKind;

impl Parser<'_> {
    /// A primary expression with everything that is applied to it.
    pub(super) fn postfix(&mut self) -> Parsed<Expr> {
        self.chain(Self::postfix_chain)
    }

    fn postfix_chain(&mut self) -> Parsed<Expr> {
        let start = self.start();
        let mut expr = self.primary()?;
        loop {
            let kind = match self.kind() {
                TokenKind::LParen => self.call(expr)?,
                TokenKind::Dot => self.member_access(expr)?,
                TokenKind::LBracket => self.index(expr)?,
                TokenKind::Question => {
                    self.bump();
                    ExprKind::Try(Box::new(expr))
                }
                _ => return Ok(expr),
            };
            self.link()?;
            expr = self.expr_node(kind, start);
        }
    }

    fn call(&mut self, callee: Expr) -> Parsed<ExprKind> {
        let args = self.list(TokenKind::LParen, Self::arg)?;
        Ok(ExprKind::Call(Call { callee: Box::new(callee), args }))
    }

    fn arg(&mut self) -> Parsed<Arg> {
        let start = self.start();
        let mode = self.pass_mode();
        let value = self.expr()?;
        Ok(Arg { mode, value, span: self.span_from(start) })
    }

    fn member_access(&mut self, object: Expr) -> Parsed<ExprKind> {
        self.bump();
        let segment = self.expr_segment("a name after `.`")?;
        Ok(ExprKind::Member(MemberAccess { object: Box::new(object), segment }))
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

    fn index(&mut self, object: Expr) -> Parsed<ExprKind> {
        let index = self.enclosed(TokenKind::LBracket, Self::expr)?;
        Ok(match index {
            Some(index) => {
                ExprKind::Index(Index { object: Box::new(object), index: Box::new(index) })
            }
            None => ExprKind::Error,
        })
    }
}
