//! Calls of functions, methods and builtins. Foreign functions stand in [`super::foreign`].

use beskid_syntax::{Span, ast, diagnostic};

use crate::builtins::BuiltinType;
use crate::items::{FunctionRef, Source, TypeDef, ValueDef};
use crate::typed::{Arm, Expr, ExprKind, Match, ModuleId, Pattern, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::inference::Inference;
use super::intrinsics;
use super::literals::Value;
use super::operators::sequence;
use super::references::Parameter;
use super::resolve::{Name, Prefix};
use beskid_abi::RuntimeFn;

/// Where a call stands: all of it, and the place that a panic in it reports.
#[derive(Clone, Copy)]
pub(super) struct CallPlace {
    pub(super) whole: Span,
    pub(super) callee: Span,
}

impl<'a> Body<'_, 'a> {
    /// `callee(args)`.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other forms are plain values")]
    pub(super) fn call(
        &mut self,
        call: &'a ast::Call,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let place = CallPlace { whole: span, callee: call.callee.span };
        match &call.callee.kind {
            ast::ExprKind::Primitive(primitive) => self.conversion_call(*primitive, call, span),
            ast::ExprKind::Name(segment) => self.call_name(segment, call, place, expected),
            ast::ExprKind::Member(access) => self.call_member(access, call, place, expected),
            _ => {
                let callee = self.value(&call.callee, None);
                self.call_value(callee, call, place)
            }
        }
    }

    /// Checks arguments for their own mistakes when the callee is unknown.
    fn failed_call(&mut self, call: &'a ast::Call, place: CallPlace) -> Value {
        call.args.iter().for_each(|arg| drop(self.value(&arg.value, Some(ERROR))));
        Value::error(place.whole)
    }

    /// A call of a value, which must be a function.
    fn call_value(&mut self, callee: Value, call: &'a ast::Call, place: CallPlace) -> Value {
        if let Some(signature) = self.checked.types.signature(callee.ty()).cloned() {
            return self.call_function_value(callee, &signature, call, place);
        }
        if callee.ty() != ERROR {
            let shown = self.checked.types.display(callee.ty());
            self.report(diagnostic::not_callable(callee.span, shown));
        }
        self.failed_call(call, place)
    }

    fn call_name(
        &mut self,
        segment: &'a ast::PathSegment,
        call: &'a ast::Call,
        place: CallPlace,
        expected: Option<TypeId>,
    ) -> Value {
        let name = &segment.name;
        let is_local = self.is_local(&name.text);
        if !is_local
            && let Some(method) = self.bare_method(&name.text)
            && let Some(receiver) = self.receiver
        {
            self.check_method_visible(method, receiver, name.span);
            let this = self.this(name.span).map(|this| Value::closed(this, name.span));
            return self.call_function(method, this, segment, call, place, expected);
        }
        if !is_local && self.is_builtin(&name.text) {
            if self.rejects_type_args(segment) {
                return self.failed_call(call, place);
            }
            return self.call_builtin(&name.text, call, place, expected);
        }
        let named = self.name(name);
        if !matches!(named, Name::Item(_)) && self.rejects_type_args(segment) {
            return self.failed_call(call, place);
        }
        match named {
            Name::Local(local) => {
                let callee = self.local_expr(local, name.span);
                self.call_value(Value::closed(callee, name.span), call, place)
            }
            Name::Field(field) => {
                let this = self.this(name.span);
                if let Some(event) = this.and_then(|this| self.event(&this, field, name.span)) {
                    return self.raise(event, name, call, place);
                }
                let callee = self.name_value(segment, name.span, None);
                self.call_value(callee, call, place)
            }
            Name::Item(ValueDef::Function(function)) => {
                self.call_function(function, None, segment, call, place, expected)
            }
            Name::Failed => self.failed_call(call, place),
        }
    }

    fn call_member(
        &mut self,
        access: &'a ast::MemberAccess,
        call: &'a ast::Call,
        place: CallPlace,
        expected: Option<TypeId>,
    ) -> Value {
        match self.prefix(&access.object) {
            Prefix::Failed => self.failed_call(call, place),
            Prefix::Value => {
                let object = self.value(&access.object, None);
                self.call_method(object, &access.segment, call, place, expected)
            }
            Prefix::Names { module: Some(module), ty, name: _ }
                if ty.is_none() || self.has_value(module, &access.segment.name) =>
            {
                match self.function_in(module, &access.segment.name) {
                    Some(function) => {
                        self.call_function(function, None, &access.segment, call, place, expected)
                    }
                    None => self.failed_call(call, place),
                }
            }
            Prefix::Names { ty, name, .. } => self.call_in_type(ty, name, access, call, place),
        }
    }

    /// `Contract.f(…)`.
    fn call_in_type(
        &mut self,
        ty: Option<TypeDef>,
        owner: &ast::Ident,
        access: &'a ast::MemberAccess,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        if self.rejects_type_args(&access.segment) {
            return self.failed_call(call, place);
        }
        match ty {
            Some(TypeDef::Extern(contract)) => {
                self.call_foreign(contract, &access.segment.name, call, place)
            }
            Some(TypeDef::Nominal(_)) => {
                let construct = format!("a call on the type `{}` itself", owner.text);
                self.not_supported(place.callee, &construct);
                self.failed_call(call, place)
            }
            None => {
                self.incomplete = true;
                self.failed_call(call, place)
            }
        }
    }

    fn has_value(&self, module: ModuleId, name: &ast::Ident) -> bool {
        let found = self.world.scopes.value_in(module, &name.text, self.module);
        !matches!(found, crate::scope::Lookup::Missing)
    }

    fn call_method(
        &mut self,
        object: Value,
        segment: &'a ast::PathSegment,
        call: &'a ast::Call,
        place: CallPlace,
        expected: Option<TypeId>,
    ) -> Value {
        let span = object.span;
        let object = self.settle(object);
        let name = &segment.name;
        if object.ty == ERROR || object.ty == TypeId::NEVER {
            self.failed_call(call, place);
            return Value::closed(object, place.whole);
        }
        let Some(method) = self.method(object.ty, &name.text) else {
            if let Some(method) = self.contract_method(object.ty, &name.text) {
                if self.rejects_type_args(segment) {
                    return self.failed_call(call, place);
                }
                return self.call_contract_method(object, method, call, place);
            }
            if let Some(event) = self.named_event(&object, name) {
                if self.rejects_type_args(segment) {
                    return self.failed_call(call, place);
                }
                return self.raise(event, name, call, place);
            }
            if let Some(field) = self.function_field(&object, name) {
                let rejected = self.rejects_type_args(segment);
                let callee = if rejected { Value::error(span) } else { field };
                return self.call_value(callee, call, place);
            }
            self.report_no_method(object.ty, name);
            return self.failed_call(call, place);
        };
        self.check_method_visible(method, object.ty, name.span);
        let object = Value::closed(object, span);
        self.call_function(method, Some(object), segment, call, place, expected)
    }

    /// Private methods belong to the module that declares them.
    pub(super) fn check_method_visible(&mut self, method: FunctionRef, owner: TypeId, span: Span) {
        let item = self.world.scopes.items.function(method);
        let fulfils = self.world.signatures.fulfils_contract(method);
        let inside = self.world.scopes.tree.is_inside(self.module, item.module);
        if !item.public && !fulfils && !inside {
            let owner = self.checked.types.display(owner);
            self.report(diagnostic::private_method(span, &item.name().text, owner));
        }
    }

    fn report_no_method(&mut self, ty: TypeId, name: &ast::Ident) {
        let record = self.record_shape(ty);
        let text = name.text.as_str();
        let shown = self.checked.types.display(ty);
        if let Some(&field) = record.and_then(|shape| shape.by_name.get(text)) {
            let scheme = record.map(|shape| &shape.fields[field as usize].ty);
            let field = scheme.map_or(ERROR, |scheme| self.checked.types.part(ty, scheme));
            if field != ERROR {
                let field = self.checked.types.display(field);
                self.report(diagnostic::not_callable(name.span, field));
            }
            return;
        }
        let found = diagnostic::unknown_method(name.span, &shown, text);
        let found = if self.checked.types.is_opaque(ty) {
            found.help(format!("methods come from a bound, such as `<{shown}: Contract>`"))
        } else {
            found
        };
        let methods = self.method_names(ty).into_iter().chain(self.contract_method_names(ty));
        self.report(self.world.scopes.suggestions.add(found, text, methods));
    }

    /// A call of a known function; the receiver comes first.
    fn call_function(
        &mut self,
        function: FunctionRef,
        receiver: Option<Value>,
        segment: &'a ast::PathSegment,
        call: &'a ast::Call,
        place: CallPlace,
        expected: Option<TypeId>,
    ) -> Value {
        let world = self.world;
        let shape = world.signatures.function(function);
        let item = world.scopes.items.function(function);
        self.mark_function_used(function);
        let receiver = receiver.map(|receiver| self.settle(receiver));
        let receiver_type = receiver.as_ref().map(|receiver| receiver.ty);
        let inference = self.call_inference(function, receiver_type, segment, expected);
        let counted = self.check_count(&item.name().text, shape.params.len(), call, place);
        let Some(mut inference) = inference.filter(|_| counted) else {
            if counted {
                self.failed_call(call, place);
            }
            let known = shape.generics.is_empty();
            let result = if known { self.checked.types.apply(&shape.result, &[]) } else { ERROR };
            return self.failed_with(result, place);
        };
        let names = parameter_names(item.source).into_iter().zip(&shape.modes);
        let mut params: Vec<Parameter<'_>> =
            names.map(|(name, &mode)| Parameter { name, mode }).collect();
        let values = self.inferring_arguments(&mut inference, &mut params, shape, call);
        let Some(args) = self.inferred(&inference, place.callee) else {
            return Value::error(place.whole);
        };
        if !self.check_bounds(&shape.bounds, &shape.generics, &args, place.callee) {
            let result = self.checked.types.apply(&shape.result, &args);
            return self.failed_with(result, place);
        }
        let values = values.into_iter().zip(shape.params.iter().zip(params));
        let values: Vec<Expr> = values
            .map(|(value, (scheme, param))| {
                let wanted = self.checked.types.apply(scheme, &args);
                self.fit_argument(value, wanted, param)
            })
            .collect();
        let result = self.checked.types.apply(&shape.result, &args);
        let Some(id) = self.function_id(function, args, place.callee) else {
            return self.failed_with(result, place);
        };
        let values: Vec<Expr> = receiver.into_iter().chain(values).collect();
        self.finish_call(|values| ExprKind::Call(id, values), values, result, place)
    }

    /// What is known about the type arguments of a call before its arguments are checked; `None`
    /// if those that are written are wrong.
    fn call_inference(
        &mut self,
        function: FunctionRef,
        receiver: Option<TypeId>,
        segment: &ast::PathSegment,
        expected: Option<TypeId>,
    ) -> Option<Inference<'a>> {
        let world = self.world;
        let shape = world.signatures.function(function);
        let name = &world.scopes.items.function(function).name().text;
        let mut inference = Inference::of_function(name, &shape.generics);
        if let Some(instance) = receiver.and_then(|it| self.checked.types.instance(it)) {
            inference.set(0, &instance.args);
        }
        if segment.type_args.is_some() {
            let own = shape.generics.len() - shape.receiver_generics;
            let args = self.written_args(segment, own)?;
            inference.set(shape.receiver_generics, &args);
        }
        inference.expect(&self.checked.types, &shape.result, expected);
        Some(inference)
    }

    /// A call that failed but whose type is known, so that its uses can be checked.
    pub(super) fn failed_with(&mut self, ty: TypeId, place: CallPlace) -> Value {
        Value::closed(Expr { kind: ExprKind::Unit, ty, span: place.callee }, place.whole)
    }

    /// Puts arguments into a call, unless one of them does not complete.
    pub(super) fn finish_call(
        &mut self,
        kind: impl FnOnce(Vec<Expr>) -> ExprKind,
        args: Vec<Expr>,
        result: TypeId,
        place: CallPlace,
    ) -> Value {
        if args.iter().any(|arg| arg.ty == ERROR) {
            return self.failed_with(result, place);
        }
        if args.iter().any(|arg| arg.ty == TypeId::NEVER) {
            return Value::closed(sequence(args, place.callee), place.whole);
        }
        let kind = kind(args);
        Value::closed(Expr { kind, ty: result, span: place.callee }, place.whole)
    }

    /// The arguments as the parameters want them; `None` if their number is wrong.
    pub(super) fn arguments(
        &mut self,
        callee: &str,
        types: &[TypeId],
        params: &[Parameter<'_>],
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Option<Vec<Expr>> {
        if !self.check_count(callee, types.len(), call, place) {
            return None;
        }
        let pairs = call.args.iter().zip(types.iter().zip(params));
        Some(pairs.map(|(arg, (&ty, &param))| self.argument(arg, ty, param)).collect())
    }

    /// Reports a wrong number of arguments, and then the arguments' own mistakes.
    pub(super) fn check_count(
        &mut self,
        callee: &str,
        expected: usize,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> bool {
        let count = call.args.len();
        if count != expected {
            let found = diagnostic::wrong_argument_count(place.whole, callee, expected, count);
            self.report(found);
            self.failed_call(call, place);
        }
        count == expected
    }

    pub(super) fn is_builtin(&self, name: &str) -> bool {
        self.world.builtins.get(name).is_some() || intrinsics::is_intrinsic(name)
    }

    fn call_builtin(
        &mut self,
        name: &str,
        call: &'a ast::Call,
        place: CallPlace,
        expected: Option<TypeId>,
    ) -> Value {
        let world = self.world;
        let Some(builtin) = world.builtins.get(name) else {
            return self.call_intrinsic(name, call, place);
        };
        if builtin.function == RuntimeFn::ArrayNew {
            return self.new_array(name, call, place, expected);
        }
        if builtin.function == RuntimeFn::ArrayLen {
            return self.array_length(name, call, place);
        }
        let known = |ty: &BuiltinType| match ty {
            BuiltinType::Known(ty) => *ty,
            BuiltinType::AnyArray => unreachable!("only array rows are generic"),
        };
        let params: Vec<TypeId> = builtin.params.iter().map(known).collect();
        let spec = builtin.function.spec();
        let names: Vec<Parameter<'_>> =
            spec.params.iter().map(|param| Parameter::by_value(param.name)).collect();
        let result = known(&builtin.result);
        match self.arguments(name, &params, &names, call, place) {
            Some(args) => {
                let kind = |args| ExprKind::CallRuntime(builtin.function, args);
                self.finish_call(kind, args, result, place)
            }
            None => self.failed_with(result, place),
        }
    }

    /// `__array_len(xs)`.
    fn array_length(&mut self, name: &str, call: &'a ast::Call, place: CallPlace) -> Value {
        if !self.check_count(name, 1, call, place) {
            return self.failed_with(TypeId::I64, place);
        }
        self.reject_mode(&call.args[0], "array");
        let arg = self.value(&call.args[0].value, None);
        let span = arg.span;
        let array = self.settle(arg);
        if array.ty == TypeId::NEVER {
            return Value::closed(array, place.whole);
        }
        if array.ty != ERROR && self.checked.types.element(array.ty).is_none() {
            let shown = self.checked.types.display(array.ty);
            self.report(diagnostic::argument_mismatch(span, "array", "T[]", shown));
        }
        let kind = ExprKind::ArrayLength(Box::new(array));
        Value::closed(Expr { kind, ty: TypeId::I64, span: place.callee }, place.whole)
    }

    /// `__array_new(size, length)`, whose type is the array type that the context expects.
    fn new_array(
        &mut self,
        name: &str,
        call: &'a ast::Call,
        place: CallPlace,
        expected: Option<TypeId>,
    ) -> Value {
        let ty = expected.unwrap_or(TypeId::UNIT);
        let names = ["elem_size", "len"].map(Parameter::by_value);
        let args = self.arguments(name, &[TypeId::I64, TypeId::I64], &names, call, place);
        if ty != ERROR && self.checked.types.element(ty).is_none() {
            let found = diagnostic::cannot_infer(place.whole, "this array");
            self.report(found.help("give the local an array type, such as `i64[] xs = …;`"));
            return Value::error(place.whole);
        }
        let Some([size, length]) = args.and_then(|args| <[Expr; 2]>::try_from(args).ok()) else {
            return self.failed_with(ty, place);
        };
        if size.ty == TypeId::NEVER || length.ty == TypeId::NEVER {
            return Value::closed(sequence([size, length], place.callee), place.whole);
        }
        let length = if is_effect_free(&size) { length } else { after(size, length) };
        let kind = ExprKind::NewArray(Box::new(length));
        Value::closed(Expr { kind, ty, span: place.callee }, place.whole)
    }
}

/// Whether dropping an expression changes nothing: a number, a variable, a field, or one of these
/// converted.
fn is_effect_free(expr: &Expr) -> bool {
    let mut at = expr;
    while let ExprKind::Convert(inner) | ExprKind::Field(inner, _) = &at.kind {
        at = inner;
    }
    matches!(at.kind, ExprKind::Int(_) | ExprKind::Local(_) | ExprKind::Unit)
}

/// A value that is computed after another, which is dropped: `match first { _ => second }`.
fn after(first: Expr, second: Expr) -> Expr {
    let (ty, span) = (second.ty, second.span);
    let arms = vec![Arm { pattern: Pattern::Wildcard, guard: None, body: second }];
    let kind = ExprKind::Match(Box::new(Match { scrutinee: first, arms }));
    Expr { kind, ty, span }
}

fn parameter_names(source: Source<'_>) -> Vec<&str> {
    match source {
        Source::Function(function) => {
            function.signature.params.iter().map(|param| param.name.text.as_str()).collect()
        }
        Source::Test(_) => Vec::new(),
    }
}
