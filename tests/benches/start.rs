//! What the check of the ABI records costs when a process starts.
//!
//! A program in C calls a Beskid function that does nothing: the first call checks the records of the
//! program and registers the module, later ones do not.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::process::Command;

use beskid_tests::files::package_directory;
use beskid_tests::measure::output_of;
use beskid_tests::toolchain::toolchain;

const ROUNDS: usize = 201;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let host = build(scratch.path());
    let mut figures: [Vec<u64>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let text = output_of(&mut Command::new(&host));
        for (figure, times) in text.split_whitespace().zip(&mut figures) {
            times.push(figure.parse().expect("the host prints numbers"));
        }
    }
    let [first, later] = figures.map(median);
    println!("first call with the check {:.1} µs, later calls {later} ns", first as f64 / 1e3);
}

fn build(directory: &Path) -> std::path::PathBuf {
    let package = package_directory();
    let mut library = Command::new(&toolchain().beskid);
    library.current_dir(directory).args(["build", "--lib", "-o", "libgreet.a"]);
    output_of(library.arg(package.join("c_hosts/greet.bsk")));
    let mut compiler = Command::new("cc");
    compiler.current_dir(directory).args(["-O2", "-I."]).arg(package.join("benches/start/host.c"));
    compiler.arg("libgreet.a").arg(&toolchain().runtime);
    output_of(compiler.args(["-lpthread", "-ldl", "-lm", "-o", "host"]));
    directory.join("host")
}

fn median(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    times[times.len() / 2]
}
