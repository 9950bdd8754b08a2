//! Name resolution and type checking of Beskid programs.
//!
//! [`analyze`] reads a program through a [`ModuleLoader`] and yields what code generation needs, a
//! [`typed::Program`], together with everything that is wrong. It does no IO and knows no machine.
//! A program with errors has no typed program; nothing here fails or panics because of a user's
//! mistake.

mod attributes;
mod builtins;
mod check;
mod corelib;
mod docs;
mod entry;
mod finish;
mod items;
pub mod library;
mod loader;
mod mentions;
mod modules;
pub mod parallel;
mod prelude;
mod scope;
mod signatures;
mod suggest;
pub mod symbols;
#[cfg(test)]
mod tests;
pub mod typed;
mod types;
mod written;

use std::time::{Duration, Instant};

use beskid_syntax::{Diagnostic, FileId, SourceMap, Span, diagnostic};

pub use corelib::CORELIB_FILES;
pub use loader::{Entry, MemoryLoader, ModuleLoader, PathKind};

/// What is to be analysed, besides the sources.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the package, the first part of every symbol.
    pub package: String,
    /// Whether the program is to be started.
    pub main: MainRule,
    /// How many threads may work at once; at least one. The result is the same with any number.
    pub threads: usize,
}

/// Whether the entry file must have a function `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MainRule {
    /// It must: the program is an executable.
    Required,
    /// It may: the program is a library, or is tested.
    Optional,
}

/// What analysis found out.
#[derive(Debug)]
pub struct Analysis {
    /// The program, if it has no errors.
    pub program: Option<typed::Program>,
    /// Errors and warnings, by file and position.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts of all files that were read.
    pub sources: SourceMap,
    /// How long it took.
    pub times: Times,
}

/// How long the parts of analysis took.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// To find, read and parse the files of all modules.
    pub parse: Duration,
    /// To resolve names and to check types.
    pub check: Duration,
}

impl Analysis {
    /// Whether the program was rejected.
    pub fn has_errors(&self) -> bool {
        self.program.is_none()
    }
}

/// Analyses the program that begins with `entry`.
pub fn analyze(loader: &mut dyn ModuleLoader, entry: Entry, options: &Options) -> Analysis {
    let start = Instant::now();
    let mut loading = Vec::new();
    let tree = modules::load(loader, entry, options.threads, &mut loading);
    let parse = start.elapsed();

    let mut diagnostics = Vec::new();
    let items = items::collect(&tree, &mut diagnostics);
    let scopes = scope::Scopes::new(&tree, items, &mut diagnostics);

    let mut types = types::Types::default();
    let signatures = signatures::resolve(&scopes, &mut types, &mut diagnostics);
    let builtins = builtins::Builtins::new(&mut types);
    let package = options.package.clone();
    let world = check::World { package, scopes, signatures, builtins };

    let mut checked = check::check(&world, types, diagnostics);
    let tests = finish::tests(&world.scopes.items, &world.scopes, &mut checked);
    let main = entry::find(&world, &mut checked).unwrap_or_else(|_missing| {
        if options.main == MainRule::Required {
            let start = Span::new(FileId(0), 0, 0);
            checked.diagnostics.push(diagnostic::missing_main(start));
        }
        None
    });

    finish::complete_types(&world, &mut checked);
    docs::check(&world.scopes, &mut checked.diagnostics);

    let diagnostics = finish::diagnostics(&world.scopes, loading, &mut checked);
    let sources = tree.sources.clone();
    let program = (!diagnostics.iter().any(Diagnostic::is_error)).then(|| {
        let main = main.map(|main| entry::finish(&world, &mut checked, main));
        finish::program(&world, checked, tests, main, sources.clone())
    });
    let times = Times { parse, check: start.elapsed() - parse };
    Analysis { program, diagnostics, sources, times }
}
