//! Rules of this repository that no compiler checks: who may depend on whom, what every file says,
//! and that nothing is said in one place only.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use beskid_syntax::{Code, ToolCode};
use beskid_tests::files::{cases, entries, workspace_directory};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// What each crate may depend on, of ours and of others. A new line here is a decision about the
/// architecture; ARCHITECTURE.md gives the reasons.
const LAYERS: &[(&str, &[&str])] = &[
    ("beskid_abi", &[]),
    ("beskid_syntax", &["annotate-snippets"]),
    ("beskid_fmt", &["beskid_syntax"]),
    ("beskid_analysis", &["beskid_syntax", "beskid_abi"]),
    ("beskid_project", &["beskid_analysis", "beskid_syntax"]),
    (
        "beskid_codegen",
        &[
            "beskid_analysis",
            "beskid_syntax",
            "beskid_abi",
            "cranelift-codegen",
            "cranelift-frontend",
            "cranelift-module",
            "gimli",
            "target-lexicon",
        ],
    ),
    (
        "beskid_aot",
        &[
            "beskid_codegen",
            "beskid_analysis",
            "beskid_syntax",
            "beskid_abi",
            "cranelift-codegen",
            "cranelift-module",
            "cranelift-object",
            "object",
            "target-lexicon",
            "tempfile",
        ],
    ),
    (
        "beskid_engine",
        &[
            "beskid_codegen",
            "beskid_analysis",
            "beskid_project",
            "beskid_syntax",
            "beskid_abi",
            "beskid-runtime",
            "cranelift-codegen",
            "cranelift-jit",
            "cranelift-module",
            "cranelift-native",
            "libc",
            "libtest-mimic",
        ],
    ),
    ("beskid-runtime", &["beskid_abi", "libc"]),
    (
        "beskid-build",
        &[
            "beskid_aot",
            "beskid_codegen",
            "beskid_project",
            "beskid_analysis",
            "beskid_syntax",
            "beskid_abi",
            "cargo_metadata",
            "cc",
            "tempfile",
        ],
    ),
    ("beskid-link", &["beskid_abi", "anyhow", "memchr", "object", "which"]),
    ("example-project", &["beskid-runtime", "beskid-build"]),
];

/// The crates that may use everything: the command and the tests.
const TOPS: &[&str] = &["beskid_cli", "beskid_tests"];

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(workspace_directory()).no_deps().exec().unwrap()
}

/// The files of the repository with one of these extensions, without what builds leave behind.
fn files(extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(workspace_directory(), extensions, &mut found);
    assert!(!found.is_empty());
    found
}

fn collect(directory: &Path, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for path in entries(directory) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_cache = path.join("CACHEDIR.TAG").exists();
        if path.is_dir() && !name.starts_with('.') && !is_cache && name != "target" {
            collect(&path, extensions, found);
        } else if path.extension().is_some_and(|it| extensions.iter().any(|known| it == *known)) {
            found.push(path);
        }
    }
}

/// The path of a file as messages show it.
fn shown(path: &Path) -> String {
    path.strip_prefix(workspace_directory()).unwrap_or(path).display().to_string()
}

/// Fails with all findings at once.
fn require_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn crates_depend_on_lower_layers_only() {
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut findings = Vec::new();
    for package in &metadata().packages {
        let name = package.name.to_string();
        let Some(allowed) = layers.get(name.as_str()) else {
            if !TOPS.contains(&name.as_str()) {
                findings.push(format!("{name} has no layer; add it to LAYERS"));
            }
            continue;
        };
        let uses = package.dependencies.iter().filter(|it| it.kind != DependencyKind::Development);
        for dependency in uses.filter(|it| !allowed.contains(&it.name.as_str())) {
            findings.push(format!("{name} may not depend on {}", dependency.name));
        }
    }
    require_none(&findings);
}

#[test]
fn whoever_builds_with_us_compiles_one_code_generator() {
    let metadata = metadata();
    let package = |name: &str| metadata.packages.iter().find(|it| it.name == name).unwrap();
    for name in ["beskid-build", "beskid_aot", "beskid_codegen"] {
        let features = &package(name).features;
        assert!(features.contains_key("all-targets"), "{name}");
        assert!(features.get("default").is_none_or(Vec::is_empty), "{name} has default features");
    }
    let dependencies = &package("beskid_codegen").dependencies;
    for dependency in dependencies.iter().filter(|it| it.name.starts_with("cranelift-")) {
        let others = ["x86", "arm64", "s390x", "riscv64", "pulley"];
        let is_wide = |it: &String| it.starts_with("all-") || others.contains(&it.as_str());
        let wide: Vec<_> = dependency.features.iter().filter(|it| is_wide(it)).collect();
        assert!(
            wide.is_empty() && !dependency.uses_default_features,
            "{}: {wide:?}",
            dependency.name
        );
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    let mut findings = Vec::new();
    for path in files(&["rs"]) {
        if !std::fs::read_to_string(&path).unwrap().starts_with("//!") {
            findings.push(format!("{} does not begin with `//!`", shown(&path)));
        }
    }
    require_none(&findings);
}

#[test]
fn a_crate_with_unsafe_code_says_so_at_its_root() {
    // The workspace denies unsafe code, so that only an attribute can let it in.
    let mut findings = Vec::new();
    for path in files(&["rs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut rest = text.as_str();
        while let Some((_, attribute)) = rest.split_once("#![expect(") {
            let inner = attribute.split_once(")]").map_or(attribute, |(inner, _)| inner);
            let is_root = ["lib.rs", "main.rs"].iter().any(|root| path.ends_with(root))
                || path.parent().is_some_and(|parent| parent.ends_with("tests"));
            if inner.contains("unsafe_code") && !(is_root && inner.contains("reason")) {
                findings.push(format!("{} allows unsafe code below the root", shown(&path)));
            }
            rest = attribute;
        }
    }
    require_none(&findings);
}

#[test]
fn no_file_names_a_place_of_one_machine() {
    // Spelled in parts, because this file is looked at too.
    let here = workspace_directory().display().to_string();
    let places = [concat!("/", "work/"), concat!("/", "root/"), &here];
    let mut findings = Vec::new();
    for path in files(&["rs", "toml", "md", "bsk", "c", "h", "txt", "stderr"]) {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for (number, line) in text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                findings.push(format!("{}:{}: {line}", shown(&path), number + 1));
            }
        }
    }
    require_none(&findings);
}

