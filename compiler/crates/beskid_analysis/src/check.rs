//! Checks the bodies of functions and turns them into typed functions.
//!
//! Work starts from the program's own functions, methods and tests, which are all checked, and
//! follows calls into the core library, so that only the used part of it becomes part of the
//! program. One [`body::Body`] checks one function; this file keeps what bodies share.

mod access;
mod assign;
mod body;
mod calls;
mod conversions;
mod expressions;
mod foreign;
mod literals;
mod matching;
mod operators;
mod patterns;
mod resolve;
mod statements;
mod usefulness;
mod variants;

use std::collections::{HashMap, VecDeque};

use beskid_syntax::Diagnostic;

use crate::builtins::Builtins;
use crate::items::{ExternRef, FunctionRef};
use crate::scope::Scopes;
use crate::signatures::Signatures;
use crate::typed::{ExternFunction, ExternId, ExternType, Function, FunctionId};
use crate::types::Types;

/// Everything that is known before any body is checked.
pub(crate) struct World<'a> {
    pub(crate) package: String,
    pub(crate) scopes: Scopes<'a>,
    pub(crate) signatures: Signatures<'a>,
    pub(crate) builtins: Builtins,
}

/// What the bodies of a program become.
pub(crate) struct Checked {
    pub(crate) types: Types,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// By [`FunctionId`].
    pub(crate) functions: Vec<Function>,
    pub(crate) externs: Vec<ExternFunction>,
    ids: HashMap<FunctionRef, FunctionId>,
    extern_ids: HashMap<(ExternRef, usize), ExternId>,
    /// Functions that have an id and wait for being checked, in the order of their ids.
    queue: VecDeque<FunctionRef>,
}

/// Checks all functions of the program and those of the library that they reach.
pub(crate) fn check(world: &World<'_>, types: Types, diagnostics: Vec<Diagnostic>) -> Checked {
    let mut checked = Checked {
        types,
        diagnostics,
        functions: Vec::new(),
        externs: Vec::new(),
        ids: HashMap::new(),
        extern_ids: HashMap::new(),
        queue: VecDeque::new(),
    };
    for (index, function) in world.scopes.items.functions.iter().enumerate() {
        if world.scopes.is_user_code(function.module) {
            checked.function_id(FunctionRef(index as u32));
        }
    }
    while let Some(function) = checked.queue.pop_front() {
        let typed = body::check_function(world, &mut checked, function);
        checked.functions.push(typed);
    }
    checked
}

impl Checked {
    /// The id of a function, which becomes part of the program.
    pub(crate) fn function_id(&mut self, function: FunctionRef) -> FunctionId {
        let next = FunctionId(self.ids.len() as u32);
        *self.ids.entry(function).or_insert_with(|| {
            self.queue.push_back(function);
            next
        })
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
