//! Code generators for target machines, with the flags that both back ends share.

use std::fmt;
use std::str::FromStr;

use beskid_syntax::ToolCode;
use cranelift_codegen::isa::{self, OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};
use target_lexicon::{Architecture, BinaryFormat, Triple};

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
            "{}: cannot generate code for `{}`: {}; this compiler supports {}",
            ToolCode::E2002,
            self.target,
            self.reason,
            supported()
        )
    }
}

impl std::error::Error for TargetError {}

/// The architectures for which this build has a code generator.
fn supported() -> &'static str {
    if cfg!(feature = "all-targets") { "x86-64 and aarch64" } else { std::env::consts::ARCH }
}

/// Whether Cranelift checks its own input and output. That costs two fifths of the compile time,
/// so it is meant for tests of the compiler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifier {
    /// Checks between the phases.
    On,
    /// Trusts the compiler.
    Off,
}

/// What a program's machine code is made for. Both kinds of code do the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimization {
    /// To be there soon: nothing is spent on the code's speed.
    None,
    /// To run fast.
    #[default]
    Speed,
}

/// The code generator for objects of a target: position-independent code for the baseline of its
/// architecture.
///
/// # Errors
/// If the triple is unknown, or this compiler has no code generator for it.
pub fn object_isa(
    target: &str,
    optimization: Optimization,
    verifier: Verifier,
) -> Result<OwnedTargetIsa, TargetError> {
    let unsupported = |reason: &dyn fmt::Display| TargetError {
        target: target.to_owned(),
        reason: reason.to_string(),
    };
    let triple = Triple::from_str(target).map_err(|error| unsupported(&error))?;
    let builder = isa::lookup(triple).map_err(|error| unsupported(&error))?;
    // Windows relocates images as a whole; its objects have no global offset table.
    let has_offset_table = builder.triple().binary_format != BinaryFormat::Coff;
    let flags =
        flags(has_offset_table, optimization, verifier).map_err(|error| unsupported(&error))?;
    builder.finish(flags).map_err(|error| unsupported(&error))
}

/// The code generator for code that runs in this process, at fixed addresses. `builder` knows the
/// features of its processor.
///
/// # Errors
/// If Cranelift rejects the combination of flags and machine.
pub fn host_isa(
    builder: isa::Builder,
    optimization: Optimization,
    verifier: Verifier,
) -> Result<OwnedTargetIsa, TargetError> {
    let unsupported = |reason: &dyn fmt::Display| TargetError {
        target: "this machine".to_owned(),
        reason: reason.to_string(),
    };
    let flags = flags(false, optimization, verifier).map_err(|error| unsupported(&error))?;
    builder.finish(flags).map_err(|error| unsupported(&error))
}

/// Whether code must refer to every name by its full address, because the object format, or the
/// writer of it, has no shorter reference.
pub(crate) fn has_far_names(isa: &dyn TargetIsa) -> bool {
    let triple = isa.triple();
    triple.binary_format == BinaryFormat::Coff
        && matches!(triple.architecture, Architecture::Aarch64(_))
}

fn flags(
    position_independent: bool,
    optimization: Optimization,
    verifier: Verifier,
) -> settings::SetResult<settings::Flags> {
    let mut flags = settings::builder();
    let (level, registers) = match optimization {
        Optimization::None => ("none", "single_pass"),
        Optimization::Speed => ("speed", "backtracking"),
    };
    flags.set("opt_level", level)?;
    flags.set("regalloc_algorithm", registers)?;
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
