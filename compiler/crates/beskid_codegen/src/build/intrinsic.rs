//! Intrinsics: operations that are instructions of the intermediate representation.

use beskid_analysis::typed::{Expr, Intrinsic, Type};

use super::Builder;
use crate::ir::{BinaryOp, Class, Conversion, Op, Reg, UnaryOp};

impl Builder<'_, '_> {
    pub(super) fn intrinsic(&mut self, intrinsic: Intrinsic, args: &[Expr]) -> Reg {
        let signed = matches!(self.type_of(args[0].ty), Type::Int(kind) if kind.is_signed());
        let operands = self.operands(args);
        let class = self.function.class(operands[0]);
        match intrinsic {
            Intrinsic::BitAnd => self.emit(class, binary(BinaryOp::And, &operands)),
            Intrinsic::BitOr => self.emit(class, binary(BinaryOp::Or, &operands)),
            Intrinsic::BitXor => self.emit(class, binary(BinaryOp::Xor, &operands)),
            Intrinsic::ShiftLeft => self.emit(class, binary(BinaryOp::ShiftLeft, &operands)),
            Intrinsic::ShiftRight if signed => {
                self.emit(class, binary(BinaryOp::ShiftRightSigned, &operands))
            }
            Intrinsic::ShiftRight => {
                self.emit(class, binary(BinaryOp::ShiftRightUnsigned, &operands))
            }
            Intrinsic::BitNot => self.emit(class, Op::Unary(UnaryOp::BitNot, operands[0])),
            Intrinsic::CountOnes => self.emit(class, Op::Unary(UnaryOp::CountOnes, operands[0])),
            Intrinsic::LeadingZeros => {
                self.emit(class, Op::Unary(UnaryOp::LeadingZeros, operands[0]))
            }
            Intrinsic::TrailingZeros => {
                self.emit(class, Op::Unary(UnaryOp::TrailingZeros, operands[0]))
            }
            Intrinsic::Sqrt => self.emit(class, Op::Unary(UnaryOp::Sqrt, operands[0])),
            Intrinsic::FloatAbs => self.emit(class, Op::Unary(UnaryOp::FloatAbs, operands[0])),
            Intrinsic::FloatToBits => {
                self.emit(Class::I64, Op::Convert(Conversion::FloatBits, operands[0]))
            }
            Intrinsic::FloatFromBits => {
                self.emit(Class::F64, Op::Convert(Conversion::FloatFromBits, operands[0]))
            }
        }
    }
}

fn binary(op: BinaryOp, operands: &[Reg]) -> Op {
    Op::Binary(op, operands[0], operands[1])
}
