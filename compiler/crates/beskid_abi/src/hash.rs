//! FNV-1a, the one hash of the ABI: for signatures, layouts and sources.
//!
//! It finds accidents, not attacks: whoever can forge a record can forge the code beside it.

/// A running 64-bit FNV-1a hash, usable in constants.
#[derive(Clone, Copy, Debug)]
pub struct Fnv(u64);

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Fnv {
    /// The hash of nothing.
    #[must_use]
    pub const fn new() -> Fnv {
        Fnv(OFFSET_BASIS)
    }

    /// Adds bytes.
    #[must_use]
    pub const fn bytes(mut self, bytes: &[u8]) -> Fnv {
        let mut i = 0;
        while i < bytes.len() {
            self.0 = (self.0 ^ bytes[i] as u64).wrapping_mul(PRIME);
            i += 1;
        }
        self
    }

    /// Adds text and an end mark, so that `"ab", "c"` and `"a", "bc"` differ.
    #[must_use]
    pub const fn text(self, text: &str) -> Fnv {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    /// Adds a number.
    #[must_use]
    pub const fn number(self, number: u64) -> Fnv {
        self.bytes(&number.to_le_bytes())
    }

    /// The hash of all that was added.
    #[must_use]
    pub const fn finish(self) -> u64 {
        self.0
    }
}

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv::new()
    }
}

/// Hashes one run of bytes, such as the text of a source file.
#[must_use]
pub const fn hash_bytes(bytes: &[u8]) -> u64 {
    Fnv::new().bytes(bytes).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_test_vectors_hold() {
        assert_eq!(hash_bytes(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash_bytes(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash_bytes(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn text_boundaries_count() {
        let split = |a, b| Fnv::new().text(a).text(b).finish();
        assert_ne!(split("ab", "c"), split("a", "bc"));
    }
}
