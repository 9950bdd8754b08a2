//! Items: functions, modules, imports, tests, and what all declarations have in common.

use beskid_syntax::ast::{
    Attribute, AttributeArg, AttributeDef, AttributeParam, File, Function, FunctionBody, ImplBlock,
    InlineModule, Item, ItemKind, Param, Signature, Stmt, TestDef, TestEntry, TestSection,
};

use crate::lists::{BRACES, Ending, PARENS};
use crate::pieces::GroupKind;
use crate::writer::Writer;

impl Writer<'_> {
    pub(crate) fn file(&mut self, file: &File) {
        self.leading_lines();
        for (index, item) in file.items.iter().enumerate() {
            if index > 0 {
                self.separator();
            }
            let ending = self.item(item);
            self.end_of_member(ending, false);
        }
        self.closing_lines(true);
    }

    fn item(&mut self, item: &Item) -> Ending {
        self.attributes(&item.attrs);
        self.public();
        match &item.kind {
            ItemKind::Function(it) => return self.function(it),
            ItemKind::Type(it) => self.type_def(it),
            ItemKind::Enum(it) => self.enum_def(it),
            ItemKind::Contract(it) => self.contract_def(it),
            ItemKind::Impl(it) => self.impl_block(it),
            ItemKind::Test(it) => self.test_def(it),
            ItemKind::Attribute(it) => self.attribute_def(it),
            ItemKind::Module(path) => {
                self.expect("mod");
                self.space();
                self.path(path);
                return Ending::Semicolon;
            }
            ItemKind::InlineModule(it) => self.inline_module(it),
            ItemKind::Use(it) => {
                self.import(it);
                return Ending::Semicolon;
            }
            ItemKind::Error => self.no_syntax("an item"),
        }
        Ending::None
    }

    pub(crate) fn public(&mut self) {
        if self.optional("pub") {
            self.space();
        }
    }

    /// Attributes, each on a line of its own.
    pub(crate) fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            self.attribute(attribute);
            self.hard_line();
            self.leading_lines();
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        self.expect("[");
        self.token();
        if self.is_at("(") {
            self.list(PARENS, &attribute.args, Self::attribute_arg);
        }
        self.expect("]");
    }

    fn attribute_arg(&mut self, arg: &AttributeArg) {
        self.token();
        self.expect(":");
        self.value(&arg.value);
    }

    pub(crate) fn function(&mut self, function: &Function) -> Ending {
        self.signature(&function.signature);
        self.space();
        match &function.body {
            FunctionBody::Block(block) => {
                self.block(block, &[]);
                Ending::None
            }
            FunctionBody::Expr(value) => {
                self.expect("=>");
                self.value(value);
                Ending::Semicolon
            }
        }
    }

    pub(crate) fn signature(&mut self, signature: &Signature) {
        self.ty(&signature.result);
        self.space();
        self.token();
        self.generics(&signature.generics);
        self.params(&signature.params);
    }

    pub(crate) fn params(&mut self, params: &[Param]) {
        self.list(PARENS, params, Self::param);
    }

    fn param(&mut self, param: &Param) {
        for attribute in &param.attrs {
            self.attribute(attribute);
            self.space();
        }
        for has_word in [param.mode.is_some(), param.mutable.is_some()] {
            if has_word {
                self.token();
                self.space();
            }
        }
        self.ty(&param.ty);
        self.space();
        self.token();
    }

    fn impl_block(&mut self, it: &ImplBlock) {
        self.expect("impl");
        self.generics(&it.generics);
        self.space();
        self.ty(&it.target);
        self.space();
        self.group(|writer| writer.body(&it.methods, false, &[], Self::member));
    }

    fn inline_module(&mut self, it: &InlineModule) {
        self.expect("mod");
        self.space();
        self.token();
        self.space();
        self.group(|writer| writer.body(&it.items, false, &[], Self::item));
    }

    fn test_def(&mut self, it: &TestDef) {
        self.expect("test");
        self.space();
        self.token();
        self.space();
        let parts = parts_of(it);
        self.group(|writer| {
            writer.body(&parts, false, &[], |writer, part| match part {
                TestPart::Section(section) => writer.test_section(section),
                TestPart::Stmt(statement) => writer.statement(statement),
            });
        });
    }

    fn test_section(&mut self, section: &TestSection) -> Ending {
        self.token();
        self.space();
        self.group(|it| it.body(&section.entries, true, &[], Self::test_entry));
        Ending::None
    }

    fn test_entry(&mut self, entry: &TestEntry) -> Ending {
        self.token();
        self.space();
        self.expect("=");
        self.value(&entry.value);
        Ending::Semicolon
    }

    fn attribute_def(&mut self, it: &AttributeDef) {
        self.expect("attribute");
        self.space();
        self.token();
        if let Some(targets) = &it.targets {
            self.list(PARENS, targets, |writer, _| writer.token());
        }
        self.space();
        self.open(GroupKind::Plain);
        self.list_content(BRACES, &it.params, &[], Self::attribute_param);
        self.close();
    }

    fn attribute_param(&mut self, param: &AttributeParam) {
        self.token();
        self.expect(":");
        self.space();
        self.ty(&param.ty);
        if let Some(default) = &param.default {
            self.space();
            self.expect("=");
            self.value(default);
        }
    }
}

/// What stands in the body of a test.
enum TestPart<'a> {
    Section(&'a TestSection),
    Stmt(&'a Stmt),
}

impl TestPart<'_> {
    fn start(&self) -> u32 {
        match self {
            TestPart::Section(section) => section.span.start,
            TestPart::Stmt(statement) => statement.span.start,
        }
    }
}

/// Sections and statements in the order in which they were written.
fn parts_of(test: &TestDef) -> Vec<TestPart<'_>> {
    let sections = test.sections.iter().map(TestPart::Section);
    let mut parts: Vec<_> = sections.chain(test.body.stmts.iter().map(TestPart::Stmt)).collect();
    parts.sort_by_key(TestPart::start);
    parts
}
