//! Run-time checks: a compare and a branch in the hot path, everything else out of it.
//!
//! A failing check stores its numbers and its place in a stack slot and jumps to the one block of
//! the function that calls the runtime. Passing them in registers would tie up the argument
//! registers of that call around every check, which costs a fifth of the speed of tight loops.

use beskid_abi::{PanicKind, RuntimeFn, SourceLocation};
use cranelift_codegen::ir::{self, InstBuilder, StackSlot, StackSlotData, StackSlotKind, types};

use super::{Emitter, UNREACHABLE, WORD_ALIGN_SHIFT, WORD_BYTES};
use crate::ir::{Callee, Reg};

/// The shared block, and the slot for the arguments of its call in order.
#[derive(Clone, Copy)]
pub(super) struct PanicBlock {
    block: ir::Block,
    arguments: StackSlot,
}

/// Arguments of `panic_check`.
const ARGUMENTS: u32 = RuntimeFn::PanicCheck.params().len() as u32;

impl Emitter<'_> {
    /// Goes to the shared block if `condition` holds.
    ///
    /// The failing side is the first successor. Cranelift then visits the passing side first, and
    /// does not take the loop for left, which would stop it from moving invariant loads out of it.
    pub(super) fn panic_if(&mut self, condition: Reg, kind: PanicKind, numbers: [Option<Reg>; 2]) {
        let condition = self.get(condition);
        let numbers = numbers.map(|number| number.map(|number| self.get(number)));
        let passed = self.builder.create_block();
        let failed = self.builder.create_block();
        self.builder.set_cold_block(failed);
        self.builder.ins().brif(condition, failed, &[], passed, &[]);
        self.builder.seal_block(passed);
        self.builder.seal_block(failed);

        self.builder.switch_to_block(failed);
        let kind = self.builder.ins().iconst(types::I64, kind.code());
        let location = self.location_address();
        let panics = self.panic_block();
        for (index, number) in
            [Some(kind), numbers[0], numbers[1], Some(location)].into_iter().enumerate()
        {
            if let Some(number) = number {
                self.store_to_slot(panics.arguments, argument_offset(index), number);
            }
        }
        self.builder.ins().jump(panics.block, &[]);
        self.builder.switch_to_block(passed);
    }

    /// Address of the table entry for the current place; null where there is none.
    fn location_address(&mut self) -> ir::Value {
        if self.builder.srcloc().is_default() {
            return self.builder.ins().iconst(types::I64, 0);
        }
        let table = self.context.locations();
        let base = self.data_address(table);
        let index = self.builder.srcloc().bits();
        let offset = i64::from(index) * SourceLocation::SIZE as i64;
        self.builder.ins().iadd_imm_s(base, offset)
    }

    fn panic_block(&mut self) -> PanicBlock {
        if let Some(known) = self.panics {
            return known;
        }
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        let size_bytes = ARGUMENTS * WORD_BYTES;
        let slot = StackSlotData::new(StackSlotKind::ExplicitSlot, size_bytes, WORD_ALIGN_SHIFT);
        let arguments = self.builder.create_sized_stack_slot(slot);
        *self.panics.insert(PanicBlock { block, arguments })
    }

    /// Writes the shared block, once all checks are known.
    pub(super) fn finish_panics(&mut self) {
        let Some(PanicBlock { block, arguments }) = self.panics else { return };
        self.builder.switch_to_block(block);
        self.builder.seal_block(block);
        self.builder.set_srcloc(ir::SourceLoc::default());
        let base = self.builder.ins().stack_addr(types::I64, arguments, 0);
        let args: Vec<ir::Value> = (0..ARGUMENTS as usize)
            .map(|index| {
                let offset = argument_offset(index);
                self.builder.ins().load(types::I64, self.memory.stack, base, offset)
            })
            .collect();
        let callee = self.callee(Callee::Runtime(RuntimeFn::PanicCheck));
        self.builder.ins().call(callee, &args);
        self.builder.ins().trap(UNREACHABLE);
    }
}

fn argument_offset(index: usize) -> i32 {
    (index as u32 * WORD_BYTES) as i32
}
