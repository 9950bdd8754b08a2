//! Random programs: what the JIT and the linked executable do, with and without a collection at
//! every allocation, optimised and not, is what an evaluator of our own predicts.
//!
//! `BESKID_RANDOM_ROUNDS=N` makes N programs instead of a few seconds' worth, and
//! `BESKID_RANDOM_SEED=S` begins with the seed S instead of 1. A failure shows its seed and a
//! program that was made smaller.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use beskid_tests::compare::require_equal;
use beskid_tests::environment::number;
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::random::{Prediction, Program};
use beskid_tests::toolchain::toolchain;
use libtest_mimic::{Arguments, Failed, Trial};

/// How many programs are made unless the environment says otherwise.
const ROUNDS: u64 = 16;

/// The name of the source file, which panics mention.
const FILE: &str = "program.bsk";

/// The exit status of a panic.
const PANIC_STATUS: i32 = 101;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let first = number("BESKID_RANDOM_SEED", 1);
    let seeds = first..first + number("BESKID_RANDOM_ROUNDS", ROUNDS);
    let trial = |seed| Trial::test(format!("seed_{seed}"), move || check(seed));
    libtest_mimic::run(&arguments, seeds.map(trial).collect()).exit_code()
}

fn check(seed: u64) -> Result<(), Failed> {
    let program = Program::generate(seed);
    let Err(problem) = examine(&program) else { return Ok(()) };
    let mut attempts = 0;
    let small = program.reduce(&mut |candidate| {
        const ATTEMPTS: usize = 600;
        attempts += 1;
        attempts < ATTEMPTS && examine(candidate).is_err_and(|it| it.kind == problem.kind)
    });
    let problem = examine(&small).err().unwrap_or(problem);
    Err(format!("seed {seed}: {}\n{}", problem.text, small.source()).into())
}

/// What is wrong with the compiler.
struct Problem {
    kind: Kind,
    text: String,
}

/// Problems of one kind are taken for the same one while a program is made smaller.
#[derive(PartialEq, Eq)]
enum Kind {
    /// There is no prediction.
    Unpredicted,
    /// The build fails, and this is the first line of what it says.
    Build(String),
    /// A process does something else than predicted.
    Run,
}

/// Runs a program in all ways, from all of its starts.
fn examine(program: &Program) -> Result<(), Problem> {
    let predictions = program.predict().ok_or_else(|| Problem {
        kind: Kind::Unpredicted,
        text: "the program takes too long, or reads what it never assigned".into(),
    })?;
    let scratch = tempfile::tempdir().expect("there is room for temporary files");
    fs::write(scratch.path().join(FILE), program.source()).expect("it can be written to");
    let ways = Ways::build(scratch.path())?;
    for prediction in &predictions {
        ways.examine(prediction).map_err(|text| Problem { kind: Kind::Run, text })?;
    }
    Ok(())
}

/// The ways to run a program.
struct Ways<'d> {
    directory: &'d Path,
    executable: PathBuf,
    /// What the compiler says about the program.
    warnings: String,
}

impl Ways<'_> {
    fn build(directory: &Path) -> Result<Ways<'_>, Problem> {
        let executable = directory.join("program");
        let mut command = beskid("build", directory);
        let outcome = run(command.arg("--verify").arg("-o").arg(&executable), "");
        let failed = |text: String| {
            let head =
                text.lines().find(|line| line.starts_with("error") || line.contains("panic"));
            Problem { kind: Kind::Build(head.unwrap_or_default().to_owned()), text }
        };
        let outcome = outcome.map_err(failed)?.require_success("beskid build").map_err(failed)?;
        Ok(Ways { directory, executable, warnings: outcome.stderr })
    }

    fn examine(&self, prediction: &Prediction) -> Result<(), String> {
        let expected = expected(prediction).to_string();
        let in_jit = [
            ("the JIT", "-O2", false),
            ("the stressed JIT", "-O2", true),
            ("the stressed JIT without optimisation", "-O0", true),
        ];
        for (name, level, stressed) in in_jit {
            let mut jit = beskid("run", self.directory);
            jit.arg(level).env("BESKID_VERIFY", "1");
            let mut outcome = start(&mut jit, stressed, prediction)?;
            let own = outcome.stderr.strip_prefix(&self.warnings);
            outcome.stderr = own.unwrap_or(&outcome.stderr).to_owned();
            require_equal(name, &expected, &outcome.to_string())?;
        }
        for stressed in [false, true] {
            let name = if stressed { "the stressed executable" } else { "the executable" };
            let outcome = start(&mut Command::new(&self.executable), stressed, prediction)?;
            require_equal(name, &expected, &outcome.to_string())?;
        }
        Ok(())
    }
}

fn beskid(verb: &str, directory: &Path) -> Command {
    let mut command = Command::new(&toolchain().beskid);
    command.arg(verb).arg(FILE).current_dir(directory);
    command
}

fn start(
    command: &mut Command,
    stressed: bool,
    prediction: &Prediction,
) -> Result<Outcome, String> {
    if stressed {
        command.env("BESKID_GC_STRESS", "1");
    }
    run(command, &prediction.first.to_string())
}

fn expected(prediction: &Prediction) -> Outcome {
    let stdout = prediction.stdout.clone();
    match &prediction.panic {
        None => Outcome { end: End::Exit(0), stdout, stderr: String::new() },
        Some((message, (line, column))) => {
            let stderr = format!("beskid panic: {message}\n  at {FILE}:{line}:{column}\n");
            Outcome { end: End::Exit(PANIC_STATUS), stdout, stderr }
        }
    }
}
