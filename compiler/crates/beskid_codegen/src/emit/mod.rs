//! Our representation to Cranelift IR.
//!
//! [`emit_function`] translates one function. It builds SSA form on the way: blocks are visited in
//! reverse postorder and sealed as soon as their last predecessor has been, which keeps
//! loop-invariant values recognisable for Cranelift's optimiser.

mod checks;
mod instruction;
mod roots;

use std::collections::HashMap;

use beskid_analysis::typed::TableId;
use beskid_syntax::Span;
use cranelift_codegen::ir::{
    self, AliasRegion, AliasRegionData, FuncRef, GlobalValue, InstBuilder, MemFlagsData, SourceLoc,
    StackSlot, StackSlotData, StackSlotKind, UserStackMapEntry, Value, types,
};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Variable};
use cranelift_module::{DataId, FuncId};

use crate::ir::{BlockId, Class, Function, Op, Reg, Terminator};
use crate::layout::Shape;
use crate::passes::assignment_counts;
use roots::RootMap;

/// The machine type of a class; references are addresses.
pub(crate) fn machine_type(class: Class) -> ir::Type {
    match class {
        Class::I8 => types::I8,
        Class::I16 => types::I16,
        Class::I32 => types::I32,
        Class::I64 | Class::Ref => types::I64,
        Class::F32 => types::F32,
        Class::F64 => types::F64,
    }
}

/// What the emitter must know about the module around a function.
pub(crate) trait ModuleContext {
    /// The signature of a declaration.
    fn signature(&self, id: FuncId) -> ir::Signature;
    /// A callable declaration, imported into `func`.
    fn callee(&self, callee: crate::ir::Callee, func: &mut ir::Function) -> FuncRef;
    /// The data object of a string literal.
    fn literal(&self, literal: crate::ir::LiteralId) -> DataId;
    /// The type descriptor of a kind of object, and the size of the objects.
    fn descriptor(&self, shape: Shape) -> (DataId, u32);
    /// The static object of a variant without payload.
    fn singleton(&self, shape: Shape) -> DataId;
    /// The methods with which a type fulfils a contract.
    fn method_table(&self, table: TableId) -> DataId;
    /// The static closure object of a function.
    fn static_closure(&self, callee: crate::ir::Callee) -> DataId;
    /// The table of source locations.
    fn locations(&self) -> DataId;
    /// Index of a source place in the table of locations.
    fn location(&self, span: Span) -> u32;
    /// Whether a call of this function never comes back.
    fn never_returns(&self, callee: crate::ir::Callee) -> bool;
    /// The target's conventions.
    fn frontend_config(&self) -> TargetFrontendConfig;
}

/// Translates a function into an empty one.
pub(crate) fn emit_function(
    context: &dyn ModuleContext,
    builder_context: &mut FunctionBuilderContext,
    id: FuncId,
    function: &Function,
    func: &mut ir::Function,
) {
    func.name = ir::UserFuncName::user(FUNCTION_NAMESPACE, id.as_u32());
    func.signature = context.signature(id);
    let config = context.frontend_config();
    let builder = FunctionBuilder::new(func, builder_context);
    let mut emitter = Emitter::new(context, builder, function);
    emitter.entry();
    emitter.blocks();
    emitter.finish_panics();
    emitter.builder.finalize(config);
}

struct Emitter<'a> {
    context: &'a dyn ModuleContext,
    builder: FunctionBuilder<'a>,
    function: &'a Function,
    blocks: Vec<ir::Block>,
    homes: Vec<Home>,
    roots: RootMap,
    slots: Vec<Option<StackSlot>>,
    memory: Memory,
    callees: HashMap<crate::ir::Callee, FuncRef>,
    data: HashMap<DataId, GlobalValue>,
    list_slot: Option<StackSlot>,
    panics: Option<checks::PanicBlock>,
}

/// Where the value of a register is found.
#[derive(Clone, Copy)]
enum Home {
    /// Assigned once: the value, as soon as it is known.
    Value(Option<Value>),
    /// Assigned more than once: a variable for the SSA builder.
    Variable(Variable),
}

