//! Collects what every module declares, by name and by kind.
//!
//! Nothing is resolved here. Constructs that are not supported yet are reported once, at their
//! declaration.

use std::cell::Cell;
use std::collections::HashMap;

use beskid_syntax::{Diagnostic, Span, ast, diagnostic};

use crate::modules::{ModuleTree, Origin};
use crate::typed::ModuleId;

/// A function, method or test body, in [`Items::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FunctionRef(pub(crate) u32);

/// An `[Extern]` contract, in [`Items::externs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ExternRef(pub(crate) u32);

/// An import, in [`Items::imports`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ImportRef(pub(crate) u32);

/// A declared record, in [`Items::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordRef(pub(crate) u32);

/// A declared enum, in [`Items::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EnumRef(pub(crate) u32);

/// A declared contract, in [`Items::contracts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ContractRef(pub(crate) u32);

/// A declared type. With arguments for its type parameters it becomes a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Nominal {
    /// A record.
    Record(RecordRef),
    /// An enum.
    Enum(EnumRef),
    /// A contract.
    Contract(ContractRef),
}

/// What a name means in the namespace of types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeDef {
    /// A record, an enum or a contract.
    Nominal(Nominal),
    /// A contract of foreign functions: no type, but a name before a dot.
    Extern(ExternRef),
}

/// What a name means in the namespace of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueDef {
    /// A function.
    Function(FunctionRef),
}

/// A declared name, with what decides about its use.
pub(crate) struct Named<T> {
    /// What it means.
    pub(crate) def: T,
    /// Where it is declared.
    pub(crate) span: Span,
    /// Whether it is `pub`.
    pub(crate) public: bool,
    /// Whether something refers to it.
    pub(crate) used: Cell<bool>,
}

/// The names of one module.
#[derive(Default)]
pub(crate) struct ModuleNames<'a> {
    pub(crate) types: HashMap<&'a str, Named<TypeDef>>,
    pub(crate) values: HashMap<&'a str, Named<ValueDef>>,
    pub(crate) imports: HashMap<&'a str, ImportRef>,
    tests: HashMap<&'a str, Span>,
}

/// Where the statements of a function stand.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// A function or method.
    Function(&'a ast::Function),
    /// A test.
    Test(&'a ast::TestDef),
}

/// What a method belongs to.
#[derive(Clone, Copy)]
pub(crate) enum Receiver<'a> {
    /// The record whose body contains it.
    Body(RecordRef),
    /// The `impl` block, whose type is not resolved yet.
    Impl(&'a ast::ImplBlock),
}

/// A function, a method or a test.
pub(crate) struct FunctionItem<'a> {
    pub(crate) module: ModuleId,
    pub(crate) source: Source<'a>,
    pub(crate) receiver: Option<Receiver<'a>>,
    pub(crate) docs: Option<&'a ast::Docs>,
    pub(crate) public: bool,
}

impl<'a> FunctionItem<'a> {
    /// The declared name.
    pub(crate) fn name(&self) -> &'a ast::Ident {
        match self.source {
            Source::Function(function) => &function.signature.name,
            Source::Test(test) => &test.name,
        }
    }

    /// The type parameters of the function itself.
    pub(crate) fn generics(&self) -> &'a [ast::Generic] {
        match self.source {
            Source::Function(function) => &function.signature.generics,
            Source::Test(_) => &[],
        }
    }
}

/// A record type.
pub(crate) struct RecordItem<'a> {
    pub(crate) module: ModuleId,
    pub(crate) ast: &'a ast::TypeDef,
    pub(crate) public: bool,
}

/// An enum type.
pub(crate) struct EnumItem<'a> {
    pub(crate) module: ModuleId,
    pub(crate) ast: &'a ast::EnumDef,
    pub(crate) public: bool,
}

/// A contract.
pub(crate) struct ContractItem<'a> {
    pub(crate) module: ModuleId,
    pub(crate) ast: &'a ast::ContractDef,
    pub(crate) public: bool,
}

/// An `[Extern]` contract.
pub(crate) struct ExternItem<'a> {
    pub(crate) module: ModuleId,
    pub(crate) name: &'a ast::Ident,
    pub(crate) library: String,
    pub(crate) methods: Vec<&'a ast::Signature>,
}

