//! Functions, their parameters and type parameters.

use super::{Parsed, Parser};
use crate::Diagnostic;
use crate::ast::{
    Function, FunctionBody, Generic, Ident, Param, PassMode, Signature, Type, TypeKind,
};
use crate::token::TokenKind;

impl Parser<'_> {
    /// A function at the top level.
    pub(super) fn function(&mut self) -> Parsed<Function> {
        let result = self.result_type()?;
        let name = self.item_name("the name of a function")?;
        if self.is_at(TokenKind::Assign) {
            let found = "there are no variables outside of functions";
            let help = format!("a function can give a constant: `i64 {}() => 1;`", name.text);
            let report = Diagnostic::parse_error(name.span, found).help(help);
            return Err(self.report(report));
        }
        self.function_after_name(result, name)
    }

    /// The type before the name of a function; reports one that has been left out.
    pub(super) fn result_type(&mut self) -> Parsed<Type> {
        if !self.lacks_result_type(&[TokenKind::LBrace, TokenKind::FatArrow]) {
            return self.ty();
        }
        Ok(self.missing_result_type())
    }

    /// Reports that the function whose name stands here has no result type.
    pub(super) fn missing_result_type(&mut self) -> Type {
        let name = self.text(self.token());
        let message = format!("the function `{name}` has no result type");
        let report = Diagnostic::parse_error(self.here(), message);
        self.remark(report.help(format!("write `unit {name}(…)` if it returns nothing")));
        Type { kind: TypeKind::Error, span: self.here().at_start() }
    }

    /// Whether a name, a parameter list and one of `ends` follow each other.
    pub(super) fn lacks_result_type(&self, ends: &[TokenKind]) -> bool {
        if self.kind() != TokenKind::Ident || self.nth(1) != TokenKind::LParen {
            return false;
        }
        let closer = self.brackets.closer(self.at.index + 1);
        closer.is_some_and(|closer| ends.contains(&self.tokens[closer + 1].kind))
    }

    /// Type parameters, parameters and body.
    pub(super) fn function_after_name(&mut self, result: Type, name: Ident) -> Parsed<Function> {
        let start = result.span.start;
        let signature = self.signature_after_name(result, name)?;
        let body = self.function_body()?;
        Ok(Function { signature, body, span: self.span_from(start) })
    }

    /// Type parameters and parameters.
    pub(super) fn signature_after_name(&mut self, result: Type, name: Ident) -> Parsed<Signature> {
        let start = result.span.start;
        let generics = self.optional_generics()?;
        let params = self.params()?;
        Ok(Signature { result, name, generics, params, span: self.span_from(start) })
    }

    fn function_body(&mut self) -> Parsed<FunctionBody> {
        match self.kind() {
            TokenKind::LBrace => self.block().map(FunctionBody::Block),
            TokenKind::FatArrow => {
                self.bump();
                let value = self.expr()?;
                self.semicolon("the result of the function")?;
                Ok(FunctionBody::Expr(value))
            }
            _ if self.brackets.lacks_opening_brace_after(self.at.index) => {
                self.block().map(FunctionBody::Block)
            }
            _ => Err(self.expected("`{` and the body of the function")),
        }
    }

    /// `<T, U: A + B>`, if it stands here.
    pub(super) fn optional_generics(&mut self) -> Parsed<Vec<Generic>> {
        match self.kind() {
            TokenKind::Lt => self.angle_list(Self::generic),
            _ => Ok(Vec::new()),
        }
    }

    fn generic(&mut self) -> Parsed<Generic> {
        let start = self.start();
        let name = self.local_name("the name of a type parameter")?;
        let mut bounds = Vec::new();
        if self.eat(TokenKind::Colon) {
            bounds.push(self.type_path()?);
            while self.eat(TokenKind::Plus) {
                bounds.push(self.type_path()?);
            }
        }
        Ok(Generic { name, bounds, span: self.span_from(start) })
    }

    /// `(i64 a, ref u8 b)`.
    pub(super) fn params(&mut self) -> Parsed<Vec<Param>> {
        self.list(TokenKind::LParen, Self::param)
    }

    fn param(&mut self) -> Parsed<Param> {
        let docs = self.take_docs();
        let start = self.start();
        let attrs = self.attributes()?;
        let mode = self.pass_mode();
        let mutable = self.eat_span(TokenKind::Mut);
        let ty = self.ty()?;
        let name = self.local_name_or_unused("the name of a parameter")?;
        Ok(Param { docs, attrs, mode, mutable, ty, name, span: self.span_from(start) })
    }

    /// `ref` or `out`, if it stands here.
    pub(super) fn pass_mode(&mut self) -> Option<PassMode> {
        let mode = match self.kind() {
            TokenKind::Ref => PassMode::Ref,
            TokenKind::Out => PassMode::Out,
            _ => return None,
        };
        self.bump();
        Some(mode)
    }
}
