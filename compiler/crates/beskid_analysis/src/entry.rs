//! The function that a program starts with (reference 25.1).
//!
//! `main` has several forms, but hosts know one: a function without parameters whose result is an
//! exit status or a text. A `main` of another form is called by a function that the compiler adds
//! for it: it fetches the arguments and makes a status or a text of the result.

use beskid_abi::RuntimeFn;
use beskid_syntax::{Span, diagnostic};

use crate::check::{Checked, FunctionInstance, World, result_variants};
use crate::items::{FunctionRef, Source, ValueDef};
use crate::modules::ENTRY;
use crate::typed::{
    self, Arm, Block, EnumId, Expr, ExprKind, FunctionId, Local, LocalId, Match, Pattern,
    Statement, Type, TypeId,
};
use crate::types::ERROR;

/// The names of the entry function; the second is the spelling of newer programs.
const NAMES: [&str; 2] = ["main", "Main"];

/// What stands before the error that a `main` returns.
const ERROR_PREFIX: &str = "error: ";
/// The file descriptor of standard error.
const STDERR: i64 = 2;

/// What becomes of the result of `main`.
#[derive(Clone, Copy)]
enum Outcome {
    /// Hosts take it as it is: `unit`, `bool`, `i32`, `i64`, `string`.
    Direct,
    /// Another scalar, whose text they take.
    Text,
    /// A `Result` whose errors are texts, and the numbers of its variants `Ok` and `Error`.
    Fallible { id: EnumId, ok: u32, error: u32 },
}

/// A `main` that can start the program.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    function: FunctionRef,
    /// Whether it takes the arguments of the program.
    arguments: bool,
    result: TypeId,
    outcome: Outcome,
}

/// Finds the entry function and reports what is wrong with it.
///
/// # Errors
/// If there is no function of that name.
pub(crate) fn find(world: &World<'_>, checked: &mut Checked) -> Result<Option<Entry>, Missing> {
    let names = &world.scopes.items.names[ENTRY.index()].values;
    let def = NAMES.iter().find_map(|name| names.get(name)).ok_or(Missing)?.def;
    let ValueDef::Function(main) = def;
    world.scopes.mark_value_used(def);
    Ok(form_of(world, checked, main))
}

/// The entry file has no function `main`.
pub(crate) struct Missing;

fn form_of(world: &World<'_>, checked: &mut Checked, main: FunctionRef) -> Option<Entry> {
    let shape = world.signatures.function(main);
    let span = world.scopes.items.function(main).name().span;
    if !shape.generics.is_empty() {
        let found = diagnostic::unsuitable_main(span, "it has type parameters");
        checked.diagnostics.push(found.help("nothing could say what they are"));
        return None;
    }
    let arguments = takes_arguments(world, checked, main);
    let result = checked.types.apply(&shape.result, &[]);
    let outcome = outcome_of(world, checked, result);
    if outcome.is_none() && result != ERROR {
        let reason = format!("it returns `{}`", checked.types.display(result));
        let found = diagnostic::unsuitable_main(span, reason);
        let help = "return `i32`, another scalar, `string`, `unit` or `Result<T, string>`";
        checked.diagnostics.push(found.help(help));
    }
    Some(Entry { function: main, arguments: arguments?, result, outcome: outcome? })
}

/// Whether `main` takes the arguments of the program; `None` if it asks for something else.
fn takes_arguments(world: &World<'_>, checked: &mut Checked, main: FunctionRef) -> Option<bool> {
    let texts = checked.types.array(TypeId::STRING);
    let schemes = &world.signatures.function(main).params;
    let types: Vec<TypeId> = schemes.iter().map(|it| checked.types.apply(it, &[])).collect();
    let Source::Function(function) = world.scopes.items.function(main).source else { return None };
    let params = &function.signature.params;
    match (types.as_slice(), params.as_slice()) {
        ([], _) => Some(false),
        ([ty], [param]) if *ty == texts && param.mode.is_none() => Some(true),
        ([ERROR], _) => None,
        _ => {
            let first = params.first()?;
            let last = params.last().unwrap_or(first);
            let span = Span::new(first.span.file, first.span.start, last.span.end);
            let found = diagnostic::unsuitable_main(span, "its parameters are not `string[] args`");
            let help = "write `main()`, or `main(string[] args)` for the program's arguments";
            checked.diagnostics.push(found.help(help));
            None
        }
    }
}

