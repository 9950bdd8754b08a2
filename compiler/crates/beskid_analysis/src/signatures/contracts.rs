//! Contracts: their methods with those of embedded contracts, the types that promise them, and the
//! bounds of type parameters (reference 14 and 15).

use std::collections::{HashMap, HashSet};

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::{ContractRef, EnumRef, FunctionRef, Nominal, RecordRef, Source};
use crate::typed::TypeId;
use crate::types::{ERROR, Scheme, Types};
use crate::written::TypePlace;

use super::{Context, MethodOwner, Resolver, Signatures, names};

/// The resolved declaration of a contract.
#[derive(Default)]
pub(crate) struct ContractShape<'a> {
    /// All methods, those of embedded contracts where these stand; the position is the slot.
    pub(crate) methods: Vec<ContractMethod<'a>>,
    pub(crate) by_name: HashMap<&'a str, u32>,
    /// The contracts that it embeds, directly or through others, each once.
    pub(crate) embedded: Vec<Scheme>,
}

/// A method that a contract asks for.
#[derive(Clone)]
pub(crate) struct ContractMethod<'a> {
    pub(crate) signature: &'a ast::Signature,
    pub(crate) params: Vec<Scheme>,
    /// How the parameters are passed.
    pub(crate) modes: Vec<Option<ast::PassMode>>,
    pub(crate) result: Scheme,
    /// The contract that declares it.
    owner: ContractRef,
}

impl<'a> ContractMethod<'a> {
    /// The names of the parameters, in order.
    pub(crate) fn param_names(&self) -> Vec<&'a str> {
        self.signature.params.iter().map(|param| param.name.text.as_str()).collect()
    }

    /// The method with other schemes in place of the contract's type parameters.
    fn substitute(self, types: &mut Types, args: &[Scheme]) -> Self {
        let params = self.params.iter().map(|it| it.substitute(types, args)).collect();
        ContractMethod { params, result: self.result.substitute(types, args), ..self }
    }

    /// Whether two declarations take and return the same.
    fn agrees_with(&self, other: &ContractMethod<'_>) -> bool {
        self.params == other.params && self.result == other.result && self.modes == other.modes
    }

    fn has_mistake(&self) -> bool {
        self.params.iter().chain([&self.result]).any(|scheme| *scheme == Scheme::Known(ERROR))
    }
}

/// A contract that a type declares.
pub(super) struct Promise {
    contract: Scheme,
}

/// A contract that a type parameter must declare.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    /// Position of the type parameter.
    pub(crate) param: u32,
    /// What it must declare.
    pub(crate) contract: Scheme,
}

/// What a contract declares itself, line by line.
enum Line<'a> {
    Method(ContractMethod<'a>),
    Embedded(Scheme, Span),
}

impl<'a> Signatures<'a> {
    pub(crate) fn contract(&self, id: ContractRef) -> &ContractShape<'a> {
        &self.contracts[id.0 as usize]
    }

    /// The shape of a type that is a contract.
    pub(crate) fn contract_of(&self, types: &Types, ty: TypeId) -> Option<&ContractShape<'a>> {
        match types.nominal(ty)? {
            Nominal::Contract(id) => Some(self.contract(id)),
            Nominal::Record(_) | Nominal::Enum(_) => None,
        }
    }

    /// What the type parameters of a type must fulfil.
    pub(crate) fn bounds_of(&self, def: Nominal) -> &[Bound] {
        self.type_bounds.get(&def).map_or(&[], Vec::as_slice)
    }

    /// Whether any declared type has bounds.
    pub(crate) fn has_type_bounds(&self) -> bool {
        !self.type_bounds.is_empty()
    }

    /// Whether a method fulfils a contract, and is therefore as visible as its type.
    pub(crate) fn fulfils_contract(&self, method: FunctionRef) -> bool {
        self.fulfilling.contains(&method)
    }

    /// The contracts whose values the values of a type can become: what it declares, what binds
    /// it, or itself, and everything that is embedded there.
    pub(crate) fn contracts_of(&self, types: &mut Types, ty: TypeId) -> Vec<TypeId> {
        let mut found = if types.is_opaque(ty) {
            types.opaque_bounds(ty).to_vec()
        } else if self.contract_of(types, ty).is_some() {
            vec![ty]
        } else {
            let promises = types.nominal(ty).and_then(|def| self.promises.get(&def));
            let promises = promises.into_iter().flatten();
            promises.map(|promise| types.part(ty, &promise.contract)).collect()
        };
        for index in 0..found.len() {
            found.extend(self.embedded_in(types, found[index]));
        }
        let mut seen = HashSet::new();
        found.retain(|&contract| contract != ERROR && seen.insert(contract));
        found
    }

    /// The contracts that are embedded in one, in the order of their tables.
    pub(crate) fn embedded_in(&self, types: &mut Types, contract: TypeId) -> Vec<TypeId> {
        let Some(shape) = self.contract_of(types, contract) else { return Vec::new() };
        shape.embedded.iter().map(|scheme| types.part(contract, scheme)).collect()
    }
}

