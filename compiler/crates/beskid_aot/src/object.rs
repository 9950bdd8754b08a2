//! One relocatable object of a program.

use std::fmt;
use std::time::{Duration, Instant};

use beskid_abi::record::UnwindMode;
use beskid_analysis::typed::Program;
use beskid_codegen::unwind::{self, EhFrameSection, FunctionReference};
use beskid_codegen::{Entries, Optimization, Options, Verifier, compile_program, object_isa};
use beskid_syntax::ToolCode;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_module::default_libcall_names;
use cranelift_object::{ObjectBuilder, ObjectModule, ObjectProduct};
use object::write::{Relocation, StandardSection, SymbolId};
use object::{RelocationEncoding, RelocationFlags, RelocationKind};

use crate::object_note::NoteFormat;

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
    /// Whether the code is to be there soon or to run fast.
    pub optimization: Optimization,
    /// How many threads may work at once; at least one.
    pub threads: usize,
    /// Whether the code generator checks itself.
    pub verifier: Verifier,
}

/// A relocatable object.
#[derive(Clone, Debug)]
pub struct Object {
    /// The content of its file.
    pub bytes: Vec<u8>,
    /// How long it took.
    pub times: ObjectTimes,
}

/// How long the parts of code generation took.
#[derive(Clone, Copy, Debug)]
pub struct ObjectTimes {
    /// From the typed program to our representation, with the passes over it.
    pub lower: Duration,
    /// From there to machine code in an object.
    pub emit: Duration,
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

/// Compiles a program to an object. Equal programs give equal bytes, whatever the
/// directory, the machine and the number of threads.
///
/// # Errors
/// If there is no code generator for the target or its object format is not supported. Anything
/// else is a defect of the compiler, and the message says so.
pub fn emit_object(program: &Program, request: &ObjectRequest<'_>) -> Result<Object, ObjectError> {
    let start = Instant::now();
    let isa = object_isa(request.target, request.optimization, request.verifier)
        .map_err(|error| ObjectError(error.to_string()))?;
    let format = NoteFormat::of(isa.triple().binary_format).ok_or_else(|| no_place(request))?;
    let mut module = new_module(program, isa)?;
    let options = Options {
        target: request.target,
        unwind: format.unwind_mode(),
        entries: request.kind.entries(),
        tests: false,
        runtime_in_image: true,
        optimization: request.optimization,
        threads: request.threads,
    };
    let compiled = compile_program(&mut module, program, &options)
        .map_err(|error| ObjectError(error.to_string()))?;
    let isa = cranelift_module::Module::isa(&module);
    let frames = unwind::eh_frame(isa, &compiled.functions, FunctionReference::Distance32)
        .map_err(internal)?;
    let mut product = module.finish();
    if let Some(frames) = frames.filter(|_| format.unwind_mode() == UnwindMode::Unwind) {
        add_unwind_tables(&mut product, &frames).map_err(internal)?;
    }
    format.add_note(&mut product, &compiled).map_err(internal)?;
    let bytes = product.emit().map_err(internal)?;
    let lower = compiled.lowering;
    Ok(Object { bytes, times: ObjectTimes { lower, emit: start.elapsed() - lower } })
}

fn new_module(program: &Program, isa: OwnedTargetIsa) -> Result<ObjectModule, ObjectError> {
    let name = program.package.as_bytes();
    let builder = ObjectBuilder::new(isa, name, default_libcall_names()).map_err(internal)?;
    Ok(ObjectModule::new(builder))
}

fn no_place(request: &ObjectRequest<'_>) -> ObjectError {
    let (code, target) = (ToolCode::E2004, request.target);
    ObjectError(format!(
        "{code}: this compiler knows no place for an ABI record in the objects of the target `{target}`; \
         build for a target with ELF, Mach-O or COFF objects"
    ))
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
pub(crate) fn pc_relative(offset: u64, symbol: SymbolId, addend: i64) -> Relocation {
    let flags = RelocationFlags::Generic {
        kind: RelocationKind::Relative,
        encoding: RelocationEncoding::Generic,
        size: 32,
    };
    Relocation { offset, symbol, addend, flags }
}
