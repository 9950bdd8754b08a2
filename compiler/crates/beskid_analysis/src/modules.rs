//! Loads modules: from the entry file to every file that a `mod`, a `use` or a qualified path
//! mentions.
//!
//! The result is a tree of modules that no later phase changes. Paths are followed here only as far
//! as modules go; which item a path means is the business of [`crate::scope`]. A file that cannot
//! be loaded leaves a *broken* module behind, in which later phases find nothing missing.

use std::collections::{HashMap, HashSet, VecDeque};

use beskid_syntax::{Code, Diagnostic, FileId, SourceMap, Span, ast, diagnostic};

use crate::corelib;
use crate::loader::{Entry, MemoryLoader, ModuleLoader, PathKind};
use crate::mentions::{Mention, mentions};
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

/// How often a path may go through imports of imports before it counts as circular.
const IMPORT_STEPS_MAX: u32 = 32;

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

/// Loads the entry file and everything that it leads to.
pub(crate) fn load(
    loader: &mut dyn ModuleLoader,
    entry: Entry,
    diagnostics: &mut Vec<Diagnostic>,
) -> ModuleTree {
    let mut loading = Loading {
        tree: ModuleTree {
            sources: SourceMap::new(),
            modules: Vec::new(),
            files: Vec::new(),
            unparsable: Vec::new(),
        },
        loader,
        core: corelib::loader(),
        used_paths: HashSet::from([(Origin::Package, entry.path)]),
        names: Vec::new(),
        undeclared: VecDeque::new(),
        declaring: false,
        queue: VecDeque::new(),
        diagnostics,
    };
    let file = loading.add_file(entry.shown_path, entry.text);
    loading.push_module(Module::new(Origin::Package, Vec::new(), None, file, Place::File));
    loading.push_module(Module::new(Origin::Core, Vec::new(), None, file, Place::Nowhere));
    loading.add_inline_modules(ENTRY);
    loading.declare_pending();
    while let Some(module) = loading.queue.pop_front() {
        loading.follow(module);
    }
    loading.tree
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

struct Loading<'l> {
    tree: ModuleTree,
    loader: &'l mut dyn ModuleLoader,
    core: MemoryLoader,
    /// Files that are modules already, so that no file becomes two modules.
    used_paths: HashSet<(Origin, String)>,
    /// Parallel to the modules of the tree.
    names: Vec<Names>,
    /// Modules whose `mod` items have not been seen yet. They come before everything else, because
    /// they decide what paths through a module mean.
    undeclared: VecDeque<ModuleId>,
    /// Whether the modules above are being worked on.
    declaring: bool,
    /// Modules whose paths have not been followed yet.
    queue: VecDeque<ModuleId>,
    diagnostics: &'l mut Vec<Diagnostic>,
}

/// What a module's own items say about the meaning of names, as far as loading needs it.
#[derive(Default)]
struct Names {
    /// Names of functions and types.
    declared: HashSet<String>,
    /// Imported names, with their paths.
    imports: HashMap<String, Vec<String>>,
}

/// The result of looking for a module's file.
enum Found {
    File(String),
    Directory,
    Nothing,
}

