//! Linker wrapper.

fn main() {}
