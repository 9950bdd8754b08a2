//! The last gate before user code: compares the records of the loaded image with the runtime's.
//!
//! The linker's guard refuses a wrong pair earlier. This check catches a link that was told to
//! ignore undefined symbols, and a note that was changed afterwards.

use std::ffi::{CStr, c_int, c_void};
use std::sync::OnceLock;

use beskid_abi::note::{self, NoteError};
use beskid_abi::record::{self, RecordError, RecordKind};
use beskid_abi::report::{Refusal, Report};
use beskid_abi::{Evidence, ModuleDescriptor, RuntimeFn, check_evidence};

use crate::note::{own_address, runtime_record};
use crate::report::{EXIT_REFUSED, to_stderr};

/// The name of this runtime in reports.
const RUNTIME_PLACE: &str = "beskid-runtime in this program";

/// Compares the ABI records of all Beskid objects in the image that this runtime is part of with
/// the runtime's own. The image is looked at once; later calls give the same answer.
///
/// # Errors
/// What does not fit together, ready to be shown.
pub fn verify_loaded_image() -> Result<(), &'static Report> {
    static VERDICT: OnceLock<Report> = OnceLock::new();
    let report = VERDICT.get_or_init(inspect_loaded_image);
    if report.refusals.is_empty() { Ok(()) } else { Err(report) }
}

/// Ends the process with a report unless the loaded image passes.
pub(crate) fn require_loaded_image() {
    if let Err(report) = verify_loaded_image() {
        refuse(report);
    }
}

/// Ends the process with a report unless a module may run on this runtime. A module without a
/// record may not.
///
/// # Safety
/// `module` must be null or lead to a module's descriptor.
pub(crate) unsafe fn require_accepted_module(module: *const ModuleDescriptor) {
    // SAFETY: the caller vouches for the descriptor.
    let Some(module) = (unsafe { module.as_ref() }) else { return };
    let object = if module.record.is_null() {
        Evidence::Missing { import: Some(RuntimeFn::ModuleRegister.symbol()) }
    } else {
        // SAFETY: the caller vouches for the descriptor, whose record is `record_len` bytes.
        let bytes = unsafe { std::slice::from_raw_parts(module.record, module.record_len) };
        evidence(record::parse(bytes))
    };
    let runtime = evidence(record::parse(runtime_record()));
    if let Some(refusal) = judge(&|| "a module that was registered".into(), object, runtime) {
        refuse(&Report::one(refusal));
    }
}

fn refuse(report: &Report) -> ! {
    to_stderr(format_args!("{report}"));
    std::process::exit(EXIT_REFUSED)
}

fn inspect_loaded_image() -> Report {
    let mut report = Report::default();
    // SAFETY: the callback gets back the report, which outlives the call.
    unsafe { libc::dl_iterate_phdr(Some(inspect_image), (&raw mut report).cast()) };
    report
}

/// Adds the refusals of an image to the report if the runtime is part of it.
unsafe extern "C" fn inspect_image(
    image: *mut libc::dl_phdr_info,
    _size: usize,
    report: *mut c_void,
) -> c_int {
    const GO_ON: c_int = 0;
    const STOP: c_int = 1;
    // SAFETY: the loader passes a valid description, and the report of `inspect_loaded_image`.
    let (image, report) = unsafe { (&*image, &mut *report.cast::<Report>()) };
    // SAFETY: as above.
    let headers = unsafe { std::slice::from_raw_parts(image.dlpi_phdr, image.dlpi_phnum.into()) };
    if !headers.iter().any(|header| contains(image, header, own_address())) {
        return GO_ON;
    }
    for header in headers.iter().filter(|header| header.p_type == libc::PT_NOTE) {
        // SAFETY: the segments of a loaded image are mapped.
        let segment = unsafe { segment(image, header) };
        // Segments of wider alignment hold notes of other producers, padded in another way.
        if header.p_align <= note::ALIGN as u64 {
            report.refusals.extend(judge_notes(&|| place_of(image), segment));
        }
    }
    STOP
}

fn contains(image: &libc::dl_phdr_info, header: &libc::Elf64_Phdr, address: usize) -> bool {
    let start = (image.dlpi_addr + header.p_vaddr) as usize;
    header.p_type == libc::PT_LOAD && (start..start + header.p_memsz as usize).contains(&address)
}

/// The bytes of a segment.
///
/// # Safety
/// The header must be one of the loaded image's.
unsafe fn segment<'a>(image: &libc::dl_phdr_info, header: &libc::Elf64_Phdr) -> &'a [u8] {
    let start = (image.dlpi_addr + header.p_vaddr) as usize;
    let start = std::ptr::with_exposed_provenance(start);
    // SAFETY: the caller vouches for the header.
    unsafe { std::slice::from_raw_parts(start, header.p_memsz as usize) }
}

