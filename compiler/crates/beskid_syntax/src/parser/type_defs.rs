//! Types, enums and contracts, and their members.

use super::{Parsed, Parser};
use crate::ast::{
    ContractDef, ContractItem, ContractItemKind, EnumDef, Event, Expr, ExprKind, Field, Ident,
    Member, MemberKind, Payload, Type, TypeDef, TypeKind, TypePath, Variant,
};
use crate::token::TokenKind;
use crate::{Diagnostic, Span};

impl Parser<'_> {
    pub(super) fn type_def(&mut self) -> Parsed<TypeDef> {
        self.bump();
        let name = self.item_name("the name of a type")?;
        let generics = self.optional_generics()?;
        let contracts = self.promised_contracts()?;
        let members = self.members(Self::type_member)?;
        Ok(TypeDef { name, generics, contracts, members })
    }

    /// `: A, B` before the body of a type or enum.
    fn promised_contracts(&mut self) -> Parsed<Vec<TypePath>> {
        let mut contracts = Vec::new();
        if self.eat(TokenKind::Colon) {
            contracts.push(self.type_path()?);
            while self.eat(TokenKind::Comma) && !self.is_at(TokenKind::LBrace) {
                contracts.push(self.type_path()?);
            }
        }
        Ok(contracts)
    }

    fn type_member(&mut self) -> Parsed<Member> {
        let member = self.member(Self::type_member_kind)?;
        let _separated = self.eat(TokenKind::Comma) || self.eat(TokenKind::Semicolon);
        Ok(member)
    }

    pub(super) fn impl_method(&mut self) -> Parsed<Member> {
        self.member(Self::method)
    }

    /// What members have in common: documentation, attributes and visibility.
    fn member(&mut self, parse: fn(&mut Self) -> Parsed<MemberKind>) -> Parsed<Member> {
        let outer = self.item_column;
        self.item_column = self.column_if_first(self.at.index);
        let member = self.member_of_item(parse);
        self.item_column = outer;
        member
    }

    fn member_of_item(&mut self, parse: fn(&mut Self) -> Parsed<MemberKind>) -> Parsed<Member> {
        let docs = self.take_docs();
        let start = self.start();
        let attrs = self.attributes()?;
        let visibility = self.eat_span(TokenKind::Pub);
        let kind = parse(self)?;
        Ok(Member { docs, attrs, visibility, kind, span: self.span_from(start) })
    }

    fn type_member_kind(&mut self) -> Parsed<MemberKind> {
        if self.is_at(TokenKind::Event) {
            return self.event().map(MemberKind::Event);
        }
        let ty = self.result_type()?;
        let name = self.member_name("the name of a field or method")?;
        match self.kind() {
            TokenKind::LParen | TokenKind::Lt => {
                self.function_after_name(ty, name).map(MemberKind::Method)
            }
            _ => Ok(MemberKind::Field(Field { ty, name })),
        }
    }

    fn method(&mut self) -> Parsed<MemberKind> {
        let result = self.result_type()?;
        let name = self.member_name("the name of a method")?;
        self.function_after_name(result, name).map(MemberKind::Method)
    }

    /// `event{4} Name(string who)`.
    fn event(&mut self) -> Parsed<Event> {
        self.bump();
        let capacity = match self.kind() {
            TokenKind::LBrace => self.enclosed(TokenKind::LBrace, Self::event_capacity)?,
            _ => None,
        };
        let name = self.member_name("the name of an event")?;
        let params = self.params()?;
        Ok(Event { capacity, name, params })
    }

    fn event_capacity(&mut self) -> Parsed<Expr> {
        if !self.is_at(TokenKind::Int) {
            return Err(self.expected("a number, the capacity of the event"));
        }
        let start = self.start();
        let literal = self.int_literal();
        Ok(*self.expr_node(ExprKind::Int(literal), start))
    }

    pub(super) fn enum_def(&mut self) -> Parsed<EnumDef> {
        self.bump();
        let name = self.item_name("the name of an enum")?;
        let generics = self.optional_generics()?;
        let contracts = self.promised_contracts()?;
        let variants = self.members(Self::variant)?;
        Ok(EnumDef { name, generics, contracts, variants })
    }

    fn variant(&mut self) -> Parsed<Variant> {
        let docs = self.take_docs();
        let start = self.start();
        let attrs = self.attributes()?;
        let name = self.member_name("the name of a variant")?;
        let payload = match self.kind() {
            TokenKind::LParen => self.list(TokenKind::LParen, Self::payload)?,
            _ => Vec::new(),
        };
        let span = self.span_from(start);
        let _separated = self.eat(TokenKind::Comma) || self.eat(TokenKind::Semicolon);
        Ok(Variant { docs, attrs, name, payload, span })
    }

    fn payload(&mut self) -> Parsed<Payload> {
        let start = self.start();
        let ty = self.ty()?;
        let name = match self.kind() {
            TokenKind::Comma | TokenKind::RParen => None,
            _ => Some(self.local_name("the name of a value, `,` or `)`")?),
        };
        Ok(Payload { ty, name, span: self.span_from(start) })
    }

    pub(super) fn contract_def(&mut self) -> Parsed<ContractDef> {
        self.bump();
        let name = self.item_name("the name of a contract")?;
        let generics = self.optional_generics()?;
        let items = self.members(Self::contract_item)?;
        Ok(ContractDef { name, generics, items })
    }

    fn contract_item(&mut self) -> Parsed<ContractItem> {
        let docs = self.take_docs();
        let start = self.start();
        let attrs = self.attributes()?;
        let ty = match self.lacks_result_type(&[TokenKind::Semicolon]) {
            true => self.missing_result_type(),
            false => self.ty()?,
        };
        let kind = match ty.kind {
            TypeKind::Path(path) if !self.at_method_name() => self.embedded_contract(path),
            kind => self.contract_method(Type { kind, span: ty.span }),
        }?;
        Ok(ContractItem { docs, attrs, kind, span: self.span_from(start) })
    }

    /// Whether a name and parameters stand here. A name without parameters, or with type arguments
    /// on a line of its own, is the next contract to embed.
    fn at_method_name(&self) -> bool {
        match self.nth(1) {
            TokenKind::LParen => self.is_at(TokenKind::Ident),
            TokenKind::Lt => self.is_at(TokenKind::Ident) && !self.is_first_on_line(self.at.index),
            _ => false,
        }
    }

    fn embedded_contract(&mut self, path: TypePath) -> Parsed<ContractItemKind> {
        self.eat(TokenKind::Semicolon);
        Ok(ContractItemKind::Embed(path))
    }

    fn contract_method(&mut self, result: Type) -> Parsed<ContractItemKind> {
        let name = self.member_name("the name of a method")?;
        let signature = self.method_signature(result, name)?;
        if self.is_at(TokenKind::LBrace) || self.is_at(TokenKind::FatArrow) {
            let report = contract_method_with_body(self.here(), &signature.name);
            return Err(self.report(report));
        }
        self.semicolon("the method of the contract")?;
        Ok(ContractItemKind::Method(signature))
    }

    fn method_signature(&mut self, result: Type, name: Ident) -> Parsed<crate::ast::Signature> {
        if self.is_at(TokenKind::Lt) {
            let message = "a method of a contract cannot have type parameters";
            return Err(self.report(Diagnostic::parse_error(self.here(), message)));
        }
        self.signature_after_name(result, name)
    }
}

fn contract_method_with_body(place: Span, name: &Ident) -> Diagnostic {
    let message = format!("the contract method `{}` cannot have a body", name.text);
    Diagnostic::parse_error(place, message).help("write `;` instead and implement it in a type")
}
