//! What functions in the making see of the module: declarations, which no longer change.

use beskid_abi::AbiReturnKind;
use beskid_analysis::typed::TableId;
use beskid_syntax::Span;
use cranelift_codegen::ir::{self, FuncRef};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_module::{DataId, FuncId, Module, ModuleDeclarations};

use crate::declare::Declarations;
use crate::emit::{FUNCTION_NAMESPACE, ModuleContext};
use crate::ir::{Callee, LiteralId};
use crate::layout::Shape;

/// The declarations of a module, for all threads.
pub(crate) struct View<'a> {
    declared: &'a Declarations<'a>,
    module: &'a ModuleDeclarations,
    config: TargetFrontendConfig,
}

impl<'a> View<'a> {
    pub(crate) fn new<M: Module>(declared: &'a Declarations<'a>, module: &'a M) -> Self {
        View { declared, module: module.declarations(), config: module.target_config() }
    }
}

impl ModuleContext for View<'_> {
    fn signature(&self, id: FuncId) -> ir::Signature {
        self.module.get_function_decl(id).signature.clone()
    }

    fn callee(&self, callee: Callee, func: &mut ir::Function) -> FuncRef {
        let id = self.declared.function(callee);
        let signature = func.import_signature(self.signature(id));
        let name = ir::UserExternalName { namespace: FUNCTION_NAMESPACE, index: id.as_u32() };
        let name = ir::ExternalName::user(func.declare_imported_user_function(name));
        let is_runtime = matches!(callee, Callee::Runtime(_));
        let colocated = self.module.get_function_decl(id).linkage.is_final()
            || is_runtime && self.declared.runtime_in_image;
        func.import_function(ir::ExtFuncData { name, signature, colocated, patchable: false })
    }

    fn literal(&self, literal: LiteralId) -> DataId {
        self.declared.literals[&literal]
    }

    fn descriptor(&self, shape: Shape) -> (DataId, u32) {
        (self.declared.descriptors[&shape], self.declared.layouts.of(shape).size_bytes)
    }

    fn singleton(&self, shape: Shape) -> DataId {
        self.declared.singletons[&shape]
    }

    fn method_table(&self, table: TableId) -> DataId {
        self.declared.method_tables[&table]
    }

    fn static_closure(&self, callee: Callee) -> DataId {
        self.declared.static_closures[&callee]
    }

    fn locations(&self) -> DataId {
        self.declared.tables.locations
    }

    fn location(&self, span: Span) -> u32 {
        self.declared.locations.index(span)
    }

    fn never_returns(&self, callee: Callee) -> bool {
        match callee {
            Callee::Runtime(row) => row.ret() == AbiReturnKind::Never,
            Callee::Function(_) | Callee::Equality(_) | Callee::Hash(_) => false,
            Callee::Extern(_) | Callee::Thunk(_) => false,
        }
    }

    fn frontend_config(&self) -> TargetFrontendConfig {
        self.config
    }
}
