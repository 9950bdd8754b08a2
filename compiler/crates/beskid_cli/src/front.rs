//! The front end as all commands use it: read, check, show what is wrong.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::bail;
use beskid_analysis::typed::Program;
use beskid_engine::package_name;
use beskid_syntax::{RenderStyle, render};

/// Reads and checks a program, and shows its errors and warnings on standard error. `None` if
/// there were errors.
pub(crate) fn check(file: &Path) -> anyhow::Result<Option<Program>> {
    let analysis = beskid_project::load(file, &package_name(file))?;
    let mut stderr = std::io::stderr().lock();
    let style = style(stderr.is_terminal());
    for diagnostic in &analysis.diagnostics {
        // A closed standard error leaves nobody to tell; the exit status still says it.
        let _ = writeln!(stderr, "{}", render(diagnostic, &analysis.sources, style));
    }
    Ok(analysis.program)
}

fn style(is_terminal: bool) -> RenderStyle {
    let wants_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is_terminal && !wants_plain { RenderStyle::Color } else { RenderStyle::Plain }
}

/// Refuses a program that cannot be run for itself.
pub(crate) fn require_main(program: &Program) -> anyhow::Result<()> {
    if program.main.is_some() {
        return Ok(());
    }
    let entry = program.modules.first().map_or("the entry file", |module| program.sources.path(module.file));
    bail!(
        "E1109: `{entry}` has no function `main`; add one, such as `unit main() {{ }}`, or use the \
         file as a library"
    )
}
