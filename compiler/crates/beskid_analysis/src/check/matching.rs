//! `match`, as an expression and as a statement (reference 13).

use beskid_syntax::{Span, ast, diagnostic};

use crate::typed::{Arm, Expr, ExprKind, Match, Pattern, TypeId};
use crate::types::{Conversion, ERROR};

use super::body::Body;
use super::conversions::{Role, convert};
use super::literals::{Value, error_expr};
use super::operators::sequence;
use super::patterns::PatternCheck;
use super::usefulness::{Coverage, Row};

/// A checked arm, before the arms have agreed on a type.
struct CheckedArm {
    pattern: Pattern,
    guard: Option<Expr>,
    body: Value,
}

impl CheckedArm {
    /// An arm whose guard never becomes a value ends there.
    fn new(pattern: Pattern, guard: Option<Expr>, body: Value) -> Self {
        match guard {
            Some(guard) if guard.ty == TypeId::NEVER => {
                let span = guard.span;
                let body = Value::closed(sequence([guard], span), span);
                CheckedArm { pattern, guard: None, body }
            }
            guard => CheckedArm { pattern, guard, body },
        }
    }
}

impl<'a> Body<'_, 'a> {
    /// An expression whose value nobody wants: the arms of a `match` need not agree then.
    pub(super) fn dropped_value(&mut self, expr: &'a ast::Expr) -> Expr {
        let value = if let ast::ExprKind::Match(it) = &expr.kind {
            self.match_statement(it, expr.span)
        } else {
            self.value(expr, None)
        };
        let dropped = self.settle(value);
        self.warn_of_dropped_result(&dropped, expr.span);
        dropped
    }

    /// `match e { … }` as a value.
    pub(super) fn match_value(
        &mut self,
        it: &'a ast::Match,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let expected = expected.filter(|&ty| ty != ERROR);
        let mut context = expected;
        let (scrutinee, arms) = self.match_parts(it, |body, arm| {
            let value = body.value(&arm.body, context);
            context = context.or_else(|| body.context_of(&value));
            value
        });
        let Some(arms) = arms else {
            return Value::closed(error_of(expected, span), span);
        };
        let ty = expected.or_else(|| self.arms_type(&arms)).unwrap_or(TypeId::NEVER);
        let diverges = arms.iter().all(|arm| arm.body.ty() == TypeId::NEVER);
        let finished: Vec<Arm> = arms.into_iter().map(|arm| self.agreeing_arm(arm, ty)).collect();
        if finished.iter().any(|arm| arm.body.ty == ERROR) {
            return Value::closed(error_of(expected, span), span);
        }
        let ty = if diverges { TypeId::NEVER } else { ty };
        Value::closed(match_expr(scrutinee, finished, ty, span), span)
    }

    /// `match e { … }` whose value is dropped.
    fn match_statement(&mut self, it: &'a ast::Match, span: Span) -> Value {
        let (scrutinee, arms) = self.match_parts(it, |body, arm| {
            let value = body.dropped_value(&arm.body);
            Value::closed(value, arm.body.span)
        });
        let Some(arms) = arms else { return Value::error(span) };
        let diverges = arms.iter().all(|arm| arm.body.ty() == TypeId::NEVER);
        let ty = if diverges { TypeId::NEVER } else { TypeId::UNIT };
        let finished = arms.into_iter().map(|arm| Arm {
            pattern: arm.pattern,
            guard: arm.guard,
            body: arm.body.expr,
        });
        Value::closed(match_expr(scrutinee, finished.collect(), ty, span), span)
    }

    /// The scrutinee and the arms; no arms if something is wrong with them.
    fn match_parts(
        &mut self,
        it: &'a ast::Match,
        mut body: impl FnMut(&mut Self, &'a ast::Arm) -> Value,
    ) -> (Expr, Option<Vec<CheckedArm>>) {
        let scrutinee = self.value(&it.scrutinee, None);
        let scrutinee = self.settle(scrutinee);
        let ty = if scrutinee.ty == TypeId::NEVER { ERROR } else { scrutinee.ty };
        let mut failed = ty == ERROR;
        let mut arms = Vec::new();
        for arm in &it.arms {
            self.open_scope(&[]);
            let mut check = PatternCheck::default();
            let pattern = self.pattern(&arm.pattern, ty, &mut check);
            let guard = arm.guard.as_ref().map(|guard| self.guard(guard));
            let value = body(self, arm);
            self.close_scope();
            failed |= check.failed || guard.as_ref().is_some_and(|guard| guard.ty == ERROR);
            arms.push(CheckedArm::new(pattern, guard, value));
        }
        if !failed {
            failed |= !self.covers(it, &arms);
        }
        failed |= arms.iter().any(|arm| arm.body.ty() == ERROR);
        let diverges = scrutinee.ty == TypeId::NEVER;
        self.incomplete |= failed && !diverges;
        (scrutinee, (!failed || diverges).then_some(arms))
    }

    fn guard(&mut self, guard: &'a ast::Expr) -> Expr {
        let value = self.value(guard, Some(TypeId::BOOL));
        self.coerce(value, TypeId::BOOL, Role::Guard)
    }

    /// Whether the arms cover every value; reports it if not, and arms that nothing reaches.
    fn covers(&mut self, it: &'a ast::Match, arms: &[CheckedArm]) -> bool {
        let rows =
            arms.iter().map(|arm| Row { pattern: &arm.pattern, guarded: arm.guard.is_some() });
        let coverage = Coverage::of(rows, &self.world.signatures, &self.checked.types);
        for &index in &coverage.unreachable {
            self.report(diagnostic::unreachable_arm(it.arms[index].pattern.span));
        }
        if coverage.missing.is_empty() {
            return true;
        }
        let found = diagnostic::not_exhaustive(it.scrutinee.span, coverage.missing);
        self.report(found.help("add an arm for it, or `_ => …` for everything else"));
        false
    }

    /// The type of a `match` without context: that of the first arm that has a value. Literals
    /// follow the other arms if they can.
    fn arms_type(&self, arms: &[CheckedArm]) -> Option<TypeId> {
        let mut values = arms.iter().map(|arm| &arm.body).filter(|body| body.ty() != TypeId::NEVER);
        let first = values.next()?;
        let Some(open) = first.open else { return Some(first.ty()) };
        let closed = values.find(|value| value.open.is_none()).map(Value::ty);
        Some(closed.filter(|&ty| self.can_take(open, ty)).unwrap_or(first.ty()))
    }

    /// An arm whose value has the type of the `match`.
    fn agreeing_arm(&mut self, arm: CheckedArm, ty: TypeId) -> Arm {
        let span = arm.body.span;
        let takes = arm.body.open.is_some_and(|open| self.can_take(open, ty));
        let body = if takes {
            self.retype(arm.body.expr, ty)
        } else {
            let expr = self.settle(arm.body);
            match self.checked.types.conversion(expr.ty, ty) {
                Conversion::Same => expr,
                Conversion::Silent => convert(expr, ty, span),
                conversion @ (Conversion::Lossy | Conversion::Impossible) => {
                    let expr = match self.as_contract(expr, ty, span) {
                        Ok(value) if conversion == Conversion::Impossible => {
                            return Arm { pattern: arm.pattern, guard: arm.guard, body: value };
                        }
                        Ok(expr) | Err(expr) => expr,
                    };
                    let types = &self.checked.types;
                    let (expected, found) = (types.display(ty), types.display(expr.ty));
                    self.report(diagnostic::arm_types_differ(span, expected, found));
                    error_expr(span)
                }
            }
        };
        Arm { pattern: arm.pattern, guard: arm.guard, body }
    }
}

fn error_of(expected: Option<TypeId>, span: Span) -> Expr {
    Expr { kind: ExprKind::Unit, ty: expected.unwrap_or(ERROR), span }
}

/// The finished expression; nothing of it is left but the scrutinee if that does not complete.
fn match_expr(scrutinee: Expr, arms: Vec<Arm>, ty: TypeId, span: Span) -> Expr {
    if scrutinee.ty == TypeId::NEVER {
        return scrutinee;
    }
    Expr { kind: ExprKind::Match(Box::new(Match { scrutinee, arms })), ty, span }
}
