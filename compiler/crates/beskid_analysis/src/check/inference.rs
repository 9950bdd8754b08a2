//! Type arguments: written ones, and those that follow from arguments and from what the context
//! expects (reference 16).
//!
//! An inference belongs to one use of a generic item. Values are checked in order, each with what
//! is known by then; afterwards every parameter must have a type.

use beskid_syntax::{Span, ast, diagnostic};

use crate::typed::{FunctionType, TypeId};
use crate::types::{Conversion, ERROR, Scheme, Types};

use super::body::Body;
use super::lambdas::{Wanted, lambda_of};
use super::literals::Value;

/// The type arguments of one use of a generic item, as far as they are known.
pub(super) struct Inference<'a> {
    /// The name of the item, for messages.
    owner: &'a str,
    /// Whether the item is a type, one of whose values is made, and not a function.
    of_type: bool,
    names: Vec<&'a ast::Ident>,
    known: Vec<Option<TypeId>>,
    /// What the context suggests, where arguments say nothing.
    suggested: Vec<Option<TypeId>>,
    /// What number literals become if nothing else decides.
    defaults: Vec<Option<TypeId>>,
    /// Whether a mistake has been reported, of which missing arguments may follow.
    failed: bool,
}

impl<'a> Inference<'a> {
    /// The type arguments of a function.
    pub(super) fn of_function(owner: &'a str, names: &[&'a ast::Ident]) -> Self {
        Inference::new(owner, false, names)
    }

    /// The type arguments of a type, one of whose values is made.
    pub(super) fn of_type(owner: &'a str, names: &[&'a ast::Ident]) -> Self {
        Inference::new(owner, true, names)
    }

    fn new(owner: &'a str, of_type: bool, names: &[&'a ast::Ident]) -> Self {
        let none = vec![None; names.len()];
        Inference {
            owner,
            of_type,
            names: names.to_vec(),
            known: none.clone(),
            suggested: none.clone(),
            defaults: none,
            failed: false,
        }
    }

    /// Sets parameters from the position `first` on.
    pub(super) fn set(&mut self, first: usize, args: &[TypeId]) {
        for (slot, &arg) in self.known.iter_mut().skip(first).zip(args) {
            *slot = Some(arg);
        }
    }

    /// Uses the type that the context expects of the result. Where the result is a mere parameter,
    /// its value can still be converted, so arguments have precedence.
    pub(super) fn expect(&mut self, types: &Types, result: &Scheme, expected: Option<TypeId>) {
        // Where the context is wrong, nobody can say what it expects.
        self.failed |= expected == Some(ERROR);
        let Some(expected) = expected.filter(|&ty| ty != ERROR && ty != TypeId::NEVER) else {
            return;
        };
        let slots =
            if let Scheme::Param(_) = result { &mut self.suggested } else { &mut self.known };
        unify(types, result, expected, slots);
    }

    /// Takes in what a function type says of the parameters of another.
    pub(super) fn learn_signature(
        &mut self,
        types: &Types,
        (params, result): (&[Scheme], &Scheme),
        signature: &FunctionType,
    ) {
        let parts = signature.params.iter().chain([&signature.result]);
        for (scheme, &ty) in params.iter().chain([result]).zip(parts) {
            unify(types, scheme, ty, &mut self.known);
        }
    }

    /// The type that a scheme has by now, where number literals count as what they are without
    /// context.
    pub(super) fn provisional(&self, types: &mut Types, scheme: &Scheme) -> Option<TypeId> {
        let slots = self.known.iter().zip(&self.suggested).zip(&self.defaults);
        let args: Vec<TypeId> = slots
            .map(|((known, soft), default)| known.or(*soft).or(*default).unwrap_or(ERROR))
            .collect();
        is_determined(scheme, &args).then(|| types.apply(scheme, &args))
    }

    /// The type that a scheme has by now.
    fn hint(&self, types: &mut Types, scheme: &Scheme) -> Option<TypeId> {
        let slots = self.known.iter().zip(&self.suggested);
        let args: Vec<TypeId> =
            slots.map(|(known, soft)| known.or(*soft).unwrap_or(ERROR)).collect();
        is_determined(scheme, &args).then(|| types.apply(scheme, &args))
    }

    /// Takes in the type of an argument.
    pub(super) fn learn(&mut self, types: &Types, scheme: &Scheme, value: &Value) {
        let ty = value.ty();
        self.failed |= ty == ERROR;
        if ty == ERROR || ty == TypeId::NEVER {
            return;
        }
        match (value.open, scheme) {
            (Some(_), Scheme::Param(index)) => {
                let slot = &mut self.defaults[*index as usize];
                if slot.is_none_or(|default| types.is_integer(default)) {
                    *slot = Some(ty);
                }
            }
            (Some(_), _) => {}
            (None, _) => unify(types, scheme, ty, &mut self.known),
        }
    }

    /// What an argument of a mere parameter contradicts: a lossy conversion to what is known.
    fn contradicted(&self, types: &Types, scheme: &Scheme, value: &Value) -> Option<(u32, TypeId)> {
        let Scheme::Param(index) = scheme else { return None };
        let known = self.known[*index as usize]?;
        let lossy =
            value.open.is_none() && types.conversion(value.ty(), known) == Conversion::Lossy;
        lossy.then_some((*index, known))
    }
}

/// Whether no part of a scheme depends on a parameter without a type.
fn is_determined(scheme: &Scheme, args: &[TypeId]) -> bool {
    match scheme {
        Scheme::Known(_) => true,
        Scheme::Param(index) => args.get(*index as usize).is_some_and(|&arg| arg != ERROR),
        Scheme::Array(element) => is_determined(element, args),
        Scheme::Function(params, result) => {
            params.iter().chain([&**result]).all(|part| is_determined(part, args))
        }
        Scheme::Instance(_, parts) => parts.iter().all(|part| is_determined(part, args)),
    }
}

