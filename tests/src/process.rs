//! Child processes: all of their output, their end, and a limit of time.

use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No process of a test runs longer.
const LIMIT: Duration = Duration::from_secs(120);

/// How often a running process is looked at.
const POLL: Duration = Duration::from_millis(1);

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With an exit status.
    Exit(i32),
    /// By a signal.
    Signal(i32),
}

impl End {
    fn of(status: ExitStatus) -> End {
        match (status.code(), status.signal()) {
            (Some(code), _) => End::Exit(code),
            (None, signal) => End::Signal(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit status {code}"),
            End::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// What a process did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Outcome {
    /// Whether it ended with status 0.
    pub fn is_success(&self) -> bool {
        self.end == End::Exit(0)
    }

    /// The outcome itself if it is a success.
    ///
    /// # Errors
    /// What the process said, otherwise.
    pub fn require_success(self, what: &str) -> Result<Outcome, String> {
        if self.is_success() { Ok(self) } else { Err(format!("{what} failed\n{self}")) }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { end, stdout, stderr } = self;
        write!(f, "end: {end}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

/// Runs a command with the given text as its standard input.
///
/// # Errors
/// If it cannot be started, does not end in time, or writes something else than text.
pub fn run(command: &mut Command, stdin: &str) -> Result<Outcome, String> {
    run_within(command, stdin, LIMIT)
}

/// Runs a command as [`run`] does, with a limit of its own.
///
/// # Errors
/// If it cannot be started, does not end in time, or writes something else than text.
pub fn run_within(command: &mut Command, stdin: &str, limit: Duration) -> Result<Outcome, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().map_err(|error| format!("cannot start {command:?}: {error}"))?;
    let input = child.stdin.take().map(|mut pipe| {
        let text = stdin.to_owned();
        // A process that does not read all of its input closes the pipe.
        thread::spawn(move || drop(pipe.write_all(text.as_bytes())))
    });
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let status = wait(&mut child, limit).map_err(|problem| format!("{command:?} {problem}"))?;
    if let Some(thread) = input {
        thread.join().expect("writing does not panic");
    }
    let text = |thread: Option<thread::JoinHandle<Vec<u8>>>| {
        let bytes = thread.map_or_else(Vec::new, |thread| thread.join().unwrap_or_default());
        String::from_utf8(bytes).map_err(|error| format!("{command:?} wrote bytes: {error}"))
    };
    Ok(Outcome { end: End::of(status), stdout: text(stdout)?, stderr: text(stderr)? })
}

fn reader(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is what the process wrote.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() < limit => thread::sleep(POLL),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("did not end within {limit:?}"));
            }
            Err(error) => return Err(format!("cannot be waited for: {error}")),
        }
    }
}
