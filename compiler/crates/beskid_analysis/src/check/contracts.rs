//! Contracts in bodies: calls through them, values that become values of them, and the bounds of
//! type arguments (reference 14 and 15).

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::{FunctionRef, Nominal};
use crate::signatures::Bound;
use crate::typed::{Expr, ExprKind, Table, TableId, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::calls::CallPlace;
use super::literals::Value;
use super::references::Parameter;
use super::{Checked, World};

/// A method as a call finds it.
pub(super) enum Method<'a> {
    /// A method of the type itself.
    Function(FunctionRef),
    /// A method that a contract asks for.
    Contract(ContractMethod<'a>),
}

/// A method of a contract type, or of a contract that binds a type parameter.
pub(super) struct ContractMethod<'a> {
    slot: u32,
    name: &'a str,
    names: Vec<&'a str>,
    modes: Vec<Option<ast::PassMode>>,
    pub(super) params: Vec<TypeId>,
    pub(super) result: TypeId,
}

impl<'a> Body<'_, 'a> {
    pub(super) fn is_contract(&self, ty: TypeId) -> bool {
        self.world.signatures.contract_of(&self.checked.types, ty).is_some()
    }

    /// The method `name` that the contracts of a contract type or of a bound type parameter ask for.
    pub(super) fn contract_method(&mut self, ty: TypeId, name: &str) -> Option<ContractMethod<'a>> {
        let world = self.world;
        let types = &mut self.checked.types;
        let contracts =
            if types.is_opaque(ty) { world.signatures.contracts_of(types, ty) } else { vec![ty] };
        for contract in contracts {
            let Some(shape) = world.signatures.contract_of(types, contract) else { continue };
            let Some(&slot) = shape.by_name.get(name) else { continue };
            let method = &shape.methods[slot as usize];
            return Some(ContractMethod {
                slot,
                name: &method.signature.name.text,
                names: method.param_names(),
                modes: method.modes.clone(),
                params: method.params.iter().map(|it| types.part(contract, it)).collect(),
                result: types.part(contract, &method.result),
            });
        }
        None
    }

    /// The names of the methods that contracts give to a type, for suggestions.
    pub(super) fn contract_method_names(&mut self, ty: TypeId) -> Vec<&'a str> {
        let world = self.world;
        let types = &mut self.checked.types;
        let mut names = Vec::new();
        if types.is_opaque(ty) || world.signatures.contract_of(types, ty).is_some() {
            for contract in world.signatures.contracts_of(types, ty) {
                let shape = world.signatures.contract_of(types, contract);
                names.extend(shape.into_iter().flat_map(|shape| shape.by_name.keys().copied()));
            }
        }
        names
    }

    /// The method `name` of a type, its own or that of a contract.
    pub(super) fn next_method(&mut self, ty: TypeId, name: &str) -> Option<Method<'a>> {
        match self.method(ty, name) {
            Some(method) => Some(Method::Function(method)),
            None => self.contract_method(ty, name).map(Method::Contract),
        }
    }

    /// A call of a method that takes nothing.
    pub(super) fn plain_method_call(
        &mut self,
        method: &Method<'a>,
        receiver: Expr,
        result: TypeId,
        span: Span,
    ) -> Option<Expr> {
        let kind = match method {
            Method::Function(method) => {
                let id = self.method_id(*method, receiver.ty, span)?;
                ExprKind::Call(id, vec![receiver])
            }
            Method::Contract(method) => self.contract_call(method.slot, vec![receiver]),
        };
        Some(Expr { kind, ty: result, span })
    }

    /// `value.method(args)` through a contract.
    pub(super) fn call_contract_method(
        &mut self,
        object: Expr,
        method: ContractMethod<'a>,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        let modes = method.modes.iter().copied();
        let params: Vec<Parameter<'_>> =
            method.names.iter().zip(modes).map(|(name, mode)| Parameter { name, mode }).collect();
        let args = self.arguments(method.name, &method.params, &params, call, place);
        let Some(args) = args else { return self.failed_with(method.result, place) };
        let values: Vec<Expr> = [object].into_iter().chain(args).collect();
        if values.iter().any(|value| value.ty == ERROR || value.ty == TypeId::NEVER) {
            return self.finish_call(|_| ExprKind::Unit, values, method.result, place);
        }
        let kind = self.contract_call(method.slot, values);
        Value::closed(Expr { kind, ty: method.result, span: place.callee }, place.whole)
    }

    /// The call of a slot; the contract value comes first. A type parameter has no slots, but what is
    /// checked with one never runs.
    fn contract_call(&self, slot: u32, mut values: Vec<Expr>) -> ExprKind {
        let object = values.remove(0);
        ExprKind::CallContract(Box::new(object), slot, values)
    }

    /// The value as one of the contract `to`, if its type declares that; else the value itself.
    pub(super) fn as_contract(
        &mut self,
        value: Expr,
        to: TypeId,
        span: Span,
    ) -> Result<Expr, Expr> {
        let world = self.world;
        if !self.is_contract(to) || value.ty == ERROR {
            return Err(value);
        }
        let declared = world.signatures.contracts_of(&mut self.checked.types, value.ty);
        if !declared.contains(&to) {
            return Err(value);
        }
        let kind = if self.checked.types.is_opaque(value.ty) {
            ExprKind::Unit
        } else if self.is_contract(value.ty) {
            let slot = self.embedded_slot(value.ty, to);
            ExprKind::ToEmbedded(Box::new(value), slot)
        } else {
            match self.table(value.ty, to, span) {
                Some(table) => ExprKind::ToContract(Box::new(value), table),
                // A method is missing, which has been reported.
                None => ExprKind::Unit,
            }
        };
        Ok(Expr { kind, ty: to, span })
    }

    /// Where a contract's tables have the table of a contract that it embeds.
    fn embedded_slot(&mut self, contract: TypeId, embedded: TypeId) -> u32 {
        let world = self.world;
        let types = &mut self.checked.types;
        let methods =
            world.signatures.contract_of(types, contract).map_or(0, |it| it.methods.len());
        let all = world.signatures.embedded_in(types, contract);
        let position = all.iter().position(|&it| it == embedded);
        (methods + position.expect("only embedded contracts are asked for")) as u32
    }

    /// The methods with which a type fulfils a contract that it declares.
    fn table(&mut self, receiver: TypeId, contract: TypeId, span: Span) -> Option<TableId> {
        if let Some(&known) = self.checked.table_ids.get(&(receiver, contract)) {
            return Some(known);
        }
        let world = self.world;
        let id = TableId(self.checked.tables.len() as u32);
        self.checked.tables.push(None);
        self.checked.table_ids.insert((receiver, contract), id);
        let shape = world.signatures.contract_of(&self.checked.types, contract)?;
        let mut methods = Vec::new();
        for method in &shape.methods {
            let method = self.method(receiver, &method.signature.name.text)?;
            methods.push(self.method_id(method, receiver, span)?);
        }
        let mut embedded = Vec::new();
        for contract in world.signatures.embedded_in(&mut self.checked.types, contract) {
            embedded.push(self.table(receiver, contract, span)?);
        }
        self.checked.tables[id.index()] = Some(Table { receiver, contract, methods, embedded });
        Some(id)
    }

    /// Whether type arguments declare the contracts that bind their parameters; reports those that
    /// do not.
    pub(super) fn check_bounds(
        &mut self,
        bounds: &[Bound],
        names: &[&ast::Ident],
        args: &[TypeId],
        span: Span,
    ) -> bool {
        self.checked.check_bounds(self.world, bounds, names, args, span)
    }

    /// [`Body::check_bounds`] for the arguments of a declared type.
    pub(super) fn check_type_bounds(&mut self, def: Nominal, args: &[TypeId], span: Span) -> bool {
        self.checked.check_type_bounds(self.world, def, args, span)
    }

    /// Checks the bounds of all types that a written type mentions.
    pub(super) fn check_bounds_within(&mut self, ty: TypeId, span: Span) -> bool {
        self.checked.check_bounds_within(self.world, ty, span)
    }
}