/// Reads off a type what the parameters of a scheme are. The first answer stands; what does not
/// fit is found when the value is converted.
fn unify(types: &Types, scheme: &Scheme, ty: TypeId, slots: &mut [Option<TypeId>]) {
    match scheme {
        Scheme::Known(_) => {}
        Scheme::Param(index) => {
            if let Some(slot) = slots.get_mut(*index as usize) {
                slot.get_or_insert(ty);
            }
        }
        Scheme::Array(element) => {
            if let Some(ty) = types.element(ty) {
                unify(types, element, ty, slots);
            }
        }
        Scheme::Function(params, result) => {
            if let Some(function) = types.signature(ty)
                && function.params.len() == params.len()
            {
                let pairs = params.iter().zip(&function.params);
                pairs.for_each(|(part, &arg)| unify(types, part, arg, slots));
                unify(types, result, function.result, slots);
            }
        }
        Scheme::Instance(def, parts) => {
            if let Some(instance) = types.instance(ty).filter(|it| it.def == *def) {
                let pairs = parts.iter().zip(instance.args.iter());
                pairs.for_each(|(part, &arg)| unify(types, part, arg, slots));
            }
        }
    }
}

impl<'a> Body<'_, 'a> {
    /// Checks values that go where schemes are wanted. Those that say nothing of their types come
    /// last, so that these can follow from the other values.
    pub(super) fn inferring_values<'s>(
        &mut self,
        inference: &mut Inference<'a>,
        pairs: impl Iterator<Item = (&'a ast::Expr, &'s Scheme)>,
    ) -> Vec<Value> {
        let pairs: Vec<(&'a ast::Expr, &Scheme)> = pairs.collect();
        let mut values: Vec<Option<Value>> = pairs.iter().map(|_| None).collect();
        for waiting in [false, true] {
            for (slot, &(expr, scheme)) in values.iter_mut().zip(&pairs) {
                if (lambda_of(expr).is_some() || is_empty_array(expr)) == waiting {
                    *slot = Some(self.inferring_value(inference, scheme, expr));
                }
            }
        }
        values.into_iter().flatten().collect()
    }

    /// Checks a value that goes where `scheme` is wanted.
    pub(super) fn inferring_value(
        &mut self,
        inference: &mut Inference<'a>,
        scheme: &Scheme,
        expr: &'a ast::Expr,
    ) -> Value {
        let hint = inference.hint(&mut self.checked.types, scheme);
        let value = match (lambda_of(expr), scheme) {
            (Some(lambda), Scheme::Function(params, result)) if hint.is_none() => {
                let types = &mut self.checked.types;
                let params = params.iter().map(|it| inference.provisional(types, it)).collect();
                let wanted = Wanted { params: Some(params), result: inference.hint(types, result) };
                self.lambda(lambda, wanted, expr.span)
            }
            _ if hint.is_none() && is_empty_array(expr) => {
                let expected = inference.provisional(&mut self.checked.types, scheme);
                self.value(expr, expected)
            }
            _ => self.value(expr, hint),
        };
        if let Some((index, known)) = inference.contradicted(&self.checked.types, scheme, &value) {
            let types = &self.checked.types;
            let (first, second) = (types.display(known), types.display(value.ty()));
            let name = &inference.names[index as usize].text;
            self.report(diagnostic::conflicting_type_argument(value.span, name, first, second));
            inference.failed = true;
            return Value::error(value.span);
        }
        inference.learn(&self.checked.types, scheme, &value);
        value
    }

    /// The type arguments; `None` if some are not known, which is reported.
    pub(super) fn inferred(
        &mut self,
        inference: &Inference<'a>,
        span: Span,
    ) -> Option<Vec<TypeId>> {
        let mut args = Vec::new();
        for (index, name) in inference.names.iter().enumerate() {
            let found =
                inference.known[index].or(inference.suggested[index]).or(inference.defaults[index]);
            match found {
                Some(arg) => args.push(arg),
                None if inference.failed => return None,
                // Of two parameters with one name only the first can be found; that is reported.
                None if inference.names[..index].iter().any(|it| it.text == name.text) => {
                    return None;
                }
                None => {
                    let owner = inference.owner;
                    let found = if inference.of_type {
                        diagnostic::undetermined_argument_of_type(span, &name.text, owner)
                    } else {
                        diagnostic::undetermined_type_argument(span, &name.text, owner)
                    };
                    let example = vec!["i64"; inference.names.len()].join(", ");
                    self.report(found.help(format!("write it, such as `{owner}<{example}>`")));
                    return None;
                }
            }
        }
        (!args.contains(&ERROR)).then_some(args)
    }

    /// Type arguments as they are written; `None` if their number is wrong, which is reported.
    pub(super) fn written_args(
        &mut self,
        segment: &ast::PathSegment,
        count: usize,
    ) -> Option<Vec<TypeId>> {
        let written = segment.type_args.as_deref().unwrap_or_default();
        let args: Vec<TypeId> = written.iter().map(|arg| self.written_type(arg)).collect();
        if args.len() != count {
            let name = &segment.name.text;
            let found =
                diagnostic::wrong_type_argument_count(segment.span, name, count, args.len());
            self.report(found);
            return None;
        }
        Some(args)
    }
}

/// Whether an expression is `[]`, whose type can only come from its context.
fn is_empty_array(expr: &ast::Expr) -> bool {
    matches!(&expr.kind, ast::ExprKind::Array(elements) if elements.is_empty())
}
