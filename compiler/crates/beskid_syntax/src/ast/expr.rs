//! Expressions and patterns.

use super::{Block, Ident, PassMode, PathSegment, Type, TypePath};
use crate::{Primitive, Span};

/// Identifies an expression within its file, as a key for tables of later phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub u32);

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Unique in the file.
    pub id: ExprId,
    /// What was written.
    pub kind: ExprKind,
    /// Its place.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `42`, `0xff_u8`.
    Int(IntLiteral),
    /// `1.5`, `2.0e9f64`.
    Float(FloatLiteral),
    /// `true`, `false`.
    Bool(bool),
    /// `'a'`.
    Char(char),
    /// A string without holes, escapes resolved.
    Str(String),
    /// A string with at least one `${…}`.
    Interpolated(Vec<StringPart>),
    /// `()`.
    Unit,
    /// `name` or `name<T>`; further dots are [`ExprKind::Member`].
    Name(PathSegment),
    /// `this`.
    This,
    /// The name of a primitive type, as in the conversion `i64(x)`.
    Primitive(Primitive),
    /// `(e)`.
    Paren(Box<Expr>),
    /// `-e`, `!e`.
    Unary(Unary),
    /// `a + b` and the like, `&&` and `||` included.
    Binary(Binary),
    /// `a = b`, `a += b`.
    Assign(Assign),
    /// `f(a, b)`.
    Call(Call),
    /// `a.name`.
    Member(MemberAccess),
    /// `a[i]`.
    Index(Index),
    /// `a?`.
    Try(Box<Expr>),
    /// `[a, b, c]`.
    Array(Vec<Expr>),
    /// `Shape::Circle(1.0)`.
    EnumCtor(EnumCtor),
    /// `Point { x: 1, y: 2 }`.
    Struct(StructLiteral),
    /// `{ … }`, whose value is `unit`.
    Block(Block),
    /// `match e { … }`.
    Match(Match),
    /// `x => e`.
    Lambda(Lambda),
    /// `spawn f(a)`.
    Spawn(Box<Expr>),
    /// A mistake that has been reported.
    Error,
}

/// An integer literal without sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntLiteral {
    /// The value; `u128::MAX` when even that is too small, which fits no type either.
    pub value: u128,
    /// The integer type that the suffix names.
    pub suffix: Option<Primitive>,
}

/// A floating point literal without sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloatLiteral {
    /// The nearest double.
    pub value: f64,
    /// The floating point type that the suffix names.
    pub suffix: Option<Primitive>,
}

/// A part of an interpolated string.
#[derive(Clone, Debug, PartialEq)]
pub enum StringPart {
    /// Text between holes, escapes resolved; never empty.
    Text(String),
    /// `${e}`.
    Hole(Expr),
}

/// A prefix operator and its operand.
#[derive(Clone, Debug, PartialEq)]
pub struct Unary {
    /// The operator.
    pub op: UnaryOp,
    /// Its place.
    pub op_span: Span,
    /// The operand.
    pub operand: Box<Expr>,
}

/// The operands of an infix operator.
#[derive(Clone, Debug, PartialEq)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Its place.
    pub op_span: Span,
    /// The left operand.
    pub left: Box<Expr>,
    /// The right operand.
    pub right: Box<Expr>,
}

/// An assignment.
#[derive(Clone, Debug, PartialEq)]
pub struct Assign {
    /// The operator of a compound assignment; `None` for `=`.
    pub op: Option<BinaryOp>,
    /// The place of `=`, `+=`, ….
    pub op_span: Span,
    /// What is assigned to, any expression here.
    pub target: Box<Expr>,
    /// The right side.
    pub value: Box<Expr>,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub callee: Box<Expr>,
    /// The arguments.
    pub args: Vec<Arg>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// `ref` or `out`.
    pub mode: Option<PassMode>,
    /// The value.
    pub value: Expr,
    /// With the modifier.
    pub span: Span,
}

