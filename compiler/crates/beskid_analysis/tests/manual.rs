//! The language manual: the analysis judges its examples as their fences say.
//!
//! A block marked `beskid` is a program, or a part of one without `main`, that has no error. A block
//! marked with a code too, as `beskid,E1206`, is given that code and no other error.

mod examples;

use std::path::{Path, PathBuf};

use beskid_analysis::MainRule;
use beskid_syntax::{Code, Diagnostic};
use examples::{codes, fenced, judge, require_none};

/// The mark of a Beskid program.
const FENCE: &str = "beskid";

/// A program in the manual.
struct Example {
    section: String,
    /// What must be reported; nothing that is an error, if there is no code.
    code: Option<String>,
    program: String,
}

/// The files of the manual.
fn chapters() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/language");
    let entries = std::fs::read_dir(directory).expect("the manual is there");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the listing goes on").path()).collect();
    files.sort();
    files
}

/// The Beskid programs of a chapter. A heading begins with the number of its section.
fn examples(chapter: &str) -> Vec<Example> {
    let mut found = Vec::new();
    // Headings begin lines, and so do comments of other languages within fences, but not there.
    for part in chapter.split("\n#") {
        let number = part.trim_start_matches('#').split_whitespace().next().unwrap_or_default();
        let section = number.trim_end_matches('.').to_owned();
        for (fence, program) in fenced(part) {
            let mut words = fence.split(',');
            if words.next() == Some(FENCE) {
                let code = words.next().map(str::to_owned);
                found.push(Example { section: section.clone(), code, program: program.into() });
            }
        }
    }
    found
}

/// What an example does that its fence does not say.
fn finding(example: &Example) -> Option<String> {
    let found = judge(&example.program, MainRule::Optional).diagnostics;
    let is_expected = |it: &&Diagnostic| Some(it.code.as_str()) == example.code.as_deref();
    let others: Vec<_> = found.iter().filter(|it| it.is_error() && !is_expected(it)).collect();
    if !others.is_empty() {
        return Some(codes(others));
    }
    let code = example.code.as_deref()?;
    found.iter().all(|it| !is_expected(&it)).then(|| format!("{code} is not reported"))
}

#[test]
fn examples_do_what_their_fences_say() {
    let mut findings = Vec::new();
    for path in chapters() {
        for example in examples(&std::fs::read_to_string(path).expect("a chapter is text")) {
            if let Some(finding) = finding(&example) {
                let section = &example.section;
                findings.push(format!("section {section}: {finding}\n{}", example.program));
            }
        }
    }
    require_none(&findings);
}

#[test]
fn every_code_that_programs_can_cause_is_in_the_manual() {
    let texts = chapters()
        .into_iter()
        .map(|path| std::fs::read_to_string(path).expect("a chapter is text"));
    let manual: String = texts.collect();
    // An internal error and a lack of the compiler are no rules of the language.
    let is_rule = |code: &&Code| !matches!(code, Code::E2101 | Code::E1299 | Code::Parse);
    let is_missing = |code: &&Code| !manual.contains(code.as_str());
    let missing = Code::ALL.iter().filter(is_rule).filter(is_missing);
    require_none(
        &missing.map(|code| format!("the manual does not name {code}")).collect::<Vec<_>>(),
    );
}