impl Loading<'_> {
    fn add_file(&mut self, shown_path: String, text: String) -> FileId {
        let file = self.tree.sources.add(shown_path, text);
        let (parsed, mistakes) = beskid_syntax::parse(self.tree.sources.text(file), file);
        self.tree.files.push(parsed);
        self.tree.unparsable.push(mistakes.iter().any(Diagnostic::is_error));
        self.diagnostics.extend(mistakes);
        file
    }

    /// Adds a module and the inline modules in it.
    fn add_module(&mut self, module: Module) -> ModuleId {
        let id = self.push_module(module);
        self.add_inline_modules(id);
        id
    }

    fn push_module(&mut self, mut module: Module) -> ModuleId {
        let id = ModuleId(u32::try_from(self.tree.modules.len()).expect("fewer than 2^32 modules"));
        let has_items = module.place != Place::Nowhere;
        module.broken |= has_items && self.tree.is_unparsable(module.file);
        if let (Some(parent), Some(name)) = (module.parent, module.path.last()) {
            self.tree.modules[parent.index()].children.insert(name.clone(), Some(id));
        }
        let items = items_at(&self.tree.files, module.file, &module.place);
        self.names.push(names_of(items));
        self.tree.modules.push(module);
        if has_items {
            self.undeclared.push_back(id);
            self.queue.push_back(id);
        }
        id
    }

    fn add_inline_modules(&mut self, parent: ModuleId) {
        let inline = inline_modules(self.tree.items(parent));
        inline.into_iter().for_each(|it| self.add_inline(parent, it));
    }

    fn add_inline(&mut self, parent: ModuleId, inline: Inline) {
        if self.tree.child(parent, &inline.name).is_some() {
            self.diagnostics.push(diagnostic::duplicate_item(inline.span, &inline.name));
            return;
        }
        let outer = self.tree.get(parent);
        let mut positions = match &outer.place {
            Place::Inline(positions) => positions.clone(),
            Place::Nowhere | Place::File => Vec::new(),
        };
        positions.push(inline.position);
        let path = extended(&outer.path, &inline.name);
        let place = Place::Inline(positions);
        let mut module = Module::new(outer.origin, path, Some(parent), outer.file, place);
        module.private_to = (!inline.public).then_some(parent);
        self.add_module(module);
    }

    /// Sees to the `mod` items of all new modules. Those that are found on the way join the list
    /// instead of the stack, so that a long chain of modules does no harm.
    fn declare_pending(&mut self) {
        if std::mem::replace(&mut self.declaring, true) {
            return;
        }
        while let Some(id) = self.undeclared.pop_front() {
            let declarations = declarations(self.tree.items(id));
            FileModules::new(&self.tree, id).check(&declarations, self.diagnostics);
            declarations.iter().for_each(|it| self.declare(id, it));
        }
        self.declaring = false;
    }

    /// Loads what the paths in the items of a module lead to.
    fn follow(&mut self, id: ModuleId) {
        let items = self.tree.items(id);
        let (uses, mentions) = (uses(items), mentions(items));
        for Mention { segments, span } in uses.into_iter().chain(mentions) {
            self.reach(id, &segments, span, IMPORT_STEPS_MAX);
        }
    }

    /// `mod a;`, which declares a child, or `mod a.b;`, which makes a module of the source root
    /// available as `b`. Both must exist.
    fn declare(&mut self, from: ModuleId, declaration: &Declaration) {
        if names_itself(&self.tree, from, declaration) {
            return;
        }
        let root = root_of(self.tree.get(from).origin);
        let single = declaration.segments.len() == 1;
        let mut at = if single { from } else { root };
        for (depth, name) in declaration.segments.iter().enumerate() {
            match self.child(at, name, declaration.span) {
                Some(child) => at = child,
                None => {
                    let path = self.child_path(at, name);
                    let searched = self.quoted(at, &candidates(&path)[..EXTENSION_FORMS]);
                    let dotted = path.join(".");
                    let found = diagnostic::module_file_missing(declaration.span, dotted, searched);
                    self.diagnostics.push(found.help("create one of these files"));
                    let rest = &declaration.segments[depth..];
                    rest.iter().fold(at, |at, name| self.add_broken(at, name));
                    return;
                }
            }
        }
        if !single {
            let name = self.tree.get(at).path.last().cloned().unwrap_or_default();
            self.tree.modules[from.index()].children.entry(name).or_insert(Some(at));
        } else if !declaration.public {
            self.tree.modules[at.index()].private_to = Some(from);
        }
    }

    fn child_path(&self, parent: ModuleId, name: &str) -> Vec<String> {
        extended(&self.tree.get(parent).path, name)
    }

    fn add_broken(&mut self, parent: ModuleId, name: &str) -> ModuleId {
        let outer = self.tree.get(parent);
        let path = extended(&outer.path, name);
        let mut module = Module::new(outer.origin, path, Some(parent), outer.file, Place::Nowhere);
        module.broken = true;
        self.add_module(module)
    }

    /// Loads the modules on the way of a path that stands in `from`.
    fn reach(
        &mut self,
        from: ModuleId,
        path: &[String],
        span: Span,
        steps: u32,
    ) -> Option<ModuleId> {
        let (first, rest) = path.split_first()?;
        let mut at = self.head(from, first, span, steps)?;
        for name in rest {
            at = self.step(at, name, span, steps)?;
        }
        Some(at)
    }

    /// The module that the first name of a path means, if it means one.
    fn head(&mut self, from: ModuleId, name: &str, span: Span, steps: u32) -> Option<ModuleId> {
        let mut outward = Some(from);
        while let Some(at) = outward {
            if let Some(found) = self.step(at, name, span, steps) {
                return Some(found);
            }
            if self.names[at.index()].declared.contains(name) {
                return None;
            }
            outward = self.tree.get(at).parent;
        }
        self.step(CORE, name, span, steps)
    }

    /// The module that `name` means inside `at`: a child, or something imported there.
    fn step(&mut self, at: ModuleId, name: &str, span: Span, steps: u32) -> Option<ModuleId> {
        if let Some(child) = self.child(at, name, span) {
            return Some(child);
        }
        let path = self.names[at.index()].imports.get(name)?.clone();
        self.reach(at, &path, span, steps.checked_sub(1)?)
    }

    /// The child of `parent` called `name`; its file is looked for once.
    fn child(&mut self, parent: ModuleId, name: &str, span: Span) -> Option<ModuleId> {
        if let Some(&known) = self.tree.get(parent).children.get(name) {
            return known;
        }
        let path = self.child_path(parent, name);
        let child = match self.find_file(self.tree.get(parent).origin, &path, span) {
            Found::File(file) => Some(self.load_file(parent, path, &file, span)),
            Found::Directory => {
                let outer = self.tree.get(parent);
                let module =
                    Module::new(outer.origin, path, Some(parent), outer.file, Place::Nowhere);
                Some(self.add_module(module))
            }
            Found::Nothing => None,
        };
        self.tree.modules[parent.index()].children.insert(name.to_owned(), child);
        self.declare_pending();
        child
    }

    fn loader(&mut self, origin: Origin) -> &mut dyn ModuleLoader {
        match origin {
            Origin::Package => self.loader,
            Origin::Core => &mut self.core,
        }
    }

    /// Paths as they are shown for modules of the same origin as `like`.
    fn quoted(&mut self, like: ModuleId, paths: &[String]) -> String {
        let loader = self.loader(self.tree.get(like).origin);
        let quoted = paths.iter().map(|path| format!("`{}`", loader.shown_path(path)));
        quoted.collect::<Vec<_>>().join(", ")
    }

    /// Looks for the file of the module `path`. Several files are an error, and the first serves.
    fn find_file(&mut self, origin: Origin, path: &[String], span: Span) -> Found {
        let mut files = Vec::new();
        for candidate in candidates(path) {
            let used = self.used_paths.contains(&(origin, candidate.clone()));
            if !used && self.loader(origin).kind(&candidate) == PathKind::File {
                files.push(candidate);
            }
        }
        if files.len() > 1 {
            let quoted = self.quoted(root_of(origin), &files);
            self.diagnostics.push(ambiguous_files(path, &quoted, span));
        }
        if let Some(file) = files.into_iter().next() {
            return Found::File(file);
        }
        match self.loader(origin).kind(&path.join("/")) {
            PathKind::Directory => Found::Directory,
            PathKind::File | PathKind::Missing => Found::Nothing,
        }
    }

    fn load_file(
        &mut self,
        parent: ModuleId,
        path: Vec<String>,
        file_path: &str,
        span: Span,
    ) -> ModuleId {
        let origin = self.tree.get(parent).origin;
        self.used_paths.insert((origin, file_path.to_owned()));
        let shown_path = self.loader(origin).shown_path(file_path);
        match self.loader(origin).read(file_path) {
            Ok(text) => {
                let file = self.add_file(shown_path, text);
                self.add_module(Module::new(origin, path, Some(parent), file, Place::File))
            }
            Err(reason) => {
                let dotted = path.join(".");
                let found = diagnostic::module_file_unreadable(span, dotted, shown_path, reason);
                self.diagnostics.push(found);
                let name = path.last().map(String::as_str).unwrap_or_default();
                self.add_broken(parent, name)
            }
        }
    }
}

