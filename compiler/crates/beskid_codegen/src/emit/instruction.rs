//! One operation to Cranelift instructions.

use beskid_abi::{BeskidArray, BeskidStr, RuntimeFn};
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{
    self, Endianness, InstBuilder, MemFlagsData, StackSlotData, StackSlotKind, Value, types,
};

use super::{Emitter, WORD_ALIGN_SHIFT, WORD_BYTES, machine_type};
use crate::ir::{
    BinaryOp, BlockId, Callee, Class, Condition, Conversion, LengthUse, Op, Reg, UnaryOp,
};

/// A safepoint of the function: its block and its number among the safepoints of the block.
type SafepointPosition = (BlockId, usize);

impl Emitter<'_> {
    /// Emits an operation and returns its result, if it has one.
    pub(super) fn instruction(
        &mut self,
        op: &Op,
        dest: Option<Reg>,
        safepoint: Option<SafepointPosition>,
    ) -> Option<Value> {
        let class = dest.map_or(Class::I64, |dest| self.function.class(dest));
        let ty = machine_type(class);
        Some(match op {
            Op::Int(value) => self.builder.ins().iconst(ty, truncated(*value, class)),
            Op::Float(bits) => self.float(class, *bits),
            Op::Literal(literal) => {
                let data = self.context.literal(*literal);
                self.data_address(data)
            }
            Op::Copy(value) => self.get(*value),
            Op::Negate(value) => {
                let value = self.get(*value);
                if class.is_float() {
                    self.builder.ins().fneg(value)
                } else {
                    self.builder.ins().ineg(value)
                }
            }
            Op::Not(value) => {
                let value = self.get(*value);
                self.builder.ins().bxor_imm_u(value, 1)
            }
            Op::Unary(op, value) => {
                let value = self.get(*value);
                self.unary(*op, value)
            }
            Op::Binary(op, left, right) => {
                let (left, right) = (self.get(*left), self.get(*right));
                self.binary(*op, class, left, right)
            }
            Op::Compare(condition, left, right) => self.comparison(*condition, *left, *right),
            Op::Convert(conversion, value) => {
                let value = self.get(*value);
                self.conversion(*conversion, ty, value)
            }
            Op::Load(address) => {
                let object = self.get(address.object);
                self.builder.ins().load(ty, self.memory.field, object, address.offset as i32)
            }
            Op::AddressOf(address) => {
                let object = self.get(address.object);
                self.builder.ins().iadd_imm_s(object, i64::from(address.offset))
            }
            Op::Store(address, value) => {
                let (object, value) = (self.get(address.object), self.get(*value));
                self.builder.ins().store(self.memory.field, value, object, address.offset as i32);
                return None;
            }
            Op::Length(object, LengthUse::Check) => {
                self.header_word(*object, LENGTH, self.memory.movable_header)
            }
            Op::Length(object, LengthUse::Value) => {
                self.header_word(*object, LENGTH, self.memory.header)
            }
            Op::DataAddress(object) => self.header_word(*object, DATA_POINTER, self.memory.header),
            Op::KeepAlive(_) => return None,
            Op::LoadElement(array, index) => {
                let address = self.element_address(*array, *index, class);
                self.builder.ins().load(ty, self.memory.elements[&class], address, 0)
            }
            Op::StoreElement(array, index, value) => {
                let class = self.function.class(*value);
                let address = self.element_address(*array, *index, class);
                let value = self.get(*value);
                self.builder.ins().store(self.memory.elements[&class], value, address, 0);
                return None;
            }
            Op::LoadByte(string, index) => {
                let address = self.element_address(*string, *index, Class::I8);
                self.builder.ins().load(types::I8, self.memory.text, address, 0)
            }
            Op::PanicIf { condition, kind, first, second } => {
                self.panic_if(*condition, *kind, [*first, *second]);
                return None;
            }
            Op::Singleton(shape) => {
                let data = self.context.singleton(*shape);
                self.data_address(data)
            }
            Op::Allocate(shape) => {
                let (descriptor, size_bytes) = self.context.descriptor(*shape);
                let size = self.builder.ins().iconst(types::I64, i64::from(size_bytes));
                let descriptor = self.data_address(descriptor);
                let callee = Callee::Runtime(RuntimeFn::Alloc);
                return self.call(callee, &[size, descriptor], safepoint);
            }
            Op::Call(callee, args) => {
                let args: Vec<Value> = args.iter().map(|arg| self.get(*arg)).collect();
                if matches!(callee, Callee::Extern(_)) {
                    self.leave_exit_record();
                }
                return self.call(*callee, &args, safepoint);
            }
            Op::CallIndirect { code, args, result } => {
                return self.call_indirect(*code, args, *result, safepoint);
            }
            Op::FramePlace => {
                let data =
                    StackSlotData::new(StackSlotKind::ExplicitSlot, WORD_BYTES, WORD_ALIGN_SHIFT);
                let slot = self.builder.create_sized_stack_slot(data);
                self.builder.ins().stack_addr(types::I64, slot, 0)
            }
            Op::CodeAddress(callee) => {
                let callee = self.callee(*callee);
                self.builder.ins().func_addr(types::I64, callee)
            }
            Op::MethodTable(table) => {
                let data = self.context.method_table(*table);
                self.data_address(data)
            }
            Op::StaticClosure(callee) => {
                let data = self.context.static_closure(*callee);
                self.data_address(data)
            }
            Op::ConcatMany(parts) => return self.concat_many(parts, safepoint),
        })
    }

    fn float(&mut self, class: Class, bits: u64) -> Value {
        let value = f64::from_bits(bits);
        if class == Class::F32 {
            self.builder.ins().f32const(value as f32)
        } else {
            self.builder.ins().f64const(value)
        }
    }

    fn unary(&mut self, op: UnaryOp, value: Value) -> Value {
        let ins = self.builder.ins();
        match op {
            UnaryOp::BitNot => ins.bnot(value),
            UnaryOp::CountOnes => ins.popcnt(value),
            UnaryOp::LeadingZeros => ins.clz(value),
            UnaryOp::TrailingZeros => ins.ctz(value),
            UnaryOp::Sqrt => ins.sqrt(value),
            UnaryOp::FloatAbs => ins.fabs(value),
        }
    }

    fn binary(&mut self, op: BinaryOp, class: Class, left: Value, right: Value) -> Value {
        let ins = self.builder.ins();
        match (op, class.is_float()) {
            (BinaryOp::Add, false) => ins.iadd(left, right),
            (BinaryOp::Subtract, false) => ins.isub(left, right),
            (BinaryOp::Multiply, false) => ins.imul(left, right),
            (BinaryOp::Add, true) => ins.fadd(left, right),
            (BinaryOp::Subtract, true) => ins.fsub(left, right),
            (BinaryOp::Multiply, true) => ins.fmul(left, right),
            (BinaryOp::DivideFloat, _) => ins.fdiv(left, right),
            (BinaryOp::DivideSigned, _) => ins.sdiv(left, right),
            (BinaryOp::DivideUnsigned, _) => ins.udiv(left, right),
            (BinaryOp::RemainderSigned, _) => ins.srem(left, right),
            (BinaryOp::RemainderUnsigned, _) => ins.urem(left, right),
            (BinaryOp::And, _) => ins.band(left, right),
            (BinaryOp::Or, _) => ins.bor(left, right),
            (BinaryOp::Xor, _) => ins.bxor(left, right),
            // Cranelift takes the count modulo the width, as the language does.
            (BinaryOp::ShiftLeft, _) => ins.ishl(left, right),
            (BinaryOp::ShiftRightSigned, _) => ins.sshr(left, right),
            (BinaryOp::ShiftRightUnsigned, _) => ins.ushr(left, right),
        }
    }

    fn comparison(&mut self, condition: Condition, left: Reg, right: Reg) -> Value {
        let is_float = self.function.class(left).is_float();
        let (left, right) = (self.get(left), self.get(right));
        if is_float {
            self.builder.ins().fcmp(float_condition(condition), left, right)
        } else {
            self.builder.ins().icmp(int_condition(condition), left, right)
        }
    }

    fn conversion(&mut self, conversion: Conversion, ty: ir::Type, value: Value) -> Value {
        let from = self.builder.func.dfg.value_type(value);
        let ins = self.builder.ins();
        match conversion {
            Conversion::SignExtend => ins.sextend(ty, value),
            Conversion::ZeroExtend => ins.uextend(ty, value),
            Conversion::Truncate => ins.ireduce(ty, value),
            Conversion::SignedToFloat if from.bits() < 32 => {
                let wide = ins.sextend(types::I32, value);
                self.builder.ins().fcvt_from_sint(ty, wide)
            }
            Conversion::UnsignedToFloat if from.bits() < 32 => {
                let wide = ins.uextend(types::I32, value);
                self.builder.ins().fcvt_from_uint(ty, wide)
            }
            Conversion::SignedToFloat => ins.fcvt_from_sint(ty, value),
            Conversion::UnsignedToFloat => ins.fcvt_from_uint(ty, value),
            Conversion::FloatToSigned | Conversion::FloatToUnsigned if ty.bits() < 32 => {
                self.narrow_from_float(conversion, ty, value)
            }
            Conversion::FloatToSigned => ins.fcvt_to_sint_sat(ty, value),
            Conversion::FloatToUnsigned => ins.fcvt_to_uint_sat(ty, value),
            Conversion::FloatToFloat if ty == types::F64 => ins.fpromote(ty, value),
            Conversion::FloatToFloat => ins.fdemote(ty, value),
            Conversion::FloatFromBits => ins.bitcast(
                types::F64,
                MemFlagsData::new().with_endianness(Endianness::Little),
                value,
            ),
            Conversion::FloatBits => ins.bitcast(
                types::I64,
                MemFlagsData::new().with_endianness(Endianness::Little),
                value,
            ),
        }
    }

    /// Saturates to an integer narrower than the machine converts to: saturate to 32 bits, then
    /// clamp to the limits of the target type.
    fn narrow_from_float(&mut self, conversion: Conversion, ty: ir::Type, value: Value) -> Value {
        let bits = ty.bits();
        let ins = self.builder.ins();
        let clamped = if conversion == Conversion::FloatToSigned {
            let wide = ins.fcvt_to_sint_sat(types::I32, value);
            let most = self.builder.ins().iconst(types::I32, (1 << (bits - 1)) - 1);
            let least = self.builder.ins().iconst(types::I32, i64::from(u32::MAX << (bits - 1)));
            let below = self.builder.ins().smin(wide, most);
            self.builder.ins().smax(below, least)
        } else {
            let wide = ins.fcvt_to_uint_sat(types::I32, value);
            let most = self.builder.ins().iconst(types::I32, (1 << bits) - 1);
            self.builder.ins().umin(wide, most)
        };
        self.builder.ins().ireduce(ty, clamped)
    }

    /// A word of an array's or string's header.
    fn header_word(&mut self, object: Reg, offset: i32, flags: MemFlagsData) -> Value {
        let object = self.get(object);
        self.builder.ins().load(types::I64, flags, object, offset)
    }

    fn element_address(&mut self, object: Reg, index: Reg, class: Class) -> Value {
        // The access itself keeps the object alive, so the pointer may be loaded earlier.
        let data = self.header_word(object, DATA_POINTER, self.memory.movable_header);
        let index = self.get(index);
        let shift = i64::from(class.size_bytes().trailing_zeros());
        let offset = if shift == 0 { index } else { self.builder.ins().ishl_imm_u(index, shift) };
        self.builder.ins().iadd(data, offset)
    }

    fn call(
        &mut self,
        callee: Callee,
        args: &[Value],
        safepoint: Option<SafepointPosition>,
    ) -> Option<Value> {
        let callee = self.callee(callee);
        let call = self.builder.ins().call(callee, args);
        if let Some(safepoint) = safepoint {
            self.describe_roots(call, safepoint);
        }
        self.builder.inst_results(call).first().copied()
    }

    fn call_indirect(
        &mut self,
        code: Reg,
        args: &[Reg],
        result: Option<Class>,
        safepoint: Option<SafepointPosition>,
    ) -> Option<Value> {
        let param = |class: Class| ir::AbiParam::new(machine_type(class));
        let mut signature = ir::Signature::new(self.context.frontend_config().default_call_conv);
        signature.params.extend(args.iter().map(|&arg| param(self.function.class(arg))));
        signature.returns.extend(result.map(param));
        let signature = self.builder.import_signature(signature);
        let code = self.get(code);
        let args: Vec<Value> = args.iter().map(|&arg| self.get(arg)).collect();
        let call = self.builder.ins().call_indirect(signature, code, &args);
        if let Some(safepoint) = safepoint {
            self.describe_roots(call, safepoint);
        }
        self.builder.inst_results(call).first().copied()
    }

    /// Tells the runtime where this frame is, in case the foreign code calls back.
    fn leave_exit_record(&mut self) {
        let sp = self.builder.ins().get_stack_pointer(types::I64);
        let fp = self.builder.ins().get_frame_pointer(types::I64);
        self.call(Callee::Runtime(RuntimeFn::ForeignExit), &[sp, fp], None);
    }

    fn concat_many(
        &mut self,
        parts: &[Reg],
        safepoint: Option<SafepointPosition>,
    ) -> Option<Value> {
        let slot = self.list_slot();
        for (index, &part) in parts.iter().enumerate() {
            let part = self.get(part);
            self.store_to_slot(slot, (index as u32 * WORD_BYTES) as i32, part);
        }
        let list = self.builder.ins().stack_addr(types::I64, slot, 0);
        let count = self.builder.ins().iconst(types::I64, parts.len() as i64);
        self.call(Callee::Runtime(RuntimeFn::StrConcatMany), &[list, count], safepoint)
    }

    /// One slot for the lists of all concatenations of the function, as long as the longest.
    fn list_slot(&mut self) -> ir::StackSlot {
        let function = self.function;
        *self.list_slot.get_or_insert_with(|| {
            let insts = function.blocks.iter().flat_map(|block| &block.insts);
            let longest = insts.map(|inst| {
                if let Op::ConcatMany(parts) = &inst.op { parts.len() as u32 } else { 0 }
            });
            let size_bytes = longest.max().unwrap_or(0) * WORD_BYTES;
            self.builder.create_sized_stack_slot(StackSlotData::new(
                StackSlotKind::ExplicitSlot,
                size_bytes,
                WORD_ALIGN_SHIFT,
            ))
        })
    }
}

