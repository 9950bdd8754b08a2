//! The state of checking one function: its locals, scopes and loops.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use beskid_syntax::{Diagnostic, Span, ast, ast::PassMode, diagnostic};

use crate::items::{FunctionItem, FunctionRef, Source};
use crate::signatures::{EnumShape, RecordShape};
use crate::typed::{self, Expr, ExprKind, LocalId, ModuleId, Statement, TypeId};
use crate::types::ERROR;
use crate::written::{TypePlace, TypeResolver};

use super::conversions::Role;
use super::{Checked, FunctionInstance, World};

/// The name of the receiver.
const THIS: &str = "this";

/// Checks one function.
pub(super) fn check_function<'a>(
    world: &World<'a>,
    checked: &mut Checked,
    instance: &FunctionInstance,
) -> typed::Function {
    let item = world.scopes.items.function(instance.function);
    let reported = checked.diagnostics.len();
    let mut body = Body::new(world, checked, instance);
    body.open_scope(statements_of(item.source));
    let params = body.params(item.source);
    // A file that could not be parsed has incomplete bodies, in which everything would be wrong.
    let unparsable = world.scopes.tree.is_unparsable(item.name().span.file);
    let skipped = unparsable || body.checked.is_broken(instance);
    let block = if skipped { typed::Block::default() } else { body.function_body(item) };
    body.close_scope();
    let (result, name, symbol) = (body.result, body.name, body.symbol);
    let is_out =
        |local: &&LocalId| body.frames[0].locals[local.index()].mode == Some(PassMode::Out);
    let outs: Vec<LocalId> = params.iter().filter(is_out).copied().collect();
    let outs_known = outs.iter().map(|out| &body.frames[0].locals[out.index()]);
    let outs_named = outs_known.map(|info| (info.typed.name.clone(), info.span)).collect();
    let locals = body.frames.into_iter().flat_map(Frame::into_locals).collect();
    let is_sound = !skipped && !checked.diagnostics[reported..].iter().any(Diagnostic::is_error);
    if is_sound && !outs.is_empty() {
        let end = end_of(item.source);
        checked.diagnostics.extend(super::assigned::check(&block, &outs, outs_named, end));
    }
    typed::Function {
        name,
        symbol,
        module: item.module,
        doc: item.docs.map(|docs| docs.text.clone()).unwrap_or_default(),
        params,
        outs,
        locals,
        result,
        body: block,
        span: item.name().span,
        offered: crate::finish::is_offered(world, instance.function),
        exported: crate::finish::is_exported(world, checked, instance.function),
        captures: None,
    }
}

/// The type arguments of the function itself, without those of its receiver.
pub(super) fn own_args<'i>(world: &World<'_>, instance: &'i FunctionInstance) -> &'i [TypeId] {
    let shape = world.signatures.function(instance.function);
    instance.args.get(shape.receiver_generics..).unwrap_or_default()
}

fn statements_of(source: Source<'_>) -> &[ast::Stmt] {
    match source {
        Source::Test(test) => &test.body.stmts,
        Source::Function(function) => match &function.body {
            ast::FunctionBody::Block(block) => &block.stmts,
            ast::FunctionBody::Expr(_) => &[],
        },
    }
}

/// Where the statements of a function end.
fn end_of(source: Source<'_>) -> Option<Span> {
    let block = match source {
        Source::Test(test) => &test.body,
        Source::Function(function) => match &function.body {
            ast::FunctionBody::Block(block) => block,
            ast::FunctionBody::Expr(_) => return None,
        },
    };
    let (file, end) = (block.span.file, block.span.end);
    Some(Span::new(file, end.saturating_sub(1), end))
}

fn display_name(
    checked: &Checked,
    item: &FunctionItem<'_>,
    receiver: Option<TypeId>,
    args: &[TypeId],
) -> String {
    let name = checked.types.instance_name(&item.name().text, args);
    match (item.source, receiver) {
        (Source::Test(_), _) => format!("test {name}"),
        (Source::Function(_), Some(receiver)) => {
            format!("{}.{name}", checked.types.display(receiver))
        }
        (Source::Function(_), None) => name,
    }
}

/// A local and what decides about its uses.
#[derive(Clone)]
pub(super) struct LocalInfo {
    pub(super) typed: typed::Local,
    pub(super) mutable: bool,
    /// How it is passed, if it is a parameter.
    pub(super) mode: Option<PassMode>,
    pub(super) span: Span,
    /// For messages: `a parameter`, `a local`.
    pub(super) what: &'static str,
    /// How many scopes were open.
    pub(super) depth: usize,
}

