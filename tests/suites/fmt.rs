//! The formatter: cases whose layout is written down, and what must hold for every text.
//!
//! A case is a file of `fmt/` with its layout beside it in a `.expected` file. All source files of
//! the repository, random texts of the whole grammar and heaps of tokens are formatted too, with
//! blanks and comments thrown between their tokens. `BESKID_RANDOM_ROUNDS=N` makes N random texts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use beskid_syntax::{RenderStyle, SourceMap, parse, render};
use beskid_tests::compare::{require_equal, require_file};
use beskid_tests::files::{self, CaseFile, source_files, workspace_directory};
use beskid_tests::formatting::require_good;
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::rng::Rng;
use beskid_tests::toolchain::toolchain;
use beskid_tests::{environment, grammar, soup};
use libtest_mimic::{Arguments, Failed, Trial};

/// How many random texts are made unless the environment says otherwise.
const ROUNDS: u64 = 400;

/// How many texts share a trial.
const PER_TRIAL: u64 = 100;

/// How many times each file of the repository is given another layout.
const LAYOUTS: u64 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = files::cases("fmt").into_iter().map(case).collect();
    trials.extend(source_files(workspace_directory()).into_iter().map(file));
    let rounds = environment::number("BESKID_RANDOM_ROUNDS", ROUNDS);
    let first = environment::number("BESKID_RANDOM_SEED", 1);
    for start in (first..first + rounds).step_by(PER_TRIAL as usize) {
        let seeds = start..(start + PER_TRIAL).min(first + rounds);
        trials.push(random("grammar", seeds.clone(), from_grammar));
        trials.push(random("soup", seeds, from_soup));
    }
    let trial = |(name, check): (&str, Check)| {
        Trial::test(format!("command::{name}"), move || check().map_err(Failed::from))
    };
    trials.extend(COMMAND.map(trial));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn case(case: CaseFile) -> Trial {
    let check = move || -> Result<(), String> {
        let source = read(&case.entry)?;
        let formatted = require_good(&source)?.ok_or("the case has syntax errors")?;
        require_file(&case.entry.with_extension("expected"), &formatted)
    };
    Trial::test(format!("case::{}", case.name), move || check().map_err(Failed::from))
}

fn file(path: PathBuf) -> Trial {
    let name = path.strip_prefix(workspace_directory()).unwrap_or(&path).display().to_string();
    let check = move || -> Result<(), String> {
        // Some cases are about files that are no text.
        let Ok(source) = fs::read_to_string(&path) else { return Ok(()) };
        require_good(&source)?;
        for seed in 1..=LAYOUTS {
            let mut rng = Rng::new(seed);
            require_good(&grammar::relayout(&source, &mut rng, seed > 1))?;
        }
        Ok(())
    };
    Trial::test(format!("file::{name}"), move || check().map_err(Failed::from))
}

fn random(
    name: &str,
    seeds: std::ops::Range<u64>,
    check: fn(&mut Rng) -> Result<(), String>,
) -> Trial {
    Trial::test(format!("{name}::from_seed_{}", seeds.start), move || {
        for seed in seeds {
            check(&mut Rng::new(seed)).map_err(|problem| format!("seed {seed}: {problem}"))?;
        }
        Ok(())
    })
}

/// A text of the grammar, which has no syntax errors.
fn from_grammar(rng: &mut Rng) -> Result<(), String> {
    let source = grammar::program(rng);
    if require_good(&source)?.is_none() {
        return Err(format!("the grammar has it, the parser does not: {}", first_error(&source)));
    }
    for with_comments in [false, true] {
        require_good(&grammar::relayout(&source, rng, with_comments))?;
    }
    Ok(())
}

fn first_error(source: &str) -> String {
    let mut sources = SourceMap::new();
    let file = sources.add("text", source);
    let (_, diagnostics) = parse(source, file);
    diagnostics.first().map(|it| render(it, &sources, RenderStyle::Plain)).unwrap_or_default()
}

/// A heap of tokens, which hardly ever has no syntax errors.
fn from_soup(rng: &mut Rng) -> Result<(), String> {
    require_good(&soup::tokens(rng)).map(|_| ())
}

/// A check that needs nothing.
type Check = fn() -> Result<(), String>;

/// What the command does.
const COMMAND: [(&str, Check); 7] = [
    ("the_sources_of_the_repository_are_laid_out", repository_is_laid_out),
    ("check_shows_the_first_difference_and_changes_nothing", check_changes_nothing),
    ("directories_are_searched", directories_are_searched),
    ("files_with_errors_are_refused", files_with_errors_are_refused),
    ("standard_input_goes_to_standard_output", standard_input_goes_to_standard_output),
    ("permissions_and_links_stay", permissions_and_links_stay),
    ("a_file_can_be_left_as_it_is", a_file_can_be_left_as_it_is),
];

/// Where all sources are laid out. Those of `diagnostics` and `fmt` are not: their layout is their point.
const LAID_OUT: [&str; 7] = [
    "compiler/corelib",
    "example-project",
    "tests/benches",
    "tests/c_hosts",
    "tests/memory",
    "tests/objects",
    "tests/run",
];

