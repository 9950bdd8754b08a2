//! Checks the ABI records on a link line, and shows the records of any file.
//!
//! [`scan_arguments`] reads what a linker is about to read, [`verify()`] compares every object with
//! the runtime, and [`real_linker`] finds the program that does the link. The library changes no
//! argument and writes nothing; a link that it lets pass is the link that was asked for. It is
//! never needed for safety, because the guard in every object stops a wrong pair as well: it
//! explains.
//!
//! It runs where the tools of a Unix linker run: paths and arguments are bytes.

mod allow;
mod archive;
mod args;
mod elf;
mod error;
mod facts;
mod input;
mod inspect;
pub mod json;
mod lockfile;
mod real;
mod scan;
mod script;
mod search;
mod verify;

pub use allow::Allowances;
pub use error::Error;
pub use inspect::{render_json, render_text};
pub use lockfile::locked_versions;
pub use real::{RealLinker, real_linker};
pub use scan::{Content, Found, Scan, scan_arguments, scan_files};
pub use verify::{Verdict, verify};
