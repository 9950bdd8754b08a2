//! `match` and its patterns.

use super::{Context, Parsed, Parser};
use crate::ast::{Arm, Expr, ExprKind, Match, Pattern, PatternKind, VariantPattern};
use crate::token::TokenKind;
use crate::{Diagnostic, diagnostic};

impl Parser<'_> {
    /// `match e { pattern => value, … }`.
    pub(super) fn match_expr(&mut self) -> Parsed<Box<Expr>> {
        let start = self.start();
        self.bump();
        let scrutinee = self.expr_in(Context::HEAD)?;
        let arms = self.list(TokenKind::LBrace, Self::arm)?;
        Ok(self.expr_node(ExprKind::Match(Match { scrutinee, arms }), start))
    }

    fn arm(&mut self) -> Parsed<Arm> {
        let start = self.start();
        let pattern = self.pattern()?;
        let guard = self.optional_guard()?;
        self.expect(TokenKind::FatArrow, " after the pattern")?;
        let body = self.boxed_expr()?;
        let span = self.span_from(start);
        Ok(Arm { pattern, guard: guard.map(|it| *it), body: *body, span })
    }

    fn optional_guard(&mut self) -> Parsed<Option<Box<Expr>>> {
        if !self.eat(TokenKind::When) {
            return Ok(None);
        }
        self.expr_in(Context::GUARD).map(Some)
    }

    fn pattern(&mut self) -> Parsed<Pattern> {
        self.nested(Self::pattern_at_depth)
    }

    fn pattern_at_depth(&mut self) -> Parsed<Pattern> {
        let start = self.start();
        let kind = self.pattern_kind()?;
        Ok(Pattern { kind, span: self.span_from(start) })
    }

    fn pattern_kind(&mut self) -> Parsed<PatternKind> {
        match self.kind() {
            TokenKind::Underscore => Ok(self.pattern_token(PatternKind::Wildcard)),
            TokenKind::True => Ok(self.pattern_token(PatternKind::Bool(true))),
            TokenKind::False => Ok(self.pattern_token(PatternKind::Bool(false))),
            TokenKind::Char => Ok(PatternKind::Char(self.char_literal())),
            TokenKind::Str => Ok(PatternKind::Str(self.str_literal())),
            TokenKind::StrHead => {
                let message = "a string in a pattern cannot have holes";
                let report = Diagnostic::parse_error(self.here(), message);
                Err(self.report(report.help("compare with `==` in a guard after `when`")))
            }
            TokenKind::Minus | TokenKind::Int | TokenKind::Float => self.number_pattern(),
            TokenKind::Ident => self.name_pattern(),
            TokenKind::Primitive(_) => self.local_name("a pattern").map(PatternKind::Binding),
            _ => Err(self.expected("a pattern")),
        }
    }

    fn pattern_token(&mut self, kind: PatternKind) -> PatternKind {
        self.bump();
        kind
    }

    fn number_pattern(&mut self) -> Parsed<PatternKind> {
        let negative = self.eat(TokenKind::Minus);
        match self.kind() {
            TokenKind::Int => Ok(PatternKind::Int { negative, literal: self.int_literal() }),
            TokenKind::Float => Ok(PatternKind::Float { negative, literal: self.float_literal() }),
            _ => Err(self.expected("a number after `-`")),
        }
    }

    fn name_pattern(&mut self) -> Parsed<PatternKind> {
        match self.nth(1) {
            TokenKind::Dot | TokenKind::Lt | TokenKind::ColonColon => {
                self.variant_pattern().map(PatternKind::Variant)
            }
            TokenKind::LParen => self.unqualified_variant(),
            _ => self.local_name("a pattern").map(PatternKind::Binding),
        }
    }

    fn variant_pattern(&mut self) -> Parsed<VariantPattern> {
        let path = self.type_path()?;
        self.expect(TokenKind::ColonColon, " and a variant after the name of the enum")?;
        let variant = self.name("the name of a variant")?;
        let args = match self.kind() {
            TokenKind::LParen => Some(self.list(TokenKind::LParen, Self::pattern)?),
            _ => None,
        };
        Ok(VariantPattern { path, variant, args })
    }

    /// `Some(x)`, which lacks the name of its enum.
    fn unqualified_variant(&mut self) -> Parsed<PatternKind> {
        let name = self.name("the name of a variant")?;
        self.remark(diagnostic::unqualified_variant(name.span, &name.text));
        self.list(TokenKind::LParen, Self::pattern)?;
        Ok(PatternKind::Error)
    }
}
