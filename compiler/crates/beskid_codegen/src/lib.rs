//! Typed Beskid programs to Cranelift IR, for any Cranelift module.
