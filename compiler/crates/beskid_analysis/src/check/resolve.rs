//! What a name or a dotted path means inside a body: locals first, then bare members, then the
//! names of modules (reference 22.4).

use std::rc::Rc;

use beskid_syntax::{Span, ast, diagnostic};

use crate::items::{FunctionRef, Nominal, TypeDef, ValueDef};
use crate::scope::{Lookup, Placed};
use crate::typed::{Expr, ExprKind, FunctionId, LocalId, ModuleId, TypeId};

use super::FunctionInstance;
use super::body::Body;

/// What a single name means as a value.
pub(super) enum Name {
    /// A local or parameter.
    Local(LocalId),
    /// A field of `this`.
    Field(u32),
    /// An item.
    Item(ValueDef),
    /// Nothing, which has been reported or follows from something reported.
    Failed,
}

/// What stands before a dot.
pub(super) enum Prefix<'e> {
    /// A value, to be checked as such.
    Value,
    /// A name of modules or types; which of the two, the name after the dot decides.
    Names {
        /// The module of this name.
        module: Option<ModuleId>,
        /// The type of this name.
        ty: Option<TypeDef>,
        /// The last name, for messages.
        name: &'e ast::Ident,
    },
    /// Something that has been reported.
    Failed,
}

impl<'a> Body<'_, 'a> {
    /// A function that calls itself is not used by that.
    pub(super) fn mark_function_used(&self, function: FunctionRef) {
        if function != self.function {
            self.world.scopes.mark_value_used(ValueDef::Function(function));
        }
    }

    /// The id of a function that is called here; reports instances that cannot exist.
    pub(super) fn function_id(
        &mut self,
        function: FunctionRef,
        args: Vec<TypeId>,
        span: Span,
    ) -> Option<FunctionId> {
        self.mark_function_used(function);
        let instance = FunctionInstance { function, args: Rc::from(args) };
        if let Some(found) = self.checked.refuses_instance(self.world, &instance, span) {
            self.report(found);
            return None;
        }
        Some(self.checked.function_id(instance, Some(span)))
    }

    /// The id of a method without type parameters of its own.
    pub(super) fn method_id(
        &mut self,
        method: FunctionRef,
        receiver: TypeId,
        span: Span,
    ) -> Option<FunctionId> {
        let args = self.checked.types.instance(receiver).map(|it| it.args.to_vec());
        self.function_id(method, args.unwrap_or_default(), span)
    }

    /// The method of `this` that a bare name means.
    pub(super) fn bare_method(&self, name: &str) -> Option<FunctionRef> {
        self.method(self.receiver?, name)
    }

    fn bare_field(&self, name: &str) -> Option<u32> {
        self.record_shape(self.receiver?)?.by_name.get(name).copied()
    }

    /// What `name` means as a value; reports names that mean nothing.
    pub(super) fn name(&mut self, name: &ast::Ident) -> Name {
        let text = name.text.as_str();
        if let Some((level, local)) = self.find_local(text) {
            return Name::Local(self.capture_named(name, level, local));
        }
        if let Some(field) = self.bare_field(text) {
            return Name::Field(field);
        }
        match self.world.scopes.find_value(self.module, text) {
            Lookup::Found((_, def)) => Name::Item(def),
            Lookup::Private(_, owner) => {
                let found = self.world.scopes.private_item(name.span, text, owner);
                self.report(found);
                Name::Failed
            }
            Lookup::Unknown => Name::Failed,
            Lookup::Missing => {
                self.report_unknown_name(name);
                Name::Failed
            }
        }
    }

    fn report_unknown_name(&mut self, name: &ast::Ident) {
        let text = name.text.as_str();
        let scopes = &self.world.scopes;
        if let Some(later) = self.later_declaration(text) {
            let found = diagnostic::used_before_declaration(name.span, text);
            self.report(found.also(later, "declared here"));
        } else if self.is_known_type(name) {
            self.report(diagnostic::type_used_as_value(name.span, text));
        } else if let Lookup::Found(_) = scopes.find_module(self.module, text) {
            self.report(diagnostic::module_used_as_value(name.span, text));
        } else if scopes.is_uncertain(self.module) {
            // What is missing may be a consequence of a mistake elsewhere.
        } else if let Some(owner) = self.enum_with_variant(text) {
            let found = diagnostic::unqualified_variant(name.span, text);
            self.report(found.help(format!("write `{owner}::{text}`")));
        } else {
            self.report_misspelt_name(name);
        }
    }

    /// The enum that is known here and has a variant of this name; of several, the first by name. It
    /// is a suggestion, and so their limit holds.
    fn enum_with_variant(&self, variant: &str) -> Option<String> {
        let scopes = &self.world.scopes;
        if !scopes.suggestions.wanted() {
            return None;
        }
        let has_variant = |name: &&str| {
            let found = scopes.find_type(self.module, name).found();
            let Some((_, TypeDef::Nominal(Nominal::Enum(id)))) = found else { return false };
            scopes.items.enumeration(id).ast.variants.iter().any(|it| it.name.text == variant)
        };
        let own = scopes.visible_types(self.module).filter(has_variant).min();
        own.or_else(|| crate::prelude::names().find(has_variant)).map(str::to_owned)
    }

    fn report_misspelt_name(&mut self, name: &ast::Ident) {
        let text = name.text.as_str();
        let found = diagnostic::unknown_value(name.span, text);
        let known = self.visible_names(text.starts_with("__"));
        self.report(self.world.scopes.suggestions.add(
            found,
            text,
            known.iter().map(String::as_str),
        ));
    }

    /// All names that mean a value here, if a suggestion is still wanted.
    fn visible_names(&self, builtins_too: bool) -> Vec<String> {
        if !self.world.scopes.suggestions.wanted() {
            return Vec::new();
        }
        let record = self.receiver.and_then(|receiver| self.record_shape(receiver));
        let fields = record.into_iter().flat_map(|shape| shape.by_name.keys().copied());
        let methods = self.receiver.into_iter().flat_map(|ty| self.method_names(ty));
        let intrinsics = super::intrinsics::names().map(|name| -> &str { name });
        let builtins = self.world.builtins.names().chain(intrinsics).filter(|_| builtins_too);
        let items = self.world.scopes.visible_values(self.module);
        let names = self.local_names().chain(fields).chain(methods).chain(builtins).chain(items);
        names.map(str::to_owned).collect()
    }

    /// Whether a name means a type here.
    pub(super) fn is_known_type(&self, name: &ast::Ident) -> bool {
        let found = self.world.scopes.find_type(self.module, &name.text);
        matches!(found, Lookup::Found(_) | Lookup::Private(..))
    }

    /// What the expression before a dot is.
    pub(super) fn prefix<'e>(&mut self, object: &'e ast::Expr) -> Prefix<'e> {
        if let ast::ExprKind::Name(segment) = &object.kind {
            return self.name_prefix(&segment.name);
        }
        let ast::ExprKind::Member(access) = &object.kind else { return Prefix::Value };
        match self.prefix(&access.object) {
            Prefix::Names { module: Some(module), .. } => {
                self.member_prefix(module, &access.segment.name)
            }
            Prefix::Names { .. } | Prefix::Value => Prefix::Value,
            Prefix::Failed => Prefix::Failed,
        }
    }

    fn name_prefix<'e>(&mut self, name: &'e ast::Ident) -> Prefix<'e> {
        let text = name.text.as_str();
        if self.is_local(text) || self.bare_field(text).is_some() {
            return Prefix::Value;
        }
        let scopes = &self.world.scopes;
        let module = scopes.find_module(self.module, text);
        let ty = scopes.find_type(self.module, text);
        let value = scopes.find_value(self.module, text);
        if matches!((&module, &ty), (Lookup::Missing, Lookup::Missing)) {
            if !value.is_missing() {
                return Prefix::Value;
            }
            self.report_unknown_name(name);
            return Prefix::Failed;
        }
        self.names_prefix(module, ty, name)
    }

    /// A step of a path: a module or a type in `module`, or else a value there.
    fn member_prefix<'e>(&mut self, module: ModuleId, name: &'e ast::Ident) -> Prefix<'e> {
        let scopes = &self.world.scopes;
        let child = scopes.module_in(module, &name.text, self.module);
        let ty = scopes.type_in(module, &name.text, self.module);
        let value = scopes.value_in(module, &name.text, self.module);
        if matches!((&child, &ty, &value), (Lookup::Missing, Lookup::Missing, Lookup::Missing)) {
            let path = format!("{}.{}", scopes.tree.display(module), name.text);
            let found = diagnostic::unknown_module(name.span, path);
            let known: Vec<&str> = scopes.names_in(module, self.module).collect();
            self.report(self.world.scopes.suggestions.add(found, &name.text, known));
            return Prefix::Failed;
        }
        if matches!((&child, &ty), (Lookup::Missing, Lookup::Missing)) {
            return Prefix::Value;
        }
        self.names_prefix(child, ty, name)
    }

    fn names_prefix<'e>(
        &mut self,
        module: Lookup<ModuleId>,
        ty: Lookup<Placed<TypeDef>>,
        name: &'e ast::Ident,
    ) -> Prefix<'e> {
        let found_module = module.found();
        let found_type = ty.found().map(|(_, def)| def);
        if found_module.is_some() || found_type.is_some() {
            found_type.iter().for_each(|&def| self.world.scopes.mark_type_used(def));
            return Prefix::Names { module: found_module, ty: found_type, name };
        }
        if let Some(owner) = module.private_owner().or(ty.private_owner()) {
            let found = self.world.scopes.private_item(name.span, &name.text, owner);
            self.report(found);
        }
        Prefix::Failed
    }

    /// The function that `module.name` means; reports what is wrong with it.
    pub(super) fn function_in(
        &mut self,
        module: ModuleId,
        name: &ast::Ident,
    ) -> Option<FunctionRef> {
        let scopes = &self.world.scopes;
        match scopes.value_in(module, &name.text, self.module) {
            Lookup::Found((_, ValueDef::Function(function))) => Some(function),
            Lookup::Private(_, owner) => {
                let found = scopes.private_item(name.span, &name.text, owner);
                self.report(found);
                None
            }
            Lookup::Unknown => None,
            Lookup::Missing => {
                self.report_no_function(module, name);
                None
            }
        }
    }

    fn report_no_function(&mut self, module: ModuleId, name: &ast::Ident) {
        let scopes = &self.world.scopes;
        let text = name.text.as_str();
        let ty = scopes.type_in(module, text, self.module);
        let child = scopes.module_in(module, text, self.module);
        let found = if !matches!(ty, Lookup::Missing) {
            diagnostic::type_used_as_value(name.span, text)
        } else if !matches!(child, Lookup::Missing) {
            diagnostic::module_used_as_value(name.span, text)
        } else {
            scopes.unknown_member(module, name, self.module)
        };
        self.report(found);
    }

    /// A local as an expression.
    pub(super) fn local_expr(&self, local: LocalId, span: Span) -> Expr {
        Expr { kind: ExprKind::Local(local), ty: self.local_type(local), span }
    }
}
