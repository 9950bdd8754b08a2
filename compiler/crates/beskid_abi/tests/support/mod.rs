//! Records for tests: a healthy pair, and the means to change one thing about it.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use beskid_abi::record::{Identity, RecordKind, UnwindMode, Writer, write_runtime_record};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH, RuntimeFn, Signature};

pub(crate) const TARGET: &str = "x86_64-unknown-linux-gnu";

pub(crate) fn object_identity() -> Identity<'static> {
    Identity {
        kind: RecordKind::Object,
        abi_version: BESKID_RUNTIME_ABI_VERSION,
        target: TARGET,
        pointer_width: 64,
        layout_hash: LAYOUT_HASH,
        unwind: UnwindMode::Unwind,
        producer: "beskid 0.1.0",
        module: "app",
        source: "src/main.bsk",
        source_hash: 0x1234_5678_9abc_def0,
    }
}

pub(crate) fn object(identity: &Identity<'_>, imports: &[(&str, Signature)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, identity).unwrap();
    for (symbol, signature) in imports {
        writer.import_as(symbol, *signature).unwrap();
    }
    writer.extern_symbol("sqrt", "m", "(f64) -> f64").unwrap();
    writer.function("_B3app3add", "(i64, i64) -> i64").unwrap();
    writer.finish().unwrap();
    bytes
}

pub(crate) fn healthy_object() -> Vec<u8> {
    let import = |f: RuntimeFn| (f.symbol(), f.signature());
    object(&object_identity(), &[import(RuntimeFn::Alloc), import(RuntimeFn::PanicStr)])
}

pub(crate) fn healthy_runtime() -> Vec<u8> {
    let mut bytes = Vec::new();
    write_runtime_record(&mut bytes, TARGET, 64, UnwindMode::Unwind, "beskid-runtime 0.1.0")
        .unwrap();
    bytes
}

pub(crate) fn runtime(
    abi_version: u32,
    accepted: &[u32],
    exports: &[(&str, Signature)],
) -> Vec<u8> {
    let identity = Identity {
        kind: RecordKind::Runtime,
        abi_version,
        producer: "beskid-runtime 9.9.9",
        module: "beskid-runtime",
        source: "",
        source_hash: 0,
        ..object_identity()
    };
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, &identity).unwrap();
    for version in accepted {
        writer.accepted_version(*version).unwrap();
    }
    for (symbol, signature) in exports {
        writer.export_as(symbol, *signature).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

/// A small reproducible source of noise for the byte-level tests.
pub(crate) struct Xorshift(pub(crate) u64);

impl Xorshift {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}
