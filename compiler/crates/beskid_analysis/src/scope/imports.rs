//! What imports stand for.
//!
//! An import is resolved when it is first needed, because its path may go through other imports. One
//! that needs itself stands for nothing.

use std::cell::{Cell, RefCell};

use beskid_syntax::{Code, Diagnostic, Span, ast, diagnostic};

use super::{Lookup, OLD_ROOT, OLD_ROOT_HELP, Scopes};
use crate::items::{ImportRef, Items, TypeDef, ValueDef};
use crate::modules::{CORE, IMPORT_STEPS_MAX, ModuleTree};
use crate::suggest::Suggestions;
use crate::typed::ModuleId;

/// What an import stands for, in each namespace.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Target {
    pub(super) module: Option<ModuleId>,
    pub(super) ty: Option<(ModuleId, TypeDef)>,
    pub(super) value: Option<(ModuleId, ValueDef)>,
    /// Whether the import failed, which has been reported.
    pub(super) failed: bool,
}

/// An import is resolved when it is first needed.
#[derive(Clone, Copy, Debug)]
enum ImportState {
    Waiting,
    Resolving,
    Resolved(Target),
}

/// All imports, in the state of their resolution.
#[derive(Default)]
pub(super) struct Imports {
    states: RefCell<Vec<ImportState>>,
    /// Mistakes, found whenever an import is first needed.
    mistakes: RefCell<Vec<Diagnostic>>,
    /// How many imports wait for the one being resolved.
    depth: Cell<u32>,
}

impl<'a> Scopes<'a> {
    /// Resolves all imports of `items` and reports their mistakes.
    pub(crate) fn new(
        tree: &'a ModuleTree,
        items: Items<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let waiting = vec![ImportState::Waiting; items.imports.len()];
        let imports = Imports { states: RefCell::new(waiting), ..Imports::default() };
        let scopes = Scopes { tree, items, imports, suggestions: Suggestions::default() };
        for index in 0..scopes.items.imports.len() {
            scopes.import_target(ImportRef(index as u32));
        }
        diagnostics.append(&mut scopes.imports.mistakes.borrow_mut());
        scopes
    }

    pub(super) fn import_target(&self, id: ImportRef) -> Target {
        let index = id.0 as usize;
        let state = self.imports.states.borrow()[index];
        match state {
            ImportState::Resolved(target) => target,
            // An import that needs itself leads nowhere.
            ImportState::Resolving => Target::default(),
            ImportState::Waiting => {
                self.imports.states.borrow_mut()[index] = ImportState::Resolving;
                let target = self.resolve_import(id);
                self.imports.states.borrow_mut()[index] = ImportState::Resolved(target);
                target
            }
        }
    }

    fn resolve_import(&self, id: ImportRef) -> Target {
        let import = self.items.import(id);
        let depth = self.imports.depth.get();
        self.imports.depth.set(depth + 1);
        let resolved = if depth < IMPORT_STEPS_MAX {
            self.resolve_use(import.module, import.path)
        } else {
            Err(Some(Box::new(too_many_steps(import.path.span))))
        };
        self.imports.depth.set(depth);
        resolved.unwrap_or_else(|mistake| {
            self.imports.mistakes.borrow_mut().extend(mistake.map(|it| *it));
            Target { failed: true, ..Target::default() }
        })
    }

    /// `Err(None)` if the mistake has been reported elsewhere.
    fn resolve_use(
        &self,
        from: ModuleId,
        path: &ast::Path,
    ) -> Result<Target, Option<Box<Diagnostic>>> {
        let last = path.last();
        let Some((head, middle)) = path.segments[..path.segments.len() - 1].split_first() else {
            let module = self.import_step(self.find_module(from, &last.text), from, path, last)?;
            return Ok(Target { module: Some(module), ..Target::default() });
        };
        let mut at = self.import_step(self.find_module(from, &head.text), from, path, head)?;
        for segment in middle {
            at = self.import_step(self.module_in(at, &segment.text, from), from, path, segment)?;
        }
        self.import_last(at, from, path)
    }

    fn import_step(
        &self,
        found: Lookup<ModuleId>,
        from: ModuleId,
        path: &ast::Path,
        segment: &ast::Ident,
    ) -> Result<ModuleId, Option<Box<Diagnostic>>> {
        match found {
            Lookup::Found(module) => Ok(module),
            Lookup::Private(..) => {
                Err(Some(Box::new(diagnostic::private_import(segment.span, &segment.text))))
            }
            Lookup::Unknown => Err(None),
            Lookup::Missing => Err(Some(Box::new(self.unknown_import(from, path, segment)))),
        }
    }

    fn unknown_import(&self, from: ModuleId, path: &ast::Path, at: &ast::Ident) -> Diagnostic {
        let names: Vec<&str> = path.segments.iter().map(|it| it.text.as_str()).collect();
        let found = diagnostic::unknown_import(at.span, names.join("."));
        if names.first() == Some(&OLD_ROOT) && at.span == path.segments[0].span {
            return found.help(OLD_ROOT_HELP);
        }
        let module = self.module_of_prefix(from, path, at);
        let known: Vec<&str> = match module {
            Some(module) => self.names_in(module, from).collect(),
            None => self.tree.child_names(CORE).collect(),
        };
        self.suggestions.add(found, &at.text, known)
    }

    /// The module that the part of `path` before `at` means.
    fn module_of_prefix(
        &self,
        from: ModuleId,
        path: &ast::Path,
        at: &ast::Ident,
    ) -> Option<ModuleId> {
        let prefix = path.segments.iter().take_while(|it| it.span != at.span);
        prefix.fold(None, |module, segment| match module {
            None => self.find_module(from, &segment.text).any(),
            Some(module) => self.module_in(module, &segment.text, from).any(),
        })
    }

    fn import_last(
        &self,
        module: ModuleId,
        from: ModuleId,
        path: &ast::Path,
    ) -> Result<Target, Option<Box<Diagnostic>>> {
        let last = path.last();
        let ty = self.type_in(module, &last.text, from);
        let value = self.value_in(module, &last.text, from);
        let child = self.module_in(module, &last.text, from);
        let target =
            Target { module: child.found(), ty: ty.found(), value: value.found(), failed: false };
        if target.module.is_some() || target.ty.is_some() || target.value.is_some() {
            mark_target(self, &target);
            return Ok(target);
        }
        if ty.is_missing() && value.is_missing() && child.is_missing() {
            return Err(Some(Box::new(self.unknown_import(from, path, last))));
        }
        let private = ty.any().is_some() || value.any().is_some() || child.any().is_some();
        let found = private.then(|| diagnostic::private_import(last.span, &last.text));
        Err(found.map(Box::new))
    }
}

fn too_many_steps(span: Span) -> Diagnostic {
    let message = format!("this import goes through more than {IMPORT_STEPS_MAX} others");
    Diagnostic::new(Code::E1105, span, message)
        .help("import from the module that declares the item")
}

fn mark_target(scopes: &Scopes<'_>, target: &Target) {
    target.ty.iter().for_each(|&(_, def)| scopes.mark_type_used(def));
    target.value.iter().for_each(|&(_, def)| scopes.mark_value_used(def));
}
