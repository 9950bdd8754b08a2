//! Beskid source text to syntax tree, and the table of diagnostics.
