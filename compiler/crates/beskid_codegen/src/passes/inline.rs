//! Inlines small functions into their callers.
//!
//! Functions are visited callees first, so a chain of small functions collapses into its caller.
//! A function that is still in work, which means that it is recursive, is inlined as it was
//! written, so the pass ends. Functions that call themselves are unrolled a few levels, because
//! much of the time of small recursive functions goes into their calls.

use beskid_analysis::typed::FunctionId;

use crate::ir::{Block, BlockId, Callee, Function, Inst, Op, Reg, Terminator};

/// Functions of at most this many instructions are inlined everywhere.
const CALLEE_INSTS_MAX: usize = 40;

/// Functions that have grown to this many instructions receive no more.
const CALLER_INSTS_MAX: usize = 2000;

/// How many levels of a direct recursion are unrolled.
const RECURSION_LEVELS: usize = 3;

/// A recursive function is not unrolled beyond this many instructions.
const RECURSION_INSTS_MAX: usize = 250;

/// Replaces calls of small functions by their bodies.
pub(super) fn inline_small_functions(functions: &mut [Function]) {
    let original: Vec<Option<Function>> =
        functions.iter().map(|function| is_small(function).then(|| function.clone())).collect();
    let mut done = vec![false; functions.len()];
    for index in callees_first(functions) {
        let mut function = functions[index].clone();
        inline_calls(&mut function, CALLER_INSTS_MAX, |callee| {
            let index = callee.index();
            if done[index] && is_small(&functions[index]) {
                Some(&functions[index])
            } else {
                original[index].as_ref()
            }
        });
        for _ in 1..RECURSION_LEVELS {
            inline_calls(&mut function, RECURSION_INSTS_MAX, |callee| {
                original[index].as_ref().filter(|_| callee.index() == index)
            });
        }
        functions[index] = function;
        done[index] = true;
    }
}

fn is_small(function: &Function) -> bool {
    function.inst_count() <= CALLEE_INSTS_MAX
}

/// Indices of the functions in postorder of the call graph.
fn callees_first(functions: &[Function]) -> Vec<usize> {
    let callees: Vec<Vec<usize>> = functions.iter().map(called).collect();
    let mut order = Vec::with_capacity(functions.len());
    let mut seen = vec![false; functions.len()];
    for root in 0..functions.len() {
        if std::mem::replace(&mut seen[root], true) {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((function, next)) = stack.pop() {
            let Some(&callee) = callees[function].get(next) else {
                order.push(function);
                continue;
            };
            stack.push((function, next + 1));
            if !std::mem::replace(&mut seen[callee], true) {
                stack.push((callee, 0));
            }
        }
    }
    order
}

fn called(function: &Function) -> Vec<usize> {
    let insts = function.blocks.iter().flat_map(|block| &block.insts);
    insts.filter_map(|inst| callee_of(inst).map(FunctionId::index)).collect()
}

/// The Beskid function that an instruction calls.
fn callee_of(inst: &Inst) -> Option<FunctionId> {
    if let Op::Call(Callee::Function(callee), _) = inst.op { Some(callee) } else { None }
}

/// The Beskid function that an instruction calls, or whose code it mentions.
pub(crate) fn needed_by(inst: &Inst) -> Option<FunctionId> {
    let (Op::Call(callee, _) | Op::CodeAddress(callee) | Op::StaticClosure(callee)) = &inst.op
    else {
        return None;
    };
    match *callee {
        Callee::Function(id) | Callee::Thunk(id) => Some(id),
        Callee::Equality(_) | Callee::Hash(_) => None,
        Callee::Runtime(_) | Callee::Extern(_) => None,
    }
}

/// Replaces each call whose callee `body_of` supplies, until the function has `insts_max`
/// instructions. Calls inside an inserted body stay.
fn inline_calls<'f>(
    function: &mut Function,
    insts_max: usize,
    body_of: impl Fn(FunctionId) -> Option<&'f Function>,
) {
    let mut size = function.inst_count();
    for index in 0..function.blocks.len() {
        let mut block = BlockId(index as u32);
        let mut next_inst = 0;
        while let Some(inst) = function.blocks[block.index()].insts.get(next_inst) {
            next_inst += 1;
            let Some(body) = callee_of(inst).and_then(&body_of) else { continue };
            if size + body.inst_count() > insts_max {
                return;
            }
            size += body.inst_count();
            block = insert_body(function, block, next_inst - 1, body);
            next_inst = 0;
        }
    }
}

