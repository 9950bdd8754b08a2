//! The pipeline from a typed program to a filled Cranelift module.

use std::time::{Duration, Instant};

use beskid_abi::RuntimeFn;
use beskid_abi::record::UnwindMode;
use beskid_analysis::typed::{FunctionId, Program};
use cranelift_module::{DataId, FuncId, Module};

use crate::compile::{Code, CompiledFunction, Job, compile_functions};
use crate::declare::Declarations;
use crate::error::Error;
use crate::functions::build_functions;
use crate::ir::Callee;
use crate::layout::Layouts;
use crate::target::Optimization;
use crate::view::View;
use crate::{define, entry, host_entry, passes};

/// What to make of a program.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The target triple as rustc spells it, for the ABI record.
    pub target: &'a str,
    /// How panics leave the code, for the ABI record: the caller writes the unwind tables or leaves them.
    pub unwind: UnwindMode,
    /// Which entries the module gets besides its exported functions.
    pub entries: Entries,
    /// Whether the bodies of `test` items are compiled.
    pub tests: bool,
    /// Whether runtime functions are in the same image, so that calls need no indirection.
    pub runtime_in_image: bool,
    /// Whether the code is to be there soon or to run fast; the module's code generator is made for
    /// the same.
    pub optimization: Optimization,
    /// How many threads may work at once; at least one.
    pub threads: usize,
}

/// How a module is entered, besides by its exported functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Not at all: a host with bindings or a JIT calls the functions.
    None,
    /// By C's `main`: the module is a program of its own.
    Main,
    /// By entries that a C host reaches through the runtime.
    CHost,
}

/// What a filled module contains.
pub struct Compiled {
    /// The functions with their unwind information, in the order of their definition.
    pub functions: Vec<CompiledFunction>,
    /// Declarations of the program's functions; `None` for those that were left out.
    pub function_ids: Vec<Option<FuncId>>,
    /// The module descriptor, see [`beskid_abi::ModuleDescriptor`].
    pub descriptor: DataId,
    /// The ABI record's data object, which the caller places and defines.
    pub record: DataId,
    /// The content of the ABI record.
    pub record_bytes: Vec<u8>,
    /// How long it took to make our representation of the functions and to optimise that.
    pub lowering: Duration,
}

/// Fills a module with the code and data of a program.
///
/// # Errors
/// If the module rejects a definition or the code generator a function.
pub fn compile_program<M: Module>(
    module: &mut M,
    program: &Program,
    options: &Options<'_>,
) -> Result<Compiled, Error> {
    let start = Instant::now();
    let layouts = Layouts::new(program);
    let (mut functions, literals) = build_functions(program, &layouts);
    passes::run(&mut functions.bodies, options.optimization);
    let lowering = start.elapsed();
    let mut declared = Declarations::new(module, program, &layouts, &functions, options)?;
    let entries = entries(module, &mut declared, options)?;
    let ids = declared.ids(&functions);
    let jobs = ids
        .into_iter()
        .zip(functions.bodies)
        .filter_map(|(id, body)| Some(Job { id: id?, code: Code::Ours(body) }));
    let jobs = jobs.chain(entries).collect();
    let view = View::new(&declared, module);
    let compiled =
        compile_functions(module.isa(), &view, jobs, options.threads).map_err(Error::new)?;
    define::functions(module, &compiled)?;
    define::data(module, &declared, &literals)?;
    define::finish(module, declared, compiled, options, lowering)
}

/// The functions through which the module is entered from outside.
fn entries<M: Module>(
    module: &mut M,
    declared: &mut Declarations<'_>,
    options: &Options<'_>,
) -> Result<Vec<Job>, Error> {
    let program = declared.program;
    match (options.entries, program.main) {
        (Entries::CHost, _) => {
            let functions = program.functions.iter().zip(0..);
            let exported = functions.filter(|(function, _)| function.exported);
            let entries = exported.map(|(function, index)| {
                let id = declared.function(Callee::Function(FunctionId(index)));
                host_entry::emit(module, program, function, id)
            });
            entries.collect()
        }
        (Entries::Main, Some(main)) => {
            declared.declare_runtime(module, RuntimeFn::ProcessStart)?;
            let start = declared.function(Callee::Runtime(RuntimeFn::ProcessStart));
            let function = declared.function(Callee::Function(main.function));
            let result = entry::main_result(program, main);
            let descriptor = declared.tables.descriptor;
            Ok(vec![entry::emit(module, start, function, descriptor, result)?])
        }
        (Entries::None | Entries::Main, _) => Ok(Vec::new()),
    }
}
