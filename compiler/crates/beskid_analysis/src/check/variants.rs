//! Enum values: `Shape::Circle(1.0)`.

use beskid_syntax::{Span, ast, diagnostic};

use crate::signatures::TypePlace;
use crate::typed::{EnumId, Expr, ExprKind, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::conversions::Role;
use super::literals::Value;
use super::operators::sequence;

impl<'a> Body<'_, 'a> {
    /// The enum before `::`; reports what is wrong with the path.
    pub(super) fn enum_type(&mut self, path: &ast::TypePath) -> Option<(EnumId, TypeId)> {
        let mut resolver = self.type_resolver();
        resolver.place = TypePlace::Enum;
        let ty = resolver.path(path);
        if ty == ERROR {
            self.incomplete = true;
            return None;
        }
        let found = self.checked.types.enumeration(ty);
        if found.is_none() {
            let name = &path.last().name;
            let found = diagnostic::unknown_enum(name.span, &name.text);
            self.report(found.help(format!("`{}` is a type, but not an enum", name.text)));
        }
        found.map(|id| (id, ty))
    }

    /// The number of a variant; reports names that the enum does not have.
    pub(super) fn variant_index(&mut self, id: EnumId, name: &ast::Ident) -> Option<u32> {
        let shape = self.world.signatures.enumeration(id);
        let known = shape.by_name.get(name.text.as_str()).copied();
        if known.is_none() {
            let owner = &self.world.scopes.items.enumeration(id).ast.name.text;
            let found = diagnostic::unknown_variant(name.span, owner, &name.text);
            let names = shape.by_name.keys().copied();
            self.report(self.world.scopes.suggestions.add(found, &name.text, names));
        }
        known
    }

    /// `E::V(a, b)`.
    pub(super) fn constructor(&mut self, ctor: &'a ast::EnumCtor, span: Span) -> Value {
        let args = ctor.args.as_deref().unwrap_or_default();
        let Some((id, ty)) = self.enum_type(&ctor.path) else {
            return self.failed_constructor(args, ERROR, span);
        };
        let Some(index) = self.variant_index(id, &ctor.variant) else {
            return self.failed_constructor(args, ty, span);
        };
        let variant = &self.world.signatures.enumeration(id).variants[index as usize];
        if args.len() != variant.payload.len() {
            let (name, count) = (&ctor.variant.text, variant.payload.len());
            self.report(diagnostic::wrong_payload_count(span, name, count, args.len()));
            return self.failed_constructor(args, ty, span);
        }
        let names = variant.ast.payload.iter().enumerate().map(payload_name);
        let payload: Vec<Expr> = args
            .iter()
            .zip(variant.payload.iter().zip(names))
            .map(|(arg, (&ty, name))| {
                let value = self.value(arg, Some(ty));
                self.coerce(value, ty, Role::Argument(&name))
            })
            .collect();
        if payload.iter().any(|value| value.ty == ERROR) {
            return Value::closed(Expr { kind: ExprKind::Unit, ty, span }, span);
        }
        if payload.iter().any(|value| value.ty == TypeId::NEVER) {
            return Value::closed(sequence(payload, span), span);
        }
        Value::closed(Expr { kind: ExprKind::Variant(id, index, payload), ty, span }, span)
    }

    /// The type is known as soon as the enum is, which keeps the rest of the function meaningful.
    fn failed_constructor(&mut self, args: &'a [ast::Expr], ty: TypeId, span: Span) -> Value {
        args.iter().for_each(|arg| drop(self.value(arg, None)));
        Value::closed(Expr { kind: ExprKind::Unit, ty, span }, span)
    }
}

/// The name of a payload for messages; unnamed ones are counted from one.
fn payload_name((index, payload): (usize, &ast::Payload)) -> String {
    match &payload.name {
        Some(name) => name.text.clone(),
        None => (index + 1).to_string(),
    }
}
