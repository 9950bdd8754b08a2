//! `?`: the value of a `Result` or `Option`, or the way out of the function (reference 21.2).

use beskid_abi::RuntimeFn;
use beskid_syntax::{Span, ast, diagnostic};

use crate::typed::{Arm, Block, Expr, ExprKind, Match, Pattern, Statement, Type, TypeId};
use crate::types::{ERROR, Scheme, Types};

use super::World;
use super::body::{Body, ResultType, returning};
use super::literals::Value;

const RESULT: &str = "Result";
const OK: &str = "Ok";
const ERROR_VARIANT: &str = "Error";
const OPTION: &str = "Option";
pub(super) const SOME: &str = "Some";
const NONE: &str = "None";

/// What a panic of `?` says.
const PROPAGATED: &str = "try expression propagated error";

impl<'a> Body<'_, 'a> {
    /// `e?`.
    pub(super) fn try_value(&mut self, operand: &'a ast::Expr, span: Span) -> Value {
        let value = self.value(operand, None);
        let operand = self.settle(value);
        let ty = operand.ty;
        if ty == ERROR || ty == TypeId::NEVER {
            return Value::closed(operand, span);
        }
        if self.result_type == ResultType::Open {
            let found = diagnostic::cannot_infer(span, "the result of this lambda");
            self.report(found.help("`?` returns from the lambda: give it a function type"));
            self.infer_result(ERROR);
            return Value::error(span);
        }
        if let Some((ok, error)) = self.result_parts(ty) {
            return self.try_result(operand, ok, error, span);
        }
        let some = self.payload(ty, SOME).filter(|_| self.is_option(ty));
        if let (Some([value]), true) = (some.as_deref(), self.is_option(self.result)) {
            return self.try_option(operand, *value, span);
        }
        let shown = self.checked.types.display(ty);
        let found = diagnostic::bad_try_operand(span, shown);
        self.report(if self.is_option(ty) {
            found.help("on an `Option` it works in functions that return an `Option`")
        } else {
            found
        });
        Value::error(span)
    }

    fn try_result(&mut self, operand: Expr, ok: TypeId, error: TypeId, span: Span) -> Value {
        let place = self.temporary(error, span);
        let error_value = Expr { kind: ExprKind::Local(place), ty: error, span };
        let leave = match self.result_parts(self.result) {
            Some((_, expected)) if expected == error => {
                let value = self.built(self.result, ERROR_VARIANT, vec![error_value], span);
                returning(value)
            }
            Some((_, expected)) => {
                let types = &self.checked.types;
                let (expected, found) = (types.display(expected), types.display(error));
                self.report(diagnostic::try_error_type(span, expected, found));
                return self.failed_try(ok, span);
            }
            None if self.result == ERROR => return self.failed_try(ok, span),
            None => {
                let shown = self.checked.types.display(self.result);
                self.report(diagnostic::try_may_panic(span, shown));
                Statement::Expr(panic_with(error_value, span))
            }
        };
        let pattern =
            self.variant_pattern_of(operand.ty, ERROR_VARIANT, vec![Pattern::Bind(place)]);
        self.try_match(operand, OK, ok, (pattern, leave), span)
    }

    fn try_option(&mut self, operand: Expr, value: TypeId, span: Span) -> Value {
        let none = self.built(self.result, NONE, Vec::new(), span);
        let way_out = (Pattern::Wildcard, returning(none));
        self.try_match(operand, SOME, value, way_out, span)
    }

    /// The value is wrong, but its type is known.
    fn failed_try(&mut self, ty: TypeId, span: Span) -> Value {
        Value::closed(Expr { kind: ExprKind::Unit, ty, span }, span)
    }

    /// `match operand { good(v) => v, bad => leave }`.
    fn try_match(
        &mut self,
        operand: Expr,
        good: &str,
        ty: TypeId,
        (bad, leave): (Pattern, Statement),
        span: Span,
    ) -> Value {
        let place = self.temporary(ty, span);
        let pattern = self.variant_pattern_of(operand.ty, good, vec![Pattern::Bind(place)]);
        let body = Expr { kind: ExprKind::Local(place), ty, span };
        let block = Block { statements: vec![leave] };
        let leave = Expr { kind: ExprKind::Block(block), ty: TypeId::NEVER, span };
        let arms = vec![
            Arm { pattern, guard: None, body },
            Arm { pattern: bad, guard: None, body: leave },
        ];
        let kind = ExprKind::Match(Box::new(Match { scrutinee: operand, arms }));
        Value::closed(Expr { kind, ty, span }, span)
    }

    /// The types of value and error, if this is a `Result` of the library or one that looks alike.
    pub(super) fn result_parts(&mut self, ty: TypeId) -> Option<(TypeId, TypeId)> {
        let (ok, error) = result_variants(self.world, &self.checked.types, ty)?;
        let types = &mut self.checked.types;
        Some((types.part(ty, ok.payload), types.part(ty, error.payload)))
    }

    /// Whether this is an `Option` of the library or one that looks alike.
    pub(super) fn is_option(&self, ty: TypeId) -> bool {
        self.enum_shape(ty).is_some_and(|shape| {
            let has = |name| shape.by_name.contains_key(name);
            shape.name == OPTION && has(SOME) && has(NONE)
        })
    }

    /// The types that a variant of an enum holds.
    pub(super) fn payload(&mut self, ty: TypeId, variant: &str) -> Option<Vec<TypeId>> {
        let shape = self.enum_shape(ty)?;
        let index = *shape.by_name.get(variant)?;
        let payload = shape.variants[index as usize].payload.iter();
        Some(payload.map(|scheme| self.checked.types.part(ty, scheme)).collect())
    }

    /// The pattern of a variant that the enum is known to have.
    pub(super) fn variant_pattern_of(
        &self,
        ty: TypeId,
        variant: &str,
        parts: Vec<Pattern>,
    ) -> Pattern {
        match (self.checked.types.get(ty), self.variant_number(ty, variant)) {
            (Some(Type::Enum(id)), Some(index)) => Pattern::Variant(id, index, parts),
            _ => Pattern::Wildcard,
        }
    }

    fn variant_number(&self, ty: TypeId, variant: &str) -> Option<u32> {
        self.enum_shape(ty)?.by_name.get(variant).copied()
    }

    /// A value of a variant that the enum is known to have.
    fn built(&self, ty: TypeId, variant: &str, payload: Vec<Expr>, span: Span) -> Expr {
        let kind = match (self.checked.types.get(ty), self.variant_number(ty, variant)) {
            (Some(Type::Enum(id)), Some(index)) => ExprKind::Variant(id, index, payload),
            _ => ExprKind::Unit,
        };
        Expr { kind, ty, span }
    }

    /// Warns if a `Result` is dropped, and with it a possible error.
    pub(super) fn warn_of_dropped_result(&mut self, value: &Expr, span: Span) {
        if self.result_parts(value.ty).is_some() {
            self.report(diagnostic::dropped_result(span));
        }
    }
}

