//! Resolves the types that stand in declarations: fields, parameters, results, receivers.
//!
//! After this phase every call and every field access can be checked without looking at the syntax
//! of the other side.

use std::collections::HashMap;

use beskid_syntax::{Diagnostic, Primitive, Span, ast, diagnostic};

use crate::items::{ExternRef, FunctionItem, FunctionRef, Receiver, Source, TypeDef};
use crate::scope::{Lookup, Placed, Scopes};
use crate::typed::{EnumId, ExternType, ModuleId, RecordId, Type, TypeId};
use crate::types::{ERROR, Types};

/// The resolved declaration of a record.
pub(crate) struct RecordShape<'a> {
    pub(crate) fields: Vec<FieldShape<'a>>,
    pub(crate) by_name: HashMap<&'a str, u32>,
    /// Whether `==` works on every field, and so on the record.
    pub(crate) comparable: bool,
}

/// A resolved field.
pub(crate) struct FieldShape<'a> {
    pub(crate) name: &'a ast::Ident,
    pub(crate) ty: TypeId,
}

/// The resolved declaration of an enum.
pub(crate) struct EnumShape<'a> {
    pub(crate) name: &'a str,
    /// In the order of their tags.
    pub(crate) variants: Vec<VariantShape<'a>>,
    pub(crate) by_name: HashMap<&'a str, u32>,
    /// Whether `==` works on every payload, and so on the enum.
    pub(crate) comparable: bool,
}

/// A resolved variant.
pub(crate) struct VariantShape<'a> {
    pub(crate) ast: &'a ast::Variant,
    pub(crate) payload: Vec<TypeId>,
}

/// The resolved signature of a function; the receiver is not among the parameters.
#[derive(Clone)]
pub(crate) struct FunctionShape {
    pub(crate) receiver: Option<TypeId>,
    pub(crate) params: Vec<TypeId>,
    pub(crate) result: TypeId,
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
    /// By [`RecordId`].
    pub(crate) records: Vec<RecordShape<'a>>,
    /// By [`EnumId`].
    pub(crate) enums: Vec<EnumShape<'a>>,
    /// By [`FunctionRef`].
    pub(crate) functions: Vec<FunctionShape>,
    /// By [`ExternRef`], then by position.
    pub(crate) externs: Vec<Vec<ExternShape>>,
    methods: HashMap<TypeId, HashMap<&'a str, FunctionRef>>,
}

impl<'a> Signatures<'a> {
    pub(crate) fn record(&self, id: RecordId) -> &RecordShape<'a> {
        &self.records[id.index()]
    }

    pub(crate) fn enumeration(&self, id: EnumId) -> &EnumShape<'a> {
        &self.enums[id.index()]
    }

    pub(crate) fn function(&self, id: FunctionRef) -> &FunctionShape {
        &self.functions[id.0 as usize]
    }

    pub(crate) fn externs(&self, id: ExternRef) -> &[ExternShape] {
        &self.externs[id.0 as usize]
    }

    /// The method `name` of a type.
    pub(crate) fn method(&self, ty: TypeId, name: &str) -> Option<FunctionRef> {
        self.methods.get(&ty)?.get(name).copied()
    }

    /// The names of a type's methods, in no particular order.
    pub(crate) fn method_names(&self, ty: TypeId) -> impl Iterator<Item = &str> {
        self.methods.get(&ty).into_iter().flat_map(|methods| methods.keys().copied())
    }
}

/// Resolves all declarations.
pub(crate) fn resolve<'a>(
    scopes: &Scopes<'a>,
    types: &mut Types,
    diagnostics: &mut Vec<Diagnostic>,
) -> Signatures<'a> {
    for record in &scopes.items.records {
        types.name_record(record.ast.name.text.clone());
    }
    for item in &scopes.items.enums {
        types.name_enum(item.ast.name.text.clone());
    }
    let mut resolver = Resolver { scopes, types, diagnostics, signatures: Signatures::default() };
    resolver.records();
    resolver.enums();
    resolver.externs();
    resolver.functions();
    let mut signatures = resolver.signatures;
    mark_comparable(&mut signatures, types);
    signatures
}

struct Resolver<'r, 'a> {
    scopes: &'r Scopes<'a>,
    types: &'r mut Types,
    diagnostics: &'r mut Vec<Diagnostic>,
    signatures: Signatures<'a>,
}

