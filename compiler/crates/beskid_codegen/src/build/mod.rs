//! Typed functions to our intermediate representation.
//!
//! One [`Builder`] builds one function. It evaluates strictly left to right (reference 7.2) and
//! writes every run-time check of the reference as an explicit [`Op::PanicIf`]. It does not optimise:
//! that is what the passes are for.

mod closure;
mod contract;
mod equality;
mod event;
mod expression;
mod hash;
mod intrinsic;
mod matching;
mod place;
mod reference;
mod statement;
mod text;

use std::collections::HashMap;

use beskid_abi::{PanicKind, RuntimeFn};
use beskid_analysis::typed::{self, Expr, FunctionId, LocalId, Program, Type, TypeId};
use beskid_syntax::Span;

use crate::ir::{
    Address, BinaryOp, BlockId, Callee, Class, Condition, Function, Inst, LiteralId, Op, Reg,
    Terminator,
};
use crate::layout::{Layouts, Shape, class_of, record_of};

pub(crate) use closure::{build_thunk, thunk_functions};
pub(crate) use equality::{build_equality, derived_functions};
pub(crate) use hash::build_hash;

/// String literals of a module, each distinct text once, in order of first use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Literals {
    texts: Vec<String>,
    ids: HashMap<String, LiteralId>,
}

impl Literals {
    fn intern(&mut self, text: &str) -> LiteralId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = LiteralId(u32::try_from(self.texts.len()).expect("fewer than 2^32 literals"));
        self.texts.push(text.to_owned());
        self.ids.insert(text.to_owned(), id);
        id
    }

    /// The texts, indexed by [`LiteralId`].
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// What all functions of a program share while they are built.
pub(crate) struct Shared<'p> {
    /// The program.
    pub(crate) program: &'p Program,
    /// Layouts of its objects.
    pub(crate) layouts: &'p Layouts,
    /// The literals that have been met.
    pub(crate) literals: Literals,
}

/// Builds one function of the program.
pub(crate) fn build_function(
    shared: &mut Shared<'_>,
    id: FunctionId,
    function: &typed::Function,
) -> Function {
    let mut builder = Builder::new(shared, &function.name, function.result);
    builder.is_library = builder.program().modules[function.module.index()].library;
    builder.declare_locals(function);
    if let Some(captures) = &function.captures {
        builder.open_closure(id, captures);
    }
    builder.block(&function.body);
    builder.finish()
}

/// Where `break` and `continue` go.
#[derive(Clone, Copy)]
struct Loop {
    break_to: BlockId,
    continue_to: BlockId,
}

struct Builder<'s, 'p> {
    shared: &'s mut Shared<'p>,
    function: Function,
    current: BlockId,
    /// Whether this is code of the core library, which has no places of its own: what fails in
    /// it is reported at the call from the user's code.
    is_library: bool,
    /// The register of each local; `None` for locals without a value.
    locals: Vec<Option<Reg>>,
    loops: Vec<Loop>,
    /// The `out` parameters.
    outs: Vec<reference::Out>,
    /// The `out` arguments of the calls that are being built.
    out_arguments: Vec<reference::OutArgument>,
}

impl<'s, 'p> Builder<'s, 'p> {
    fn new(shared: &'s mut Shared<'p>, name: &str, result: TypeId) -> Self {
        let result = class_of(shared.program.types.get(result));
        let mut function = Function {
            name: name.to_owned(),
            params: Vec::new(),
            result,
            regs: Vec::new(),
            blocks: Vec::new(),
        };
        let current = function.new_block();
        Builder {
            shared,
            function,
            current,
            is_library: false,
            locals: Vec::new(),
            loops: Vec::new(),
            outs: Vec::new(),
            out_arguments: Vec::new(),
        }
    }

    fn declare_locals(&mut self, function: &typed::Function) {
        for local in &function.locals {
            let class = class_of(self.type_of(local.ty));
            let reg = class.map(|class| self.function.new_reg(class));
            self.locals.push(reg);
        }
        for &param in &function.params {
            let is_out = function.outs.contains(&param);
            let reg = if is_out { self.declare_out(param) } else { self.local(param) };
            self.function.params.extend(reg);
        }
    }

    /// Ends the function. Falling off the end returns; analysis has made sure that this happens
    /// in `unit` functions only, so for others the end cannot be reached.
    fn finish(mut self) -> Function {
        let end = match self.function.result {
            None => Terminator::Return(None),
            Some(_) => Terminator::Unreachable,
        };
        self.write_outs();
        self.terminate(end);
        self.function
    }

