//! Resolves the types that stand in declarations: fields, parameters, results, receivers.
//!
//! After this phase every call and every field access can be checked without looking at the syntax
//! of the other side.

mod contracts;

use std::collections::{HashMap, HashSet};

use beskid_syntax::{Diagnostic, Span, ast, diagnostic};

use crate::items::{
    ContractRef, EnumRef, ExternRef, FunctionItem, FunctionRef, Nominal, Receiver, RecordRef,
    Source, TypeDef,
};
use crate::scope::Scopes;
use crate::typed::{ExternType, ModuleId, TypeId};
use crate::types::{ERROR, Scheme, Types};
use crate::written::{TypePlace, TypeResolver};

use contracts::Promise;
pub(crate) use contracts::{Bound, ContractShape};

/// How many handlers an event takes if its declaration does not say (reference 18).
const EVENT_CAPACITY: i64 = 8;
/// How many a declaration can ask for. The room for all of them is taken at the first subscription.
const EVENT_CAPACITY_MAX: u128 = 65_536;

/// The resolved declaration of a record.
pub(crate) struct RecordShape<'a> {
    pub(crate) fields: Vec<FieldShape<'a>>,
    pub(crate) by_name: HashMap<&'a str, u32>,
}

/// A resolved field.
pub(crate) struct FieldShape<'a> {
    pub(crate) name: &'a ast::Ident,
    pub(crate) ty: Scheme,
    /// Where the type is written.
    pub(crate) span: Span,
    /// For an event, how many handlers it takes at the most.
    pub(crate) event: Option<i64>,
}

/// The resolved declaration of an enum.
pub(crate) struct EnumShape<'a> {
    /// The declared name.
    pub(crate) name: &'a str,
    /// In the order of their tags.
    pub(crate) variants: Vec<VariantShape<'a>>,
    pub(crate) by_name: HashMap<&'a str, u32>,
}

/// A resolved variant.
pub(crate) struct VariantShape<'a> {
    pub(crate) ast: &'a ast::Variant,
    pub(crate) payload: Vec<Scheme>,
}

/// The resolved signature of a function; the receiver is not among the parameters.
#[derive(Clone)]
pub(crate) struct FunctionShape<'a> {
    pub(crate) receiver: Option<Scheme>,
    pub(crate) params: Vec<Scheme>,
    /// How the parameters are passed.
    pub(crate) modes: Vec<Option<ast::PassMode>>,
    pub(crate) result: Scheme,
    /// The type parameters: those of the receiver, then the function's own.
    pub(crate) generics: Vec<&'a ast::Ident>,
    /// How many of them belong to the receiver.
    pub(crate) receiver_generics: usize,
    /// What the type parameters must fulfil.
    pub(crate) bounds: Vec<Bound>,
}

/// The resolved signature of a foreign function; `None` stands for a reported mistake.
pub(crate) struct ExternShape {
    pub(crate) params: Vec<Option<ExternType>>,
    pub(crate) result: Option<ExternType>,
    pub(crate) result_type: TypeId,
}

/// All resolved declarations.
#[derive(Default)]
pub(crate) struct Signatures<'a> {
    /// By [`RecordRef`].
    pub(crate) records: Vec<RecordShape<'a>>,
    /// By [`EnumRef`].
    pub(crate) enums: Vec<EnumShape<'a>>,
    /// By [`FunctionRef`].
    pub(crate) functions: Vec<FunctionShape<'a>>,
    /// By [`ExternRef`], then by position.
    pub(crate) externs: Vec<Vec<ExternShape>>,
    /// By [`ContractRef`].
    pub(crate) contracts: Vec<ContractShape<'a>>,
    methods: HashMap<MethodOwner, HashMap<&'a str, FunctionRef>>,
    /// The contracts that types declare.
    promises: HashMap<Nominal, Vec<Promise>>,
    /// What the type parameters of types must fulfil.
    type_bounds: HashMap<Nominal, Vec<Bound>>,
    /// The methods that fulfil contracts.
    fulfilling: HashSet<FunctionRef>,
}

/// What methods belong to: all instances of a declared type, or a primitive type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum MethodOwner {
    Nominal(Nominal),
    Primitive(TypeId),
}

