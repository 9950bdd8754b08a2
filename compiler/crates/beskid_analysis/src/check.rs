//! Checks the bodies of functions and turns them into typed functions.
//!
//! Work starts from the program's own functions, methods and tests, which are all checked, and
//! follows calls into the core library, so that only the used part of it becomes part of the
//! program. One [`body::Body`] checks one function; this file keeps what bodies share.

mod access;
mod assign;
mod assigned;
mod body;
mod calls;
mod contracts;
mod conversions;
mod events;
mod expressions;
mod foreign;
mod inference;
mod intrinsics;
mod iteration;
mod lambdas;
mod literals;
mod matching;
mod names;
mod operators;
mod patterns;
mod propagation;
mod records;
mod references;
mod resolve;
mod statements;
mod usefulness;
mod variants;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use beskid_syntax::{Code, Diagnostic, Span, diagnostic};

pub(crate) use propagation::result_variants;

use crate::builtins::Builtins;
use crate::items::{ExternRef, FunctionRef};
use crate::scope::Scopes;
use crate::signatures::Signatures;
use crate::typed::{
    Enum, ExternFunction, ExternId, ExternType, Function, FunctionId, Record, Table, TableId,
    TypeId,
};
use crate::types::{INSTANCE_DEPTH_MAX, INSTANCES_MAX, Impossible, Types};

/// Everything that is known before any body is checked.
pub(crate) struct World<'a> {
    pub(crate) package: String,
    pub(crate) scopes: Scopes<'a>,
    pub(crate) signatures: Signatures<'a>,
    pub(crate) builtins: Builtins,
}

/// A function with its type arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FunctionInstance {
    pub(crate) function: FunctionRef,
    pub(crate) args: Rc<[TypeId]>,
}

impl FunctionInstance {
    /// A function that has no type parameters.
    pub(crate) fn plain(function: FunctionRef) -> Self {
        FunctionInstance { function, args: Rc::from([]) }
    }
}

/// What the bodies of a program become.
pub(crate) struct Checked {
    pub(crate) types: Types,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// By [`FunctionId`]; `None` while it waits for being checked.
    pub(crate) functions: Vec<Option<Function>>,
    pub(crate) externs: Vec<ExternFunction>,
    /// By [`TableId`]; `None` while the methods are collected.
    pub(crate) tables: Vec<Option<Table>>,
    table_ids: HashMap<(TypeId, TypeId), TableId>,
    /// By [`crate::typed::RecordId`], filled in when all instances are known.
    pub(crate) records: Vec<Record>,
    /// By [`crate::typed::EnumId`], likewise.
    pub(crate) enums: Vec<Enum>,
    ids: HashMap<FunctionInstance, FunctionId>,
    extern_ids: HashMap<(ExternRef, usize), ExternId>,
    /// Functions that have an id and wait for being checked, in the order of their ids, and where
    /// an instance was asked for first.
    queue: VecDeque<(FunctionId, FunctionInstance, Option<Span>)>,
    /// How many instances each generic function has.
    instance_counts: HashMap<FunctionRef, u32>,
    /// Generic functions whose mistakes have been reported.
    broken: HashSet<FunctionRef>,
    /// Where the program asked for the library function that is being checked, directly or through
    /// others; `None` while a function of the program itself is checked.
    library_use: Option<Span>,
    /// The uses of the library in which a mistake has been reported: one is enough.
    wrong_uses: HashSet<Span>,
    /// Types on which `==` works, as far as it has been asked.
    comparable: HashSet<TypeId>,
}

/// Checks all functions of the program and those of the library that they reach. Generic functions
/// are checked once as they are, and then every instance that is asked for.
pub(crate) fn check(world: &World<'_>, types: Types, diagnostics: Vec<Diagnostic>) -> Checked {
    let mut checked = Checked::new(types, diagnostics);
    checked.report_impossible(world, None);
    let functions = world.scopes.items.functions.iter().zip(&world.signatures.functions);
    let (mut plain, mut generic) = (Vec::new(), Vec::new());
    for (index, (item, shape)) in functions.enumerate() {
        if world.scopes.is_user_code(item.module) {
            let list = if shape.generics.is_empty() { &mut plain } else { &mut generic };
            list.push(FunctionRef(index as u32));
        }
    }
    checked.check_type_definitions(world);
    checked.check_generic(world, &generic);
    for function in plain {
        checked.function_id(FunctionInstance::plain(function), None);
    }
    while let Some((id, instance, needed_at)) = checked.queue.pop_front() {
        let module = world.scopes.items.function(instance.function).module;
        checked.library_use = needed_at.filter(|_| !world.scopes.is_user_code(module));
        let typed = checked.instance(world, &instance, needed_at);
        checked.functions[id.index()] = Some(typed);
    }
    checked
}

impl Checked {
    fn new(types: Types, diagnostics: Vec<Diagnostic>) -> Self {
        Checked {
            types,
            diagnostics,
            functions: Vec::new(),
            externs: Vec::new(),
            tables: Vec::new(),
            table_ids: HashMap::new(),
            records: Vec::new(),
            enums: Vec::new(),
            ids: HashMap::new(),
            extern_ids: HashMap::new(),
            queue: VecDeque::new(),
            instance_counts: HashMap::new(),
            broken: HashSet::new(),
            library_use: None,
            wrong_uses: HashSet::new(),
            comparable: HashSet::new(),
        }
    }

