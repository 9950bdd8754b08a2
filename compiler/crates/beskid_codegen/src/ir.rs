//! The intermediate representation between the typed program and Cranelift IR.
//!
//! A function is a control-flow graph of blocks over typed virtual registers. Registers may be
//! assigned more than once, so passes copy and rename code without repairing SSA form; the emitter
//! builds SSA once, at the end. Nothing here knows whether the code serves the JIT or an object.
//!
//! Invariants: block 0 is the entry and has no predecessors; the graph is reducible; every
//! register is assigned on every path before it is read.

use beskid_abi::{PanicKind, RuntimeFn};
use beskid_analysis::typed::{ExternId, FunctionId, TableId, TypeId};
use beskid_syntax::Span;

use crate::layout::Shape;

/// Machine class of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the machine class of the same name")]
pub enum Class {
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
    /// A pointer that the collector may have to see.
    Ref,
}

impl Class {
    /// Size in bytes, which is also the alignment.
    pub fn size_bytes(self) -> u32 {
        match self {
            Class::I8 => 1,
            Class::I16 => 2,
            Class::I32 | Class::F32 => 4,
            Class::I64 | Class::F64 | Class::Ref => 8,
        }
    }

    /// Whether values are floating-point numbers.
    pub fn is_float(self) -> bool {
        matches!(self, Class::F32 | Class::F64)
    }
}

/// A virtual register of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reg(pub u32);

impl Reg {
    /// Position in [`Function::regs`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A basic block of one function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockId(pub u32);

impl BlockId {
    /// The block where execution begins.
    pub const ENTRY: BlockId = BlockId(0);

