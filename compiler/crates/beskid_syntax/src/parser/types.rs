//! Types, their paths and argument lists.

use super::{Parsed, Parser};
use crate::ast::{PathSegment, Type, TypeKind, TypePath};
use crate::token::TokenKind;

impl Parser<'_> {
    /// A type with all suffixes that follow.
    pub(super) fn ty(&mut self) -> Parsed<Type> {
        self.nested(Self::type_at_depth)
    }

    fn type_at_depth(&mut self) -> Parsed<Type> {
        match self.kind() {
            TokenKind::Ref => self.ref_type(),
            TokenKind::LParen => self.arrow_type(),
            TokenKind::Primitive(_) | TokenKind::Ident => self.chain(Self::suffixed_type),
            _ => Err(self.expected("a type")),
        }
    }

    fn ref_type(&mut self) -> Parsed<Type> {
        let start = self.start();
        self.bump();
        let target = self.ty()?;
        Ok(Type { kind: TypeKind::Ref(Box::new(target)), span: self.span_from(start) })
    }

    /// `(A, B) => R`; the old arrow `->` is accepted too.
    fn arrow_type(&mut self) -> Parsed<Type> {
        let start = self.start();
        let params = self.list(TokenKind::LParen, Self::ty)?;
        if !self.eat(TokenKind::FatArrow) && !self.eat(TokenKind::ThinArrow) {
            return Err(self.expected("`=>` and the result of the function type"));
        }
        let result = Box::new(self.ty()?);
        Ok(Type { kind: TypeKind::Function { params, result }, span: self.span_from(start) })
    }

    fn suffixed_type(&mut self) -> Parsed<Type> {
        let start = self.start();
        let mut ty = self.plain_type()?;
        loop {
            let kind = match self.kind() {
                TokenKind::LBracket if self.nth(1) == TokenKind::RBracket => {
                    self.bump();
                    self.bump();
                    TypeKind::Array(Box::new(ty))
                }
                TokenKind::LParen if self.at_types_in_parentheses() => {
                    let params = self.list(TokenKind::LParen, Self::ty)?;
                    TypeKind::Function { params, result: Box::new(ty) }
                }
                _ => return Ok(ty),
            };
            self.link()?;
            ty = Type { kind, span: self.span_from(start) };
        }
    }

    fn plain_type(&mut self) -> Parsed<Type> {
        let start = self.start();
        let kind = match self.kind() {
            TokenKind::Primitive(primitive) => {
                self.bump();
                TypeKind::Primitive(primitive)
            }
            _ => TypeKind::Path(self.type_path()?),
        };
        Ok(Type { kind, span: self.span_from(start) })
    }

    /// `a.b.Name<T>`, where `<` always opens type arguments.
    pub(super) fn type_path(&mut self) -> Parsed<TypePath> {
        let start = self.start();
        let mut segments = vec![self.type_segment()?];
        while self.eat(TokenKind::Dot) {
            segments.push(self.type_segment()?);
        }
        Ok(TypePath { segments, span: self.span_from(start) })
    }

    fn type_segment(&mut self) -> Parsed<PathSegment> {
        let start = self.start();
        let name = self.name("the name of a type")?;
        let type_args = match self.kind() {
            TokenKind::Lt => Some(self.type_args()?),
            _ => None,
        };
        Ok(PathSegment { name, type_args, span: self.span_from(start) })
    }

    /// `<A, B>`.
    pub(super) fn type_args(&mut self) -> Parsed<Vec<Type>> {
        self.angle_list(Self::ty)
    }

    /// A comma list between `<` and `>`; it has at least one element.
    pub(super) fn angle_list<T>(&mut self, element: fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect(TokenKind::Lt, "")?;
        let mut elements = vec![element(self)?];
        loop {
            let separated = self.eat(TokenKind::Comma);
            if self.eat_closing_angle() {
                return Ok(elements);
            }
            if !separated {
                return Err(self.expected("`,` or `>`"));
            }
            elements.push(element(self)?);
        }
    }

    /// Consumes `>`, or the first half of `>=`.
    fn eat_closing_angle(&mut self) -> bool {
        if self.is_at(TokenKind::Ge) {
            self.at.split = true;
            return true;
        }
        self.eat(TokenKind::Gt)
    }
}
