//! Objects, archives and a place to link them, made without a Beskid compiler.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use beskid_abi::record::{Identity, RecordKind, UnwindMode, Writer};
use beskid_abi::{LAYOUT_HASH, RuntimeFn, Signature, guard_symbol, note};
use object::write::{Object, Relocation, StandardSegment, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
};

pub(crate) const TARGET: &str = "x86_64-unknown-linux-gnu";

/// An object of the kind that a Beskid compiler or a runtime build writes, with one thing changed.
#[derive(Clone)]
pub(crate) struct Spec {
    pub(crate) kind: RecordKind,
    pub(crate) abi_version: u32,
    pub(crate) accepted: Vec<u32>,
    pub(crate) symbols: Vec<(String, Signature)>,
    pub(crate) has_note: bool,
    pub(crate) has_guard: bool,
    pub(crate) states_symbols: bool,
    pub(crate) calls_symbols: bool,
    pub(crate) comment: Option<&'static str>,
    pub(crate) defines: Option<&'static str>,
}

fn table_row(function: RuntimeFn) -> (String, Signature) {
    (function.symbol().to_owned(), function.signature())
}

/// A Beskid object that imports one runtime function and defines `app_answer`.
pub(crate) fn object(abi_version: u32) -> Spec {
    Spec {
        kind: RecordKind::Object,
        abi_version,
        accepted: Vec::new(),
        symbols: vec![table_row(RuntimeFn::GcPhase)],
        has_note: true,
        has_guard: true,
        states_symbols: true,
        calls_symbols: true,
        comment: None,
        defines: Some("app_answer"),
    }
}

/// A runtime that exports two functions of the table.
pub(crate) fn runtime(abi_version: u32, accepted: &[u32]) -> Spec {
    Spec {
        kind: RecordKind::Runtime,
        accepted: accepted.to_vec(),
        symbols: vec![table_row(RuntimeFn::GcPhase), table_row(RuntimeFn::GcCollect)],
        defines: None,
        ..object(abi_version)
    }
}

impl Spec {
    pub(crate) fn note(&self) -> Vec<u8> {
        let is_runtime = self.kind == RecordKind::Runtime;
        let identity = Identity {
            kind: self.kind,
            abi_version: self.abi_version,
            target: TARGET,
            pointer_width: 64,
            layout_hash: LAYOUT_HASH,
            unwind: UnwindMode::Unwind,
            producer: if is_runtime { "beskid-runtime 9.9.9" } else { "beskid 0.4.1" },
            module: if is_runtime { "beskid-runtime" } else { "app" },
            source: if is_runtime { "" } else { "src/main.bsk" },
            source_hash: 7,
        };
        let mut record = Vec::new();
        let mut writer = Writer::new(&mut record, &identity).unwrap();
        for version in &self.accepted {
            writer.accepted_version(*version).unwrap();
        }
        for (symbol, signature) in self.symbols.iter().filter(|_| self.states_symbols) {
            match self.kind {
                RecordKind::Object => writer.import_as(symbol, *signature).unwrap(),
                RecordKind::Runtime => writer.export_as(symbol, *signature).unwrap(),
            }
        }
        writer.finish().unwrap();
        let mut section = Vec::new();
        note::write(&mut section, &record).unwrap();
        section
    }

    /// The bytes of the object file.
    pub(crate) fn build(&self) -> Vec<u8> {
        let mut file = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let text = file.section_id(object::write::StandardSection::Text);
        if let Some(name) = self.defines {
            // mov eax, 42; ret
            let offset = file.append_section_data(text, &[0xb8, 42, 0, 0, 0, 0xc3], 16);
            add_symbol(&mut file, name, SymbolSection::Section(text), offset);
        }
        for (name, _) in &self.symbols {
            match self.kind {
                RecordKind::Object if !self.calls_symbols => {
                    add_symbol(&mut file, name, SymbolSection::Undefined, 0);
                }
                RecordKind::Object => {
                    // A call, so that the linker has a reason to look for the symbol.
                    let offset = file.append_section_data(text, &[0xe8, 0, 0, 0, 0, 0xc3], 16);
                    let symbol = add_symbol(&mut file, name, SymbolSection::Undefined, 0);
                    relocate(&mut file, text, offset + 1, symbol, elf::R_X86_64_PLT32, -4);
                }
                RecordKind::Runtime => {
                    let offset = file.append_section_data(text, &[0x31, 0xc0, 0xc3], 16);
                    add_symbol(&mut file, name, SymbolSection::Section(text), offset);
                }
            }
        }
        if self.has_note {
            self.add_note(&mut file);
        }
        // Without it, linkers warn that the stack would have to be executable.
        file.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
        if let Some(comment) = self.comment {
            let section =
                file.add_section(Vec::new(), b".comment".to_vec(), SectionKind::OtherString);
            file.append_section_data(section, comment.as_bytes(), 1);
        }
        file.write().unwrap()
    }