    fn program(&self) -> &'p Program {
        self.shared.program
    }

    fn type_of(&self, id: TypeId) -> Type {
        self.shared.program.types.get(id)
    }

    fn local(&self, local: LocalId) -> Option<Reg> {
        self.locals[local.index()]
    }

    fn field_address(&self, object: Reg, record: TypeId, field: u32) -> Address {
        let record = record_of(self.program(), record);
        self.address(object, Shape::Record(record), field)
    }

    /// Address of a field of an object whose kind is known.
    fn address(&self, object: Reg, shape: Shape, field: u32) -> Address {
        Address { object, offset: self.shared.layouts.of(shape).offsets[field as usize] }
    }

    // Instructions.

    fn push(&mut self, dest: Option<Reg>, op: Op, span: Option<Span>) {
        let span = span.filter(|_| !self.is_library);
        let inst = Inst { dest, op, span };
        self.function.blocks[self.current.index()].insts.push(inst);
    }

    fn emit(&mut self, class: Class, op: Op) -> Reg {
        let dest = self.function.new_reg(class);
        self.push(Some(dest), op, None);
        dest
    }

    fn int(&mut self, class: Class, value: i64) -> Reg {
        self.emit(class, Op::Int(value))
    }

    fn compare(&mut self, condition: Condition, left: Reg, right: Reg) -> Reg {
        self.emit(Class::I8, Op::Compare(condition, left, right))
    }

    fn copy_to(&mut self, dest: Reg, value: Reg) {
        self.push(Some(dest), Op::Copy(value), None);
    }

    fn panic_if(&mut self, condition: Reg, kind: PanicKind, numbers: [Option<Reg>; 2], span: Span) {
        let [first, second] = numbers;
        self.push(None, Op::PanicIf { condition, kind, first, second }, Some(span));
    }

    fn check_bounds(&mut self, index: Reg, length: Reg, kind: PanicKind, span: Span) {
        let outside = self.compare(Condition::UnsignedGreaterOrEqual, index, length);
        self.panic_if(outside, kind, [Some(index), Some(length)], span);
    }

    fn check_not_empty(&mut self, value: Reg, span: Span) {
        let null = self.int(Class::Ref, 0);
        let empty = self.compare(Condition::Equal, value, null);
        self.panic_if(empty, PanicKind::UninitialisedElement, [None, None], span);
    }

    fn call(
        &mut self,
        class: Option<Class>,
        callee: Callee,
        args: Vec<Reg>,
        span: Span,
    ) -> Option<Reg> {
        let dest = class.map(|class| self.function.new_reg(class));
        self.push(dest, Op::Call(callee, args), Some(span));
        dest
    }

    /// A call of a runtime function that has a result.
    fn call_runtime(&mut self, class: Class, row: RuntimeFn, args: Vec<Reg>, span: Span) -> Reg {
        let dest = self.function.new_reg(class);
        self.push(Some(dest), Op::Call(Callee::Runtime(row), args), Some(span));
        dest
    }

    /// Stores a reference or scalar into an existing object.
    fn store(&mut self, address: Address, value: Reg) {
        self.push(None, Op::Store(address, value), None);
        self.barrier(address.object, value);
    }

    /// Tells the collector of a stored reference.
    fn barrier(&mut self, object: Reg, value: Reg) {
        if self.function.class(value) == Class::Ref {
            let callee = Callee::Runtime(RuntimeFn::GcWriteBarrier);
            self.push(None, Op::Call(callee, vec![object, value]), None);
        }
    }

    // Control flow.

    fn terminate(&mut self, end: Terminator) {
        self.function.blocks[self.current.index()].end = end;
    }

    fn jump(&mut self, target: BlockId) {
        self.terminate(Terminator::Jump(target));
    }

    /// Ends the block; what follows in the source is unreachable and goes to a block without
    /// predecessors, which never reaches the emitter.
    fn leave(&mut self, end: Terminator) {
        self.terminate(end);
        self.current = self.function.new_block();
    }

    fn branch(&mut self, condition: Reg, then_block: BlockId, else_block: BlockId) {
        self.terminate(Terminator::Branch { condition, then_block, else_block });
    }

    /// Branches on a condition, short-circuiting `&&`, `||` and `!` without making a value.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other expressions are plain values")]
    fn branch_on(&mut self, condition: &Expr, then_block: BlockId, else_block: BlockId) {
        use typed::ExprKind;
        match &condition.kind {
            ExprKind::Not(inner) => self.branch_on(inner, else_block, then_block),
            ExprKind::And(left, right) => {
                let middle = self.function.new_block();
                self.branch_on(left, middle, else_block);
                self.current = middle;
                self.branch_on(right, then_block, else_block);
            }
            ExprKind::Or(left, right) => {
                let middle = self.function.new_block();
                self.branch_on(left, then_block, middle);
                self.current = middle;
                self.branch_on(right, then_block, else_block);
            }
            ExprKind::Bool(true) => self.jump(then_block),
            ExprKind::Bool(false) => self.jump(else_block),
            _ => {
                let value = self.value(condition);
                self.branch(value, then_block, else_block);
            }
        }
    }
}

/// The arithmetic of an operator on operands of a type, division aside.
fn plain_arithmetic(op: typed::ArithmeticOp) -> BinaryOp {
    match op {
        typed::ArithmeticOp::Add => BinaryOp::Add,
        typed::ArithmeticOp::Subtract => BinaryOp::Subtract,
        typed::ArithmeticOp::Multiply => BinaryOp::Multiply,
        typed::ArithmeticOp::Divide => BinaryOp::DivideFloat,
        typed::ArithmeticOp::Remainder => BinaryOp::RemainderSigned,
    }
}
