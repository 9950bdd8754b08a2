//! Beskid source text to syntax tree, and the table of diagnostics.
//!
//! [`parse`] turns the text of one file into an [`ast::File`] and never fails: every mistake becomes
//! a [`Diagnostic`] and, where nothing sensible can stand in the tree, an error node. The crate does
//! no IO and resolves no names; which file a text came from is known only through its [`FileId`].

mod brackets;
mod lexer;
mod literal;
mod parser;
mod primitive;
mod render;
mod source_text;
mod span;
mod token;
mod vocabulary;

#[cfg(test)]
mod dump;
#[cfg(test)]
mod tests;

pub mod ast;
pub mod diagnostic;

pub use diagnostic::{Code, Diagnostic, Label, Severity, ToolCode};
pub use lexer::token_spans;
pub use parser::{MAX_HEIGHT, parse};
pub use primitive::Primitive;
pub use render::{RenderStyle, render, render_line};
pub use source_text::{InvalidUtf8, decode};
pub use span::{FileId, Location, SourceMap, Span};
pub use vocabulary::vocabulary;
