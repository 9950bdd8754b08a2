//! What the names of modules, types and values mean, seen from a module (reference 22.4).
//!
//! A name is looked for in the module, in its imports, then in the modules around it, and last among
//! the roots of the core library. Locals and members come before all of this and are the business
//! of [`crate::check`]. Where part of a module is unknown because of an earlier mistake, nothing is
//! reported as missing from it.

mod imports;

use beskid_syntax::{Diagnostic, Span, ast, diagnostic};

use crate::items::{Items, Named, TypeDef, ValueDef};
use crate::modules::{CORE, ModuleTree, Origin};
use crate::suggest::Suggestions;
use crate::typed::ModuleId;
use imports::{Imports, Target};

/// What was found behind a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lookup<T> {
    /// This.
    Found(T),
    /// This, but it may not be used here.
    Private(T, ModuleId),
    /// Nothing.
    Missing,
    /// Nothing, and an earlier mistake may be the reason.
    Unknown,
}

impl<T> Lookup<T> {
    /// The thing itself, private or not.
    fn any(self) -> Option<T> {
        match self {
            Lookup::Found(it) | Lookup::Private(it, _) => Some(it),
            Lookup::Missing | Lookup::Unknown => None,
        }
    }

    /// The thing itself, unless it is private.
    pub(crate) fn found(self) -> Option<T> {
        match self {
            Lookup::Found(it) => Some(it),
            Lookup::Private(..) | Lookup::Missing | Lookup::Unknown => None,
        }
    }

    /// The module that keeps it private.
    pub(crate) fn private_owner(&self) -> Option<ModuleId> {
        match self {
            Lookup::Private(_, owner) => Some(*owner),
            Lookup::Found(_) | Lookup::Missing | Lookup::Unknown => None,
        }
    }

    /// Whether there certainly is nothing.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Lookup::Missing)
    }
}

/// Modules with their items and imports: everything that names can mean.
pub(crate) struct Scopes<'a> {
    pub(crate) tree: &'a ModuleTree,
    pub(crate) items: Items<'a>,
    imports: Imports,
    /// For misspelt names in all phases.
    pub(crate) suggestions: Suggestions,
}

/// A namespace: how to find a name among items and in the target of an import.
trait Namespace {
    type Def: Copy;
    fn own(scopes: &Scopes<'_>, module: ModuleId, name: &str) -> Option<(Self::Def, bool)>;
    fn imported(target: &Target) -> Option<Self::Def>;
}

struct TypeNames;
struct ValueNames;
struct ModuleNames;

/// A definition and the module that declares it.
pub(crate) type Placed<T> = (ModuleId, T);

impl Namespace for TypeNames {
    type Def = Placed<TypeDef>;

    fn own(scopes: &Scopes<'_>, module: ModuleId, name: &str) -> Option<(Self::Def, bool)> {
        let named = scopes.items.names[module.index()].types.get(name)?;
        Some(((module, named.def), named.public))
    }

    fn imported(target: &Target) -> Option<Self::Def> {
        target.ty
    }
}

impl Namespace for ValueNames {
    type Def = Placed<ValueDef>;

    fn own(scopes: &Scopes<'_>, module: ModuleId, name: &str) -> Option<(Self::Def, bool)> {
        let named = scopes.items.names[module.index()].values.get(name)?;
        Some(((module, named.def), named.public))
    }

    fn imported(target: &Target) -> Option<Self::Def> {
        target.value
    }
}

impl Namespace for ModuleNames {
    type Def = ModuleId;

    fn own(scopes: &Scopes<'_>, module: ModuleId, name: &str) -> Option<(Self::Def, bool)> {
        let child = scopes.tree.child(module, name)?;
        Some((child, scopes.tree.get(child).private_to.is_none()))
    }

    fn imported(target: &Target) -> Option<Self::Def> {
        target.module
    }
}

impl<'a> Scopes<'a> {
    /// The type called `name`, seen from `from`.
    pub(crate) fn find_type(&self, from: ModuleId, name: &str) -> Lookup<Placed<TypeDef>> {
        let found = self.find::<TypeNames>(from, name);
        let prelude = self.prelude_type(name).filter(|_| found.is_missing());
        prelude.map_or(found, Lookup::Found)
    }

