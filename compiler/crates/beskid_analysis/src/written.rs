//! Types as they are written in declarations and bodies, and what they mean.

use beskid_syntax::{Diagnostic, Primitive, ast, diagnostic};

use crate::items::{Nominal, TypeDef};
use crate::scope::{Lookup, Placed, Scopes};
use crate::typed::ModuleId;
use crate::types::{ERROR, Scheme, Types};

/// A scheme that stands for a reported mistake.
const FAILED: Scheme = Scheme::Known(ERROR);

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
    /// The names of the type parameters that are visible, by position.
    pub(crate) generics: &'r [&'r ast::Ident],
}

impl TypeResolver<'_, '_> {
    pub(crate) fn resolve(&mut self, ty: &ast::Type) -> Scheme {
        match &ty.kind {
            ast::TypeKind::Primitive(primitive) => Scheme::Known(self.types.primitive(*primitive)),
            ast::TypeKind::Path(path) => self.path(path),
            ast::TypeKind::Array(inner) => self.array(inner),
            ast::TypeKind::Function { params, result } => self.function(params, result),
            ast::TypeKind::Ref(_) => {
                self.diagnostics.push(diagnostic::ref_outside_parameter(ty.span));
                FAILED
            }
            ast::TypeKind::Error => FAILED,
        }
    }

    fn array(&mut self, inner: &ast::Type) -> Scheme {
        match self.resolve(inner) {
            Scheme::Known(element) => Scheme::Known(self.types.array(element)),
            open @ (Scheme::Param(_)
            | Scheme::Array(_)
            | Scheme::Function(..)
            | Scheme::Instance(..)) => Scheme::Array(Box::new(open)),
        }
    }

    /// `R(A, B)`, as a scheme that is open only if its parts are.
    fn function(&mut self, params: &[ast::Type], result: &ast::Type) -> Scheme {
        let result = self.resolve(result);
        let params: Vec<Scheme> = params.iter().map(|param| self.resolve(param)).collect();
        Scheme::function(self.types, params, result)
    }

    /// The type that a path names; its type arguments must be written.
    fn path(&mut self, path: &ast::TypePath) -> Scheme {
        if let Some(parameter) = self.parameter(path) {
            return parameter;
        }
        let Some((def, args)) = self.nominal(path) else { return FAILED };
        let Some(args) = args else {
            let name = &path.last().name;
            if self.scopes.items.type_generics(def).is_empty() {
                return Scheme::Known(self.types.instantiate(def, &[]));
            }
            self.diagnostics.push(diagnostic::missing_type_arguments(path.span, &name.text));
            return FAILED;
        };
        Scheme::instance(self.types, def, args)
    }

    /// The contract that a path names; everything else is reported.
    pub(crate) fn contract(&mut self, path: &ast::TypePath) -> Option<Scheme> {
        let scheme = self.path(path);
        match scheme.declared(self.types) {
            Some((Nominal::Contract(_), _)) => return Some(scheme),
            Some((Nominal::Record(_) | Nominal::Enum(_), _)) | None => {}
        }
        if scheme != FAILED {
            self.diagnostics.push(diagnostic::not_a_contract(path.span, &path.last().name.text));
        }
        None
    }

    /// The type parameter that a path names.
    fn parameter(&mut self, path: &ast::TypePath) -> Option<Scheme> {
        let [segment] = path.segments.as_slice() else { return None };
        let index = self.generics.iter().position(|it| it.text == segment.name.text)?;
        if let Some(args) = &segment.type_args {
            let name = &segment.name.text;
            let found = diagnostic::wrong_type_argument_count(segment.span, name, 0, args.len());
            self.diagnostics.push(found);
            return Some(FAILED);
        }
        Some(Scheme::Param(index as u32))
    }

    /// The declared type that a path names, and its type arguments if they are written.
    pub(crate) fn nominal(
        &mut self,
        path: &ast::TypePath,
    ) -> Option<(Nominal, Option<Vec<Scheme>>)> {
        let last = path.last();
        let def = match self.definition(path)? {
            TypeDef::Nominal(def) => def,
            TypeDef::Extern(_) => {
                let what = "a contract of foreign functions";
                self.diagnostics.push(diagnostic::not_a_type(path.span, &last.name.text, what));
                return None;
            }
        };
        let Some(written) = &last.type_args else { return Some((def, None)) };
        let args: Vec<Scheme> = written.iter().map(|arg| self.resolve(arg)).collect();
        let count = self.scopes.items.type_generics(def).len();
        if args.len() != count {
            let name = &last.name.text;
            let found = diagnostic::wrong_type_argument_count(last.span, name, count, args.len());
            self.diagnostics.push(found);
            return None;
        }
        Some((def, Some(args)))
    }

    /// What a path names, without regard to type arguments.
    pub(crate) fn definition(&mut self, path: &ast::TypePath) -> Option<TypeDef> {
        let names: Vec<&ast::Ident> = path.segments.iter().map(|it| &it.name).collect();
        let (last, modules) = names.split_last()?;
        let outer = &path.segments[..modules.len()];
        if let Some(segment) = outer.iter().find(|it| it.type_args.is_some()) {
            let count = segment.type_args.as_ref().map_or(0, Vec::len);
            let name = &segment.name.text;
            let found = diagnostic::wrong_type_argument_count(segment.span, name, 0, count);
            self.diagnostics.push(found);
        }
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
        self.accept(found, last)
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
            TypeDef::Nominal(def) => !self.scopes.items.is_public(def),
            TypeDef::Extern(_) => false,
        };
        if public && private {
            let found = diagnostic::private_type_in_public_signature(name.span, &name.text);
            self.diagnostics.push(found);
        }
    }

    fn unknown(&self, name: &ast::Ident) -> Diagnostic {
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
