//! Test items and the declarations of attributes.

use super::{Parsed, Parser};
use crate::ast::{
    AttributeDef, AttributeParam, Block, Ident, Stmt, StmtKind, TestDef, TestEntry, TestSection,
    TestSectionKind,
};
use crate::token::TokenKind;

/// What may stand in the body of a test.
enum TestPart {
    Section(TestSection),
    Stmt(Box<Stmt>),
}

impl Parser<'_> {
    pub(super) fn test_def(&mut self) -> Parsed<TestDef> {
        self.bump();
        let name = self.item_name("the name of a test")?;
        let start = self.start();
        self.inside_test = true;
        let parts = self.statements(Self::test_part, error_part);
        self.inside_test = false;
        let (sections, stmts) = separate(parts?);
        Ok(TestDef { name, sections, body: Block { stmts, span: self.span_from(start) } })
    }

    fn test_part(&mut self) -> Parsed<TestPart> {
        match self.kind() {
            TokenKind::Meta => self.test_section(TestSectionKind::Meta),
            TokenKind::Skip => self.test_section(TestSectionKind::Skip),
            _ => self.statement().map(|it| TestPart::Stmt(Box::new(it))),
        }
    }

    fn test_section(&mut self, kind: TestSectionKind) -> Parsed<TestPart> {
        let start = self.start();
        self.bump();
        let entries = self.members(Self::test_entry)?;
        Ok(TestPart::Section(TestSection { kind, entries, span: self.span_from(start) }))
    }

    fn test_entry(&mut self) -> Parsed<TestEntry> {
        let start = self.start();
        let key = self.name("a key such as `tags`")?;
        self.expect(TokenKind::Assign, " after the key")?;
        let value = self.expr()?;
        self.semicolon("the value")?;
        Ok(TestEntry { key, value, span: self.span_from(start) })
    }

    pub(super) fn attribute_def(&mut self) -> Parsed<AttributeDef> {
        self.bump();
        let name = self.item_name("the name of an attribute")?;
        let targets = match self.kind() {
            TokenKind::LParen => Some(self.list(TokenKind::LParen, Self::attribute_target)?),
            _ => None,
        };
        let params = self.list(TokenKind::LBrace, Self::attribute_param)?;
        Ok(AttributeDef { name, targets, params })
    }

    fn attribute_target(&mut self) -> Parsed<Ident> {
        self.name("a target such as `TypeDeclaration`")
    }

    fn attribute_param(&mut self) -> Parsed<AttributeParam> {
        let start = self.start();
        let name = self.local_name("the name of a parameter")?;
        self.expect(TokenKind::Colon, " after the name of the parameter")?;
        let ty = self.ty()?;
        let default = match self.eat(TokenKind::Assign) {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(AttributeParam { name, ty, default, span: self.span_from(start) })
    }
}

fn error_part(span: crate::Span) -> TestPart {
    TestPart::Stmt(Box::new(Stmt { kind: StmtKind::Error, span }))
}

fn separate(parts: Vec<TestPart>) -> (Vec<TestSection>, Vec<Stmt>) {
    let (mut sections, mut stmts) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            TestPart::Section(section) => sections.push(section),
            TestPart::Stmt(stmt) => stmts.push(*stmt),
        }
    }
    (sections, stmts)
}
