//! One relocatable object of a program.

use std::fmt;

use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, guard_symbol, note};
use beskid_analysis::typed::Program;
use beskid_codegen::unwind::{self, EhFrameSection, FunctionReference};
use beskid_codegen::{Compiled, Entries, Options, Verifier, compile_program, object_isa};
use beskid_syntax::ToolCode;
use cranelift_module::default_libcall_names;
use cranelift_object::{ObjectBuilder, ObjectModule, ObjectProduct};
use object::write::{Object, Relocation, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{
    BinaryFormat, RelocationEncoding, RelocationFlags, RelocationKind, SectionFlags, SectionKind,
    SymbolFlags, SymbolKind, SymbolScope, elf,
};

/// What an object is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A program of its own, with the C entry point.
    Executable,
    /// Part of another program, which calls the exported functions.
    Library,
    /// Part of a program in C, which calls the exported functions through a header.
    CLibrary,
}

impl ObjectKind {
    fn entries(self) -> Entries {
        match self {
            ObjectKind::Executable => Entries::Main,
            ObjectKind::Library => Entries::None,
            ObjectKind::CLibrary => Entries::CHost,
        }
    }
}

/// How to make an object.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRequest<'a> {
    /// The target triple as rustc spells it.
    pub target: &'a str,
    /// What the object is for.
    pub kind: ObjectKind,
    /// How many threads may work at once; at least one.
    pub threads: usize,
    /// Whether the code generator checks itself.
    pub verifier: Verifier,
}

/// Why no object could be made.
#[derive(Debug)]
pub struct ObjectError(String);

impl fmt::Display for ObjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ObjectError {}

fn internal(error: impl fmt::Display) -> ObjectError {
    let code = ToolCode::E2003;
    ObjectError(format!("{code}: cannot write the object: {error}; please report this"))
}

/// Compiles a program to the bytes of an object. Equal programs give equal bytes, whatever the
/// directory, the machine and the number of threads.
///
/// # Errors
/// If there is no code generator for the target or its object format is not supported. Anything
/// else is a defect of the compiler, and the message says so.
pub fn emit_object(program: &Program, request: &ObjectRequest<'_>) -> Result<Vec<u8>, ObjectError> {
    let mut module = new_module(program, request)?;
    let options = Options {
        target: request.target,
        entries: request.kind.entries(),
        tests: false,
        runtime_in_image: true,
        threads: request.threads,
    };
    let compiled = compile_program(&mut module, program, &options)
        .map_err(|error| ObjectError(error.to_string()))?;
    let isa = cranelift_module::Module::isa(&module);
    let frames = unwind::eh_frame(isa, &compiled.functions, FunctionReference::Distance32)
        .map_err(internal)?;
    let mut product = module.finish();
    require_elf(&product.object, request.target)?;
    if let Some(frames) = frames {
        add_unwind_tables(&mut product, &frames).map_err(internal)?;
    }
    add_note(&mut product, &compiled).map_err(internal)?;
    product.emit().map_err(internal)
}

fn new_module(program: &Program, request: &ObjectRequest<'_>) -> Result<ObjectModule, ObjectError> {
    let isa = object_isa(request.target, request.verifier)
        .map_err(|error| ObjectError(error.to_string()))?;
    let name = program.package.as_bytes();
    let builder = ObjectBuilder::new(isa, name, default_libcall_names()).map_err(internal)?;
    Ok(ObjectModule::new(builder))
}

fn require_elf(object: &Object<'_>, target: &str) -> Result<(), ObjectError> {
    if object.format() == BinaryFormat::Elf {
        return Ok(());
    }
    let (code, format) = (ToolCode::E2004, object.format());
    Err(ObjectError(format!(
        "{code}: the target `{target}` uses {format:?} objects, in which this compiler cannot place \
         an ABI record yet; build for an ELF target such as x86_64-unknown-linux-gnu"
    )))
}

fn add_unwind_tables(
    product: &mut ObjectProduct,
    frames: &EhFrameSection,
) -> Result<(), object::write::Error> {
    let section = product.object.section_id(StandardSection::EhFrame);
    product.object.append_section_data(section, &frames.bytes, EH_FRAME_ALIGN);
    for relocation in &frames.relocations {
        let symbol = product.function_symbol(relocation.function);
        let relocation = pc_relative(relocation.offset, symbol, relocation.addend);
        product.object.add_relocation(section, relocation)?;
    }
    Ok(())
}

/// Alignment of `.eh_frame`, in bytes.
const EH_FRAME_ALIGN: u64 = 8;

/// A 32-bit distance from the place itself to a symbol.
fn pc_relative(offset: u64, symbol: SymbolId, addend: i64) -> Relocation {
    let flags = RelocationFlags::Generic {
        kind: RelocationKind::Relative,
        encoding: RelocationEncoding::Generic,
        size: 32,
    };
    Relocation { offset, symbol, addend, flags }
}

/// Adds the note: the guard, which only a runtime of the right version satisfies, and the record.
///
/// All three details of the guard matter. A section that is not allocated, a reference without a
/// relocation, or a symbol of default visibility would each let a wrong runtime pass in silence.
fn add_note(product: &mut ObjectProduct, compiled: &Compiled) -> Result<(), object::write::Error> {
    let mut bytes = Vec::new();
    note::write(&mut bytes, &compiled.record_bytes).expect("a vector has room for the note");
    let record_symbol = product.data_symbol(compiled.record);
    let object = &mut product.object;
    let section = object.add_section(Vec::new(), note::SECTION.into(), SectionKind::Note);
    object.section_mut(section).flags = SectionFlags::Elf { sh_flags: elf::SHF_ALLOC.into() };
    let start = object.append_section_data(section, &bytes, note::ALIGN as u64);
    let guard = object.add_symbol(Symbol {
        name: guard_symbol(BESKID_RUNTIME_ABI_VERSION).as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind: SymbolKind::Unknown,
        scope: SymbolScope::Unknown,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::Elf {
            st_info: elf::STB_GLOBAL << 4 | elf::STT_NOTYPE,
            st_other: elf::STV_HIDDEN,
        },
    });
    object.add_relocation(section, pc_relative(start + note::GUARD_OFFSET as u64, guard, 0))?;
    let record = object.symbol_mut(record_symbol);
    record.section = SymbolSection::Section(section);
    record.value = start + note::RECORD_OFFSET as u64;
    record.size = compiled.record_bytes.len() as u64;
    record.kind = SymbolKind::Data;
    record.scope = SymbolScope::Compilation;
    Ok(())
}
