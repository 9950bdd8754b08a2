//! Objects for other systems: each carries its record where the format has a place for it, is read
//! back, and is refused by that system's linker unless the runtime has the guard.
//!
//! There is no runtime for Mach-O and COFF, so a stub with the right symbols stands in for it: what is
//! tested is the object and the linker, not a program that runs.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use beskid_abi::record::{self, RecordKind, UnwindMode, write_runtime_record};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH, check, guard_symbol, note};
use beskid_aot::{ObjectKind, ObjectRequest, emit_object};
use beskid_codegen::{Optimization, Verifier};
use beskid_link::scan_files;
use beskid_tests::files::package_directory;
use beskid_tests::process::{Outcome, run};
use beskid_tests::programs::load_program;
use beskid_tests::toolchain::toolchain;
use object::write::{Object as Writer, StandardSection, Symbol, SymbolSection};
use object::{
    BinaryFormat, File, Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget,
    SectionFlags, SymbolFlags, SymbolKind, SymbolScope, elf, macho, pe,
};

/// A target, and how its linker makes a library without any help from the system.
struct Target {
    triple: &'static str,
    format: BinaryFormat,
    segment: Option<&'static str>,
    section: &'static str,
    /// The linker's name among those that Rust brings.
    linker: &'static str,
    arguments: &'static [&'static str],
    unwind: UnwindMode,
}

const TARGETS: &[Target] = &[
    Target {
        triple: "x86_64-unknown-linux-gnu",
        format: BinaryFormat::Elf,
        segment: None,
        section: note::SECTION,
        linker: "ld.lld",
        arguments: &["-shared", "-Bsymbolic", "-o", "out"],
        unwind: UnwindMode::Unwind,
    },
    Target {
        triple: "aarch64-unknown-linux-gnu",
        format: BinaryFormat::Elf,
        segment: None,
        section: note::SECTION,
        linker: "ld.lld",
        arguments: &["-shared", "-Bsymbolic", "-o", "out"],
        unwind: UnwindMode::Unwind,
    },
    Target {
        triple: "x86_64-apple-darwin",
        format: BinaryFormat::MachO,
        segment: Some(note::MACHO_SECTION.0),
        section: note::MACHO_SECTION.1,
        linker: "ld64.lld",
        arguments: &[
            "-dylib",
            "-dead_strip",
            "-arch",
            "x86_64",
            "-platform_version",
            "macos",
            "11.0",
            "11.0",
            "-o",
            "out",
        ],
        unwind: UnwindMode::Abort,
    },
    Target {
        triple: "aarch64-apple-darwin",
        format: BinaryFormat::MachO,
        segment: Some(note::MACHO_SECTION.0),
        section: note::MACHO_SECTION.1,
        linker: "ld64.lld",
        arguments: &[
            "-dylib",
            "-dead_strip",
            "-arch",
            "arm64",
            "-platform_version",
            "macos",
            "11.0",
            "11.0",
            "-o",
            "out",
        ],
        unwind: UnwindMode::Abort,
    },
    Target {
        triple: "x86_64-pc-windows-msvc",
        format: BinaryFormat::Coff,
        segment: None,
        section: note::COFF_SECTION,
        linker: "lld-link",
        arguments: &["/dll", "/noentry", "/opt:ref", "/out:out"],
        unwind: UnwindMode::Abort,
    },
    Target {
        triple: "aarch64-pc-windows-msvc",
        format: BinaryFormat::Coff,
        segment: None,
        section: note::COFF_SECTION,
        linker: "lld-link",
        arguments: &["/dll", "/noentry", "/opt:ref", "/out:out"],
        unwind: UnwindMode::Abort,
    },
];

/// An object of the program that the suite `objects` takes apart.
fn object_for(target: &Target) -> Vec<u8> {
    let project = load_program(&package_directory().join("objects/several_modules"));
    let program = project.analysis.program.as_ref().unwrap();
    let request = ObjectRequest {
        target: target.triple,
        kind: ObjectKind::Library,
        optimization: Optimization::Speed,
        threads: 1,
        verifier: Verifier::On,
    };
    emit_object(program, &request).unwrap().bytes
}

/// A symbol as C spells it.
fn plain<'a>(file: &File<'_>, name: &'a str) -> &'a str {
    if file.format() == BinaryFormat::MachO { name.strip_prefix('_').unwrap() } else { name }
}

