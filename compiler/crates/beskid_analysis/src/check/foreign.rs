//! Calls of foreign functions through `[Extern]` contracts (reference 23.3).

use beskid_syntax::{ast, diagnostic};

use crate::items::ExternRef;
use crate::typed::{Expr, ExprKind, ExternType, TypeId};
use crate::types::{Conversion, ERROR};

use super::body::Body;
use super::calls::CallPlace;
use super::conversions::{Role, convert};
use super::literals::{Value, error_expr};

/// What a `ref u8` parameter takes, for messages.
const BYTES: &str = "string, u8[] or i64";

impl<'a> Body<'_, 'a> {
    /// `Contract.name(args)`.
    pub(super) fn call_foreign(
        &mut self,
        contract: ExternRef,
        name: &ast::Ident,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        let world = self.world;
        let item = world.scopes.items.extern_contract(contract);
        let position = item.methods.iter().position(|method| method.name.text == name.text);
        let Some(position) = position else {
            let owner = &item.name.text;
            let found = diagnostic::unknown_method(name.span, owner, &name.text);
            let known = item.methods.iter().map(|method| method.name.text.as_str());
            self.report(self.world.scopes.suggestions.add(found, &name.text, known));
            call.args.iter().for_each(|arg| drop(self.value(&arg.value, None)));
            return Value::error(place.whole);
        };
        let shape = &world.signatures.externs(contract)[position];
        let signature = item.methods[position];
        if !self.check_count(&name.text, shape.params.len(), call, place) {
            return self.failed_with(shape.result_type, place);
        }
        let params = shape.params.iter().zip(&signature.params);
        let args: Vec<Expr> = call
            .args
            .iter()
            .zip(params)
            .map(|(arg, (&ty, param))| self.foreign_argument(arg, ty, &param.name.text))
            .collect();
        let id = self.checked.extern_id(world, contract, position);
        let kind = |args| ExprKind::CallExtern(id, args);
        self.finish_call(kind, args, shape.result_type, place)
    }

    fn foreign_argument(
        &mut self,
        arg: &'a ast::Arg,
        param: Option<ExternType>,
        name: &str,
    ) -> Expr {
        let by_reference = param == Some(ExternType::BytePointer);
        if !by_reference || arg.mode == Some(ast::PassMode::Out) {
            self.reject_mode(arg, name);
        }
        let Some(param) = param else {
            let value = self.value(&arg.value, None);
            return self.settle(value);
        };
        match extern_type(param) {
            Some(ty) => {
                let value = self.value(&arg.value, Some(ty));
                self.coerce(value, ty, Role::Argument(name))
            }
            None => self.byte_pointer(&arg.value, name),
        }
    }

    /// An argument for `ref u8`: text, bytes, or a raw address.
    fn byte_pointer(&mut self, arg: &'a ast::Expr, name: &str) -> Expr {
        let value = self.value(arg, None);
        let span = value.span;
        if value.open.is_some() {
            return self.coerce(value, TypeId::I64, Role::Argument(name));
        }
        let expr = self.settle(value);
        let ty = expr.ty;
        let types = &self.checked.types;
        let is_bytes = ty == TypeId::STRING || types.element(ty) == Some(TypeId::U8);
        if is_bytes || ty == ERROR {
            return expr;
        }
        match types.conversion(ty, TypeId::I64) {
            Conversion::Same => expr,
            Conversion::Silent => convert(expr, TypeId::I64, span),
            Conversion::Lossy | Conversion::Impossible => {
                let shown = types.display(ty);
                self.report(diagnostic::argument_mismatch(span, name, BYTES, shown));
                error_expr(span)
            }
        }
    }
}

/// The Beskid type that is passed; `None` for byte pointers, which take several.
fn extern_type(param: ExternType) -> Option<TypeId> {
    match param {
        ExternType::Bool => Some(TypeId::BOOL),
        ExternType::U8 => Some(TypeId::U8),
        ExternType::I32 => Some(TypeId::I32),
        ExternType::I64 => Some(TypeId::I64),
        ExternType::F64 => Some(TypeId::F64),
        ExternType::BytePointer => None,
    }
}
