//! Declarations: functions, types, contracts, modules, tests, attributes.

use super::{Attribute, Block, Docs, Expr, Ident, Path, Type, TypeKind, TypePath};
use crate::Span;

/// A declaration at the top level of a file or of an inline module.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The documentation before it.
    pub docs: Option<Docs>,
    /// The attributes before it.
    pub attrs: Vec<Attribute>,
    /// The word `pub`, if it was written.
    pub visibility: Option<Span>,
    /// What is declared.
    pub kind: ItemKind,
    /// Without documentation, with attributes and `pub`.
    pub span: Span,
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `i64 add(i64 a, i64 b) { … }`.
    Function(Function),
    /// `type Point { … }`.
    Type(TypeDef),
    /// `enum Shape { … }`.
    Enum(EnumDef),
    /// `contract Service { … }`.
    Contract(ContractDef),
    /// `impl Point { … }`.
    Impl(ImplBlock),
    /// `test Name { … }`.
    Test(TestDef),
    /// `attribute Name(…) { … }`.
    Attribute(AttributeDef),
    /// `mod a.b;`.
    Module(Path),
    /// `mod name { … }`.
    InlineModule(InlineModule),
    /// `use a.b.C as D;`.
    Use(Use),
    /// A mistake that has been reported.
    Error,
}

/// A function or a method with its body.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Everything before the body.
    pub signature: Signature,
    /// The body.
    pub body: FunctionBody,
    /// From the result type to the end of the body.
    pub span: Span,
}

/// Result type, name and parameters of a function or contract method.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// The result type, written first.
    pub result: Type,
    /// The name.
    pub name: Ident,
    /// The type parameters; always empty in contracts.
    pub generics: Vec<Generic>,
    /// The parameters.
    pub params: Vec<Param>,
    /// From the result type to the closing parenthesis.
    pub span: Span,
}

/// The two forms of a function body.
#[derive(Clone, Debug, PartialEq)]
pub enum FunctionBody {
    /// `{ … }`.
    Block(Block),
    /// `=> e;`.
    Expr(Expr),
}

/// `ref` or `out` before a parameter or an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassMode {
    /// `ref`: a read-only alias.
    Ref,
    /// `out`: written by the callee.
    Out,
}

/// A parameter of a function, contract method or event.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The documentation before it.
    pub docs: Option<Docs>,
    /// The attributes before it.
    pub attrs: Vec<Attribute>,
    /// `ref` or `out`.
    pub mode: Option<PassMode>,
    /// The word `mut`, if it was written.
    pub mutable: Option<Span>,
    /// The type.
    pub ty: Type,
    /// The name, or `_`.
    pub name: Ident,
    /// Without documentation.
    pub span: Span,
}

impl Param {
    /// How it is passed, and the type of its value: `ref` may stand before `mut`, or after it and
    /// so in the type.
    pub fn passing(&self) -> (Option<PassMode>, &Type) {
        match (&self.mode, &self.ty.kind) {
            (None, TypeKind::Ref(inner)) => (Some(PassMode::Ref), inner),
            (mode, _) => (*mode, &self.ty),
        }
    }
}

/// A type parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Generic {
    /// Its name.
    pub name: Ident,
    /// The contracts after `:`.
    pub bounds: Vec<TypePath>,
    /// With the bounds.
    pub span: Span,
}

/// A record type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Its name.
    pub name: Ident,
    /// Its type parameters.
    pub generics: Vec<Generic>,
    /// The contracts that it promises to implement.
    pub contracts: Vec<TypePath>,
    /// Fields, events and methods, in order.
    pub members: Vec<Member>,
}

/// A member of a record type, or a method of an `impl` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The documentation before it.
    pub docs: Option<Docs>,
    /// The attributes before it.
    pub attrs: Vec<Attribute>,
    /// The word `pub`, if it was written.
    pub visibility: Option<Span>,
    /// What is declared.
    pub kind: MemberKind,
    /// Without documentation.
    pub span: Span,
}

