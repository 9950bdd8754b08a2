//! The record and its note: what is written is read back, and no bytes make the reader panic.

mod support;

use beskid_abi::RuntimeFn;
use beskid_abi::note;
use beskid_abi::record::{ErrorKind, FORMAT, RecordKind, SYMBOL_LEN_MAX, SliceSink, Writer, parse};
use support::{Xorshift, healthy_object, healthy_runtime, object_identity};

#[test]
fn an_object_record_reads_back_as_it_was_written() {
    let bytes = healthy_object();
    let record = parse(&bytes).unwrap();
    assert_eq!(*record.identity(), object_identity());
    let imports: Vec<_> = record.imports().map(|i| (i.symbol.to_string(), i.signature)).collect();
    let expected =
        [RuntimeFn::Alloc, RuntimeFn::PanicStr].map(|f| (f.symbol().to_owned(), f.signature()));
    assert_eq!(imports, expected);
    let foreign: Vec<_> = record.externs().map(|e| (e.symbol, e.library, e.signature)).collect();
    assert_eq!(foreign, [("sqrt", "m", "(f64) -> f64")]);
    let functions: Vec<_> = record.functions().map(|f| (f.symbol, f.signature)).collect();
    assert_eq!(functions, [("_B3app3add", "(i64, i64) -> i64")]);
    assert_eq!(record.exports().count(), 0);
}

#[test]
fn a_runtime_record_lists_the_whole_table_and_what_it_accepts() {
    let bytes = healthy_runtime();
    let record = parse(&bytes).unwrap();
    assert_eq!(record.identity().kind, RecordKind::Runtime);
    assert!(record.accepts(beskid_abi::BESKID_RUNTIME_ABI_VERSION));
    assert!(!record.accepts(1));
    let exports: Vec<_> = record.exports().map(|export| export.symbol.to_string()).collect();
    assert_eq!(exports, beskid_abi::RUNTIME_EXPORT_SYMBOLS);
}

#[test]
fn writing_needs_no_allocation_and_notices_a_full_buffer() {
    let complete = {
        let mut buffer = [0; 512];
        let mut sink = SliceSink::new(&mut buffer);
        Writer::new(&mut sink, &object_identity()).unwrap().finish().unwrap();
        sink.written().to_vec()
    };
    parse(&complete).unwrap();
    for len in 0..complete.len() {
        let mut buffer = vec![0; len];
        let mut sink = SliceSink::new(&mut buffer);
        assert!(Writer::new(&mut sink, &object_identity()).is_err(), "{len} bytes sufficed");
    }
}

#[test]
fn a_malformed_list_of_symbols_is_refused() {
    // What stands behind the tag and the length of a field with imports.
    let with_imports = |list: &[u8]| {
        let mut bytes = support::object(&object_identity(), &[]);
        bytes.extend([15, 0, list.len() as u8, 0, 0, 0]);
        bytes.extend(list);
        let len = bytes.len() as u32;
        bytes[4..8].copy_from_slice(&len.to_le_bytes());
        parse(&bytes).map(|record| record.imports().count()).map_err(|error| error.kind)
    };
    assert_eq!(with_imports(&[0, 1, b'a', 0, 1]), Ok(1));
    assert_eq!(with_imports(&[0, 1, b'a', 0, 1, 1, 1, b'b', 0, 1]), Ok(2));
    for malformed in [
        &[0][..],
        &[0, 0, 0, 1],
        &[0, 2, b'a', 0],
        &[0, 1, b'a'],
        &[0, 1, b'a', 2, 1],
        &[1, 1, b'a', 0, 1],
        &[0, 1, 0x1b, 0, 1],
        &[0, 1, 0xc3, 0, 1],
    ] {
        assert_eq!(with_imports(malformed), Err(ErrorKind::BadField(15)), "{malformed:?}");
    }
}

#[test]
fn a_symbol_that_no_reader_would_accept_cannot_be_written() {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, &object_identity()).unwrap();
    let signature = RuntimeFn::Alloc.signature();
    writer.import_as(&"x".repeat(SYMBOL_LEN_MAX), signature).unwrap();
    for symbol in ["", "two words", &"x".repeat(SYMBOL_LEN_MAX + 1)] {
        assert!(writer.import_as(symbol, signature).is_err(), "`{symbol}`");
    }
}

#[test]
fn the_note_of_an_object_with_fifty_imports_is_under_one_kibibyte() {
    let mut functions = RuntimeFn::ALL.to_vec();
    functions.sort_by_key(|function| std::cmp::Reverse(function.symbol().len()));
    functions.truncate(50);
    // The order in which the compiler writes them.
    functions.sort_by_key(|function| function.symbol());
    let imports: Vec<_> = functions.iter().map(|f| (f.symbol(), f.signature())).collect();
    assert_eq!(imports.len(), 50);
    let record = support::object(&object_identity(), &imports);
    assert!(note::len(record.len()) < 1024, "{} bytes", note::len(record.len()));
}

#[test]
fn unknown_fields_are_skipped() {
    let mut bytes = healthy_object();
    bytes.extend([0xff, 0x7f, 3, 0, 0, 0, 1, 2, 3]);
    let len = bytes.len() as u32;
    bytes[4..8].copy_from_slice(&len.to_le_bytes());
    assert_eq!(*parse(&bytes).unwrap().identity(), object_identity());
}

