//! Primary expressions: literals, names, brackets, constructors.

use super::{Context, Cursor, Parsed, Parser};
use crate::ast::{
    EnumCtor, Expr, ExprKind, FieldInit, FloatLiteral, IntLiteral, StringPart, StructLiteral,
    TypePath,
};
use crate::token::TokenKind;
use crate::{Diagnostic, literal};

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Box<Expr>> {
        match self.kind() {
            TokenKind::Ident => self.named(),
            TokenKind::StrHead => self.interpolated(),
            TokenKind::LParen => self.parenthesised(),
            TokenKind::LBracket => self.array(),
            TokenKind::LBrace if self.context.braces => self.block_expr(),
            TokenKind::Match => self.match_expr(),
            TokenKind::Spawn => self.spawn(),
            _ => self.single_token(),
        }
    }

    /// An expression of one token.
    fn single_token(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let kind = match self.kind() {
            TokenKind::Int => ExprKind::Int(self.int_literal()),
            TokenKind::Float => ExprKind::Float(self.float_literal()),
            TokenKind::Char => ExprKind::Char(self.char_literal()),
            TokenKind::Str => ExprKind::Str(self.str_literal()),
            TokenKind::True => self.word(ExprKind::Bool(true)),
            TokenKind::False => self.word(ExprKind::Bool(false)),
            TokenKind::This => self.word(ExprKind::This),
            TokenKind::Primitive(it) => self.word(ExprKind::Primitive(it)),
            _ => return Err(self.expected("an expression")),
        };
        Ok(self.expr_node(kind, start))
    }

    /// Whether an expression begins at the current token.
    pub(super) fn starts_expression(&self) -> bool {
        use TokenKind::*;
        matches!(
            self.kind(),
            Int | Float | Char | Str | StrHead | True | False | This | Primitive(_) | Ident
        ) || matches!(
            self.kind(),
            LParen | LBracket | LBrace | Match | Spawn | Minus | Not | Underscore
        )
    }

    fn word(&mut self, kind: ExprKind) -> ExprKind {
        self.bump();
        kind
    }

    pub(super) fn int_literal(&mut self) -> IntLiteral {
        let token = self.bump();
        literal::int(self.literal(token), &mut self.diagnostics)
    }

    pub(super) fn float_literal(&mut self) -> FloatLiteral {
        let token = self.bump();
        literal::float(self.literal(token), &mut self.diagnostics)
    }

    pub(super) fn char_literal(&mut self) -> char {
        let token = self.bump();
        literal::character(self.literal(token), &mut self.diagnostics)
    }

    pub(super) fn str_literal(&mut self) -> String {
        self.string_text("\"", "\"")
    }

    /// Decodes the text of the current token between two delimiters.
    fn string_text(&mut self, before: &str, after: &str) -> String {
        let token = self.bump();
        literal::string(self.literal(token), before.len(), after.len(), &mut self.diagnostics)
    }

    fn interpolated(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let mut parts = Vec::new();
        let mut hole = self.at.index;
        push_text(&mut parts, self.string_text("\"", "${"));
        loop {
            parts.push(StringPart::Hole(*self.hole(hole)?));
            hole = self.at.index;
            if self.is_at(TokenKind::StrTail) {
                push_text(&mut parts, self.string_text("}", "\""));
                return Ok(self.expr_node(ExprKind::Interpolated(parts), start));
            }
            push_text(&mut parts, self.string_text("}", "${"));
        }
    }

    /// The value of the hole that token `opener` begins, up to the end of the hole.
    fn hole(&mut self, opener: usize) -> Parsed<Box<Expr>> {
        let outer = std::mem::replace(&mut self.context, Context::FREE);
        let start = self.start();
        let value = self.hole_value();
        self.context = outer;
        if let Err(reported) = value {
            let end = self.brackets.closer(opener).filter(|&end| end >= self.at.index);
            self.at = Cursor::at(end.ok_or(reported)?);
            return Ok(self.expr_node(ExprKind::Error, start));
        }
        value
    }

    fn hole_value(&mut self) -> Parsed<Box<Expr>> {
        if self.at_end_of_hole() {
            let report = Diagnostic::parse_error(self.here().at_start(), "this hole is empty");
            return Err(self.report(report.help("write `\\${` for the two characters `${`")));
        }
        let value = self.boxed_expr()?;
        match self.at_end_of_hole() {
            true => Ok(value),
            false => Err(self.expected(TokenKind::StrTail.expectation())),
        }
    }

    fn at_end_of_hole(&self) -> bool {
        matches!(self.kind(), TokenKind::StrMiddle | TokenKind::StrTail)
    }

    fn parenthesised(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        if self.nth(1) == TokenKind::RParen {
            self.bump();
            self.bump();
            return Ok(self.expr_node(ExprKind::Unit, start));
        }
        let content = self.enclosed(TokenKind::LParen, Self::boxed_expr)?;
        let kind = content.map_or(ExprKind::Error, ExprKind::Paren);
        Ok(self.expr_node(kind, start))
    }

    fn array(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let elements = self.list(TokenKind::LBracket, Self::expr)?;
        Ok(self.expr_node(ExprKind::Array(elements), start))
    }

    fn block_expr(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let block = self.block()?;
        Ok(self.expr_node(ExprKind::Block(block), start))
    }

    fn spawn(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        self.bump();
        let call = self.nested(Self::postfix)?;
        Ok(self.expr_node(ExprKind::Spawn(call), start))
    }

    /// An expression that begins with a name: a variant, a struct literal, or the name alone.
    fn named(&mut self) -> Parsed<Box<Expr>> {
        match self.kind_after_path() {
            (TokenKind::ColonColon, _) => self.enum_ctor(),
            (TokenKind::LBrace, brace) if self.opens_struct_literal(brace) => self.struct_literal(),
            (TokenKind::LBrace, brace) if self.opens_initialisers(brace) => self.bare_literal(),
            _ => self.plain_name(),
        }
    }

    /// A struct literal in the head of a statement, where it needs parentheses. No block begins with
    /// a name and a colon, so that it is read as what it was meant to be.
    fn bare_literal(&mut self) -> Parsed<Box<Expr>> {
        let literal = self.struct_literal()?;
        let found = "a record literal in the head of a statement needs parentheses";
        let report = Diagnostic::parse_error(literal.span, found);
        self.report(report.help("write `(Name { … })`"));
        Ok(literal)
    }

    fn plain_name(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let segment = self.expr_segment("a name")?;
        Ok(self.expr_node(ExprKind::Name(segment), start))
    }

    /// Whether the brace at `index`, which follows a path, begins initialisers.
    fn opens_struct_literal(&self, index: usize) -> bool {
        let is_empty = self.kind_at(Cursor::at(index + 1)) == TokenKind::RBrace;
        self.context.braces && (is_empty || self.opens_initialisers(index))
    }

    /// Whether a name and a colon follow the brace at `index`.
    fn opens_initialisers(&self, index: usize) -> bool {
        let after = |distance| self.kind_at(Cursor::at(index + distance));
        after(1) == TokenKind::Ident && after(2) == TokenKind::Colon
    }

    fn expr_path(&mut self) -> Parsed<TypePath> {
        let start = self.start();
        let mut segments = vec![self.expr_segment("a name")?];
        while self.eat(TokenKind::Dot) {
            segments.push(self.expr_segment("a name after `.`")?);
        }
        Ok(TypePath { segments, span: self.span_from(start) })
    }

    fn enum_ctor(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let path = self.expr_path()?;
        self.expect(TokenKind::ColonColon, "")?;
        let variant = self.name("the name of a variant after `::`")?;
        let args = match self.kind() {
            TokenKind::LParen => Some(self.list(TokenKind::LParen, Self::expr)?),
            _ => None,
        };
        Ok(self.expr_node(ExprKind::EnumCtor(EnumCtor { path, variant, args }), start))
    }

    fn struct_literal(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        let path = self.expr_path()?;
        let fields = self.list(TokenKind::LBrace, Self::field_init)?;
        Ok(self.expr_node(ExprKind::Struct(StructLiteral { path, fields }), start))
    }

    fn field_init(&mut self) -> Parsed<FieldInit> {
        let start = self.start();
        let name = self.name("the name of a field")?;
        self.expect(TokenKind::Colon, " after the name of the field")?;
        let value = self.expr()?;
        Ok(FieldInit { name, value, span: self.span_from(start) })
    }
}

fn push_text(parts: &mut Vec<StringPart>, text: String) {
    if !text.is_empty() {
        parts.push(StringPart::Text(text));
    }
}
