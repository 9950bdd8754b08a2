//! Whatever a text is, the compiler has to survive it: no panic, no endless loop, no overflow of the
//! stack, and from a program without errors comes an object.

use beskid_analysis::{Analysis, Entry, MainRule, MemoryLoader, Options, analyze};
use beskid_aot::{ObjectKind, ObjectRequest, emit_object};
use beskid_codegen::{Optimization, Verifier};
use beskid_syntax::{RenderStyle, render, render_line};

use crate::formatting;
use crate::programs::TARGET;

/// How many diagnostics of a text are drawn; all of them are written in short form.
const DRAWN: usize = 5;

/// How far a text got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It has errors.
    Refused,
    /// It is a program and became an object.
    Compiled,
}

/// Takes a text through the whole compiler and the formatter.
///
/// # Panics
/// If the compiler or the formatter does, or if one of them breaks a promise.
pub fn survive(text: &str) -> Stage {
    if let Err(problem) = formatting::examine(text) {
        panic!("{problem}");
    }
    let analysis = analysis_of(text);
    for diagnostic in &analysis.diagnostics {
        render_line(diagnostic, &analysis.sources);
    }
    for diagnostic in analysis.diagnostics.iter().take(DRAWN) {
        render(diagnostic, &analysis.sources, RenderStyle::Plain);
    }
    let Some(program) = &analysis.program else {
        let is_explained = analysis.diagnostics.iter().any(|it| it.is_error());
        assert!(is_explained, "a program is refused without an error");
        return Stage::Refused;
    };
    let kind = if program.main.is_some() { ObjectKind::Executable } else { ObjectKind::Library };
    let optimization = Optimization::Speed;
    let verifier = Verifier::On;
    let request = ObjectRequest { target: TARGET, kind, threads: 1, verifier, optimization };
    if let Err(error) = emit_object(program, &request) {
        panic!("a program without errors becomes no object: {error}");
    }
    Stage::Compiled
}

fn analysis_of(text: &str) -> Analysis {
    let entry = Entry {
        path: "main.bsk".to_owned(),
        shown_path: "main.bsk".to_owned(),
        text: text.to_owned(),
    };
    let options = Options { package: "case".to_owned(), main: MainRule::Optional, threads: 1 };
    analyze(&mut MemoryLoader::new(), entry, &options)
}
