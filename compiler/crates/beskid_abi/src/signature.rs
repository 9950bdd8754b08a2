//! Signatures as records carry them: exact, small, and readable even if a newer producer wrote a
//! kind that this crate does not know.
//!
//! Kinds and effects are numbers below 16, so that two of them fit into a byte.

use core::fmt;

use crate::hash::Fnv;
use crate::kinds::{AbiParamKind, AbiReturnKind, Effect};

/// The most parameters that a signature can have.
pub const PARAMS_MAX: usize = 15;

/// What a caller of a runtime function relies on besides its name: how arguments and result are
/// passed, and the effect.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    params: [u8; PARAMS_MAX],
    param_count: u8,
    ret: u8,
    effect: u8,
}

impl Signature {
    /// The signature with the given kinds and effect.
    ///
    /// # Panics
    /// If there are more than [`PARAMS_MAX`] parameters.
    #[must_use]
    pub const fn new(params: &[AbiParamKind], ret: AbiReturnKind, effect: Effect) -> Signature {
        assert!(params.len() <= PARAMS_MAX, "a runtime function has too many parameters");
        let mut signature = Signature {
            params: [0; PARAMS_MAX],
            param_count: params.len() as u8,
            ret: ret as u8,
            effect: effect as u8,
        };
        let mut i = 0;
        while i < params.len() {
            signature.params[i] = params[i] as u8;
            i += 1;
        }
        signature
    }

    /// The same signature with another effect.
    #[must_use]
    pub const fn with_effect(mut self, effect: Effect) -> Signature {
        self.effect = effect as u8;
        self
    }

    /// The hash of the signature together with the name of the function that has it.
    #[must_use]
    pub const fn hash(&self, symbol: &str) -> u64 {
        let mut hash = Fnv::new().text(symbol);
        let mut i = 0;
        while i < self.param_count as usize {
            hash = hash.number(self.params[i] as u64);
            i += 1;
        }
        hash.number(0xff).number(self.ret as u64).number(self.effect as u64).finish()
    }

    /// The names of the parameters' kinds, separated by commas.
    #[must_use]
    pub fn params(&self) -> impl fmt::Display {
        Params(*self)
    }

    /// The name of the result's kind.
    #[must_use]
    pub fn ret(&self) -> impl fmt::Display {
        let known = AbiReturnKind::ALL.iter().find(|kind| **kind as u8 == self.ret);
        Named(known.map(|kind| kind.name()), self.ret)
    }

    /// The name of the effect.
    #[must_use]
    pub fn effect(&self) -> impl fmt::Display {
        let known = Effect::ALL.iter().find(|effect| **effect as u8 == self.effect);
        Named(known.map(|effect| effect.name()), self.effect)
    }

    /// The bytes in a record: the number of parameters and the kinds, two in each byte.
    pub(crate) fn encode(&self) -> Encoded {
        let count = usize::from(self.param_count);
        let mut encoded = Encoded { bytes: [0; ENCODED_LEN_MAX], len: encoded_len(count) };
        let kinds = [self.param_count, self.ret, self.effect];
        let nibbles = kinds.iter().chain(&self.params[..count]);
        for (i, nibble) in nibbles.enumerate() {
            encoded.bytes[i / 2] |= nibble << (4 * (i % 2));
        }
        encoded
    }

    /// Reads what `encode` has written, and how many bytes that was.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(Signature, usize)> {
        let count = bytes.first()? & 0xf;
        let len = encoded_len(usize::from(count));
        let bytes = bytes.get(..len)?;
        let nibble = |i: usize| bytes[i / 2] >> (4 * (i % 2)) & 0xf;
        let mut signature = Signature {
            params: [0; PARAMS_MAX],
            param_count: count,
            ret: nibble(1),
            effect: nibble(2),
        };
        for (i, param) in signature.params[..usize::from(count)].iter_mut().enumerate() {
            *param = nibble(i + 3);
        }
        Some((signature, len))
    }
}

/// The number of the kinds and effects in front of the parameters.
const HEAD_NIBBLES: usize = 3;

const ENCODED_LEN_MAX: usize = encoded_len(PARAMS_MAX);

const fn encoded_len(param_count: usize) -> usize {
    (HEAD_NIBBLES + param_count).div_ceil(2)
}

/// A signature's bytes in a record.
pub(crate) struct Encoded {
    bytes: [u8; ENCODED_LEN_MAX],
    len: usize,
}

impl Encoded {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// A kind's name, or its number if a newer producer made it up.
struct Named(Option<&'static str>, u8);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => f.write_str(name),
            None => write!(f, "unknown {}", self.1),
        }
    }
}

struct Params(Signature);

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, number) in self.0.params[..usize::from(self.0.param_count)].iter().enumerate() {
            let known = AbiParamKind::ALL.iter().find(|kind| **kind as u8 == *number);
            let separator = if i == 0 { "" } else { "," };
            write!(f, "{separator}{}", Named(known.map(|kind| kind.name()), *number))?;
        }
        Ok(())
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}) -> {}, {}", self.params(), self.ret(), self.effect())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use super::*;
    use crate::spec::RuntimeFn;
    use alloc::string::ToString;

    #[test]
    fn every_row_survives_its_encoding() {
        for function in RuntimeFn::ALL {
            let signature = function.signature();
            let encoded = signature.encode();
            let decoded = Signature::decode(encoded.as_slice()).unwrap();
            assert_eq!(decoded, (signature, encoded.as_slice().len()));
        }
    }

    #[test]
    fn kinds_of_newer_producers_are_shown_by_number() {
        let (signature, len) = Signature::decode(&[0xe1, 0x1d]).unwrap();
        assert_eq!((signature.to_string().as_str(), len), ("(ptr) -> unknown 14, unknown 13", 2));
        assert_eq!(Signature::decode(&[0x02, 0x11]), None);
        assert_eq!(Signature::decode(&[]), None);
    }

    #[test]
    fn the_effect_is_part_of_the_hash() {
        let signature = RuntimeFn::GcWriteBarrier.signature();
        let symbol = RuntimeFn::GcWriteBarrier.symbol();
        let weaker = signature.with_effect(Effect::Pure);
        assert_ne!(signature.hash(symbol), weaker.hash(symbol));
        assert_ne!(signature.hash("a"), signature.hash("b"));
    }
}