/// Arrays and strings begin alike: with the pointer to their data, and their length.
const DATA_POINTER: i32 = BeskidArray::OFFSET_PTR;
const LENGTH: i32 = BeskidArray::OFFSET_LEN;
const _: () = assert!(BeskidArray::OFFSET_PTR == BeskidStr::OFFSET_PTR);
const _: () = assert!(BeskidArray::OFFSET_LEN == BeskidStr::OFFSET_LEN);

/// The bits of a constant that its class keeps; Cranelift wants the others to be zero.
fn truncated(value: i64, class: Class) -> i64 {
    match class.size_bytes() {
        8 => value,
        size_bytes => value & ((1 << (size_bytes * 8)) - 1),
    }
}

fn int_condition(condition: Condition) -> IntCC {
    match condition {
        Condition::Equal => IntCC::Equal,
        Condition::NotEqual => IntCC::NotEqual,
        Condition::Less => IntCC::SignedLessThan,
        Condition::LessOrEqual => IntCC::SignedLessThanOrEqual,
        Condition::Greater => IntCC::SignedGreaterThan,
        Condition::GreaterOrEqual => IntCC::SignedGreaterThanOrEqual,
        Condition::UnsignedLess => IntCC::UnsignedLessThan,
        Condition::UnsignedLessOrEqual => IntCC::UnsignedLessThanOrEqual,
        Condition::UnsignedGreater => IntCC::UnsignedGreaterThan,
        Condition::UnsignedGreaterOrEqual => IntCC::UnsignedGreaterThanOrEqual,
    }
}

fn float_condition(condition: Condition) -> FloatCC {
    match condition {
        Condition::Equal => FloatCC::Equal,
        Condition::NotEqual => FloatCC::NotEqual,
        Condition::Less | Condition::UnsignedLess => FloatCC::LessThan,
        Condition::LessOrEqual | Condition::UnsignedLessOrEqual => FloatCC::LessThanOrEqual,
        Condition::Greater | Condition::UnsignedGreater => FloatCC::GreaterThan,
        Condition::GreaterOrEqual | Condition::UnsignedGreaterOrEqual => {
            FloatCC::GreaterThanOrEqual
        }
    }
}