/// The image's file; the loader gives the main program no name.
fn place_of(image: &libc::dl_phdr_info) -> String {
    // SAFETY: the loader passes a NUL-terminated name or null.
    let name = unsafe { image.dlpi_name.as_ref().map(|name| CStr::from_ptr(name)) };
    let name = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if !name.is_empty() {
        return name;
    }
    std::env::current_exe()
        .map_or_else(|_| "this program".into(), |path| path.display().to_string())
}

/// The refusals of a segment's notes. A segment that cannot be walked to its end is refused too.
/// The place is asked for only if there is something to refuse.
fn judge_notes(place: &dyn Fn() -> String, segment: &[u8]) -> Vec<Refusal> {
    let runtime = evidence(record::parse(runtime_record()));
    let judge_bytes = |bytes: &[u8]| judge(place, evidence(record::parse(bytes)), runtime);
    let record_of = |note: Result<note::Note<'_>, NoteError>| match note {
        Ok(note) => note.record().map(judge_bytes),
        // Nothing of such a note can be read, which is what an empty record says.
        Err(NoteError { .. }) => Some(judge_bytes(&[])),
    };
    note::notes(segment).filter_map(record_of).flatten().collect()
}

fn judge(
    place: &dyn Fn() -> String,
    object: Evidence<'_>,
    runtime: Evidence<'_>,
) -> Option<Refusal> {
    if let Evidence::Record(record) = object
        && record.identity().kind == RecordKind::Runtime
    {
        return None;
    }
    check_evidence(object, runtime).err()?;
    Refusal::of((&place(), object), (RUNTIME_PLACE, runtime))
}

fn evidence(parsed: Result<record::Record<'_>, RecordError>) -> Evidence<'_> {
    parsed.map_or_else(Evidence::Unreadable, Evidence::Record)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use beskid_abi::record::{Identity, Writer};
    use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, Effect, Signature};

    /// The signature of the one function that the objects import.
    const RIGHT: Signature = RuntimeFn::Alloc.signature();

    /// The record of an object that fits this runtime.
    pub(crate) fn fitting_record() -> Vec<u8> {
        object_record(BESKID_RUNTIME_ABI_VERSION, RIGHT)
    }

    fn object_record(abi_version: u32, signature: Signature) -> Vec<u8> {
        let runtime = record::parse(runtime_record()).unwrap();
        let identity = Identity {
            kind: RecordKind::Object,
            abi_version,
            producer: "beskid 0.0.0",
            module: "case",
            source: "src/case.bsk",
            source_hash: 1,
            ..*runtime.identity()
        };
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, &identity).unwrap();
        writer.import_as(RuntimeFn::Alloc.symbol(), signature).unwrap();
        writer.finish().unwrap();
        bytes
    }

    fn object_notes(abi_version: u32, signature: Signature) -> Vec<u8> {
        let mut notes = Vec::new();
        note::write(&mut notes, &object_record(abi_version, signature)).unwrap();
        notes
    }

    #[test]
    fn the_image_of_this_test_passes() {
        assert!(verify_loaded_image().is_ok());
    }

    #[test]
    fn a_fitting_object_passes_and_the_runtime_is_no_object() {
        let mut notes = object_notes(BESKID_RUNTIME_ABI_VERSION, RIGHT);
        note::write(&mut notes, runtime_record()).unwrap();
        assert_eq!(judge_notes(&|| "a.out".into(), &notes), []);
    }

    #[test]
    fn every_wrong_object_of_an_image_is_refused() {
        let mut notes = object_notes(BESKID_RUNTIME_ABI_VERSION + 1, RIGHT);
        notes.extend(object_notes(BESKID_RUNTIME_ABI_VERSION, RIGHT));
        notes.extend(object_notes(BESKID_RUNTIME_ABI_VERSION, RIGHT.with_effect(Effect::Pure)));
        let keys: Vec<_> = judge_notes(&|| "a.out".into(), &notes)
            .iter()
            .flat_map(|refusal| &refusal.mismatches)
            .map(|mismatch| mismatch.key().to_owned())
            .collect();
        assert_eq!(keys, ["version", RuntimeFn::Alloc.symbol()]);
    }

    #[test]
    fn a_damaged_note_is_refused() {
        let mut notes = object_notes(BESKID_RUNTIME_ABI_VERSION, RIGHT);
        notes.truncate(notes.len() - 8);
        assert_eq!(judge_notes(&|| "a.out".into(), &notes).len(), 1);
    }
}
