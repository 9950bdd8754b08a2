//! The compiler and the formatter survive every text, within the stack that a thread has.
//!
//! The texts are damaged programs, heaps of tokens, texts of the grammar, nests of every construct,
//! and what the fuzzer has kept. Each lot runs in a process of its own, because an overflow of the stack or an endless
//! loop ends the process; the text at which it ended is made smaller and shown.
//! `BESKID_RANDOM_ROUNDS=N` makes N texts of each kind, `BESKID_RANDOM_SEED=S` begins with seed S.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, exit};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use beskid_tests::environment::number;
use beskid_tests::files::{entries, workspace_directory};
use beskid_tests::minimise::minimise;
use beskid_tests::mutation::Seeds;
use beskid_tests::nesting::{NESTS, Nest};
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::rng::Rng;
use beskid_tests::survival::survive;
use beskid_tests::{grammar, soup};
use libtest_mimic::{Arguments, Failed, Trial};

/// How many texts of each kind are made unless the environment says otherwise.
const ROUNDS: u64 = 60;

/// How many texts share a process.
const PER_TRIAL: u64 = 30;

/// What a thread of a user has.
const STACK: usize = 2 << 20;

/// No text may take more processor time, even without optimisation and on a slow machine.
const SECONDS: u64 = 20;

/// How many smaller texts are tried after a failure.
const ATTEMPTS: usize = 300;

/// Says to this program that it is the process of a lot, and which: `KIND FIRST COUNT`.
const LOT: &str = "BESKID_SURVIVAL_LOT";

/// Names the file in which the process of a lot keeps the current text.
const CURRENT: &str = "BESKID_SURVIVAL_CURRENT";

/// The exit status of a process whose text takes too long.
const TOO_LONG: i32 = 3;

