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
        if let Op::PanicIf { condition, .. } = inst.op
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
    /// Facts that a check has refuted.
    passed: HashSet<Fact>,
}

impl Known {
    fn learn(&mut self, inst: &Inst, assignments: &[u32]) {
        let Some(dest) = inst.dest else { return };
        if assignments[dest.index()] > 1 {
            self.forget(dest);
            return;
        }
        if let Op::Int(value) = inst.op {
            self.operands.insert(dest, Operand::Int(value));
        }
        if let Op::Length(object, _) = inst.op {
            self.operands.insert(dest, Operand::Length(object));
        }
        if let Op::Compare(condition, left, right) = inst.op {
            self.meaning.insert(dest, (condition, self.operand(left), self.operand(right)));
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

#[cfg(test)]
mod tests {
    use beskid_abi::PanicKind;

    use super::*;
    use crate::ir::{BlockId, Class, LengthUse};
    use crate::passes::testing::{assign, empty};

    /// Checks `array[index]`, as the builder writes it.
    fn check(function: &mut Function, array: Reg, index: Reg) {
        let (length, outside) = (function.new_reg(Class::I64), function.new_reg(Class::I8));
        assign(function, BlockId::ENTRY, length, Op::Length(array, LengthUse::Check));
        let compare = Op::Compare(Condition::UnsignedGreaterOrEqual, index, length);
        assign(function, BlockId::ENTRY, outside, compare);
        let kind = PanicKind::IndexOutOfBounds;
        let op = Op::PanicIf { condition: outside, kind, first: Some(index), second: Some(length) };
        function.blocks[0].insts.push(Inst { dest: None, op, span: None });
    }

    fn remaining(function: &mut Function) -> usize {
        remove_repeated_checks(function);
        let insts = function.blocks.iter().flat_map(|block| &block.insts);
        insts.filter(|inst| matches!(inst.op, Op::PanicIf { .. })).count()
    }

    #[test]
    fn the_same_check_is_made_once() {
        let mut function = empty("f", &[Class::Ref, Class::I64], None);
        let (array, index) = (function.params[0], function.params[1]);
        function.new_block();
        check(&mut function, array, index);
        check(&mut function, array, index);
        assert_eq!(remaining(&mut function), 1);
    }

    #[test]
    fn another_array_or_index_is_checked() {
        let mut function = empty("f", &[Class::Ref, Class::Ref, Class::I64, Class::I64], None);
        let [first, second, i, j] = function.params[..] else { panic!("four parameters") };
        function.new_block();
        check(&mut function, first, i);
        check(&mut function, second, i);
        check(&mut function, first, j);
        assert_eq!(remaining(&mut function), 3);
    }

    #[test]
    fn an_assigned_index_is_checked_again() {
        let mut function = empty("f", &[Class::Ref, Class::I64], None);
        let (array, index) = (function.params[0], function.params[1]);
        function.new_block();
        check(&mut function, array, index);
        assign(&mut function, BlockId::ENTRY, index, Op::Int(7));
        check(&mut function, array, index);
        assert_eq!(remaining(&mut function), 2);
    }
}
