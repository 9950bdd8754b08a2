//! Lists of runtime symbols: each entry says how many bytes its name shares with the one before,
//! because all names begin alike and a record goes into every object.

use core::fmt;
use core::ops::Deref;

use super::writer::{BufferFull, Sink};
use crate::signature::Signature;

/// The longest name of a runtime symbol, in bytes.
pub const SYMBOL_LEN_MAX: usize = 63;

/// The name of a runtime symbol, held without allocation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SymbolName {
    bytes: [u8; SYMBOL_LEN_MAX],
    len: u8,
}

impl SymbolName {
    const EMPTY: SymbolName = SymbolName { bytes: [0; SYMBOL_LEN_MAX], len: 0 };

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The name that keeps `shared` bytes of this one. Only printable ASCII makes a name: records
    /// are shown on terminals.
    fn followed_by(mut self, shared: usize, suffix: &[u8]) -> Option<SymbolName> {
        let len = shared.checked_add(suffix.len()).filter(|len| *len > 0)?;
        if shared > usize::from(self.len) || !suffix.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        self.bytes.get_mut(shared..len)?.copy_from_slice(suffix);
        // A name of an earlier entry leaves nothing behind that equality would see.
        self.bytes[len..].fill(0);
        self.len = len as u8;
        Some(self)
    }
}

impl Deref for SymbolName {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for SymbolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SymbolName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// A symbol of the table: imported by an object, or exported by a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuntimeSymbol {
    /// The symbol's name.
    pub symbol: SymbolName,
    /// The signature as the producer knew it.
    pub signature: Signature,
}

impl RuntimeSymbol {
    /// The hash of name and signature.
    #[must_use]
    pub fn signature_hash(&self) -> u64 {
        self.signature.hash(&self.symbol)
    }
}

/// The entries of one list in order. The walk ends at the first that is malformed.
#[derive(Clone, Debug)]
pub(super) struct Symbols<'a> {
    rest: &'a [u8],
    previous: SymbolName,
}

impl<'a> Symbols<'a> {
    pub(super) const fn new(list: &'a [u8]) -> Symbols<'a> {
        Symbols { rest: list, previous: SymbolName::EMPTY }
    }

    /// Whether a list can be read to its end.
    pub(super) fn is_well_formed(list: &'a [u8]) -> bool {
        let mut symbols = Symbols::new(list);
        symbols.by_ref().for_each(drop);
        symbols.rest.is_empty()
    }

    fn read(&self) -> Option<(RuntimeSymbol, &'a [u8])> {
        let (shared, suffix_len) = (*self.rest.first()?, *self.rest.get(1)?);
        let (suffix, rest) = self.rest[2..].split_at_checked(usize::from(suffix_len))?;
        let symbol = self.previous.followed_by(usize::from(shared), suffix)?;
        let (signature, len) = Signature::decode(rest)?;
        Some((RuntimeSymbol { symbol, signature }, &rest[len..]))
    }
}

impl Iterator for Symbols<'_> {
    type Item = RuntimeSymbol;

    fn next(&mut self) -> Option<RuntimeSymbol> {
        let (symbol, rest) = self.read()?;
        (self.rest, self.previous) = (rest, symbol.symbol);
        Some(symbol)
    }
}

/// The end of a list in the making.
#[derive(Debug)]
pub(super) struct ListWriter {
    previous: SymbolName,
}

impl ListWriter {
    pub(super) const fn new() -> ListWriter {
        ListWriter { previous: SymbolName::EMPTY }
    }

    /// Appends an entry. A name that a reader would refuse is an error.
    pub(super) fn push<S: Sink>(
        &mut self,
        sink: &mut S,
        symbol: &str,
        signature: Signature,
    ) -> Result<(), BufferFull> {
        let pairs = self.previous.as_bytes().iter().zip(symbol.as_bytes());
        let shared = pairs.take_while(|(before, now)| before == now).count();
        let suffix = &symbol.as_bytes()[shared..];
        self.previous = self.previous.followed_by(shared, suffix).ok_or(BufferFull)?;
        sink.push(&[shared as u8, suffix.len() as u8])?;
        sink.push(suffix)?;
        sink.push(signature.encode().as_slice())
    }
}