fn main() -> ExitCode {
    if let Ok(lot) = std::env::var(LOT) {
        return process_of(&lot);
    }
    let arguments = Arguments::from_args();
    let first = number("BESKID_RANDOM_SEED", 1);
    let end = first + number("BESKID_RANDOM_ROUNDS", ROUNDS);
    let mut trials = Vec::new();
    for start in (first..end).step_by(PER_TRIAL as usize) {
        let count = PER_TRIAL.min(end - start);
        trials.extend(["damage", "soup", "grammar"].map(|kind| lot(kind, start, count)));
    }
    let found = corpus().len() as u64;
    let starts = (0..found).step_by(PER_TRIAL as usize);
    trials.extend(starts.map(|start| lot("corpus", start, PER_TRIAL.min(found - start))));
    trials.extend(NESTS.iter().enumerate().map(|(index, nest)| nested(index as u64, nest)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn lot(kind: &'static str, start: u64, count: u64) -> Trial {
    Trial::test(format!("{kind}::from_seed_{start}"), move || {
        require_survival(&format!("{kind} {start} {count}")).map_err(Failed::from)
    })
}

fn nested(index: u64, nest: &Nest) -> Trial {
    let name = nest.name.replace([' ', '-'], "_");
    Trial::test(format!("nest::{name}"), move || {
        require_survival(&format!("nest {index} 1")).map_err(Failed::from)
    })
}

/// Runs a lot; shows the smallest text that ends its process in the same way.
fn require_survival(lot: &str) -> Result<(), String> {
    let scratch = tempfile::tempdir().expect("there is room for temporary files");
    let current = scratch.path().join("current.bsk");
    let outcome = start(lot, &current, "")?;
    if outcome.is_success() {
        return Ok(());
    }
    let text = fs::read_to_string(&current).map_err(|error| format!("{error}\n{outcome}"))?;
    let how = how_it_ended(&outcome);
    let attempts = if outcome.end == End::Exit(TOO_LONG) { ATTEMPTS / 10 } else { ATTEMPTS };
    let mut left = attempts;
    let small = minimise(&text, &mut |candidate| {
        left = left.saturating_sub(1);
        left > 0 && start("text", &current, candidate).is_ok_and(|it| how_it_ended(&it) == how)
    });
    Err(format!("{how}\n{}--- the smallest such text\n{small}\n---", outcome.stderr))
}

fn start(lot: &str, current: &Path, stdin: &str) -> Result<Outcome, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    run(Command::new(own).env(LOT, lot).env(CURRENT, current), stdin)
}

/// The end of a process and where it panicked, which tell one mistake from another.
fn how_it_ended(outcome: &Outcome) -> String {
    let panic = outcome.stderr.lines().find(|line| line.contains("panicked at"));
    format!("{} {}", outcome.end, panic.and_then(|it| it.split("panicked at").nth(1)).unwrap_or(""))
}

/// The process of a lot.
fn process_of(lot: &str) -> ExitCode {
    let lot = lot.to_owned();
    thread::spawn(watch);
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || texts_of(&lot));
    let ended = thread.expect("a thread can be started").join();
    ExitCode::from(u8::from(ended.is_err()))
}

/// The processor time of this process when the current text began, in ticks.
static BEGAN: AtomicU64 = AtomicU64::new(0);

/// Ends the process when a text takes too long. Time in which others compute does not count.
#[expect(clippy::print_stderr, reason = "the parent shows it")]
fn watch() {
    const TICKS_PER_SECOND: u64 = 100;
    loop {
        thread::sleep(Duration::from_millis(200));
        let ticks = ticks().saturating_sub(BEGAN.load(Ordering::Relaxed));
        if ticks > SECONDS * TICKS_PER_SECOND {
            eprintln!("this takes more than {SECONDS} seconds");
            exit(TOO_LONG);
        }
    }
}

/// The processor time of this process, as the system counts it.
fn ticks() -> u64 {
    let about = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, may hold anything; the times are the 12th and 13th
    // number behind it.
    let numbers = about.rsplit(')').next().unwrap_or_default();
    let numbers = numbers.split_whitespace().skip(11).take(2);
    numbers.filter_map(|it| it.parse::<u64>().ok()).sum()
}

fn texts_of(lot: &str) {
    let mut words = lot.split(' ');
    let kind = words.next().expect("a lot has a kind");
    let mut number = || words.next().and_then(|it| it.parse().ok()).unwrap_or_default();
    let (first, count): (u64, u64) = (number(), number());
    let seeds = Seeds::of_the_repository();
    let corpus = corpus();
    for seed in first..first + count {
        let rng = &mut Rng::new(seed);
        match kind {
            "damage" => take(&seeds.damaged(rng)),
            "soup" => take(&soup::tokens(rng)),
            "grammar" => take(&grammar::program(rng)),
            "corpus" => take(&corpus[seed as usize]),
            _ => levels(&NESTS[seed as usize]),
        }
    }
    if kind == "text" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).expect("the parent sends a text");
        take(&text);
    }
}

/// The texts with which the fuzzer reached most of the compiler.
fn corpus() -> Vec<String> {
    let mut files = entries(&workspace_directory().join("fuzz/corpus"));
    files.sort();
    let read = |path: PathBuf| fs::read(path).expect("the corpus can be read");
    files.into_iter().map(|path| String::from_utf8_lossy(&read(path)).into_owned()).collect()
}

/// Nests of all depths around the limit, and some far beyond it.
fn levels(nest: &Nest) {
    let limit = beskid_syntax::MAX_HEIGHT as usize;
    for levels in
        [1, 10, limit / 2 - 1, limit / 2, limit - 3, limit - 2, limit - 1, limit, 1000, 5000]
    {
        take(&nest.text(levels));
    }
    let (_, diagnostics) = beskid_syntax::parse(&nest.text(1000), beskid_syntax::FileId(0));
    let is_limited = diagnostics.iter().any(|it| it.message.contains("levels deep"));
    assert!(nest.is_flat || is_limited, "{} have no limit: {diagnostics:?}", nest.name);
}

fn take(text: &str) {
    let current = std::env::var_os(CURRENT).expect("the parent names a file");
    fs::File::create(current)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .expect("the parent's file can be written to");
    BEGAN.store(ticks(), Ordering::Relaxed);
    survive(text);
}
