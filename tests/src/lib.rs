//! What the test suites share: the built toolchain, processes, case files and expectations.
//!
//! It holds no test of its own, and it knows nothing of what the suites expect.

#![expect(unsafe_code, reason = "asks the operating system what a child process used")]

pub mod case;
pub mod compare;
pub mod environment;
pub mod files;
pub mod forge;
pub mod formatting;
pub mod generated;
pub mod grammar;
pub mod guide;
pub mod manual;
pub mod measure;
pub mod minimise;
pub mod mutation;
pub mod nesting;
pub mod process;
pub mod programs;
pub mod random;
pub mod repository_copy;
pub mod rng;
pub mod soup;
pub mod survival;
pub mod toolchain;
pub mod usage;
