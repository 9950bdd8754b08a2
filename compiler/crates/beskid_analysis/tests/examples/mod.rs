//! Examples in texts for users: programs in fenced blocks, which the analysis judges.

use beskid_analysis::{Analysis, Entry, MainRule, MemoryLoader, Options, analyze};
use beskid_syntax::Diagnostic;

/// Starts another file within an example; the last file is the entry file.
const FILE_MARK: &str = "//// file ";

/// The fenced blocks of a Markdown text: what stands after the fence, and the contents.
pub(crate) fn fenced(text: &str) -> impl Iterator<Item = (&str, &str)> {
    // Outside and inside of fences alternate; an inside begins with its mark.
    text.split("```").skip(1).step_by(2).filter_map(|inside| inside.split_once('\n'))
}

/// The files of an example, with their paths.
fn files(example: &str) -> Vec<(&str, &str)> {
    if !example.starts_with(FILE_MARK) {
        return vec![("main.bsk", example)];
    }
    let parts = example.split(FILE_MARK).skip(1);
    parts.map(|part| part.split_once('\n').expect("a file begins on a line of its own")).collect()
}

/// Checks an example.
pub(crate) fn judge(example: &str, main: MainRule) -> Analysis {
    let mut files = files(example);
    let (path, text) = files.pop().expect("an example has an entry file");
    let mut loader = MemoryLoader::new();
    for (path, text) in files {
        loader.add(path, text);
    }
    let entry = Entry { path: path.into(), shown_path: path.into(), text: text.into() };
    analyze(&mut loader, entry, &Options { package: "example".into(), main, threads: 1 })
}

/// The codes of diagnostics, for messages.
pub(crate) fn codes<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let shown = diagnostics.into_iter().map(|it| format!("{}: {}", it.code, it.message));
    shown.collect::<Vec<_>>().join("; ")
}

/// Fails with all findings at once.
#[track_caller]
pub(crate) fn require_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