/// Splits `block` at the call and puts a copy of `body` between; returns the block behind it.
fn insert_body(function: &mut Function, block: BlockId, call: usize, body: &Function) -> BlockId {
    let after = function.new_block();
    let head = &mut function.blocks[block.index()];
    let tail = head.insts.split_off(call + 1);
    let call = head.insts.pop().expect("the call is the last instruction of the head");
    let end = std::mem::replace(&mut head.end, Terminator::Unreachable);
    function.blocks[after.index()] = Block { insts: tail, end };

    let first_reg = function.regs.len() as u32;
    let first_block = function.blocks.len() as u32;
    function.regs.extend_from_slice(&body.regs);
    let reg = |reg: Reg| Reg(first_reg + reg.0);
    let Op::Call(_, args) = call.op else { panic!("only calls are inlined") };
    for (&param, arg) in body.params.iter().zip(args) {
        let inst = Inst { dest: Some(reg(param)), op: Op::Copy(arg), span: None };
        function.blocks[block.index()].insts.push(inst);
    }
    function.blocks[block.index()].end = Terminator::Jump(BlockId(first_block));
    for source in &body.blocks {
        let mut copy = source.clone();
        for inst in &mut copy.insts {
            inst.dest = inst.dest.map(reg);
            // Library code has no places; what fails in it fails at the call.
            inst.span = inst.span.or(call.span);
            inst.op.for_each_use(|used| *used = reg(*used));
        }
        copy.end.for_each_use(|used| *used = reg(*used));
        copy.end.map_blocks(|target| BlockId(first_block + target.0));
        return_to(&mut copy, call.dest, after);
        function.blocks.push(copy);
    }
    after
}

/// Turns a return into an assignment of the call's result and a jump.
fn return_to(block: &mut Block, result: Option<Reg>, after: BlockId) {
    let Terminator::Return(value) = block.end else { return };
    if let (Some(result), Some(value)) = (result, value) {
        block.insts.push(Inst { dest: Some(result), op: Op::Copy(value), span: None });
    }
    block.end = Terminator::Jump(after);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{BinaryOp, Class};
    use crate::passes::testing::{assign, empty};

    /// `double(x) = x + x`.
    fn double() -> Function {
        let mut function = empty("double", &[Class::I64], Some(Class::I64));
        let (param, sum) = (function.params[0], function.new_reg(Class::I64));
        let entry = function.new_block();
        assign(&mut function, entry, sum, Op::Binary(BinaryOp::Add, param, param));
        function.blocks[entry.index()].end = Terminator::Return(Some(sum));
        function
    }

    /// `name(x) = f<callee>(x)`.
    fn forward(name: &str, callee: u32) -> Function {
        let mut function = empty(name, &[Class::I64], Some(Class::I64));
        let (param, result) = (function.params[0], function.new_reg(Class::I64));
        let entry = function.new_block();
        let callee = Callee::Function(FunctionId(callee));
        assign(&mut function, entry, result, Op::Call(callee, vec![param]));
        function.blocks[entry.index()].end = Terminator::Return(Some(result));
        function
    }

    fn calls(function: &Function) -> usize {
        called(function).len()
    }

    #[test]
    fn chains_of_small_functions_collapse() {
        let mut functions = [forward("outer", 1), forward("inner", 2), double()];
        inline_small_functions(&mut functions);
        assert_eq!(functions.each_ref().map(calls), [0, 0, 0]);
        assert!(functions[0].to_string().contains("Add"), "{}", functions[0]);
    }

    #[test]
    fn recursion_unrolls_some_levels() {
        let mut functions = [forward("forever", 0)];
        inline_small_functions(&mut functions);
        assert_eq!(calls(&functions[0]), 1);
        assert!(functions[0].blocks.len() > RECURSION_LEVELS, "{}", functions[0]);
    }

    #[test]
    fn mutual_recursion_ends() {
        let mut functions = [forward("ping", 1), forward("pong", 0)];
        inline_small_functions(&mut functions);
        assert!(functions.iter().all(|function| calls(function) == 1));
    }

    #[test]
    fn large_functions_stay_calls() {
        let mut large = double();
        for _ in 0..CALLEE_INSTS_MAX {
            let reg = large.new_reg(Class::I64);
            assign(&mut large, BlockId::ENTRY, reg, Op::Int(1));
        }
        let mut functions = [forward("caller", 1), large];
        inline_small_functions(&mut functions);
        assert_eq!(calls(&functions[0]), 1);
    }
}
