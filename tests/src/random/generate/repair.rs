//! Most random programs would panic at once. Here the expressions that fail are replaced, until the
//! cases run to their end, except for some that may panic.

use super::Generator;
use crate::random::evaluate::{self, End};
use crate::random::program::{Block, NodeId, Statement};
use crate::random::walk;

/// After so many repairs a case is given up.
const REPAIRS: usize = 40;

/// How many cases of a hundred may panic.
const PANICS: usize = 20;

/// Repairs all cases.
pub(super) fn repair(generator: &mut Generator) {
    for number in 0..generator.tree.cases.len() {
        let may_panic = generator.rng.chance(PANICS);
        repair_case(generator, number, may_panic);
    }
    // A repair of a function may have changed earlier cases.
    for &case in &generator.tree.cases.clone() {
        if evaluate::run(&generator.tree, case).end == End::Exhausted {
            generator.tree.functions[case].body.clear();
        }
    }
}

fn repair_case(generator: &mut Generator, number: usize, may_panic: bool) {
    let case = generator.tree.cases[number];
    for _ in 0..REPAIRS {
        match evaluate::run(&generator.tree, case).end {
            End::Returned => return,
            End::Panicked(_) if may_panic => return,
            End::Panicked(fault) => {
                if !replace(generator, fault.node) {
                    break;
                }
            }
            End::Exhausted | End::Invalid => break,
        }
    }
    let body = &mut generator.tree.functions[case].body;
    // Later statements are likelier to be the ones that take long.
    body.truncate(body.len() / 2);
    if number > 0 || !body.is_empty() {
        let end = evaluate::run(&generator.tree, case).end;
        if !matches!(end, End::Returned | End::Panicked(_)) {
            generator.tree.functions[case].body.clear();
        }
    }
}

/// Puts a literal in the place of an expression, or removes the statement that assigns to it.
fn replace(generator: &mut Generator, node: NodeId) -> bool {
    let mut removed = false;
    walk::each_block(&mut generator.tree, &mut |block: &mut Block| {
        let before = block.len();
        block.retain(|statement| {
            let (Statement::Assign { target: culprit, .. }
            | Statement::ForEach { array: culprit, .. }) = statement
            else {
                return true;
            };
            culprit.id != node
        });
        removed |= block.len() < before;
    });
    if removed {
        return true;
    }
    let mut ty = None;
    walk::each_expr(&mut generator.tree, &mut |expr| {
        if expr.id == node {
            ty = Some(expr.ty.clone());
        }
    });
    let Some(ty) = ty else { return false };
    let mut literal = Some(generator.leaf(&ty));
    walk::each_expr(&mut generator.tree, &mut |expr| {
        if expr.id == node
            && let Some(literal) = literal.take()
        {
            *expr = literal;
        }
    });
    true
}
