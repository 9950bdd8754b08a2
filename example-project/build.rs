//! Compiles the Beskid part of the program.

fn main() {
    beskid_build::compile("src/main.bsk");
}
