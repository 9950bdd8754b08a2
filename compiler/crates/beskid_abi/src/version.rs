//! The number that compiler, back ends and runtime agree on, and the symbol that carries it
//! through a link.
//!
//! It does not decide compatibility: that is [`crate::check()`].

/// The ABI revision that this toolchain compiles for and that its runtime provides.
pub const BESKID_RUNTIME_ABI_VERSION: u32 = 2;

/// Every ABI revision whose objects the runtime of this toolchain can serve.
pub const RUNTIME_ACCEPTED_VERSIONS: &[u32] = &[BESKID_RUNTIME_ABI_VERSION];

const GUARD_PREFIX: &str = "__beskid_object_requires_runtime_abi_";
const U32_DIGITS_MAX: usize = 10;
const GUARD_LEN_MAX: usize = GUARD_PREFIX.len() + U32_DIGITS_MAX;

/// A guard symbol's name, held without allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GuardSymbol {
    bytes: [u8; GUARD_LEN_MAX],
    len: usize,
}

/// Names the symbol that an object of ABI revision `version` refers to and that only a runtime
/// accepting that revision defines, so that a wrong pair cannot be linked.
///
/// The name reads as a sentence because the linker's message about it is often the only one
/// that a user gets.
#[must_use]
pub const fn guard_symbol(version: u32) -> GuardSymbol {
    let mut bytes = [0; GUARD_LEN_MAX];
    let mut len = 0;
    while len < GUARD_PREFIX.len() {
        bytes[len] = GUARD_PREFIX.as_bytes()[len];
        len += 1;
    }
    let mut divisor = 1;
    while version / divisor >= 10 {
        divisor *= 10;
    }
    while divisor > 0 {
        bytes[len] = b'0' + (version / divisor % 10) as u8;
        len += 1;
        divisor /= 10;
    }
    GuardSymbol { bytes, len }
}

impl GuardSymbol {
    /// The symbol as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }

    /// The ABI revision that `symbol` guards, if it is a guard symbol at all.
    #[must_use]
    pub fn version_of(symbol: &str) -> Option<u32> {
        symbol.strip_prefix(GUARD_PREFIX)?.parse().ok()
    }
}

impl core::ops::Deref for GuardSymbol {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl core::fmt::Display for GuardSymbol {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl core::fmt::Debug for GuardSymbol {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guard_symbol_reads_as_a_sentence_and_back() {
        for version in [0, 2, 9, 10, 1_000_000_000, u32::MAX] {
            let symbol = guard_symbol(version);
            assert_eq!(GuardSymbol::version_of(&symbol), Some(version));
        }
        assert_eq!(&*guard_symbol(2), "__beskid_object_requires_runtime_abi_2");
        assert_eq!(GuardSymbol::version_of("beskid_rt_alloc"), None);
    }
}
