//! `--timings`: how long each phase took, and `--jobs`: how many threads it had.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::time::Duration;

use beskid_analysis::Analysis;
use beskid_syntax::SourceMap;
use clap::Args;

/// The part of the command line that is about the compiler's own work.
#[derive(Args)]
pub(crate) struct WorkArgs {
    /// How many threads may work at once; without it, one for each processor.
    #[arg(short, long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Print the time of each phase to standard error.
    #[arg(long)]
    pub(crate) timings: bool,
}

impl WorkArgs {
    /// How many threads may work at once.
    pub(crate) fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().ok();
        self.jobs.or_else(all).map_or(1, NonZeroUsize::get)
    }
}

/// The phases of one compilation, in their order.
pub(crate) struct Timings {
    lines: usize,
    files: usize,
    phases: Vec<(&'static str, Duration)>,
}

impl Timings {
    /// The phases of the front end.
    pub(crate) fn of(analysis: &Analysis) -> Timings {
        let sources = &analysis.sources;
        Timings {
            lines: sources.files().map(|file| lines(sources, file)).sum(),
            files: sources.files().count(),
            phases: vec![("parse", analysis.times.parse), ("check", analysis.times.check)],
        }
    }

    /// Adds a phase.
    pub(crate) fn add(&mut self, phase: &'static str, time: Duration) {
        self.phases.push((phase, time));
    }

    /// Prints the table to standard error.
    #[expect(clippy::print_stderr, reason = "standard output belongs to results")]
    pub(crate) fn print(&self) {
        eprint!("{}", self.table());
    }

    fn table(&self) -> String {
        let total = self.phases.iter().map(|&(_, time)| time).sum();
        let mut table =
            format!("{} lines in {} files, the used library included\n", self.lines, self.files);
        let _ = writeln!(table, "{:8}{:>12}{:>14}", "phase", "ms", "lines/s");
        for (phase, time) in self.phases.iter().copied().chain([("total", total)]) {
            let seconds = time.as_secs_f64();
            let speed = self.lines as f64 / seconds.max(f64::MIN_POSITIVE);
            let _ = writeln!(table, "{phase:8}{:>12.1}{speed:>14.0}", seconds * 1e3);
        }
        table
    }
}

fn lines(sources: &SourceMap, file: beskid_syntax::FileId) -> usize {
    sources.text(file).lines().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_phase_and_their_sum() {
        let phases = vec![("parse", Duration::from_millis(2)), ("check", Duration::from_millis(8))];
        let table = Timings { lines: 1_000, files: 3, phases }.table();
        let lines: Vec<Vec<&str>> =
            table.lines().map(|it| it.split_whitespace().collect()).collect();
        assert_eq!(lines[0][..5], ["1000", "lines", "in", "3", "files,"]);
        assert_eq!(
            lines[1..],
            [
                ["phase", "ms", "lines/s"],
                ["parse", "2.0", "500000"],
                ["check", "8.0", "125000"],
                ["total", "10.0", "100000"],
            ]
        );
    }
}
