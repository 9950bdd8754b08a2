//! Machine code of all functions of a module.
//!
//! Functions are independent of each other once everything is declared, so several threads emit and compile
//! one function after the other, and drop our representation of each as they go. They are handed out in their
//! order, so the result does not depend on timing.

use beskid_analysis::parallel::map_in_order;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{self, GlobalValueData};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::{CompiledCode, Context};
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{FuncId, ModuleReloc};

use crate::emit::{ModuleContext, emit_function};
use crate::ir::Function;
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

/// A function to be compiled.
pub(crate) struct Job {
    /// The declaration that it defines.
    pub(crate) id: FuncId,
    /// What it does.
    pub(crate) code: Code,
}

/// The code of a function before it is machine code.
pub(crate) enum Code {
    /// Our representation.
    Ours(Function),
    /// Cranelift's representation.
    Finished(Box<ir::Function>),
}

/// Compiles functions on up to `threads` threads.
///
/// # Errors
/// The message of the code generator for the first function, in order, that it rejects.
pub(crate) fn compile_functions(
    isa: &dyn TargetIsa,
    module: &(dyn ModuleContext + Sync),
    jobs: Vec<Job>,
    threads: usize,
) -> Result<Vec<CompiledFunction>, String> {
    let results =
        map_in_order(jobs, threads, || Worker::new(isa, module), |worker, job| worker.compile(job));
    results.into_iter().collect()
}

/// What one thread needs to compile one function after the other. Its memory is used again.
struct Worker<'a> {
    isa: &'a dyn TargetIsa,
    module: &'a dyn ModuleContext,
    builder: FunctionBuilderContext,
    context: Context,
}

impl<'a> Worker<'a> {
    fn new(isa: &'a dyn TargetIsa, module: &'a dyn ModuleContext) -> Self {
        Worker { isa, module, builder: FunctionBuilderContext::new(), context: Context::new() }
    }

    fn compile(&mut self, job: Job) -> Result<CompiledFunction, String> {
        let Worker { isa, module, builder, context } = self;
        context.clear();
        match job.code {
            Code::Ours(body) => emit_function(*module, builder, job.id, &body, &mut context.func),
            Code::Finished(func) => context.func = *func,
        }
        if has_far_names(*isa) {
            make_names_far(&mut context.func);
        }
        compile_function(*isa, job.id, context)
    }
}

fn compile_function(
    isa: &dyn TargetIsa,
    id: FuncId,
    context: &mut Context,
) -> Result<CompiledFunction, String> {
    context
        .compile(isa, &mut ControlPlane::default())
        .map_err(|error| format!("{:?}", error.inner))?;
    let code = context.compiled_code().expect("the function has been compiled");
    let unwind = code.create_unwind_info(isa).map_err(|error| error.to_string())?;
    let buffer = &code.buffer;
    let relocations = buffer.relocs().iter();
    let relocations =
        relocations.map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, id));
    Ok(CompiledFunction {
        id,
        unwind,
        bytes: buffer.data().to_vec(),
        alignment: u64::from(buffer.alignment.max(isa.function_alignment().minimum)),
        relocations: relocations.collect(),
        calls: call_sites(code),
    })
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