impl Checked {
    /// Binds types that stand for type parameters.
    pub(super) fn bind(&mut self, bounds: &[Bound], args: &[TypeId]) {
        for bound in bounds {
            let contract = self.types.apply(&bound.contract, args);
            self.types.bind_opaque(args[bound.param as usize], contract);
        }
    }

    fn check_bounds(
        &mut self,
        world: &World<'_>,
        bounds: &[Bound],
        names: &[&ast::Ident],
        args: &[TypeId],
        span: Span,
    ) -> bool {
        let mut fulfilled = true;
        for bound in bounds {
            let contract = self.types.apply(&bound.contract, args);
            let arg = args[bound.param as usize];
            if arg == ERROR || contract == ERROR {
                continue;
            }
            if !world.signatures.contracts_of(&mut self.types, arg).contains(&contract) {
                let (shown, contract) = (self.types.display(arg), self.types.display(contract));
                let name = &names[bound.param as usize].text;
                self.report(diagnostic::bound_not_satisfied(span, shown, name, contract));
                fulfilled = false;
            }
        }
        fulfilled
    }

    fn check_type_bounds(
        &mut self,
        world: &World<'_>,
        def: Nominal,
        args: &[TypeId],
        span: Span,
    ) -> bool {
        let bounds = world.signatures.bounds_of(def);
        if bounds.is_empty() {
            return true;
        }
        let generics = world.scopes.items.type_generics(def);
        let names: Vec<&ast::Ident> = generics.iter().map(|generic| &generic.name).collect();
        self.check_bounds(world, bounds, &names, args, span)
    }

    fn check_bounds_within(&mut self, world: &World<'_>, ty: TypeId, span: Span) -> bool {
        if !world.signatures.has_type_bounds() {
            return true;
        }
        let mut fulfilled = true;
        let mut pending = vec![ty];
        while let Some(ty) = pending.pop() {
            pending.extend(self.types.element(ty));
            if let Some(function) = self.types.signature(ty) {
                pending.extend(function.params.iter().copied().chain([function.result]));
            }
            if let Some(instance) = self.types.instance(ty).cloned() {
                pending.extend(instance.args.iter().copied());
                fulfilled &= self.check_type_bounds(world, instance.def, &instance.args, span);
            }
        }
        fulfilled
    }

    /// Checks the bounds of the types that stand in definitions of types. Type parameters are
    /// bound there as their declarations say.
    pub(super) fn check_type_definitions(&mut self, world: &World<'_>) {
        if !world.signatures.has_type_bounds() {
            return;
        }
        let mut trial = Checked::new(self.types.clone(), Vec::new());
        for (def, parts) in world.signatures.written_parts() {
            let generics = world.scopes.items.type_generics(def);
            let args: Vec<TypeId> =
                generics.iter().map(|generic| trial.types.add_opaque(&generic.name.text)).collect();
            trial.bind(world.signatures.bounds_of(def), &args);
            for (scheme, span) in parts {
                let ty = trial.types.apply(scheme, &args);
                trial.check_bounds_within(world, ty, span);
            }
        }
        self.diagnostics.append(&mut trial.diagnostics);
    }
}
