//! Transformations of the intermediate representation, one per file.
//!
//! Each pass takes functions that satisfy the invariants of [`crate::ir`] and leaves functions that
//! do. [`run`] is the whole pipeline.

mod checks;
mod clean;
mod copies;
mod inline;
mod rotate;
#[cfg(test)]
mod testing;

use crate::ir::{Function, Op, Reg};
use crate::target::Optimization;
pub(crate) use inline::needed_by;

/// Runs the passes that `optimization` asks for over the functions of a module. Indices are [`typed::FunctionId`]s; entries
/// beyond the program's functions are not callable by index and are only receivers of inlining.
///
/// [`typed::FunctionId`]: beskid_analysis::typed::FunctionId
pub(crate) fn run(functions: &mut [Function], optimization: Optimization) {
    // What is removed here need not be compiled, which pays even where nothing else does.
    functions.iter_mut().for_each(clean::remove_detours);
    match optimization {
        Optimization::None => {}
        Optimization::Speed => optimize(functions),
    }
}

fn optimize(functions: &mut [Function]) {
    inline::inline_small_functions(functions);
    for function in functions {
        clean::remove_detours(function);
        copies::propagate_copies(function);
        checks::remove_repeated_checks(function);
        rotate::rotate_loops(function);
        clean::remove_detours(function);
    }
}

/// How often each register is assigned, parameters counting as assigned at entry.
pub(crate) fn assignment_counts(function: &Function) -> Vec<u32> {
    let mut counts = vec![0; function.regs.len()];
    let insts = function.blocks.iter().flat_map(|block| &block.insts);
    let assigned = function.params.iter().copied().chain(insts.filter_map(|inst| inst.dest));
    assigned.for_each(|reg| counts[reg.index()] += 1);
    counts
}

/// Registers of a function that never hold an object of the heap: their only values are static
/// objects and null.
pub(crate) fn static_references(function: &Function) -> Vec<bool> {
    let mut is_static = vec![true; function.regs.len()];
    function.params.iter().for_each(|param| is_static[param.index()] = false);
    for inst in function.blocks.iter().flat_map(|block| &block.insts) {
        if let Some(Reg(dest)) = inst.dest
            && !matches!(
                inst.op,
                Op::Literal(_) | Op::Singleton(_) | Op::StaticClosure(_) | Op::Int(_)
            )
        {
            is_static[dest as usize] = false;
        }
    }
    is_static
}
