//! Machine signatures of everything that can be called.

use beskid_abi::{AbiParamKind, AbiReturnKind, RuntimeFn};
use beskid_analysis::typed::{ExternFunction, ExternType};
use cranelift_codegen::ir::{AbiParam, Signature, types};
use cranelift_module::Module;

use crate::emit::machine_type;
use crate::ir::{Class, Function};

/// The signature of a Beskid function. Hosts expect narrow integers to be extended.
pub(crate) fn of_function<M: Module>(module: &M, body: &Function, exported: bool) -> Signature {
    let mut signature = module.make_signature();
    let param = |class: Class| {
        let param = AbiParam::new(machine_type(class));
        if exported && class.size_bytes() < 4 { param.uext() } else { param }
    };
    signature.params.extend(body.params.iter().map(|&reg| param(body.class(reg))));
    signature.returns.extend(body.result.map(param));
    signature
}

/// The signature of a runtime function, by its row in the table.
pub(crate) fn of_runtime<M: Module>(module: &M, row: RuntimeFn) -> Signature {
    let mut signature = module.make_signature();
    let word = module.target_config().pointer_type();
    signature.params.extend(row.params().iter().map(|kind| match kind {
        AbiParamKind::Ptr => AbiParam::new(word),
        AbiParamKind::I64 => AbiParam::new(types::I64),
    }));
    let result = match row.ret() {
        AbiReturnKind::Void | AbiReturnKind::Never => None,
        AbiReturnKind::Ptr => Some(word),
        AbiReturnKind::I64 => Some(types::I64),
        AbiReturnKind::I32 => Some(types::I32),
    };
    signature.returns.extend(result.map(AbiParam::new));
    signature
}

/// The signature of a foreign function, by the rules of C.
pub(crate) fn of_extern<M: Module>(module: &M, function: &ExternFunction) -> Signature {
    let mut signature = module.make_signature();
    signature.params.extend(function.params.iter().copied().map(extern_param));
    signature.returns.extend(function.result.map(extern_param));
    signature
}

fn extern_param(ty: ExternType) -> AbiParam {
    match ty {
        ExternType::Bool | ExternType::U8 => AbiParam::new(types::I8).uext(),
        ExternType::I32 => AbiParam::new(types::I32).sext(),
        ExternType::I64 | ExternType::BytePointer => AbiParam::new(types::I64),
        ExternType::F64 => AbiParam::new(types::F64),
    }
}
