//! Finds and reads the files of modules.
//!
//! Paths are followed here only as far as modules go; which item a path means is the business of
//! [`crate::scope`].

use std::collections::{HashMap, HashSet, VecDeque};

use beskid_syntax::{Code, Diagnostic, FileId, Span, diagnostic};

use super::ahead::{
    self, EXTENSION_FORMS, Files, Outline, Parsed, candidates, files_of, read_ahead,
};
use super::declared::{self, Declaration, Inline, Names};
use super::{CORE, ENTRY, IMPORT_STEPS_MAX, Module, ModuleTree, Origin, Place, items_at, root_of};
use crate::corelib;
use crate::loader::{Entry, MemoryLoader, ModuleLoader};
use crate::mentions::Mention;
use crate::typed::ModuleId;

/// Loads the entry file and everything that it leads to.
pub(crate) fn load(
    loader: &mut dyn ModuleLoader,
    entry: Entry,
    threads: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> ModuleTree {
    let mut core = corelib::loader();
    let used_paths = HashSet::from([(Origin::Package, entry.path.clone())]);
    let Files { sources, parsed, ids } = read_ahead(loader, &mut core, entry, threads);
    let mut loading = Loading {
        tree: ModuleTree {
            sources,
            modules: Vec::new(),
            files: Vec::new(),
            unparsable: Vec::new(),
        },
        loader,
        core,
        used_paths,
        ahead: ids,
        outlines: Vec::new(),
        names: Vec::new(),
        undeclared: VecDeque::new(),
        declaring: false,
        queue: VecDeque::new(),
        diagnostics,
    };
    parsed.into_iter().for_each(|parsed| loading.push_file(parsed));
    let file = FileId(0);
    loading.push_module(Module::new(Origin::Package, Vec::new(), None, file, Place::File));
    loading.push_module(Module::new(Origin::Core, Vec::new(), None, file, Place::Nowhere));
    loading.add_inline_modules(ENTRY);
    loading.declare_pending();
    while let Some((module, paths)) = loading.queue.pop_front() {
        loading.follow(module, paths);
    }
    loading.tree
}

struct Loading<'l> {
    tree: ModuleTree,
    loader: &'l mut dyn ModuleLoader,
    core: MemoryLoader,
    /// Files that have been read ahead, or why they could not be read.
    ahead: HashMap<(Origin, String), Result<FileId, String>>,
    /// What was found in files, by [`FileId`], until they become modules.
    outlines: Vec<(Vec<Diagnostic>, Outline)>,
    /// Files that are modules already, so that no file becomes two modules.
    used_paths: HashSet<(Origin, String)>,
    /// Parallel to the modules of the tree.
    names: Vec<Names>,
    /// Modules whose `mod` items have not been seen yet. They come before everything else, because
    /// they decide what paths through a module mean.
    undeclared: VecDeque<ModuleId>,
    /// Whether the modules above are being worked on.
    declaring: bool,
    /// Modules whose paths have not been followed yet, and the paths.
    queue: VecDeque<(ModuleId, Vec<Mention>)>,
    diagnostics: &'l mut Vec<Diagnostic>,
}

/// The result of looking for a module's file.
enum Found {
    File(String),
    Directory,
    Nothing,
}

