//! Language cases: each program of `run/` is run by the JIT and as a linked executable, with and
//! without a collection at every allocation, and by the JIT without optimisation. All must agree with
//! each other and with the directives of the case.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use beskid_tests::case::{Directives, Expectation};
use beskid_tests::compare::{is_blessing, require_equal};
use beskid_tests::files::{self, CaseFile};
use beskid_tests::process::{Outcome, run};
use beskid_tests::toolchain::toolchain;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trial =
        |case: CaseFile| Trial::test(case.name.clone(), move || check(&case).map_err(Failed::from));
    let trials = files::cases("run").into_iter().map(trial).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(case: &CaseFile) -> Result<(), String> {
    if is_blessing() {
        return bless(case);
    }
    let directives = Directives::parse(&read(&case.entry)?)?;
    if directives.sections.is_empty() {
        return Err("say with `//! section:` which rules of the manual the case shows".into());
    }
    let happened = execute(case, &directives)?;
    let (expected, found) = (directives.expected.to_text(), happened.to_text());
    require_equal("the program", &expected, &found)
}

/// Rewrites the directives. They move the lines that panics name, so that a second run may differ.
fn bless(case: &CaseFile) -> Result<(), String> {
    const ATTEMPTS: usize = 3;
    for _ in 0..ATTEMPTS {
        let source = read(&case.entry)?;
        let mut directives = Directives::parse(&source)?;
        directives.expected = execute(case, &directives)?;
        let blessed = directives.write_into(&source);
        if blessed == source {
            return Ok(());
        }
        fs::write(&case.entry, blessed).map_err(|error| error.to_string())?;
    }
    Err("the output changes with every run".into())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// A way to run a program in the JIT.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    opt_level: &'static str,
    /// Whether the collector runs at every allocation.
    stressed: bool,
}

const JIT: Way = Way { name: "the JIT", opt_level: "-O2", stressed: false };
const STRESSED_JIT: Way = Way { name: "the stressed JIT", opt_level: "-O2", stressed: true };
const UNOPTIMISED_JIT: Way =
    Way { name: "the stressed JIT without optimisation", opt_level: "-O0", stressed: true };

/// Runs the program in all ways, and gives what all of them did.
fn execute(case: &CaseFile, directives: &Directives) -> Result<Expectation, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let program = scratch.path().join("program");
    let mut build = beskid(case, "build");
    build.arg("--verify").arg("-o").arg(&program);
    let build = run(&mut build, "")?.require_success("beskid build")?;

    let Directives { stdin, arguments, .. } = directives;
    let executable = run(Command::new(&program).args(arguments), stdin)?;
    let stressed_executable = run(stressed(Command::new(&program).args(arguments)), stdin)?;
    let require_same = |way: &str, outcome: &Outcome| {
        let what = format!("{way}, compared with the executable,");
        require_equal(&what, &executable.to_string(), &outcome.to_string())
    };
    require_same("the stressed executable", &stressed_executable)?;
    let jit = |way| jit(case, directives, way, &build.stderr, &executable.stdout);
    let (outcome, shown) = jit(JIT)?;
    require_same(JIT.name, &outcome)?;
    for way in [STRESSED_JIT, UNOPTIMISED_JIT] {
        let (outcome, shown_again) = jit(way)?;
        require_same(way.name, &outcome)?;
        require_equal(&format!("the result in {}", way.name), &shown, &shown_again)?;
    }
    Expectation::of(&executable, warning_codes(&build.stderr), shown)
}

/// Runs the program in the JIT. Takes the compiler's warnings out of its standard error, and what
/// it shows of the result of `main` out of its standard output, which is given apart.
fn jit(
    case: &CaseFile,
    directives: &Directives,
    way: Way,
    warnings: &str,
    stdout: &str,
) -> Result<(Outcome, String), String> {
    let mut command = beskid(case, "run");
    command.arg(way.opt_level).env("BESKID_VERIFY", "1");
    if way.stressed {
        stressed(&mut command);
    }
    command.arg("--").args(&directives.arguments);
    let mut outcome = run(&mut command, &directives.stdin)?;
    let own = outcome.stderr.strip_prefix(warnings).ok_or_else(|| {
        format!("the JIT does not give the warnings of the build first:\n{warnings}---\n{outcome}")
    })?;
    outcome.stderr = own.to_owned();
    let shown = outcome.stdout.strip_prefix(stdout).unwrap_or_default().to_owned();
    outcome.stdout.truncate(outcome.stdout.len() - shown.len());
    Ok((outcome, shown))
}

/// The command `beskid VERB ENTRY`. It runs beside the entry, so that places are shown relative to
/// the case.
fn beskid(case: &CaseFile, verb: &str) -> Command {
    let mut command = Command::new(&toolchain().beskid);
    let directory = case.entry.parent().expect("a case lies in a directory");
    command.arg(verb).arg(case.entry.file_name().expect("a case is a file"));
    command.current_dir(directory);
    command
}

fn stressed(command: &mut Command) -> &mut Command {
    command.env("BESKID_GC_STRESS", "1")
}

/// The codes in rendered warnings, `warning[W1203]: …`.
fn warning_codes(rendered: &str) -> BTreeSet<String> {
    let heads = rendered.lines().filter_map(|line| line.strip_prefix("warning["));
    heads.filter_map(|head| head.split_once(']')).map(|(code, _)| code.to_owned()).collect()
}
