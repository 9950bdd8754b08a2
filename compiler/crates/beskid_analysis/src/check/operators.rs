//! Operators: which types they take and what they become (reference 7.5).

use std::collections::HashSet;

use beskid_syntax::{Diagnostic, Span, ast, ast::BinaryOp, diagnostic};

use crate::typed::{ArithmeticOp, Block, CompareOp, Expr, ExprKind, Statement, Type, TypeId};
use crate::types::{Conversion, ERROR};

use super::body::Body;
use super::conversions::convert;
use super::literals::{Open, Value, open_after};

/// Two operands of one type; still open if both were.
struct Operands {
    left: Expr,
    right: Expr,
    ty: TypeId,
    open: Option<Open>,
}

/// Why two operands do not go together.
enum Mismatch {
    /// Their types differ.
    Types(TypeId, TypeId),
    /// One contains a mistake that has been reported.
    Reported,
}

impl<'a> Body<'_, 'a> {
    /// `-x`, `!x`.
    pub(super) fn unary(&mut self, unary: &'a ast::Unary, span: Span) -> Value {
        if let (ast::UnaryOp::Neg, ast::ExprKind::Int(literal)) = (unary.op, &unary.operand.kind)
            && let Some(suffix) = literal.suffix
        {
            return self.negative_suffixed_int(*literal, suffix, span);
        }
        let operand = self.value(&unary.operand, None);
        let ty = operand.ty();
        if ty == ERROR || ty == TypeId::NEVER {
            return Value::closed(operand.expr, span);
        }
        let fits = match unary.op {
            ast::UnaryOp::Neg => self.checked.types.is_numeric(ty),
            ast::UnaryOp::Not => ty == TypeId::BOOL,
        };
        let fits = fits || self.checked.types.is_opaque(ty);
        if !fits {
            let shown = self.checked.types.display(ty);
            self.report(diagnostic::invalid_operand(unary.op_span, unary.op.symbol(), shown));
            return Value::error(span);
        }
        let open = operand.open;
        let boxed = Box::new(operand.expr);
        let kind = match unary.op {
            ast::UnaryOp::Neg => ExprKind::Negate(boxed),
            ast::UnaryOp::Not => ExprKind::Not(boxed),
        };
        Value { expr: Expr { kind, ty, span }, span, open }
    }

    /// `a + b` and the like.
    pub(super) fn binary(&mut self, binary: &'a ast::Binary, span: Span) -> Value {
        match binary.op {
            BinaryOp::And | BinaryOp::Or => self.logical(binary, span),
            BinaryOp::Same | BinaryOp::NotSame => self.identity(binary, span),
            BinaryOp::Add => self.arithmetic(binary, ArithmeticOp::Add, span),
            BinaryOp::Sub => self.arithmetic(binary, ArithmeticOp::Subtract, span),
            BinaryOp::Mul => self.arithmetic(binary, ArithmeticOp::Multiply, span),
            BinaryOp::Div => self.arithmetic(binary, ArithmeticOp::Divide, span),
            BinaryOp::Rem => self.arithmetic(binary, ArithmeticOp::Remainder, span),
            BinaryOp::Eq => self.comparison(binary, CompareOp::Equal, span),
            BinaryOp::Ne => self.comparison(binary, CompareOp::NotEqual, span),
            BinaryOp::Lt => self.comparison(binary, CompareOp::Less, span),
            BinaryOp::Le => self.comparison(binary, CompareOp::LessOrEqual, span),
            BinaryOp::Gt => self.comparison(binary, CompareOp::Greater, span),
            BinaryOp::Ge => self.comparison(binary, CompareOp::GreaterOrEqual, span),
        }
    }

    fn logical(&mut self, binary: &'a ast::Binary, span: Span) -> Value {
        let left = self.value(&binary.left, None);
        let left = self.settle(left);
        let right = self.value(&binary.right, None);
        let right = self.settle(right);
        if left.ty == ERROR || right.ty == ERROR {
            return Value::error(span);
        }
        if left.ty == TypeId::NEVER {
            return Value::closed(left, span);
        }
        let right_fits = right.ty == TypeId::BOOL || right.ty == TypeId::NEVER;
        if left.ty != TypeId::BOOL || !right_fits {
            return self.invalid_operands(binary, left.ty, right.ty, span);
        }
        let (left, right) = (Box::new(left), Box::new(right));
        let kind = if binary.op == BinaryOp::And {
            ExprKind::And(left, right)
        } else {
            ExprKind::Or(left, right)
        };
        Value::closed(Expr { kind, ty: TypeId::BOOL, span: binary.op_span }, span)
    }

    fn identity(&mut self, binary: &'a ast::Binary, span: Span) -> Value {
        let left = self.value(&binary.left, None);
        let left = self.settle(left);
        let right = self.value(&binary.right, Some(left.ty));
        let right = self.settle(right);
        if left.ty == ERROR || right.ty == ERROR {
            return Value::error(span);
        }
        if let Some(diverging) = diverging(&left, &right, binary.op_span) {
            return Value::closed(diverging, span);
        }
        let comparable =
            self.checked.types.is_reference(left.ty) || self.checked.types.is_opaque(left.ty);
        if left.ty != right.ty || !comparable {
            return self.invalid_operands(binary, left.ty, right.ty, span);
        }
        let bool_expr = |kind| Expr { kind, ty: TypeId::BOOL, span: binary.op_span };
        let same = bool_expr(ExprKind::Same(Box::new(left), Box::new(right)));
        let expr = if binary.op == BinaryOp::NotSame {
            bool_expr(ExprKind::Not(Box::new(same)))
        } else {
            same
        };
        Value::closed(expr, span)
    }

    fn invalid_operands(
        &mut self,
        binary: &ast::Binary,
        left: TypeId,
        right: TypeId,
        span: Span,
    ) -> Value {
        let types = &self.checked.types;
        let (l, r) = (types.display(left), types.display(right));
        let found = diagnostic::invalid_operands(binary.op_span, binary.op.symbol(), &l, &r);
        let found = found.also(binary.left.span, l.clone()).also(binary.right.span, r.clone());
        let help = self.operand_help(binary.op, left, right);
        self.report(match help {
            Some(help) => found.help(help),
            None => found,
        });
        Value::error(span)
    }

    fn operand_help(&self, op: BinaryOp, left: TypeId, right: TypeId) -> Option<String> {
        let types = &self.checked.types;
        let one_is_string = (left == TypeId::STRING) != (right == TypeId::STRING);
        if op == BinaryOp::Add && one_is_string {
            return Some(String::from("write the text as `\"…${value}…\"`"));
        }
        let numbers = types.is_numeric(left) && types.is_numeric(right);
        if numbers && left != right {
            return Some(format!("convert one side, such as `{}(…)`", types.display(right)));
        }
        let arrays = types.element(left).is_some() && left == right;
        let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        (arrays && equality).then(|| String::from("compare the elements, or use `===`"))
    }

    fn arithmetic(&mut self, binary: &'a ast::Binary, op: ArithmeticOp, span: Span) -> Value {
        let left = self.value(&binary.left, None);
        let right = self.value(&binary.right, None);
        if left.ty() == TypeId::STRING && right.ty() == TypeId::STRING && op == ArithmeticOp::Add {
            return Value::closed(concat(left.expr, right.expr, binary.op_span), span);
        }
        let operands = match self.unify(left, right) {
            Ok(operands) => operands,
            Err(mismatch) => return self.report_operands(binary, mismatch, span),
        };
        if let Some(expr) = diverging(&operands.left, &operands.right, binary.op_span) {
            return Value::closed(expr, span);
        }
        let Operands { left, right, ty, open } = operands;
        let types = &self.checked.types;
        let fits = types.is_integer(ty)
            || types.is_float(ty) && op != ArithmeticOp::Remainder
            || types.is_opaque(ty);
        if !fits {
            return self.invalid_operands(binary, left.ty, right.ty, span);
        }
        let kind = ExprKind::Arithmetic(op, Box::new(left), Box::new(right));
        let open = open.map(|open| open_after(op, open));
        Value { expr: Expr { kind, ty, span: binary.op_span }, span, open }
    }

    fn report_operands(&mut self, binary: &ast::Binary, why: Mismatch, span: Span) -> Value {
        match why {
            Mismatch::Types(left, right) => self.invalid_operands(binary, left, right, span),
            Mismatch::Reported => Value::error(span),
        }
    }

    fn comparison(&mut self, binary: &'a ast::Binary, op: CompareOp, span: Span) -> Value {
        let left = self.value(&binary.left, None);
        // Numbers are brought together below, in both directions.
        let expected = self.context_of(&left);
        let right = self.value(&binary.right, expected);
        let operands = match self.unify(left, right) {
            Ok(operands) => operands,
            Err(mismatch) => return self.report_operands(binary, mismatch, span),
        };
        let Operands { left, right, ty, open } = operands;
        let (left, right) = match open {
            Some(_) => (self.retype(left, ty), self.retype(right, ty)),
            None => (left, right),
        };
        if left.ty == ERROR || right.ty == ERROR {
            return Value::error(span);
        }
        if let Some(expr) = diverging(&left, &right, binary.op_span) {
            return Value::closed(expr, span);
        }
        let fits = if matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            self.has_equality(ty)
        } else {
            self.has_order(ty)
        };
        if !fits {
            return self.invalid_operands(binary, left.ty, right.ty, span);
        }
        let kind = ExprKind::Compare(op, Box::new(left), Box::new(right));
        Value::closed(Expr { kind, ty: TypeId::BOOL, span: binary.op_span }, span)
    }

    /// Whether `==` works on a type: it does unless some part of it, directly or through other
    /// types, is an array, a function or a contract. Types that contain each other are comparable unless proved otherwise.
    pub(super) fn has_equality(&mut self, ty: TypeId) -> bool {
        let mut seen = HashSet::from([ty]);
        let mut pending = vec![ty];
        while let Some(ty) = pending.pop() {
            if self.checked.comparable.contains(&ty) {
                continue;
            }
            if matches!(
                self.checked.types.get(ty),
                Some(Type::Array(_) | Type::Function(_) | Type::Contract(_) | Type::Never)
            ) {
                return false;
            }
            let parts = self.parts(ty);
            pending.extend(parts.into_iter().filter(|&part| seen.insert(part)));
        }
        self.checked.comparable.extend(seen);
        true
    }

    /// The types of the fields of a record and of the payloads of an enum.
    fn parts(&mut self, ty: TypeId) -> Vec<TypeId> {
        let world = self.world;
        world
            .signatures
            .parts_of(&self.checked.types, ty)
            .into_iter()
            .map(|scheme| self.checked.types.part(ty, scheme))
            .collect()
    }

    fn has_order(&self, ty: TypeId) -> bool {
        let types = &self.checked.types;
        types.is_numeric(ty) || ty == TypeId::CHAR || ty == TypeId::STRING || types.is_opaque(ty)
    }

    /// Brings two operands to one type (reference 8.2): literals take the other operand's type, and
    /// a number is widened if that loses nothing.
    fn unify(&mut self, left: Value, right: Value) -> Result<Operands, Mismatch> {
        match (left.open, right.open) {
            (Some(l), Some(r)) => match l.both(r) {
                Some(open) => {
                    let ty = open.default_type();
                    Ok(Operands { left: left.expr, right: right.expr, ty, open: Some(open) })
                }
                None => Err(Mismatch::Types(left.ty(), right.ty())),
            },
            (Some(open), None) if self.can_take(open, right.ty()) => {
                let left = self.retype(left.expr, right.expr.ty);
                self.unify_closed(left, right.expr)
            }
            (None, Some(open)) if self.can_take(open, left.ty()) => {
                let right = self.retype(right.expr, left.expr.ty);
                self.unify_closed(left.expr, right)
            }
            _ => {
                let (left, right) = (self.settle(left), self.settle(right));
                self.unify_closed(left, right)
            }
        }
    }

    fn unify_closed(&mut self, left: Expr, right: Expr) -> Result<Operands, Mismatch> {
        let (l, r) = (left.ty, right.ty);
        if l == ERROR || r == ERROR {
            return Err(Mismatch::Reported);
        }
        let types = &self.checked.types;
        let operands = |left, right, ty| Operands { left, right, ty, open: None };
        match (types.conversion(l, r), types.conversion(r, l)) {
            (Conversion::Same, _) => Ok(operands(left, right, r)),
            (_, Conversion::Same) => Ok(operands(left, right, l)),
            (Conversion::Silent, _) => {
                let span = left.span;
                Ok(operands(convert(left, r, span), right, r))
            }
            (_, Conversion::Silent) => {
                let span = right.span;
                Ok(operands(left, convert(right, l, span), l))
            }
            // Decided by every instance for itself.
            _ if types.is_opaque(l) => Ok(operands(left, right, l)),
            _ if types.is_opaque(r) => Ok(operands(left, right, r)),
            _ => Err(Mismatch::Types(l, r)),
        }
    }

    /// Brings the bounds of a range to one type.
    pub(super) fn unify_bounds(
        &mut self,
        start: Value,
        end: Value,
    ) -> Result<(Expr, Expr, TypeId), Option<(TypeId, TypeId)>> {
        match self.unify(start, end) {
            Ok(Operands { left, right, ty, open: None }) => Ok((left, right, ty)),
            Ok(Operands { left, right, ty, open: Some(_) }) => {
                Ok((self.retype(left, ty), self.retype(right, ty), ty))
            }
            Err(Mismatch::Types(left, right)) => Err(Some((left, right))),
            Err(Mismatch::Reported) => Err(None),
        }
    }
}