/// Access to a member, or a step of a module path.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberAccess {
    /// What stands before the dot.
    pub object: Box<Expr>,
    /// The name after the dot, with type arguments.
    pub segment: PathSegment,
}

/// Access to an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// What stands before the bracket.
    pub object: Box<Expr>,
    /// What stands between the brackets.
    pub index: Box<Expr>,
}

/// The construction of an enum value.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumCtor {
    /// The enum.
    pub path: TypePath,
    /// The name after `::`.
    pub variant: Ident,
    /// The arguments, if there are parentheses.
    pub args: Option<Vec<Expr>>,
}

/// The construction of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct StructLiteral {
    /// The record type.
    pub path: TypePath,
    /// The initialisers, in written order.
    pub fields: Vec<FieldInit>,
}

/// `name: value` in a struct literal.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldInit {
    /// The field.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
    /// From the name to the value.
    pub span: Span,
}

/// A function value written in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// The parameters.
    pub params: Vec<LambdaParam>,
    /// The body.
    pub body: LambdaBody,
}

/// A parameter of a lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct LambdaParam {
    /// The word `mut`, if it was written.
    pub mutable: Option<Span>,
    /// The type, if it was written.
    pub ty: Option<Type>,
    /// The name, or `_`.
    pub name: Ident,
    /// From the first word to the name.
    pub span: Span,
}

/// The two forms of a lambda's body.
#[derive(Clone, Debug, PartialEq)]
pub enum LambdaBody {
    /// `=> e`.
    Expr(Box<Expr>),
    /// `=> { … }`.
    Block(Block),
}

/// A `match`.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// What is examined.
    pub scrutinee: Box<Expr>,
    /// The arms, top to bottom.
    pub arms: Vec<Arm>,
}

/// An arm of a `match`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// What it matches.
    pub pattern: Pattern,
    /// The condition after `when`.
    pub guard: Option<Expr>,
    /// What it yields; a block is [`ExprKind::Block`].
    pub body: Expr,
    /// From the pattern to the body.
    pub span: Span,
}

/// A pattern with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// What was written.
    pub kind: PatternKind,
    /// Its place.
    pub span: Span,
}

/// The forms of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum PatternKind {
    /// `_`.
    Wildcard,
    /// A name, which binds the value.
    Binding(Ident),
    /// `7`, `-7`.
    Int {
        /// Whether a minus stands before the number.
        negative: bool,
        /// The number.
        literal: IntLiteral,
    },
    /// `1.5`, `-1.5`.
    Float {
        /// Whether a minus stands before the number.
        negative: bool,
        /// The number.
        literal: FloatLiteral,
    },
    /// `true`, `false`.
    Bool(bool),
    /// `'a'`.
    Char(char),
    /// `"text"`.
    Str(String),
    /// `Shape::Rect(w, h)`.
    Variant(VariantPattern),
    /// A mistake that has been reported.
    Error,
}

/// A pattern for one variant of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantPattern {
    /// The enum.
    pub path: TypePath,
    /// The name after `::`.
    pub variant: Ident,
    /// The sub-patterns, if there are parentheses.
    pub args: Option<Vec<Pattern>>,
}

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`.
    Neg,
    /// `!`.
    Not,
}

impl UnaryOp {
    /// The operator in source text.
    pub fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Neg => "-",
            UnaryOp::Not => "!",
        }
    }
}

/// An infix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`, which evaluates its right side only after `false`.
    Or,
    /// `&&`, which evaluates its right side only after `true`.
    And,
    /// `==`.
    Eq,
    /// `!=`.
    Ne,
    /// `===`, the same object.
    Same,
    /// `!==`, different objects.
    NotSame,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `%`.
    Rem,
}

impl BinaryOp {
    /// The operator in source text.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Or => "||",
            BinaryOp::And => "&&",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Same => "===",
            BinaryOp::NotSame => "!==",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
        }
    }
}
