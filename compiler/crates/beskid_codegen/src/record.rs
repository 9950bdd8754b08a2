//! The ABI record of a compiled module: what it requires of a runtime, and what it offers.

use beskid_abi::record::{BufferFull, Identity, RecordKind, Writer};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH, RuntimeFn, hash};
use beskid_analysis::typed::{ExternId, Program};

use crate::module::Options;

/// What the code of a module imports.
pub(crate) struct Uses {
    /// Rows of the ABI table.
    pub(crate) runtime: Vec<RuntimeFn>,
    /// Foreign functions.
    pub(crate) externs: Vec<ExternId>,
}

/// The compiler as records name it.
const PRODUCER: &str = concat!("beskid ", env!("CARGO_PKG_VERSION"));

/// Width of a pointer on the supported targets, in bits.
const POINTER_WIDTH: u8 = (crate::layout::WORD_BYTES * 8) as u8;

/// Writes the record.
///
/// # Errors
/// If a name is longer than a record can hold.
pub(crate) fn write(
    program: &Program,
    options: &Options<'_>,
    uses: &Uses,
) -> Result<Vec<u8>, BufferFull> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, &identity(program, options))?;
    // A name is written as what it adds to the one before it, so this order takes the least room.
    let mut runtime = uses.runtime.clone();
    runtime.sort_by_key(|row| row.symbol());
    for row in runtime {
        writer.import(row)?;
    }
    for &id in &uses.externs {
        let function = &program.externs[id.index()];
        writer.extern_symbol(&function.symbol, &function.library, &function.signature())?;
    }
    for function in program.functions.iter().filter(|function| function.exported) {
        writer.function(&function.symbol, &program.signature(function))?;
    }
    writer.finish()?;
    Ok(bytes)
}

fn identity<'a>(program: &'a Program, options: &Options<'a>) -> Identity<'a> {
    Identity {
        kind: RecordKind::Object,
        abi_version: BESKID_RUNTIME_ABI_VERSION,
        target: options.target,
        pointer_width: POINTER_WIDTH,
        layout_hash: LAYOUT_HASH,
        unwind: options.unwind,
        producer: PRODUCER,
        module: &program.package,
        source: program.modules.first().map_or("", |module| program.sources.path(module.file)),
        source_hash: source_hash(program),
    }
}

/// A hash over the texts of all files, so that a binary can be told from newer sources.
fn source_hash(program: &Program) -> u64 {
    let texts = program.sources.files().map(|file| program.sources.text(file));
    let hash = texts.fold(hash::Fnv::new(), |hash, text| hash.text(text));
    hash.finish()
}
