//! Lambdas, functions as values, and calls of such values (reference 17).
//!
//! A lambda is a function of its own. It is checked inside the function around it, with a frame of
//! variables of its own; a variable of an outer frame that it mentions is captured: every frame in
//! between gets a copy.

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::FunctionRef;
use crate::symbols::lambda_symbol;
use crate::typed::{self, Block, Expr, ExprKind, FunctionType, LocalId, Statement, TypeId};
use crate::types::{ERROR, Types};

use super::body::{Body, Capture, Frame, LocalInfo, ResultType, returning};
use super::calls::CallPlace;
use super::conversions::Role;
use super::inference::Inference;
use super::literals::Value;
use super::references::Parameter;

/// What the context asks of a lambda, as far as it is known.
#[derive(Default)]
pub(super) struct Wanted {
    /// The types of the parameters; `None` if no function type is expected.
    pub(super) params: Option<Vec<Option<TypeId>>>,
    /// The type of the result.
    pub(super) result: Option<TypeId>,
}

impl Wanted {
    /// What an expected type asks for.
    pub(super) fn of(types: &Types, expected: Option<TypeId>) -> Wanted {
        match expected.and_then(|ty| types.signature(ty)) {
            Some(signature) => Wanted {
                params: Some(signature.params.iter().copied().map(Some).collect()),
                result: Some(signature.result),
            },
            None if expected == Some(ERROR) => Wanted { result: Some(ERROR), ..Wanted::default() },
            None => Wanted::default(),
        }
    }
}

/// The lambda that an expression is, parentheses aside.
pub(super) fn lambda_of(expr: &ast::Expr) -> Option<&ast::Lambda> {
    let mut at = expr;
    while let ast::ExprKind::Paren(inner) = &at.kind {
        at = inner;
    }
    if let ast::ExprKind::Lambda(lambda) = &at.kind { Some(lambda) } else { None }
}

