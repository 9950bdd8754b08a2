//! Runs the program as its users do.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a directory that has nothing to do with its sources.
fn run(dir: &Path, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_example-project"));
    program.args(arguments).current_dir(dir).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// A log with the given lines, in a directory that lives as long as the result.
fn log(lines: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("access.log"), lines).unwrap();
    dir
}

#[test]
fn without_arguments_the_sample_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(dir.path(), &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let report = stdout(&output);
    assert!(report.starts_with("220 requests\n"), "{report}");
    assert!(report.contains("        82  3.7 %      811606  /catalogue\n"), "{report}");
    assert!(report.contains("  14:00 ######################################## 31\n"), "{report}");
    assert!(report.ends_with("   99 % took at most 2363 ms\n"), "{report}");
}

#[test]
fn a_log_is_read_and_ranks_are_chosen() {
    let dir = log("::1 - - [14/Mar/2026:09:00:00 +0000] \"GET /grüße HTTP/1.1\" 200 10 7\n\
                   ::1 - - [14/Mar/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 500 10 70\n");
    let output = run(dir.path(), &["access.log", "0", "100"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let report = stdout(&output);
    assert!(report.contains("/grüße\n"), "{report}");
    assert!(
        report.ends_with("    0 % took at most 7 ms\n  100 % took at most 70 ms\n"),
        "{report}"
    );
}

#[test]
fn an_empty_log_is_no_mistake() {
    let output = run(log("\n\n").path(), &["access.log"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "The log has no requests.\n");
}

#[test]
fn a_malformed_line_is_named_and_ends_with_status_2() {
    let dir = log("::1 - - [14/Mar/2026:09:00:00 +0000] \"GET / HTTP/1.1\" 200 10 7\n\
                   \n\
                   ::1 - - [14/Mar/2026:09:00:01 +0000] \"GET / HTTP/1.1\" 2x0 10 7\n");
    let output = run(dir.path(), &["access.log"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "example-project: access.log: line 3: the status `2x0` is not a number\n"
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn an_unusable_command_line_ends_with_status_1() {
    let dir = tempfile::tempdir().unwrap();
    let missing = run(dir.path(), &["nothing.log"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).contains("cannot read nothing.log: "), "{}", stderr(&missing));
    let rank = run(log("").path(), &["access.log", "101"]);
    assert_eq!(rank.status.code(), Some(1));
    assert!(stderr(&rank).contains("`101` is not a rank"), "{}", stderr(&rank));
}
