//! Contract values: a receiver together with the methods with which its type fulfils a contract.

use beskid_analysis::typed::{Expr, TableId};
use beskid_syntax::Span;

use super::Builder;
use crate::ir::{Address, Class, Op, Reg};
use crate::layout::{Shape, WORD_BYTES, class_of};

/// Fields of [`Shape::Contract`].
const RECEIVER: u32 = 0;
const TABLE: u32 = 1;

impl Builder<'_, '_> {
    /// A value of a record or an enum as one of a contract.
    pub(super) fn contract_of(&mut self, value: &Expr, table: TableId, span: Span) -> Reg {
        let receiver = self.value(value);
        let table = self.emit(Class::I64, Op::MethodTable(table));
        self.contract_value(receiver, table, span)
    }

    /// A contract value as one of an embedded contract, whose table is in a slot of its own.
    pub(super) fn embedded_of(&mut self, value: &Expr, slot: u32, span: Span) -> Reg {
        let value = self.value(value);
        let receiver = self.receiver(value);
        let table = self.slot(value, slot);
        self.contract_value(receiver, table, span)
    }

    fn contract_value(&mut self, receiver: Reg, table: Reg, span: Span) -> Reg {
        let fields = [(RECEIVER, Some(receiver)), (TABLE, Some(table))];
        self.object(Shape::Contract, fields.into_iter(), span)
    }

    /// A call through a contract.
    pub(super) fn call_contract(
        &mut self,
        expr: &Expr,
        value: &Expr,
        slot: u32,
        args: &[Expr],
    ) -> Option<Reg> {
        let open = self.open_outs();
        let operands = self.operands_or_unit([value].into_iter().chain(args));
        let mut args: Vec<Reg> = operands.into_iter().flatten().collect();
        let code = self.slot(args[0], slot);
        args[0] = self.receiver(args[0]);
        let result = class_of(self.type_of(expr.ty));
        let dest = result.map(|class| self.function.new_reg(class));
        self.push(dest, Op::CallIndirect { code, args, result }, Some(expr.span));
        self.close_outs(open);
        dest
    }

    /// The object behind a contract value.
    pub(super) fn receiver(&mut self, value: Reg) -> Reg {
        let address = self.address(value, Shape::Contract, RECEIVER);
        self.emit(Class::Ref, Op::Load(address))
    }

    /// A slot of a contract value's table.
    fn slot(&mut self, value: Reg, slot: u32) -> Reg {
        let address = self.address(value, Shape::Contract, TABLE);
        let table = self.emit(Class::I64, Op::Load(address));
        self.emit(Class::I64, Op::Load(Address { object: table, offset: slot * WORD_BYTES }))
    }
}
