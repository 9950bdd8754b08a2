//! Record literals: `Point { x: 1, y: 2 }`.

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::{Nominal, RecordRef};
use crate::signatures::RecordShape;
use crate::suggest;
use crate::typed::{Expr, ExprKind, Type, TypeId};
use crate::types::{ERROR, Scheme};

use super::body::Body;
use super::conversions::Role;
use super::inference::Inference;
use super::literals::Value;
use super::operators::sequence;

impl<'a> Body<'_, 'a> {
    /// `Point { x: 1, y: 2 }`.
    pub(super) fn struct_literal(
        &mut self,
        literal: &'a ast::StructLiteral,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let found = self.type_resolver().nominal(&literal.path);
        let Some((Nominal::Record(record), written)) = found else {
            if let Some((def, _)) = found {
                let name = &literal.path.last().name;
                let what =
                    if matches!(def, Nominal::Contract(_)) { "a contract" } else { "an enum" };
                self.report(diagnostic::no_literal(name.span, &name.text, what));
            }
            literal.fields.iter().for_each(|field| drop(self.value(&field.value, None)));
            return Value::error(span);
        };
        let mut inference = self.type_inference(Nominal::Record(record), written, expected);
        let shape = self.world.signatures.record(record);
        let mut seen: Vec<Option<Span>> = vec![None; shape.fields.len()];
        let mut failed = false;
        let mut values = Vec::new();
        for field in &literal.fields {
            match self.field_init(record, field, &mut seen, &mut inference) {
                Some(value) => values.push(value),
                None => failed = true,
            }
        }
        failed |= self.report_missing_fields(literal, record, &seen);
        let Some(args) = self.inferred(&inference, literal.path.span) else {
            return Value::error(span);
        };
        if !self.check_type_bounds(Nominal::Record(record), &args, literal.path.span) {
            return Value::error(span);
        }
        let ty = self.checked.types.instantiate(Nominal::Record(record), &args);
        self.record_of(values, ty, shape, failed, span)
    }

    /// The inference for a value of a declared type.
    pub(super) fn type_inference(
        &mut self,
        def: Nominal,
        written: Option<Vec<Scheme>>,
        expected: Option<TypeId>,
    ) -> Inference<'a> {
        let items = &self.world.scopes.items;
        let generics: Vec<&'a ast::Ident> =
            items.type_generics(def).iter().map(|generic| &generic.name).collect();
        let mut inference = Inference::of_type(&items.type_name(def).text, &generics);
        match written {
            Some(written) => {
                let types = &mut self.checked.types;
                let args: Vec<TypeId> =
                    written.iter().map(|arg| types.apply(arg, &self.args)).collect();
                inference.set(0, &args);
            }
            None => {
                let types = &mut self.checked.types;
                let own = crate::signatures::instance_scheme(types, def, generics.len());
                inference.expect(types, &own, expected);
            }
        }
        inference
    }

    fn record_of(
        &mut self,
        values: Vec<(u32, Value)>,
        ty: TypeId,
        shape: &RecordShape<'a>,
        mut failed: bool,
        span: Span,
    ) -> Value {
        let mut fields = Vec::new();
        for (index, value) in values {
            let scheme = &shape.fields[index as usize].ty;
            let wanted = self.checked.types.part(ty, scheme);
            let value = self.coerce(value, wanted, Role::Store);
            failed |= value.ty == ERROR;
            fields.push((index, value));
        }
        let Some(Type::Record(id)) = self.checked.types.get(ty).filter(|_| !failed) else {
            // The type is known even so, which keeps the rest of the function meaningful.
            return Value::closed(Expr { kind: ExprKind::Unit, ty, span }, span);
        };
        if fields.iter().any(|(_, value)| value.ty == TypeId::NEVER) {
            let values = fields.into_iter().map(|(_, value)| value);
            return Value::closed(sequence(values, span), span);
        }
        Value::closed(Expr { kind: ExprKind::Record(id, fields), ty, span }, span)
    }

    fn field_init(
        &mut self,
        record: RecordRef,
        field: &'a ast::FieldInit,
        seen: &mut [Option<Span>],
        inference: &mut Inference<'a>,
    ) -> Option<(u32, Value)> {
        let name = &field.name;
        let shape = self.world.signatures.record(record);
        let Some(&index) = shape.by_name.get(name.text.as_str()) else {
            self.value(&field.value, None);
            let owner = &self.world.scopes.items.record(record).ast.name.text;
            let found = diagnostic::unknown_field(name.span, owner, &name.text);
            self.report(self.world.scopes.suggestions.add(
                found,
                &name.text,
                shape.by_name.keys().copied(),
            ));
            return None;
        };
        if shape.fields[index as usize].event.is_some() {
            self.value(&field.value, Some(ERROR));
            self.report(diagnostic::event_as_value(name.span, &name.text));
            return None;
        }
        let scheme = &shape.fields[index as usize].ty;
        let value = self.inferring_value(inference, scheme, &field.value);
        if let Some(first) = seen[index as usize].replace(name.span) {
            let found = diagnostic::repeated_field(name.span, &name.text);
            self.report(found.also(first, "first given here"));
            return None;
        }
        Some((index, value))
    }

    /// Whether fields are missing, which is reported unless a name was misspelt.
    fn report_missing_fields(
        &mut self,
        literal: &ast::StructLiteral,
        record: RecordRef,
        seen: &[Option<Span>],
    ) -> bool {
        let shape = self.world.signatures.record(record);
        let fields = shape.fields.iter().zip(seen);
        let missing: Vec<&str> = fields
            .filter(|(field, seen)| seen.is_none() && field.event.is_none())
            .map(|(field, _)| field.name.text.as_str())
            .collect();
        let known = |name: &ast::Ident| shape.by_name.contains_key(name.text.as_str());
        let misspelt = literal
            .fields
            .iter()
            .filter(|field| !known(&field.name))
            .any(|field| suggest::nearest(&field.name.text, missing.iter().copied()).is_some());
        if !missing.is_empty() && !misspelt {
            let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let owner = &self.world.scopes.items.record(record).ast.name.text;
            let found = diagnostic::missing_fields(literal.path.span, owner, quoted.join(", "));
            self.report(found);
        }
        !missing.is_empty()
    }
}