    /// The type of the prelude called `name`.
    fn prelude_type(&self, name: &str) -> Option<Placed<TypeDef>> {
        let path = crate::prelude::module_of(name)?;
        let module = path.iter().try_fold(CORE, |at, step| self.tree.child(at, step))?;
        TypeNames::own(self, module, name).map(|(def, _)| def)
    }

    /// The value called `name`, seen from `from`.
    pub(crate) fn find_value(&self, from: ModuleId, name: &str) -> Lookup<Placed<ValueDef>> {
        self.find::<ValueNames>(from, name)
    }

    /// The module called `name`, seen from `from`.
    pub(crate) fn find_module(&self, from: ModuleId, name: &str) -> Lookup<ModuleId> {
        let found = self.find::<ModuleNames>(from, name);
        let in_library = self.tree.child(CORE, name).filter(|_| found.is_missing());
        in_library.map_or(found, Lookup::Found)
    }

    /// The type `name` of `module`, used in `from`.
    pub(crate) fn type_in(
        &self,
        module: ModuleId,
        name: &str,
        from: ModuleId,
    ) -> Lookup<Placed<TypeDef>> {
        let found = self.member::<TypeNames>(module, name, from);
        let child = self.tree.child(module, name).filter(|_| found.is_missing());
        child.and_then(|child| self.type_of_module(child, from)).map_or(found, Lookup::Found)
    }

    /// The value `name` of `module`, used in `from`.
    pub(crate) fn value_in(
        &self,
        module: ModuleId,
        name: &str,
        from: ModuleId,
    ) -> Lookup<Placed<ValueDef>> {
        self.member::<ValueNames>(module, name, from)
    }

    /// The module `name` of `module`, used in `from`.
    pub(crate) fn module_in(
        &self,
        module: ModuleId,
        name: &str,
        from: ModuleId,
    ) -> Lookup<ModuleId> {
        self.member::<ModuleNames>(module, name, from)
    }

    /// Notes that something outside the type itself refers to it.
    pub(crate) fn mark_type_used(&self, def: TypeDef) {
        let (module, name) = match def {
            TypeDef::Nominal(def) => (self.items.home(def), self.items.type_name(def)),
            TypeDef::Extern(id) => {
                let contract = self.items.extern_contract(id);
                (contract.module, contract.name)
            }
        };
        mark(self.items.names[module.index()].types.get(name.text.as_str()));
    }

    /// Notes that something outside the function itself refers to it.
    pub(crate) fn mark_value_used(&self, def: ValueDef) {
        let ValueDef::Function(id) = def;
        let function = self.items.function(id);
        let names = &self.items.names[function.module.index()];
        mark(names.values.get(function.name().text.as_str()));
    }

    /// Whether names may be missing around `from` because of an earlier mistake.
    pub(crate) fn is_uncertain(&self, from: ModuleId) -> bool {
        self.tree.outward(from).any(|id| self.tree.get(id).broken)
    }

    /// The names of the values that are visible without a path, for suggestions.
    pub(crate) fn visible_values(&self, from: ModuleId) -> impl Iterator<Item = &str> {
        let modules = self.tree.outward(from);
        modules.flat_map(|id| {
            let names = &self.items.names[id.index()];
            names.values.keys().chain(names.imports.keys()).copied()
        })
    }

    /// The names of the types that are visible without a path, for suggestions.
    pub(crate) fn visible_types(&self, from: ModuleId) -> impl Iterator<Item = &str> {
        let modules = self.tree.outward(from);
        modules.flat_map(|id| {
            let names = &self.items.names[id.index()];
            names.types.keys().chain(names.imports.keys()).copied()
        })
    }

    /// The names of everything that `module` offers to `from`, for suggestions.
    pub(crate) fn names_in(&self, module: ModuleId, from: ModuleId) -> impl Iterator<Item = &str> {
        let inside = self.tree.is_inside(from, module);
        let names = &self.items.names[module.index()];
        let types = names.types.iter().filter(move |(_, it)| inside || it.public);
        let values = names.values.iter().filter(move |(_, it)| inside || it.public);
        let items = types.map(|(name, _)| *name).chain(values.map(|(name, _)| *name));
        items.chain(self.tree.child_names(module))
    }

    fn find<N: Namespace>(&self, from: ModuleId, name: &str) -> Lookup<N::Def> {
        for module in self.tree.outward(from) {
            let found = self.member::<N>(module, name, from);
            if !matches!(found, Lookup::Missing) {
                return found;
            }
        }
        Lookup::Missing
    }

