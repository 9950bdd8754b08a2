//! Expressions: lambdas, assignments and operators.

use super::{Context, Parsed, Parser};
use crate::ast::{
    Assign, Binary, BinaryOp, Expr, ExprKind, Lambda, LambdaBody, LambdaParam, Unary, UnaryOp,
};
use crate::token::TokenKind;

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.boxed_expr().map(|it| *it)
    }

    /// Any expression, for where the tree holds it in a box.
    pub(super) fn boxed_expr(&mut self) -> Parsed<Box<Expr>> {
        self.nested(Self::expr_at_depth)
    }

    /// An expression in a place that restricts its form.
    pub(super) fn expr_in(&mut self, context: Context) -> Parsed<Box<Expr>> {
        let outer = std::mem::replace(&mut self.context, context);
        let expr = self.boxed_expr();
        self.context = outer;
        expr
    }

    fn expr_at_depth(&mut self) -> Parsed<Box<Expr>> {
        if self.at_lambda() { self.lambda() } else { self.assignment() }
    }

    fn assignment(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let target = self.operators(0)?;
        let Some(op) = assignment_operator(self.kind()) else { return Ok(target) };
        let op_span = self.here();
        self.bump();
        let value = self.boxed_expr()?;
        Ok(self.expr_node(ExprKind::Assign(Assign { op, op_span, target, value }), start))
    }

    /// Operators that bind at least as tightly as `level`.
    fn operators(&mut self, level: u8) -> Parsed<Box<Expr>> {
        let outer = std::mem::take(&mut self.tallest);
        let result = self.operator_chain(level);
        self.tallest = outer.max(self.tallest);
        result
    }

    fn operator_chain(&mut self, level: u8) -> Parsed<Box<Expr>> {
        let start = self.start();
        let mut left = self.unary()?;
        while let Some((op, found)) = binary_operator(self.kind())
            && found >= level
        {
            let op_span = self.here();
            self.bump();
            let right = self.right_operand(found + 1)?;
            self.link()?;
            left = self.expr_node(ExprKind::Binary(Binary { op, op_span, left, right }), start);
        }
        Ok(left)
    }

    fn right_operand(&mut self, level: u8) -> Parsed<Box<Expr>> {
        let outer = self.descend()?;
        let result = self.operators(level);
        self.ascend(outer);
        result
    }

    fn unary(&mut self) -> Parsed<Box<Expr>> {
        let op = match self.kind() {
            TokenKind::Minus => UnaryOp::Neg,
            TokenKind::Not => UnaryOp::Not,
            _ => return self.postfix(),
        };
        let (start, op_span) = (self.start(), self.here());
        self.bump();
        let operand = self.nested(Self::unary)?;
        Ok(self.expr_node(ExprKind::Unary(Unary { op, op_span, operand }), start))
    }

    fn lambda(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let params = match self.kind() {
            TokenKind::LParen => self.list(TokenKind::LParen, Self::lambda_param)?,
            _ => vec![self.untyped_lambda_param()?],
        };
        self.expect(TokenKind::FatArrow, " after the parameters")?;
        let body = match self.kind() {
            TokenKind::LBrace => LambdaBody::Block(self.block()?),
            _ => LambdaBody::Expr(self.boxed_expr()?),
        };
        Ok(self.expr_node(ExprKind::Lambda(Lambda { params, body }), start))
    }

    fn lambda_param(&mut self) -> Parsed<LambdaParam> {
        let is_one_word = matches!(self.nth(1), TokenKind::Comma | TokenKind::RParen);
        if is_one_word && !self.is_at(TokenKind::LParen) {
            return self.untyped_lambda_param();
        }
        let start = self.start();
        let mutable = self.eat_span(TokenKind::Mut);
        let ty = Some(self.ty()?);
        let name = self.local_name_or_unused("the name of a parameter")?;
        Ok(LambdaParam { mutable, ty, name, span: self.span_from(start) })
    }

    fn untyped_lambda_param(&mut self) -> Parsed<LambdaParam> {
        let name = self.local_name_or_unused("the name of a parameter")?;
        let span = name.span;
        Ok(LambdaParam { mutable: None, ty: None, name, span })
    }
}

/// The operator that an assignment token carries: `None` for `=`.
fn assignment_operator(kind: TokenKind) -> Option<Option<BinaryOp>> {
    match kind {
        TokenKind::Assign => Some(None),
        TokenKind::PlusAssign => Some(Some(BinaryOp::Add)),
        TokenKind::MinusAssign => Some(Some(BinaryOp::Sub)),
        TokenKind::StarAssign => Some(Some(BinaryOp::Mul)),
        TokenKind::SlashAssign => Some(Some(BinaryOp::Div)),
        TokenKind::PercentAssign => Some(Some(BinaryOp::Rem)),
        _ => None,
    }
}

/// The operator that a token is, and how tightly it binds.
fn binary_operator(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        TokenKind::OrOr => (BinaryOp::Or, 0),
        TokenKind::AndAnd => (BinaryOp::And, 1),
        TokenKind::EqEq => (BinaryOp::Eq, 2),
        TokenKind::NotEq => (BinaryOp::Ne, 2),
        TokenKind::EqEqEq => (BinaryOp::Same, 2),
        TokenKind::NotEqEq => (BinaryOp::NotSame, 2),
        TokenKind::Lt => (BinaryOp::Lt, 3),
        TokenKind::Le => (BinaryOp::Le, 3),
        TokenKind::Gt => (BinaryOp::Gt, 3),
        TokenKind::Ge => (BinaryOp::Ge, 3),
        TokenKind::Plus => (BinaryOp::Add, 4),
        TokenKind::Minus => (BinaryOp::Sub, 4),
        TokenKind::Star => (BinaryOp::Mul, 5),
        TokenKind::Slash => (BinaryOp::Div, 5),
        TokenKind::Percent => (BinaryOp::Rem, 5),
        _ => return None,
    })
}
