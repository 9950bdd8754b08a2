//! What the benchmarks share: alternating runs, medians and ratios.
//!
//! Variants take turns within one process, so that a change of the machine's speed meets all of
//! them; only ratios between them are worth quoting.

use std::process::Command;
use std::time::{Duration, Instant};

/// Median run times of several variants that take turns, after one warm-up round.
pub fn medians<const N: usize>(
    rounds: usize,
    mut variants: [&mut dyn FnMut(); N],
) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::with_capacity(rounds));
    for round in 0..=rounds {
        for (variant, times) in variants.iter_mut().zip(&mut times) {
            let start = Instant::now();
            variant();
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    times.map(median)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Milliseconds with one decimal.
pub fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

/// `a / b` with two decimals.
pub fn ratio(a: Duration, b: Duration) -> String {
    format!("{:.2}", a.as_secs_f64() / b.as_secs_f64())
}

/// Runs a command and returns its standard output.
///
/// # Panics
/// If it fails.
pub fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed with {}: {stderr}", output.status);
    String::from_utf8(output.stdout).expect("UTF-8 output")
}
