//! The programs that are generated: an own, small syntax tree in which every expression knows its
//! type and every implicit conversion is a node.

/// An integer type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Int {
    pub(super) name: &'static str,
    pub(super) bits: u32,
    pub(super) signed: bool,
}

impl Int {
    const fn new(name: &'static str, bits: u32, signed: bool) -> Int {
        Int { name, bits, signed }
    }

    pub(super) fn min(self) -> i128 {
        if self.signed { -(1 << (self.bits - 1)) } else { 0 }
    }

    pub(super) fn max(self) -> i128 {
        if self.signed { (1 << (self.bits - 1)) - 1 } else { (1 << self.bits) - 1 }
    }

    /// The value of the type with the same low bits.
    pub(super) fn wrap(self, value: i128) -> i128 {
        let span = 1i128 << self.bits;
        let low = value.rem_euclid(span);
        if low > self.max() { low - span } else { low }
    }
}

pub(super) const I8: Int = Int::new("i8", 8, true);
pub(super) const I16: Int = Int::new("i16", 16, true);
pub(super) const I32: Int = Int::new("i32", 32, true);
pub(super) const I64: Int = Int::new("i64", 64, true);
pub(super) const U8: Int = Int::new("u8", 8, false);
pub(super) const U16: Int = Int::new("u16", 16, false);
pub(super) const U32: Int = Int::new("u32", 32, false);
pub(super) const U64: Int = Int::new("u64", 64, false);
pub(super) const USIZE: Int = Int::new("usize", 64, false);

/// All integer types; those that programs use most stand more than once.
pub(super) const INTS: [Int; 14] =
    [I8, I16, I32, I64, U8, U16, U32, U64, USIZE, I32, I64, U8, I32, I64];

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Unit,
    Bool,
    Int(Int),
    F32,
    F64,
    Char,
    Text,
    /// An index into [`Tree::records`].
    Record(usize),
    Array(Box<Type>),
}

impl Type {
    pub(super) fn array(element: Type) -> Type {
        Type::Array(Box::new(element))
    }

    pub(super) fn is_numeric(&self) -> bool {
        matches!(self, Type::Int(_) | Type::F32 | Type::F64)
    }

    /// Whether an interpolation shows it.
    pub(super) fn has_text(&self) -> bool {
        !matches!(self, Type::Unit | Type::Record(_) | Type::Array(_))
    }
}

/// Names an expression of a program.
pub(super) type NodeId = usize;

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) id: NodeId,
    pub(super) ty: Type,
    pub(super) kind: ExprKind,
}

/// A local variable of a function: an index into [`Function::locals`].
pub(super) type Slot = usize;

#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    /// `suffixed` says whether the type is written down.
    Int {
        value: i128,
        suffixed: bool,
    },
    /// A literal as it is written.
    Float(String),
    Bool(bool),
    Char(char),
    Text(String),
    Local(Slot),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `===`, or `!==` if negated.
    Identity {
        negated: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    /// `T(e)`.
    Convert(Box<Expr>),
    /// A conversion that is not written.
    Implicit(Box<Expr>),
    Field(Box<Expr>, usize),
    Index(Box<Expr>, Box<Expr>),
    /// A function of [`Tree::functions`]; the first argument of a method is its receiver.
    Call(usize, Vec<Expr>),
    /// Fields in the order in which they are written.
    Record(Vec<(usize, Expr)>),
    Array(Vec<Expr>),
    NewArray(Box<Expr>),
    Interpolate(Vec<Expr>),
    TextLength(Box<Expr>),
    ArrayLength(Box<Expr>),
    Slice(Box<Expr>, Box<Expr>, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl BinaryOp {
    pub(super) fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Remainder => "%",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl CompareOp {
    pub(super) fn text(self) -> &'static str {
        match self {
            CompareOp::Equal => "==",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessOrEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterOrEqual => ">=",
        }
    }
}

/// Statements between braces.
pub(super) type Block = Vec<Statement>;

#[derive(Clone, Debug)]
pub(super) enum Statement {
    Local {
        slot: Slot,
        form: LocalForm,
        init: Expr,
    },
    /// A compound assignment has an operator.
    Assign {
        target: Expr,
        op: Option<BinaryOp>,
        value: Expr,
    },
    If {
        condition: Expr,
        then_block: Block,
        else_block: Option<Block>,
    },
    While {
        condition: Expr,
        body: Block,
    },
    ForRange {
        slot: Slot,
        from: Expr,
        to: Expr,
        body: Block,
    },
    ForEach {
        slot: Slot,
        array: Expr,
        body: Block,
    },
    Break,
    Continue,
    Return(Option<Expr>),
    Expr(Expr),
    /// Writes a line.
    Print(Expr),
    Block(Block),
}

/// How a local variable is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum LocalForm {
    Typed,
    TypedMutable,
    Let,
    LetMutable,
}

#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) fields: Vec<(String, Type)>,
}

#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: String,
    pub(super) ty: Type,
}

#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) name: String,
    /// The record of a method, whose first parameter is `this`.
    pub(super) receiver: Option<usize>,
    /// The first locals are the parameters.
    pub(super) params: usize,
    pub(super) locals: Vec<Local>,
    pub(super) result: Type,
    pub(super) body: Block,
    /// Whether it only shows values, so that it stays as it is.
    pub(super) shows: bool,
}

/// A program.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) records: Vec<Record>,
    pub(super) functions: Vec<Function>,
    /// Functions without parameters and result; the program calls them in order.
    pub(super) cases: Vec<usize>,
    /// How many expressions there are.
    pub(super) nodes: usize,
}