/// An open block: the names that it has declared so far, and all statements, among which a name
/// that is used too early can be found.
struct Scope<'a> {
    names: Vec<&'a str>,
    stmts: &'a [ast::Stmt],
    /// All names that the statements declare; made when a name is not found.
    declared: OnceCell<HashMap<&'a str, Span>>,
}

/// The variables of one function: the one being checked, or a lambda inside of it.
#[derive(Default)]
pub(super) struct Frame<'a> {
    pub(super) locals: Vec<LocalInfo>,
    pub(super) bindings: HashMap<&'a str, Vec<LocalId>>,
    scopes: Vec<Scope<'a>>,
    /// What a lambda captures.
    pub(super) captures: Vec<Capture>,
}

/// A variable of the function around a lambda, and the lambda's copy of it.
#[derive(Clone, Copy)]
pub(super) struct Capture {
    pub(super) source: LocalId,
    pub(super) copy: LocalId,
}

impl Frame<'_> {
    pub(super) fn into_locals(self) -> impl Iterator<Item = typed::Local> {
        self.locals.into_iter().map(|local| {
            // Without a mistake, only a local that never gets its value has no type.
            let ty = if local.typed.ty == ERROR { TypeId::UNIT } else { local.typed.ty };
            typed::Local { ty, ..local.typed }
        })
    }
}

/// What the result type of the function being checked comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ResultType {
    /// A declaration, or what the context expects of a lambda.
    Declared,
    /// The first `return` of a lambda; the others must agree with it.
    Inferred,
    /// It is not known yet: the first `return` of the lambda will decide.
    Open,
}

/// An open loop.
#[derive(Default)]
pub(super) struct Loop {
    /// Whether a reachable `break` leaves it.
    pub(super) left: bool,
}

/// Checks one function.
pub(super) struct Body<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) checked: &'w mut Checked,
    pub(super) module: ModuleId,
    pub(super) function: FunctionRef,
    /// The type arguments of the instance being checked.
    pub(super) args: Rc<[TypeId]>,
    pub(super) result: TypeId,
    pub(super) result_type: ResultType,
    pub(super) receiver: Option<TypeId>,
    pub(super) loops: Vec<Loop>,
    /// Whether the code being checked can never run.
    pub(super) unreachable: bool,
    /// Whether something was left out whose control flow is unknown.
    pub(super) incomplete: bool,
    /// The name and the linker symbol of the function.
    pub(super) name: String,
    pub(super) symbol: String,
    /// How many lambdas it has had so far.
    pub(super) lambdas: usize,
    /// The variables of the function, and of the open lambdas inside of it.
    pub(super) frames: Vec<Frame<'a>>,
}

impl<'w, 'a> Body<'w, 'a> {
    fn new(world: &'w World<'a>, checked: &'w mut Checked, instance: &FunctionInstance) -> Self {
        let shape = world.signatures.function(instance.function);
        let args = Rc::clone(&instance.args);
        let result = checked.types.apply(&shape.result, &args);
        let receiver = shape.receiver.as_ref().map(|it| checked.types.apply(it, &args));
        let item = world.scopes.items.function(instance.function);
        let name = display_name(checked, item, receiver, own_args(world, instance));
        let symbol = super::names::symbol(world, &checked.types, instance, receiver);
        Body {
            world,
            checked,
            module: item.module,
            function: instance.function,
            args,
            result,
            result_type: ResultType::Declared,
            receiver,
            loops: Vec::new(),
            unreachable: false,
            incomplete: false,
            name,
            symbol,
            lambdas: 0,
            frames: vec![Frame::default()],
        }
    }