    /// Position in [`Function::blocks`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A string literal of the module, see [`crate::module_data`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LiteralId(pub u32);

/// A function in this representation.
#[derive(Clone, Debug)]
pub struct Function {
    /// Name for dumps and messages.
    pub name: String,
    /// Registers that hold the parameters at entry.
    pub params: Vec<Reg>,
    /// Class of the result, if there is one.
    pub result: Option<Class>,
    /// Class of each register.
    pub regs: Vec<Class>,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// Straight-line code and where it goes.
#[derive(Clone, Debug)]
pub struct Block {
    /// In order.
    pub insts: Vec<Inst>,
    /// The last action.
    pub end: Terminator,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Inst {
    /// The register that it assigns, if any.
    pub dest: Option<Reg>,
    /// What it does.
    pub op: Op,
    /// The source place that a failure or a call is reported at.
    pub span: Option<Span>,
}

/// What to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Callee {
    /// A Beskid function.
    Function(FunctionId),
    /// The synthesised structural equality of a record or enum type.
    Equality(TypeId),
    /// The synthesised hash of a record or enum type.
    Hash(TypeId),
    /// A row of the ABI table.
    Runtime(RuntimeFn),
    /// A foreign function.
    Extern(ExternId),
    /// The synthesised function behind the value of a named function: it drops the closure object
    /// that it gets first and calls the function.
    Thunk(FunctionId),
}

/// Operations. Operand classes follow from the registers; arithmetic operands have equal classes.
#[derive(Clone, Debug)]
pub enum Op {
    /// An integer constant of the destination's class.
    Int(i64),
    /// A float constant; the bits of an `f64`, narrowed to the destination's class.
    Float(u64),
    /// The static object of a string literal.
    Literal(LiteralId),
    /// The same value.
    Copy(Reg),
    /// Integer or float negation.
    Negate(Reg),
    /// `bool` negation.
    Not(Reg),
    /// One-operand arithmetic.
    Unary(UnaryOp, Reg),
    /// Two-operand arithmetic.
    Binary(BinaryOp, Reg, Reg),
    /// Comparison to a `bool`.
    Compare(Condition, Reg, Reg),
    /// Change of class.
    Convert(Conversion, Reg),
    /// Reads a value of the destination's class.
    Load(Address),
    /// The address itself, `i64`. Whoever gets it keeps the object alive.
    AddressOf(Address),
    /// Writes a value. Reference stores into existing objects are followed by a barrier call.
    Store(Address, Reg),
    /// Length of an array, or of a string in bytes; `i64`.
    Length(Reg, LengthUse),
    /// Element of an array, within bounds.
    LoadElement(Reg, Reg),
    /// Stores an element of an array, within bounds: array, index, value.
    StoreElement(Reg, Reg, Reg),
    /// Byte of a string, within bounds.
    LoadByte(Reg, Reg),
    /// Address of the first element or byte of an array or string, `i64`.
    DataAddress(Reg),
    /// Panics if the condition holds; the numbers fill the message.
    PanicIf {
        /// A `bool`.
        condition: Reg,
        /// The message.
        kind: PanicKind,
        /// First number of the message, `i64`.
        first: Option<Reg>,
        /// Second number of the message, `i64`.
        second: Option<Reg>,
    },
    /// A new object, fields zeroed.
    Allocate(Shape),
    /// The static object of a variant without payload, which all its values are.
    Singleton(Shape),
    /// A call.
    Call(Callee, Vec<Reg>),
    /// A call of code that is known at run time only.
    CallIndirect {
        /// Address of the code, `i64`.
        code: Reg,
        /// The arguments.
        args: Vec<Reg>,
        /// Class of the result, if there is one.
        result: Option<Class>,
    },
    /// Address of a word in the frame, `i64`; each instruction has its own.
    FramePlace,
    /// Address of a function's code, `i64`.
    CodeAddress(Callee),
    /// The static closure object of a function that captures nothing.
    StaticClosure(Callee),
    /// Address of the methods with which a type fulfils a contract, `i64`.
    MethodTable(TableId),
    /// Nothing, but the object counts as used, so the collector keeps it up to here.
    KeepAlive(Reg),
    /// Concatenation of several strings through a temporary list of them.
    ConcatMany(Vec<Reg>),
}

/// What a length is for. A value that is loaded from an object must not be loaded after the
/// object has died, and the optimiser knows nothing of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthUse {
    /// Any use, however late: the load stays where it stands.
    Value,
    /// The check of an access that follows directly: the load may move to an earlier place, such
    /// as in front of a loop.
    Check,
}

/// Memory at a fixed offset from an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The object.
    pub object: Reg,
    /// Bytes from its start.
    pub offset: u32,
}

/// Two-operand arithmetic. Division operands have been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the operation of the same name")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    DivideSigned,
    DivideUnsigned,
    RemainderSigned,
    RemainderUnsigned,
    DivideFloat,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRightSigned,
    ShiftRightUnsigned,
}

/// One-operand arithmetic on numbers of the destination's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the operation of the same name")]
pub enum UnaryOp {
    BitNot,
    CountOnes,
    LeadingZeros,
    TrailingZeros,
    Sqrt,
    FloatAbs,
}

/// Comparison conditions. Float operands use the signed forms with IEEE meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the condition of the same name")]
pub enum Condition {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    UnsignedLess,
    UnsignedLessOrEqual,
    UnsignedGreater,
    UnsignedGreaterOrEqual,
}

/// Changes of class; the source class is that of the operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// To a wider integer, copying the sign.
    SignExtend,
    /// To a wider integer, with zeros.
    ZeroExtend,
    /// To a narrower integer, keeping the low bits.
    Truncate,
    /// Signed integer to float.
    SignedToFloat,
    /// Unsigned integer to float.
    UnsignedToFloat,
    /// Float to signed integer, saturating, NaN to 0.
    FloatToSigned,
    /// Float to unsigned integer, saturating, NaN to 0.
    FloatToUnsigned,
    /// Between `f32` and `f64`.
    FloatToFloat,
    /// The bits of an `f64` as an integer.
    FloatBits,
    /// An integer as the bits of an `f64`.
    FloatFromBits,
}

