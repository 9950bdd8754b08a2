//! Records, enums and contracts, and their members.

use beskid_syntax::ast::{
    ContractDef, ContractItem, ContractItemKind, EnumDef, Event, Member, MemberKind, Payload,
    TypeDef, TypePath, Variant,
};

use crate::lists::{Ending, PARENS};
use crate::writer::Writer;

impl Writer<'_> {
    pub(crate) fn type_def(&mut self, it: &TypeDef) {
        self.expect("type");
        self.space();
        self.token();
        self.generics(&it.generics);
        self.promised_contracts(&it.contracts);
        self.space();
        let is_plain = |it: &Member| !matches!(it.kind, MemberKind::Method(_));
        let fits_line = it.members.iter().all(is_plain);
        self.group(|writer| writer.body(&it.members, fits_line, &[], Self::member));
    }

    /// `: A, B` before a body.
    fn promised_contracts(&mut self, contracts: &[TypePath]) {
        for (index, contract) in contracts.iter().enumerate() {
            if index == 0 {
                self.space();
                self.expect(":");
            } else {
                self.expect(",");
            }
            self.space();
            self.type_path(contract);
        }
        if self.is_at(",") {
            self.skip();
        }
    }

    pub(crate) fn member(&mut self, member: &Member) -> Ending {
        self.attributes(&member.attrs);
        self.public();
        match &member.kind {
            MemberKind::Field(field) => {
                self.ty(&field.ty);
                self.space();
                self.token();
                Ending::Comma
            }
            MemberKind::Event(event) => {
                self.event(event);
                Ending::Comma
            }
            MemberKind::Method(function) => self.function(function),
        }
    }

    /// `event{4} Name(string who)`.
    fn event(&mut self, event: &Event) {
        self.expect("event");
        if let Some(capacity) = &event.capacity {
            self.expect("{");
            self.expr(capacity);
            self.expect("}");
        }
        self.space();
        self.token();
        self.params(&event.params);
    }

    pub(crate) fn enum_def(&mut self, it: &EnumDef) {
        self.expect("enum");
        self.space();
        self.token();
        self.generics(&it.generics);
        self.promised_contracts(&it.contracts);
        self.space();
        self.group(|writer| writer.body(&it.variants, true, &[], Self::variant));
    }

    fn variant(&mut self, variant: &Variant) -> Ending {
        self.attributes(&variant.attrs);
        self.token();
        if self.is_at("(") {
            self.list(PARENS, &variant.payload, Self::payload);
        }
        Ending::Comma
    }

    fn payload(&mut self, payload: &Payload) {
        self.ty(&payload.ty);
        if payload.name.is_some() {
            self.space();
            self.token();
        }
    }

    pub(crate) fn contract_def(&mut self, it: &ContractDef) {
        self.expect("contract");
        self.space();
        self.token();
        self.generics(&it.generics);
        self.space();
        self.group(|writer| writer.body(&it.items, true, &[], Self::contract_item));
    }

    fn contract_item(&mut self, item: &ContractItem) -> Ending {
        self.attributes(&item.attrs);
        match &item.kind {
            ContractItemKind::Method(signature) => self.signature(signature),
            ContractItemKind::Embed(path) => self.type_path(path),
        }
        Ending::Semicolon
    }
}
