//! Runs Beskid programs and their tests in a JIT.