impl<'a> Signatures<'a> {
    pub(crate) fn record(&self, id: RecordRef) -> &RecordShape<'a> {
        &self.records[id.0 as usize]
    }

    pub(crate) fn enumeration(&self, id: EnumRef) -> &EnumShape<'a> {
        &self.enums[id.0 as usize]
    }

    pub(crate) fn function(&self, id: FunctionRef) -> &FunctionShape<'a> {
        &self.functions[id.0 as usize]
    }

    /// The shape of a type that is a record.
    pub(crate) fn record_of(&self, types: &Types, ty: TypeId) -> Option<&RecordShape<'a>> {
        match types.nominal(ty)? {
            Nominal::Record(id) => Some(self.record(id)),
            Nominal::Enum(_) | Nominal::Contract(_) => None,
        }
    }

    /// The shape of a type that is an enum.
    pub(crate) fn enum_of(&self, types: &Types, ty: TypeId) -> Option<&EnumShape<'a>> {
        match types.nominal(ty)? {
            Nominal::Enum(id) => Some(self.enumeration(id)),
            Nominal::Record(_) | Nominal::Contract(_) => None,
        }
    }

    /// What the fields of a record and the payloads of an enum are.
    pub(crate) fn parts_of(&self, types: &Types, ty: TypeId) -> Vec<&Scheme> {
        match types.nominal(ty) {
            Some(Nominal::Record(id)) => self.record(id).fields.iter().map(|it| &it.ty).collect(),
            Some(Nominal::Enum(id)) => {
                self.enumeration(id).variants.iter().flat_map(|it| &it.payload).collect()
            }
            Some(Nominal::Contract(_)) | None => Vec::new(),
        }
    }

    pub(crate) fn externs(&self, id: ExternRef) -> &[ExternShape] {
        &self.externs[id.0 as usize]
    }

    fn methods_of(&self, types: &Types, ty: TypeId) -> Option<&HashMap<&'a str, FunctionRef>> {
        self.methods.get(&method_owner(types, ty))
    }

    /// The method `name` of a type.
    pub(crate) fn method(&self, types: &Types, ty: TypeId, name: &str) -> Option<FunctionRef> {
        self.methods_of(types, ty)?.get(name).copied()
    }

    /// The names of a type's methods, in no particular order.
    pub(crate) fn method_names(&self, types: &Types, ty: TypeId) -> Vec<&'a str> {
        self.methods_of(types, ty).into_iter().flat_map(HashMap::keys).copied().collect()
    }
}

fn method_owner(types: &Types, ty: TypeId) -> MethodOwner {
    types.nominal(ty).map_or(MethodOwner::Primitive(ty), MethodOwner::Nominal)
}

/// Resolves all declarations.
pub(crate) fn resolve<'a>(
    scopes: &Scopes<'a>,
    types: &mut Types,
    diagnostics: &mut Vec<Diagnostic>,
) -> Signatures<'a> {
    declare_types(scopes, types);
    let mut resolver = Resolver { scopes, types, diagnostics, signatures: Signatures::default() };
    resolver.records();
    resolver.enums();
    resolver.externs();
    resolver.contracts();
    resolver.functions();
    resolver.promises();
    resolver.signatures
}

/// Gives every declared type its name, and a place in the tables to those that need no arguments.
fn declare_types(scopes: &Scopes<'_>, types: &mut Types) {
    let items = &scopes.items;
    let records = (0..items.records.len()).map(|index| Nominal::Record(RecordRef(index as u32)));
    let enums = (0..items.enums.len()).map(|index| Nominal::Enum(EnumRef(index as u32)));
    let contracts =
        (0..items.contracts.len()).map(|index| Nominal::Contract(ContractRef(index as u32)));
    for def in records.chain(enums).chain(contracts) {
        types.name(def, items.type_name(def).text.clone());
        if items.type_generics(def).is_empty() {
            types.instantiate(def, &[]);
        }
    }
}

/// The names of type parameters.
fn names(generics: &[ast::Generic]) -> Vec<&ast::Ident> {
    generics.iter().map(|generic| &generic.name).collect()
}

/// A scheme that stands for a reported mistake.
const FAILED: Scheme = Scheme::Known(ERROR);

struct Resolver<'r, 'a> {
    scopes: &'r Scopes<'a>,
    types: &'r mut Types,
    diagnostics: &'r mut Vec<Diagnostic>,
    signatures: Signatures<'a>,
}

/// Where a declaration writes its types.
#[derive(Clone, Copy)]
struct Context<'g, 'a> {
    module: ModuleId,
    place: TypePlace,
    generics: &'g [&'a ast::Ident],
}