/// How a block ends.
#[derive(Clone, Debug)]
pub enum Terminator {
    /// Always to one block.
    Jump(BlockId),
    /// By a `bool`.
    Branch {
        /// Decides.
        condition: Reg,
        /// Next if true.
        then_block: BlockId,
        /// Next if false.
        else_block: BlockId,
    },
    /// Leaves the function.
    Return(Option<Reg>),
    /// Never reached: the block ends in a call that does not return.
    Unreachable,
}

impl Function {
    /// A new register.
    pub fn new_reg(&mut self, class: Class) -> Reg {
        let reg = Reg(u32::try_from(self.regs.len()).expect("fewer than 2^32 registers"));
        self.regs.push(class);
        reg
    }

    /// A new block that is not reachable yet.
    pub fn new_block(&mut self) -> BlockId {
        let id = BlockId(u32::try_from(self.blocks.len()).expect("fewer than 2^32 blocks"));
        self.blocks.push(Block { insts: Vec::new(), end: Terminator::Unreachable });
        id
    }

    /// Class of a register.
    pub fn class(&self, reg: Reg) -> Class {
        self.regs[reg.index()]
    }

    /// Number of instructions, the measure of the inliner.
    pub fn inst_count(&self) -> usize {
        self.blocks.iter().map(|block| block.insts.len() + 1).sum()
    }

    /// Reachable blocks in reverse postorder, the entry first.
    pub fn reverse_postorder(&self) -> Vec<BlockId> {
        let mut seen = vec![false; self.blocks.len()];
        let mut postorder = Vec::with_capacity(self.blocks.len());
        let mut stack = vec![(BlockId::ENTRY, 0)];
        seen[BlockId::ENTRY.index()] = true;
        while let Some((block, next)) = stack.pop() {
            let Some(successor) = self.blocks[block.index()].end.successors().nth(next) else {
                postorder.push(block);
                continue;
            };
            stack.push((block, next + 1));
            if !std::mem::replace(&mut seen[successor.index()], true) {
                stack.push((successor, 0));
            }
        }
        postorder.reverse();
        postorder
    }
}

impl Terminator {
    /// Blocks that may follow.
    pub fn successors(&self) -> impl Iterator<Item = BlockId> + use<> {
        let pair = match *self {
            Terminator::Jump(target) => [Some(target), None],
            // The false side first, so that reverse postorder places the true side, which is the
            // body of a loop, directly behind its condition.
            Terminator::Branch { then_block, else_block, .. } => {
                [Some(else_block), Some(then_block)]
            }
            Terminator::Return(_) | Terminator::Unreachable => [None, None],
        };
        pair.into_iter().flatten()
    }

    /// Renames the targets.
    pub fn map_blocks(&mut self, mut map: impl FnMut(BlockId) -> BlockId) {
        match self {
            Terminator::Jump(target) => *target = map(*target),
            Terminator::Branch { then_block, else_block, .. } => {
                *then_block = map(*then_block);
                *else_block = map(*else_block);
            }
            Terminator::Return(_) | Terminator::Unreachable => {}
        }
    }

    /// Visits the register that is read, if any.
    pub fn for_each_use(&mut self, mut visit: impl FnMut(&mut Reg)) {
        match self {
            Terminator::Branch { condition, .. } => visit(condition),
            Terminator::Return(Some(value)) => visit(value),
            Terminator::Return(None) | Terminator::Jump(_) | Terminator::Unreachable => {}
        }
    }

    /// The register that is read, if any.
    pub fn used(&self) -> Option<Reg> {
        match *self {
            Terminator::Branch { condition, .. } => Some(condition),
            Terminator::Return(value) => value,
            Terminator::Jump(_) | Terminator::Unreachable => None,
        }
    }
}

