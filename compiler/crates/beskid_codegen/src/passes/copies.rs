//! Copy propagation between registers that are assigned once.
//!
//! Such a register holds one value from its assignment on, so a copy of it can be replaced by it.

use super::assignment_counts;
use crate::ir::{Function, Op, Reg};

/// Replaces uses of copies by their sources and removes the copies.
pub(super) fn propagate_copies(function: &mut Function) {
    let counts = assignment_counts(function);
    let once = |reg: Reg| counts[reg.index()] == 1;
    let mut source: Vec<Reg> = (0..counts.len() as u32).map(Reg).collect();
    for inst in function.blocks.iter().flat_map(|block| &block.insts) {
        if let (Some(dest), &Op::Copy(from)) = (inst.dest, &inst.op)
            && once(dest)
            && once(from)
        {
            source[dest.index()] = from;
        }
    }
    for index in 0..source.len() {
        source[index] = resolve(&source, Reg(index as u32));
    }
    for block in &mut function.blocks {
        block.insts.retain(|inst| inst.dest.is_none_or(|dest| source[dest.index()] == dest));
        for inst in &mut block.insts {
            inst.op.for_each_use(|reg| *reg = source[reg.index()]);
        }
        block.end.for_each_use(|reg| *reg = source[reg.index()]);
    }
}

fn resolve(source: &[Reg], mut reg: Reg) -> Reg {
    while source[reg.index()] != reg {
        reg = source[reg.index()];
    }
    reg
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{BlockId, Class, Terminator};
    use crate::passes::testing::{assign, empty};

    #[test]
    fn chains_of_copies_lead_to_their_source() {
        let mut function = empty("f", &[Class::I64], Some(Class::I64));
        let (source, entry) = (function.params[0], function.new_block());
        let [first, second] = std::array::from_fn(|_| function.new_reg(Class::I64));
        assign(&mut function, entry, first, Op::Copy(source));
        assign(&mut function, entry, second, Op::Copy(first));
        function.blocks[entry.index()].end = Terminator::Return(Some(second));
        propagate_copies(&mut function);
        assert_eq!(function.to_string(), "f(r0)\nb0:\n  return r0\n");
    }

    #[test]
    fn a_copy_of_a_variable_keeps_the_old_value() {
        let mut function = empty("f", &[Class::I64], Some(Class::I64));
        let (variable, old) = (function.params[0], function.new_reg(Class::I64));
        function.new_block();
        assign(&mut function, BlockId::ENTRY, old, Op::Copy(variable));
        assign(&mut function, BlockId::ENTRY, variable, Op::Int(1));
        function.blocks[0].end = Terminator::Return(Some(old));
        let before = function.to_string();
        propagate_copies(&mut function);
        assert_eq!(function.to_string(), before);
    }
}
