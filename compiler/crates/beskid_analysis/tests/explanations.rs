//! The explanations of diagnostics: the analysis judges their examples as the text says, and
//! `docs/errors.md` lists them all.

mod examples;

use std::fmt::Write as _;
use std::path::Path;

use beskid_abi::report;
use beskid_analysis::{Analysis, MainRule};
use beskid_syntax::{Code, Diagnostic, ToolCode};
use examples::{codes, fenced, require_none};

/// Codes without examples: no program is known to produce them.
const WITHOUT_EXAMPLES: &[Code] = &[Code::E2101];

/// The fence of an example that must produce the code.
const ERRONEOUS: &str = "beskid,fails";

/// The fence of an example without the mistake.
const CORRECTED: &str = "beskid";

/// Checks an example as a program that is to be started.
fn judge(example: &str) -> Analysis {
    examples::judge(example, MainRule::Required)
}

/// The one block of an explanation that is marked `fence`.
#[track_caller]
fn example(code: Code, fence: &str) -> &'static str {
    let text = code.explanation();
    let blocks: Vec<&str> = fenced(text).filter(|it| it.0 == fence).map(|it| it.1).collect();
    match *blocks {
        [block] => block,
        ref several => panic!("{code} has {} blocks marked `{fence}`, not one", several.len()),
    }
}

fn codes_with_examples() -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(|code| !WITHOUT_EXAMPLES.contains(code))
}

#[test]
fn every_explanation_has_text_and_closed_fences() {
    for explanation in beskid_syntax::diagnostic::explanations() {
        let (code, text) = (explanation.code, explanation.text);
        assert!(text.lines().count() >= 5, "the explanation of {code} is a sketch");
        assert!(!text.starts_with('#'), "the heading of {code} comes from the table");
        assert_eq!(text.matches("```").count() % 2, 0, "{code} has an open fence");
    }
}

#[test]
fn erroneous_examples_produce_their_code() {
    let mut findings = Vec::new();
    for code in codes_with_examples() {
        let found = judge(example(code, ERRONEOUS)).diagnostics;
        let is_produced = found.iter().any(|it| it.code == code);
        if !is_produced {
            findings.push(format!("{code} is not produced: {}", codes(&found)));
        }
    }
    require_none(&findings);
}

#[test]
fn erroneous_examples_have_no_other_mistake() {
    let mut findings = Vec::new();
    for code in codes_with_examples() {
        let found = judge(example(code, ERRONEOUS)).diagnostics;
        let is_other = |it: &&Diagnostic| it.is_error() && it.code != code;
        let others: Vec<_> = found.iter().filter(is_other).collect();
        if !others.is_empty() {
            findings.push(format!("{code} comes with {}", codes(others)));
        }
    }
    require_none(&findings);
}

#[test]
fn corrected_examples_are_accepted() {
    let mut findings = Vec::new();
    for code in codes_with_examples() {
        let analysis = judge(example(code, CORRECTED));
        let found = &analysis.diagnostics;
        let is_accepted = !analysis.has_errors() && found.iter().all(|it| it.code != code);
        if !is_accepted {
            findings.push(format!("{code} is not accepted: {}", codes(found)));
        }
    }
    require_none(&findings);
}

/// Where the explanation files lie, as seen from `docs/`.
const EXPLANATIONS: &str = "../compiler/crates/beskid_syntax/src/diagnostic/explanations";

/// `docs/errors.md`: every code with its meaning and a link to its explanation.
fn index() -> String {
    let mut text = String::from(
        "<!-- Written by `BLESS=1 cargo test -p beskid_analysis --test explanations`. -->\n\n\
         # Diagnostic codes\n\n\
         `beskid explain E1304` prints what a code means, with an example and the reason for the rule.\n\
         The same texts are behind the links.\n\n\
         ## Programs\n\n\
         `E` stands for an error, which rejects the program, and `W` for a warning.\n\n\
         | code | meaning |\n|---|---|\n",
    );
    for code in Code::ALL {
        // The files bear the names of the rows.
        let _ = writeln!(text, "| [{code}]({EXPLANATIONS}/{code:?}.md) | {} |", code.meaning());
    }
    text.push_str("\n## Tools\n\n| code | meaning |\n|---|---|\n");
    for code in ToolCode::ALL {
        let _ = writeln!(text, "| [{code}]({EXPLANATIONS}/{code}.md) | {} |", code.meaning());
    }
    let (code, directory) = (report::CODE, "../compiler/crates/beskid_abi/src/report");
    let _ = writeln!(text, "| [{code}]({directory}/{code}.md) | {} |", report::MEANING);
    text
}

#[test]
fn the_index_is_fresh() {
    let file = "docs/errors.md";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(file);
    let expected = index();
    if std::fs::read_to_string(&path).is_ok_and(|found| found == expected) {
        return;
    }
    assert!(
        std::env::var_os("BLESS").is_some(),
        "{file} is not what the tables say; run `BLESS=1 cargo test -p beskid_analysis` and commit it"
    );
    std::fs::write(&path, expected).unwrap();
}

#[test]
fn the_links_of_the_index_lead_to_files() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs");
    let index = index();
    let links: Vec<&str> =
        index.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0).collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(docs.join(link).is_file(), "{link} leads nowhere");
    }
}
