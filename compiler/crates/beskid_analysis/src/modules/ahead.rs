//! Reads and parses files before loading asks for them, many at once.
//!
//! Loading follows one path after the other, and each file decides where the next paths lead. This is a quick
//! look ahead: wave after wave, it guesses the files that the paths of the files of the last wave lead to, and
//! parses all files of a wave on several threads. A file that was guessed in vain does no harm, and one that was
//! missed is read when loading meets it. Guesses do not depend on the number of threads, so neither do the
//! numbers of files.

use std::collections::{HashMap, HashSet};

use beskid_syntax::{Diagnostic, FileId, SourceMap, ast};

use super::Origin;
use super::declared::{self, Declaration, Names};
use crate::loader::{Entry, MemoryLoader, ModuleLoader, PathKind};
use crate::mentions::{Mention, mentions};
use crate::parallel::map_in_order;

/// What loading must know of a file.
pub(super) struct Parsed {
    pub(super) file: ast::File,
    pub(super) mistakes: Vec<Diagnostic>,
    pub(super) outline: Outline,
}

/// What the items of a module say about modules.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) names: Names,
    inline: Vec<String>,
    declarations: Vec<Declaration>,
    /// The paths in `use` items, then those in other items.
    pub(super) paths: Vec<Mention>,
}

/// Parses a file.
pub(super) fn parse(text: &str, id: FileId) -> Parsed {
    let (file, mistakes) = beskid_syntax::parse(text, id);
    let outline = outline(&file.items);
    Parsed { file, mistakes, outline }
}

/// Looks through items for what concerns modules.
pub(super) fn outline(items: &[ast::Item]) -> Outline {
    let mut paths = declared::uses(items);
    paths.extend(mentions(items));
    Outline {
        names: declared::names(items),
        inline: declared::inline_modules(items).into_iter().map(|it| it.name).collect(),
        declarations: declared::declarations(items),
        paths,
    }
}

/// Files that have been read.
pub(super) struct Files {
    pub(super) sources: SourceMap,
    /// By [`FileId`]; empty files where none could be read.
    pub(super) parsed: Vec<Parsed>,
    /// By origin and path; the reason for those that could not be read.
    pub(super) ids: HashMap<(Origin, String), Result<FileId, String>>,
}

/// Files of one wave for each thread, at least: to start a thread costs as much as to parse some.
const FILES_PER_THREAD: usize = 4;

/// Reads the entry file, and ahead from there.
pub(super) fn read_ahead(
    loader: &mut dyn ModuleLoader,
    core: &mut MemoryLoader,
    entry: Entry,
    threads: usize,
) -> Files {
    let mut scout = Scout { loader, core, known: [HashMap::new(), HashMap::new()] };
    scout.known[Origin::Package as usize].insert(String::new(), Target::File(entry.path.clone()));
    let mut files = Files { sources: SourceMap::new(), parsed: Vec::new(), ids: HashMap::new() };
    let module = Guess { origin: Origin::Package, module: String::new(), path: entry.path };
    let parsed = parse(&entry.text, FileId(0));
    files.add(&module, entry.shown_path, Ok((entry.text, parsed)));
    let mut wave = vec![module];
    while !wave.is_empty() {
        let mut guesses = Vec::new();
        wave.iter().for_each(|module| scout.follow(module, &files, &mut guesses));
        let mut new = HashSet::new();
        guesses.retain(|it| !files.ids.contains_key(&it.key()) && new.insert(it.key()));
        scout.read(&guesses, threads, &mut files);
        wave = guesses;
    }
    files
}

impl Files {
    /// Adds a file, with the next number, also if it could not be read.
    fn add(&mut self, guess: &Guess, shown_path: String, result: Result<(String, Parsed), String>) {
        let (text, reason) = match result {
            Ok((text, parsed)) => {
                self.parsed.push(parsed);
                (text, None)
            }
            Err(reason) => {
                self.parsed.push(parse("", FileId(self.parsed.len() as u32)));
                (String::new(), Some(reason))
            }
        };
        let id = self.sources.add(shown_path, text);
        self.ids.insert(guess.key(), reason.map_or(Ok(id), Err));
    }

    fn outline(&self, key: &(Origin, String)) -> Option<&Outline> {
        let id = self.ids.get(key)?.as_ref().ok()?;
        Some(&self.parsed[id.0 as usize].outline)
    }
}

/// A file that may be part of the program, and the path of the module that it would be, with `/`.
struct Guess {
    origin: Origin,
    module: String,
    path: String,
}

impl Guess {
    fn key(&self) -> (Origin, String) {
        (self.origin, self.path.clone())
    }
}

/// What stands where a module may be.
#[derive(Clone, PartialEq, Eq)]
enum Target {
    File(String),
    Directory,
    Nothing,
}

struct Scout<'l> {
    loader: &'l mut dyn ModuleLoader,
    core: &'l mut MemoryLoader,
    /// What has been looked for, by origin and by the path of the module.
    known: [HashMap<String, Target>; 2],
}

