//! Native objects, archives and standalone executables from typed Beskid programs.
//!
//! The code itself comes from `beskid_codegen`; this crate adds what only an object has: the ABI
//! record with its guard, unwind tables, and the file formats around it. It does not know Cargo, and
//! it never builds a runtime.

mod archive;
mod c_header;
mod executable;
mod object;
mod object_note;
mod write;

pub use archive::{ArchiveError, write_archive};
pub use c_header::{CHeader, c_header};
pub use executable::{Gate, LinkError, LinkRequest, link_executable};
pub use object::{Object, ObjectError, ObjectKind, ObjectRequest, ObjectTimes, emit_object};
pub use write::{WriteError, write_atomically, write_if_changed};
