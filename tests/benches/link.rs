//! What `beskid-link` adds to the link of the example.
//!
//! The benchmark has Cargo link the example with the benchmark itself in the place of the linker,
//! because the inputs of a link exist only while rustc waits for it. In that role it runs the plain
//! link and the checked link in turns.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use beskid_tests::measure::{medians, milliseconds, output_of, ratio};
use beskid_tests::toolchain::toolchain;

const ROUNDS: usize = 15;

/// Says that this process stands in for the linker, and which wrapper to measure.
const WRAPPER_VARIABLE: &str = "BESKID_BENCH_LINK_WRAPPER";

/// Where the process that stands in leaves the figures.
const FIGURES_VARIABLE: &str = "BESKID_BENCH_LINK_FIGURES";

fn main() {
    match std::env::var_os(WRAPPER_VARIABLE) {
        Some(wrapper) => stand_in(Path::new(&wrapper)),
        None => measure_example(),
    }
}

fn measure_example() {
    let wrapper = &toolchain().wrapper;
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let figures = scratch.path().join("figures");
    let this = std::env::current_exe().expect("the path of this benchmark");
    // rustc chooses the linker's conventions by its name.
    let linker = scratch.path().join("beskid-link");
    std::os::unix::fs::symlink(this, &linker).expect("a symbolic link");
    let mut linker_option = OsString::from("linker=");
    linker_option.push(&linker);
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["rustc", "--release", "--quiet", "-p", "example-project", "--bin"]);
    command.args(["example-project", "--", "-C"]).arg(linker_option);
    command.env(WRAPPER_VARIABLE, wrapper).env(FIGURES_VARIABLE, &figures);
    output_of(&mut command);
    print!("{}", std::fs::read_to_string(figures).expect("figures of a link that took place"));
}

/// Links as rustc asks, in turns with and without the wrapper.
fn stand_in(wrapper: &Path) {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let link = |program: &Path| {
        output_of(Command::new(program).args(&arguments).env_remove(WRAPPER_VARIABLE));
    };
    let (mut plain, mut checked) = (|| link(Path::new("cc")), || link(wrapper));
    let [plain, checked] = medians(ROUNDS, [&mut plain, &mut checked]);
    let figures = format!(
        "plain link {} ms, with beskid-link {} ms, ratio {}\n",
        milliseconds(plain),
        milliseconds(checked),
        ratio(checked, plain)
    );
    if let Some(path) = std::env::var_os(FIGURES_VARIABLE) {
        std::fs::write(path, figures).expect("a writable scratch directory");
    }
}
