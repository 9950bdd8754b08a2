//! What is in the files that Beskid makes: its own objects, taken apart, and the runtime archive.
//!
//! The guard in an object works only in one exact form; other forms link in silence. So the bytes
//! that the compiler writes are read here with a reader that shares no code with the writer.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use beskid_abi::record::{self, Record, RecordKind};
use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, RUNTIME_ACCEPTED_VERSIONS, RUNTIME_EXPORT_SYMBOLS,
    RUNTIME_SYMBOL_PREFIX, guard_symbol, note,
};
use beskid_aot::ObjectKind;
use beskid_tests::files::{entries, package_directory, workspace_directory};
use beskid_tests::forge::members;
use beskid_tests::process::run;
use beskid_tests::programs::object_of;
use beskid_tests::toolchain::toolchain;
use object::elf::{
    ET_REL, R_X86_64_64, R_X86_64_GOTPCREL, R_X86_64_PC32, R_X86_64_PLT32, SHF_ALLOC, SHT_NOTE,
    STB_GLOBAL, STV_HIDDEN,
};
use object::read::elf::{ElfFile64, FileHeader, Rela, SectionHeader};
use object::{Endianness, File, Object, ObjectSection, ObjectSymbol, SymbolScope};

fn program() -> PathBuf {
    package_directory().join("objects/several_modules")
}

fn library_object() -> Vec<u8> {
    object_of(&program(), ObjectKind::Library, 1)
}

fn record(object: &[u8]) -> Record<'_> {
    let file = File::parse(object).unwrap();
    let section = file.section_by_name(note::SECTION).unwrap();
    let (offset, size) = section.file_range().unwrap();
    let bytes = &object[offset as usize..(offset + size) as usize];
    let notes: Vec<_> = note::notes(bytes).collect::<Result<_, _>>().unwrap();
    assert_eq!(notes.len(), 1, "an object has one note");
    record::parse(notes[0].record().unwrap()).unwrap()
}

/// A relocation as the file has it.
#[derive(Debug, PartialEq, Eq)]
struct Reference {
    offset: u64,
    kind: u32,
    addend: i64,
    symbol: String,
}

/// The relocations of a section, read from the ELF tables.
fn references(object: &[u8], section_name: &str) -> Vec<Reference> {
    let file = ElfFile64::<Endianness>::parse(object).unwrap();
    let (endian, header) = (file.endian(), file.elf_header());
    let sections = header.sections(endian, object).unwrap();
    let (target, _) = sections.section_by_name(endian, section_name.as_bytes()).unwrap();
    let mut found = Vec::new();
    for section in sections.iter() {
        let Some((relocations, link)) = section.rela(endian, object).unwrap() else { continue };
        if section.sh_info(endian) as usize != target.0 {
            continue;
        }
        let symbols = sections.symbol_table_by_index(endian, object, link).unwrap();
        for relocation in relocations {
            let index = relocation.symbol(endian, false).unwrap();
            let symbol = symbols.symbol(index).unwrap();
            let name = symbols.symbol_name(endian, symbol).unwrap();
            found.push(Reference {
                offset: relocation.r_offset(endian),
                kind: relocation.r_type(endian, false),
                addend: relocation.r_addend(endian),
                symbol: String::from_utf8(name.to_vec()).unwrap(),
            });
        }
    }
    found
}

#[test]
fn the_note_is_an_allocated_note_section() {
    let object = library_object();
    let file = ElfFile64::<Endianness>::parse(&*object).unwrap();
    let endian = file.endian();
    assert_eq!(file.elf_header().e_type(endian), ET_REL);
    let section = file.section_by_name(note::SECTION).unwrap();
    let header = section.elf_section_header();
    assert_eq!(header.sh_type(endian), SHT_NOTE);
    assert_eq!(header.sh_flags(endian), u64::from(SHF_ALLOC), "allocated, and nothing else");
    assert_eq!(header.sh_addralign(endian), note::ALIGN as u64);
}

