//! Names and members as values: locals, fields of `this`, fields of records.

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::ValueDef;
use crate::typed::{Expr, ExprKind, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::literals::Value;
use super::resolve::{Name, Prefix};

impl<'a> Body<'_, 'a> {
    /// A name after a dot that is not called.
    pub(super) fn member_value(
        &mut self,
        access: &'a ast::MemberAccess,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        match self.prefix(&access.object) {
            Prefix::Value => {
                let object = self.value(&access.object, None);
                self.field(object, &access.segment, span)
            }
            Prefix::Names { module, .. } => self.member_as_value(module, access, span, expected),
            Prefix::Failed => Value::error(span),
        }
    }

    /// A name that is not called.
    pub(super) fn name_value(
        &mut self,
        segment: &'a ast::PathSegment,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let name = &segment.name;
        if !self.is_local(&name.text) && self.is_builtin(&name.text) {
            let found = diagnostic::builtin_used_as_value(span, &name.text);
            self.report(
                found.help("builtins can only be called; a lambda that calls it is a value"),
            );
            return Value::error(span);
        }
        let named = self.name(name);
        if !matches!(named, Name::Item(_)) && self.rejects_type_args(segment) {
            return Value::error(span);
        }
        match named {
            Name::Local(local) => Value::closed(self.local_expr(local, span), span),
            Name::Field(field) => self.bare_field_value(field, span),
            Name::Item(ValueDef::Function(function)) => {
                self.function_value(function, segment, span, expected)
            }
            Name::Failed => Value::error(span),
        }
    }

    /// Whether type arguments stand here, where nothing takes any.
    pub(super) fn rejects_type_args(&mut self, segment: &ast::PathSegment) -> bool {
        let written = segment.type_args.is_some();
        if written {
            let count = segment.type_args.as_ref().map_or(0, Vec::len);
            let name = &segment.name.text;
            let found = diagnostic::wrong_type_argument_count(segment.span, name, 0, count);
            self.report(found);
        }
        written
    }

    fn bare_field_value(&mut self, field: u32, span: Span) -> Value {
        if self.receiver.is_some_and(|receiver| self.rejects_event(receiver, field, span)) {
            return Value::error(span);
        }
        match self.this(span) {
            Some(this) => Value::closed(self.field_expr(this, field, span), span),
            None => Value::error(span),
        }
    }

    /// A member of a module or type that is not called: there are no values among them.
    fn member_as_value(
        &mut self,
        module: Option<crate::typed::ModuleId>,
        access: &'a ast::MemberAccess,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let name = &access.segment.name;
        match module {
            Some(module) => {
                if let Some(function) = self.function_in(module, name) {
                    return self.function_value(function, &access.segment, span, expected);
                }
            }
            None => {
                let owner = self.world.scopes.tree.sources.snippet(access.object.span).to_owned();
                self.report(diagnostic::type_used_as_value(access.object.span, owner));
            }
        }
        Value::error(span)
    }

    /// The field of a record, by its position.
    pub(super) fn field_expr(&mut self, object: Expr, field: u32, span: Span) -> Expr {
        let ty = match self.record_shape(object.ty) {
            Some(shape) => {
                let scheme = &shape.fields[field as usize].ty;
                self.checked.types.part(object.ty, scheme)
            }
            None => ERROR,
        };
        Expr { kind: ExprKind::Field(Box::new(object), field), ty, span }
    }

    /// `object.name`, not called.
    fn field(&mut self, object: Value, segment: &ast::PathSegment, span: Span) -> Value {
        let object = self.settle(object);
        if object.ty == TypeId::NEVER {
            return Value::closed(object, span);
        }
        if self.rejects_type_args(segment) {
            return Value::error(span);
        }
        match self.field_index(object.ty, &segment.name) {
            Some(field) if self.rejects_event(object.ty, field, segment.name.span) => {
                Value::error(span)
            }
            Some(field) => Value::closed(self.field_expr(object, field, span), span),
            None => Value::error(span),
        }
    }

    /// The position of a field; reports what is wrong with the name.
    pub(super) fn field_index(&mut self, ty: TypeId, name: &ast::Ident) -> Option<u32> {
        if ty == ERROR {
            return None;
        }
        let text = name.text.as_str();
        let shown = self.checked.types.display(ty);
        if self.method(ty, text).is_some() || self.contract_method(ty, text).is_some() {
            let found = diagnostic::method_without_call(name.span, text);
            self.report(found.help(format!("write `{text}()`")));
            return None;
        }
        let Some(shape) = self.record_shape(ty) else {
            self.report_no_members(ty, name.span, &shown);
            return None;
        };
        if let Some(&field) = shape.by_name.get(text) {
            return Some(field);
        }
        let found = diagnostic::unknown_field(name.span, shown, text);
        let methods = self.method_names(ty);
        self.report(self.world.scopes.suggestions.add(
            found,
            text,
            shape.by_name.keys().copied().chain(methods),
        ));
        None
    }

    fn report_no_members(&mut self, ty: TypeId, span: Span, shown: &str) {
        let found = diagnostic::no_members(span, shown);
        let help = if self.checked.types.element(ty).is_some() {
            Some("`__array_len(xs)` is the length of an array")
        } else if ty == TypeId::STRING {
            Some("`Core.String` has functions on strings, such as `Core.String.Len(text)`")
        } else {
            None
        };
        self.report(match help {
            Some(help) => found.help(help),
            None => found,
        });
    }
}