/// If an operand does not complete: the evaluation up to there, and nothing after it.
fn diverging(left: &Expr, right: &Expr, span: Span) -> Option<Expr> {
    let never = left.ty == TypeId::NEVER || right.ty == TypeId::NEVER;
    never.then(|| sequence([left.clone(), right.clone()], span))
}

/// Evaluates expressions in order, up to the first that does not complete, of which there must be
/// one.
pub(super) fn sequence(parts: impl IntoIterator<Item = Expr>, span: Span) -> Expr {
    let mut statements = Vec::new();
    for part in parts {
        let last = part.ty == TypeId::NEVER;
        statements.push(Statement::Expr(part));
        if last {
            break;
        }
    }
    Expr { kind: ExprKind::Block(Block { statements }), ty: TypeId::NEVER, span }
}

/// One flat concatenation of what may be concatenations already.
pub(super) fn concat(left: Expr, right: Expr, span: Span) -> Expr {
    let mut parts = concatenated(left);
    parts.append(&mut concatenated(right));
    Expr { kind: ExprKind::Concat(parts), ty: TypeId::STRING, span }
}

fn concatenated(text: Expr) -> Vec<Expr> {
    if let ExprKind::Concat(parts) = text.kind { parts } else { vec![text] }
}

/// The report that a construct needs an integer.
pub(super) fn expected_integer(span: Span, found: &str) -> Diagnostic {
    diagnostic::not_an_integer(span, found)
}
