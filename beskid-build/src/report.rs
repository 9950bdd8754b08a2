//! Diagnostics of the sources: warnings for Cargo, errors for the Rust compiler.

use beskid_syntax::{Diagnostic, RenderStyle, SourceMap, render, render_line};

use crate::cargo::Directives;

/// Shows all warnings through Cargo, each as one line.
pub(crate) fn show_warnings(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    directives: &mut Directives,
) {
    for warning in diagnostics.iter().filter(|diagnostic| !diagnostic.is_error()) {
        directives.warning(&render_line(warning, sources));
    }
}

/// All errors with their excerpts.
pub(crate) fn render_errors(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let rendered: Vec<String> = errors
        .map(|error| render(error, sources, RenderStyle::Plain).trim_end().to_owned())
        .collect();
    rendered.join("\n\n")
}

/// A module that makes the Rust compiler show the rendered errors. The last bindings without
/// errors stay in it, so that the Rust code around the mistake does not become one too.
pub(crate) fn failing_module(entry: &str, errors: &str, last_good: Option<&str>) -> String {
    let message = raw_string(&format!("{entry} has errors\n\n{errors}\n"));
    let last_good = last_good.unwrap_or_default();
    format!("::core::compile_error!({message});\n\n{last_good}")
}

/// A literal that spans lines, because the Rust compiler shows the lines of its own error too and
/// leaves out the middle of long spans.
fn raw_string(text: &str) -> String {
    let text = text.replace('\r', "");
    let mut fence = String::from("#");
    while text.contains(&format!("\"{fence}")) {
        fence.push('#');
    }
    format!("r{fence}\"{text}\"{fence}")
}

#[cfg(test)]
mod tests {
    use beskid_syntax::diagnostic;
    use beskid_syntax::{FileId, Span};

    use super::*;

    fn one_error() -> (Vec<Diagnostic>, SourceMap) {
        let mut sources = SourceMap::new();
        let file: FileId = sources.add("src/main.bsk", "i64 f() => \"text\";\n");
        let wrong = diagnostic::type_mismatch(Span { file, start: 11, end: 17 }, "i64", "string");
        (vec![wrong], sources)
    }

    #[test]
    fn errors_reach_rustc_with_excerpt_and_place() {
        let (diagnostics, sources) = one_error();
        let errors = render_errors(&diagnostics, &sources);
        assert!(errors.contains("src/main.bsk:1:12"), "{errors}");
        assert!(!errors.contains('\u{1b}'), "{errors}");
        let module = failing_module("src/main.bsk", &errors, Some("pub fn f() {}\n"));
        let begin = "::core::compile_error!(r#\"src/main.bsk has errors\n\nerror[E1206]: ";
        assert!(module.starts_with(begin), "{module}");
        assert!(module.ends_with("pub fn f() {}\n"), "{module}");
    }

    #[test]
    fn any_text_can_stand_in_the_generated_module() {
        assert_eq!(raw_string("a"), "r#\"a\"#");
        assert_eq!(raw_string("\"#\r\n\"##"), "r###\"\"#\n\"##\"###");
    }

    #[test]
    fn errors_are_not_shown_as_warnings() {
        let (diagnostics, sources) = one_error();
        let mut directives = Directives::default();
        show_warnings(&diagnostics, &sources, &mut directives);
        assert!(directives.lines().is_empty());
    }
}
