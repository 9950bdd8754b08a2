//! The runtime's own ABI record, in the note that links and loaders see.
//!
//! The note is the static behind the guard symbol: an object that requires a version of the ABI
//! refers to the guard of that version, so a runtime that lacks it cannot be linked, and one
//! that has it brings its record along.

use beskid_abi::note;

/// A note with the alignment that notes have.
#[repr(C, align(4))]
struct Note<const LEN: usize>([u8; LEN]);

const _: () = assert!(align_of::<Note<0>>() == note::ALIGN);

include!(concat!(env!("OUT_DIR"), "/guards.rs"));

/// The ABI record of this runtime, for a check before code is loaded.
pub fn runtime_record() -> &'static [u8] {
    &OWN.0[note::RECORD_OFFSET..]
}

/// An address in the image that this runtime is part of.
pub(crate) fn own_address() -> usize {
    std::ptr::from_ref(OWN).addr()
}

#[cfg(test)]
mod tests {
    use super::*;
    use beskid_abi::record::{RecordKind, parse};
    use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, RuntimeFn};

    #[test]
    fn the_record_lists_what_this_runtime_exports() {
        let record = parse(runtime_record()).unwrap();
        assert_eq!(record.identity().kind, RecordKind::Runtime);
        assert_eq!(record.identity().abi_version, BESKID_RUNTIME_ABI_VERSION);
        assert_eq!(
            record.identity().producer,
            concat!("beskid-runtime ", env!("CARGO_PKG_VERSION"))
        );
        let exports: Vec<_> = record.exports().map(|export| export.symbol.to_string()).collect();
        let table: Vec<_> = RuntimeFn::ALL.iter().map(|function| function.symbol()).collect();
        assert_eq!(exports, table);
    }
}