impl Signatures<'_> {
    /// The types that stand in the definitions of types.
    pub(crate) fn written_parts(&self) -> Vec<(Nominal, Vec<(&Scheme, Span)>)> {
        let records = self.records.iter().zip(0..).map(|(shape, id)| {
            let parts = shape.fields.iter().map(|field| (&field.ty, field.span));
            (Nominal::Record(RecordRef(id)), parts.collect())
        });
        let enums = self.enums.iter().zip(0..).map(|(shape, id)| {
            let parts = shape.variants.iter().flat_map(|variant| {
                variant.payload.iter().zip(variant.ast.payload.iter().map(|it| it.ty.span))
            });
            (Nominal::Enum(EnumRef(id)), parts.collect())
        });
        let contracts = self.contracts.iter().zip(0..).map(|(shape, id)| {
            let parts = shape.methods.iter().flat_map(|method| {
                let spans = method.signature.params.iter().map(|param| param.ty.span);
                let params = method.params.iter().zip(spans);
                params.chain([(&method.result, method.signature.result.span)])
            });
            (Nominal::Contract(ContractRef(id)), parts.collect())
        });
        records.chain(enums).chain(contracts).collect()
    }
}

impl<'a> Resolver<'_, 'a> {
    /// The bounds of type parameters.
    pub(super) fn bounds(
        &mut self,
        generics: &'a [ast::Generic],
        context: Context<'_, 'a>,
    ) -> Vec<Bound> {
        let mut bounds = Vec::new();
        for generic in generics {
            let position = context.generics.iter().position(|it| it.text == generic.name.text);
            for path in &generic.bounds {
                let contract = self.resolver(context).contract(path);
                if let (Some(param), Some(contract)) = (position, contract) {
                    bounds.push(Bound { param: param as u32, contract });
                }
            }
        }
        bounds
    }

    /// Notes the bounds of a type's parameters.
    pub(super) fn type_bounds(
        &mut self,
        def: Nominal,
        generics: &'a [ast::Generic],
        context: Context<'_, 'a>,
    ) {
        let bounds = self.bounds(generics, context);
        if !bounds.is_empty() {
            self.signatures.type_bounds.insert(def, bounds);
        }
    }

    /// Resolves all contracts, embedded ones before those that embed them.
    pub(super) fn contracts(&mut self) {
        let count = self.scopes.items.contracts.len();
        let declared: Vec<Vec<Line<'a>>> =
            (0..count).map(|index| self.declared_contract(ContractRef(index as u32))).collect();
        self.signatures.contracts.resize_with(count, ContractShape::default);
        for index in self.embedded_first(&declared) {
            let shape = self.flattened(&declared[index]);
            self.signatures.contracts[index] = shape;
        }
    }

    fn declared_contract(&mut self, id: ContractRef) -> Vec<Line<'a>> {
        let item = self.scopes.items.contract(id);
        let (module, public, def) = (item.module, item.public, item.ast);
        let generics = names(&def.generics);
        self.check_generics(&generics);
        let place = TypePlace::Definition { public };
        let context = Context { module, place, generics: &generics };
        self.type_bounds(Nominal::Contract(id), &def.generics, context);
        let mut lines = Vec::new();
        for line in &def.items {
            match &line.kind {
                ast::ContractItemKind::Method(signature) => {
                    lines.push(Line::Method(self.contract_method(id, signature, context)));
                }
                ast::ContractItemKind::Embed(path) => {
                    let embedded = self.resolver(context).contract(path);
                    lines.extend(embedded.map(|it| Line::Embedded(it, path.span)));
                }
            }
        }
        lines
    }

    fn contract_method(
        &mut self,
        owner: ContractRef,
        signature: &'a ast::Signature,
        context: Context<'_, 'a>,
    ) -> ContractMethod<'a> {
        let (params, modes) = self.params(signature, context);
        let result = self.ty(&signature.result, context);
        ContractMethod { signature, params, modes, result, owner }
    }

    /// All contracts in an order in which embedded ones come first; reports cycles.
    fn embedded_first(&mut self, declared: &[Vec<Line<'a>>]) -> Vec<usize> {
        let mut states = vec![Visit::New; declared.len()];
        let mut order = Vec::new();
        for root in 0..declared.len() {
            let mut stack = Vec::new();
            if states[root] == Visit::New {
                states[root] = Visit::Open;
                stack.push((root, 0));
            }
            while let Some((at, next)) = stack.pop() {
                let Some(line) = declared[at].get(next) else {
                    states[at] = Visit::Done;
                    order.push(at);
                    continue;
                };
                stack.push((at, next + 1));
                let Line::Embedded(scheme, span) = line else { continue };
                let Some(inner) = self.contract_ref(scheme) else { continue };
                let inner = inner.0 as usize;
                if states[inner] == Visit::New {
                    states[inner] = Visit::Open;
                    stack.push((inner, 0));
                } else if states[inner] == Visit::Open {
                    let name = &self.scopes.items.contracts[inner].ast.name.text;
                    self.diagnostics.push(diagnostic::embedding_cycle(*span, name));
                }
            }
        }
        order
    }

    fn contract_ref(&self, scheme: &Scheme) -> Option<ContractRef> {
        match scheme.declared(self.types)?.0 {
            Nominal::Contract(id) => Some(id),
            Nominal::Record(_) | Nominal::Enum(_) => None,
        }
    }

    /// The methods of a contract with those of the contracts that it embeds.
    fn flattened(&mut self, lines: &[Line<'a>]) -> ContractShape<'a> {
        let mut shape = ContractShape::default();
        for line in lines {
            match line {
                Line::Method(method) => {
                    let span = method.signature.name.span;
                    self.add_contract_method(&mut shape, method.clone(), span);
                }
                Line::Embedded(contract, span) => self.embed(&mut shape, contract, *span),
            }
        }
        shape
    }

    fn embed(&mut self, shape: &mut ContractShape<'a>, contract: &Scheme, span: Span) {
        let Some((Nominal::Contract(id), args)) = contract.declared(self.types) else { return };
        let inner = self.signatures.contract(id);
        let (methods, embedded) = (inner.methods.clone(), inner.embedded.clone());
        for method in methods {
            let method = method.substitute(self.types, &args);
            self.add_contract_method(shape, method, span);
        }
        let mut all = vec![contract.clone()];
        all.extend(embedded.iter().map(|it| it.substitute(self.types, &args)));
        for contract in all {
            if !shape.embedded.contains(&contract) {
                shape.embedded.push(contract);
            }
        }
    }

    /// Adds a method, or compares it with the one of its name that is there.
    fn add_contract_method(
        &mut self,
        shape: &mut ContractShape<'a>,
        method: ContractMethod<'a>,
        span: Span,
    ) {
        let name = &method.signature.name;
        let Some(&first) = shape.by_name.get(name.text.as_str()) else {
            shape.by_name.insert(&name.text, shape.methods.len() as u32);
            shape.methods.push(method);
            return;
        };
        let first = &shape.methods[first as usize];
        let owner = |method: &ContractMethod<'a>| {
            self.scopes.items.contract(method.owner).ast.name.text.as_str()
        };
        let declared = first.signature.name.span;
        let is_own = name.span == span;
        if first.owner == method.owner && is_own {
            let found = diagnostic::duplicate_contract_method(span, &name.text, owner(&method));
            self.diagnostics.push(found.also(declared, "first declared here"));
        } else if !first.agrees_with(&method) && !first.has_mistake() && !method.has_mistake() {
            let (first, second) = (owner(first), owner(&method));
            let found = diagnostic::conflicting_embedded_method(span, &name.text, first, second);
            let found = found.also(declared, "declared here");
            let found = if is_own { found } else { found.also(name.span, "and here") };
            self.diagnostics.push(found);
        }
    }

    /// Resolves the contracts that types promise, and compares the types' methods with them.
    pub(super) fn promises(&mut self) {
        let items = &self.scopes.items;
        let records = items.records.iter().zip(0..);
        let records =
            records.map(|(item, id)| (Nominal::Record(RecordRef(id)), &item.ast.contracts));
        let enums = items.enums.iter().zip(0..);
        let enums = enums.map(|(item, id)| (Nominal::Enum(EnumRef(id)), &item.ast.contracts));
        for (def, paths) in records.chain(enums) {
            for path in paths {
                self.promise(def, path);
            }
        }
    }

    fn promise(&mut self, def: Nominal, path: &'a ast::TypePath) {
        let items = &self.scopes.items;
        let generics = names(items.type_generics(def));
        let place = TypePlace::Definition { public: items.is_public(def) };
        let context = Context { module: items.home(def), place, generics: &generics };
        let Some(contract) = self.resolver(context).contract(path) else { return };
        self.compare_with_contract(def, &contract, path.span);
        self.signatures.promises.entry(def).or_default().push(Promise { contract });
    }

    /// Compares the methods of a type with those that a contract asks for.
    fn compare_with_contract(&mut self, def: Nominal, contract: &Scheme, span: Span) {
        let Some((Nominal::Contract(id), args)) = contract.declared(self.types) else { return };
        let owner = &self.scopes.items.type_name(def).text;
        let contract_name = &self.scopes.items.contract(id).ast.name.text;
        for wanted in self.signatures.contract(id).methods.clone() {
            let wanted = wanted.substitute(self.types, &args);
            let name = wanted.signature.name.text.as_str();
            let asked_for = wanted.signature.name.span;
            let methods = self.signatures.methods.get(&MethodOwner::Nominal(def));
            let Some(&method) = methods.and_then(|methods| methods.get(name)) else {
                let found = diagnostic::contract_method_missing(span, owner, contract_name, name);
                self.diagnostics.push(found.also(asked_for, "asked for here"));
                continue;
            };
            self.signatures.fulfilling.insert(method);
            let Source::Function(function) = self.scopes.items.function(method).source else {
                continue;
            };
            let shape = self.signatures.function(method);
            let generic = shape.generics.len() > shape.receiver_generics;
            let (params, result) = (shape.params.clone(), shape.result.clone());
            let (signature, modes) = (&function.signature, shape.modes.clone());
            let found = ContractMethod { signature, params, modes, result, owner: id };
            let agrees = found.agrees_with(&wanted) && !generic;
            if !agrees && !found.has_mistake() && !wanted.has_mistake() {
                let place = signature.name.span;
                let found =
                    diagnostic::contract_signature_mismatch(place, owner, name, contract_name);
                self.diagnostics.push(found.also(asked_for, "declared here"));
            }
        }
    }
}

/// How far the walk over a contract's lines is.
#[derive(Clone, Copy, PartialEq)]
enum Visit {
    New,
    Open,
    Done,
}