#[test]
fn an_unknown_format_is_refused_whatever_follows() {
    let mut bytes = healthy_object();
    bytes[0] = 1;
    let error = parse(&bytes).unwrap_err();
    assert_eq!(error.kind, ErrorKind::UnknownFormat(1));
    assert!(error.to_string().contains("an older toolchain wrote it"), "{error}");
    let error = parse(&[9]).unwrap_err();
    assert!(error.to_string().contains("a newer toolchain wrote it"), "{error}");
}

#[test]
fn a_record_without_a_required_field_or_with_one_twice_is_refused() {
    // The ABI version is the first field: six bytes of tag and length, four of payload.
    let healthy = healthy_object();
    let mut without = healthy.clone();
    without.drain(8..18);
    let len = without.len() as u32;
    without[4..8].copy_from_slice(&len.to_le_bytes());
    assert_eq!(parse(&without).unwrap_err().kind, ErrorKind::MissingField("ABI version"));

    let mut twice = healthy.clone();
    twice.extend_from_slice(&healthy[8..18]);
    let len = twice.len() as u32;
    twice[4..8].copy_from_slice(&len.to_le_bytes());
    let error = parse(&twice).unwrap_err();
    assert_eq!((error.offset, error.kind), (healthy.len(), ErrorKind::DuplicateField(1)));
}

#[test]
fn text_that_could_steer_a_terminal_is_refused() {
    let mut identity = object_identity();
    identity.module = "app\u{1b}[31m";
    let bytes = support::object(&identity, &[]);
    assert!(matches!(parse(&bytes).unwrap_err().kind, ErrorKind::BadField(_)));
}

#[test]
fn every_truncation_is_an_error_and_padding_is_not() {
    let healthy = healthy_object();
    for len in 0..healthy.len() {
        assert_eq!(parse(&healthy[..len]).unwrap_err().kind, ErrorKind::Truncated, "{len} bytes");
    }
    let padded = [healthy.as_slice(), &[0, 0, 0]].concat();
    parse(&padded).unwrap();
}

#[test]
fn a_note_carries_the_record_behind_its_guard_word() {
    for extra in 0..5 {
        let mut record = healthy_object();
        record.extend(vec![0; extra]);
        let mut section = Vec::new();
        note::write(&mut section, &record).unwrap();
        assert_eq!(section.len(), note::len(record.len()));
        assert_eq!(section[note::GUARD_OFFSET..note::RECORD_OFFSET], [0; 4]);
        assert_eq!(section[note::RECORD_OFFSET..][..record.len()], record);
        // Two objects merged into one have two notes in one section.
        let twice = [section.as_slice(), &section].concat();
        let found: Vec<_> = note::notes(&twice).map(|n| n.unwrap()).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].offset, section.len());
        assert!(found.iter().all(|n| n.record() == Some(record.as_slice())));
    }
}

#[test]
fn a_note_for_the_guard_alone_carries_no_record() {
    let mut section = Vec::new();
    note::write(&mut section, &healthy_object()).unwrap();
    let first_len = section.len();
    note::write_guard(&mut section).unwrap();
    assert_eq!(section.len(), first_len + note::GUARD_OFFSET + note::ADDRESS_LEN);
    let records: Vec<_> = note::notes(&section).map(|it| it.unwrap().record().is_some()).collect();
    assert_eq!(records, [true, false]);
}

#[test]
fn notes_of_others_are_passed_over() {
    let mut section = Vec::new();
    section.extend([4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]);
    section.extend(b"GNU\0\x01\x02\0\0");
    note::write(&mut section, &healthy_object()).unwrap();
    let records: Vec<_> = note::notes(&section).filter_map(|n| n.unwrap().record()).collect();
    assert_eq!(records.len(), 1);
}

/// Reads bytes in every way there is; the test is that it returns.
fn read_everything(bytes: &[u8]) {
    if let Ok(record) = parse(bytes) {
        let lists = record.imports().count() + record.exports().count() + record.externs().count();
        assert!(lists + record.functions().count() <= bytes.len());
        let _ = beskid_abi::check(&record, &record);
    } else if let Err(error) = parse(bytes) {
        assert!(!error.to_string().is_empty());
    }
    for found in note::notes(bytes).flatten() {
        let _ = found.record().map(parse);
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut noise = Xorshift(0x9e37_79b9_7f4a_7c15);
    for _ in 0..20_000 {
        let len = noise.below(200);
        let mut bytes = noise.bytes(len);
        read_everything(&bytes);
        // Most noise fails at the first byte, so let it look like a record as well.
        if let [format, kind, _, _, len, high @ .., _] = bytes.as_mut_slice() {
            (*format, *kind, *len) = (FORMAT, 1, *len % 128);
            high.iter_mut().take(3).for_each(|byte| *byte = 0);
            read_everything(&bytes);
        }
    }
}

#[test]
fn mutated_records_never_panic() {
    let mut noise = Xorshift(42);
    let mut note_bytes = Vec::new();
    note::write(&mut note_bytes, &healthy_object()).unwrap();
    for original in [healthy_object(), healthy_runtime(), note_bytes] {
        for _ in 0..20_000 {
            let mut bytes = original.clone();
            for _ in 0..=noise.below(4) {
                let at = noise.below(bytes.len());
                bytes[at] = noise.next() as u8;
            }
            let end = bytes.len() - noise.below(2) * noise.below(bytes.len());
            read_everything(&bytes[..end]);
        }
    }
}
