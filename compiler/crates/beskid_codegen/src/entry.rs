//! The C entry point of an executable.
//!
//! `main` hands the arguments, the module and the program's entry function to the runtime, which
//! checks the ABI, sets up the heap, runs the program and returns its exit status.

use beskid_abi::MainResult;
use beskid_analysis::typed::{IntKind, Main, Program, Type};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{DataId, FuncId, Linkage, Module};

use crate::compile::{Code, Job};
use crate::error::Error;

/// Symbol of the program's entry function.
pub(crate) const MAIN_SYMBOL: &str = "beskid_main";

/// Symbol that the C start-up code calls.
const C_MAIN_SYMBOL: &str = "main";

/// How the entry's result becomes an exit status.
pub fn main_result(program: &Program, main: Main) -> MainResult {
    match program.types.get(program.functions[main.function.index()].result) {
        Type::Int(IntKind::I32) => MainResult::I32,
        Type::Int(IntKind::I64) => MainResult::I64,
        Type::Bool => MainResult::Bool,
        // All other results have the exit status 0; the JIT shows texts.
        Type::Unit
        | Type::Never
        | Type::Int(_)
        | Type::Float(_)
        | Type::Char
        | Type::String
        | Type::Record(_)
        | Type::Enum(_)
        | Type::Array(_)
        | Type::Function(_)
        | Type::Contract(_) => MainResult::Unit,
    }
}

/// Declares and emits `main`.
pub(crate) fn emit<M: Module>(
    module: &mut M,
    start: FuncId,
    main: FuncId,
    descriptor: DataId,
    result: MainResult,
) -> Result<Job, Error> {
    let word = module.target_config().pointer_type();
    let mut signature = module.make_signature();
    signature.params = vec![AbiParam::new(types::I32), AbiParam::new(word)];
    signature.returns = vec![AbiParam::new(types::I32)];
    let id = module.declare_function(C_MAIN_SYMBOL, Linkage::Export, &signature)?;
    let mut func =
        ir::Function::with_name_signature(ir::UserFuncName::user(0, id.as_u32()), signature);
    let start = module.declare_func_in_func(start, &mut func);
    let main = module.declare_func_in_func(main, &mut func);
    let descriptor = module.declare_data_in_func(descriptor, &mut func);

    let mut context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut func, &mut context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    builder.seal_block(block);
    let (argc, argv) = (builder.block_params(block)[0], builder.block_params(block)[1]);
    let argc = builder.ins().sextend(types::I64, argc);
    let descriptor = builder.ins().symbol_value(word, descriptor);
    let main = builder.ins().func_addr(word, main);
    let result = builder.ins().iconst(types::I64, result as i64);
    let call = builder.ins().call(start, &[argc, argv, descriptor, main, result]);
    let status = builder.inst_results(call)[0];
    builder.ins().return_(&[status]);
    builder.finalize(module.target_config());
    Ok(Job { id, code: Code::Finished(Box::new(func)) })
}
