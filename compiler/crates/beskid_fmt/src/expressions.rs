//! Expressions.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a question about expressions names those that it is about"
)]

use beskid_syntax::ast::{
    EnumCtor, Expr, ExprKind, FieldInit, Lambda, LambdaBody, LambdaParam, StringPart,
    StructLiteral, Unary, UnaryOp,
};

use crate::lists::{BRACES, PARENS, SQUARE};
use crate::pieces::{GroupId, GroupKind};
use crate::writer::Writer;

/// Elements of arrays up to this length share lines.
const SHORT_ELEMENT: u32 = 12;

impl Writer<'_> {
    pub(crate) fn expr(&mut self, expr: &Expr) {
        self.expr_hugging(expr, &[]);
    }

    /// An expression behind `=`, `=>` or `return`. What has no place to break goes to a line of its
    /// own if it does not fit; all else breaks where it can.
    pub(crate) fn value(&mut self, expr: &Expr) {
        if !is_atom(expr) {
            self.space();
            return self.expr(expr);
        }
        self.open(GroupKind::Wrap);
        self.indented(|it| {
            it.line();
            it.expr(expr);
        });
        self.close();
    }

    /// An expression whose opening bracket may end the first line of the groups `hugs`.
    pub(crate) fn expr_hugging(&mut self, expr: &Expr, hugs: &[GroupId]) {
        match &expr.kind {
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Char(_) => {
                self.token();
            }
            ExprKind::Str(_) | ExprKind::This | ExprKind::Primitive(_) => self.token(),
            ExprKind::Interpolated(parts) => self.interpolated(parts),
            ExprKind::Unit => {
                self.expect("(");
                self.expect(")");
            }
            ExprKind::Name(segment) => self.segment(segment),
            ExprKind::Paren(inner) => self.parenthesised(inner),
            ExprKind::Unary(unary) => self.unary(unary),
            ExprKind::Binary(_) => self.group(|it| it.operands(expr)),
            ExprKind::Assign(assign) => {
                self.expr(&assign.target);
                self.space();
                self.token();
                self.value(&assign.value);
            }
            ExprKind::Call(_) | ExprKind::Member(_) | ExprKind::Index(_) | ExprKind::Try(_) => {
                self.postfix(expr);
            }
            ExprKind::Array(elements) => self.array(elements, hugs),
            ExprKind::EnumCtor(it) => self.enum_ctor(it),
            ExprKind::Struct(it) => self.struct_literal(it, hugs),
            ExprKind::Block(block) => self.block(block, hugs),
            ExprKind::Match(it) => self.match_expr(it, hugs),
            ExprKind::Lambda(lambda) => self.lambda(lambda, hugs),
            ExprKind::Spawn(call) => {
                self.expect("spawn");
                self.space();
                self.expr(call);
            }
            ExprKind::Error => self.no_syntax("an expression"),
        }
    }

    /// Two signs are kept apart: `--` looks like an operator of other languages.
    fn unary(&mut self, unary: &Unary) {
        self.expect(unary.op.symbol());
        if unary.op == UnaryOp::Neg && self.is_at("-") {
            self.space();
        }
        self.expr(&unary.operand);
    }

    /// A string with holes, in which a line breaks only if it must.
    fn interpolated(&mut self, parts: &[StringPart]) {
        self.token();
        for part in parts {
            if let StringPart::Hole(value) = part {
                self.open(GroupKind::Hole);
                self.expr(value);
                self.close();
                self.token();
            }
        }
    }

    fn parenthesised(&mut self, inner: &Expr) {
        self.group(|it| {
            it.expect("(");
            it.indented(|it| {
                it.soft_line();
                it.expr(inner);
            });
            it.soft_line();
            it.expect(")");
        });
    }

    /// `[a, b]`. Numbers and the like fill the lines; other elements have a line each.
    fn array(&mut self, elements: &[Expr], hugs: &[GroupId]) {
        let is_short = |it: &Expr| literal_width(it).is_some_and(|width| width <= SHORT_ELEMENT);
        self.open(GroupKind::Plain);
        if !elements.is_empty() && elements.iter().all(is_short) {
            self.filled(elements, hugs, Self::expr);
        } else {
            self.list_content(SQUARE, elements, hugs, Self::expr);
        }
        self.close();
    }

    fn enum_ctor(&mut self, it: &EnumCtor) {
        self.type_path(&it.path);
        self.expect("::");
        self.token();
        if let Some(args) = &it.args {
            self.arguments(args, |it| (false, it), None);
        }
    }

    fn struct_literal(&mut self, it: &StructLiteral, hugs: &[GroupId]) {
        self.type_path(&it.path);
        self.space();
        self.open(GroupKind::Plain);
        self.list_content(BRACES, &it.fields, hugs, Self::field_init);
        self.close();
    }

    fn field_init(&mut self, field: &FieldInit) {
        self.token();
        self.expect(":");
        self.value(&field.value);
    }

    fn lambda(&mut self, lambda: &Lambda, hugs: &[GroupId]) {
        if self.is_at("(") {
            self.list(PARENS, &lambda.params, Self::lambda_param);
        } else {
            self.token();
        }
        self.space();
        self.expect("=>");
        match &lambda.body {
            LambdaBody::Expr(value) => self.value(value),
            LambdaBody::Block(block) => {
                self.space();
                self.block(block, hugs);
            }
        }
    }

    fn lambda_param(&mut self, param: &LambdaParam) {
        if param.mutable.is_some() {
            self.expect("mut");
            self.space();
        }
        if let Some(ty) = &param.ty {
            self.ty(ty);
            self.space();
        }
        self.token();
    }
}

/// How wide a literal is, with its sign; `None` for other expressions.
fn literal_width(expr: &Expr) -> Option<u32> {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Char(_) => {
            Some(expr.span.end - expr.span.start)
        }
        ExprKind::Unary(unary) => Some(1 + literal_width(&unary.operand)?),
        _ => None,
    }
}

/// Whether an expression has no place where a line could break.
fn is_atom(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Bool(_) | ExprKind::Char(_) => true,
        ExprKind::Str(_) | ExprKind::Interpolated(_) | ExprKind::This | ExprKind::Unit => true,
        ExprKind::Name(segment) => segment.type_args.is_none(),
        ExprKind::Primitive(_) => true,
        ExprKind::Member(member) => member.segment.type_args.is_none() && is_atom(&member.object),
        ExprKind::EnumCtor(it) => it.args.is_none(),
        ExprKind::Unary(unary) => is_atom(&unary.operand),
        ExprKind::Try(operand) => is_atom(operand),
        _ => false,
    }
}