#[test]
fn the_guard_is_a_pc_relative_reference_to_a_hidden_undefined_symbol() {
    let object = library_object();
    let guard = guard_symbol(BESKID_RUNTIME_ABI_VERSION).to_string();
    let expected = Reference {
        offset: note::GUARD_OFFSET as u64,
        kind: R_X86_64_PC32,
        addend: 0,
        symbol: guard.clone(),
    };
    assert_eq!(references(&object, note::SECTION), [expected]);

    let file = ElfFile64::<Endianness>::parse(&*object).unwrap();
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(&guard)).unwrap();
    assert!(symbol.is_undefined());
    assert_eq!(symbol.elf_symbol().st_visibility(), STV_HIDDEN);
    assert_eq!(symbol.elf_symbol().st_bind(), STB_GLOBAL, "a weak reference would be ignored");
}

#[test]
fn the_record_tells_what_the_object_is() {
    let object = library_object();
    let record = record(&object);
    let identity = record.identity();
    assert_eq!(identity.kind, RecordKind::Object);
    assert_eq!(identity.abi_version, BESKID_RUNTIME_ABI_VERSION);
    assert_eq!(identity.layout_hash, beskid_abi::LAYOUT_HASH);
    assert_eq!((identity.module, identity.source), ("case", "main.bsk"));
    let externs: Vec<_> =
        record.externs().map(|it| (it.library, it.symbol, it.signature)).collect();
    assert_eq!(externs, [("libc", "strlen", "(ref u8) -> i64")]);
    let mut functions: Vec<_> = record.functions().map(|it| (it.symbol, it.signature)).collect();
    functions.sort_unstable();
    assert_eq!(
        functions,
        [
            ("_B4case3Add", "(i64, i64) -> i64"),
            ("_B4case8Describe", "(i64) -> string"),
            ("_B4case8Greatest", "(i64[]) -> i64"),
            ("_B4case9LengthInC", "(string) -> i64"),
        ]
    );
}

#[test]
fn the_record_lists_exactly_the_runtime_symbols_that_the_object_refers_to() {
    let object = library_object();
    let listed: BTreeSet<String> =
        record(&object).imports().map(|import| import.symbol.to_string()).collect();
    let file = File::parse(&*object).unwrap();
    let undefined = file.symbols().filter(|symbol| symbol.is_undefined());
    let referred: BTreeSet<String> = undefined
        .map(|symbol| symbol.name().unwrap().to_owned())
        .filter(|name| beskid_abi::is_runtime_symbol(name))
        .collect();
    assert_eq!(listed, referred);
    assert!(!listed.is_empty());
}

#[test]
fn unwind_tables_hold_distances_only() {
    let object = library_object();
    let references = references(&object, ".eh_frame");
    assert!(references.iter().all(|it| it.kind == R_X86_64_PC32), "{references:?}");
    let file = File::parse(&*object).unwrap();
    let functions =
        file.symbols().filter(|it| it.is_definition() && it.kind() == object::SymbolKind::Text);
    assert_eq!(references.len(), functions.count(), "each function has unwind information");
}

#[test]
fn code_is_position_independent() {
    let object = library_object();
    let kinds: BTreeSet<u32> = references(&object, ".text").iter().map(|it| it.kind).collect();
    let expected = [R_X86_64_PLT32, R_X86_64_PC32, R_X86_64_GOTPCREL];
    assert!(kinds.iter().all(|kind| expected.contains(kind)), "{kinds:?}");
    let data = references(&object, ".data.rel.ro");
    assert!(data.iter().all(|it| it.kind == R_X86_64_64), "{data:?}");
}

#[test]
fn only_exported_functions_are_visible_outside_of_the_binary() {
    let object = library_object();
    let file = File::parse(&*object).unwrap();
    let visible: BTreeSet<&str> = file
        .symbols()
        .filter(|symbol| symbol.is_definition() && symbol.scope() == SymbolScope::Dynamic)
        .map(|symbol| symbol.name().unwrap())
        .collect();
    let exported = record(&object);
    let exported: BTreeSet<&str> = exported.functions().map(|function| function.symbol).collect();
    assert_eq!(visible, exported);
}