impl Scout<'_> {
    /// Guesses where the paths of a file lead.
    fn follow(&mut self, from: &Guess, files: &Files, guesses: &mut Vec<Guess>) {
        let Some(outline) = files.outline(&from.key()) else { return };
        for Declaration { segments, .. } in &outline.declarations {
            let at = if segments.len() == 1 { &*from.module } else { "" };
            self.descend(from.origin, at, segments.iter().map(String::as_str), guesses);
        }
        for Mention { segments, .. } in &outline.paths {
            if let Some((origin, at)) = self.head(from, &segments[0], files) {
                self.descend(origin, at, segments.iter().map(String::as_str), guesses);
            }
            if let [name] = segments.as_slice() {
                let path = crate::prelude::module_of(name).into_iter().flatten();
                self.descend(Origin::Core, "", path, guesses);
            }
        }
    }

    /// Where the first name of a path is a module, if it seems to be one.
    fn head<'g>(
        &mut self,
        from: &'g Guess,
        name: &str,
        files: &Files,
    ) -> Option<(Origin, &'g str)> {
        let mut outward = Some(&*from.module);
        while let Some(at) = outward {
            let outline = self.outline(from.origin, at, files);
            if outline.is_some_and(|it| it.inline.iter().any(|inline| inline == name)) {
                return None;
            }
            if *self.target(from.origin, &child(at, name)) != Target::Nothing {
                return Some((from.origin, at));
            }
            let has = |it: &Outline| {
                it.names.declared.contains(name) || it.names.imports.contains_key(name)
            };
            if outline.is_some_and(has) {
                return None;
            }
            outward = (!at.is_empty()).then(|| at.rsplit_once('/').map_or("", |(outer, _)| outer));
        }
        let is_core = *self.target(Origin::Core, name) != Target::Nothing;
        is_core.then_some((Origin::Core, ""))
    }

    /// The outline of a module, if its file has been parsed.
    fn outline<'f>(&self, origin: Origin, module: &str, files: &'f Files) -> Option<&'f Outline> {
        let Some(Target::File(path)) = self.known[origin as usize].get(module) else { return None };
        files.outline(&(origin, path.clone()))
    }

    /// Guesses the files of the modules that names lead to, one inside the other.
    fn descend<'n>(
        &mut self,
        origin: Origin,
        from: &str,
        names: impl Iterator<Item = &'n str>,
        guesses: &mut Vec<Guess>,
    ) {
        let mut module = from.to_owned();
        for name in names {
            module = child(&module, name);
            match self.target(origin, &module) {
                Target::File(path) => {
                    guesses.push(Guess { origin, module: module.clone(), path: path.clone() });
                }
                Target::Directory => {}
                Target::Nothing => return,
            }
        }
    }

    /// What stands where the module would be.
    fn target(&mut self, origin: Origin, module: &str) -> &Target {
        let known = &mut self.known[origin as usize];
        if !known.contains_key(module) {
            let loader: &mut dyn ModuleLoader = match origin {
                Origin::Package => self.loader,
                Origin::Core => self.core,
            };
            let (files, is_directory) = files_of(loader, module);
            let target = match files.into_iter().next() {
                Some(file) => Target::File(file),
                None if is_directory => Target::Directory,
                None => Target::Nothing,
            };
            known.insert(module.to_owned(), target);
        }
        &known[module]
    }

    /// Reads and parses files.
    fn read(&self, guesses: &[Guess], threads: usize, files: &mut Files) {
        let first = files.parsed.len() as u32;
        let numbered = guesses.iter().zip(first..).collect();
        let threads = threads.min(guesses.len() / FILES_PER_THREAD);
        let results = map_in_order(
            numbered,
            threads,
            || (),
            |(), (guess, id)| {
                let text = self.loader_of(guess.origin).read(&guess.path)?;
                let parsed = parse(&text, FileId(id));
                Ok((text, parsed))
            },
        );
        for (guess, result) in guesses.iter().zip(results) {
            files.add(guess, self.loader_of(guess.origin).shown_path(&guess.path), result);
        }
    }

    fn loader_of(&self, origin: Origin) -> &dyn ModuleLoader {
        match origin {
            Origin::Package => self.loader,
            Origin::Core => self.core,
        }
    }
}

fn child(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}/{name}") }
}

/// The files that the module `path` may have, the preferred one first, and whether it is a directory.
pub(super) fn files_of(loader: &mut dyn ModuleLoader, path: &str) -> (Vec<String>, bool) {
    let is_directory = loader.kind(path) == PathKind::Directory;
    // Without the directory, there are no files in it.
    let candidates = candidates(path).into_iter();
    let candidates = candidates.filter(|it| is_directory || !it[path.len()..].starts_with('/'));
    let files = candidates.filter(|file| loader.kind(file) == PathKind::File).collect();
    (files, is_directory)
}

/// How many of the candidates have the first extension.
pub(super) const EXTENSION_FORMS: usize = 3;

/// Where the file of a module may stand, in both spellings of the extension.
pub(super) fn candidates(path: &str) -> [String; 6] {
    let name = path.rsplit('/').next().unwrap_or_default();
    [
        format!("{path}.bsk"),
        format!("{path}/mod.bsk"),
        format!("{path}/{name}.bsk"),
        format!("{path}.bd"),
        format!("{path}/mod.bd"),
        format!("{path}/{name}.bd"),
    ]
}
