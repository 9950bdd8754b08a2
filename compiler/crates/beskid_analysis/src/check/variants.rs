//! Enum values: `Shape::Circle(1.0)`.

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::{EnumRef, Nominal};
use crate::signatures::VariantShape;
use crate::typed::{Expr, ExprKind, Type, TypeId};
use crate::types::{ERROR, Scheme};
use crate::written::TypePlace;

use super::body::Body;
use super::conversions::Role;
use super::literals::Value;
use super::operators::sequence;

impl<'a> Body<'_, 'a> {
    /// The enum before `::`, and its type arguments if they are written; reports what is wrong with
    /// the path.
    pub(super) fn enum_path(
        &mut self,
        path: &ast::TypePath,
    ) -> Option<(EnumRef, Option<Vec<Scheme>>)> {
        let mut resolver = self.type_resolver();
        resolver.place = TypePlace::Enum;
        match resolver.nominal(path) {
            Some((Nominal::Enum(id), args)) => Some((id, args)),
            Some((Nominal::Record(_) | Nominal::Contract(_), _)) => {
                let name = &path.last().name;
                let found = diagnostic::unknown_enum(name.span, &name.text);
                self.report(found.help(format!("`{}` is a type, but not an enum", name.text)));
                None
            }
            None => {
                self.incomplete = true;
                None
            }
        }
    }

    /// The number of a variant; reports names that the enum does not have.
    pub(super) fn variant_index(&mut self, id: EnumRef, name: &ast::Ident) -> Option<u32> {
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
    pub(super) fn constructor(
        &mut self,
        ctor: &'a ast::EnumCtor,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let args = ctor.args.as_deref().unwrap_or_default();
        let Some((id, written)) = self.enum_path(&ctor.path) else {
            return self.failed_constructor(args, span);
        };
        let mut inference = self.type_inference(Nominal::Enum(id), written, expected);
        let Some(index) = self.variant_index(id, &ctor.variant) else {
            return self.failed_constructor(args, span);
        };
        let variant = &self.world.signatures.enumeration(id).variants[index as usize];
        if args.len() != variant.payload.len() {
            let (name, count) = (&ctor.variant.text, variant.payload.len());
            self.report(diagnostic::wrong_payload_count(span, name, count, args.len()));
            return self.failed_constructor(args, span);
        }
        let pairs = args.iter().zip(&variant.payload);
        let values = self.inferring_values(&mut inference, pairs);
        let Some(args) = self.inferred(&inference, ctor.path.span) else {
            return Value::error(span);
        };
        if !self.check_type_bounds(Nominal::Enum(id), &args, ctor.path.span) {
            return Value::error(span);
        }
        let ty = self.checked.types.instantiate(Nominal::Enum(id), &args);
        self.variant_of(values, ty, index, variant, span)
    }

    fn variant_of(
        &mut self,
        values: Vec<Value>,
        ty: TypeId,
        index: u32,
        variant: &VariantShape<'a>,
        span: Span,
    ) -> Value {
        let names = variant.ast.payload.iter().enumerate().map(payload_name);
        let payload: Vec<Expr> = values
            .into_iter()
            .zip(variant.payload.iter().zip(names))
            .map(|(value, (scheme, name))| {
                let wanted = self.checked.types.part(ty, scheme);
                self.coerce(value, wanted, Role::Argument(&name))
            })
            .collect();
        let failed = payload.iter().any(|value| value.ty == ERROR);
        let Some(Type::Enum(id)) = self.checked.types.get(ty).filter(|_| !failed) else {
            // The type is known even so, which keeps the rest of the function meaningful.
            return Value::closed(Expr { kind: ExprKind::Unit, ty, span }, span);
        };
        if payload.iter().any(|value| value.ty == TypeId::NEVER) {
            return Value::closed(sequence(payload, span), span);
        }
        Value::closed(Expr { kind: ExprKind::Variant(id, index, payload), ty, span }, span)
    }

    fn failed_constructor(&mut self, args: &'a [ast::Expr], span: Span) -> Value {
        args.iter().for_each(|arg| drop(self.value(arg, None)));
        Value::error(span)
    }
}

/// The name of a payload for messages; unnamed ones are counted from one.
fn payload_name((index, payload): (usize, &ast::Payload)) -> String {
    match &payload.name {
        Some(name) => name.text.clone(),
        None => (index + 1).to_string(),
    }
}
