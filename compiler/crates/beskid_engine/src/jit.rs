//! One program as machine code in this process.

use std::sync::Mutex;

use beskid_abi::Evidence;
use beskid_abi::RuntimeFn;
use beskid_abi::record;
use beskid_abi::report::{Refusal, Report};
use beskid_analysis::typed::{FunctionId, Program};
use beskid_codegen::{Compiled, Entries, Options, compile_program, host_isa};
use beskid_runtime::{exports, host};
use cranelift_jit::{ArenaMemoryProvider, JITBuilder, JITModule};
use cranelift_module::{DataDescription, Linkage, Module, default_libcall_names};

use crate::externs;
use crate::frames::RegisteredFrames;
use crate::{EngineError, EngineOptions};

/// Address space that the code and data of one program may use. Only what is used is backed by
/// memory; one region keeps code and data within reach of each other.
const ARENA_BYTES: usize = 512 << 20;

/// Loaded code. Dropping it unloads it, which the owner must not do while a call is active.
pub(crate) struct Code {
    entries: Vec<Option<usize>>,
    record: Vec<u8>,
    registration: host::Module,
    frames: Option<RegisteredFrames>,
    module: Mutex<Option<JITModule>>,
}

// SAFETY: the code and data are not written after loading; the entries are plain addresses; the
// module is only touched by `drop`, which has exclusive access.
unsafe impl Send for Code {}
// SAFETY: as for `Send`; shared use only reads addresses.
unsafe impl Sync for Code {}

impl Code {
    /// Compiles a program, checks its ABI record against the runtime of this process, and loads it.
    pub(crate) fn load(program: &Program, wanted: &EngineOptions) -> Result<Code, EngineError> {
        let mut module = new_module(program, wanted)?;
        let options = Options {
            target: HOST_TARGET,
            unwind: record::UnwindMode::Unwind,
            entries: Entries::None,
            tests: true,
            // A call of an imported function from the arena may be further than 2 GiB.
            runtime_in_image: false,
            optimization: wanted.optimization,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        };
        let compiled = compile_program(&mut module, program, &options).map_err(internal)?;
        require_accepted(&program.package, &compiled.record_bytes)?;
        define_record(&mut module, &compiled)?;
        module.finalize_definitions().map_err(internal)?;
        let frames = RegisteredFrames::register(module.isa(), &module, &compiled.functions)
            .map_err(internal)?;
        Ok(Code::register(module, &compiled, frames))
    }

    fn register(module: JITModule, compiled: &Compiled, frames: Option<RegisteredFrames>) -> Code {
        let address = |id| module.get_finalized_function(id) as usize;
        let entries = compiled.function_ids.iter().map(|id| id.map(address)).collect();
        let (descriptor, _) = module.get_finalized_data(compiled.descriptor);
        // SAFETY: `compile_program` wrote the descriptor for this runtime, and all that it refers
        // to stays in place until `drop` has detached it.
        let registration = unsafe { host::Module::new(descriptor.cast()) };
        registration.attach();
        let record = compiled.record_bytes.clone();
        Code { entries, record, registration, frames, module: Mutex::new(Some(module)) }
    }

    /// The ABI record of the code.
    pub(crate) fn record(&self) -> &[u8] {
        &self.record
    }

    /// Address of a function's code; `None` if it was left out because nothing reaches it.
    pub(crate) fn entry(&self, function: FunctionId) -> Option<*const u8> {
        self.entries[function.index()].map(|address| address as *const u8)
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: the owner has no call into the code any more.
        unsafe { self.registration.detach() };
        self.frames = None;
        let module = self.module.get_mut().ok().and_then(Option::take);
        if let Some(module) = module {
            // SAFETY: the owner has no call into the code any more, and the runtime and the
            // unwinder have just forgotten it.
            unsafe { module.free_memory() };
        }
    }
}

/// The triple that this crate was compiled for, as rustc spells it.
pub const HOST_TARGET: &str = env!("BESKID_HOST_TARGET");

fn new_module(program: &Program, wanted: &EngineOptions) -> Result<JITModule, EngineError> {
    let isa_builder = cranelift_native::builder().map_err(internal)?;
    let isa = host_isa(isa_builder, wanted.optimization, wanted.verifier()).map_err(internal)?;
    let mut builder = JITBuilder::with_isa(isa, default_libcall_names());
    builder.symbols(RuntimeFn::ALL.iter().map(|&row| (row.symbol(), exports::address_of(row))));
    builder.symbols(externs::resolve(program, &wanted.externs).map_err(EngineError::unresolved)?);
    let memory = ArenaMemoryProvider::new_with_size(ARENA_BYTES).map_err(internal)?;
    builder.memory_provider(Box::new(memory));
    Ok(JITModule::new(builder))
}

/// Compares what a module was compiled for with the runtime of this process.
pub(crate) fn require_accepted(module: &str, record: &[u8]) -> Result<(), EngineError> {
    let runtime = evidence(beskid_runtime::runtime_record());
    match Refusal::of((module, evidence(record)), ("this process", runtime)) {
        None => Ok(()),
        Some(refusal) => Err(EngineError::refused(&Report::one(refusal))),
    }
}

fn evidence(bytes: &[u8]) -> Evidence<'_> {
    match record::parse(bytes) {
        Ok(record) => Evidence::Record(record),
        Err(error) => Evidence::Unreadable(error),
    }
}

fn define_record(module: &mut JITModule, compiled: &Compiled) -> Result<(), EngineError> {
    let name = module
        .declarations()
        .get_data_decl(compiled.record)
        .linkage_name(compiled.record)
        .into_owned();
    let id = module.declare_data(&name, Linkage::Local, false, false).map_err(internal)?;
    let mut data = DataDescription::new();
    data.define(compiled.record_bytes.clone().into_boxed_slice());
    module.define_data(id, &data).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> EngineError {
    EngineError::internal(error.to_string())
}
