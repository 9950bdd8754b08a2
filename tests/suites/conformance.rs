//! The conformance of the compiler to the language manual: each case names the sections whose rules it
//! shows, each section with rules has cases that keep them and cases that break them, and
//! `docs/conformance.md` lists all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use beskid_tests::case::Directives;
use beskid_tests::compare::is_blessing;
use beskid_tests::files::{self, CaseFile, workspace_directory};
use beskid_tests::manual::{Chapter, Passage, Section, chapters};

/// The page that lists the cases of each section.
const PAGE: &str = "docs/conformance.md";

/// Sections that lack cases of one kind or the other. The list may only shrink.
const NOT_COVERED_YET: &[&str] = &[];

/// The code of what the language has and the compiler lacks: no rule of the language is broken.
const NOT_SUPPORTED: &str = "E1299";

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
    /// The path of its file or directory, below the directory of the tests.
    path: String,
    stance: Stance,
    sections: BTreeSet<Section>,
}

/// All cases, and what is wrong with some of them.
fn all_cases(manual: &[Chapter]) -> (Vec<Case>, Vec<String>) {
    let (mut cases, mut findings) = (Vec::new(), Vec::new());
    let sections: Vec<&Passage> = manual.iter().flat_map(|chapter| &chapter.sections).collect();
    for suite in ["run", "diagnostics"] {
        for file in files::cases(suite).iter().filter(|it| it.code() != NOT_SUPPORTED) {
            match case(suite, file, &sections) {
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
        none if none.is_empty() && is_rejected => {
            BTreeSet::from([section_of(file.code(), manual)?])
        }
        none if none.is_empty() => return Err("the directive `//! section:` is missing".into()),
        some => some,
    };
    if let Some(unknown) =
        sections.iter().find(|it| manual.iter().all(|known| known.section != **it))
    {
        return Err(format!("the manual has no section {unknown} without sections of its own"));
    }
    let stance = if breaks { Stance::Breaks } else { Stance::Keeps };
    Ok(Case { path: shown(file), stance, sections })
}

/// The section of a case that names none: the one in which the manual names the code.
fn section_of(code: &str, manual: &[&Passage]) -> Result<Section, String> {
    let naming = manual.iter().filter(|it| it.has_rules() && it.names(code)).map(|it| it.section);
    match naming.collect::<Vec<_>>()[..] {
        [section] => Ok(section),
        ref others => {
            let others: Vec<String> = others.iter().map(Section::to_string).collect();
            let others = others.join(", ");
            Err(format!("say `//! section:`; the manual names {code} in sections ({others})"))
        }
    }
}

fn shown(file: &CaseFile) -> String {
    let is_directory = file.entry.ends_with("main.bsk");
    let path = if is_directory {
        file.entry.parent().expect("a file lies in a directory")
    } else {
        &file.entry
    };
    let below = path.strip_prefix(files::package_directory()).expect("cases lie in this package");
    below.display().to_string()
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
        let stances = cases.iter().filter(|it| it.sections.contains(&passage.section));
        let stances: BTreeSet<Stance> = stances.map(|it| it.stance).collect();
        let is_covered = stances.len() == 2;
        match (is_covered, NOT_COVERED_YET.contains(&passage.section.to_string().as_str())) {
            (false, false) => {
                let title = &passage.title;
                findings.push(format!(
                    "section {title} needs cases that keep and that break its rules"
                ));
            }
            (true, true) => findings.push(format!("{} is covered: unlist it", passage.title)),
            (true, false) | (false, true) => {}
        }
    }
    require_none(&findings);
}

#[test]
fn the_page_is_fresh() {
    let manual = chapters();
    let page = page(&manual, &all_cases(&manual).0);
    let path = workspace_directory().join(PAGE);
    if is_blessing() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let is_fresh = std::fs::read_to_string(&path).is_ok_and(|found| found == page);
    assert!(
        is_fresh,
        "{PAGE} is not what the cases say; run `BLESS=1 cargo test -p beskid_tests --test conformance` and commit it"
    );
}

/// The cases of each section, as a page in Markdown.
fn page(manual: &[Chapter], cases: &[Case]) -> String {
    let mut text = String::from(
        "<!-- Written by `BLESS=1 cargo test -p beskid_tests --test conformance`. -->\n\n\
         # Conformance\n\n\
         For each section of [the manual](language/README.md), the programs of the test suite that keep its\n\
         rules and those that break them: the compiler rejects these or warns, or they end with a panic.\n",
    );
    let mut by_section: BTreeMap<(Section, Stance), Vec<&str>> = BTreeMap::new();
    for case in cases {
        for section in &case.sections {
            by_section.entry((*section, case.stance)).or_default().push(&case.path);
        }
    }
    for chapter in manual {
        let _ = write!(text, "\n## {}\n", chapter.head.title);
        for passage in &chapter.sections {
            let _ = write!(text, "\n### [{}]({})\n", passage.title, passage.link());
            for (stance, label) in [(Stance::Keeps, "Kept"), (Stance::Breaks, "Broken")] {
                let paths = by_section.get(&(passage.section, stance)).map_or(&[][..], |it| it);
                list(&mut text, label, paths);
            }
            if !passage.has_rules() {
                text.push_str("\nNo rules.\n");
            }
        }
    }
    text
}

fn list(text: &mut String, label: &str, paths: &[&str]) {
    if !paths.is_empty() {
        let _ = write!(text, "\n{label}:\n\n");
    }
    for path in paths {
        let name = path.split_once('/').map_or(*path, |(_, name)| name);
        let _ = writeln!(text, "- [{}](../tests/{path})", name.trim_end_matches(".bsk"));
    }
}
