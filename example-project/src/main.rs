//! Reads the access log of a web server and tells how the server is doing.
//!
//! Rust does the input, the output and the command line; everything that looks into the log is
//! written in Beskid, in the `.bsk` files beside this one.

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use beskid_runtime::Panic;

// The functions of `main.bsk`: `main::durations`, `main::percentiles`, `main::summary`, and their
// twins that return panics instead of going on with them.
beskid_runtime::bindings!(main);

const USAGE: &str = "usage: example-project [FILE [RANK…]]

Reads an access log, or a sample if no FILE is given, and prints the requests of each
service and hour, and how long they took at each RANK, a percentage (50 90 99).";

/// What is read if the command line names no file.
const SAMPLE: &str = include_str!("../data/access.log");
const DEFAULT_RANKS: [i64; 3] = [50, 90, 99];

/// The command line or the file is not usable.
const EXIT_UNUSABLE: u8 = 1;
/// The log has a line that is not a request.
const EXIT_MALFORMED: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "example-project: {}", failure.message);
            ExitCode::from(failure.status)
        }
    }
}

/// Why there is no report, in words for the user.
struct Failure {
    message: String,
    status: u8,
}

fn unusable(message: String) -> Failure {
    Failure { message, status: EXIT_UNUSABLE }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    if arguments.iter().any(|argument| argument == "--help") {
        return print(USAGE);
    }
    let (name, log) = read_log(arguments.first())?;
    let ranks = read_ranks(arguments.get(1..).unwrap_or_default())?;
    // A line that is not a request is a panic in Beskid; here it is an ordinary error.
    let report = report(&log, &ranks).map_err(|panic| Failure {
        message: format!("{name}: {}", panic.message),
        status: EXIT_MALFORMED,
    })?;
    print(&report)
}

fn read_log(path: Option<&String>) -> Result<(String, String), Failure> {
    let Some(path) = path else { return Ok(("the sample".to_owned(), SAMPLE.to_owned())) };
    let log = fs::read_to_string(path)
        .map_err(|error| unusable(format!("cannot read {path}: {error}")))?;
    Ok((path.clone(), log))
}

fn read_ranks(arguments: &[String]) -> Result<Vec<i64>, Failure> {
    if arguments.is_empty() {
        return Ok(DEFAULT_RANKS.to_vec());
    }
    let rank = |argument: &String| match argument.parse() {
        Ok(rank) if (0..=100).contains(&rank) => Ok(rank),
        Ok(_) | Err(_) => Err(unusable(format!("`{argument}` is not a rank; {USAGE}"))),
    };
    arguments.iter().map(rank).collect()
}

/// The whole report. Texts and arrays go into Beskid functions and come out of them.
fn report(log: &str, ranks: &[i64]) -> Result<String, Panic> {
    let durations = main::try_durations(log)?;
    if durations.is_empty() {
        return Ok("The log has no requests.".to_owned());
    }
    let percentiles = main::try_percentiles(&durations, ranks)?;
    let mut report = format!("{} requests\n\n{}\n", durations.len(), main::try_summary(log)?);
    for (rank, millis) in ranks.iter().zip(percentiles) {
        report.push_str(&format!("  {rank:>3} % took at most {millis} ms\n"));
    }
    Ok(report)
}

/// Whoever reads the output may close it early.
fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(unusable(format!("cannot write the report: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}
