//! The entries through which a C host calls exported functions.
//!
//! All of them have one type, so that the runtime can call any: an entry takes its arguments from the
//! frame that it is given, one word for each, and leaves the result in the word behind them. It
//! returns the result if that is a reference, for the runtime to keep, and null otherwise.

use beskid_analysis::symbols::host_entry_symbol;
use beskid_analysis::typed::{Function, Program};
use cranelift_codegen::ir::{self, AbiParam, InstBuilder, MemFlagsData, types};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{FuncId, Linkage, Module};

use crate::compile::{Code, Job};
use crate::emit::machine_type;
use crate::error::Error;
use crate::ir::Class;
use crate::layout::{WORD_BYTES, class_of};

/// Declares and emits the entry of an exported function.
pub(crate) fn emit<M: Module>(
    module: &mut M,
    program: &Program,
    function: &Function,
    id: FuncId,
) -> Result<Job, Error> {
    let word = module.target_config().pointer_type();
    let mut signature = module.make_signature();
    signature.params = vec![AbiParam::new(word)];
    signature.returns = vec![AbiParam::new(word)];
    let symbol = host_entry_symbol(&function.symbol, &program.signature(function));
    let entry = module.declare_function(&symbol, Linkage::Hidden, &signature)?;
    let mut func =
        ir::Function::with_name_signature(ir::UserFuncName::user(0, entry.as_u32()), signature);
    let callee = module.declare_func_in_func(id, &mut func);

    let mut context = FunctionBuilderContext::new();
    let mut builder = FunctionBuilder::new(&mut func, &mut context);
    let block = builder.create_block();
    builder.append_block_params_for_function_params(block);
    builder.switch_to_block(block);
    builder.seal_block(block);
    let frame = builder.block_params(block)[0];
    let classes = function.param_types().filter_map(|ty| class_of(program.types.get(ty)));
    let arguments: Vec<ir::Value> = classes
        .zip(0..)
        .map(|(class, index)| {
            let offset = index * WORD_BYTES as i32;
            builder.ins().load(machine_type(class), MemFlagsData::trusted(), frame, offset)
        })
        .collect();
    let call = builder.ins().call(callee, &arguments);
    let result = builder.inst_results(call).first().copied();
    if let Some(result) = result {
        let offset = arguments.len() as i32 * WORD_BYTES as i32;
        builder.ins().store(MemFlagsData::trusted(), result, frame, offset);
    }
    let is_reference = class_of(program.types.get(function.result)) == Some(Class::Ref);
    let kept = result.filter(|_| is_reference);
    let kept = kept.unwrap_or_else(|| builder.ins().iconst(types::I64, 0));
    builder.ins().return_(&[kept]);
    builder.finalize(module.target_config());
    Ok(Job { id: entry, code: Code::Finished(Box::new(func)) })
}