    /// Checks generic functions with types that stand for their parameters. Nothing of this
    /// becomes part of the program.
    fn check_generic(&mut self, world: &World<'_>, functions: &[FunctionRef]) {
        let mut trial = Checked::new(self.types.clone(), Vec::new());
        for &function in functions {
            let generics = &world.signatures.function(function).generics;
            let args: Rc<[TypeId]> =
                generics.iter().map(|name| trial.types.add_opaque(&name.text)).collect();
            trial.bind(&world.signatures.function(function).bounds, &args);
            body::check_function(world, &mut trial, &FunctionInstance { function, args });
            let name = world.scopes.items.function(function).name();
            trial.report_impossible(world, Some(name.span));
            let found = std::mem::take(&mut trial.diagnostics);
            if found.iter().any(Diagnostic::is_error) {
                self.broken.insert(function);
            }
            self.diagnostics.extend(found);
        }
    }

    /// Checks a function, or an instance of a generic one, whose mistakes name the instance.
    fn instance(
        &mut self,
        world: &World<'_>,
        instance: &FunctionInstance,
        needed_at: Option<Span>,
    ) -> Function {
        let name = world.scopes.items.function(instance.function).name();
        if instance.args.is_empty() {
            let typed = body::check_function(world, self, instance);
            self.report_impossible(world, Some(name.span));
            return typed;
        }
        let earlier = std::mem::take(&mut self.diagnostics);
        let typed = body::check_function(world, self, instance);
        self.report_impossible(world, Some(name.span));
        let found = std::mem::replace(&mut self.diagnostics, earlier);
        // What does not depend on the instance, warnings for one, has been reported.
        let mut mistakes: Vec<Diagnostic> =
            found.into_iter().filter(Diagnostic::is_error).collect();
        if let Some(place) = self.library_use
            && !mistakes.is_empty()
        {
            mistakes.truncate(usize::from(self.wrong_uses.insert(place)));
        }
        if !mistakes.is_empty() && self.broken.insert(instance.function) {
            let named = mistakes.into_iter().map(|mistake| {
                let mistake = mistake.note(format!("in the instance `{}`", typed.name));
                match needed_at {
                    Some(span) => mistake.also(span, "needed here"),
                    None => mistake,
                }
            });
            self.diagnostics.extend(named);
        }
        typed
    }

    /// Whether a generic function is known to contain mistakes.
    fn is_broken(&self, instance: &FunctionInstance) -> bool {
        !instance.args.is_empty() && self.broken.contains(&instance.function)
    }

    /// Reports types that cannot exist; without a place, at the declaration.
    pub(crate) fn report_impossible(&mut self, world: &World<'_>, place: Option<Span>) {
        for impossible in std::mem::take(&mut self.types.impossible) {
            let found = match impossible {
                Impossible::TooDeep(def) => {
                    let name = world.scopes.items.type_name(def);
                    let span = place.unwrap_or(name.span);
                    diagnostic::instantiation_too_deep(span, &name.text, INSTANCE_DEPTH_MAX)
                }
                Impossible::TooMany(def) => {
                    let name = world.scopes.items.type_name(def);
                    too_many_instances(place.unwrap_or(name.span), &name.text)
                }
            };
            self.report(found);
        }
    }

    /// The id of a function, which becomes part of the program.
    pub(crate) fn function_id(
        &mut self,
        instance: FunctionInstance,
        needed_at: Option<Span>,
    ) -> FunctionId {
        let needed_at = self.library_use.or(needed_at);
        if let Some(&known) = self.ids.get(&instance) {
            return known;
        }
        let next = self.reserve_function();
        *self.instance_counts.entry(instance.function).or_default() += 1;
        self.ids.insert(instance.clone(), next);
        self.queue.push_back((next, instance, needed_at));
        next
    }

    /// An id for a function that will be checked.
    pub(crate) fn reserve_function(&mut self) -> FunctionId {
        self.functions.push(None);
        FunctionId(self.functions.len() as u32 - 1)
    }

    /// What keeps a function from having another instance.
    fn refuses_instance(
        &self,
        world: &World<'_>,
        instance: &FunctionInstance,
        span: Span,
    ) -> Option<Diagnostic> {
        let name = &world.scopes.items.function(instance.function).name().text;
        if !instance.args.iter().all(|&arg| self.types.fits_instance(arg)) {
            return Some(diagnostic::instantiation_too_deep(span, name, INSTANCE_DEPTH_MAX));
        }
        let count = self.instance_counts.get(&instance.function).copied().unwrap_or(0);
        let full = count >= INSTANCES_MAX && !self.ids.contains_key(instance);
        full.then(|| too_many_instances(span, name))
    }

    /// The id of a foreign function, which becomes part of the program.
    fn extern_id(&mut self, world: &World<'_>, contract: ExternRef, method: usize) -> ExternId {
        if let Some(&known) = self.extern_ids.get(&(contract, method)) {
            return known;
        }
        let id = ExternId(self.externs.len() as u32);
        self.extern_ids.insert((contract, method), id);
        let item = world.scopes.items.extern_contract(contract);
        let shape = &world.signatures.externs(contract)[method];
        let name = &item.methods[method].name;
        self.externs.push(ExternFunction {
            library: item.library.clone(),
            symbol: name.text.clone(),
            // A parameter without a shape has been reported, so no program comes of this.
            params: shape.params.iter().map(|it| it.unwrap_or(ExternType::I64)).collect(),
            result: shape.result,
            span: name.span,
        });
        id
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

fn too_many_instances(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` needs more than {INSTANCES_MAX} instances");
    Diagnostic::new(Code::E1611, span, message)
}
