//! Renderings of single diagnostics, as text.

use super::*;
use crate::{Code, diagnostic};

/// Renders a type mismatch at `marked` in `text`.
fn mismatch_at(text: &str, marked: std::ops::Range<usize>) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add("src/main.bsk", text);
    let span = Span::new(file, marked.start as u32, marked.end as u32);
    let diagnostic = diagnostic::type_mismatch(span, "i64", "string").label("a string");
    let line = render_line(&diagnostic, &sources);
    let drawn = render(&diagnostic, &sources, RenderStyle::Plain);
    let place = line.split(": error").next().unwrap();
    assert!(drawn.contains(&format!("--> {place}")), "{line} and\n{drawn}\nmust agree");
    drawn
}

#[test]
fn code_place_excerpt_label_note_and_help_are_shown() {
    let mut sources = SourceMap::new();
    let file = sources.add("src/main.bsk", "i64 f() {\n    return \"x\";\n}\n");
    let diagnostic = diagnostic::return_mismatch(Span::new(file, 21, 24), "i64", "string")
        .label("this is a `string`")
        .also(Span::new(file, 0, 3), "declared here")
        .note("functions return what they declare")
        .help("return a number");
    let expected = "\
error[E1207]: this function returns `i64`, not `string`
 --> src/main.bsk:2:12
  |
1 | i64 f() {
  | --- declared here
2 |     return \"x\";
  |            ^^^ this is a `string`
  |
  = note: functions return what they declare
  = help: return a number";
    assert_eq!(render(&diagnostic, &sources, RenderStyle::Plain), expected);
    let line = "src/main.bsk:2:12: error[E1207]: this function returns `i64`, not `string`";
    assert_eq!(render_line(&diagnostic, &sources), line);
}

#[test]
fn a_warning_is_called_so() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.bsk", "x");
    let diagnostic = diagnostic::unused_import(Span::new(file, 0, 1), "x");
    assert_eq!(
        render_line(&diagnostic, &sources),
        "a.bsk:1:1: warning[W1503]: the import `x` is not used"
    );
    assert!(render(&diagnostic, &sources, RenderStyle::Plain).starts_with("warning[W1503]: "));
}

#[test]
fn colours_appear_only_when_asked_for() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.bsk", "x");
    let diagnostic = Diagnostic::new(Code::Parse, Span::new(file, 0, 1), "wrong");
    assert!(render(&diagnostic, &sources, RenderStyle::Color).contains('\u{1b}'));
    assert!(!render(&diagnostic, &sources, RenderStyle::Plain).contains('\u{1b}'));
}

#[test]
fn marks_stand_below_characters_not_bytes() {
    let drawn = mismatch_at("äöü = \"é\";", 9..13);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[1], " --> src/main.bsk:1:7");
    assert_eq!(lines[4], "  |       ^^^ a string");
}

#[test]
fn a_tab_is_one_column() {
    let drawn = mismatch_at("\t\tx = 1;", 2..3);
    assert!(drawn.contains("src/main.bsk:1:3"), "{drawn}");
    // Tabs are drawn as four spaces.
    assert!(drawn.contains("1 |         x = 1;\n  |         ^ a string"), "{drawn}");
}

#[test]
fn crlf_leaves_no_trace() {
    let drawn = mismatch_at("a\r\nbc\r\n", 3..5);
    assert!(drawn.contains("2 | bc\n  | ^^ a string"), "{drawn:?}");
}

#[test]
fn a_byte_order_mark_takes_no_column() {
    mismatch_at("\u{feff}bc", 3..5);
}

#[test]
fn places_at_the_end_of_a_file_are_shown() {
    for text in ["", "\n", "x", "x\n", "x\r\n", "ä", "\u{feff}"] {
        mismatch_at(text, text.len()..text.len());
    }
}

#[test]
fn spans_outside_the_text_are_moved_inside() {
    let mut sources = SourceMap::new();
    let file = sources.add("a.bsk", "ä");
    for (start, end) in [(0, 90), (1, 1), (1, 2), (7, 9)] {
        let diagnostic = Diagnostic::new(Code::Parse, Span::new(file, start, end), "wrong");
        assert!(render(&diagnostic, &sources, RenderStyle::Plain).contains("a.bsk:1:"));
    }
}

#[test]
fn labels_in_another_file_get_their_own_excerpt() {
    let mut sources = SourceMap::new();
    let first = sources.add("a.bsk", "one\n");
    let second = sources.add("b.bsk", "two\nthree\n");
    let diagnostic = diagnostic::duplicate_item(Span::new(first, 0, 3), "one")
        .also(Span::new(second, 4, 9), "first declared here");
    let drawn = render(&diagnostic, &sources, RenderStyle::Plain);
    assert!(drawn.contains("a.bsk:1:1") && drawn.contains("b.bsk:2:1"), "{drawn}");
    assert!(drawn.contains("2 | three\n  | ----- first declared here"), "{drawn}");
}