/// An object that defines everything that another one needs, and the guard if it is told to.
fn stub(object: &[u8], has_guard: bool) -> Vec<u8> {
    let file = File::parse(object).unwrap();
    let mut stub = Writer::new(file.format(), file.architecture(), file.endianness());
    let text = stub.section_id(StandardSection::Text);
    let value = stub.append_section_data(text, &[0; 16], 16);
    let guard = guard_symbol(BESKID_RUNTIME_ABI_VERSION);
    let undefined = file.symbols().filter(|symbol| symbol.is_undefined());
    let names = undefined.map(|symbol| plain(&file, symbol.name().unwrap()).to_owned());
    for name in names.filter(|name| has_guard || *name != *guard) {
        stub.add_symbol(Symbol {
            name: name.into_bytes(),
            value,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
    }
    stub.write().unwrap()
}

struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    fn new(object: &[u8], stub: &[u8]) -> Bench {
        let bench = Bench { directory: tempfile::tempdir().unwrap() };
        bench.write("object.o", object);
        bench.write("stub.o", stub);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn link(&self, target: &Target, inputs: &[&str]) -> Outcome {
        let linker: &Path = &toolchain().rust_linkers.join(target.linker);
        let mut command = Command::new(linker);
        command.current_dir(self.directory.path()).args(target.arguments).args(inputs);
        run(&mut command, "").unwrap()
    }
}

/// The record in a file of any format, as `beskid-link` reads it.
fn scanned(path: &Path) -> Vec<u8> {
    let scan = scan_files([path]).unwrap();
    let [found] = &scan.found[..] else { panic!("{:?}", scan.found) };
    let beskid_link::Content::Record(bytes) = &found.content else { panic!("{found:?}") };
    bytes.clone()
}

#[test]
fn the_record_has_its_place_in_every_format_and_is_read_back_and_checked() {
    for target in TARGETS {
        let object = object_for(target);
        let bench = Bench::new(&object, &[]);
        let bytes = scanned(&bench.path("object.o"));
        let record = record::parse(&bytes).unwrap();
        let identity = record.identity();
        assert_eq!((identity.kind, identity.target), (RecordKind::Object, target.triple));
        assert_eq!(identity.unwind, target.unwind, "{}", target.triple);
        let mut runtime = Vec::new();
        write_runtime_record(&mut runtime, target.triple, 64, target.unwind, "beskid-runtime 0")
            .unwrap();
        let runtime = record::parse(&runtime).unwrap();
        assert_eq!(check(&record, &runtime), Ok(()), "{}", target.triple);
        assert!(record.imports().count() > 3);

        // The needed symbols are the stated ones: the reader knows how the format spells them.
        let shown =
            run(Command::new(&toolchain().wrapper).arg("inspect").arg(bench.path("object.o")), "");
        let shown = shown.unwrap().require_success("inspect").unwrap().stdout;
        assert!(!shown.contains("without an ABI record"), "{shown}");
    }
}

#[test]
fn the_section_of_the_note_is_one_that_linkers_keep() {
    for target in TARGETS {
        let object = object_for(target);
        let file = File::parse(&*object).unwrap();
        assert_eq!(file.format(), target.format);
        let section = file.section_by_name(target.section).unwrap();
        assert_eq!(section.segment_name().unwrap(), target.segment);
        let flags = section.flags();
        let is_kept = if let SectionFlags::Elf { sh_flags } = flags {
            sh_flags == u64::from(elf::SHF_ALLOC)
        } else if let SectionFlags::MachO { flags } = flags {
            flags & macho::S_ATTR_NO_DEAD_STRIP != 0
        } else if let SectionFlags::Coff { characteristics } = flags {
            // What is in no group is kept.
            characteristics & (pe::IMAGE_SCN_LNK_COMDAT | pe::IMAGE_SCN_MEM_DISCARDABLE) == 0
        } else {
            false
        };
        assert!(is_kept, "{}: {:?}", target.triple, section.flags());
    }
}

#[test]
fn the_guard_is_a_reference_that_no_linker_leaves_open() {
    for target in TARGETS {
        let object = object_for(target);
        let file = File::parse(&*object).unwrap();
        let section = file.section_by_name(target.section).unwrap();
        let mut relocations = section.relocations();
        let (offset, relocation) = relocations.next().unwrap();
        let flags = relocation.flags();
        let is_right = if let RelocationFlags::Elf { r_type } = flags {
            [elf::R_X86_64_PC32, elf::R_AARCH64_PREL32].contains(&r_type)
        } else if let RelocationFlags::MachO { r_type, r_pcrel, r_length } = flags {
            // The address, for linkers that leave a distance open.
            assert_eq!(macho::ARM64_RELOC_UNSIGNED, macho::X86_64_RELOC_UNSIGNED);
            r_type == macho::ARM64_RELOC_UNSIGNED && !r_pcrel && r_length == 3
        } else if let RelocationFlags::Coff { typ } = flags {
            [pe::IMAGE_REL_AMD64_REL32, pe::IMAGE_REL_ARM64_REL32].contains(&typ)
        } else {
            false
        };
        assert!(is_right, "{}: {:?}", target.triple, relocation.flags());
        if target.format == BinaryFormat::MachO {
            assert_eq!(offset + 8, section.size());
            assert_eq!((offset % 8, section.align()), (0, 8));
        } else {
            assert_eq!(offset, note::GUARD_OFFSET as u64);
        }
        let RelocationTarget::Symbol(index) = relocation.target() else { panic!("{relocation:?}") };
        let symbol = file.symbol_by_index(index).unwrap();
        let guard = guard_symbol(BESKID_RUNTIME_ABI_VERSION);
        assert_eq!(plain(&file, symbol.name().unwrap()), &*guard);
        assert!(symbol.is_undefined() && !symbol.is_weak());
        assert!(relocations.next().is_none());
    }
}

#[test]
fn the_linker_of_each_system_refuses_a_runtime_without_the_guard() {
    for target in TARGETS {
        let object = object_for(target);
        let bench = Bench::new(&object, &stub(&object, true));
        let inputs = ["object.o", "stub.o"];
        bench.link(target, &inputs).require_success(target.triple).unwrap();
        let linked =
            record::parse(&scanned(&bench.path("out"))).unwrap().identity().target.to_owned();
        assert_eq!(linked, target.triple, "the record survives the link");

        std::fs::remove_file(bench.path("out")).unwrap();
        bench.write("stub.o", &stub(&object, false));
        let outcome = bench.link(target, &inputs);
        let guard = guard_symbol(BESKID_RUNTIME_ABI_VERSION);
        assert!(
            !outcome.is_success() && outcome.stderr.contains(&*guard),
            "{}: {outcome}",
            target.triple
        );
        assert!(!bench.path("out").exists());
    }
}

#[test]
fn linkers_of_windows_refuse_objects_with_other_layouts() {
    let windows = TARGETS.iter().filter(|target| target.format == BinaryFormat::Coff);
    for target in windows {
        let object = object_for(target);
        let bench = Bench::new(&object, &stub(&object, true));
        let mut other = stub(&object, true);
        let directive = " /FAILIFMISMATCH:\"beskid_layouts=0000000000000000\"";
        other = with_directive(&other, directive);
        bench.write("stub.o", &other);
        let outcome = bench.link(target, &["object.o", "stub.o"]);
        assert!(!outcome.is_success(), "{outcome}");
        let value = format!("{LAYOUT_HASH:016x}");
        for text in ["beskid_layouts", &value, "0000000000000000"] {
            assert!(outcome.stderr.contains(text), "`{text}` is not said\n{outcome}");
        }
    }
}

/// A stub with a directive for the linker.
fn with_directive(stub: &[u8], directive: &str) -> Vec<u8> {
    let file = File::parse(stub).unwrap();
    let mut writer = Writer::new(file.format(), file.architecture(), file.endianness());
    let text = writer.section_id(StandardSection::Text);
    let value = writer.append_section_data(text, &[0; 16], 16);
    for symbol in file.symbols().filter(|symbol| symbol.is_definition() && symbol.is_global()) {
        writer.add_symbol(Symbol {
            name: symbol.name_bytes().unwrap().to_vec(),
            value,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
    }
    let section = writer.add_section(Vec::new(), b".drectve".to_vec(), object::SectionKind::Linker);
    writer.append_section_data(section, directive.as_bytes(), 1);
    writer.write().unwrap()
}

#[test]
fn equal_sources_give_equal_bytes_for_every_target() {
    for target in TARGETS {
        assert!(object_for(target) == object_for(target), "{}", target.triple);
    }
}

#[test]
fn the_command_makes_objects_for_other_systems_and_says_what_it_cannot_make() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("main.bsk"), "unit main() { }\n").unwrap();
    let build = |arguments: &[&str]| {
        let mut command = Command::new(&toolchain().beskid);
        command.current_dir(directory.path()).args(["build", "main.bsk", "-o", "out"]);
        run(command.args(arguments), "").unwrap()
    };
    for target in TARGETS {
        let outcome = build(&["--emit", "obj", "--target", target.triple]);
        outcome.require_success(target.triple).unwrap();
    }
    for (arguments, expected) in [
        (&["--target", "aarch64-apple-darwin"][..], "a program can be linked for"),
        (&["--lib", "--target", "x86_64-pc-windows-msvc"], "C hosts are served on Linux only"),
        (
            &["--emit", "obj", "--target", "riscv64gc-unknown-linux-gnu"],
            "E2002: cannot generate code",
        ),
        (&["--emit", "obj", "--target", "wasm32-unknown-unknown"], "E2002: cannot generate code"),
        (&["--emit", "obj", "--target", "nonsense"], "E2002: cannot generate code"),
        (&["--emit", "obj", "--target", "x86_64-unknown-none"], "E2004: "),
    ] {
        let outcome = build(arguments);
        assert!(!outcome.is_success() && outcome.stderr.contains(expected), "{outcome}");
    }
}