/// A variant with one value.
pub(crate) struct Carrier<'w> {
    /// The number of the variant.
    pub(crate) number: u32,
    /// The type of its value.
    pub(crate) payload: &'w Scheme,
}

/// The variants `Ok` and `Error` of a `Result`, be it that of the library or one that looks alike.
pub(crate) fn result_variants<'w>(
    world: &'w World<'_>,
    types: &Types,
    ty: TypeId,
) -> Option<(Carrier<'w>, Carrier<'w>)> {
    let shape = world.signatures.enum_of(types, ty).filter(|shape| shape.name == RESULT)?;
    let carrier = |name| {
        let number = *shape.by_name.get(name)?;
        let [payload] = shape.variants[number as usize].payload.as_slice() else { return None };
        Some(Carrier { number, payload })
    };
    Some((carrier(OK)?, carrier(ERROR_VARIANT)?))
}

/// A panic that names the error if it is a text.
fn panic_with(error: Expr, span: Span) -> Expr {
    let text =
        |text: &str| Expr { kind: ExprKind::String(text.to_owned()), ty: TypeId::STRING, span };
    let message = if error.ty == TypeId::STRING {
        let parts = vec![text(&format!("{PROPAGATED}: ")), error];
        Expr { kind: ExprKind::Concat(parts), ty: TypeId::STRING, span }
    } else {
        text(PROPAGATED)
    };
    let kind = ExprKind::CallRuntime(RuntimeFn::PanicStr, vec![message]);
    Expr { kind, ty: TypeId::NEVER, span }
}
