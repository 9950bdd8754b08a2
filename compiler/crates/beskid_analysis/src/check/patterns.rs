//! Patterns: what they mean for a value of a known type (reference 13.1).

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::{EnumRef, Nominal};
use crate::typed::{ExprKind, Pattern, Type, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::literals::Value;

/// The pattern of one arm while it is checked.
#[derive(Default)]
pub(super) struct PatternCheck<'a> {
    /// The names that it binds, with their first place.
    bound: Vec<&'a ast::Ident>,
    /// Whether it contains a mistake that has been reported.
    pub(super) failed: bool,
}

impl<'a> Body<'_, 'a> {
    /// Checks a pattern for values of type `ty` and declares its names in the innermost scope.
    pub(super) fn pattern(
        &mut self,
        pattern: &'a ast::Pattern,
        ty: TypeId,
        check: &mut PatternCheck<'a>,
    ) -> Pattern {
        let span = pattern.span;
        let fitting = match &pattern.kind {
            ast::PatternKind::Wildcard => Some(Pattern::Wildcard),
            ast::PatternKind::Binding(name) => self.binding(name, ty, check),
            ast::PatternKind::Int { negative, literal } => {
                let value = self.pattern_int(*negative, *literal, span);
                self.literal_pattern(value, ty)
            }
            ast::PatternKind::Float { negative, literal } => {
                let literal = ast::FloatLiteral {
                    value: if *negative { -literal.value } else { literal.value },
                    ..*literal
                };
                let value = self.float_literal(literal, span);
                self.literal_pattern(value, ty)
            }
            ast::PatternKind::Bool(value) => {
                self.exact(TypeId::BOOL, ty, span).then_some(Pattern::Bool(*value))
            }
            ast::PatternKind::Char(value) => {
                self.exact(TypeId::CHAR, ty, span).then_some(Pattern::Char(*value))
            }
            ast::PatternKind::Str(text) => {
                self.exact(TypeId::STRING, ty, span).then(|| Pattern::String(text.clone()))
            }
            ast::PatternKind::Variant(variant) => self.variant_pattern(variant, ty, span, check),
            ast::PatternKind::Error => None,
        };
        check.failed |= fitting.is_none();
        fitting.unwrap_or(Pattern::Wildcard)
    }

    fn binding(
        &mut self,
        name: &'a ast::Ident,
        ty: TypeId,
        check: &mut PatternCheck<'a>,
    ) -> Option<Pattern> {
        if let Some(first) = check.bound.iter().find(|it| it.text == name.text) {
            let found = diagnostic::duplicate_binding(name.span, &name.text);
            self.report(found.also(first.span, "first bound here"));
            return None;
        }
        check.bound.push(name);
        self.warn_of_variant_name(name, ty);
        Some(Pattern::Bind(self.declare(name, ty, false, "a name bound by a pattern")))
    }

    /// A bare name that equals a variant of the examined enum is almost surely a mistake.
    fn warn_of_variant_name(&mut self, name: &ast::Ident, ty: TypeId) {
        let Some(shape) = self.enum_shape(ty) else { return };
        if shape.by_name.contains_key(name.text.as_str()) {
            let owner = self.checked.types.display(ty);
            let found = diagnostic::binding_like_variant(name.span, &name.text, &owner);
            self.report(found.help(format!("write `{owner}::{}`", name.text)));
        }
    }

    fn pattern_int(&mut self, negative: bool, literal: ast::IntLiteral, span: Span) -> Value {
        if let (true, Some(suffix)) = (negative, literal.suffix) {
            return self.negative_suffixed_int(literal, suffix, span);
        }
        let value = self.int_literal(literal, span);
        if !negative {
            return value;
        }
        let mut negated = value.expr.clone();
        negated.kind = ExprKind::Negate(Box::new(value.expr));
        Value { expr: negated, ..value }
    }

    /// A number takes the type of what it is compared with.
    fn literal_pattern(&mut self, value: Value, ty: TypeId) -> Option<Pattern> {
        let expr = match value.open {
            Some(open) if self.can_take(open, ty) => self.retype(value.expr, ty),
            _ => self.settle(value),
        };
        if expr.ty == ERROR || !self.exact(expr.ty, ty, expr.span) {
            return None;
        }
        if let ExprKind::Int(bits) = expr.kind {
            return Some(Pattern::Int(bits));
        }
        if let ExprKind::Float(value) = expr.kind { Some(Pattern::Float(value)) } else { None }
    }

    /// Whether a literal of type `found` can be compared with a value of type `ty`.
    fn exact(&mut self, found: TypeId, ty: TypeId, span: Span) -> bool {
        if ty != ERROR && found != ty {
            let (expected, found) =
                (self.checked.types.display(ty), self.checked.types.display(found));
            self.report(diagnostic::type_mismatch(span, expected, found));
        }
        found == ty
    }

    fn variant_pattern(
        &mut self,
        pattern: &'a ast::VariantPattern,
        ty: TypeId,
        span: Span,
        check: &mut PatternCheck<'a>,
    ) -> Option<Pattern> {
        let args = pattern.args.as_deref().unwrap_or_default();
        let Some(id) = self.pattern_enum(&pattern.path, ty, span) else {
            return self.failed_variant(args, check);
        };
        let Some(index) = self.variant_index(id, &pattern.variant) else {
            return self.failed_variant(args, check);
        };
        let variant = &self.world.signatures.enumeration(id).variants[index as usize];
        if args.len() != variant.payload.len() {
            let (name, count) = (&pattern.variant.text, variant.payload.len());
            let found = diagnostic::wrong_pattern_count(span, name, count, args.len());
            self.report(match pattern.args {
                Some(_) => found,
                None => found.help("match what it holds too, or write `_` for it"),
            });
            return self.failed_variant(args, check);
        }
        let Some(Type::Enum(id)) = self.checked.types.get(ty) else { return None };
        let mut parts = Vec::new();
        for (arg, scheme) in args.iter().zip(&variant.payload) {
            let part = self.checked.types.part(ty, scheme);
            parts.push(self.pattern(arg, part, check));
        }
        Some(Pattern::Variant(id, index, parts))
    }

    /// The enum of a pattern, which must be that of the examined value. Type arguments need not be
    /// written.
    fn pattern_enum(&mut self, path: &ast::TypePath, ty: TypeId, span: Span) -> Option<EnumRef> {
        let (id, written) = self.enum_path(path)?;
        let def = Nominal::Enum(id);
        let found = match written {
            Some(written) => {
                let types = &mut self.checked.types;
                let args: Vec<TypeId> =
                    written.iter().map(|arg| types.apply(arg, &self.args)).collect();
                types.instantiate(def, &args)
            }
            None if self.checked.types.nominal(ty) == Some(def) => ty,
            None if ty == ERROR => return None,
            None => {
                let expected = self.checked.types.display(ty);
                let name = &self.world.scopes.items.type_name(def).text;
                self.report(diagnostic::type_mismatch(span, expected, name));
                return None;
            }
        };
        (found != ERROR && self.exact(found, ty, span)).then_some(id)
    }

    /// Declares the names of sub-patterns whose types are not known.
    fn failed_variant(
        &mut self,
        args: &'a [ast::Pattern],
        check: &mut PatternCheck<'a>,
    ) -> Option<Pattern> {
        args.iter().for_each(|arg| drop(self.pattern(arg, ERROR, check)));
        None
    }
}