/// The root of the modules that share an origin.
pub(crate) fn root_of(origin: Origin) -> ModuleId {
    match origin {
        Origin::Package => ENTRY,
        Origin::Core => CORE,
    }
}

fn extended(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

/// How many of the candidates have the first extension.
const EXTENSION_FORMS: usize = 3;

/// Where the file of a module may stand, in both spellings of the extension.
fn candidates(path: &[String]) -> [String; 6] {
    let base = path.join("/");
    let name = path.last().map(String::as_str).unwrap_or_default();
    [
        format!("{base}.bsk"),
        format!("{base}/mod.bsk"),
        format!("{base}/{name}.bsk"),
        format!("{base}.bd"),
        format!("{base}/mod.bd"),
        format!("{base}/{name}.bd"),
    ]
}

fn ambiguous_files(path: &[String], files: &str, span: Span) -> Diagnostic {
    let message = format!("the module `{}` has several files: {files}", path.join("."));
    Diagnostic::new(Code::E1502, span, message).help("keep one of them")
}

/// An inline `mod`.
struct Inline {
    name: String,
    span: Span,
    public: bool,
    position: usize,
}

fn inline_modules(items: &[ast::Item]) -> Vec<Inline> {
    let inline = |(position, item): (usize, &ast::Item)| {
        let ast::ItemKind::InlineModule(module) = &item.kind else { return None };
        let (name, span) = (module.name.text.clone(), module.name.span);
        Some(Inline { name, span, public: item.visibility.is_some(), position })
    };
    items.iter().enumerate().filter_map(inline).collect()
}

/// A `mod a.b;`.
struct Declaration {
    segments: Vec<String>,
    span: Span,
    public: bool,
    /// Whether it may name the file's own module.
    plain: bool,
    position: usize,
}

fn declarations(items: &[ast::Item]) -> Vec<Declaration> {
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

fn uses(items: &[ast::Item]) -> Vec<Mention> {
    let mention = |item: &ast::Item| {
        let ast::ItemKind::Use(import) = &item.kind else { return None };
        Some(Mention { segments: texts(&import.path), span: import.path.span })
    };
    items.iter().filter_map(mention).collect()
}

/// The names of a path as owned strings.
pub(crate) fn texts(path: &ast::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.text.clone()).collect()
}

fn names_of(items: &[ast::Item]) -> Names {
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

/// Whether a `mod` names the file that it stands in. The entry file has no name.
fn names_itself(tree: &ModuleTree, from: ModuleId, declaration: &Declaration) -> bool {
    let module = tree.get(from);
    declaration.plain && module.place == Place::File && module.path == declaration.segments
}

/// The rules for `mod` items that name their own file.
struct FileModules<'t> {
    tree: &'t ModuleTree,
    module: ModuleId,
}

impl<'t> FileModules<'t> {
    fn new(tree: &'t ModuleTree, module: ModuleId) -> Self {
        Self { tree, module }
    }

    fn check(&self, declarations: &[Declaration], diagnostics: &mut Vec<Diagnostic>) {
        let own = declarations.iter().filter(|it| names_itself(self.tree, self.module, it));
        for (count, declaration) in own.enumerate() {
            let name = declaration.segments.join(".");
            if count > 0 {
                diagnostics.push(diagnostic::second_file_module(declaration.span, name));
                continue;
            }
            if declaration.position > 0 {
                diagnostics.push(diagnostic::file_module_not_first(declaration.span, name));
            }
            let inline = inline_modules(self.tree.items(self.module));
            diagnostics.extend(inline.into_iter().map(|module| {
                diagnostic::inline_module_beside_file_module(module.span, module.name)
            }));
        }
    }
}
