//! Typed Beskid programs to machine code, for any Cranelift module.
//!
//! [`compile_program`] is the one lowering of this project: the JIT and the object writer both call
//! it, with their own implementation of [`cranelift_module::Module`]. It does not know which of them
//! it serves, does no IO, does not link the runtime, and names runtime functions only through rows
//! of the ABI table.

mod build;
mod compile;
mod data;
mod declare;
mod define;
mod dump;
mod emit;
mod entry;
mod error;
mod functions;
mod host_entry;
pub mod ir;
mod layout;
mod module;
mod passes;
mod record;
mod signatures;
mod target;
pub mod unwind;
mod view;

pub use compile::CompiledFunction;
pub use entry::main_result;
pub use error::Error;
pub use module::{Compiled, Entries, Options, compile_program};
pub use target::{Optimization, TargetError, Verifier, host_isa, object_isa};
