//! The Beskid runtime.
