//! The functions of a module in our representation, and which of them are needed.

use std::collections::BTreeSet;

use beskid_analysis::typed::{FunctionId, Program, TableId, TypeId};

use crate::build::{self, Literals, Shared};
use crate::ir::{Callee, Function, Inst, Op};
use crate::layout::Layouts;
use crate::module::Options;
use crate::passes;

/// All functions of a module: those of the program by their ids, then the derived ones, then the
/// thunks.
pub(crate) struct Functions {
    /// What they do.
    pub(crate) bodies: Vec<Function>,
    /// What the derived functions are.
    pub(crate) derived: Vec<Callee>,
    /// The functions that the thunks are for, in ascending order.
    pub(crate) thunks: Vec<FunctionId>,
}

impl Functions {
    /// Index of the body of the thunk that an instruction mentions. What was inlined into a thunk may
    /// call what its function no longer calls.
    fn thunk_needed_by(&self, inst: &Inst) -> Option<usize> {
        let (Op::Call(callee, _) | Op::CodeAddress(callee) | Op::StaticClosure(callee)) = &inst.op
        else {
            return None;
        };
        let Callee::Thunk(id) = *callee else { return None };
        let first = self.bodies.len() - self.thunks.len();
        self.thunks.binary_search(&id).ok().map(|position| first + position)
    }
}

/// Builds the functions of a program, without optimising them.
pub(crate) fn build_functions(program: &Program, layouts: &Layouts) -> (Functions, Literals) {
    let mut shared = Shared { program, layouts, literals: Literals::default() };
    let mut bodies: Vec<Function> = program
        .functions
        .iter()
        .zip(0..)
        .map(|(function, id)| build::build_function(&mut shared, FunctionId(id), function))
        .collect();
    let derived = build::derived_functions(&shared, &bodies);
    for &callee in &derived {
        bodies.push(if let Callee::Hash(ty) = callee {
            build::build_hash(&mut shared, ty)
        } else {
            build::build_equality(&mut shared, derived_from(callee))
        });
    }
    let thunks = build::thunk_functions(&bodies);
    bodies.extend(thunks.iter().map(|&id| build::build_thunk(&mut shared, id)));
    (Functions { bodies, derived, thunks }, shared.literals)
}

/// The type that a function is derived from.
pub(crate) fn derived_from(callee: Callee) -> TypeId {
    let (Callee::Equality(ty) | Callee::Hash(ty)) = callee else {
        panic!("{callee:?} is not derived from a type")
    };
    ty
}

/// Indices of the bodies that hosts, the entry or tests can reach.
pub(crate) fn needed_functions(
    program: &Program,
    functions: &Functions,
    options: &Options<'_>,
) -> BTreeSet<usize> {
    let mut pending: Vec<usize> = Vec::new();
    pending.extend(program.main.iter().map(|main| main.function.index()));
    pending.extend((0..program.functions.len()).filter(|&index| program.functions[index].exported));
    if options.tests {
        pending.extend(program.tests.iter().map(|test| test.function.index()));
    }
    let mut needed = BTreeSet::new();
    while let Some(index) = pending.pop() {
        if needed.insert(index) {
            let insts = functions.bodies[index].blocks.iter().flat_map(|block| &block.insts);
            for inst in insts {
                pending.extend(passes::needed_by(inst).map(FunctionId::index));
                pending.extend(functions.thunk_needed_by(inst));
                if let Op::MethodTable(table) = inst.op {
                    let methods = all_tables(program, table).into_iter();
                    let methods = methods.flat_map(|it| &program.tables[it.index()].methods);
                    pending.extend(methods.copied().map(FunctionId::index));
                }
            }
        }
    }
    needed
}

/// A method table and those that it refers to.
pub(crate) fn all_tables(program: &Program, table: TableId) -> BTreeSet<TableId> {
    let mut found = BTreeSet::new();
    let mut pending = vec![table];
    while let Some(table) = pending.pop() {
        if found.insert(table) {
            pending.extend(&program.tables[table.index()].embedded);
        }
    }
    found
}
