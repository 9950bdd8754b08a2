//! Machine code of all functions of a module.
//!
//! Functions are independent of each other once they are Cranelift IR, so they are compiled on
//! several threads; they are handed out in their order, so the result does not depend on timing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{self, GlobalValueData};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::{CompiledCode, Context};
use cranelift_module::{FuncId, ModuleReloc};

use crate::target::has_far_names;

/// The machine code of one function with everything that is known about it.
pub struct CompiledFunction {
    /// The declaration that it defines.
    pub id: FuncId,
    /// How to unwind its frames, if the target has such tables.
    pub unwind: Option<UnwindInfo>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) alignment: u64,
    pub(crate) relocations: Vec<ModuleReloc>,
    pub(crate) calls: Vec<CallSite>,
}

/// One call instruction.
pub(crate) struct CallSite {
    /// Bytes from the start of the function to the return address.
    pub(crate) return_offset: u32,
    /// Stack pointer offsets of the live references.
    pub(crate) roots: Vec<u32>,
    /// Index into the table of locations.
    pub(crate) location: Option<u32>,
}

/// Compiles functions on up to `threads` threads.
///
/// # Errors
/// The message of the code generator for the first function, in order, that it rejects.
pub(crate) fn compile_functions(
    isa: &dyn TargetIsa,
    functions: Vec<(FuncId, ir::Function)>,
    threads: usize,
) -> Result<Vec<CompiledFunction>, String> {
    let slots: Vec<Mutex<Slot>> = functions
        .into_iter()
        .map(|(id, func)| Mutex::new(Slot::Waiting(id, Box::new(func))))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.compile(isa);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(slots.len()) {
            scope.spawn(work);
        }
        work();
    });
    slots
        .into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner).done())
        .collect()
}

enum Slot {
    Waiting(FuncId, Box<ir::Function>),
    Done(Result<CompiledFunction, String>),
}

impl Slot {
    fn compile(&mut self, isa: &dyn TargetIsa) {
        if let Slot::Waiting(id, func) = self {
            let func = std::mem::replace(&mut **func, ir::Function::new());
            *self = Slot::Done(compile_function(isa, *id, func));
        }
    }

    fn done(self) -> Result<CompiledFunction, String> {
        match self {
            Slot::Done(result) => result,
            Slot::Waiting(..) => Err("a function was left uncompiled".to_owned()),
        }
    }
}

fn compile_function(
    isa: &dyn TargetIsa,
    id: FuncId,
    mut func: ir::Function,
) -> Result<CompiledFunction, String> {
    if has_far_names(isa) {
        make_names_far(&mut func);
    }
    let mut context = Context::for_function(func);
    let code = context
        .compile(isa, &mut ControlPlane::default())
        .map_err(|error| format!("{:?}", error.inner))?;
    let unwind = code.create_unwind_info(isa).map_err(|error| error.to_string())?;
    let buffer = &code.buffer;
    let calls = call_sites(code);
    let bytes = buffer.data().to_vec();
    let alignment = u64::from(buffer.alignment.max(isa.function_alignment().minimum));
    let relocations = buffer.relocs().to_vec();
    let relocations = relocations
        .iter()
        .map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, id))
        .collect();
    Ok(CompiledFunction { id, unwind, bytes, alignment, relocations, calls })
}

fn make_names_far(func: &mut ir::Function) {
    func.dfg.ext_funcs.values_mut().for_each(|callee| callee.colocated = false);
    for value in func.global_values.values_mut() {
        if let GlobalValueData::Symbol { colocated, .. } = value {
            *colocated = false;
        }
    }
}

fn call_sites(code: &CompiledCode) -> Vec<CallSite> {
    let mut maps = code.buffer.user_stack_maps().iter().peekable();
    let mut sites: Vec<u32> = code.buffer.call_sites().map(|site| site.ret_addr).collect();
    sites.sort_unstable();
    let sites = sites.into_iter().map(|return_offset| {
        let map = maps.next_if(|(offset, ..)| *offset == return_offset);
        let roots = map.map(|(_, _, map)| map.entries().map(|(_, offset)| offset).collect());
        CallSite {
            return_offset,
            roots: roots.unwrap_or_default(),
            location: location_before(code, return_offset),
        }
    });
    let sites: Vec<CallSite> = sites.collect();
    assert!(maps.next().is_none(), "every stack map belongs to a call");
    sites
}

/// Location of the instruction that ends at `offset`.
fn location_before(code: &CompiledCode, offset: u32) -> Option<u32> {
    let places = code.buffer.get_srclocs_sorted();
    let next = places.partition_point(|place| place.start < offset);
    let place = places[..next].last().filter(|place| place.end >= offset)?;
    (!place.loc.is_default()).then(|| place.loc.bits())
}