/// Flags of the kinds of memory access. The regions are disjoint, which lets Cranelift keep a
/// value loaded from one across stores to another.
struct Memory {
    /// Headers of arrays and strings, which never change after construction.
    header: MemFlagsData,
    /// The same, where the optimiser may choose the place of the load.
    movable_header: MemFlagsData,
    /// Fields of records.
    field: MemFlagsData,
    /// Elements of arrays, by class.
    elements: HashMap<Class, MemFlagsData>,
    /// Bytes of strings, which never change.
    text: MemFlagsData,
    /// The function's own stack slots.
    stack: MemFlagsData,
}

impl Memory {
    fn new(func: &mut ir::Function) -> Memory {
        let mut next_id = 0;
        let mut region = |description: &'static str| -> Option<AliasRegion> {
            next_id += 1;
            let data = AliasRegionData { user_id: next_id, description: description.into() };
            Some(func.dfg.alias_regions.insert(data))
        };
        let trusted = MemFlagsData::trusted();
        let headers = trusted.with_readonly().with_alias_region(region("headers"));
        let classes = [
            (Class::I8, "i8 elements"),
            (Class::I16, "i16 elements"),
            (Class::I32, "i32 elements"),
            (Class::I64, "i64 elements"),
            (Class::F32, "f32 elements"),
            (Class::F64, "f64 elements"),
            (Class::Ref, "reference elements"),
        ];
        Memory {
            header: headers,
            movable_header: headers.with_can_move(),
            field: trusted.with_alias_region(region("fields")),
            elements: classes
                .into_iter()
                .map(|(class, name)| (class, trusted.with_alias_region(region(name))))
                .collect(),
            text: trusted.with_readonly().with_alias_region(region("text")),
            stack: trusted.with_alias_region(region("stack")),
        }
    }
}

impl<'a> Emitter<'a> {
    fn new(
        context: &'a dyn ModuleContext,
        mut builder: FunctionBuilder<'a>,
        function: &'a Function,
    ) -> Self {
        let blocks = function.blocks.iter().map(|_| builder.create_block()).collect();
        let counts = assignment_counts(function);
        let homes = function.regs.iter().zip(counts).map(|(&class, count)| {
            if count > 1 {
                Home::Variable(builder.declare_var(machine_type(class)))
            } else {
                Home::Value(None)
            }
        });
        let homes = homes.collect();
        let roots = RootMap::new(function);
        let slots = roots.needs_slot.iter().map(|&needed| {
            let slot =
                StackSlotData::new(StackSlotKind::ExplicitSlot, WORD_BYTES, WORD_ALIGN_SHIFT);
            needed.then(|| builder.create_sized_stack_slot(slot))
        });
        let slots = slots.collect();
        let memory = Memory::new(builder.func);
        Emitter {
            context,
            builder,
            function,
            blocks,
            homes,
            roots,
            slots,
            memory,
            callees: HashMap::new(),
            data: HashMap::new(),
            list_slot: None,
            panics: None,
        }
    }

    fn entry(&mut self) {
        let entry = self.block(BlockId::ENTRY);
        self.builder.append_block_params_for_function_params(entry);
        self.builder.switch_to_block(entry);
        self.builder.seal_block(entry);
        let values = self.builder.block_params(entry).to_vec();
        for (&param, value) in self.function.params.iter().zip(values) {
            self.set(param, value);
        }
    }

    fn blocks(&mut self) {
        let function = self.function;
        let order = function.reverse_postorder();
        let mut open_edges = vec![0u32; function.blocks.len()];
        for &block in &order {
            for successor in function.blocks[block.index()].end.successors() {
                open_edges[successor.index()] += 1;
            }
        }
        for block in order {
            self.one_block(block);
            for successor in function.blocks[block.index()].end.successors() {
                open_edges[successor.index()] -= 1;
                if open_edges[successor.index()] == 0 {
                    self.builder.seal_block(self.blocks[successor.index()]);
                }
            }
        }
    }

    fn one_block(&mut self, id: BlockId) {
        let function = self.function;
        if id != BlockId::ENTRY {
            self.builder.switch_to_block(self.block(id));
        }
        let mut safepoint = 0;
        for inst in &function.blocks[id.index()].insts {
            self.place(inst.span);
            let is_safepoint = inst.op.is_safepoint();
            let value =
                self.instruction(&inst.op, inst.dest, is_safepoint.then_some((id, safepoint)));
            safepoint += usize::from(is_safepoint);
            if let (Some(dest), Some(value)) = (inst.dest, value) {
                self.set(dest, value);
            }
            if let Op::Call(callee, _) = inst.op
                && self.context.never_returns(callee)
            {
                self.builder.ins().trap(UNREACHABLE);
                return;
            }
        }
        self.terminator(&function.blocks[id.index()].end);
    }

