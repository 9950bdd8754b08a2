//! Compiles Beskid sources from a Cargo build script.
