//! Code generators for target machines, with the flags that both back ends share.

use std::fmt;

use beskid_syntax::ToolCode;
use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};

/// Why there is no code generator for a target.
#[derive(Debug)]
pub struct TargetError {
    target: String,
    reason: String,
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: cannot generate code for `{}`: {}; this compiler supports {SUPPORTED}",
            ToolCode::E2002,
            self.target,
            self.reason
        )
    }
}

impl std::error::Error for TargetError {}

/// Targets for which objects can be made.
const SUPPORTED: &str = "x86_64-unknown-linux-gnu";

/// Whether Cranelift checks its own input and output. That costs two fifths of the compile time,
/// so it is meant for tests of the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifier {
    /// Checks between the phases.
    On,
    /// Trusts the compiler.
    Off,
}

/// The code generator for objects of a target: position-independent code for the baseline of its
/// architecture.
///
/// # Errors
/// If the triple is unknown, or this compiler has no code generator for it.
pub fn object_isa(triple: &str, verifier: Verifier) -> Result<OwnedTargetIsa, TargetError> {
    let unsupported = |reason: &dyn fmt::Display| TargetError {
        target: triple.to_owned(),
        reason: reason.to_string(),
    };
    let builder = isa::lookup_by_name(triple).map_err(|error| unsupported(&error))?;
    let flags = flags(true, verifier).map_err(|error| unsupported(&error))?;
    builder.finish(flags).map_err(|error| unsupported(&error))
}

/// The code generator for code that runs in this process, at fixed addresses. `builder` knows the
/// features of its processor.
///
/// # Errors
/// If Cranelift rejects the combination of flags and machine.
pub fn host_isa(builder: isa::Builder, verifier: Verifier) -> Result<OwnedTargetIsa, TargetError> {
    let unsupported = |reason: &dyn fmt::Display| TargetError {
        target: "this machine".to_owned(),
        reason: reason.to_string(),
    };
    let flags = flags(false, verifier).map_err(|error| unsupported(&error))?;
    builder.finish(flags).map_err(|error| unsupported(&error))
}

fn flags(position_independent: bool, verifier: Verifier) -> settings::SetResult<settings::Flags> {
    let mut flags = settings::builder();
    flags.set("opt_level", "speed")?;
    flags.set("is_pic", if position_independent { "true" } else { "false" })?;
    flags.set("enable_verifier", if verifier == Verifier::On { "true" } else { "false" })?;
    // The collector and the unwinder walk frames by their frame pointers.
    flags.set("preserve_frame_pointers", "true")?;
    flags.set("unwind_info", "true")?;
    // A frame larger than a guard page must not step over it.
    flags.set("enable_probestack", "true")?;
    flags.set("probestack_strategy", "inline")?;
    Ok(settings::Flags::new(flags))
}
