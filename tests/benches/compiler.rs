//! Time of `check` and `build` on generated programs, and how it grows when the program doubles.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod support;

use std::fmt::Write;
use std::path::Path;

use beskid_analysis::typed::Program;
use beskid_analysis::MainRule;
use beskid_aot::{ObjectKind, ObjectRequest, emit_object};
use beskid_codegen::Verifier;
use beskid_project::{LoadOptions, load};
use support::{medians, milliseconds, ratio};

const ROUNDS: usize = 5;
const LINES: usize = 20_000;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let [once, twice] = [LINES, 2 * LINES].map(|lines| {
        let path = scratch.path().join(format!("generated_{lines}.bsk"));
        let text = generate(lines);
        std::fs::write(&path, &text).expect("a writable scratch directory");
        (path, text.lines().count())
    });
    let programs = [&once.0, &twice.0].map(|path| check(path));
    let [check_once, check_twice, build_once, build_twice] = medians(
        ROUNDS,
        [
            &mut || drop(check(&once.0)),
            &mut || drop(check(&twice.0)),
            &mut || drop(build(&programs[0])),
            &mut || drop(build(&programs[1])),
        ],
    );
    println!("{:18} {:>10} {:>10} {:>8}", "lines", once.1, twice.1, "growth");
    for (phase, once, twice) in
        [("check ms", check_once, check_twice), ("emit object ms", build_once, build_twice)]
    {
        println!(
            "{phase:18} {:>10} {:>10} {:>8}",
            milliseconds(once),
            milliseconds(twice),
            ratio(twice, once)
        );
    }
}

fn check(path: &Path) -> Program {
    let project = load(path, &LoadOptions::standalone(path, MainRule::Required));
    project.expect("a readable program").analysis.program.expect("a correct program")
}

fn build(program: &Program) -> Vec<u8> {
    let request = ObjectRequest {
        target: "x86_64-unknown-linux-gnu",
        kind: ObjectKind::Executable,
        threads: 1,
        verifier: Verifier::Off,
    };
    emit_object(program, &request).expect("an object")
}

/// A program of about `lines` lines: groups of a record, a method and functions that use loops,
/// arrays, strings and each other.
fn generate(lines: usize) -> String {
    // Each group adds a line to `main`.
    let groups = lines / (GROUP.lines().count() + 1);
    let mut text = String::new();
    for group in 0..groups {
        text.push_str(&GROUP.replace('#', &group.to_string()));
    }
    text.push_str("unit main() {\n    mut i64 total = 0;\n");
    for group in 0..groups {
        let _ = writeln!(text, "    total += work{group}({group});");
    }
    text.push_str("    Core.Output.WriteLine(\"${total}\");\n}\n");
    text
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