#[test]
fn equal_sources_give_equal_bytes_in_every_directory_and_on_any_number_of_threads() {
    let elsewhere = tempfile::tempdir().unwrap();
    copy_directory(&program(), elsewhere.path());
    let here = library_object();
    assert!(here == object_of(elsewhere.path(), ObjectKind::Library, 1), "the directory shows");
    assert!(here == object_of(&program(), ObjectKind::Library, 4), "the number of threads shows");
    let place = elsewhere.path().to_str().unwrap().as_bytes();
    let other = object_of(elsewhere.path(), ObjectKind::Executable, 1);
    assert!(!other.windows(place.len()).any(|part| part == place), "the object names a directory");
}

fn copy_directory(from: &Path, to: &Path) {
    for path in entries(from) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_directory(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// The global functions and objects that the runtime archive defines under names of ours, with the
/// number of definitions.
fn archive_exports() -> BTreeMap<String, usize> {
    let archive = std::fs::read(&toolchain().runtime).unwrap();
    let mut exports = BTreeMap::new();
    for (_, member) in members(&archive).unwrap() {
        let Ok(file) = File::parse(&*member) else { continue };
        for symbol in file.symbols().filter(|symbol| symbol.is_definition() && symbol.is_global()) {
            let name = symbol.name().unwrap();
            if beskid_abi::is_runtime_symbol(name) || name.starts_with("__beskid") {
                *exports.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
    exports
}

#[test]
fn abi_001_the_archive_exports_the_list_and_nothing_beside_it() {
    let guards = RUNTIME_ACCEPTED_VERSIONS.iter().map(|version| guard_symbol(*version).to_string());
    let expected: BTreeSet<String> =
        RUNTIME_EXPORT_SYMBOLS.iter().map(|symbol| (*symbol).to_owned()).chain(guards).collect();
    let found: BTreeSet<String> = archive_exports().into_keys().collect();
    assert_eq!(found, expected);
}

#[test]
fn blt_001_each_row_of_the_table_is_exported_by_one_function() {
    let exports = archive_exports();
    for spec in BUILTIN_SPECS {
        assert_eq!(exports.get(spec.symbol), Some(&1), "{}", spec.symbol);
        assert!(
            spec.symbol.starts_with(RUNTIME_SYMBOL_PREFIX) || spec.name == "runtime_abi_version"
        );
    }
    assert_eq!(BUILTIN_SPECS.len(), RUNTIME_EXPORT_SYMBOLS.len());
}

#[test]
fn abi_002_a_c_host_sees_the_header_and_calls_through_it() {
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(scratch.path().join("library.o"), library_object()).unwrap();
    std::fs::write(
        scratch.path().join("host.c"),
        "#include <stdio.h>\n\
         #include \"beskid_runtime.h\"\n\
         int64_t _B4case3Add(int64_t a, int64_t b);\n\
         int main(void) {\n\
             _Static_assert(BESKID_RUNTIME_ABI_VERSION == 2, \"version\");\n\
             printf(\"%u %lld\\n\", (unsigned)beskid_runtime_abi_version(), (long long)_B4case3Add(2, 3));\n\
             return 0;\n\
         }\n",
    )
    .unwrap();
    let mut compiler = Command::new("cc");
    compiler.current_dir(scratch.path()).args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-I"]);
    compiler.arg(workspace_directory().join("runtime/include")).args(["host.c", "library.o"]);
    compiler.arg(&toolchain().runtime).args(["-lpthread", "-ldl", "-lm", "-o", "host"]);
    run(&mut compiler, "").unwrap().require_success("cc").unwrap();
    let outcome = run(&mut Command::new(scratch.path().join("host")), "").unwrap();
    assert_eq!(outcome.stdout, format!("{BESKID_RUNTIME_ABI_VERSION} 5\n"), "{outcome}");
}

#[test]
fn abi_006_compiler_runtime_and_both_back_ends_state_one_version() {
    let object = library_object();
    let compiled = record(&object).identity().abi_version;
    let mut abi = Command::new(&toolchain().beskid);
    let command = run(abi.args(["abi", "--json"]), "").unwrap();
    assert!(command.stdout.contains(&format!("\"abi_version\":{compiled},")), "{command}");
    assert!(archive_exports().contains_key(&*guard_symbol(compiled)));
    assert_eq!(compiled, BESKID_RUNTIME_ABI_VERSION);
}
