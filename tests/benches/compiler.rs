//! Time of `check` and `build` on generated programs, and how it grows when the program doubles.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use beskid_analysis::MainRule;
use beskid_analysis::typed::Program;
use beskid_aot::{ObjectKind, ObjectRequest, emit_object};
use beskid_codegen::{Optimization, Verifier};
use beskid_project::{LoadOptions, load};
use beskid_tests::measure::{medians, milliseconds, ratio};

const ROUNDS: usize = 5;

/// Lines of the smallest program; the others have two and four times as many.
const LINES: usize = 20_000;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let sources = [1, 2, 4].map(|factor| write_program(scratch.path(), factor * LINES));
    let lines = sources.each_ref().map(|(_, lines)| *lines);
    let paths = sources.map(|(path, _)| path);
    let programs = paths.each_ref().map(|path| check(path));
    println!("{:16} {:>8} {:>8} {:>8}   growth", "lines", lines[0], lines[1], lines[2]);
    let [a, b, c] = &paths;
    report(
        "check ms",
        medians(ROUNDS, [&mut || drop(check(a)), &mut || drop(check(b)), &mut || drop(check(c))]),
    );
    let [a, b, c] = &programs;
    report(
        "emit object ms",
        medians(ROUNDS, [&mut || drop(build(a)), &mut || drop(build(b)), &mut || drop(build(c))]),
    );
}

fn report(phase: &str, times: [Duration; 3]) {
    let [a, b, c] = times.map(milliseconds);
    let growth = [ratio(times[1], times[0]), ratio(times[2], times[1])];
    println!("{phase:16} {a:>8} {b:>8} {c:>8}   {} {}", growth[0], growth[1]);
}

/// Writes a generated program; returns its path and how many lines it really has.
fn write_program(directory: &Path, lines: usize) -> (PathBuf, usize) {
    let path = directory.join(format!("generated_{lines}.bsk"));
    let text = generate(lines);
    std::fs::write(&path, &text).expect("a writable scratch directory");
    (path, text.lines().count())
}

fn check(path: &Path) -> Program {
    let project = load(path, &LoadOptions::standalone(path, MainRule::Required));
    project.expect("a readable program").analysis.program.expect("a correct program")
}

fn build(program: &Program) -> Vec<u8> {
    let request = ObjectRequest {
        target: "x86_64-unknown-linux-gnu",
        kind: ObjectKind::Executable,
        optimization: Optimization::Speed,
        threads: 1,
        verifier: Verifier::Off,
    };
    emit_object(program, &request).expect("an object")
}

/// A program of about `lines` lines: groups of a record, a method and functions that use loops,
/// arrays, strings and each other.
fn generate(lines: usize) -> String {
    let groups = lines / (GROUP.lines().count() + 1);
    let mut text = String::new();
    for group in 0..groups {
        text.push_str(&GROUP.replace('#', &group.to_string()));
    }
    let batches = groups.div_ceil(BATCH);
    for batch in 0..batches {
        let members = batch * BATCH..groups.min((batch + 1) * BATCH);
        let name = format!("batch{batch}");
        push_sum(&mut text, &format!("i64 {name}()"), members.map(|it| format!("work{it}({it})")));
    }
    push_sum(&mut text, "i64 main()", (0..batches).map(|batch| format!("batch{batch}()")));
    text
}

/// Functions of real programs do not grow with the program, so groups are called in batches.
const BATCH: usize = 50;

/// A function that adds up the given calls.
fn push_sum(text: &mut String, header: &str, calls: impl Iterator<Item = String>) {
    let _ = writeln!(text, "{header} {{\n    mut i64 total = 0;");
    calls.for_each(|call| {
        let _ = writeln!(text, "    total += {call};");
    });
    text.push_str("    return total;\n}\n");
}

/// One group; `#` stands for its number.
const GROUP: &str = "\
type Point# { i64 x, i64 y, string label }

impl Point# {
    i64 Sum(i64 scale) { return (this.x + this.y) * scale; }
}

i64 clamp#(i64 value, i64 low, i64 high) {
    if value < low { return low; }
    if value > high { return high; }
    return value;
}

string describe#(Point# point) {
    return \"${point.label}: ${point.x}, ${point.y}\";
}

i64 work#(i64 seed) {
    i64[] numbers = [seed, seed + 1, seed * 2, 7];
    mut i64 total = 0;
    for number in numbers { total += clamp#(number, 0, 100); }
    mut i64 i = 0;
    while i < 10 && total < 1000 {
        if i % 2 == 0 { total += numbers[i % 4]; } else { total -= i; }
        i += 1;
    }
    Point# point = Point# { x: total, y: seed, label: \"p#\" };
    if __str_len(describe#(point)) > 3 { total += point.Sum(2); }
    for k in range(0, 5) { total += k * seed; }
    return total;
}

";
