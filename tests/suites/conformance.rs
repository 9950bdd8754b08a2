//! The conformance of the compiler to the language manual: each case names the sections whose rules it
//! shows, and each section with rules has cases that keep them and cases that break them.

use std::collections::BTreeSet;

use beskid_tests::case::Directives;
use beskid_tests::files::{self, CaseFile};
use beskid_tests::manual::{Chapter, Passage, Section, chapters};

/// Sections that lack cases of one kind or the other. The list may only shrink.
const NOT_COVERED_YET: &[&str] = &[
    "1", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "4.1", "4.2", "4.3", "4.4", "4.5", "7.1", "7.3",
    "7.4", "7.6", "9.1", "9.3", "9.4", "9.6", "10.1", "10.3", "11.2", "11.3", "13.3", "14.1",
    "14.2", "14.3", "14.4", "14.5", "16", "17", "18", "20.2", "20.3", "20.4", "21.1", "21.3",
    "21.4", "22.1", "23.1", "23.2", "24.1", "24.2",
];

/// How a panic begins on standard error.
const PANIC: &str = "beskid panic: ";

/// What a case does with the rules of its sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stance {
    /// The program works.
    Keeps,
    /// The program is rejected or warned of, or ends with a panic.
    Breaks,
}

/// A case, as far as this suite looks at it.
struct Case {
    stance: Stance,
    sections: BTreeSet<Section>,
}

/// All cases, and what is wrong with some of them.
fn all_cases(manual: &[Chapter]) -> (Vec<Case>, Vec<String>) {
    let (mut cases, mut findings) = (Vec::new(), Vec::new());
    let sections: Vec<&Passage> = manual.iter().flat_map(|chapter| &chapter.sections).collect();
    for suite in ["run", "diagnostics"] {
        for file in files::cases(suite) {
            match case(suite, &file, &sections) {
                Ok(case) => cases.push(case),
                Err(problem) => findings.push(format!("{}: {problem}", file.entry.display())),
            }
        }
    }
    (cases, findings)
}

fn case(suite: &str, file: &CaseFile, manual: &[&Passage]) -> Result<Case, String> {
    // Some cases are about files that are not text.
    let source = std::fs::read(&file.entry).map_err(|error| error.to_string())?;
    let directives = Directives::parse(&String::from_utf8_lossy(&source))?;
    let is_rejected = suite == "diagnostics";
    let breaks = is_rejected || directives.expected.stderr.contains(PANIC);
    let sections = match directives.sections {
        none if none.is_empty() && is_rejected => section_of(file.code(), manual),
        some => some,
    };
    if let Some(unknown) =
        sections.iter().find(|it| manual.iter().all(|known| known.section != **it))
    {
        return Err(format!(
            "the manual has no section {unknown}; the least numbered part is named"
        ));
    }
    let stance = if breaks { Stance::Breaks } else { Stance::Keeps };
    Ok(Case { stance, sections })
}

/// The section of a case that names none: the one in which the manual names the code, if it is one.
fn section_of(code: &str, manual: &[&Passage]) -> BTreeSet<Section> {
    let naming = manual.iter().filter(|it| it.has_rules() && it.names(code)).map(|it| it.section);
    match naming.collect::<Vec<_>>()[..] {
        [section] => BTreeSet::from([section]),
        _ => BTreeSet::new(),
    }
}

/// Fails with all findings at once.
fn require_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn every_case_names_sections_of_the_manual() {
    require_none(&all_cases(&chapters()).1);
}

#[test]
fn every_section_with_rules_is_kept_and_broken() {
    let manual = chapters();
    let cases = all_cases(&manual).0;
    let mut findings = Vec::new();
    for passage in manual.iter().flat_map(|chapter| &chapter.sections).filter(|it| it.has_rules()) {
        for (stance, lack) in [(Stance::Keeps, "keeps"), (Stance::Breaks, "breaks")] {
            let shows = |it: &Case| it.stance == stance && it.sections.contains(&passage.section);
            let section = passage.section.to_string();
            if !cases.iter().any(shows) && !NOT_COVERED_YET.contains(&section.as_str()) {
                findings.push(format!("no case {lack} the rules of section {}", passage.title));
            }
        }
    }
    require_none(&findings);
}