impl<'a> Resolver<'_, 'a> {
    fn ty(&mut self, ty: &ast::Type, context: Context<'_, '_>) -> Scheme {
        self.resolver(context).resolve(ty)
    }

    fn resolver<'s>(&'s mut self, context: Context<'s, 's>) -> TypeResolver<'s, 'a> {
        TypeResolver {
            scopes: self.scopes,
            types: self.types,
            diagnostics: self.diagnostics,
            module: context.module,
            place: context.place,
            generics: context.generics,
        }
    }

    /// The names of type parameters must differ.
    fn check_generics(&mut self, generics: &[&'a ast::Ident]) {
        for (index, name) in generics.iter().enumerate() {
            let first = generics[..index].iter().find(|it| it.text == name.text);
            if let Some(first) = first {
                let found = diagnostic::duplicate_type_parameter(name.span, &name.text);
                self.diagnostics.push(found.also(first.span, "first declared here"));
            }
        }
    }

    fn records(&mut self) {
        for index in 0..self.scopes.items.records.len() {
            let record = &self.scopes.items.records[index];
            let shape = self.record(record.module, record.public, record.ast);
            self.signatures.records.push(shape);
        }
    }

    fn record(&mut self, module: ModuleId, public: bool, def: &'a ast::TypeDef) -> RecordShape<'a> {
        let generics = names(&def.generics);
        self.check_generics(&generics);
        let place = TypePlace::Definition { public };
        let context = Context { module, place, generics: &generics };
        let id = RecordRef(self.signatures.records.len() as u32);
        self.type_bounds(Nominal::Record(id), &def.generics, context);
        let mut shape = RecordShape { fields: Vec::new(), by_name: HashMap::new() };
        for member in &def.members {
            let Some(field) = self.field(member, context) else { continue };
            let index = shape.fields.len() as u32;
            if let Some(&first) = shape.by_name.get(field.name.text.as_str()) {
                let first = shape.fields[first as usize].name.span;
                self.duplicate_member(field.name, &def.name.text, first);
            } else {
                shape.by_name.insert(&field.name.text, index);
                shape.fields.push(field);
            }
        }
        shape
    }

    /// A field, or an event: its handlers are an array of functions.
    fn field(
        &mut self,
        member: &'a ast::Member,
        context: Context<'_, 'a>,
    ) -> Option<FieldShape<'a>> {
        match &member.kind {
            ast::MemberKind::Field(field) => {
                let ty = self.ty(&field.ty, context);
                Some(FieldShape { name: &field.name, ty, span: field.ty.span, event: None })
            }
            ast::MemberKind::Event(event) => {
                let params = event.params.iter().map(|param| self.event_param(param, context));
                let params = params.collect();
                let handler = Scheme::function(self.types, params, Scheme::Known(TypeId::UNIT));
                let ty = Scheme::array(self.types, handler);
                let event_capacity = self.event_capacity(event);
                let span = event.name.span;
                Some(FieldShape { name: &event.name, ty, span, event: Some(event_capacity) })
            }
            ast::MemberKind::Method(_) => None,
        }
    }

    fn event_param(&mut self, param: &'a ast::Param, context: Context<'_, 'a>) -> Scheme {
        if param.mode.is_some() {
            self.diagnostics.push(diagnostic::ref_outside_parameter(param.span));
        }
        self.ty(&param.ty, context)
    }

    /// The number between the braces of an event.
    fn event_capacity(&mut self, event: &ast::Event) -> i64 {
        let Some(capacity) = &event.capacity else { return EVENT_CAPACITY };
        let found =
            if let ast::ExprKind::Int(literal) = &capacity.kind { literal.value } else { 0 };
        if (1..=EVENT_CAPACITY_MAX).contains(&found) {
            return found as i64;
        }
        self.diagnostics.push(diagnostic::bad_event_capacity(
            capacity.span,
            EVENT_CAPACITY_MAX,
            found,
        ));
        EVENT_CAPACITY
    }

    fn enums(&mut self) {
        for index in 0..self.scopes.items.enums.len() {
            let item = &self.scopes.items.enums[index];
            let shape = self.enumeration(item.module, item.public, item.ast);
            self.signatures.enums.push(shape);
        }
    }

    fn enumeration(
        &mut self,
        module: ModuleId,
        public: bool,
        def: &'a ast::EnumDef,
    ) -> EnumShape<'a> {
        let generics = names(&def.generics);
        self.check_generics(&generics);
        let place = TypePlace::Definition { public };
        let context = Context { module, place, generics: &generics };
        let id = EnumRef(self.signatures.enums.len() as u32);
        self.type_bounds(Nominal::Enum(id), &def.generics, context);
        let mut shape =
            EnumShape { name: &def.name.text, variants: Vec::new(), by_name: HashMap::new() };
        for variant in &def.variants {
            let payload = variant.payload.iter().map(|it| self.ty(&it.ty, context)).collect();
            let index = shape.variants.len() as u32;
            let name = &variant.name;
            if let Some(&first) = shape.by_name.get(name.text.as_str()) {
                let first = shape.variants[first as usize].ast.name.span;
                let found = diagnostic::duplicate_variant(name.span, &name.text, &def.name.text);
                self.diagnostics.push(found.also(first, "first declared here"));
            } else {
                shape.by_name.insert(&name.text, index);
                shape.variants.push(VariantShape { ast: variant, payload });
            }
        }
        shape
    }

    fn duplicate_member(&mut self, name: &ast::Ident, owner: &str, first: Span) {
        let found = diagnostic::duplicate_member(name.span, &name.text, owner);
        self.diagnostics.push(found.also(first, "first declared here"));
    }

    fn functions(&mut self) {
        let mut targets = ImplTargets::default();
        for index in 0..self.scopes.items.functions.len() {
            let function = &self.scopes.items.functions[index];
            let id = FunctionRef(index as u32);
            let target = function.receiver.map(|receiver| match receiver {
                Receiver::Body(record) => self.body_target(record),
                Receiver::Impl(block) => self.impl_target(function.module, block, &mut targets),
            });
            let owner = target.as_ref().map(|target| target.owner);
            let shape = self.function(function, target);
            self.signatures.functions.push(shape);
            if let Some(owner) = owner.flatten() {
                self.add_method(owner, id);
            }
        }
    }

    fn function(
        &mut self,
        function: &FunctionItem<'a>,
        target: Option<ImplTarget<'a>>,
    ) -> FunctionShape<'a> {
        let (receiver, mut generics, mut bounds) = match target {
            Some(target) => (Some(target.receiver), target.generics, target.bounds),
            None => (None, Vec::new(), Vec::new()),
        };
        let receiver_generics = generics.len();
        generics.extend(names(function.generics()));
        let Source::Function(def) = function.source else {
            let (params, result) = (Vec::new(), Scheme::Known(TypeId::UNIT));
            let modes = Vec::new();
            return FunctionShape {
                receiver,
                params,
                modes,
                result,
                generics,
                receiver_generics,
                bounds,
            };
        };
        if generics.len() > receiver_generics {
            self.check_generics(&generics);
        }
        let place = TypePlace::Signature { public: function.public };
        let context = Context { module: function.module, place, generics: &generics };
        bounds.extend(self.bounds(function.generics(), context));
        let (params, modes) = self.params(&def.signature, context);
        let result = self.ty(&def.signature.result, context);
        FunctionShape { receiver, params, modes, result, generics, receiver_generics, bounds }
    }

    /// The types of parameters, and how they are passed.
    fn params(
        &mut self,
        signature: &ast::Signature,
        context: Context<'_, '_>,
    ) -> (Vec<Scheme>, Vec<Option<ast::PassMode>>) {
        let (mut types, mut modes) = (Vec::new(), Vec::new());
        for param in &signature.params {
            let (mode, written) = param.passing();
            types.push(self.ty(written, context));
            modes.push(mode);
        }
        (types, modes)
    }

    /// The record whose body contains a method.
    fn body_target(&mut self, record: RecordRef) -> ImplTarget<'a> {
        let def = Nominal::Record(record);
        let generics = names(self.scopes.items.type_generics(def));
        let owner = Some(MethodOwner::Nominal(def));
        let receiver = instance_scheme(self.types, def, generics.len());
        let bounds = self.signatures.bounds_of(def).to_vec();
        ImplTarget { receiver, generics, bounds, owner }
    }

    /// The type after `impl`; all methods of one block share one resolution, and one report.
    fn impl_target(
        &mut self,
        module: ModuleId,
        block: &'a ast::ImplBlock,
        known: &mut ImplTargets<'a>,
    ) -> ImplTarget<'a> {
        if let Some((span, target)) = &known.last
            && *span == block.target.span
        {
            return target.clone();
        }
        let mut target = self.new_impl_target(module, block);
        let home = match target.owner {
            Some(MethodOwner::Nominal(def)) => Some(self.scopes.items.home(def)),
            Some(MethodOwner::Primitive(_)) | None => None,
        };
        if let Some(home) = home
            && self.scopes.is_user_code(module)
            && !self.scopes.is_user_code(home)
        {
            let construct = "an `impl` for a type of another package";
            self.diagnostics.push(diagnostic::not_supported(block.target.span, construct));
            target = ImplTarget::failed(target.generics);
        }
        known.last = Some((block.target.span, target.clone()));
        target
    }

    fn new_impl_target(&mut self, module: ModuleId, block: &'a ast::ImplBlock) -> ImplTarget<'a> {
        let context = Context { module, place: TypePlace::Impl, generics: &[] };
        if let ast::TypeKind::Path(path) = &block.target.kind {
            let Some(TypeDef::Nominal(def)) = self.resolver(context).definition(path) else {
                return ImplTarget::failed(names(&block.generics));
            };
            if let Nominal::Contract(_) = def {
                let name = &path.last().name.text;
                let found = diagnostic::impl_of_contract(path.span, name);
                self.diagnostics.push(found);
                return ImplTarget::failed(names(&block.generics));
            }
            return self.nominal_target(module, def, path, block);
        }
        let resolved = self.ty(&block.target, context);
        let Scheme::Known(ty) = resolved else { return ImplTarget::failed(Vec::new()) };
        if self.types.element(ty).is_some() {
            let construct = "an `impl` for arrays";
            self.diagnostics.push(diagnostic::not_supported(block.target.span, construct));
        }
        if ty == ERROR || self.types.element(ty).is_some() {
            return ImplTarget::failed(Vec::new());
        }
        let owner = Some(MethodOwner::Primitive(ty));
        ImplTarget { receiver: resolved, generics: Vec::new(), bounds: Vec::new(), owner }
    }

    /// `impl Box<T>`: the names between the brackets are type parameters, by position.
    fn nominal_target(
        &mut self,
        module: ModuleId,
        def: Nominal,
        path: &'a ast::TypePath,
        block: &'a ast::ImplBlock,
    ) -> ImplTarget<'a> {
        let count = self.scopes.items.type_generics(def).len();
        let name = &path.last().name;
        let args = path.last().type_args.as_deref();
        let written = args.unwrap_or_default();
        if args.is_none() && count > 0 {
            let found = diagnostic::missing_type_arguments(path.span, &name.text);
            self.diagnostics.push(found.help(format!("write `impl {}<T>`", name.text)));
            return ImplTarget::failed(names(&block.generics));
        }
        if written.len() != count {
            let given = written.len();
            let found = diagnostic::wrong_type_argument_count(path.span, &name.text, count, given);
            self.diagnostics.push(found);
            return ImplTarget::failed(names(&block.generics));
        }
        let mut generics = Vec::new();
        for arg in written {
            let Some(parameter) = parameter_name(arg, &block.generics) else {
                let construct = "an `impl` for one instance of a generic type";
                self.diagnostics.push(diagnostic::not_supported(arg.span, construct));
                return ImplTarget::failed(names(&block.generics));
            };
            generics.push(parameter);
        }
        self.check_generics(&generics);
        for unused in names(&block.generics) {
            if !generics.iter().any(|it| it.text == unused.text) {
                let found =
                    diagnostic::undetermined_type_argument(unused.span, &unused.text, &name.text);
                self.diagnostics.push(found);
            }
        }
        let owner = Some(MethodOwner::Nominal(def));
        let context = Context { module, place: TypePlace::Impl, generics: &generics };
        let mut bounds = self.bounds(&block.generics, context);
        bounds.extend_from_slice(self.signatures.bounds_of(def));
        let receiver = instance_scheme(self.types, def, count);
        ImplTarget { receiver, generics, bounds, owner }
    }

    fn add_method(&mut self, owner: MethodOwner, id: FunctionRef) {
        let name = self.scopes.items.function(id).name();
        let owner_name = match owner {
            MethodOwner::Nominal(def) => self.scopes.items.type_name(def).text.clone(),
            MethodOwner::Primitive(ty) => self.types.display(ty),
        };
        if let MethodOwner::Nominal(Nominal::Record(record)) = owner {
            let shape = self.signatures.record(record);
            if let Some(&field) = shape.by_name.get(name.text.as_str()) {
                let first = shape.fields[field as usize].name.span;
                self.duplicate_member(name, &owner_name, first);
            }
        }
        let methods = self.signatures.methods.entry(owner).or_default();
        if let Some(&first) = methods.get(name.text.as_str()) {
            let first = self.scopes.items.function(first).name().span;
            self.duplicate_member(name, &owner_name, first);
        } else {
            methods.insert(&name.text, id);
        }
    }

    fn externs(&mut self) {
        for index in 0..self.scopes.items.externs.len() {
            let contract = &self.scopes.items.externs[index];
            let module = contract.module;
            let shapes = contract.methods.iter().map(|it| self.extern_method(module, it)).collect();
            self.signatures.externs.push(shapes);
        }
    }

    fn extern_method(&mut self, module: ModuleId, signature: &ast::Signature) -> ExternShape {
        let params = signature.params.iter().map(|it| self.extern_param(module, it)).collect();
        let result_type = self.foreign(module, &signature.result);
        let result = extern_scalar(result_type);
        if result.is_none() && result_type != TypeId::UNIT && result_type != ERROR {
            let shown = self.types.display(result_type);
            self.diagnostics.push(diagnostic::extern_result(signature.result.span, shown));
            return ExternShape { params, result, result_type: ERROR };
        }
        ExternShape { params, result, result_type }
    }

    fn foreign(&mut self, module: ModuleId, ty: &ast::Type) -> TypeId {
        let context = Context { module, place: TypePlace::Foreign, generics: &[] };
        let scheme = self.ty(ty, context);
        self.types.apply(&scheme, &[])
    }

    fn extern_param(&mut self, module: ModuleId, param: &ast::Param) -> Option<ExternType> {
        let (mode, written) = param.passing();
        if mode == Some(ast::PassMode::Out) {
            self.diagnostics.push(diagnostic::extern_parameter(param.span, "out"));
            return None;
        }
        let by_reference = mode.is_some();
        let ty = self.foreign(module, written);
        let found = match (by_reference, extern_scalar(ty)) {
            (true, Some(ExternType::U8)) => Some(ExternType::BytePointer),
            (true, _) => None,
            (false, scalar) => scalar,
        };
        if found.is_none() && ty != ERROR {
            let prefix = if by_reference { "ref " } else { "" };
            let shown = format!("{prefix}{}", self.types.display(ty));
            self.diagnostics.push(diagnostic::extern_parameter(param.ty.span, shown));
        }
        found
    }
}

