//! The syntax tree: what was written, with its place, before any name has a meaning.
//!
//! Nodes own their children and hold no ids into other phases. The tree keeps what matters for
//! meaning and messages (parentheses, modifiers, documentation) and drops comments and punctuation.
//! Its height is bounded by the parser, so recursive walks are safe.

mod expr;
mod item;
mod stmt;
mod types;

pub use expr::*;
pub use item::*;
pub use stmt::*;
pub use types::*;

use crate::{FileId, Span};

/// One source file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Which file this is.
    pub file: FileId,
    /// The items, in order. A `mod a.b;` that names the file's own module is an ordinary item here.
    pub items: Vec<Item>,
    /// How many [`ExprId`]s the file has: ids are `0..expr_count`, each used once.
    pub expr_count: u32,
    /// The whole text.
    pub span: Span,
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name. `_` where the language allows an unused binding.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Ident {
    /// Whether this is `_`, which binds nothing.
    pub fn is_unused(&self) -> bool {
        self.text == "_"
    }
}

/// A dotted path without type arguments, in `use`, `mod` and generic bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The names between the dots; at least one.
    pub segments: Vec<Ident>,
    /// From the first name to the last.
    pub span: Span,
}

impl Path {
    /// The last name.
    pub fn last(&self) -> &Ident {
        self.segments.last().expect("a path has at least one segment")
    }
}

/// Consecutive `///` lines before a declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Docs {
    /// The lines without slashes and without one space after them, joined by line feeds.
    pub text: String,
    /// All lines together.
    pub span: Span,
}

/// `[Name(arg: value, …)]` before a declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The name of the attribute.
    pub name: Ident,
    /// The arguments; empty also when there are no parentheses.
    pub args: Vec<AttributeArg>,
    /// With the brackets.
    pub span: Span,
}

/// `name: value` in an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeArg {
    /// The parameter that gets the value.
    pub name: Ident,
    /// Any expression; that it is constant is checked later.
    pub value: Expr,
    /// From the name to the value.
    pub span: Span,
}