/// The operands of each operation, once for readers and for passes that rename.
macro_rules! visit_operands {
    ($op:expr, $visit:ident, $iter:ident) => {
        match $op {
            Op::Int(_) | Op::Float(_) | Op::Literal(_) | Op::Allocate(_) | Op::Singleton(_) => {}
            Op::CodeAddress(_) | Op::StaticClosure(_) | Op::MethodTable(_) | Op::FramePlace => {}
            Op::Copy(a)
            | Op::Negate(a)
            | Op::Not(a)
            | Op::Unary(_, a)
            | Op::Convert(_, a)
            | Op::Length(a, _)
            | Op::KeepAlive(a)
            | Op::DataAddress(a) => $visit(a),
            Op::Load(Address { object, .. }) | Op::AddressOf(Address { object, .. }) => {
                $visit(object)
            }
            Op::Store(Address { object, .. }, value) => {
                $visit(object);
                $visit(value);
            }
            Op::Binary(_, a, b)
            | Op::Compare(_, a, b)
            | Op::LoadElement(a, b)
            | Op::LoadByte(a, b) => {
                $visit(a);
                $visit(b);
            }
            Op::StoreElement(a, b, c) => {
                $visit(a);
                $visit(b);
                $visit(c);
            }
            Op::PanicIf { condition, first, second, .. } => {
                $visit(condition);
                first.$iter().chain(second.$iter()).for_each($visit);
            }
            Op::Call(_, args) | Op::ConcatMany(args) => args.$iter().for_each($visit),
            Op::CallIndirect { code, args, .. } => {
                $visit(code);
                args.$iter().for_each($visit);
            }
        }
    };
}

impl Op {
    /// Visits the registers that are read, in order, and lets them be renamed.
    pub fn for_each_use(&mut self, mut visit: impl FnMut(&mut Reg)) {
        visit_operands!(self, visit, iter_mut)
    }

    /// Visits the registers that are read, in order.
    pub fn visit_uses(&self, mut visit: impl FnMut(Reg)) {
        let mut visit = |reg: &Reg| visit(*reg);
        visit_operands!(self, visit, iter)
    }

    /// The runtime functions that the operation is translated to calls of.
    pub fn runtime_functions(&self) -> impl Iterator<Item = RuntimeFn> + use<> {
        let row = match self {
            Op::Call(Callee::Runtime(row), _) => Some(*row),
            Op::Call(Callee::Extern(_), _) => Some(RuntimeFn::ForeignExit),
            Op::Allocate(_) => Some(RuntimeFn::Alloc),
            Op::ConcatMany(_) => Some(RuntimeFn::StrConcatMany),
            Op::PanicIf { .. } => Some(RuntimeFn::PanicCheck),
            Op::Call(
                Callee::Function(_) | Callee::Equality(_) | Callee::Hash(_) | Callee::Thunk(_),
                _,
            )
            | Op::CallIndirect { .. }
            | Op::CodeAddress(_)
            | Op::FramePlace
            | Op::StaticClosure(_)
            | Op::MethodTable(_)
            | Op::Int(_)
            | Op::Float(_)
            | Op::Literal(_)
            | Op::Singleton(_)
            | Op::Copy(_)
            | Op::Negate(_)
            | Op::Not(_)
            | Op::Unary(..)
            | Op::Binary(..)
            | Op::Compare(..)
            | Op::Convert(..)
            | Op::Load(_)
            | Op::AddressOf(_)
            | Op::Store(..)
            | Op::Length(..)
            | Op::KeepAlive(_)
            | Op::LoadElement(..)
            | Op::StoreElement(..)
            | Op::LoadByte(..)
            | Op::DataAddress(_) => None,
        };
        row.into_iter()
    }

    /// Whether a collection may happen while this instruction runs. Calls that do not return are
    /// not safepoints for the frame that makes them: nothing in it is live afterwards.
    pub fn is_safepoint(&self) -> bool {
        let leaves_the_function = if let Op::Call(callee, _) = self {
            !matches!(callee, Callee::Runtime(_))
        } else {
            matches!(self, Op::CallIndirect { .. })
        };
        leaves_the_function || self.runtime_functions().any(|row| row.effect().may_allocate())
    }
}