fn repository_is_laid_out() -> Result<(), String> {
    let mut command = Command::new(&toolchain().beskid);
    command.args(["fmt", "--check"]).args(LAID_OUT).current_dir(workspace_directory());
    let outcome = run(&mut command, "")?;
    let advice = format!("beskid fmt {}", LAID_OUT.join(" "));
    outcome.require_success(&advice).map(|_| ())
}

const UGLY: &str = "unit main(){}\n";
const FINE: &str = "unit main() {}\n";

/// A directory for one check.
struct Scratch(tempfile::TempDir);

impl Scratch {
    fn new() -> Scratch {
        Scratch(tempfile::tempdir().expect("there is room for temporary files"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in the directory")).expect("it is empty");
        fs::write(path, text).expect("it can be written to");
    }

    fn require(&self, name: &str, text: &str) -> Result<(), String> {
        require_equal(name, text, &read(&self.path(name))?)
    }

    /// `beskid fmt` in the directory.
    fn fmt(&self, arguments: &[&str], stdin: &str) -> Result<Outcome, String> {
        let mut command = Command::new(&toolchain().beskid);
        run(command.arg("fmt").args(arguments).current_dir(self.0.path()), stdin)
    }
}

/// An outcome that says only this.
fn outcome(exit: i32, stdout: &str, stderr: &str) -> String {
    let (stdout, stderr) = (stdout.to_owned(), stderr.to_owned());
    Outcome { end: End::Exit(exit), stdout, stderr }.to_string()
}

fn check_changes_nothing() -> Result<(), String> {
    let scratch = Scratch::new();
    scratch.write("a.bsk", UGLY);
    scratch.write("b.bsk", FINE);
    let actual = scratch.fmt(&["--check", "a.bsk", "b.bsk"], "")?;
    let stdout = "a.bsk:1: the layout differs\n-unit main(){}\n+unit main() {}\n";
    require_equal("beskid fmt --check", &outcome(1, stdout, ""), &actual.to_string())?;
    scratch.require("a.bsk", UGLY)?;
    let actual = scratch.fmt(&["--check", "b.bsk"], "")?;
    require_equal("beskid fmt --check", &outcome(0, "", ""), &actual.to_string())
}

fn directories_are_searched() -> Result<(), String> {
    let scratch = Scratch::new();
    let names = ["a.bsk", "inner/b.bd", "inner/c.txt", ".hidden/d.bsk", "build/e.bsk"];
    names.iter().for_each(|name| scratch.write(name, UGLY));
    scratch.write("build/CACHEDIR.TAG", "");
    let actual = scratch.fmt(&["."], "")?;
    require_equal("beskid fmt .", &outcome(0, "", ""), &actual.to_string())?;
    names[..2].iter().try_for_each(|name| scratch.require(name, FINE))?;
    names[2..].iter().try_for_each(|name| scratch.require(name, UGLY))
}

fn files_with_errors_are_refused() -> Result<(), String> {
    let scratch = Scratch::new();
    let broken = "unit main(){ let = 1; }\n";
    scratch.write("a.bsk", broken);
    scratch.write("b.bsk", UGLY);
    let actual = scratch.fmt(&["."], "")?;
    let is_shown =
        actual.stderr.starts_with("error[parse]") && actual.stderr.contains("a.bsk:1:18");
    if actual.end != End::Exit(1) || !is_shown || !actual.stdout.is_empty() {
        return Err(format!("the error is not shown\n{actual}"));
    }
    scratch.require("a.bsk", broken)?;
    scratch.require("b.bsk", FINE)
}

fn standard_input_goes_to_standard_output() -> Result<(), String> {
    let scratch = Scratch::new();
    let actual = scratch.fmt(&["-"], UGLY)?;
    require_equal("beskid fmt -", &outcome(0, FINE, ""), &actual.to_string())?;
    let actual = scratch.fmt(&["--check", "-"], FINE)?;
    require_equal("beskid fmt --check -", &outcome(0, "", ""), &actual.to_string())
}

fn permissions_and_links_stay() -> Result<(), String> {
    let scratch = Scratch::new();
    scratch.write("a.bsk", UGLY);
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(scratch.path("a.bsk"), mode).expect("the file is ours");
    std::os::unix::fs::symlink("a.bsk", scratch.path("link.bsk")).expect("links can be made");
    let actual = scratch.fmt(&["link.bsk"], "")?;
    require_equal("beskid fmt link.bsk", &outcome(0, "", ""), &actual.to_string())?;
    scratch.require("a.bsk", FINE)?;
    let about = fs::symlink_metadata(scratch.path("link.bsk")).expect("it exists");
    let mode = fs::metadata(scratch.path("a.bsk")).expect("it exists").permissions().mode();
    match about.is_symlink() && mode & 0o777 == 0o640 {
        true => Ok(()),
        false => Err(format!("the link or the permissions have changed: {mode:o}")),
    }
}

fn a_file_can_be_left_as_it_is() -> Result<(), String> {
    let scratch = Scratch::new();
    let text = format!("// About it.\n{}\n{UGLY}", beskid_fmt::OFF);
    scratch.write("a.bsk", &text);
    let actual = scratch.fmt(&["a.bsk"], "")?;
    require_equal("beskid fmt", &outcome(0, "", ""), &actual.to_string())?;
    scratch.require("a.bsk", &text)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
