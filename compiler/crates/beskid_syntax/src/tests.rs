//! Tests of the parser as a whole: source in, tree or diagnostics out. The helpers here are the only
//! way the cases reach the parser.

mod declarations;
mod expressions;
mod literals;
mod mistakes;
mod robustness;
mod samples;
mod statements;

use crate::dump::Dump;
use crate::{SourceMap, parse, render_line};

/// The tree and the diagnostics of `source`, the latter one per line.
fn outcome(source: &str) -> (String, String) {
    let mut sources = SourceMap::new();
    let file = sources.add("t", source);
    let (tree, diagnostics) = parse(source, file);
    let lines: Vec<String> = diagnostics.iter().map(|it| render_line(it, &sources)).collect();
    (Dump::file(&tree).text, lines.join("\n"))
}

/// The tree of a source without mistakes.
#[track_caller]
fn tree(source: &str) -> String {
    let (tree, diagnostics) = outcome(source);
    assert_eq!(diagnostics, "", "in {source}");
    tree
}

/// Checks the items of a source without mistakes.
#[track_caller]
fn items(source: &str, expected: &str) {
    assert_eq!(tree(source), expected);
}

/// Checks statements without mistakes.
#[track_caller]
fn stmts(source: &str, expected: &str) {
    let tree = tree(&format!("unit f() {{ {source} }}"));
    assert_eq!(tree, format!("(fn unit f () {{{expected}}})"), "{source}");
}

/// Checks an expression without mistakes.
#[track_caller]
fn expr(source: &str, expected: &str) {
    let tree = tree(&format!("unit f() => {source};"));
    assert_eq!(tree, format!("(fn unit f () => {expected})"), "{source}");
}

/// Checks all diagnostics of a file; the path is `t`.
#[track_caller]
fn diagnostics(source: &str, expected: &[&str]) {
    let (_, found) = outcome(source);
    assert_eq!(found, expected.join("\n"), "in {source}");
}

/// Checks the one mistake among some statements, by column within them and wording.
#[track_caller]
fn mistake(source: &str, column: usize, message: &str) {
    const BEFORE: &str = "unit f() { ";
    let (_, found) = outcome(&format!("{BEFORE}{source} }}"));
    let expected = format!("t:1:{}: error[parse]: {message}", BEFORE.len() + column);
    assert_eq!(found, expected, "in {source}");
}
