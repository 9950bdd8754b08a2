//! The core library: its `test` items pass, and every public function is documented and mentioned
//! by them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use beskid_analysis::CORELIB_FILES;
use beskid_syntax::{FileId, ast};
use beskid_tests::files::{entries, workspace_directory};
use beskid_tests::process::{End, run};
use beskid_tests::toolchain::toolchain;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = test_files()
        .into_iter()
        .map(|file| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || passes(&file).map_err(Failed::from))
        })
        .collect();
    trials.push(Trial::test("public functions are documented and tested", || {
        documented_and_tested().map_err(Failed::from)
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn test_files() -> Vec<PathBuf> {
    entries(&workspace_directory().join("compiler/corelib/tests"))
}

/// Runs the tests of a file.
fn passes(file: &Path) -> Result<(), String> {
    let mut command = Command::new(&toolchain().beskid);
    let outcome = run(command.arg("test").arg(file), "").map_err(|error| error.to_string())?;
    if outcome.end == End::Exit(0) && !outcome.stdout.contains(" 0 passed") {
        return Ok(());
    }
    Err(outcome.to_string())
}

fn documented_and_tested() -> Result<(), String> {
    let tests: Vec<String> = test_files()
        .iter()
        .map(|file| fs::read_to_string(file).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    let mentioned: BTreeSet<&str> = tests.iter().flat_map(|text| called_names(text)).collect();
    let mut findings = Vec::new();
    for (path, text) in CORELIB_FILES {
        let (file, _) = beskid_syntax::parse(text, FileId(0));
        for (name, docs) in public_functions(&file.items) {
            if docs.is_none() {
                findings.push(format!("{path}: `{name}` has no documentation"));
            }
            if !mentioned.contains(name) {
                findings.push(format!("{path}: no test calls `{name}`"));
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n")) }
}

/// The names behind a dot and before a parenthesis or type arguments.
fn called_names(text: &str) -> impl Iterator<Item = &str> {
    text.split('.').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        rest[end..].starts_with(['(', '<', ')', ';', ',']).then_some(&rest[..end])
    })
}

/// The public functions and methods of a file.
fn public_functions(items: &[ast::Item]) -> Vec<(&str, Option<&ast::Docs>)> {
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ast::ItemKind::Function(function) if item.visibility.is_some() => {
                found.push((function.signature.name.text.as_str(), item.docs.as_ref()));
            }
            ast::ItemKind::Impl(block) => found.extend(public_methods(&block.methods)),
            ast::ItemKind::Type(def) => found.extend(public_methods(&def.members)),
            ast::ItemKind::Function(_) | ast::ItemKind::Enum(_) | ast::ItemKind::Contract(_) => {}
            ast::ItemKind::Test(_) | ast::ItemKind::Attribute(_) | ast::ItemKind::Module(_) => {}
            ast::ItemKind::InlineModule(_) | ast::ItemKind::Use(_) | ast::ItemKind::Error => {}
        }
    }
    found
}

fn public_methods(members: &[ast::Member]) -> impl Iterator<Item = (&str, Option<&ast::Docs>)> {
    members.iter().filter(|member| member.visibility.is_some()).filter_map(|member| {
        let ast::MemberKind::Method(function) = &member.kind else { return None };
        Some((function.signature.name.text.as_str(), member.docs.as_ref()))
    })
}
