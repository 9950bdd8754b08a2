//! Calls of intrinsics, and of `__hash` and `__describe`, which take values of many types.

use beskid_syntax::{ast, diagnostic};

use crate::typed::{Expr, ExprKind, Intrinsic, Operand, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::calls::CallPlace;
use super::conversions::Role;
use super::literals::Value;

/// A number that equal values have in common. It takes values of any type that `==` works on.
const HASH: &str = "__hash";

/// The text of a value, or the name of its type where values have no text.
const DESCRIBE: &str = "__describe";

/// What messages call the operands.
const OPERANDS: [&str; 2] = ["operand", "second operand"];

/// The intrinsic of a name.
fn by_name(name: &str) -> Option<Intrinsic> {
    Intrinsic::ALL.iter().copied().find(|intrinsic| intrinsic.name() == name)
}

/// Whether a name means an intrinsic, unless something else has that name.
pub(super) fn is_intrinsic(name: &str) -> bool {
    name == HASH || name == DESCRIBE || by_name(name).is_some()
}

/// The names of all intrinsics, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    Intrinsic::ALL.iter().map(|intrinsic| intrinsic.name()).chain([HASH, DESCRIBE])
}

impl<'a> Body<'_, 'a> {
    pub(super) fn call_intrinsic(
        &mut self,
        name: &str,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        match by_name(name) {
            Some(intrinsic) => self.call_operation(intrinsic, call, place),
            None if name == DESCRIBE => self.call_describe(call, place),
            None => self.call_hash(call, place),
        }
    }

    fn call_operation(
        &mut self,
        intrinsic: Intrinsic,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        let operands = intrinsic.operands();
        if !self.check_count(intrinsic.name(), operands.len(), call, place) {
            return Value::error(place.whole);
        }
        let mut integer = None;
        let mut args = Vec::new();
        for (arg, (operand, name)) in call.args.iter().zip(operands.iter().zip(OPERANDS)) {
            self.reject_mode(arg, name);
            let wanted = match operand {
                Operand::Exactly(ty) => Some(*ty),
                Operand::Integer => integer,
            };
            let value = self.value(&arg.value, wanted);
            let arg = match wanted {
                Some(ty) => self.coerce(value, ty, Role::Argument(name)),
                None => self.integer_operand(value, name),
            };
            if *operand == Operand::Integer {
                integer.get_or_insert(arg.ty);
            }
            args.push(arg);
        }
        let result = match intrinsic.result() {
            Operand::Exactly(ty) => ty,
            Operand::Integer => integer.unwrap_or(ERROR),
        };
        self.finish_call(|args| ExprKind::Intrinsic(intrinsic, args), args, result, place)
    }

    /// An operand that can have any integer type. What a type parameter stands for is checked in
    /// each instance.
    fn integer_operand(&mut self, value: Value, name: &str) -> Expr {
        let span = value.span;
        let expr = self.settle(value);
        let types = &self.checked.types;
        let fits = types.is_integer(expr.ty) || types.is_opaque(expr.ty);
        if fits || expr.ty == ERROR || expr.ty == TypeId::NEVER {
            return expr;
        }
        let found = types.display(expr.ty);
        self.report(diagnostic::argument_mismatch(span, name, "an integer", found));
        super::literals::error_expr(span)
    }

    /// `__hash(value)`.
    fn call_hash(&mut self, call: &'a ast::Call, place: CallPlace) -> Value {
        if !self.check_count(HASH, 1, call, place) {
            return self.failed_with(TypeId::I64, place);
        }
        self.reject_mode(&call.args[0], OPERANDS[0]);
        let value = self.value(&call.args[0].value, None);
        let span = value.span;
        let value = self.settle(value);
        if value.ty != ERROR && value.ty != TypeId::NEVER && !self.has_equality(value.ty) {
            let found = self.checked.types.display(value.ty);
            let wanted = "a type that `==` works on";
            self.report(diagnostic::argument_mismatch(span, OPERANDS[0], wanted, found));
            return self.failed_with(TypeId::I64, place);
        }
        let kind = |mut values: Vec<Expr>| ExprKind::Hash(Box::new(values.remove(0)));
        self.finish_call(kind, vec![value], TypeId::I64, place)
    }

    /// `__describe(value)`.
    fn call_describe(&mut self, call: &'a ast::Call, place: CallPlace) -> Value {
        if !self.check_count(DESCRIBE, 1, call, place) {
            return self.failed_with(TypeId::STRING, place);
        }
        self.reject_mode(&call.args[0], OPERANDS[0]);
        let value = self.value(&call.args[0].value, None);
        let ty = value.ty();
        if ty == ERROR || ty == TypeId::NEVER || self.has_text(ty) {
            return Value::closed(self.text(value), place.whole);
        }
        let name = ExprKind::String(format!("<{}>", self.checked.types.display(ty)));
        Value::closed(Expr { kind: name, ty: TypeId::STRING, span: place.callee }, place.whole)
    }
}