#[test]
fn every_dependency_is_justified_by_a_comment() {
    let mut findings = Vec::new();
    for path in files(&["toml"]).iter().filter(|path| path.ends_with("Cargo.toml")) {
        let text = std::fs::read_to_string(path).unwrap();
        let (mut in_dependencies, mut is_justified) = (false, false);
        for line in text.lines() {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies]");
                is_justified = false;
            } else if line.trim().is_empty() {
                is_justified = false;
            } else if line.starts_with('#') {
                is_justified = true;
            } else if in_dependencies && !is_justified && !is_ours_or_inherited(line) {
                findings.push(format!("{}: `{line}` has no reason", shown(path)));
            }
        }
    }
    require_none(&findings);
}

/// Inherited dependencies are justified in the workspace's file.
fn is_ours_or_inherited(line: &str) -> bool {
    line.contains("workspace = true") || line.contains("path = ")
}

#[test]
fn the_changelog_tells_of_the_current_version() {
    let changelog = std::fs::read_to_string(workspace_directory().join("CHANGELOG.md")).unwrap();
    let metadata = metadata();
    let versions: BTreeSet<String> =
        metadata.packages.iter().map(|package| package.version.to_string()).collect();
    assert_eq!(versions.len(), 1, "all packages have one version: {versions:?}");
    let version = versions.first().unwrap();
    let heading = format!("## {version}");
    assert!(changelog.lines().any(|line| line.starts_with(&heading)), "no heading `{heading}`");
}

/// A row of the table of diagnostics: its code, and the names of its constructors.
struct Row {
    code: Code,
    constructors: Vec<String>,
}

/// Reads the rows from the table's source, in which alone the constructors stand beside the code.
fn table() -> Vec<Row> {
    let path = workspace_directory().join("compiler/crates/beskid_syntax/src/diagnostic/table.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows: Vec<Row> = Vec::new();
    for line in text.lines() {
        let row = line.strip_prefix("    ").unwrap_or_default();
        let word = row.split_whitespace().next().unwrap_or_default();
        let found = Code::ALL.iter().find(|code| format!("{code:?}") == word);
        if let Some(code) = found {
            rows.push(Row { code: *code, constructors: Vec::new() });
        } else if let (Some(row), Some((name, rest))) =
            (rows.last_mut(), row.trim().split_once('('))
            && rest.contains(") \"")
        {
            row.constructors.push(name.to_owned());
        }
    }
    assert_eq!(rows.len(), Code::ALL.len(), "every row of the table is found");
    rows
}

/// The sources of the compiler that report diagnostics about programs.
fn reporting_sources() -> String {
    let crates = workspace_directory().join("compiler/crates");
    let is_reporting = |path: &PathBuf| {
        let is_in = |name: &str| path.starts_with(crates.join(name).join("src"));
        let is_test = path.components().any(|part| part.as_os_str() == "tests");
        (is_in("beskid_syntax") || is_in("beskid_analysis") || is_in("beskid_project"))
            && !is_test
            && !path.ends_with("table.rs")
            && !path.ends_with("tests.rs")
    };
    let paths = files(&["rs"]);
    let texts = paths.iter().filter(|path| is_reporting(path));
    texts.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_diagnostic_that_is_reported_has_a_case() {
    let sources = reporting_sources();
    let covered: BTreeSet<String> =
        cases("diagnostics").iter().map(|case| case.code().to_owned()).collect();
    let mut findings = Vec::new();
    for row in table() {
        let code = row.code.as_str();
        let is_called = |name: &String| {
            let calls = sources.match_indices(name.as_str()).filter(|(at, _)| {
                let (before, after) = (&sources[..*at], &sources[at + name.len()..]);
                before.ends_with("diagnostic::")
                    && !after.starts_with(|it: char| it == '_' || it.is_alphanumeric())
            });
            calls.count() > 0
        };
        let is_reported = row.constructors.iter().any(is_called) || code == "parse";
        if is_reported && !covered.contains(code) {
            findings.push(format!("{code} is reported, but tests/diagnostics has no case for it"));
        }
        if !is_reported && covered.contains(code) && !sources.contains(&format!("Code::{code}")) {
            findings.push(format!("{code} has a case, but nothing reports it"));
        }
    }
    require_none(&findings);
}

#[test]
fn codes_of_tools_are_reported_and_come_from_their_table() {
    let is_source = |path: &&PathBuf| {
        path.components().any(|part| part.as_os_str() == "src")
            && !path.ends_with("diagnostic/tools.rs")
    };
    let paths = files(&["rs"]);
    let texts = paths.iter().filter(is_source).map(|path| std::fs::read_to_string(path).unwrap());
    let sources: String = texts.collect();
    let mut findings = Vec::new();
    for code in ToolCode::ALL {
        if !sources.contains(&format!("ToolCode::{code}")) {
            findings.push(format!("{code} is in the table, but nothing reports it"));
        }
        if sources.contains(&format!("\"{code}: ")) {
            findings.push(format!("{code} is written out; take it from ToolCode"));
        }
    }
    require_none(&findings);
}