impl<'a> Resolver<'_, 'a> {
    fn ty(&mut self, module: ModuleId, ty: &ast::Type, place: TypePlace) -> TypeId {
        TypeResolver {
            scopes: self.scopes,
            types: self.types,
            diagnostics: self.diagnostics,
            module,
            place,
        }
        .resolve(ty)
    }

    fn records(&mut self) {
        for index in 0..self.scopes.items.records.len() {
            let record = &self.scopes.items.records[index];
            let shape = self.record(record.module, record.public, record.ast);
            self.signatures.records.push(shape);
        }
    }

    fn record(&mut self, module: ModuleId, public: bool, def: &'a ast::TypeDef) -> RecordShape<'a> {
        let place = TypePlace::Definition { public };
        let mut shape =
            RecordShape { fields: Vec::new(), by_name: HashMap::new(), comparable: true };
        for member in &def.members {
            let ast::MemberKind::Field(field) = &member.kind else { continue };
            let ty = self.ty(module, &field.ty, place);
            let ty = self.storable(ty, &field.ty);
            let index = shape.fields.len() as u32;
            if let Some(&first) = shape.by_name.get(field.name.text.as_str()) {
                let first = shape.fields[first as usize].name.span;
                self.duplicate_member(&field.name, &def.name.text, first);
            } else {
                shape.by_name.insert(&field.name.text, index);
                shape.fields.push(FieldShape { name: &field.name, ty });
            }
        }
        shape
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
        let place = TypePlace::Definition { public };
        let mut shape = EnumShape {
            name: &def.name.text,
            variants: Vec::new(),
            by_name: HashMap::new(),
            comparable: true,
        };
        for variant in &def.variants {
            let payload = variant.payload.iter().map(|it| self.payload(module, it, place));
            let payload = payload.collect();
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

    fn payload(&mut self, module: ModuleId, payload: &ast::Payload, place: TypePlace) -> TypeId {
        let ty = self.ty(module, &payload.ty, place);
        self.storable(ty, &payload.ty)
    }

    fn duplicate_member(&mut self, name: &ast::Ident, owner: &str, first: Span) {
        let found = diagnostic::duplicate_member(name.span, &name.text, owner);
        self.diagnostics.push(found.also(first, "first declared here"));
    }

    /// A type that can stand in a field or parameter.
    fn storable(&mut self, ty: TypeId, written: &ast::Type) -> TypeId {
        if ty == TypeId::UNIT {
            let construct = "a field or parameter of type `unit`";
            self.diagnostics.push(diagnostic::not_supported(written.span, construct));
            return ERROR;
        }
        ty
    }

    fn functions(&mut self) {
        let mut targets = ImplTargets::default();
        for index in 0..self.scopes.items.functions.len() {
            let function = &self.scopes.items.functions[index];
            let id = FunctionRef(index as u32);
            let receiver = function.receiver.map(|receiver| match receiver {
                Receiver::Body(record) => self.types.intern(Type::Record(record)),
                Receiver::Impl(target) => self.impl_target(function.module, target, &mut targets),
            });
            let shape = self.function(function, receiver);
            self.signatures.functions.push(shape);
            if let Some(receiver) = receiver {
                self.add_method(receiver, id);
            }
        }
    }

    fn function(&mut self, function: &FunctionItem<'a>, receiver: Option<TypeId>) -> FunctionShape {
        let Source::Function(def) = function.source else {
            return FunctionShape { receiver, params: Vec::new(), result: TypeId::UNIT };
        };
        let place = TypePlace::Signature { public: function.public };
        let mut params = Vec::new();
        for param in &def.signature.params {
            let ty = self.ty(function.module, &param.ty, place);
            params.push(self.storable(ty, &param.ty));
        }
        let result = self.ty(function.module, &def.signature.result, place);
        FunctionShape { receiver, params, result }
    }

    /// The type after `impl`; all methods of one block share one resolution, and one report.
    fn impl_target(
        &mut self,
        module: ModuleId,
        target: &'a ast::Type,
        known: &mut ImplTargets,
    ) -> TypeId {
        if let Some((span, ty)) = known.last
            && span == target.span
        {
            return ty;
        }
        let mut ty = self.ty(module, target, TypePlace::Impl);
        if self.types.element(ty).is_some() {
            self.diagnostics.push(diagnostic::not_supported(target.span, "an `impl` for arrays"));
            ty = ERROR;
        }
        let owner = self.types.get(ty).and_then(|ty| self.scopes.items.home(ty));
        if let Some(owner) = owner
            && self.scopes.is_user_code(module)
            && !self.scopes.is_user_code(owner)
        {
            let construct = "an `impl` for a type of another package";
            self.diagnostics.push(diagnostic::not_supported(target.span, construct));
            ty = ERROR;
        }
        known.last = Some((target.span, ty));
        ty
    }

    fn add_method(&mut self, receiver: TypeId, id: FunctionRef) {
        if receiver == ERROR {
            return;
        }
        let name = self.scopes.items.function(id).name();
        let owner = self.types.display(receiver);
        if let Some(record) = self.types.record(receiver) {
            let shape = self.signatures.record(record);
            if let Some(&field) = shape.by_name.get(name.text.as_str()) {
                let first = shape.fields[field as usize].name.span;
                self.duplicate_member(name, &owner, first);
            }
        }
        let methods = self.signatures.methods.entry(receiver).or_default();
        if let Some(&first) = methods.get(name.text.as_str()) {
            let first = self.scopes.items.function(first).name().span;
            self.duplicate_member(name, &owner, first);
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
        let result_type = self.ty(module, &signature.result, TypePlace::Foreign);
        let result = extern_scalar(result_type);
        if result.is_none() && result_type != TypeId::UNIT && result_type != ERROR {
            let shown = self.types.display(result_type);
            self.diagnostics.push(diagnostic::extern_result(signature.result.span, shown));
            return ExternShape { params, result, result_type: ERROR };
        }
        ExternShape { params, result, result_type }
    }

    fn extern_param(&mut self, module: ModuleId, param: &ast::Param) -> Option<ExternType> {
        let (by_reference, written) = match (&param.mode, &param.ty.kind) {
            (Some(ast::PassMode::Ref), _) => (true, &param.ty),
            (None, ast::TypeKind::Ref(inner)) => (true, &**inner),
            (None, _) => (false, &param.ty),
            (Some(ast::PassMode::Out), _) => {
                self.diagnostics.push(diagnostic::extern_parameter(param.span, "out"));
                return None;
            }
        };
        let ty = self.ty(module, written, TypePlace::Foreign);
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

/// The last resolved `impl` target: methods of a block stand next to each other.
#[derive(Default)]
struct ImplTargets {
    last: Option<(Span, TypeId)>,
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

/// Types that every module can name without importing them.
const PRELUDE_TYPES: [&str; 2] = ["Option", "Result"];

/// Where a type is written, which decides about codes and warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypePlace {
    /// In the body of a type.
    Definition {
        /// Whether the type is `pub`.
        public: bool,
    },
    /// As parameter or result.
    Signature {
        /// Whether the function is `pub`.
        public: bool,
    },
    /// After `impl`.
    Impl,
    /// In an `[Extern]` contract, where foreign shapes are checked afterwards.
    Foreign,
    /// In a body.
    Body,
    /// Before `::`.
    Enum,
}

/// Resolves one written type.
pub(crate) struct TypeResolver<'r, 'a> {
    pub(crate) scopes: &'r Scopes<'a>,
    pub(crate) types: &'r mut Types,
    pub(crate) diagnostics: &'r mut Vec<Diagnostic>,
    pub(crate) module: ModuleId,
    pub(crate) place: TypePlace,
}

impl TypeResolver<'_, '_> {
    pub(crate) fn resolve(&mut self, ty: &ast::Type) -> TypeId {
        match &ty.kind {
            ast::TypeKind::Primitive(primitive) => self.types.primitive(*primitive),
            ast::TypeKind::Path(path) => self.path(path),
            ast::TypeKind::Array(inner) => self.array(inner),
            ast::TypeKind::Function { .. } => self.not_supported(ty.span, "a function type"),
            ast::TypeKind::Ref(_) => self.not_supported(ty.span, "a `ref` type"),
            ast::TypeKind::Error => ERROR,
        }
    }

    fn not_supported(&mut self, span: Span, construct: &str) -> TypeId {
        self.diagnostics.push(diagnostic::not_supported(span, construct));
        ERROR
    }

    fn array(&mut self, inner: &ast::Type) -> TypeId {
        let element = self.resolve(inner);
        if element == TypeId::UNIT {
            return self.not_supported(inner.span, "an array of `unit`");
        }
        self.types.array(element)
    }

    /// The type that a path names.
    pub(crate) fn path(&mut self, path: &ast::TypePath) -> TypeId {
        match self.definition(path) {
            Some(TypeDef::Record(record)) => self.types.intern(Type::Record(record)),
            Some(TypeDef::Enum(id)) => self.types.intern(Type::Enum(id)),
            Some(TypeDef::Extern(_)) => {
                let name = &path.last().name.text;
                let found =
                    diagnostic::not_a_type(path.span, name, "a contract of foreign functions");
                self.diagnostics.push(found);
                ERROR
            }
            Some(TypeDef::Unsupported) | None => ERROR,
        }
    }

    fn definition(&mut self, path: &ast::TypePath) -> Option<TypeDef> {
        let names: Vec<&ast::Ident> = path.segments.iter().map(|it| &it.name).collect();
        let (last, modules) = names.split_last()?;
        let found = if modules.is_empty() {
            self.scopes.find_type(self.module, &last.text)
        } else {
            match self.scopes.module_at(self.module, modules) {
                Ok(module) => self.scopes.type_in(module, &last.text, self.module),
                Err(mistake) => {
                    self.diagnostics.extend(mistake.map(|it| *it));
                    return None;
                }
            }
        };
        let def = self.accept(found, last)?;
        self.check_arguments(path, def);
        Some(def)
    }

    fn accept(&mut self, found: Lookup<Placed<TypeDef>>, name: &ast::Ident) -> Option<TypeDef> {
        match found {
            Lookup::Found((_, def)) => {
                self.scopes.mark_type_used(def);
                self.check_visibility(def, name);
                Some(def)
            }
            Lookup::Private(_, owner) => {
                self.diagnostics.push(self.scopes.private_item(name.span, &name.text, owner));
                None
            }
            Lookup::Missing => {
                let found = self.unknown(name);
                self.diagnostics.push(found);
                None
            }
            Lookup::Unknown => None,
        }
    }

    /// A public declaration that mentions a private type cannot be used fully from outside.
    fn check_visibility(&mut self, def: TypeDef, name: &ast::Ident) {
        let public = match self.place {
            TypePlace::Definition { public } | TypePlace::Signature { public } => public,
            TypePlace::Impl | TypePlace::Foreign | TypePlace::Body | TypePlace::Enum => false,
        };
        let private = match def {
            TypeDef::Record(id) => !self.scopes.items.record(id).public,
            TypeDef::Enum(id) => !self.scopes.items.enumeration(id).public,
            TypeDef::Extern(_) | TypeDef::Unsupported => false,
        };
        if public && private {
            let found = diagnostic::private_type_in_public_signature(name.span, &name.text);
            self.diagnostics.push(found);
        }
    }

    fn check_arguments(&mut self, path: &ast::TypePath, def: TypeDef) {
        let with_args = path.segments.iter().find(|it| it.type_args.is_some());
        if let Some(segment) = with_args
            && def != TypeDef::Unsupported
        {
            let count = segment.type_args.as_ref().map_or(0, Vec::len);
            let name = &segment.name.text;
            let found = diagnostic::wrong_type_argument_count(segment.span, name, 0, count);
            self.diagnostics.push(found);
        }
    }

    fn unknown(&self, name: &ast::Ident) -> Diagnostic {
        if PRELUDE_TYPES.contains(&name.text.as_str()) {
            let construct = format!("the library type `{}`", name.text);
            return diagnostic::not_supported(name.span, construct);
        }
        let found = match self.place {
            TypePlace::Definition { .. } => {
                diagnostic::unknown_type_in_definition(name.span, &name.text)
            }
            TypePlace::Enum => diagnostic::unknown_enum(name.span, &name.text),
            TypePlace::Signature { .. }
            | TypePlace::Impl
            | TypePlace::Foreign
            | TypePlace::Body => diagnostic::unknown_type(name.span, &name.text),
        };
        let primitives = Primitive::ALL.iter().map(|primitive| primitive.name());
        let known = self.scopes.visible_types(self.module).chain(primitives);
        self.scopes.suggestions.add(found, &name.text, known)
    }
}

/// Decides for every record and enum whether `==` works: it does unless some field or payload,
/// directly or through other types, is an array. Types that contain each other are comparable
/// unless proved otherwise.
fn mark_comparable(signatures: &mut Signatures<'_>, types: &Types) {
    let records = signatures.records.iter().enumerate().flat_map(|(index, shape)| {
        let owner = Type::Record(RecordId(index as u32));
        shape.fields.iter().map(move |field| (owner, field.ty))
    });
    let enums = signatures.enums.iter().enumerate().flat_map(|(index, shape)| {
        let owner = Type::Enum(EnumId(index as u32));
        let payloads = shape.variants.iter().flat_map(|variant| &variant.payload);
        payloads.map(move |&ty| (owner, ty))
    });
    let mut containers: HashMap<Type, Vec<Type>> = HashMap::new();
    let mut pending = Vec::new();
    for (owner, part) in records.chain(enums) {
        match types.get(part) {
            Some(Type::Array(_)) => pending.push(owner),
            Some(inner @ (Type::Record(_) | Type::Enum(_))) => {
                containers.entry(inner).or_default().push(owner);
            }
            _ => {}
        }
    }
    while let Some(owner) = pending.pop() {
        let comparable = if let Type::Record(id) = owner {
            &mut signatures.records[id.index()].comparable
        } else if let Type::Enum(id) = owner {
            &mut signatures.enums[id.index()].comparable
        } else {
            continue;
        };
        if std::mem::replace(comparable, false) {
            pending.extend(containers.get(&owner).into_iter().flatten());
        }
    }
}