    fn terminator(&mut self, end: &Terminator) {
        match *end {
            Terminator::Jump(target) => {
                let target = self.block(target);
                self.builder.ins().jump(target, &[]);
            }
            Terminator::Branch { condition, then_block, else_block } => {
                let condition = self.get(condition);
                let (then_block, else_block) = (self.block(then_block), self.block(else_block));
                self.builder.ins().brif(condition, then_block, &[], else_block, &[]);
            }
            Terminator::Return(value) => {
                let values: Vec<Value> = value.map(|value| self.get(value)).into_iter().collect();
                self.builder.ins().return_(&values);
            }
            Terminator::Unreachable => {
                self.builder.ins().trap(UNREACHABLE);
            }
        }
    }

    fn block(&self, id: BlockId) -> ir::Block {
        self.blocks[id.index()]
    }

    /// The current value of a register.
    fn get(&mut self, reg: Reg) -> Value {
        match self.homes[reg.index()] {
            Home::Variable(variable) => self.builder.use_var(variable),
            Home::Value(value) => value.expect("a register is assigned before it is read"),
        }
    }

    /// Assigns a register, and its slot if the collector must see it.
    fn set(&mut self, reg: Reg, value: Value) {
        match &mut self.homes[reg.index()] {
            Home::Variable(variable) => {
                let variable = *variable;
                self.builder.def_var(variable, value);
            }
            Home::Value(home) => *home = Some(value),
        }
        if let Some(slot) = self.slots[reg.index()] {
            self.store_to_slot(slot, 0, value);
        }
    }

    fn store_to_slot(&mut self, slot: StackSlot, offset: i32, value: Value) {
        let address = self.builder.ins().stack_addr(types::I64, slot, offset);
        self.builder.ins().store(self.memory.stack, value, address, 0);
    }

    /// Attaches the stack map of a safepoint to a call instruction.
    fn describe_roots(&mut self, call: ir::Inst, (block, index): (BlockId, usize)) {
        for &reg in &self.roots.of_block(block)[index] {
            let slot = self.slots[reg.index()].expect("live references have slots");
            let entry = UserStackMapEntry { ty: types::I64, slot, offset: 0 };
            self.builder.func.dfg.append_user_stack_map_entry(call, entry);
        }
    }

    fn place(&mut self, span: Option<Span>) {
        let location =
            span.map_or(SourceLoc::default(), |span| SourceLoc::new(self.context.location(span)));
        self.builder.set_srcloc(location);
    }

    fn callee(&mut self, callee: crate::ir::Callee) -> FuncRef {
        if let Some(&known) = self.callees.get(&callee) {
            return known;
        }
        let func_ref = self.context.callee(callee, self.builder.func);
        self.callees.insert(callee, func_ref);
        func_ref
    }

    /// The address of a data object of the module.
    fn data_address(&mut self, id: DataId) -> Value {
        let global = *self.data.entry(id).or_insert_with(|| {
            let name = ir::UserExternalName { namespace: DATA_NAMESPACE, index: id.as_u32() };
            let name = self.builder.func.declare_imported_user_function(name);
            self.builder.create_global_value(ir::GlobalValueData::Symbol {
                name: ir::ExternalName::user(name),
                offset: 0.into(),
                colocated: true,
                tls: false,
            })
        });
        self.builder.ins().symbol_value(types::I64, global)
    }
}

const WORD_BYTES: u32 = crate::layout::WORD_BYTES;
const WORD_ALIGN_SHIFT: u8 = WORD_BYTES.trailing_zeros() as u8;

/// `cranelift_module` gives functions the namespace 0 and data objects the namespace 1.
pub(crate) const FUNCTION_NAMESPACE: u32 = 0;
const DATA_NAMESPACE: u32 = 1;

/// The trap behind calls that do not return.
const UNREACHABLE: ir::TrapCode = ir::TrapCode::unwrap_user(1);
