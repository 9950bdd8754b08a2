//! Hashes of values, which agree with their structural equality. Records and enums have one
//! synthesised function per type.

use beskid_abi::RuntimeFn;
use beskid_analysis::typed::{Expr, FloatKind, IntKind, Type, TypeId};
use beskid_syntax::Span;

use super::equality::{declaration, shapes};
use super::expression::tag_address;
use super::{Builder, Shared};
use crate::ir::{BinaryOp, Callee, Class, Conversion, Function, Op, Reg, Terminator};
use crate::layout::{Shape, class_of};

/// An odd number without pattern: the golden ratio.
const FACTOR: i64 = 0x9E37_79B9_7F4A_7C15_u64 as i64;

/// Builds the hash of one type: an object in, an `i64` out.
pub(crate) fn build_hash(shared: &mut Shared<'_>, ty: TypeId) -> Function {
    let program = shared.program;
    let name = format!("{} hash", program.type_name(ty));
    let span = declaration(program, ty);
    let mut builder = Builder::new(shared, &name, TypeId::I64);
    let object = builder.function.new_reg(Class::Ref);
    builder.function.params = vec![object];
    let is_enum = matches!(program.types.get(ty), Type::Enum(_));
    let tag = is_enum.then(|| builder.emit(Class::I32, Op::Load(tag_address(object))));
    for (tag_number, (shape, fields)) in (0..).zip(shapes(program, ty)) {
        let next = builder.function.new_block();
        if let Some(tag) = tag {
            builder.test_number(tag, tag_number, next);
        }
        builder.hash_fields(shape, &fields, object, tag_number, span);
        builder.current = next;
    }
    builder.finish()
}

impl Builder<'_, '_> {
    /// The hash of a value.
    pub(super) fn hash(&mut self, value: &Expr, span: Span) -> Reg {
        let Some(reg) = self.evaluate(value) else { return self.int(Class::I64, 0) };
        let word = self.hash_word(value.ty, reg, span);
        let start = self.int(Class::I64, 0);
        self.mix(start, word)
    }

    /// Returns the hash of all fields of an object of one kind.
    fn hash_fields(&mut self, shape: Shape, fields: &[TypeId], object: Reg, tag: i64, span: Span) {
        let mut hash = self.int(Class::I64, tag);
        for (index, &ty) in (0..).zip(fields) {
            let Some(class) = class_of(self.type_of(ty)) else { continue };
            let address = self.address(object, shape, index);
            let value = self.emit(class, Op::Load(address));
            let word = self.hash_word(ty, value, span);
            hash = self.mix(hash, word);
        }
        self.terminate(Terminator::Return(Some(hash)));
    }

    /// A word that equal values of a type have in common.
    fn hash_word(&mut self, ty: TypeId, value: Reg, span: Span) -> Reg {
        match self.type_of(ty) {
            Type::String => self.call_runtime(Class::I64, RuntimeFn::StrHash, vec![value], span),
            Type::Record(_) | Type::Enum(_) => {
                let dest = self.function.new_reg(Class::I64);
                self.push(Some(dest), Op::Call(Callee::Hash(ty), vec![value]), Some(span));
                dest
            }
            float @ Type::Float(_) => {
                let double = self.convert(value, float, Type::Float(FloatKind::F64), span);
                // The two zeros are equal: adding zero turns the negative one into the other.
                let zero = self.emit(Class::F64, Op::Float(0));
                let sum = self.emit(Class::F64, Op::Binary(BinaryOp::Add, double, zero));
                self.emit(Class::I64, Op::Convert(Conversion::FloatBits, sum))
            }
            scalar @ (Type::Bool | Type::Int(_) | Type::Char) => {
                self.convert(value, scalar, Type::Int(IntKind::I64), span)
            }
            other @ (Type::Unit
            | Type::Never
            | Type::Array(_)
            | Type::Function(_)
            | Type::Contract(_)) => {
                panic!("analysis hashes no values of type {other:?}")
            }
        }
    }

    fn mix(&mut self, hash: Reg, word: Reg) -> Reg {
        let factor = self.int(Class::I64, FACTOR);
        let places = self.int(Class::I64, 32);
        let joined = self.emit(Class::I64, Op::Binary(BinaryOp::Add, hash, word));
        let product = self.emit(Class::I64, Op::Binary(BinaryOp::Multiply, joined, factor));
        let high = Op::Binary(BinaryOp::ShiftRightUnsigned, product, places);
        let high = self.emit(Class::I64, high);
        self.emit(Class::I64, Op::Binary(BinaryOp::Xor, product, high))
    }
}
