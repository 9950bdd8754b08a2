//! Statements and blocks.

use super::{Expr, Ident, Type, Use};
use crate::Span;

/// `{ … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The statements, in order.
    pub stmts: Vec<Stmt>,
    /// With the braces.
    pub span: Span,
}

/// A statement with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// What was written.
    pub kind: StmtKind,
    /// With the semicolon.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `let x = e;`, `i64 x = e;` and their `mut` forms.
    Local(Local),
    /// `return;` or `return e;`.
    Return(Option<Expr>),
    /// `break;`.
    Break,
    /// `continue;`.
    Continue,
    /// `if c { … } else if d { … } else { … }`.
    If(If),
    /// `while c { … }`.
    While(While),
    /// `for x in e { … }`.
    For(For),
    /// `{ … }` as a statement of its own.
    Block(Block),
    /// `e;`, and `match` without a semicolon.
    Expr(Expr),
    /// `use a.b;` inside a block.
    Use(Use),
    /// A mistake that has been reported.
    Error,
}

/// The declaration of a local.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// The word `mut`, if it was written.
    pub mutable: Option<Span>,
    /// The type; absent after a plain `let`.
    pub ty: Option<Type>,
    /// The name, or `_` after `let`.
    pub name: Ident,
    /// The initialiser.
    pub value: Expr,
}

/// A chain of conditions. It is flat, so that a long chain does not make a high tree.
#[derive(Clone, Debug, PartialEq)]
pub struct If {
    /// `if` and every `else if`, in order; at least one.
    pub branches: Vec<IfBranch>,
    /// The block after the last `else`.
    pub otherwise: Option<Block>,
}

/// A condition and what it guards.
#[derive(Clone, Debug, PartialEq)]
pub struct IfBranch {
    /// The condition.
    pub condition: Expr,
    /// The block.
    pub body: Block,
    /// From the word `if` to the end of the block.
    pub span: Span,
}

/// A `while` loop.
#[derive(Clone, Debug, PartialEq)]
pub struct While {
    /// The condition.
    pub condition: Expr,
    /// The body.
    pub body: Block,
}

/// A `for` loop.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The loop variable, or `_`.
    pub name: Ident,
    /// What is walked.
    pub iterable: Expr,
    /// The body.
    pub body: Block,
}
