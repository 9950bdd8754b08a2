//! `.eh_frame` tables, so that panics can pass through compiled frames.
//!
//! Function addresses are left to the caller as relocations, because only the caller knows them: an
//! object writer passes them on to the linker, the JIT fills them in.

use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_module::FuncId;
use gimli::RunTimeEndian;
use gimli::constants::{DW_EH_PE_absptr, DW_EH_PE_pcrel, DW_EH_PE_sdata4, DwEhPe};
use gimli::write::{
    Address, EhFrame, EndianVec, FrameTable, RelocateWriter, Relocation, RelocationTarget,
};

use crate::compile::CompiledFunction;

/// The bytes of an `.eh_frame` section with its relocations.
pub struct EhFrameSection {
    /// The section's content.
    pub bytes: Vec<u8>,
    /// Where function addresses go.
    pub relocations: Vec<FunctionRelocation>,
}

/// A place that refers to a function, in the form that was asked for.
pub struct FunctionRelocation {
    /// Offset of the place in the section.
    pub offset: u64,
    /// The function.
    pub function: FuncId,
    /// Added to the function's address.
    pub addend: i64,
}

/// How a table refers to functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionReference {
    /// The 32-bit distance from the place itself, which position-independent images need.
    Distance32,
    /// The 64-bit address, which reaches code anywhere in the process.
    Address64,
}

impl FunctionReference {
    fn encoding(self) -> DwEhPe {
        match self {
            FunctionReference::Distance32 => DwEhPe(DW_EH_PE_pcrel.0 | DW_EH_PE_sdata4.0),
            FunctionReference::Address64 => DW_EH_PE_absptr,
        }
    }
}

/// Writes the table of the given functions; `None` if the target has no such tables.
///
/// # Errors
/// The message of the writer, if a function's frame cannot be described.
pub fn eh_frame(
    isa: &dyn TargetIsa,
    functions: &[CompiledFunction],
    reference: FunctionReference,
) -> Result<Option<EhFrameSection>, String> {
    let Some(mut cie) = isa.create_systemv_cie() else { return Ok(None) };
    cie.fde_address_encoding = reference.encoding();
    let mut table = FrameTable::default();
    let cie = table.add_cie(cie);
    for (index, function) in functions.iter().enumerate() {
        if let Some(UnwindInfo::SystemV(info)) = &function.unwind {
            table.add_fde(cie, info.to_fde(Address::Symbol { symbol: index, addend: 0 }));
        }
    }
    let mut section = EhFrame(Section::new());
    table.write_eh_frame(&mut section).map_err(|error| error.to_string())?;
    let EhFrame(Section { writer, relocations }) = section;
    let relocations = relocations.into_iter().map(|relocation| {
        let RelocationTarget::Symbol(index) = relocation.target else {
            return Err("a frame entry refers to a section".to_owned());
        };
        Ok(FunctionRelocation {
            offset: relocation.offset as u64,
            function: functions[index].id,
            addend: relocation.addend,
        })
    });
    let relocations = relocations.collect::<Result<_, _>>()?;
    Ok(Some(EhFrameSection { bytes: writer.into_vec(), relocations }))
}

struct Section {
    writer: EndianVec<RunTimeEndian>,
    relocations: Vec<Relocation>,
}

impl Section {
    fn new() -> Section {
        Section { writer: EndianVec::new(RunTimeEndian::Little), relocations: Vec::new() }
    }
}

impl RelocateWriter for Section {
    type Writer = EndianVec<RunTimeEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.writer
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.writer
    }

    fn relocate(&mut self, relocation: Relocation) {
        self.relocations.push(relocation);
    }
}
