//! Run time of compiled kernels as a ratio to the same programs in C.
//!
//! Each `kernels/NAME.bsk` has a `NAME.c` beside it that prints the same. Both become executables and
//! take turns.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::{Path, PathBuf};
use std::process::Command;

use beskid_analysis::MainRule;
use beskid_aot::{LinkRequest, ObjectKind, ObjectRequest, emit_object, link_executable};
use beskid_codegen::{Optimization, Verifier};
use beskid_project::{LoadOptions, load};
use beskid_tests::measure::{medians, milliseconds, output_of, ratio};
use beskid_tests::toolchain::toolchain;

const ROUNDS: usize = 15;
const TARGET: &str = "x86_64-unknown-linux-gnu";

fn main() {
    let runtime = &toolchain().runtime;
    let scratch = tempfile::tempdir().expect("a scratch directory");
    println!("{:10} {:>10} {:>12} {:>8}", "kernel", "beskid ms", "gcc -O2 ms", "ratio");
    let mut product = 1.0;
    let kernels = kernels();
    for source in &kernels {
        let name = source.file_stem().and_then(|stem| stem.to_str()).expect("a kernel name");
        let beskid = build_beskid(source, runtime, &scratch.path().join(format!("{name}-beskid")));
        let c = build_c(&source.with_extension("c"), &scratch.path().join(format!("{name}-c")));
        assert_eq!(run(&beskid), run(&c), "{name}: both programs print the same");
        let times = medians(ROUNDS, [&mut || drop(run(&beskid)), &mut || drop(run(&c))]);
        let [beskid, c] = times;
        println!(
            "{name:10} {:>10} {:>12} {:>8}",
            milliseconds(beskid),
            milliseconds(c),
            ratio(beskid, c)
        );
        product *= beskid.as_secs_f64() / c.as_secs_f64();
    }
    println!("geometric mean of the ratios: {:.2}", f64::powf(product, 1.0 / kernels.len() as f64));
}

fn kernels() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/kernels");
    let entries = std::fs::read_dir(directory).expect("the kernels' directory");
    let paths = entries.map(|entry| entry.expect("a directory entry").path());
    let mut kernels: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "bsk")).collect();
    kernels.sort();
    kernels
}

fn build_beskid(source: &Path, runtime: &Path, output: &Path) -> PathBuf {
    let project = load(source, &LoadOptions::standalone(source, MainRule::Required));
    let program = project.expect("a readable kernel").analysis.program.expect("a correct kernel");
    let request = ObjectRequest {
        target: TARGET,
        kind: ObjectKind::Executable,
        optimization: Optimization::Speed,
        threads: 1,
        verifier: Verifier::Off,
    };
    let object = emit_object(&program, &request).expect("an object");
    let driver = "cc".into();
    link_executable(&LinkRequest {
        object: &object.bytes,
        runtime,
        libraries: &[],
        gate: &|_| Ok(()),
        driver,
        output,
    })
    .expect("an executable");
    output.to_owned()
}

fn build_c(source: &Path, output: &Path) -> PathBuf {
    output_of(Command::new("gcc").arg("-O2").arg(source).arg("-o").arg(output));
    output.to_owned()
}

fn run(program: &Path) -> String {
    output_of(&mut Command::new(program))
}