/// What the methods of an `impl` block or of a record's body belong to.
#[derive(Clone)]
struct ImplTarget<'a> {
    receiver: Scheme,
    generics: Vec<&'a ast::Ident>,
    bounds: Vec<Bound>,
    /// `None` if something is wrong with it.
    owner: Option<MethodOwner>,
}

impl<'a> ImplTarget<'a> {
    fn failed(generics: Vec<&'a ast::Ident>) -> Self {
        ImplTarget { receiver: FAILED, generics, bounds: Vec::new(), owner: None }
    }
}

/// The last resolved `impl` target: methods of a block stand next to each other.
#[derive(Default)]
struct ImplTargets<'a> {
    last: Option<(Span, ImplTarget<'a>)>,
}

/// The name that an argument of an `impl` target introduces, or refers to if the block declares
/// its type parameters.
fn parameter_name<'a>(arg: &'a ast::Type, declared: &[ast::Generic]) -> Option<&'a ast::Ident> {
    let ast::TypeKind::Path(path) = &arg.kind else { return None };
    let [segment] = path.segments.as_slice() else { return None };
    let known = declared.is_empty() || declared.iter().any(|it| it.name.text == segment.name.text);
    (known && segment.type_args.is_none()).then_some(&segment.name)
}

/// A declared type whose arguments are its own `count` parameters.
pub(crate) fn instance_scheme(types: &mut Types, def: Nominal, count: usize) -> Scheme {
    if count == 0 {
        return Scheme::Known(types.instantiate(def, &[]));
    }
    Scheme::Instance(def, (0..count as u32).map(Scheme::Param).collect())
}

fn extern_scalar(ty: TypeId) -> Option<ExternType> {
    match ty {
        TypeId::BOOL => Some(ExternType::Bool),
        TypeId::U8 => Some(ExternType::U8),
        TypeId::I32 => Some(ExternType::I32),
        TypeId::I64 => Some(ExternType::I64),
        TypeId::F64 => Some(ExternType::F64),
        _ => None,
    }
}
