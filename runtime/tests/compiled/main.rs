//! The runtime under code as a compiler makes it, written by hand: stack maps, foreign frames,
//! panics, and how a process ends.

#![cfg(target_arch = "x86_64")]
#![expect(unsafe_code, reason = "plays the part of compiled code")]

mod frames;
mod process;
mod walk;
