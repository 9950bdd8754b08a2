//! Values whose type is still open, because they consist of number literals without suffix.
//!
//! Such a value takes the numeric type that its context expects (reference 8.1). It is checked once
//! with a provisional type and then retyped in place, literal by literal.

use beskid_syntax::{Primitive, Span, ast, diagnostic};

use crate::typed::{ArithmeticOp, Expr, ExprKind, Type, TypeId};
use crate::types::{ERROR, int_range};

use super::body::Body;

/// A checked expression.
pub(super) struct Value {
    /// The expression; its type is provisional while the value is open.
    pub(super) expr: Expr,
    /// The whole expression, for messages.
    pub(super) span: Span,
    /// Which types the value can take, if that is open.
    pub(super) open: Option<Open>,
}

/// The types that an open value can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// Integer literals: any number type, `i32` without context.
    Number,
    /// Integer literals under `%`: any integer type, `i32` without context.
    Integer,
    /// At least one float literal: any float type, `f64` without context.
    Float,
}

impl Open {
    /// What both operands of an operator can be.
    pub(super) fn both(self, other: Open) -> Option<Open> {
        match (self, other) {
            (Open::Number, it) | (it, Open::Number) => Some(it),
            (Open::Integer, Open::Integer) => Some(Open::Integer),
            (Open::Float, Open::Float) => Some(Open::Float),
            (Open::Integer, Open::Float) | (Open::Float, Open::Integer) => None,
        }
    }

    /// The type without context.
    pub(super) fn default_type(self) -> TypeId {
        match self {
            Open::Number | Open::Integer => TypeId::I32,
            Open::Float => TypeId::F64,
        }
    }
}

impl Value {
    /// A value of a known type.
    pub(super) fn closed(expr: Expr, span: Span) -> Self {
        Value { expr, span, open: None }
    }

    /// A value whose type is open.
    pub(super) fn open(kind: ExprKind, open: Open, span: Span) -> Self {
        Value { expr: Expr { kind, ty: open.default_type(), span }, span, open: Some(open) }
    }

    /// What stands for an expression with a reported mistake.
    pub(super) fn error(span: Span) -> Self {
        Self::closed(error_expr(span), span)
    }

    /// The type, provisional for open values.
    pub(super) fn ty(&self) -> TypeId {
        self.expr.ty
    }
}

/// What stands for an expression with a reported mistake.
pub(super) fn error_expr(span: Span) -> Expr {
    Expr { kind: ExprKind::Unit, ty: ERROR, span }
}

impl Body<'_, '_> {
    /// `7`, `7i64`.
    pub(super) fn int_literal(&mut self, literal: ast::IntLiteral, span: Span) -> Value {
        match literal.suffix {
            Some(suffix) => self.suffixed_int(literal.value, false, suffix, span),
            None => Value::open(open_int(literal.value), Open::Number, span),
        }
    }

    /// `1.5`, `1.5f64`.
    pub(super) fn float_literal(&mut self, literal: ast::FloatLiteral, span: Span) -> Value {
        match literal.suffix {
            Some(suffix) => {
                let ty = self.checked.types.primitive(suffix);
                let expr = Expr { kind: ExprKind::Float(literal.value), ty, span };
                Value::closed(expr, span)
            }
            None => Value::open(ExprKind::Float(literal.value), Open::Float, span),
        }
    }

    /// `-7i8`: the sign counts as part of the literal.
    pub(super) fn negative_suffixed_int(
        &mut self,
        literal: ast::IntLiteral,
        suffix: Primitive,
        span: Span,
    ) -> Value {
        self.suffixed_int(literal.value, true, suffix, span)
    }

    fn suffixed_int(
        &mut self,
        magnitude: u128,
        negative: bool,
        suffix: Primitive,
        span: Span,
    ) -> Value {
        let ty = self.checked.types.primitive(suffix);
        match self.fitting(magnitude, negative, ty) {
            Some(bits) => Value::closed(Expr { kind: ExprKind::Int(bits), ty, span }, span),
            None => {
                self.out_of_range(span, ty);
                Value::error(span)
            }
        }
    }

    /// The bits of a number in an integer type, if it fits.
    fn fitting(&self, magnitude: u128, negative: bool, ty: TypeId) -> Option<i64> {
        let Some(Type::Int(kind)) = self.checked.types.get(ty) else { return None };
        let magnitude = i128::try_from(magnitude).ok()?;
        let value = if negative { -magnitude } else { magnitude };
        let (least, greatest) = int_range(kind);
        // Unsigned 64-bit values keep their bits.
        (least <= value && value <= greatest).then_some(value as i64)
    }

