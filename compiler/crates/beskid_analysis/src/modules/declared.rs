//! What a module's items say about modules: `mod`, `use`, and the names that hide modules.

use std::collections::{HashMap, HashSet};

use beskid_syntax::{Diagnostic, Span, ast, diagnostic};

use super::{ModuleTree, Place};
use crate::mentions::Mention;
use crate::typed::ModuleId;

/// What a module's own items say about the meaning of names, as far as loading needs it.
#[derive(Default)]
pub(super) struct Names {
    /// Names of functions and types.
    pub(super) declared: HashSet<String>,
    /// Imported names, with their paths.
    pub(super) imports: HashMap<String, Vec<String>>,
}

/// An inline `mod`.
pub(super) struct Inline {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) public: bool,
    pub(super) position: usize,
}

pub(super) fn inline_modules(items: &[ast::Item]) -> Vec<Inline> {
    let inline = |(position, item): (usize, &ast::Item)| {
        let ast::ItemKind::InlineModule(module) = &item.kind else { return None };
        let (name, span) = (module.name.text.clone(), module.name.span);
        Some(Inline { name, span, public: item.visibility.is_some(), position })
    };
    items.iter().enumerate().filter_map(inline).collect()
}

/// A `mod a.b;`.
pub(super) struct Declaration {
    pub(super) segments: Vec<String>,
    pub(super) span: Span,
    pub(super) public: bool,
    /// Whether it may name the file's own module.
    pub(super) plain: bool,
    pub(super) position: usize,
}

pub(super) fn declarations(items: &[ast::Item]) -> Vec<Declaration> {
    let declaration = |(position, item): (usize, &ast::Item)| {
        let ast::ItemKind::Module(path) = &item.kind else { return None };
        Some(Declaration {
            segments: texts(path),
            span: path.span,
            public: item.visibility.is_some(),
            plain: item.visibility.is_none() && item.attrs.is_empty(),
            position,
        })
    };
    items.iter().enumerate().filter_map(declaration).collect()
}

pub(super) fn uses(items: &[ast::Item]) -> Vec<Mention> {
    let mention = |item: &ast::Item| {
        let ast::ItemKind::Use(import) = &item.kind else { return None };
        Some(Mention { segments: texts(&import.path), span: import.path.span })
    };
    items.iter().filter_map(mention).collect()
}

/// Reads the names that items declare and import.
pub(super) fn names(items: &[ast::Item]) -> Names {
    let mut names = Names::default();
    for item in items {
        match &item.kind {
            ast::ItemKind::Function(it) => names.declared.insert(it.signature.name.text.clone()),
            ast::ItemKind::Type(it) => names.declared.insert(it.name.text.clone()),
            ast::ItemKind::Enum(it) => names.declared.insert(it.name.text.clone()),
            ast::ItemKind::Contract(it) => names.declared.insert(it.name.text.clone()),
            ast::ItemKind::Use(it) => {
                let name = it.alias.as_ref().unwrap_or_else(|| it.path.last());
                names.imports.insert(name.text.clone(), texts(&it.path)).is_none()
            }
            ast::ItemKind::Impl(_)
            | ast::ItemKind::Test(_)
            | ast::ItemKind::Attribute(_)
            | ast::ItemKind::Module(_)
            | ast::ItemKind::InlineModule(_)
            | ast::ItemKind::Error => false,
        };
    }
    names
}

/// The names of a path as owned strings.
pub(crate) fn texts(path: &ast::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.text.clone()).collect()
}

/// Whether a `mod` names the file that it stands in. The entry file has no name.
pub(super) fn names_itself(tree: &ModuleTree, from: ModuleId, declaration: &Declaration) -> bool {
    let module = tree.get(from);
    declaration.plain && module.place == Place::File && module.path == declaration.segments
}

/// Checks the `mod` items that name their own file: one, first, and no inline modules beside it.
pub(super) fn check_file_modules(
    tree: &ModuleTree,
    module: ModuleId,
    declarations: &[Declaration],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let own = declarations.iter().filter(|it| names_itself(tree, module, it));
    for (count, declaration) in own.enumerate() {
        let name = declaration.segments.join(".");
        if count > 0 {
            diagnostics.push(diagnostic::second_file_module(declaration.span, name));
            continue;
        }
        if declaration.position > 0 {
            diagnostics.push(diagnostic::file_module_not_first(declaration.span, name));
        }
        let inline = inline_modules(tree.items(module));
        diagnostics.extend(
            inline.into_iter().map(|module| {
                diagnostic::inline_module_beside_file_module(module.span, module.name)
            }),
        );
    }
}