fn outcome_of(world: &World<'_>, checked: &mut Checked, result: TypeId) -> Option<Outcome> {
    if let TypeId::UNIT | TypeId::BOOL | TypeId::I32 | TypeId::I64 | TypeId::STRING = result {
        return Some(Outcome::Direct);
    }
    let ty = checked.types.get(result)?;
    if let Type::Int(_) | Type::Float(_) | Type::Char = ty {
        return Some(Outcome::Text);
    }
    let Type::Enum(id) = ty else { return None };
    let (ok, error) = result_variants(world, &checked.types, result)?;
    let is_text = checked.types.part(result, error.payload) == TypeId::STRING;
    is_text.then_some(Outcome::Fallible { id, ok: ok.number, error: error.number })
}

/// The function that hosts start: `main` itself, or one that the compiler adds for it. The program
/// must be free of errors.
pub(crate) fn finish(world: &World<'_>, checked: &mut Checked, entry: Entry) -> typed::Main {
    let main = checked.function_id(FunctionInstance::plain(entry.function), None);
    if let (false, Outcome::Direct) = (entry.arguments, entry.outcome) {
        return typed::Main { function: main };
    }
    let function = checked.reserve_function();
    let starter = Starter { main, span: world.scopes.items.function(entry.function).name().span };
    checked.functions[function.index()] = Some(starter.function(checked, entry));
    typed::Main { function }
}

/// Makes the function around `main`.
struct Starter {
    main: FunctionId,
    span: Span,
}

impl Starter {
    fn function(&self, checked: &mut Checked, entry: Entry) -> typed::Function {
        let call = self.call(checked, entry);
        let mut locals = Vec::new();
        let value = match entry.outcome {
            Outcome::Direct => call,
            Outcome::Text => self.expr(ExprKind::ToText(Box::new(call)), TypeId::STRING),
            Outcome::Fallible { id, ok, error } => {
                locals.push(Local { name: String::new(), ty: TypeId::STRING });
                let good = Pattern::Variant(id, ok, vec![Pattern::Wildcard]);
                let bad = Pattern::Variant(id, error, vec![Pattern::Bind(LocalId(0))]);
                self.status(call, good, (bad, LocalId(0)))
            }
        };
        let main = checked.functions[self.main.index()].as_ref().expect("main has been checked");
        typed::Function {
            name: format!("start of {}", main.name),
            symbol: crate::symbols::start_symbol(&main.symbol),
            module: ENTRY,
            doc: String::new(),
            params: Vec::new(),
            outs: Vec::new(),
            locals,
            result: value.ty,
            body: Block { statements: vec![self.left_with(value)] },
            span: self.span,
            offered: false,
            exported: false,
            captures: None,
        }
    }

    fn left_with(&self, value: Expr) -> Statement {
        if value.ty == TypeId::UNIT {
            Statement::Expr(value)
        } else {
            Statement::Return(Some(value))
        }
    }

    fn expr(&self, kind: ExprKind, ty: TypeId) -> Expr {
        Expr { kind, ty, span: self.span }
    }

    fn call(&self, checked: &mut Checked, entry: Entry) -> Expr {
        let mut args = Vec::new();
        if entry.arguments {
            let texts = checked.types.array(TypeId::STRING);
            let fetched = ExprKind::CallRuntime(RuntimeFn::ProgramArgs, Vec::new());
            args.push(self.expr(fetched, texts));
        }
        self.expr(ExprKind::Call(self.main, args), entry.result)
    }

    /// The exit status: 0 for a good result; for a bad one 1, after its text has been written.
    fn status(&self, call: Expr, good: Pattern, (bad, text): (Pattern, LocalId)) -> Expr {
        let number = |value| self.expr(ExprKind::Int(value), TypeId::I32);
        let text = self.expr(ExprKind::Local(text), TypeId::STRING);
        let report = Statement::Expr(self.report(text));
        let failed = Block { statements: vec![report, Statement::Return(Some(number(1)))] };
        let failed = self.expr(ExprKind::Block(failed), TypeId::NEVER);
        let arms = vec![
            Arm { pattern: good, guard: None, body: number(0) },
            Arm { pattern: bad, guard: None, body: failed },
        ];
        let choice = Match { scrutinee: call, arms };
        self.expr(ExprKind::Match(Box::new(choice)), TypeId::I32)
    }

    /// Writes the error to standard error, as a line.
    fn report(&self, error: Expr) -> Expr {
        let literal = |text: &str| self.expr(ExprKind::String(text.to_owned()), TypeId::STRING);
        let parts = vec![literal(ERROR_PREFIX), error, literal("\n")];
        let line = self.expr(ExprKind::Concat(parts), TypeId::STRING);
        let descriptor = self.expr(ExprKind::Int(STDERR), TypeId::I64);
        let write = ExprKind::CallRuntime(RuntimeFn::SyscallWrite, vec![descriptor, line]);
        self.expr(write, TypeId::I64)
    }
}
