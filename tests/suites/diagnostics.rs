//! Diagnostics cases: `beskid check` of each program of `diagnostics/` prints the text that stands
//! beside it in a `.stderr` file. A case is named after the code that it shows.

use std::fs;
use std::process::{Command, ExitCode};

use beskid_tests::case::{Directives, Expectation};
use beskid_tests::compare::require_file;
use beskid_tests::files::{self, CaseFile};
use beskid_tests::process::{End, run};
use beskid_tests::toolchain::toolchain;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trial =
        |case: CaseFile| Trial::test(case.name.clone(), move || check(&case).map_err(Failed::from));
    let trials = files::cases("diagnostics").into_iter().map(trial).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(case: &CaseFile) -> Result<(), String> {
    require_sections_only(case)?;
    let directory = case.entry.parent().expect("a case lies in a directory");
    let file = case.entry.file_name().expect("a case is a file");
    let mut command = Command::new(&toolchain().beskid);
    let outcome = run(command.arg("check").arg(file).current_dir(directory), "")?;
    // Warnings alone do not reject a program.
    let expected = End::Exit(i32::from(!case.code().starts_with('W')));
    if outcome.end != expected || !outcome.stdout.is_empty() {
        return Err(format!("expected {expected} and nothing on standard output\n{outcome}"));
    }
    if !outcome.stderr.contains(&format!("[{}]", case.code())) {
        return Err(format!("the code {} does not occur\n{outcome}", case.code()));
    }
    let rendered = files::package_directory().join("diagnostics").join(&case.name);
    require_file(&rendered.with_extension("stderr"), &outcome.stderr)
}

/// What the compiler says stands beside the case, not in it.
fn require_sections_only(case: &CaseFile) -> Result<(), String> {
    // Some cases are about files that are not text.
    let source = fs::read(&case.entry).map_err(|error| error.to_string())?;
    let directives = Directives::parse(&String::from_utf8_lossy(&source))?;
    if directives.expected == Expectation::default() && directives.stdin.is_empty() {
        return Ok(());
    }
    Err("a diagnostics case has no directive but `section`".into())
}