impl Loading<'_> {
    /// Adds a file that was not read ahead.
    fn add_file(&mut self, shown_path: String, text: String) -> FileId {
        let file = self.tree.sources.add(shown_path, text);
        let parsed = ahead::parse(self.tree.sources.text(file), file);
        self.push_file(parsed);
        file
    }

    fn push_file(&mut self, Parsed { file, mistakes, outline }: Parsed) {
        self.tree.files.push(file);
        self.tree.unparsable.push(mistakes.iter().any(Diagnostic::is_error));
        self.outlines.push((mistakes, outline));
    }

    /// What the items of a new module say; of a file, its mistakes are reported too.
    fn outline(&mut self, module: &Module) -> Outline {
        match module.place {
            Place::Nowhere => Outline::default(),
            Place::File => {
                let (mistakes, outline) =
                    std::mem::take(&mut self.outlines[module.file.0 as usize]);
                self.diagnostics.extend(mistakes);
                outline
            }
            Place::Inline(_) => {
                ahead::outline(items_at(&self.tree.files, module.file, &module.place))
            }
        }
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
        let outline = self.outline(&module);
        self.names.push(outline.names);
        self.tree.modules.push(module);
        if has_items {
            self.undeclared.push_back(id);
            self.queue.push_back((id, outline.paths));
        }
        id
    }

    fn add_inline_modules(&mut self, parent: ModuleId) {
        let inline = declared::inline_modules(self.tree.items(parent));
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
            let declarations = declared::declarations(self.tree.items(id));
            declared::check_file_modules(&self.tree, id, &declarations, self.diagnostics);
            declarations.iter().for_each(|it| self.declare(id, it));
        }
        self.declaring = false;
    }

    /// Loads what the paths in the items of a module lead to.
    fn follow(&mut self, id: ModuleId, paths: Vec<Mention>) {
        for Mention { segments, span } in paths {
            self.reach(id, &segments, span, &mut { IMPORT_STEPS_MAX });
            if let [name] = segments.as_slice() {
                self.reach_prelude(name, span);
            }
        }
    }

    /// Loads the library module that declares a type of the prelude.
    fn reach_prelude(&mut self, name: &str, span: Span) {
        let path = crate::prelude::module_of(name).into_iter().flatten();
        let mut at = Some(CORE);
        for step in path {
            at = at.and_then(|at| self.child(at, step, span));
        }
    }

    /// `mod a;`, which declares a child, or `mod a.b;`, which makes a module of the source root
    /// available as `b`. Both must exist.
    fn declare(&mut self, from: ModuleId, declaration: &Declaration) {
        if declared::names_itself(&self.tree, from, declaration) {
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
                    let searched = self.quoted(at, &candidates(&path.join("/"))[..EXTENSION_FORMS]);
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

    /// Loads the modules on the way of a path that stands in `from`, through so many imports at most.
    /// All ways together share the number, or imports that need each other would take for ever.
    fn reach(
        &mut self,
        from: ModuleId,
        path: &[String],
        span: Span,
        steps: &mut u32,
    ) -> Option<ModuleId> {
        let (first, rest) = path.split_first()?;
        let mut at = self.head(from, first, span, steps)?;
        for name in rest {
            at = self.step(at, name, span, steps)?;
        }
        Some(at)
    }

    /// The module that the first name of a path means, if it means one.
    fn head(
        &mut self,
        from: ModuleId,
        name: &str,
        span: Span,
        steps: &mut u32,
    ) -> Option<ModuleId> {
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
    fn step(&mut self, at: ModuleId, name: &str, span: Span, steps: &mut u32) -> Option<ModuleId> {
        if let Some(child) = self.child(at, name, span) {
            return Some(child);
        }
        let path = self.names[at.index()].imports.get(name)?.clone();
        *steps = steps.checked_sub(1)?;
        self.reach(at, &path, span, steps)
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
        let (mut files, is_directory) = files_of(self.loader(origin), &path.join("/"));
        files.retain(|file| !self.used_paths.contains(&(origin, file.clone())));
        if files.len() > 1 {
            let quoted = self.quoted(root_of(origin), &files);
            self.diagnostics.push(ambiguous_files(path, &quoted, span));
        }
        if let Some(file) = files.into_iter().next() {
            return Found::File(file);
        }
        if is_directory { Found::Directory } else { Found::Nothing }
    }

    fn load_file(
        &mut self,
        parent: ModuleId,
        path: Vec<String>,
        file_path: &str,
        span: Span,
    ) -> ModuleId {
        let origin = self.tree.get(parent).origin;
        self.loader(origin).found(file_path);
        let shown_path = self.loader(origin).shown_path(file_path);
        let key = (origin, file_path.to_owned());
        let ahead = self.ahead.remove(&key);
        self.used_paths.insert(key);
        let file = match ahead {
            Some(result) => result,
            None => self
                .loader(origin)
                .read(file_path)
                .map(|text| self.add_file(shown_path.clone(), text)),
        };

        match file {
            Ok(file) => self.add_module(Module::new(origin, path, Some(parent), file, Place::File)),
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

fn extended(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

fn ambiguous_files(path: &[String], files: &str, span: Span) -> Diagnostic {
    let message = format!("the module `{}` has several files: {files}", path.join("."));
    Diagnostic::new(Code::E1502, span, message).help("keep one of them")
}
