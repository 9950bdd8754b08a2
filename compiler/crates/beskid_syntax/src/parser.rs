//! Tokens to syntax tree: a recursive-descent parser that survives every text.
//!
//! Parse functions return [`Parsed`]. An `Err` says that a mistake has been reported and that the
//! caller should give up its construct; lists, bodies and statements catch it, skip to a place from
//! which parsing can go on, and continue. So one mistake gives one message.
//!
//! Three invariants keep hostile text harmless. The tokens only move forward; what needs a look
//! ahead uses `scan.rs`, whose results are remembered. The height of the tree, and with it the depth
//! of every recursion, is bounded by [`MAX_HEIGHT`]. Every loop consumes a token or ends.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a parse function names the tokens it understands; all others are a mistake there"
)]

mod advice;
mod bodies;
mod docs;
mod errors;
mod expr;
mod functions;
mod height;
mod items;
mod lists;
mod names;
mod patterns;
mod postfix;
mod primary;
mod recovery;
mod scan;
mod stmt;
mod tests_and_attributes;
mod type_defs;
mod types;

pub use height::MAX_HEIGHT;

use std::collections::HashMap;

use crate::ast::{Expr, ExprId, ExprKind, File};
use crate::brackets::Brackets;
use crate::lexer::{self, Lexed};
use crate::literal;
use crate::token::{Token, TokenKind};
use crate::{Diagnostic, FileId, Span, diagnostic};

/// Parses the text of one file. The tree is complete if there are no errors among the diagnostics;
/// otherwise error nodes stand for what could not be understood.
pub fn parse(source: &str, file: FileId) -> (File, Vec<Diagnostic>) {
    if u32::try_from(source.len()).is_err() {
        return (empty_file(file), vec![too_large(source, file)]);
    }
    let mut parser = Parser::new(source, file);
    let tree = parser.file();
    parser.report_stray_docs();
    let mut diagnostics = parser.diagnostics;
    diagnostic::sort(&mut diagnostics);
    (tree, diagnostics)
}

fn empty_file(file: FileId) -> File {
    File { file, items: Vec::new(), expr_count: 0, span: Span::new(file, 0, 0) }
}

fn too_large(source: &str, file: FileId) -> Diagnostic {
    let message = format!("the file has {} bytes; at most {} are possible", source.len(), u32::MAX);
    Diagnostic::parse_error(Span::new(file, 0, 0), message)
}

/// The result of parsing a construct.
type Parsed<T> = Result<T, Reported>;

/// Proof that a mistake has been reported, or that it follows from one that has been.
#[derive(Clone, Copy, Debug)]
struct Reported;

struct Parser<'a> {
    source: &'a str,
    file: FileId,
    tokens: Vec<Token>,
    brackets: Brackets,
    docs: docs::DocLines,
    /// The current token.
    at: Cursor,
    context: Context,
    depth: u32,
    tallest: u32,
    /// Results of looking for lists of types, by the index of the opening bracket.
    scanned: HashMap<usize, Option<Cursor>>,
    expr_count: u32,
    /// The column of the current item, if it is the first thing on its line.
    item_column: Option<usize>,
    inside_test: bool,
    diagnostics: Vec<Diagnostic>,
    /// The token at which a mistake was last reported: there is no second one at the same place.
    last_report: Option<usize>,
    reported_height: bool,
    unclosed_from: Option<u32>,
}

/// A position among the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    index: usize,
    /// Whether the `>` of a `>=` has been consumed, so that the token stands for `=`.
    split: bool,
}

impl Cursor {
    fn at(index: usize) -> Self {
        Self { index, split: false }
    }
}

/// What the surroundings forbid an expression to be.
#[derive(Clone, Copy)]
struct Context {
    /// Whether `Name {` begins a struct literal, and `{` a block. Not so in the head of a statement.
    braces: bool,
    /// Whether `x =>` begins a lambda. Not so in a guard, where the arrow ends the guard.
    lambdas: bool,
}

