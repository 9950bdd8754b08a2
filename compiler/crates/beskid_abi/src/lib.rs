//! The Beskid runtime ABI: version, table of runtime functions, layouts, record and
//! compatibility check.
//!
//! Everything that two parts of the toolchain must agree on stands here once, and this crate
//! depends on nothing. It does no IO and has no unsafe code; the record is written and read
//! without allocation, so that the check at process start can run before there is a heap.

#![no_std]
#![forbid(unsafe_code)]

mod check;
pub mod hash;
mod kinds;
pub mod layout;
pub mod note;
mod panic_kind;
pub mod record;
pub mod report;
mod signature;
pub mod snapshot;
mod spec;
mod table;
mod version;

pub use check::{Evidence, Mismatch, check, check_evidence};
pub use kinds::{AbiParamKind, AbiReturnKind, Effect, ParamType, ReturnType};
pub use layout::{
    BeskidArray, BeskidStr, EnumHeader, FunctionMap, InteropEnvelope, LAYOUT_HASH, LAYOUTS,
    MainResult, ModuleDescriptor, ObjectHeader, Safepoint, SourceLocation, TypeDescriptor,
};
pub use panic_kind::{PanicKind, PanicMessage};
pub use signature::{PARAMS_MAX, Signature};
pub use spec::{
    BUILTIN_SPECS, BuiltinSpec, ParamSpec, RUNTIME_EXPORT_SYMBOLS, RUNTIME_SYMBOL_PREFIX,
    RuntimeFn, is_runtime_symbol,
};
pub use version::{
    BESKID_RUNTIME_ABI_VERSION, GuardSymbol, RUNTIME_ACCEPTED_VERSIONS, guard_symbol,
};