/// The kinds of members.
#[derive(Clone, Debug, PartialEq)]
pub enum MemberKind {
    /// `i64 count`.
    Field(Field),
    /// `event{4} Clicked(string who)`.
    Event(Event),
    /// A function with an implicit `this`.
    Method(Function),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its type.
    pub ty: Type,
    /// Its name.
    pub name: Ident,
}

/// An event of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The literal between braces.
    pub capacity: Option<Expr>,
    /// Its name.
    pub name: Ident,
    /// What its handlers take.
    pub params: Vec<Param>,
}

/// An enum type.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumDef {
    /// Its name.
    pub name: Ident,
    /// Its type parameters.
    pub generics: Vec<Generic>,
    /// The contracts that it promises to implement.
    pub contracts: Vec<TypePath>,
    /// The variants; the position is the tag.
    pub variants: Vec<Variant>,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The documentation before it.
    pub docs: Option<Docs>,
    /// The attributes before it.
    pub attrs: Vec<Attribute>,
    /// Its name.
    pub name: Ident,
    /// Its payload; empty also when there are no parentheses.
    pub payload: Vec<Payload>,
    /// Without documentation.
    pub span: Span,
}

/// One payload field of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// Its type.
    pub ty: Type,
    /// Its name, which is documentation only.
    pub name: Option<Ident>,
    /// With the name.
    pub span: Span,
}

/// A contract.
#[derive(Clone, Debug, PartialEq)]
pub struct ContractDef {
    /// Its name.
    pub name: Ident,
    /// Its type parameters.
    pub generics: Vec<Generic>,
    /// Methods and embedded contracts, in order.
    pub items: Vec<ContractItem>,
}

/// A line of a contract.
#[derive(Clone, Debug, PartialEq)]
pub struct ContractItem {
    /// The documentation before it.
    pub docs: Option<Docs>,
    /// The attributes before it.
    pub attrs: Vec<Attribute>,
    /// Method or embedding.
    pub kind: ContractItemKind,
    /// Without documentation.
    pub span: Span,
}

/// The kinds of lines in a contract.
#[derive(Clone, Debug, PartialEq)]
pub enum ContractItemKind {
    /// `i32 run(i32 x);`.
    Method(Signature),
    /// `Service;`.
    Embed(TypePath),
}

/// Methods for a type.
#[derive(Clone, Debug, PartialEq)]
pub struct ImplBlock {
    /// The parameters after `impl`.
    pub generics: Vec<Generic>,
    /// The receiver's type.
    pub target: Type,
    /// The methods; every kind is [`MemberKind::Method`].
    pub methods: Vec<Member>,
}

/// A test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestDef {
    /// Its name.
    pub name: Ident,
    /// The `meta` and `skip` sections, in order.
    pub sections: Vec<TestSection>,
    /// The statements, without the sections.
    pub body: Block,
}

/// A `meta` or `skip` section.
#[derive(Clone, Debug, PartialEq)]
pub struct TestSection {
    /// Which of the two.
    pub kind: TestSectionKind,
    /// Its entries, in order.
    pub entries: Vec<TestEntry>,
    /// With the braces.
    pub span: Span,
}

/// The kinds of sections in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestSectionKind {
    /// `meta { … }`.
    Meta,
    /// `skip { … }`.
    Skip,
}

/// `key = value;` in a test section.
#[derive(Clone, Debug, PartialEq)]
pub struct TestEntry {
    /// The key.
    pub key: Ident,
    /// The value, any expression.
    pub value: Expr,
    /// With the semicolon.
    pub span: Span,
}

/// The declaration of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeDef {
    /// Its name.
    pub name: Ident,
    /// The target names between parentheses, if there are parentheses.
    pub targets: Option<Vec<Ident>>,
    /// Its parameters.
    pub params: Vec<AttributeParam>,
}

/// `name: type = default` in an attribute declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeParam {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
    /// The value after `=`.
    pub default: Option<Expr>,
    /// From the name to the default.
    pub span: Span,
}

/// `mod name { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct InlineModule {
    /// Its name.
    pub name: Ident,
    /// Its items.
    pub items: Vec<Item>,
}

/// `use path as alias;`, an item or a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// What is imported.
    pub path: Path,
    /// The name after `as`.
    pub alias: Option<Ident>,
}