    /// The variables of the innermost function.
    pub(super) fn frame(&self) -> &Frame<'a> {
        self.frames.last().expect("the function itself has a frame")
    }

    fn frame_mut(&mut self) -> &mut Frame<'a> {
        self.frames.last_mut().expect("the function itself has a frame")
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.checked.report(diagnostic);
    }

    /// Declares the parameters, the receiver first.
    fn params(&mut self, source: Source<'a>) -> Vec<LocalId> {
        let mut params = Vec::new();
        let Source::Function(function) = source else { return params };
        self.check_bounds_within(self.result, function.signature.result.span);
        if let Some(receiver) = self.receiver {
            let span = function.signature.name.span;
            params.push(self.add_local(THIS.to_owned(), receiver, false, span, "the receiver"));
        }
        let shape = self.world.signatures.function(self.function);
        let declared = shape.params.iter().zip(&shape.modes);
        for (param, (scheme, &mode)) in function.signature.params.iter().zip(declared) {
            let ty = self.checked.types.apply(scheme, &self.args);
            self.check_bounds_within(ty, param.ty.span);
            let (mutable, what) = match mode {
                None => (param.mutable.is_some(), "a parameter"),
                Some(PassMode::Ref) => (false, "a `ref` parameter"),
                Some(PassMode::Out) => (true, "an `out` parameter"),
            };
            let local = self.declare(&param.name, ty, mutable, what);
            self.frame_mut().locals[local.index()].mode = mode;
            params.push(local);
        }
        params
    }

    fn function_body(&mut self, item: &FunctionItem<'a>) -> typed::Block {
        match item.source {
            Source::Test(test) => self.statements(&test.body.stmts).block,
            Source::Function(function) => match &function.body {
                ast::FunctionBody::Block(block) => self.block_body(function, block),
                ast::FunctionBody::Expr(expr) => self.expr_body(expr),
            },
        }
    }

    fn block_body(&mut self, function: &'a ast::Function, block: &'a ast::Block) -> typed::Block {
        let checked = self.statements(&block.stmts);
        let needs_value = self.result != TypeId::UNIT && self.result != ERROR;
        if checked.completes && needs_value && !self.incomplete {
            let name = &function.signature.name;
            let ty = self.checked.types.display(self.result);
            let found = diagnostic::missing_return(name.span, &name.text, ty);
            let end = end_of(Source::Function(function));
            self.report(
                end.into_iter().fold(found, |found, end| found.also(end, "the end can be reached")),
            );
        }
        checked.block
    }

    fn expr_body(&mut self, expr: &'a ast::Expr) -> typed::Block {
        let statement = if self.result == TypeId::UNIT {
            Statement::Expr(self.dropped_value(expr))
        } else {
            let value = self.value(expr, Some(self.result));
            let value = self.coerce(value, self.result, Role::Return);
            returning(value)
        };
        typed::Block { statements: vec![statement] }
    }

    /// Opens a scope whose statements are `stmts`.
    pub(super) fn open_scope(&mut self, stmts: &'a [ast::Stmt]) {
        let scope = Scope { names: Vec::new(), stmts, declared: OnceCell::new() };
        self.frame_mut().scopes.push(scope);
    }

    /// Forgets the names of the innermost scope.
    pub(super) fn close_scope(&mut self) {
        let frame = self.frame_mut();
        for name in frame.scopes.pop().into_iter().flat_map(|scope| scope.names) {
            if let Some(locals) = frame.bindings.get_mut(name) {
                locals.pop();
            }
        }
    }

    pub(super) fn add_local(
        &mut self,
        name: String,
        ty: TypeId,
        mutable: bool,
        span: Span,
        what: &'static str,
    ) -> LocalId {
        let frame = self.frame_mut();
        let id = LocalId(frame.locals.len() as u32);
        let typed = typed::Local { name, ty };
        let depth = frame.scopes.len();
        frame.locals.push(LocalInfo { typed, mutable, mode: None, span, what, depth });
        id
    }

    /// A variable that has no name in the source.
    pub(super) fn temporary(&mut self, ty: TypeId, span: Span) -> LocalId {
        self.add_local(String::new(), ty, false, span, "a temporary")
    }

    /// Declares a local in the innermost scope.
    pub(super) fn declare(
        &mut self,
        name: &'a ast::Ident,
        ty: TypeId,
        mutable: bool,
        what: &'static str,
    ) -> LocalId {
        let id = self.add_local(name.text.clone(), ty, mutable, name.span, what);
        if name.is_unused() {
            return id;
        }
        self.check_redeclaration(name);
        let frame = self.frame_mut();
        frame.bindings.entry(&name.text).or_default().push(id);
        if let Some(scope) = frame.scopes.last_mut() {
            scope.names.push(&name.text);
        }
        id
    }

    fn check_redeclaration(&mut self, name: &ast::Ident) {
        let text = name.text.as_str();
        if let Some((level, known)) = self.find_local(text) {
            let info = &self.frames[level].locals[known.index()];
            let (span, what) = (info.span, info.what);
            let innermost = level + 1 == self.frames.len();
            let found = if innermost && info.depth == self.frame().scopes.len() {
                diagnostic::duplicate_local(name.span, text)
            } else {
                diagnostic::shadowing(name.span, text, what)
            };
            self.report(found.also(span, "first declared here"));
        } else if let Some(span) = self.shadowed_function(text) {
            let found = diagnostic::shadowing(name.span, text, "a function");
            self.report(found.also(span, "declared here"));
        }
    }

    /// The function of this or an enclosing module that has the name.
    fn shadowed_function(&self, name: &str) -> Option<Span> {
        let scopes = &self.world.scopes;
        let modules = scopes.tree.outward(self.module);
        modules
            .filter_map(|module| scopes.items.names[module.index()].values.get(name))
            .map(|named| named.span)
            .next()
    }

    /// The local that a name means, and the frame that it belongs to.
    pub(super) fn find_local(&self, name: &str) -> Option<(usize, LocalId)> {
        let frames = self.frames.iter().enumerate().rev();
        let mut found = frames.filter_map(|(level, frame)| {
            frame.bindings.get(name)?.last().map(|&local| (level, local))
        });
        found.next()
    }

    /// Whether a name means a local.
    pub(super) fn is_local(&self, name: &str) -> bool {
        self.find_local(name).is_some()
    }

    pub(super) fn local_info(&self, id: LocalId) -> &LocalInfo {
        &self.frame().locals[id.index()]
    }

    pub(super) fn local_type(&self, id: LocalId) -> TypeId {
        self.local_info(id).typed.ty
    }

    /// The names of all open locals, for suggestions.
    pub(super) fn local_names(&self) -> impl Iterator<Item = &str> {
        let scopes = self.frames.iter().flat_map(|frame| &frame.scopes);
        scopes.flat_map(|scope| scope.names.iter().copied())
    }

    /// Where an open block declares `name` after the statement that is being checked.
    pub(super) fn later_declaration(&self, name: &str) -> Option<Span> {
        let mut scopes = self.frames.iter().rev().flat_map(|frame| frame.scopes.iter().rev());
        scopes.find_map(|scope| {
            let declared = scope.declared.get_or_init(|| declared_names(scope.stmts));
            declared.get(name).copied()
        })
    }

    /// The shape of a type that is a record.
    pub(super) fn record_shape(&self, ty: TypeId) -> Option<&'w RecordShape<'a>> {
        self.world.signatures.record_of(&self.checked.types, ty)
    }

    /// The shape of a type that is an enum.
    pub(super) fn enum_shape(&self, ty: TypeId) -> Option<&'w EnumShape<'a>> {
        self.world.signatures.enum_of(&self.checked.types, ty)
    }

    /// The method `name` of a type.
    pub(super) fn method(&self, ty: TypeId, name: &str) -> Option<FunctionRef> {
        self.world.signatures.method(&self.checked.types, ty, name)
    }

    /// The names of a type's methods, for suggestions.
    pub(super) fn method_names(&self, ty: TypeId) -> Vec<&'a str> {
        self.world.signatures.method_names(&self.checked.types, ty)
    }

    /// `this`, which is the first parameter; lambdas capture it.
    pub(super) fn this(&mut self, span: Span) -> Option<Expr> {
        let ty = self.receiver?;
        let (level, local) = self.find_local(THIS).unwrap_or((0, LocalId(0)));
        let local = self.capture(THIS, level, local);
        Some(Expr { kind: ExprKind::Local(local), ty, span })
    }

    /// The type that is written in the body.
    pub(super) fn written_type(&mut self, ty: &ast::Type) -> TypeId {
        let scheme = self.type_resolver().resolve(ty);
        let resolved = self.checked.types.apply(&scheme, &self.args);
        if self.check_bounds_within(resolved, ty.span) { resolved } else { ERROR }
    }

    pub(super) fn type_resolver(&mut self) -> TypeResolver<'_, 'a> {
        TypeResolver {
            scopes: &self.world.scopes,
            types: &mut self.checked.types,
            diagnostics: &mut self.checked.diagnostics,
            module: self.module,
            place: TypePlace::Body,
            generics: &self.world.signatures.function(self.function).generics,
        }
    }

    /// Reports an assignment to an immutable local.
    pub(super) fn report_immutable(&mut self, local: LocalId, found: Diagnostic) {
        let info = self.local_info(local);
        let (span, what) = (info.span, info.what);
        let why = match info.mode {
            Some(PassMode::Ref) => "which can only be read",
            Some(PassMode::Out) | None => "declared without `mut`",
        };
        let found = found.also(span, format!("{what}, {why}"));
        self.report(found);
    }

    /// Reports a construct that is not supported, whose control flow is therefore unknown.
    pub(super) fn not_supported(&mut self, span: Span, construct: &str) {
        self.incomplete = true;
        self.report(diagnostic::not_supported(span, construct));
    }
}

/// Leaves the function with a value, unless computing it does not complete.
pub(super) fn returning(value: Expr) -> Statement {
    if value.ty == TypeId::NEVER { Statement::Expr(value) } else { Statement::Return(Some(value)) }
}

fn declared_names(stmts: &[ast::Stmt]) -> HashMap<&str, Span> {
    let names = stmts.iter().filter_map(|stmt| {
        let ast::StmtKind::Local(local) = &stmt.kind else { return None };
        Some((local.name.text.as_str(), local.name.span))
    });
    names.collect()
}
