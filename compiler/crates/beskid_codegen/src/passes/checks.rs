//! Removes run-time checks that repeat an earlier one of the same block.
//!
//! `a[j] = a[i]; … a[j] …` tests the same index twice. A check passed once holds until one of the
//! registers that it reads is assigned again; lengths of arrays and strings never change.

use std::collections::{HashMap, HashSet};

use super::assignment_counts;
use crate::ir::{Block, Condition, Function, Inst, Op, Reg};

/// What a condition register says, in terms that can be compared between instructions.
type Fact = (Condition, Operand, Operand);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operand {
    Reg(Reg),
    Int(i64),
    Length(Reg),
}

/// Removes repeated checks from each block.
pub(super) fn remove_repeated_checks(function: &mut Function) {
    let counts = assignment_counts(function);
    for block in &mut function.blocks {
        remove_in_block(block, &counts);
    }
}

fn remove_in_block(block: &mut Block, assignments: &[u32]) {
    let mut known = Known::default();
    block.insts.retain(|inst| {
        if let Op::Check { condition, .. } = inst.op
            && let Some(&fact) = known.meaning.get(&condition)
        {
            return known.passed.insert(fact);
        }
        known.learn(inst, assignments);
        true
    });
}

#[derive(Default)]
struct Known {
    /// Registers whose value is an operand of another form.
    operands: HashMap<Reg, Operand>,
    /// Condition registers.
    meaning: HashMap<Reg, Fact>,
    /// Facts that a check has established.
    passed: HashSet<Fact>,
}

impl Known {
    fn learn(&mut self, inst: &Inst, assignments: &[u32]) {
        let Some(dest) = inst.dest else { return };
        if assignments[dest.index()] > 1 {
            self.forget(dest);
            return;
        }
        match inst.op {
            Op::Int(value) => {
                self.operands.insert(dest, Operand::Int(value));
            }
            Op::ArrayLength(object) | Op::StringLength(object) => {
                self.operands.insert(dest, Operand::Length(object));
            }
            Op::Compare(condition, left, right) => {
                self.meaning.insert(dest, (condition, self.operand(left), self.operand(right)));
            }
            _ => {}
        }
    }

    fn operand(&self, reg: Reg) -> Operand {
        self.operands.get(&reg).copied().unwrap_or(Operand::Reg(reg))
    }

    /// Drops everything that depends on the former value of a register.
    fn forget(&mut self, reg: Reg) {
        let depends = |operand: &Operand| matches!(operand, Operand::Reg(used) | Operand::Length(used) if *used == reg);
        self.operands.retain(|_, operand| !depends(operand));
        self.meaning.retain(|_, (_, left, right)| !depends(left) && !depends(right));
        self.passed.retain(|(_, left, right)| !depends(left) && !depends(right));
    }
}