    fn add_note(&self, file: &mut Object<'_>) {
        let segment = file.segment_name(StandardSegment::Data).to_vec();
        let section = file.add_section(segment, note::SECTION.into(), SectionKind::Note);
        file.section_mut(section).flags =
            object::SectionFlags::Elf { sh_flags: u64::from(elf::SHF_ALLOC) };
        let offset = file.append_section_data(section, &self.note(), note::ALIGN as u64);
        if self.kind == RecordKind::Runtime {
            for version in self.accepted.iter().chain([&self.abi_version]) {
                let name = guard_symbol(*version);
                add_symbol(file, &name, SymbolSection::Section(section), offset);
            }
        } else if self.has_guard {
            let name = guard_symbol(self.abi_version);
            let symbol = add_symbol(file, &name, SymbolSection::Undefined, 0);
            file.symbol_mut(symbol).scope = SymbolScope::Linkage;
            let place = offset + note::GUARD_OFFSET as u64;
            relocate(file, section, place, symbol, elf::R_X86_64_PC32, 0);
        }
    }
}

fn add_symbol(
    file: &mut Object<'_>,
    name: &str,
    section: SymbolSection,
    value: u64,
) -> object::write::SymbolId {
    file.add_symbol(Symbol {
        name: name.into(),
        value,
        size: 0,
        kind: SymbolKind::Text,
        scope: SymbolScope::Dynamic,
        weak: false,
        section,
        flags: SymbolFlags::None,
    })
}

fn relocate(
    file: &mut Object<'_>,
    section: object::write::SectionId,
    offset: u64,
    symbol: object::write::SymbolId,
    r_type: u32,
    addend: i64,
) {
    let flags = RelocationFlags::Elf { r_type };
    file.add_relocation(section, Relocation { offset, symbol, addend, flags }).unwrap();
}

/// A GNU archive without a symbol index. Long names stand in a table.
pub(crate) fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut names = Vec::new();
    let mut bodies = Vec::new();
    for (name, data) in members {
        let field = if name.len() > 15 {
            let field = format!("/{}", names.len());
            names.extend(name.bytes().chain(*b"/\n"));
            field
        } else {
            format!("{name}/")
        };
        append_member(&mut bodies, &field, data);
    }
    let mut archive = b"!<arch>\n".to_vec();
    if !names.is_empty() {
        append_member(&mut archive, "//", &names);
    }
    archive.extend(bodies);
    archive
}

pub(crate) fn append_member(archive: &mut Vec<u8>, name: &str, data: &[u8]) {
    archive.extend(header(name, &data.len().to_string()));
    archive.extend_from_slice(data);
    archive.extend(vec![b'\n'; data.len() % 2]);
}

pub(crate) fn header(name: &str, size: &str) -> Vec<u8> {
    format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, "644").into_bytes()
}

/// A directory for one test, gone when the test ends.
pub(crate) struct Bench {
    directory: PathBuf,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("beskid-link-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        Bench { directory }
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.join(name)
    }

    pub(crate) fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A linker that writes its arguments to `arguments`, NUL-terminated, and exits with 7.
    pub(crate) fn fake_linker(&self) -> PathBuf {
        let arguments = self.path("arguments");
        let script =
            format!("#!/bin/sh\nprintf '%s\\0' \"$@\" > '{}'\nexit 7\n", arguments.display());
        let path = self.write("fake-linker", script);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// The program, with a fake real linker and no settings of the machine.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_beskid-link"));
        command.current_dir(&self.directory).env("BESKID_LINK_REAL", self.fake_linker());
        for variable in ["BESKID_UNSAFE_ALLOW_ABI_MISMATCH", "CARGO_MANIFEST_DIR", "LIBRARY_PATH"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn link<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        Outcome::of(self.command().args(args).output().unwrap())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn of(output: Output) -> Outcome {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Outcome {
            status: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// The link reached the fake linker, and nothing was said.
    #[track_caller]
    pub(crate) fn assert_passed(&self) {
        assert_eq!((self.status, &*self.stdout, &*self.stderr), (Some(7), "", ""));
    }

    /// The link was refused with the report, which contains all the texts.
    #[track_caller]
    pub(crate) fn assert_refused(&self, texts: &[&str]) {
        assert!(self.stderr.starts_with("error[BSK-L001]"), "{self:?}");
        self.assert_failed(texts);
    }

    /// The program ended with 1 and said all the texts.
    #[track_caller]
    pub(crate) fn assert_failed(&self, texts: &[&str]) {
        assert_eq!((self.status, &*self.stdout), (Some(1), ""), "{}", self.stderr);
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is not in:\n{}", self.stderr);
        }
        // rustc greps for this phrase and adds advice that would mislead.
        assert!(!self.stderr.contains("undefined reference to"));
    }
}
