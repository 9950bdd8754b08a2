//! Strings: the text of scalars, and concatenation.

use beskid_abi::RuntimeFn;
use beskid_analysis::typed::{Expr, FloatKind, IntKind, Type};
use beskid_syntax::Span;

use super::Builder;
use crate::ir::{Class, Conversion, Op, Reg};

/// How many strings are joined at once.
const GROUP: usize = 32;

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
            Type::Float(FloatKind::F32) => {
                (RuntimeFn::StrFromF32, self.float_bits(value, ty, span))
            }
            Type::Float(FloatKind::F64) => {
                (RuntimeFn::StrFromF64, self.float_bits(value, ty, span))
            }
            Type::Unit
            | Type::Never
            | Type::String
            | Type::Record(_)
            | Type::Enum(_)
            | Type::Array(_)
            | Type::Function(_)
            | Type::Contract(_) => {
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

    /// Concatenates all parts.
    ///
    /// Each part is alive until it is joined, so a long list is joined in groups, and groups of
    /// groups: the references that are alive at a call stay few, and each byte is copied only a
    /// few times.
    pub(super) fn concat(&mut self, parts: &[Expr], span: Span) -> Reg {
        // Joined groups by size, each list shorter than a group.
        let mut levels: Vec<Vec<Reg>> = Vec::new();
        for group in parts.chunks(GROUP) {
            let mut values = self.operands(group);
            for level in 0.. {
                if levels.len() == level {
                    levels.push(Vec::new());
                }
                levels[level].append(&mut values);
                if levels[level].len() < GROUP {
                    break;
                }
                let full = std::mem::take(&mut levels[level]);
                values = vec![self.join(&full, span)];
            }
        }
        // What was joined longest ago stands first.
        let rest: Vec<Reg> = levels.into_iter().rev().flatten().collect();
        self.join(&rest, span)
    }

    /// Concatenates values with one allocation.
    fn join(&mut self, values: &[Reg], span: Span) -> Reg {
        match *values {
            [only] => only,
            [left, right] => self.concat_two(left, right, span),
            _ => {
                let result = self.function.new_reg(Class::Ref);
                self.push(Some(result), Op::ConcatMany(values.to_vec()), Some(span));
                result
            }
        }
    }

    pub(super) fn concat_two(&mut self, left: Reg, right: Reg, span: Span) -> Reg {
        self.call_runtime(Class::Ref, RuntimeFn::StrConcat, vec![left, right], span)
    }
}
