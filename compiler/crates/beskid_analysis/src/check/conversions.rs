//! Conversions: those that a context asks for (reference 8.2) and those that are written out (8.3).

use beskid_syntax::{Diagnostic, Primitive, Span, ast, diagnostic};

use crate::typed::{Expr, ExprKind, Type, TypeId};
use crate::types::{Conversion, ERROR};

use super::body::Body;
use super::literals::{Value, error_expr};

/// What a value is for, which decides how a mismatch is reported.
#[derive(Clone, Copy)]
pub(super) enum Role<'n> {
    /// Initialises or is assigned to something.
    Store,
    /// Is passed for the named parameter.
    Argument(&'n str),
    /// Is returned.
    Return,
    /// Is returned from a lambda whose first `return` has decided about its type.
    LambdaReturn,
    /// Decides where control goes.
    Condition,
    /// Decides whether an arm is taken.
    Guard,
}

impl Role<'_> {
    fn mismatch(self, span: Span, expected: &str, found: &str) -> Diagnostic {
        match self {
            Role::Store => diagnostic::type_mismatch(span, expected, found),
            Role::Argument(name) => diagnostic::argument_mismatch(span, name, expected, found),
            Role::Return => diagnostic::return_mismatch(span, expected, found),
            Role::LambdaReturn => diagnostic::lambda_returns_differ(span, expected, found),
            Role::Condition => diagnostic::condition_not_bool(span, found),
            Role::Guard => diagnostic::guard_not_bool(span, found),
        }
    }
}

impl<'a> Body<'_, 'a> {
    /// The expression of a value that nothing gives a type to.
    pub(super) fn settle(&mut self, value: Value) -> Expr {
        match value.open {
            Some(open) => self.retype(value.expr, open.default_type()),
            None => value.expr,
        }
    }

    /// The value as one of type `to`. An expression that does not complete stays as it is.
    pub(super) fn coerce(&mut self, value: Value, to: TypeId, role: Role<'_>) -> Expr {
        if let Some(open) = value.open
            && self.can_take(open, to)
        {
            return self.retype(value.expr, to);
        }
        let span = value.span;
        let expr = self.settle(value);
        match self.checked.types.conversion(expr.ty, to) {
            Conversion::Same => expr,
            Conversion::Silent => convert(expr, to, span),
            Conversion::Lossy => {
                let from = self.checked.types.display(expr.ty);
                let shown = self.checked.types.display(to);
                let help = format!("write `{shown}(…)` if this is meant");
                self.report(diagnostic::lossy_conversion(span, from, shown).help(help));
                convert(expr, to, span)
            }
            Conversion::Impossible => match self.as_contract(expr, to, span) {
                Ok(value) => value,
                Err(expr) => {
                    self.report_mismatch(&expr, to, span, role);
                    error_expr(span)
                }
            },
        }
    }

    fn report_mismatch(&mut self, expr: &Expr, to: TypeId, span: Span, role: Role<'_>) {
        let types = &self.checked.types;
        let (expected, found) = (types.display(to), types.display(expr.ty));
        if self.is_contract(to) && (types.nominal(expr.ty).is_some() || types.is_opaque(expr.ty)) {
            let mismatch = diagnostic::contract_not_declared(span, &found, &expected);
            let help = if types.is_opaque(expr.ty) {
                format!("bind it: `<{found}: {expected}>`")
            } else {
                format!("declare it: `: {expected}` behind the name of the type")
            };
            self.report(mismatch.help(help));
            return;
        }
        let mismatch = role.mismatch(span, &expected, &found);
        let is_named = self.checked.types.get(to).is_some();
        let help = if is_named && self.is_convertible(expr.ty, to) && mismatch.help.is_none() {
            Some(format!("write `{expected}(…)` to convert it"))
        } else {
            None
        };
        self.report(match help {
            Some(help) => mismatch.help(help),
            None => mismatch,
        });
    }

    /// Whether `to(e)` may be written for an `e` of type `from`.
    fn is_convertible(&self, from: TypeId, to: TypeId) -> bool {
        match (self.checked.types.get(from), self.checked.types.get(to)) {
            (Some(from), Some(to)) => is_explicit_conversion(from, to),
            (None, _) | (_, None) => true,
        }
    }

    /// `i64(x)`, `string(x)`.
    pub(super) fn conversion_call(
        &mut self,
        primitive: Primitive,
        call: &'a ast::Call,
        span: Span,
    ) -> Value {
        let [arg] = call.args.as_slice() else {
            let found =
                diagnostic::wrong_argument_count(span, primitive.name(), 1, call.args.len());
            self.report(found);
            call.args.iter().for_each(|arg| drop(self.value(&arg.value, None)));
            return Value::error(span);
        };
        self.reject_mode(arg, "value");
        let to = self.checked.types.primitive(primitive);
        let value = self.value(&arg.value, None);
        if to == TypeId::STRING {
            return self.text_conversion(value, span);
        }
        self.convert_explicitly(value, to, span, call.callee.span)
    }

    fn text_conversion(&mut self, value: Value, span: Span) -> Value {
        let from = value.ty();
        if from != ERROR && from != TypeId::NEVER && !self.has_text(from) {
            self.report_no_conversion(from, TypeId::STRING, span);
            return Value::error(span);
        }
        Value::closed(self.text(value), span)
    }

    fn report_no_conversion(&mut self, from: TypeId, to: TypeId, span: Span) {
        let types = &self.checked.types;
        let (from, to) = (types.display(from), types.display(to));
        self.report(diagnostic::invalid_conversion(span, from, to));
    }

    fn convert_explicitly(&mut self, value: Value, to: TypeId, span: Span, place: Span) -> Value {
        let expr = self.settle_for(value, to);
        if expr.ty == TypeId::NEVER || expr.ty == ERROR {
            return Value::closed(expr, span);
        }
        if !self.is_convertible(expr.ty, to) {
            self.report_no_conversion(expr.ty, to, span);
            return Value::error(span);
        }
        let converted = if expr.ty == to { expr } else { convert(expr, to, place) };
        Value::closed(converted, span)
    }

    /// A literal below an explicit conversion has its type without context if it fits that type,
    /// so that `u8(300)` truncates; `i64(3000000000)` takes the type that is asked for.
    fn settle_for(&mut self, value: Value, to: TypeId) -> Expr {
        let Some(open) = value.open else { return value.expr };
        let default = open.default_type();
        let fits = self.literals_fit(&value.expr, default) || !self.can_take(open, to);
        self.retype(value.expr, if fits { default } else { to })
    }
}

/// An explicit conversion node.
pub(super) fn convert(expr: Expr, to: TypeId, span: Span) -> Expr {
    Expr { kind: ExprKind::Convert(Box::new(expr)), ty: to, span }
}

fn is_explicit_conversion(from: Type, to: Type) -> bool {
    use crate::typed::IntKind::{I32, I64, U32};
    match (from, to) {
        (Type::Int(_) | Type::Float(_), Type::Int(_) | Type::Float(_)) => true,
        (Type::Char, Type::Int(kind)) => matches!(kind, U32 | I32 | I64),
        (Type::Int(_), Type::Char) => true,
        _ => false,
    }
}
