//! Diagnostics as text: the full picture with an excerpt, and one line for tools.
//!
//! `annotate-snippets` draws; this file chooses what it sees. It gets only the lines between the
//! first and the last label of a file, so that a diagnostic costs what it shows and not what the
//! file holds.

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Renderer, Snippet};

use crate::{Diagnostic, FileId, Label, Severity, SourceMap, Span};

/// Whether rendered text carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenderStyle {
    /// No escape sequences, for files, pipes and tests.
    Plain,
    /// Colours, for terminals.
    Color,
}

/// Draws `diagnostic` with its code, place, excerpt, labels, notes and help. The text has no line
/// break at its end.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: RenderStyle) -> String {
    let title = level_of(diagnostic.severity())
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let notes = diagnostic.notes.iter().map(|note| Level::NOTE.message(note.as_str()));
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(help.as_str()));
    let group = title.elements(excerpts(diagnostic, sources)).elements(notes).elements(help);
    renderer(style).render(&[group])
}

/// The diagnostic on one line, `path:line:column: error[E1206]: message`. Line breaks in the message
/// become spaces.
pub fn render_line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let place = sources.location(diagnostic.primary.span);
    let Diagnostic { code, message, .. } = diagnostic;
    let message = message.split(['\r', '\n']).collect::<Vec<_>>().join(" ");
    format!("{place}: {}[{code}]: {message}", diagnostic.severity())
}

fn renderer(style: RenderStyle) -> Renderer {
    match style {
        RenderStyle::Plain => Renderer::plain(),
        RenderStyle::Color => Renderer::styled(),
    }
}

fn level_of(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

/// One excerpt per file, the file at fault first.
fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Element<'a>> {
    let mut files = vec![diagnostic.primary.span.file];
    for label in &diagnostic.secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files.into_iter().map(|file| excerpt(diagnostic, sources, file).into()).collect()
}

/// The lines of `file` that carry labels, and the lines between them.
fn excerpt<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a SourceMap,
    file: FileId,
) -> Snippet<'a, Annotation<'a>> {
    let primary = [(AnnotationKind::Primary, &diagnostic.primary)];
    let secondary = diagnostic.secondary.iter().map(|it| (AnnotationKind::Context, it));
    let labels: Vec<(AnnotationKind, &Label)> =
        primary.into_iter().chain(secondary).filter(|(_, it)| it.span.file == file).collect();
    let window = sources.lines_around(labels.iter().map(|(_, label)| label.span), file);
    let annotations = labels.into_iter().map(|(kind, label)| annotation(kind, label, &window));
    Snippet::source(window.text)
        .path(sources.path(file))
        .line_start(window.first_line as usize)
        .annotations(annotations.collect::<Vec<_>>())
}

fn annotation<'a>(kind: AnnotationKind, label: &'a Label, window: &Window<'a>) -> Annotation<'a> {
    let annotation = kind.span(window.range_of(label.span));
    if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
}

/// Some consecutive lines of a file.
struct Window<'a> {
    text: &'a str,
    /// The offset of the text in its file.
    start: u32,
    /// The number of the first line.
    first_line: u32,
}

impl Window<'_> {
    /// Where `span` stands in the window. What lies outside, or within a character, is moved inside.
    fn range_of(&self, span: Span) -> std::ops::Range<usize> {
        let place = |offset: u32| {
            let offset = offset.saturating_sub(self.start) as usize;
            self.text.floor_char_boundary(offset.min(self.text.len()))
        };
        place(span.start)..place(span.end)
    }
}

impl SourceMap {
    /// The whole lines from the first of `spans` to the last, which must not be empty.
    fn lines_around(&self, spans: impl Iterator<Item = Span> + Clone, file: FileId) -> Window<'_> {
        let start = spans.clone().map(|it| it.start).min().unwrap_or_default();
        let end = spans.map(|it| it.end).max().unwrap_or_default();
        let (lines, first_line) = self.line_range(file, start, end);
        Window { text: &self.text(file)[lines.clone()], start: lines.start as u32, first_line }
    }
}

#[cfg(test)]
mod tests;