impl<'a> Body<'_, 'a> {
    /// `(x, y) => …`.
    pub(super) fn lambda(
        &mut self,
        lambda: &'a ast::Lambda,
        mut wanted: Wanted,
        span: Span,
    ) -> Value {
        let count = lambda.params.len();
        if let Some(params) = wanted.params.take_if(|params| params.len() != count) {
            self.report(diagnostic::lambda_parameter_count(span, params.len(), count));
            wanted = Wanted { params: Some(vec![Some(ERROR); count]), result: Some(ERROR) };
        }
        let id = self.checked.reserve_function();
        self.lambdas += 1;
        let symbol = lambda_symbol(&self.symbol, self.lambdas);
        self.frames.push(Frame::default());
        let around = self.enter(wanted.result);
        let params = self.lambda_params(lambda, wanted.params.as_deref());
        let body = self.lambda_body(lambda, span);
        let result = self.leave(around);
        let frame = self.frames.pop().expect("the frame of the lambda was pushed");
        let param_types = params.iter().map(|param| frame.locals[param.index()].typed.ty);
        let ty = self.checked.types.function(param_types.collect(), result);
        let captures = frame.captures.clone();
        let is_never_made = frame.locals.iter().any(|local| local.typed.ty == ERROR);
        let mut function = typed::Function {
            name: format!("lambda in {}", self.name),
            symbol,
            module: self.module,
            doc: String::new(),
            params,
            outs: Vec::new(),
            captures: Some(captures.iter().map(|capture| capture.copy).collect()),
            locals: frame.into_locals().collect(),
            result,
            body,
            span,
            offered: false,
            exported: false,
        };
        if result == ERROR || is_never_made {
            leave_empty(&mut function);
        }
        self.checked.functions[id.index()] = Some(function);
        let values = captures.iter().map(|it| self.local_expr(it.source, span)).collect();
        Value::closed(Expr { kind: ExprKind::Closure(id, values), ty, span }, span)
    }

    /// Sets the state that belongs to one function; returns that of the function around.
    fn enter(&mut self, result: Option<TypeId>) -> Around {
        let result_type = if result.is_some() { ResultType::Declared } else { ResultType::Open };
        Around {
            result: std::mem::replace(&mut self.result, result.unwrap_or(TypeId::UNIT)),
            result_type: std::mem::replace(&mut self.result_type, result_type),
            loops: std::mem::take(&mut self.loops),
            unreachable: std::mem::take(&mut self.unreachable),
            incomplete: std::mem::take(&mut self.incomplete),
        }
    }

    /// Goes back to the function around; returns the result type of the lambda.
    fn leave(&mut self, around: Around) -> TypeId {
        self.result_type = around.result_type;
        self.loops = around.loops;
        self.unreachable = around.unreachable;
        self.incomplete = around.incomplete;
        std::mem::replace(&mut self.result, around.result)
    }

    fn lambda_params(
        &mut self,
        lambda: &'a ast::Lambda,
        wanted: Option<&[Option<TypeId>]>,
    ) -> Vec<LocalId> {
        let stmts: &[ast::Stmt] = match &lambda.body {
            ast::LambdaBody::Block(block) => &block.stmts,
            ast::LambdaBody::Expr(_) => &[],
        };
        self.open_scope(stmts);
        let mut params = Vec::new();
        for (index, param) in lambda.params.iter().enumerate() {
            let expected = wanted.and_then(|wanted| wanted[index]);
            let ty = match &param.ty {
                Some(ty) => self.written_type(ty),
                None if self.result == ERROR => ERROR,
                None => expected.unwrap_or_else(|| self.unknown_parameter(param)),
            };
            params.push(self.declare(&param.name, ty, param.mutable.is_some(), "a parameter"));
        }
        params
    }

    fn unknown_parameter(&mut self, param: &ast::LambdaParam) -> TypeId {
        let name = &param.name.text;
        let found = diagnostic::cannot_infer(param.span, format!("the parameter `{name}`"));
        self.report(found.help(format!("write its type, such as `(i64 {name}) => …`")));
        ERROR
    }

    fn lambda_body(&mut self, lambda: &'a ast::Lambda, span: Span) -> Block {
        let block = match &lambda.body {
            ast::LambdaBody::Expr(expr) => {
                let statement = self.lambda_expression(expr);
                Block { statements: vec![statement] }
            }
            ast::LambdaBody::Block(block) => {
                let checked = self.statements(&block.stmts);
                let needs_value = self.result != TypeId::UNIT && self.result != ERROR;
                if checked.completes && needs_value && !self.incomplete {
                    let ty = self.checked.types.display(self.result);
                    self.report(diagnostic::lambda_missing_return(span, ty));
                }
                checked.block
            }
        };
        self.close_scope();
        block
    }

    /// Where `unit` is wanted, the value of the expression is dropped.
    fn lambda_expression(&mut self, expr: &'a ast::Expr) -> Statement {
        if self.result_type == ResultType::Declared && self.result == TypeId::UNIT {
            return Statement::Expr(self.dropped_value(expr));
        }
        let value = self.returned_value(expr);
        if value.ty == TypeId::UNIT { Statement::Expr(value) } else { returning(value) }
    }

    /// The value of a `return`, as the result type of the function wants it.
    pub(super) fn returned_value(&mut self, expr: &'a ast::Expr) -> Expr {
        let role = match self.result_type {
            ResultType::Declared => Role::Return,
            ResultType::Inferred => Role::LambdaReturn,
            ResultType::Open => {
                let value = self.value(expr, None);
                let value = self.settle(value);
                if value.ty != TypeId::NEVER {
                    self.infer_result(value.ty);
                }
                return value;
            }
        };
        let value = self.value(expr, Some(self.result));
        self.coerce(value, self.result, role)
    }

    /// Decides about the result type of a lambda.
    pub(super) fn infer_result(&mut self, ty: TypeId) {
        self.result = ty;
        self.result_type = ResultType::Inferred;
    }

    /// The local that a name means, captured if it belongs to a function around this lambda.
    pub(super) fn capture_named(
        &mut self,
        name: &ast::Ident,
        level: usize,
        local: LocalId,
    ) -> LocalId {
        let Some((&key, _)) = self.frames[level].bindings.get_key_value(name.text.as_str()) else {
            return local;
        };
        let captured = level + 1 < self.frames.len();
        let info = &self.frames[level].locals[local.index()];
        let (mutable, mode, declared) = (info.mutable, info.mode, info.span);
        let ty = info.typed.ty;
        let copy = self.capture(key, level, local);
        if captured && (mutable || mode.is_some()) && ty != ERROR {
            let found = match mode {
                Some(_) => diagnostic::escaping_reference(name.span, key),
                None => diagnostic::mutable_capture(name.span, key),
            };
            self.report(found.also(declared, "declared here"));
            // One report for each lambda: what is made of the variable there is of no interest.
            if let Some(frame) = self.frames.last_mut() {
                let info = &mut frame.locals[copy.index()];
                info.typed.ty = ERROR;
                info.mutable = true;
            }
        }
        copy
    }

    /// Copies a variable of an outer frame into all frames within.
    pub(super) fn capture(&mut self, name: &'a str, level: usize, local: LocalId) -> LocalId {
        let mut source = local;
        for level in level + 1..self.frames.len() {
            let info = self.frames[level - 1].locals[source.index()].clone();
            let frame = &mut self.frames[level];
            let copy = LocalId(frame.locals.len() as u32);
            let what = "a captured variable";
            frame.locals.push(LocalInfo { mutable: false, mode: None, what, depth: 0, ..info });
            frame.captures.push(Capture { source, copy });
            // Variables that the lambda declares itself hide it.
            frame.bindings.entry(name).or_default().insert(0, copy);
            source = copy;
        }
        source
    }

    /// A function with a name as a value.
    pub(super) fn function_value(
        &mut self,
        function: FunctionRef,
        segment: &'a ast::PathSegment,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        let world = self.world;
        let shape = world.signatures.function(function);
        let name = &world.scopes.items.function(function).name().text;
        if self.rejects_places(shape, &segment.name) {
            self.mark_function_used(function);
            return Value::error(span);
        }
        let mut inference = Inference::of_function(name, &shape.generics);
        if segment.type_args.is_some() {
            let Some(args) = self.written_args(segment, shape.generics.len()) else {
                return Value::error(span);
            };
            inference.set(0, &args);
        }
        if let Some(signature) = expected.and_then(|ty| self.checked.types.signature(ty)) {
            let own = (shape.params.as_slice(), &shape.result);
            inference.learn_signature(&self.checked.types, own, signature);
        }
        let Some(args) = self.inferred(&inference, span) else { return Value::error(span) };
        if !self.check_bounds(&shape.bounds, &shape.generics, &args, span) {
            return Value::error(span);
        }
        let types = &mut self.checked.types;
        let params = shape.params.iter().map(|param| types.apply(param, &args)).collect();
        let result = types.apply(&shape.result, &args);
        let ty = types.function(params, result);
        let Some(id) = self.function_id(function, args, span) else { return Value::error(span) };
        Value::closed(Expr { kind: ExprKind::FunctionValue(id), ty, span }, span)
    }

    /// The field of a record that holds a function.
    pub(super) fn function_field(&mut self, object: &Expr, name: &ast::Ident) -> Option<Value> {
        let field = *self.record_shape(object.ty)?.by_name.get(name.text.as_str())?;
        let field = self.field_expr(object.clone(), field, name.span);
        let is_function = self.checked.types.signature(field.ty).is_some();
        is_function.then(|| Value::closed(field, name.span))
    }

    /// Arguments for parameters that have types and no names.
    pub(super) fn positional_arguments(
        &mut self,
        callee: &str,
        params: &[TypeId],
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Option<Vec<Expr>> {
        let names: Vec<String> =
            (1..=params.len()).map(|number| format!("parameter {number}")).collect();
        let names: Vec<Parameter<'_>> = names.iter().map(|it| Parameter::by_value(it)).collect();
        self.arguments(callee, params, &names, call, place)
    }

    /// A call of a function value.
    pub(super) fn call_function_value(
        &mut self,
        callee: Value,
        signature: &FunctionType,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        let shown = self.world.scopes.tree.sources.snippet(callee.span).to_owned();
        let result = signature.result;
        let Some(args) = self.positional_arguments(&shown, &signature.params, call, place) else {
            return self.failed_with(result, place);
        };
        let values = [callee.expr].into_iter().chain(args).collect();
        let kind = |mut values: Vec<Expr>| {
            let callee = values.remove(0);
            ExprKind::CallValue(Box::new(callee), values)
        };
        self.finish_call(kind, values, result, place)
    }
}

/// The state of the function around a lambda.
struct Around {
    result: TypeId,
    result_type: ResultType,
    loops: Vec<super::body::Loop>,
    unreachable: bool,
    incomplete: bool,
}

/// Takes everything out of a lambda that uses a variable without a type. Unless there is a mistake, it
/// stands where control never comes, and so it is never made or called.
fn leave_empty(function: &mut typed::Function) {
    function.params.clear();
    function.captures = Some(Vec::new());
    function.locals.clear();
    function.result = TypeId::UNIT;
    function.body = typed::Block::default();
}
