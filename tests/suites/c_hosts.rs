//! Programs in C that call Beskid functions: built with `beskid build --lib` and a C compiler, run,
//! and refused where header, library and runtime do not belong together.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, RuntimeFn, guard_symbol, note, record};
use beskid_tests::files::package_directory;
use beskid_tests::forge::{change_record, members, record_of, rename_symbol};
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::toolchain::toolchain;
use object::elf::{SHF_ALLOC, SHT_NOTE, STV_HIDDEN};
use object::read::elf::{ElfFile64, FileHeader, SectionHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

/// What the host prints.
const OUTPUT: &str = "\
scalars: -3 0 0 1.50 -5 1f600
text: grüß grüß !
array in: 42.0
array out: 4 4 9
no text: refused
panic: beskid panic: division by zero
  at greet.bsk:15:35
panic: beskid panic: negative array length: -1
  at greet.bsk:26:17
results are left alone: 12 1
after a collection: kept!
cells in the end: 0
another thread: 1
";

const STRICT: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// A directory with the library `libgreet.a`, its headers and the source of the host.
struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let bench = Bench { directory: tempfile::tempdir().unwrap() };
        for name in ["greet.bsk", "host.c"] {
            let from = package_directory().join("c_hosts").join(name);
            std::fs::copy(from, bench.path(name)).unwrap();
        }
        bench.build_library().require_success("beskid build --lib").unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn run(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Outcome {
        let mut command = Command::new(program);
        run(command.current_dir(self.directory.path()).args(arguments), "").unwrap()
    }

    fn build_library(&self) -> Outcome {
        self.run(&toolchain().beskid, &["build", "--lib", "greet.bsk", "-o", "libgreet.a"])
    }

    /// Compiles the host to `host.o`.
    fn compile(&self, compiler: &str, options: &[&str]) {
        let mut arguments = vec!["-c", "-o", "host.o"];
        arguments.extend(STRICT);
        arguments.extend(options);
        arguments.push("host.c");
        self.run(compiler, &arguments).require_success(compiler).unwrap();
    }

    /// Links `host.o` with the library and the runtime.
    fn link(&self, driver: &Path, linker: &str, options: &[&str]) -> Outcome {
        let mut command = Command::new(driver);
        command.current_dir(self.directory.path()).args(["host.o", "libgreet.a"]);
        command.arg(&toolchain().runtime).arg(format!("-fuse-ld={linker}"));
        command.arg(format!("-B{}", toolchain().rust_linkers.display()));
        command.args(["-lpthread", "-ldl", "-lm", "-o", "host"]).args(options);
        run(&mut command, "").unwrap()
    }

    fn link_plainly(&self) -> Outcome {
        self.link(Path::new("cc"), "bfd", &[])
    }

    fn link_wrapped(&self) -> Outcome {
        self.link(&toolchain().wrapper, "bfd", &[])
    }

    fn change(&self, name: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) {
        let changed = change(std::fs::read(self.path(name)).unwrap());
        std::fs::write(self.path(name), changed).unwrap();
    }

    #[track_caller]
    fn require_output(&self) {
        for stress in ["0", "1"] {
            let mut host = Command::new(self.path("host"));
            let outcome = run(host.env("BESKID_GC_STRESS", stress), "").unwrap();
            let expected = Outcome { end: End::Exit(0), stdout: OUTPUT.into(), stderr: "".into() };
            assert_eq!(outcome, expected, "{outcome}");
        }
    }
}

#[track_caller]
fn require_refused(outcome: &Outcome, texts: &[&str]) {
    assert!(!outcome.is_success(), "{outcome}");
    for text in texts {
        assert!(outcome.stderr.contains(text), "`{text}` is not said\n{outcome}");
    }
}

/// Makes an object that requires another version.
fn requiring(mut object: Vec<u8>, version: u32) -> Vec<u8> {
    change_record(&mut object, |draft| draft.identity.abi_version = version);
    let (from, to) = (guard_symbol(BESKID_RUNTIME_ABI_VERSION), guard_symbol(version));
    rename_symbol(&object, &from, &to).unwrap()
}

#[test]
fn a_c_host_calls_functions_and_handles_panics() {
    let bench = Bench::new();
    for options in [&["-std=c11", "-O0"][..], &["-std=c17", "-O2", "-fPIC"]] {
        bench.compile("cc", options);
        for linker in ["lld", "bfd"] {
            bench.link(Path::new("cc"), linker, &[]).require_success(linker).unwrap();
            bench.require_output();
        }
    }
}

#[test]
fn a_c_host_needs_neither_unwind_tables_nor_frame_pointers() {
    let bench = Bench::new();
    let without = ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fomit-frame-pointer"];
    bench.compile("cc", &[&["-O2"][..], &without].concat());
    bench.link_plainly().require_success("cc").unwrap();
    bench.require_output();
}

#[test]
fn the_record_survives_the_link_time_optimisation_of_c_code() {
    let bench = Bench::new();
    bench.compile("cc", &["-O2", "-flto"]);
    bench.link_plainly().require_success("cc").unwrap();
    bench.require_output();
    let shown = bench.run(&toolchain().wrapper, &["inspect", "host"]).stdout;
    assert!(shown.contains("object of module C host\n"), "{shown}");
}

#[test]
fn a_cpp_host_includes_the_same_headers() {
    let bench = Bench::new();
    bench.compile("c++", &["-x", "c++", "-std=c++17"]);
    bench.link_plainly().require_success("c++").unwrap();
    bench.require_output();
}

#[test]
fn the_wrapper_passes_a_c_host_in_silence_and_the_program_tells_what_it_is() {
    let bench = Bench::new();
    bench.compile("cc", &[]);
    let outcome = bench.link_wrapped().require_success("beskid-link").unwrap();
    assert_eq!(outcome.stderr, "");
    bench.require_output();
    bench.run("strip", &["host"]).require_success("strip").unwrap();
    bench.require_output();
    let shown = bench.run(&toolchain().wrapper, &["inspect", "host"]).stdout;
    for text in
        ["object of module C host\n", "built by beskid_runtime.h ", "object of module greet,"]
    {
        assert!(shown.contains(text), "{shown}");
    }
}

/// The same form as in objects of the compiler, see the suite `objects`.
#[test]
fn the_note_of_a_c_object_has_the_form_that_binds() {
    let bench = Bench::new();
    bench.compile("cc", &["-O2"]);
    let object = std::fs::read(bench.path("host.o")).unwrap();
    let file = ElfFile64::<Endianness>::parse(&*object).unwrap();
    let endian = file.endian();
    let section = file.section_by_name(note::SECTION).unwrap();
    let header = section.elf_section_header();
    let (kind, flags) = (header.sh_type(endian), header.sh_flags(endian));
    assert_eq!((kind, flags), (SHT_NOTE, u64::from(SHF_ALLOC)));
    let (offset, relocation) = section.relocations().next().unwrap();
    assert_eq!(offset, note::GUARD_OFFSET as u64);
    let object::RelocationTarget::Symbol(index) = relocation.target() else { panic!("no symbol") };
    let guard = file.symbol_by_index(index).unwrap();
    assert_eq!(guard.name(), Ok(&*guard_symbol(BESKID_RUNTIME_ABI_VERSION)));
    assert!(guard.is_undefined() && guard.elf_symbol().st_visibility() == STV_HIDDEN);
    assert_eq!(file.elf_header().e_type(endian), object::elf::ET_REL);

    let record = record::parse(record_of(&object)).unwrap();
    assert_eq!(record.identity().target, "x86_64-unknown-linux-gnu");
    assert_eq!(record.identity().layout_hash, beskid_abi::LAYOUT_HASH);
    let imports: Vec<_> = record.imports().map(|it| it.symbol.to_string()).collect();
    let table: Vec<_> = RuntimeFn::ALL.iter().map(|function| function.symbol()).collect();
    assert_eq!(imports, table);
}

#[test]
fn a_c_object_for_another_abi_is_refused_by_linker_wrapper_and_process() {
    for version in [BESKID_RUNTIME_ABI_VERSION - 1, BESKID_RUNTIME_ABI_VERSION + 1] {
        let bench = Bench::new();
        bench.compile("cc", &[]);
        bench.change("host.o", |object| requiring(object, version));
        require_refused(&bench.link_plainly(), &[&guard_symbol(version)]);
        let differs = format!("version: the object requires {version}, the runtime provides 2");
        let fix = "compile `host.o` again with the beskid_runtime.h of the runtime for ABI 2";
        let texts = ["object   host.o  requires runtime ABI", &differs, fix];
        require_refused(&bench.link_wrapped(), &texts);
        // lld can be told to ignore what is undefined; the first call finds out.
        let forced = bench.link(Path::new("cc"), "lld", &["-Wl,--noinhibit-exec"]);
        forced.require_success("lld").unwrap();
        let outcome = bench.run(bench.path("host"), &[]);
        assert_eq!((outcome.end, &*outcome.stdout), (End::Exit(1), ""), "{outcome}");
        require_refused(&outcome, &["error[BSK-L001]", &differs]);
    }
}

#[test]
fn a_library_for_another_abi_is_refused() {
    let bench = Bench::new();
    bench.compile("cc", &[]);
    bench.change("libgreet.a", |archive| {
        let objects = members(&archive).unwrap();
        let object = requiring(objects.into_iter().next().unwrap().1, 1);
        beskid_aot::write_archive(&[("greet.o", &object)]).unwrap()
    });
    require_refused(&bench.link_plainly(), &[&guard_symbol(1)]);
    let texts = ["object   libgreet.a(greet.o)  requires runtime ABI 1", "rebuild `greet` with"];
    require_refused(&bench.link_wrapped(), &texts);
}

#[test]
fn c_code_that_was_compiled_for_another_signature_does_not_link() {
    let bench = Bench::new();
    bench.compile("cc", &[]);
    bench.change("greet.bsk", |text| {
        let text = String::from_utf8(text).unwrap();
        text.replace("Divide(i64 a, i64 b) => a / b", "Divide(i64 a, i32 b) => a / b").into()
    });
    bench.build_library().require_success("beskid build --lib").unwrap();
    require_refused(&bench.link_plainly(), &["_B5greet6Divide0host"]);
    bench.compile("cc", &[]);
    bench.link_plainly().require_success("cc").unwrap();
}

#[test]
fn c_code_that_goes_round_the_header_is_refused_by_the_wrapper() {
    let bench = Bench::new();
    let source = "long long beskid_rt_gc_collect(void);\nint main(void) { return (int)beskid_rt_gc_collect(); }\n";
    std::fs::write(bench.path("host.c"), source).unwrap();
    bench.compile("cc", &[]);
    let texts = ["object   host.o", "or it is C code that does not include beskid_runtime.h"];
    require_refused(&bench.link_wrapped(), &texts);
}

#[test]
fn a_target_that_the_runtime_does_not_serve_is_an_error_of_the_c_compiler() {
    let bench = Bench::new();
    let outcome = bench.run("cc", &["-c", "-U__linux__", "host.c", "-o", "host.o"]);
    require_refused(&outcome, &["beskid_runtime.h needs GCC or Clang and 64-bit Linux"]);
}

#[test]
fn functions_that_cannot_cross_are_named_and_headers_go_where_they_are_told_to() {
    let bench = Bench::new();
    std::fs::write(bench.path("mixed.bsk"), "pub type P { i64 x }\npub i64 of(P p) => p.x;\n")
        .unwrap();
    let place = bench.path("include");
    std::fs::create_dir(&place).unwrap();
    let arguments = ["build", "--lib", "mixed.bsk", "-o", "mixed.a", "--header", "include/my.h"];
    let outcome = bench.run(&toolchain().beskid, &arguments).require_success("beskid").unwrap();
    assert!(outcome.stderr.contains("warning: `of` has no C function"), "{outcome}");
    assert!(place.join("my.h").is_file() && place.join("beskid_runtime.h").is_file());
    let outcome = bench.run(&toolchain().beskid, &["build", "--lib", "mixed.bsk", "-o", "no/x.a"]);
    require_refused(&outcome, &["E4040: cannot write `no/x.a`"]);
}
