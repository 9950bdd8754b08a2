//! Items: what may stand at the top level of a file or of an inline module.

use super::{Parsed, Parser, Reported};
use crate::Diagnostic;
use crate::ast::{Attribute, AttributeArg, ImplBlock, InlineModule, Item, ItemKind, Path, Use};
use crate::token::TokenKind;

impl Parser<'_> {
    /// The items up to `end`, which is left.
    pub(super) fn items(&mut self, end: TokenKind) -> Vec<Item> {
        let mut items = Vec::new();
        while !self.is_at(end) && !self.is_at(TokenKind::Eof) {
            let before = self.at;
            let start = self.start();
            match self.nested(Self::item) {
                Ok(item) => items.push(item),
                Err(_) => {
                    if self.at == before {
                        self.bump();
                    }
                    self.skip_item(end);
                    items.push(self.error_item(start));
                }
            }
        }
        items
    }

    fn error_item(&self, start: u32) -> Item {
        let span = self.span_from(start);
        Item { docs: None, attrs: Vec::new(), visibility: None, kind: ItemKind::Error, span }
    }

    fn item(&mut self) -> Parsed<Item> {
        let docs = self.take_docs();
        let start = self.start();
        self.item_column = self.column_if_first(self.at.index);
        let attrs = self.attributes()?;
        let visibility = self.eat_span(TokenKind::Pub);
        let kind = self.item_kind()?;
        Ok(Item { docs, attrs, visibility, kind, span: self.span_from(start) })
    }

    fn item_kind(&mut self) -> Parsed<ItemKind> {
        match self.kind() {
            TokenKind::Type => self.type_def().map(ItemKind::Type),
            TokenKind::Enum => self.enum_def().map(ItemKind::Enum),
            TokenKind::Contract => self.contract_def().map(ItemKind::Contract),
            TokenKind::Impl => self.impl_block().map(ItemKind::Impl),
            TokenKind::Test => self.test_def().map(ItemKind::Test),
            TokenKind::Attribute => self.attribute_def().map(ItemKind::Attribute),
            TokenKind::Mod => self.module(),
            TokenKind::Use => self.import().map(ItemKind::Use),
            TokenKind::Ident | TokenKind::Primitive(_) | TokenKind::LParen => {
                self.function().map(ItemKind::Function)
            }
            _ => Err(self.no_item()),
        }
    }

    fn no_item(&mut self) -> Reported {
        if !self.kind().starts_statement() && !self.is_at(TokenKind::Match) {
            return self.unexpected("a declaration, such as a function or a type");
        }
        let message = format!("expected a declaration, found {}", self.found());
        let report = Diagnostic::parse_error(self.here(), message);
        self.report(report.help("statements stand in the body of a function"))
    }

    /// `mod a.b;` or `mod name { … }`.
    fn module(&mut self) -> Parsed<ItemKind> {
        self.bump();
        if self.nth(1) == TokenKind::LBrace {
            return self.inline_module().map(ItemKind::InlineModule);
        }
        let path = self.module_path()?;
        self.semicolon("the path of the module")?;
        Ok(ItemKind::Module(path))
    }

    fn module_path(&mut self) -> Parsed<Path> {
        if self.nth(1) != TokenKind::Dot {
            let name = self.item_name("the name of a module")?;
            let span = name.span;
            return Ok(Path { segments: vec![name], span });
        }
        self.path("the path of a module")
    }

    fn inline_module(&mut self) -> Parsed<InlineModule> {
        let name = self.item_name("the name of a module")?;
        let open = self.open(TokenKind::LBrace)?;
        let items = self.items(TokenKind::RBrace);
        self.close(open)?;
        Ok(InlineModule { name, items })
    }

    /// `use a.b.C as D;`.
    pub(super) fn import(&mut self) -> Parsed<Use> {
        self.bump();
        let path = self.path("the path of an import")?;
        let alias = match self.is_at(TokenKind::Ident) && self.text(self.token()) == "as" {
            true => {
                self.bump();
                Some(self.item_name("a name after `as`")?)
            }
            false => None,
        };
        self.semicolon("the import")?;
        Ok(Use { path, alias })
    }

    fn impl_block(&mut self) -> Parsed<ImplBlock> {
        self.bump();
        let generics = self.optional_generics()?;
        let target = self.ty()?;
        let methods = self.members(Self::impl_method)?;
        Ok(ImplBlock { generics, target, methods })
    }

    /// Any number of `[Name(arg: value)]`. Those with mistakes are left out.
    pub(super) fn attributes(&mut self) -> Parsed<Vec<Attribute>> {
        let mut attributes = Vec::new();
        while self.is_at(TokenKind::LBracket) {
            let start = self.start();
            if let Some((name, args)) = self.enclosed(TokenKind::LBracket, Self::attribute)? {
                attributes.push(Attribute { name, args, span: self.span_from(start) });
            }
        }
        Ok(attributes)
    }

    fn attribute(&mut self) -> Parsed<(crate::ast::Ident, Vec<AttributeArg>)> {
        let name = self.name("the name of an attribute")?;
        let args = match self.kind() {
            TokenKind::LParen => self.list(TokenKind::LParen, Self::attribute_arg)?,
            _ => Vec::new(),
        };
        Ok((name, args))
    }

    fn attribute_arg(&mut self) -> Parsed<AttributeArg> {
        let start = self.start();
        let name = self.name("the name of an argument")?;
        self.expect(TokenKind::Colon, " after the name of the argument")?;
        let value = self.expr()?;
        Ok(AttributeArg { name, value, span: self.span_from(start) })
    }
}