    /// `name` in `module`: an item, or an import that `from` may see.
    fn member<N: Namespace>(&self, module: ModuleId, name: &str, from: ModuleId) -> Lookup<N::Def> {
        let inside = self.tree.is_inside(from, module);
        let import = self.items.names[module.index()].imports.get(name).copied();
        if let Some((def, public)) = N::own(self, module, name) {
            // `use a;` names a module that is visible anyway.
            import.iter().for_each(|&id| self.items.import(id).used.set(true));
            return visible(def, public || inside, module);
        }
        if let Some(id) = import {
            let target = self.import_target(id);
            let import = self.items.import(id);
            if let Some(def) = N::imported(&target) {
                import.used.set(true);
                return visible(def, import.public || inside, module);
            }
            if target.failed {
                import.used.set(true);
                return Lookup::Unknown;
            }
        }
        if self.tree.get(module).broken { Lookup::Unknown } else { Lookup::Missing }
    }

    /// A module whose public type has the module's own name may be used as that type.
    fn type_of_module(&self, module: ModuleId, from: ModuleId) -> Option<Placed<TypeDef>> {
        let name = self.tree.get(module).path.last()?;
        self.member::<TypeNames>(module, name, from).found()
    }

    /// The module that a path of names means, or the report that it means none.
    pub(crate) fn module_at(
        &self,
        from: ModuleId,
        segments: &[&ast::Ident],
    ) -> Result<ModuleId, Option<Box<Diagnostic>>> {
        let mut at = None;
        for (index, segment) in segments.iter().enumerate() {
            let found = match at {
                None => self.find_module(from, &segment.text),
                Some(module) => self.module_in(module, &segment.text, from),
            };
            match found {
                Lookup::Found(module) => at = Some(module),
                Lookup::Private(_, owner) => {
                    let found = self.private_item(segment.span, &segment.text, owner);
                    return Err(Some(Box::new(found)));
                }
                Lookup::Unknown => return Err(None),
                Lookup::Missing => {
                    let found = self.unknown_module(from, at, &segments[..=index]);
                    return Err(Some(Box::new(found)));
                }
            }
        }
        Ok(at.unwrap_or(from))
    }

    fn unknown_module(
        &self,
        from: ModuleId,
        parent: Option<ModuleId>,
        path: &[&ast::Ident],
    ) -> Diagnostic {
        let names: Vec<&str> = path.iter().map(|it| it.text.as_str()).collect();
        let last = path[path.len() - 1];
        let found = diagnostic::unknown_module(last.span, names.join("."));
        if names[0] == OLD_ROOT {
            return found.help(OLD_ROOT_HELP);
        }
        let known: Vec<&str> = match parent {
            Some(module) => self.tree.child_names(module).collect(),
            None => self.tree.outward(from).flat_map(|it| self.tree.child_names(it)).collect(),
        };
        self.suggestions.add(found, &last.text, known)
    }

    /// The report that an item may not be used here.
    pub(crate) fn private_item(&self, span: Span, name: &str, owner: ModuleId) -> Diagnostic {
        diagnostic::private_item(span, name, self.tree.display(owner))
    }

    /// The report that a module has no such item.
    pub(crate) fn unknown_member(
        &self,
        module: ModuleId,
        name: &ast::Ident,
        from: ModuleId,
    ) -> Diagnostic {
        let shown = self.tree.display(module);
        let found = diagnostic::unknown_module_member(name.span, shown, &name.text);
        self.suggestions.add(found, &name.text, self.names_in(module, from))
    }

    /// Whether a module belongs to the program itself.
    pub(crate) fn is_user_code(&self, module: ModuleId) -> bool {
        self.tree.get(module).origin == Origin::Package
    }
}

/// The root of library paths in old programs.
const OLD_ROOT: &str = "Std";
const OLD_ROOT_HELP: &str = "the library's modules stand under `Core` now, such as `Core.Output`";

fn visible<T>(def: T, visible: bool, owner: ModuleId) -> Lookup<T> {
    if visible { Lookup::Found(def) } else { Lookup::Private(def, owner) }
}

fn mark<T>(named: Option<&Named<T>>) {
    named.iter().for_each(|it| it.used.set(true));
}
