//! Runs every `test` item of the Beskid sources as a test of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    beskid_engine::harness::main("src/main.bsk")
}
