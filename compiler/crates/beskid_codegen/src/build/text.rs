//! Strings: the text of scalars, and concatenation.

use beskid_abi::RuntimeFn;
use beskid_analysis::typed::{Expr, FloatKind, IntKind, Type};
use beskid_syntax::Span;

use super::Builder;
use crate::ir::{Class, Conversion, Op, Reg};

impl Builder<'_, '_> {
    /// The text of a value, as interpolation shows it.
    pub(super) fn text_of(&mut self, operand: &Expr, span: Span) -> Reg {
        let ty = self.type_of(operand.ty);
        let value = self.value(operand);
        let (row, number) = match ty {
            Type::Bool => (RuntimeFn::StrFromBool, self.widen(value, ty, span)),
            Type::Char => (RuntimeFn::StrFromChar, self.widen(value, ty, span)),
            Type::Int(IntKind::U64 | IntKind::Usize) => (RuntimeFn::StrFromU64, value),
            Type::Int(_) => (RuntimeFn::StrFromI64, self.widen(value, ty, span)),
            Type::Float(_) => (RuntimeFn::StrFromF64, self.float_bits(value, ty, span)),
            Type::Unit
            | Type::Never
            | Type::String
            | Type::Record(_)
            | Type::Enum(_)
            | Type::Array(_) => {
                return value;
            }
        };
        self.call_runtime(Class::Ref, row, vec![number], span)
    }

    fn widen(&mut self, value: Reg, from: Type, span: Span) -> Reg {
        self.convert(value, from, Type::Int(IntKind::I64), span)
    }

    fn float_bits(&mut self, value: Reg, from: Type, span: Span) -> Reg {
        let double = self.convert(value, from, Type::Float(FloatKind::F64), span);
        self.emit(Class::I64, Op::Convert(Conversion::FloatBits, double))
    }

    /// Concatenates all parts with one allocation.
    pub(super) fn concat(&mut self, parts: &[Expr], span: Span) -> Reg {
        let values = self.operands(parts);
        match values[..] {
            [only] => only,
            [left, right] => self.concat_two(left, right, span),
            _ => {
                let result = self.function.new_reg(Class::Ref);
                self.push(Some(result), Op::ConcatMany(values), Some(span));
                result
            }
        }
    }

    pub(super) fn concat_two(&mut self, left: Reg, right: Reg, span: Span) -> Reg {
        self.call_runtime(Class::Ref, RuntimeFn::StrConcat, vec![left, right], span)
    }
}
