//! Small functions that the tests of the passes share.

use crate::ir::{BinaryOp, BlockId, Class, Condition, Function, Inst, Op, Reg, Terminator};

/// A function without blocks.
pub(crate) fn empty(name: &str, params: &[Class], result: Option<Class>) -> Function {
    let mut function = Function {
        name: name.to_owned(),
        params: Vec::new(),
        result,
        regs: Vec::new(),
        blocks: Vec::new(),
    };
    function.params = params.iter().map(|&class| function.new_reg(class)).collect();
    function
}

/// Appends an instruction that assigns a register.
pub(crate) fn assign(function: &mut Function, block: BlockId, dest: Reg, op: Op) {
    function.blocks[block.index()].insts.push(Inst { dest: Some(dest), op, span: None });
}

/// Counts from 0 up to the parameter, as the builder writes loops.
pub(crate) fn counting_loop() -> Function {
    let mut function = empty("count", &[Class::I64], Some(Class::I64));
    let end = function.params[0];
    let [counter, inside, one] =
        [Class::I64, Class::I8, Class::I64].map(|class| function.new_reg(class));
    let [entry, header, body, after] = std::array::from_fn(|_| function.new_block());
    assign(&mut function, entry, counter, Op::Int(0));
    assign(&mut function, header, inside, Op::Compare(Condition::Less, counter, end));
    assign(&mut function, body, one, Op::Int(1));
    assign(&mut function, body, counter, Op::Binary(BinaryOp::Add, counter, one));
    let ends = [
        Terminator::Jump(header),
        Terminator::Branch { condition: inside, then_block: body, else_block: after },
        Terminator::Jump(header),
        Terminator::Return(Some(counter)),
    ];
    for (block, end) in [entry, header, body, after].into_iter().zip(ends) {
        function.blocks[block.index()].end = end;
    }
    function
}
