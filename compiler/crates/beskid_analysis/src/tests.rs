//! Tests of whole programs: one call with source text each.
//!
//! Rejected programs are compared with their codes and places, accepted ones with a compact dump of
//! what code generation gets. Nothing else in here calls [`crate::analyze`].

mod dump;
mod enums;
mod expressions;
mod foreign;
mod functions;
mod generics;
mod hostile;
mod library;
mod matching;
mod modules;
mod prelude;
mod programs;
mod records;
mod statements;
mod testing;
mod verify;

use crate::{Analysis, Entry, MainRule, MemoryLoader, Options, analyze, typed};

/// The name of the entry file in all tests.
const ENTRY: &str = "main.bsk";

fn analyze_files(entry: &str, files: &[(&str, &str)], main: MainRule) -> Analysis {
    let mut loader = MemoryLoader::new();
    loader.add(ENTRY, entry);
    files.iter().for_each(|&(path, text)| loader.add(path, text));
    let entry = Entry { path: ENTRY.into(), shown_path: ENTRY.into(), text: entry.into() };
    let analysis =
        analyze(&mut loader, entry, &Options { package: "app".into(), main, threads: 1 });
    let rejected = analysis.diagnostics.iter().any(beskid_syntax::Diagnostic::is_error);
    assert_eq!(analysis.has_errors(), rejected, "errors and only errors prevent a program");
    analysis.program.iter().for_each(verify::program);
    analysis
}

fn analyze_text(source: &str) -> Analysis {
    analyze_files(source, &[], MainRule::Optional)
}

/// `E1206 2:9, W1403 3:1`; places outside the entry file have their path in front.
fn findings(analysis: &Analysis) -> String {
    let shown = analysis.diagnostics.iter().map(|found| {
        let place = analysis.sources.location(found.primary.span);
        let path = if place.path == ENTRY { String::new() } else { format!("{}:", place.path) };
        format!("{} {path}{}:{}", found.code, place.line, place.column)
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The rendered messages, for the output of failing tests.
fn rendered(analysis: &Analysis) -> String {
    let lines = analysis.diagnostics.iter().map(|it| format!("{}: {}\n", it.code, it.message));
    lines.collect()
}

/// Checks which mistakes are found, and where; `""` for none at all.
#[track_caller]
fn check(source: &str, expected: &str) {
    let analysis = analyze_text(source);
    assert_eq!(findings(&analysis), expected, "in:\n{source}\n{}", rendered(&analysis));
}

/// Checks the mistakes of a program of several files.
#[track_caller]
fn check_files(entry: &str, files: &[(&str, &str)], expected: &str) {
    let analysis = analyze_files(entry, files, MainRule::Optional);
    assert_eq!(findings(&analysis), expected, "in:\n{entry}\n{}", rendered(&analysis));
}

/// Checks the mistakes of the body of a function `unit f(…)`. Lines count from that of `body`.
#[track_caller]
fn check_body(params: &str, body: &str, expected: &str) {
    let source = format!("pub unit f({params}) {{\n{body}\n}}");
    let analysis = analyze_text(&source);
    let shifted = findings(&analysis);
    let lowered: Vec<String> = shifted.split(", ").map(lower_line).collect();
    assert_eq!(lowered.join(", "), expected, "in:\n{body}\n{}", rendered(&analysis));
}

fn lower_line(finding: &str) -> String {
    let Some((code, place)) = finding.split_once(' ') else { return finding.into() };
    let (line, column) = place.rsplit_once(':').unwrap();
    let line: u32 = line.parse().unwrap();
    format!("{code} {}:{column}", line - 1)
}

/// The program of a source without mistakes; warnings are allowed.
#[track_caller]
fn program(source: &str) -> typed::Program {
    let analysis = analyze_text(source);
    let shown = rendered(&analysis);
    analysis.program.unwrap_or_else(|| panic!("in:\n{source}\n{shown}"))
}

/// Compares the dump of the function `f` of a source without mistakes.
#[track_caller]
fn check_dump(source: &str, expected: &str) {
    let program = program(source);
    let function = program.functions.iter().find(|it| it.name == "f").unwrap();
    assert_eq!(dump::function(&program, function), expected, "in:\n{source}");
}

/// Compares the dump of an expression of type `ty`, in a function with parameters.
#[track_caller]
fn check_expr(params: &str, ty: &str, expr: &str, expected: &str) {
    let source = format!("pub {ty} f({params}) {{ return {expr}; }}");
    let program = program(&source);
    let function = program.functions.iter().find(|it| it.name == "f").unwrap();
    let [typed::Statement::Return(Some(value))] = function.body.statements.as_slice() else {
        panic!("in:\n{source}\n{}", dump::function(&program, function));
    };
    assert_eq!(dump::expr(&program, function, value), expected, "in:\n{source}");
}

/// Checks that the only mistake has a help text, and which.
#[track_caller]
fn check_help(source: &str, expected: &str) {
    let analysis = analyze_text(source);
    let [found] = analysis.diagnostics.as_slice() else {
        panic!("in:\n{source}\n{}", rendered(&analysis));
    };
    assert_eq!(found.help.as_deref(), Some(expected), "in:\n{source}");
}
