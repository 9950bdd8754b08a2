//! The front end as all commands use it: read, check, show what is wrong.

use std::io::{IsTerminal, Write};
use std::path::Path;

use beskid_analysis::MainRule;
use beskid_analysis::typed::Program;
use beskid_project::LoadOptions;
use beskid_syntax::{Diagnostic, RenderStyle, SourceMap, render};

use crate::timings::{Timings, WorkArgs};

/// Reads and checks a program, and shows its errors and warnings on standard error. `None` if
/// there were errors.
pub(crate) fn check(file: &Path, main: MainRule) -> anyhow::Result<Option<Program>> {
    Ok(load(file, LoadOptions::standalone(file, main))?.0)
}

/// The same with so many threads, and how long it took.
pub(crate) fn timed_check(
    file: &Path,
    main: MainRule,
    work: &WorkArgs,
) -> anyhow::Result<(Option<Program>, Timings)> {
    load(file, LoadOptions { threads: work.threads(), ..LoadOptions::standalone(file, main) })
}

fn load(file: &Path, options: LoadOptions) -> anyhow::Result<(Option<Program>, Timings)> {
    let analysis = beskid_project::load(file, &options)?.analysis;
    show(&analysis.diagnostics, &analysis.sources);
    let timings = Timings::of(&analysis);
    Ok((analysis.program, timings))
}

/// Shows diagnostics on standard error.
pub(crate) fn show(diagnostics: &[Diagnostic], sources: &SourceMap) {
    let mut stderr = std::io::stderr().lock();
    let style = style(stderr.is_terminal());
    for diagnostic in diagnostics {
        // A closed standard error leaves nobody to tell; the exit status still says it.
        let _ = writeln!(stderr, "{}", render(diagnostic, sources, style));
    }
}

fn style(is_terminal: bool) -> RenderStyle {
    let wants_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is_terminal && !wants_plain { RenderStyle::Color } else { RenderStyle::Plain }
}