/// A `use` item.
pub(crate) struct Import<'a> {
    pub(crate) module: ModuleId,
    pub(crate) path: &'a ast::Path,
    pub(crate) name: &'a ast::Ident,
    pub(crate) public: bool,
    pub(crate) used: Cell<bool>,
}

/// A `test` item.
pub(crate) struct TestItem<'a> {
    pub(crate) module: ModuleId,
    pub(crate) ast: &'a ast::TestDef,
    pub(crate) function: FunctionRef,
}

/// Everything that the modules declare.
#[derive(Default)]
pub(crate) struct Items<'a> {
    /// By [`ModuleId`].
    pub(crate) names: Vec<ModuleNames<'a>>,
    pub(crate) functions: Vec<FunctionItem<'a>>,
    pub(crate) records: Vec<RecordItem<'a>>,
    pub(crate) enums: Vec<EnumItem<'a>>,
    pub(crate) contracts: Vec<ContractItem<'a>>,
    pub(crate) externs: Vec<ExternItem<'a>>,
    pub(crate) imports: Vec<Import<'a>>,
    pub(crate) tests: Vec<TestItem<'a>>,
}

impl<'a> Items<'a> {
    pub(crate) fn function(&self, id: FunctionRef) -> &FunctionItem<'a> {
        &self.functions[id.0 as usize]
    }

    pub(crate) fn record(&self, id: RecordRef) -> &RecordItem<'a> {
        &self.records[id.0 as usize]
    }

    pub(crate) fn enumeration(&self, id: EnumRef) -> &EnumItem<'a> {
        &self.enums[id.0 as usize]
    }

    pub(crate) fn contract(&self, id: ContractRef) -> &ContractItem<'a> {
        &self.contracts[id.0 as usize]
    }

    /// The declared name of a type.
    pub(crate) fn type_name(&self, def: Nominal) -> &'a ast::Ident {
        match def {
            Nominal::Record(id) => &self.record(id).ast.name,
            Nominal::Enum(id) => &self.enumeration(id).ast.name,
            Nominal::Contract(id) => &self.contract(id).ast.name,
        }
    }

    /// The type parameters of a type.
    pub(crate) fn type_generics(&self, def: Nominal) -> &'a [ast::Generic] {
        match def {
            Nominal::Record(id) => &self.record(id).ast.generics,
            Nominal::Enum(id) => &self.enumeration(id).ast.generics,
            Nominal::Contract(id) => &self.contract(id).ast.generics,
        }
    }

    /// The names of the members that a type's declaration lists.
    pub(crate) fn member_names(&self, def: Nominal) -> Box<dyn Iterator<Item = &'a str> + '_> {
        match def {
            Nominal::Record(id) => {
                Box::new(self.record(id).ast.members.iter().map(|member| match &member.kind {
                    ast::MemberKind::Field(field) => field.name.text.as_str(),
                    ast::MemberKind::Event(event) => event.name.text.as_str(),
                    ast::MemberKind::Method(function) => function.signature.name.text.as_str(),
                }))
            }
            Nominal::Enum(id) => {
                Box::new(self.enumeration(id).ast.variants.iter().map(|it| it.name.text.as_str()))
            }
            Nominal::Contract(id) => {
                Box::new(self.contract(id).ast.items.iter().filter_map(|line| match &line.kind {
                    ast::ContractItemKind::Method(it) => Some(it.name.text.as_str()),
                    ast::ContractItemKind::Embed(_) => None,
                }))
            }
        }
    }

    /// The module that declares a type.
    pub(crate) fn home(&self, def: Nominal) -> ModuleId {
        match def {
            Nominal::Record(id) => self.record(id).module,
            Nominal::Enum(id) => self.enumeration(id).module,
            Nominal::Contract(id) => self.contract(id).module,
        }
    }

    /// Whether a type is `pub`.
    pub(crate) fn is_public(&self, def: Nominal) -> bool {
        match def {
            Nominal::Record(id) => self.record(id).public,
            Nominal::Enum(id) => self.enumeration(id).public,
            Nominal::Contract(id) => self.contract(id).public,
        }
    }

    pub(crate) fn extern_contract(&self, id: ExternRef) -> &ExternItem<'a> {
        &self.externs[id.0 as usize]
    }

    pub(crate) fn import(&self, id: ImportRef) -> &Import<'a> {
        &self.imports[id.0 as usize]
    }
}

