//! The runtime functions behind the exported symbols, one function per row of the ABI table.
//!
//! Each takes exactly the row's parameters, and after them the calling frame if the row may
//! allocate. They turn what they are given into references and slices and hand it on. Pointers
//! come from compiled code, which upholds the contract of the row: a handle is null only where
//! the row says what happens then.

mod arrays;
mod clock;
mod environment;
mod events;
mod files;
mod gc;
mod hosts;
mod interop;
mod io;
mod lifecycle;
mod strings;
#[cfg(test)]
mod tests;

pub(crate) use arrays::*;
pub(crate) use clock::*;
pub(crate) use environment::*;
pub(crate) use events::*;
pub(crate) use files::*;
pub(crate) use gc::*;
pub(crate) use hosts::*;
pub(crate) use interop::*;
pub(crate) use io::*;
pub(crate) use lifecycle::*;
pub(crate) use strings::*;

/// The word by which the heap knows a reference.
fn reference<T>(pointer: *const T) -> usize {
    pointer.expose_provenance()
}
