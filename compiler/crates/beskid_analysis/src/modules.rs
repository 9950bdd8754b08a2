//! The tree of modules: what exists, where it stands, and what it contains.
//!
//! [`load`] makes the tree, from the entry file to every file that a `mod`, a `use` or a qualified
//! path mentions; no later phase changes it. A file that cannot be loaded leaves a *broken* module
//! behind, in which later phases find nothing missing.

mod ahead;
mod declared;
mod loading;

use std::collections::HashMap;

use beskid_syntax::{FileId, SourceMap, ast};

pub(crate) use declared::texts;
pub(crate) use loading::load;

use crate::typed::ModuleId;

/// Which source root a module belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// The program's own files.
    Package,
    /// The embedded core library.
    Core,
}

/// A module: a file, an inline `mod`, or a directory on the way to a file.
pub(crate) struct Module {
    /// Its source root.
    pub(crate) origin: Origin,
    /// Path from the source root; empty for roots.
    pub(crate) path: Vec<String>,
    /// The module around it; `None` for roots.
    pub(crate) parent: Option<ModuleId>,
    /// The file that contains it; for a directory, the entry file.
    pub(crate) file: FileId,
    /// Who may name it: everybody, or the inside of one module.
    pub(crate) private_to: Option<ModuleId>,
    /// Whether parts of it are unknown because of an error that has been reported.
    pub(crate) broken: bool,
    place: Place,
    /// `None` for names that were looked for in vain.
    children: HashMap<String, Option<ModuleId>>,
}

/// Where the items of a module stand.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// Nowhere: a directory, or a file that could not be read.
    Nowhere,
    /// At the top of the file.
    File,
    /// In an inline module: the positions of the `mod` items on the way, from the top.
    Inline(Vec<usize>),
}

/// All modules of a program.
pub(crate) struct ModuleTree {
    /// The texts of all files.
    pub(crate) sources: SourceMap,
    /// All modules; the two roots first.
    pub(crate) modules: Vec<Module>,
    /// The syntax trees, by file.
    files: Vec<ast::File>,
    /// Whether a file has parse errors.
    unparsable: Vec<bool>,
}

/// The entry module.
pub(crate) const ENTRY: ModuleId = ModuleId(0);
/// The root of the core library.
pub(crate) const CORE: ModuleId = ModuleId(1);

/// How often a path may go through imports of imports before it is given up.
pub(crate) const IMPORT_STEPS_MAX: u32 = 32;

impl ModuleTree {
    /// The module that `id` names.
    pub(crate) fn get(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }

    /// All modules, in the order of loading.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len() as u32).map(ModuleId)
    }

    /// The items of a module.
    pub(crate) fn items(&self, id: ModuleId) -> &[ast::Item] {
        let module = self.get(id);
        items_at(&self.files, module.file, &module.place)
    }

    /// The module called `name` directly inside `parent`.
    pub(crate) fn child(&self, parent: ModuleId, name: &str) -> Option<ModuleId> {
        self.get(parent).children.get(name).copied().flatten()
    }

    /// The names of the modules directly inside `parent`, in no particular order.
    pub(crate) fn child_names(&self, parent: ModuleId) -> impl Iterator<Item = &str> {
        let children = self.get(parent).children.iter();
        children.filter(|(_, id)| id.is_some()).map(|(name, _)| name.as_str())
    }

    /// A module and those around it, innermost first.
    pub(crate) fn outward(&self, from: ModuleId) -> impl Iterator<Item = ModuleId> + '_ {
        std::iter::successors(Some(from), |&id| self.get(id).parent)
    }

    /// Whether `inner` is `outer` or lies inside it.
    pub(crate) fn is_inside(&self, inner: ModuleId, outer: ModuleId) -> bool {
        self.outward(inner).any(|id| id == outer)
    }

    /// Whether the file has parse errors.
    pub(crate) fn is_unparsable(&self, file: FileId) -> bool {
        self.unparsable[file.0 as usize]
    }

    /// The dotted path, for messages; `the entry file` for the root.
    pub(crate) fn display(&self, id: ModuleId) -> String {
        let module = self.get(id);
        if module.path.is_empty() { String::from("the entry file") } else { module.path.join(".") }
    }
}

fn items_at<'a>(files: &'a [ast::File], file: FileId, place: &Place) -> &'a [ast::Item] {
    let Some(top) = files.get(file.0 as usize) else { return &[] };
    let positions: &[usize] = match place {
        Place::Nowhere => return &[],
        Place::File => &[],
        Place::Inline(positions) => positions,
    };
    positions.iter().fold(&top.items, |items, &position| {
        let ast::ItemKind::InlineModule(module) = &items[position].kind else {
            unreachable!("an inline module stands at every position of its place")
        };
        &module.items
    })
}

/// The root of the modules that share an origin.
pub(crate) fn root_of(origin: Origin) -> ModuleId {
    match origin {
        Origin::Package => ENTRY,
        Origin::Core => CORE,
    }
}

impl Module {
    fn new(
        origin: Origin,
        path: Vec<String>,
        parent: Option<ModuleId>,
        file: FileId,
        place: Place,
    ) -> Self {
        let children = HashMap::new();
        Self { origin, path, parent, file, private_to: None, broken: false, place, children }
    }
}