/// Collects the items of all modules.
pub(crate) fn collect<'a>(tree: &'a ModuleTree, diagnostics: &mut Vec<Diagnostic>) -> Items<'a> {
    let mut collector = Collector { items: Items::default(), diagnostics };
    let attributes = crate::attributes::declared(tree, collector.diagnostics);
    for module in tree.ids() {
        let user_code = tree.get(module).origin == Origin::Package;
        collector.items.names.push(ModuleNames::default());
        for item in tree.items(module) {
            collector.item(module, item);
            if user_code {
                crate::attributes::check(item, &attributes, collector.diagnostics);
            }
        }
        collector.imports_against_items(module);
    }
    collector.items
}

struct Collector<'a, 'd> {
    items: Items<'a>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'a> Collector<'a, '_> {
    fn not_supported(&mut self, span: Span, construct: &str) {
        self.diagnostics.push(diagnostic::not_supported(span, construct));
    }

    fn item(&mut self, module: ModuleId, item: &'a ast::Item) {
        let public = item.visibility.is_some();
        match &item.kind {
            ast::ItemKind::Function(function) => self.function(module, item, function),
            ast::ItemKind::Type(def) => self.record(module, public, def),
            ast::ItemKind::Enum(def) => self.enumeration(module, public, def),
            ast::ItemKind::Contract(def) => self.contract(module, item, def),
            ast::ItemKind::Impl(block) => self.impl_block(module, block),
            ast::ItemKind::Test(test) => self.test(module, item, test),
            ast::ItemKind::Use(import) => self.import(module, public, import),
            ast::ItemKind::Module(_) | ast::ItemKind::InlineModule(_) => {}
            ast::ItemKind::Attribute(_) | ast::ItemKind::Error => {}
        }
    }

    fn declare_type(&mut self, module: ModuleId, name: &'a ast::Ident, def: TypeDef, public: bool) {
        let types = &mut self.items.names[module.index()].types;
        let named = Named { def, span: name.span, public, used: Cell::new(false) };
        if let Some(first) = types.get(name.text.as_str()) {
            let found = diagnostic::duplicate_type(name.span, &name.text);
            self.diagnostics.push(found.also(first.span, "first declared here"));
        } else {
            types.insert(&name.text, named);
        }
    }

    fn declare_value(
        &mut self,
        module: ModuleId,
        name: &'a ast::Ident,
        def: ValueDef,
        public: bool,
    ) {
        let values = &mut self.items.names[module.index()].values;
        let named = Named { def, span: name.span, public, used: Cell::new(false) };
        if let Some(first) = values.get(name.text.as_str()) {
            let found = diagnostic::duplicate_item(name.span, &name.text);
            self.diagnostics.push(found.also(first.span, "first declared here"));
        } else {
            values.insert(&name.text, named);
        }
    }

    fn add_function(&mut self, function: FunctionItem<'a>) -> FunctionRef {
        let id = FunctionRef(self.items.functions.len() as u32);
        self.items.functions.push(function);
        id
    }

    fn function(&mut self, module: ModuleId, item: &'a ast::Item, function: &'a ast::Function) {
        let name = &function.signature.name;
        let public = item.visibility.is_some();
        let function = self.add_function(FunctionItem {
            module,
            source: Source::Function(function),
            receiver: None,
            docs: item.docs.as_ref(),
            public,
        });
        self.declare_value(module, name, ValueDef::Function(function), public);
    }

    fn record(&mut self, module: ModuleId, public: bool, def: &'a ast::TypeDef) {
        let id = RecordRef(self.items.records.len() as u32);
        self.items.records.push(RecordItem { module, ast: def, public });
        let def_ref = TypeDef::Nominal(Nominal::Record(id));
        self.declare_type(module, &def.name, def_ref, public);
        for member in &def.members {
            match &member.kind {
                ast::MemberKind::Field(_) | ast::MemberKind::Event(_) => {}
                ast::MemberKind::Method(function) => {
                    self.method(module, member, function, Receiver::Body(id));
                }
            }
        }
    }

    fn enumeration(&mut self, module: ModuleId, public: bool, def: &'a ast::EnumDef) {
        if def.variants.is_empty() {
            self.diagnostics.push(diagnostic::empty_enum(def.name.span, &def.name.text));
        }
        let id = EnumRef(self.items.enums.len() as u32);
        self.items.enums.push(EnumItem { module, ast: def, public });
        let def_ref = TypeDef::Nominal(Nominal::Enum(id));
        self.declare_type(module, &def.name, def_ref, public);
    }

    fn method(
        &mut self,
        module: ModuleId,
        member: &'a ast::Member,
        function: &'a ast::Function,
        receiver: Receiver<'a>,
    ) {
        self.add_function(FunctionItem {
            module,
            source: Source::Function(function),
            receiver: Some(receiver),
            docs: member.docs.as_ref(),
            public: member.visibility.is_some(),
        });
    }

    fn impl_block(&mut self, module: ModuleId, block: &'a ast::ImplBlock) {
        for member in &block.methods {
            if let ast::MemberKind::Method(function) = &member.kind {
                self.method(module, member, function, Receiver::Impl(block));
            }
        }
    }

    fn contract(&mut self, module: ModuleId, item: &'a ast::Item, def: &'a ast::ContractDef) {
        let public = item.visibility.is_some();
        let Some(attribute) = crate::attributes::extern_attribute(item) else {
            let id = ContractRef(self.items.contracts.len() as u32);
            self.items.contracts.push(ContractItem { module, ast: def, public });
            let def_ref = TypeDef::Nominal(Nominal::Contract(id));
            self.declare_type(module, &def.name, def_ref, public);
            return;
        };
        let library = crate::attributes::extern_library(attribute, self.diagnostics);
        if let Some(generic) = def.generics.first() {
            self.not_supported(generic.span, "a type parameter");
        }
        let methods = self.extern_methods(def);
        let id = ExternRef(self.items.externs.len() as u32);
        self.items.externs.push(ExternItem { module, name: &def.name, library, methods });
        self.declare_type(module, &def.name, TypeDef::Extern(id), public);
    }

    fn extern_methods(&mut self, def: &'a ast::ContractDef) -> Vec<&'a ast::Signature> {
        let mut names = HashMap::new();
        let mut methods = Vec::new();
        for item in &def.items {
            match &item.kind {
                ast::ContractItemKind::Embed(path) => {
                    self.not_supported(path.span, "a contract inside an `[Extern]` contract");
                }
                ast::ContractItemKind::Method(signature) => {
                    let name = &signature.name;
                    if let Some(first) = names.insert(name.text.as_str(), name.span) {
                        let found = diagnostic::duplicate_contract_method(
                            name.span,
                            &name.text,
                            &def.name.text,
                        );
                        self.diagnostics.push(found.also(first, "first declared here"));
                    } else {
                        methods.push(signature);
                    }
                }
            }
        }
        methods
    }

    fn test(&mut self, module: ModuleId, item: &'a ast::Item, test: &'a ast::TestDef) {
        let tests = &mut self.items.names[module.index()].tests;
        if let Some(first) = tests.insert(&test.name.text, test.name.span) {
            let found = diagnostic::duplicate_item(test.name.span, &test.name.text);
            self.diagnostics.push(found.also(first, "first declared here"));
        }
        let function = self.add_function(FunctionItem {
            module,
            source: Source::Test(test),
            receiver: None,
            docs: item.docs.as_ref(),
            public: false,
        });
        self.items.tests.push(TestItem { module, ast: test, function });
    }

    fn import(&mut self, module: ModuleId, public: bool, import: &'a ast::Use) {
        let name = import.alias.as_ref().unwrap_or_else(|| import.path.last());
        let id = ImportRef(self.items.imports.len() as u32);
        let used = Cell::new(false);
        self.items.imports.push(Import { module, path: &import.path, name, public, used });
        let imports = &mut self.items.names[module.index()].imports;
        let Some(&first) = imports.get(name.text.as_str()) else {
            imports.insert(&name.text, id);
            return;
        };
        let first = self.items.import(first);
        if crate::modules::texts(first.path) != crate::modules::texts(&import.path) {
            let found = diagnostic::ambiguous_import(name.span, &name.text);
            self.diagnostics.push(found.also(first.name.span, "first imported here"));
        }
    }

    fn imports_against_items(&mut self, module: ModuleId) {
        let names = &self.items.names[module.index()];
        for import in self.items.imports.iter().rev().take_while(|it| it.module == module) {
            let name = import.name.text.as_str();
            let ty = names.types.get(name).map(|it| it.span);
            if let Some(first) = ty.or_else(|| names.values.get(name).map(|it| it.span)) {
                let found = diagnostic::import_clashes_with_item(import.name.span, name);
                self.diagnostics.push(found.also(first, "declared here"));
            }
        }
    }
}
