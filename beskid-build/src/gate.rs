//! The first gate: before anything is compiled, the runtime of this build is compared with what
//! this compiler generates code for.
//!
//! The runtime's build script publishes its record through Cargo's `links` metadata. The verdict
//! and its wording are those of every other gate.

use std::fs;

use beskid_abi::record::{self, Identity, RecordKind, UnwindMode, Writer};
use beskid_abi::report::{Refusal, Report};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, Evidence, LAYOUT_HASH};

use crate::cargo::{Cargo, RuntimeMetadata};
use crate::error::Kind;
use crate::paths::Program;
use crate::{Error, lockfile};

/// What reports call this compiler.
const PRODUCER: &str = concat!("beskid-build ", env!("CARGO_PKG_VERSION"));

/// Refuses a runtime for which this compiler cannot generate code.
pub(crate) fn check(program: &Program, cargo: &Cargo) -> Result<(), Error> {
    let Some(runtime) = &cargo.runtime else {
        return Err(Error::from(Kind::NoRuntime {
            package: cargo.package.clone(),
            manifest: cargo.manifest(),
            hint: lockfile::where_is_the_runtime(cargo),
        }));
    };
    let object = requirements(program, cargo);
    let object = evidence(&object);
    let provided = record_bytes(runtime)?;
    let provided = provided.as_deref().map_or(Evidence::Missing { import: None }, evidence);
    let place = format!("beskid-runtime {}", runtime.version);
    let Some(refusal) = Refusal::of((&program.shown, object), (&place, provided)) else {
        cargo.log(format_args!("{place} accepts ABI {BESKID_RUNTIME_ABI_VERSION}"));
        return Ok(());
    };
    let notes = lockfile::versions(cargo);
    Err(Error::from(Kind::Refused(Report { refusals: vec![refusal], notes })))
}

fn record_bytes(runtime: &RuntimeMetadata) -> Result<Option<Vec<u8>>, Error> {
    let Some(path) = &runtime.record else { return Ok(None) };
    let refuse = |error| Error::from(Kind::RuntimeRecord { path: path.clone(), error });
    fs::read(path).map(Some).map_err(refuse)
}

fn evidence(bytes: &[u8]) -> Evidence<'_> {
    match record::parse(bytes) {
        Ok(record) => Evidence::Record(record),
        Err(error) => Evidence::Unreadable(error),
    }
}

/// The record of the object that is about to be made, without the imports that are not known yet:
/// those are compared at the link.
fn requirements(program: &Program, cargo: &Cargo) -> Vec<u8> {
    let identity = Identity {
        kind: RecordKind::Object,
        abi_version: BESKID_RUNTIME_ABI_VERSION,
        target: &cargo.target,
        pointer_width: cargo.pointer_width,
        layout_hash: LAYOUT_HASH,
        unwind: UnwindMode::Unwind,
        producer: PRODUCER,
        module: &program.symbol_package,
        source: "",
        source_hash: 0,
    };
    let mut bytes = Vec::new();
    let writer = Writer::new(&mut bytes, &identity);
    writer.and_then(Writer::finish).expect("the names of a package fit into a record");
    bytes
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Build;
    use crate::cargo::tests::{environment, read};

    /// The verdict on a runtime with the given record, or without one.
    fn verdict(record: Option<&[u8]>) -> Result<(), String> {
        let dir = tempfile::tempdir().unwrap();
        let mut environment = environment(dir.path());
        if let Some(record) = record {
            let path = dir.path().join("runtime.record");
            fs::write(&path, record).unwrap();
            environment.insert("DEP_BESKID_RUNTIME_RECORD".to_owned(), path.into());
        }
        let cargo = read(&environment).unwrap();
        let program = Program::new(&Build::new().entry("src/main.bsk"), &cargo).unwrap();
        check(&program, &cargo).map_err(|error| error.to_string())
    }

    fn runtime_record(target: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let unwind = UnwindMode::Unwind;
        record::write_runtime_record(&mut bytes, target, 64, unwind, "beskid-runtime 0.1.0")
            .unwrap();
        bytes
    }

    #[test]
    fn the_runtime_of_this_table_is_accepted() {
        assert_eq!(verdict(Some(&runtime_record("x86_64-unknown-linux-gnu"))), Ok(()));
    }

    #[test]
    fn a_runtime_of_another_target_is_refused() {
        let text = verdict(Some(&runtime_record("aarch64-unknown-linux-gnu"))).unwrap_err();
        assert!(text.starts_with("error[BSK-L001]"), "{text}");
        assert!(text.contains("src/main.bsk  requires runtime ABI 2"), "{text}");
        assert!(text.contains("aarch64-unknown-linux-gnu"), "{text}");
    }

    #[test]
    fn a_runtime_without_a_readable_record_is_refused() {
        let missing = verdict(None).unwrap_err();
        assert!(missing.contains("the runtime has no ABI record"), "{missing}");
        let cut = verdict(Some(&runtime_record("x86_64-unknown-linux-gnu")[..20])).unwrap_err();
        assert!(cut.contains("differs"), "{cut}");
    }

    #[test]
    fn a_package_without_the_runtime_is_told_to_add_it() {
        let mut environment = environment(Path::new("/nowhere"));
        environment.remove("DEP_BESKID_RUNTIME_ABI");
        let cargo = read(&environment).unwrap();
        let program = Program::new(&Build::new().entry("src/main.bsk"), &cargo).unwrap();
        let text = check(&program, &cargo).unwrap_err().to_string();
        assert!(
            text.starts_with(
                "`demo-app` does not depend on the Beskid runtime; add `beskid-runtime` to \
                 [dependencies] in /nowhere/Cargo.toml"
            ),
            "{text}"
        );
    }
}
