//! The speed of the compiler on generated programs: each phase, memory, growth with the program, threads, and gcc.
//!
//! Every figure is from processes of the `beskid` command, and every time the least of several rounds in which all
//! commands take turns: whatever else the machine does can only add to it.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use beskid_tests::generated::{Generated, c_program, units_for, write_program};
use beskid_tests::measure::{output_of, ratio};
use beskid_tests::toolchain::toolchain;
use beskid_tests::usage::{Usage, usage_of};

/// About how many lines the programs have, and how many rounds each is measured.
const SIZES: [(usize, usize); 4] = [(10_000, 20), (50_000, 7), (100_000, 5), (400_000, 3)];

/// The greatest program that gcc gets, which takes its time.
const C_LINES_MAX: usize = 100_000;

/// The phases that `--timings` names.
const PHASES: [&str; 4] = ["parse", "check", "lower", "emit"];

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let programs = SIZES.map(|(lines, rounds)| measure(scratch.path(), lines, rounds));
    print_speeds("-O0", &programs, |it| &it.plain);
    print_speeds("-O2, the default", &programs, |it| &it.optimized);
    print_growth(&programs);
    print_threads(&programs);
    print_c(&programs);
}

/// What was measured with one program.
struct Measured {
    program: Generated,
    /// `beskid build --emit obj -O0` with one thread.
    plain: Build,
    /// The same with `-O2`.
    optimized: Build,
    /// `-O0` with a thread for each processor.
    threaded: Build,
    /// `gcc -O0 -c` on the same program in C, and how many lines that has.
    c: Option<(Build, usize)>,
}

/// The least figures of several runs of one command.
#[derive(Default)]
struct Build {
    usage: Option<Usage>,
    phases: [Duration; PHASES.len()],
}

fn measure(scratch: &Path, lines: usize, rounds: usize) -> Measured {
    let directory = scratch.join(lines.to_string());
    let units = units_for(lines);
    let program = write_program(&directory, units);
    let mut plain = Build::default();
    let mut optimized = Build::default();
    let mut threaded = Build::default();
    let mut c = (lines <= C_LINES_MAX).then(|| write_c(&directory, units));
    for _ in 0..rounds {
        plain.run(&mut beskid(&program, &["-O0", "-j1"]), &directory);
        optimized.run(&mut beskid(&program, &["-O2", "-j1"]), &directory);
        threaded.run(&mut beskid(&program, &["-O0"]), &directory);
        if let Some(c) = &mut c {
            c.build.run(&mut gcc(&c.source, &["-c"]), &directory);
        }
    }
    if let Some(c) = &c {
        require_same_output(&program, &c.source);
    }
    Measured { program, plain, optimized, threaded, c: c.map(|it| (it.build, it.lines)) }
}

struct C {
    source: PathBuf,
    lines: usize,
    build: Build,
}

fn write_c(directory: &Path, units: usize) -> C {
    let source = directory.join("main.c");
    let text = c_program(units);
    std::fs::write(&source, &text).expect("a writable scratch directory");
    C { source, lines: text.lines().count(), build: Build::default() }
}

fn beskid(program: &Generated, options: &[&str]) -> Command {
    let mut command = Command::new(&toolchain().beskid);
    command.args(["build", "--emit", "obj", "--timings"]).args(options);
    command.arg(&program.entry).arg("-o").arg(program.entry.with_extension("o"));
    command
}

fn gcc(source: &Path, options: &[&str]) -> Command {
    let mut command = Command::new("gcc");
    command.args(["-O0", "-w"]).args(options).arg(source);
    command.arg("-o").arg(source.with_extension("c.o"));
    command
}

/// Makes sure that gcc got the same program.
fn require_same_output(program: &Generated, c: &Path) {
    output_of(&mut gcc(c, &[]));
    let c = output_of(&mut Command::new(c.with_extension("c.o")));
    let beskid = output_of(Command::new(&toolchain().beskid).arg("run").arg(&program.entry));
    assert_eq!(beskid, c, "both programs print the same");
}