    fn out_of_range(&mut self, span: Span, ty: TypeId) {
        let literal = self.world.scopes.tree.sources.snippet(span).to_owned();
        let shown = self.checked.types.display(ty);
        let found = diagnostic::literal_out_of_range(span, literal, shown);
        let found = match self.checked.types.get(ty) {
            Some(Type::Int(kind)) => {
                let (least, greatest) = int_range(kind);
                found.note(format!("the values go from {least} to {greatest}"))
            }
            _ => found,
        };
        self.report(found);
    }

    /// Whether an open value can take a type.
    pub(super) fn can_take(&self, open: Open, ty: TypeId) -> bool {
        match open {
            Open::Number => self.checked.types.is_numeric(ty),
            Open::Integer => self.checked.types.is_integer(ty),
            Open::Float => self.checked.types.is_float(ty),
        }
    }

    /// Whether every literal of an open value fits a type.
    pub(super) fn literals_fit(&self, expr: &Expr, ty: TypeId) -> bool {
        let to_float = self.checked.types.is_float(ty);
        let mut pending = vec![expr];
        while let Some(expr) = pending.pop() {
            match literal_of(expr) {
                Some(_) if to_float => {}
                Some((Literal::Int(magnitude), negative)) => {
                    if self.fitting(magnitude.into(), negative, ty).is_none() {
                        return false;
                    }
                }
                Some((Literal::Float(_), _)) => return false,
                None => {
                    if let ExprKind::Negate(inner) = &expr.kind {
                        pending.push(inner);
                    } else if let ExprKind::Arithmetic(_, left, right) = &expr.kind {
                        pending.extend([&**left, right]);
                    }
                }
            }
        }
        true
    }

    /// Gives an open value its type. Literals that do not fit are reported.
    pub(super) fn retype(&mut self, mut expr: Expr, ty: TypeId) -> Expr {
        let mut pending = vec![&mut expr];
        let mut fits = true;
        while let Some(expr) = pending.pop() {
            fits &= self.retype_node(expr, ty);
            pending.extend(operands_mut(expr));
        }
        if fits { expr } else { error_expr(expr.span) }
    }

    /// Retypes a node without its operands; `false` if a literal does not fit.
    fn retype_node(&mut self, expr: &mut Expr, ty: TypeId) -> bool {
        let to_float = self.checked.types.is_float(ty);
        let Some((literal, negative)) = literal_of(expr) else {
            expr.ty = ty;
            return true;
        };
        let kind = match literal {
            Literal::Int(magnitude) if !to_float => {
                self.fitting(magnitude.into(), negative, ty).map(ExprKind::Int)
            }
            Literal::Int(magnitude) => Some(float_kind(magnitude as f64, negative)),
            Literal::Float(value) if to_float => Some(float_kind(value, negative)),
            Literal::Float(_) => None,
        };
        match kind {
            Some(kind) => {
                expr.kind = kind;
                expr.ty = ty;
                true
            }
            None => {
                self.out_of_range(expr.span, ty);
                // The sign is part of the literal, so nothing below it is looked at again.
                expr.kind = ExprKind::Unit;
                false
            }
        }
    }
}

/// The operands of a node of an open value.
#[expect(clippy::wildcard_enum_match_arm, reason = "open values have no other operators")]
fn operands_mut(expr: &mut Expr) -> impl Iterator<Item = &mut Expr> {
    let operands = match &mut expr.kind {
        ExprKind::Negate(inner) => [Some(&mut **inner), None],
        ExprKind::Arithmetic(_, left, right) => [Some(&mut **left), Some(&mut **right)],
        _ => [None, None],
    };
    operands.into_iter().flatten()
}

/// A literal node of an open value.
enum Literal {
    Int(u64),
    Float(f64),
}

/// The literal that a node is, with the minus directly before it.
fn literal_of(expr: &Expr) -> Option<(Literal, bool)> {
    if let ExprKind::Negate(inner) = &expr.kind {
        return plain_literal(inner).map(|literal| (literal, true));
    }
    plain_literal(expr).map(|literal| (literal, false))
}

fn plain_literal(expr: &Expr) -> Option<Literal> {
    if let ExprKind::Int(bits) = expr.kind {
        return Some(Literal::Int(bits as u64));
    }
    if let ExprKind::Float(value) = expr.kind {
        return Some(Literal::Float(value));
    }
    None
}

fn float_kind(value: f64, negative: bool) -> ExprKind {
    ExprKind::Float(if negative { -value } else { value })
}

/// A literal beyond 64 bits fits no integer type; only a float can still take it.
fn open_int(value: u128) -> ExprKind {
    match u64::try_from(value) {
        Ok(magnitude) => ExprKind::Int(magnitude as i64),
        Err(_) => ExprKind::Float(value as f64),
    }
}

/// Turns the operator of an open operation into what it leaves open.
pub(super) fn open_after(op: ArithmeticOp, open: Open) -> Open {
    match (op, open) {
        (ArithmeticOp::Remainder, Open::Number) => Open::Integer,
        _ => open,
    }
}