impl Context {
    const FREE: Context = Context { braces: true, lambdas: true };
    const HEAD: Context = Context { braces: false, lambdas: true };
    const GUARD: Context = Context { braces: true, lambdas: false };
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, file: FileId) -> Self {
        let Lexed { tokens, docs, diagnostics, unclosed_from } = lexer::lex(source, file);
        Self {
            source,
            file,
            brackets: Brackets::pair(&tokens),
            tokens,
            docs: docs::DocLines::new(docs),
            at: Cursor::at(0),
            context: Context::FREE,
            depth: 0,
            tallest: 0,
            scanned: HashMap::new(),
            expr_count: 0,
            item_column: None,
            inside_test: false,
            diagnostics,
            last_report: None,
            reported_height: false,
            unclosed_from,
        }
    }

    fn file(&mut self) -> File {
        let items = self.items(TokenKind::Eof);
        let span = Span::new(self.file, 0, self.source.len() as u32);
        File { file: self.file, items, expr_count: self.expr_count, span }
    }

    /// The kind of the current token.
    fn kind(&self) -> TokenKind {
        self.kind_at(self.at)
    }

    /// The kind of the token `distance` places further.
    fn nth(&self, distance: usize) -> TokenKind {
        let index = (self.at.index + distance).min(self.tokens.len() - 1);
        self.tokens[index].kind
    }

    fn kind_at(&self, cursor: Cursor) -> TokenKind {
        match self.tokens.get(cursor.index) {
            Some(_) if cursor.split => TokenKind::Assign,
            Some(token) => token.kind,
            None => TokenKind::Eof,
        }
    }

    fn is_at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// The current token; the second half of a token that has been split.
    fn token(&self) -> Token {
        let Token { kind, start, end } = self.tokens[self.at.index];
        if self.at.split {
            return Token { kind: TokenKind::Assign, start: start + 1, end };
        }
        Token { kind, start, end }
    }

    /// The offset at which the current token begins.
    fn start(&self) -> u32 {
        self.token().start
    }

    fn previous(&self) -> Option<Token> {
        self.at.index.checked_sub(1).map(|index| self.tokens[index])
    }

    fn text(&self, token: Token) -> &'a str {
        &self.source[token.start as usize..token.end as usize]
    }

    /// The place of the current token.
    fn here(&self) -> Span {
        self.token().span(self.file)
    }

    /// The place from `start` to the end of the last consumed token.
    fn span_from(&self, start: u32) -> Span {
        let consumed = self.tokens[self.at.index].start + 1;
        let end = if self.at.split { consumed } else { self.previous().map_or(0, |it| it.end) };
        Span::new(self.file, start, end.max(start))
    }

    /// Consumes the current token, unless it is the end of the file.
    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::Eof {
            self.at = Cursor::at(self.at.index + 1);
        }
        token
    }

    /// Consumes the current token if it is a `kind`.
    fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.is_at(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Consumes the current token if it is a `kind`, and gives its place.
    fn eat_span(&mut self, kind: TokenKind) -> Option<Span> {
        let span = self.here();
        self.eat(kind).then_some(span)
    }

    /// Consumes a `kind`; `role` continues the message, as in "expected `=` before the value".
    fn expect(&mut self, kind: TokenKind, role: &str) -> Parsed<Token> {
        if self.is_at(kind) {
            return Ok(self.bump());
        }
        Err(self.expected(format_args!("{}{role}", kind.expectation())))
    }

    /// Makes an expression with a fresh id, from `start` to the last consumed token. Expressions are
    /// boxed while they are built, which keeps the frames of the recursion small.
    fn expr_node(&mut self, kind: ExprKind, start: u32) -> Box<Expr> {
        let id = ExprId(self.expr_count);
        self.expr_count += 1;
        Box::new(Expr { id, kind, span: self.span_from(start) })
    }

    /// The source of a literal token, for its decoder.
    fn literal(&self, token: Token) -> literal::Source<'a> {
        literal::Source { text: self.text(token), file: self.file, offset: token.start }
    }
}