impl Build {
    fn run(&mut self, command: &mut Command, directory: &Path) {
        let log = directory.join("stderr");
        command.stderr(File::create(&log).expect("a writable scratch directory"));
        let usage = usage_of(command);
        let text = std::fs::read_to_string(&log).expect("the output of the command");
        let usage = usage.unwrap_or_else(|problem| panic!("{problem}\n{text}"));
        let is_first = self.usage.is_none();
        let best = self.usage.get_or_insert(usage);
        best.cpu = best.cpu.min(usage.cpu);
        best.wall = best.wall.min(usage.wall);
        best.peak_bytes = best.peak_bytes.min(usage.peak_bytes);
        for (phase, best) in PHASES.iter().zip(&mut self.phases) {
            let time = phase_time(&text, phase);
            *best = if is_first { time } else { time.min(*best) };
        }
    }

    fn usage(&self) -> Usage {
        self.usage.expect("the command was run")
    }
}

/// The time of a phase in the table of `--timings`; zero for a command without.
fn phase_time(text: &str, phase: &str) -> Duration {
    let row = text.lines().find_map(|line| line.strip_prefix(phase));
    let milliseconds = row.and_then(|row| row.split_whitespace().next());
    let milliseconds = milliseconds.map_or(0.0, |it| it.parse().expect("milliseconds"));
    Duration::from_secs_f64(milliseconds / 1e3)
}

fn print_speeds(options: &str, programs: &[Measured], build: impl Fn(&Measured) -> &Build) {
    println!("beskid build {options}, one thread: thousand lines per second");
    let names = PHASES.map(|phase| format!("{phase:>8}")).concat();
    println!("{:>8} {:>8}{names} {:>8} {:>9}", "lines", "modules", "whole", "peak MB");
    for measured in programs {
        let Generated { modules, lines, .. } = measured.program;
        let build = build(measured);
        let speed = |time: Duration| lines as f64 / time.as_secs_f64() / 1e3;
        let phases = build.phases.map(|time| format!("{:>8.0}", speed(time))).concat();
        let Usage { cpu, peak_bytes, .. } = build.usage();
        let peak = peak_bytes as f64 / 1e6;
        println!("{lines:>8} {modules:>8}{phases} {:>8.0} {peak:>9.0}", speed(cpu));
    }
    println!();
}

/// Time per line, as a ratio to that of the smallest program.
fn print_growth(programs: &[Measured]) {
    println!("growth: processor time per line, as a ratio to that of the smallest program");
    println!("{:>8} {:>10} {:>10}", "lines", "-O0", "-O2");
    let per_line = |measured: &Measured, build: &Build| {
        build.usage().cpu.as_secs_f64() / measured.program.lines as f64
    };
    let [first, ..] = programs else { return };
    for measured in programs {
        let plain = per_line(measured, &measured.plain) / per_line(first, &first.plain);
        let optimized = per_line(measured, &measured.optimized) / per_line(first, &first.optimized);
        println!("{:>8} {plain:>10.2} {optimized:>10.2}", measured.program.lines);
    }
    println!();
}

fn print_threads(programs: &[Measured]) {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    println!("threads: one for each of {processors} processors, as a ratio to one thread, -O0");
    println!("{:>8} {:>10} {:>10} {:>10}", "lines", "wall", "processor", "memory");
    for measured in programs {
        let (one, all) = (measured.plain.usage(), measured.threaded.usage());
        let memory = all.peak_bytes as f64 / one.peak_bytes as f64;
        println!(
            "{:>8} {:>10} {:>10} {memory:>10.2}",
            measured.program.lines,
            ratio(all.wall, one.wall),
            ratio(all.cpu, one.cpu)
        );
    }
    println!();
}

fn print_c(programs: &[Measured]) {
    println!("beskid build -O0 as a ratio to gcc -O0 -c on the same program in C");
    println!("{:>8} {:>8} {:>10} {:>10} {:>10}", "lines", "C lines", "processor", "wall", "memory");
    for measured in programs {
        if let Some((c, lines)) = &measured.c {
            let (one, all, c) = (measured.plain.usage(), measured.threaded.usage(), c.usage());
            println!(
                "{:>8} {lines:>8} {:>10} {:>10} {:>10.2}",
                measured.program.lines,
                ratio(one.cpu, c.cpu),
                ratio(all.wall, c.wall),
                one.peak_bytes as f64 / c.peak_bytes as f64
            );
        }
    }
}
