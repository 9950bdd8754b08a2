//! Events: the runtime keeps the list of handlers in a field of the record; raising an event calls
//! those that it has at that moment (reference 18).

use beskid_abi::RuntimeFn;
use beskid_analysis::typed::Expr;
use beskid_syntax::Span;

use super::Builder;
use super::closure::code_address;
use crate::ir::{BinaryOp, Class, Condition, Op, Reg};

impl Builder<'_, '_> {
    /// `event += handler`.
    pub(super) fn subscribe(
        &mut self,
        object: &Expr,
        field: u32,
        handler: &Expr,
        capacity: i64,
        span: Span,
    ) {
        let (slot, handler) = self.slot_and_handler(object, field, handler);
        let capacity = self.int(Class::I64, capacity);
        let args = vec![slot, handler, capacity];
        self.call_runtime(Class::I64, RuntimeFn::EventSubscribe, args, span);
    }

    /// `event -= handler`.
    pub(super) fn unsubscribe(&mut self, object: &Expr, field: u32, handler: &Expr, span: Span) {
        let (slot, handler) = self.slot_and_handler(object, field, handler);
        let args = vec![slot, handler];
        self.call_runtime(Class::I64, RuntimeFn::EventUnsubscribeFirst, args, span);
    }

    fn slot_and_handler(&mut self, object: &Expr, field: u32, handler: &Expr) -> (Reg, Reg) {
        let record = object.ty;
        let (object, handler) = self.pair(object, handler);
        let address = self.field_address(object, record, field);
        (self.emit(Class::I64, Op::AddressOf(address)), handler)
    }

    /// Calls the handlers of an event. They are copied first: what they change about the event
    /// matters the next time only.
    pub(super) fn raise(&mut self, object: &Expr, field: u32, args: &[Expr], span: Span) {
        let record = object.ty;
        let operands = self.operands_or_unit([object].into_iter().chain(args));
        let operands: Vec<Reg> = operands.into_iter().flatten().collect();
        let event = self.field_address(operands[0], record, field);
        let event = self.emit(Class::Ref, Op::Load(event));
        let count = self.call_runtime(Class::I64, RuntimeFn::EventLen, vec![event], span);
        let [copy, after] = std::array::from_fn(|_| self.function.new_block());
        let zero = self.int(Class::I64, 0);
        let empty = self.compare(Condition::Equal, count, zero);
        self.branch(empty, after, copy);
        self.current = copy;
        let handlers = self.call_runtime(Class::Ref, RuntimeFn::ArrayNewRef, vec![count], span);
        self.count_up(count, |builder, index| {
            let args = vec![event, index];
            let row = RuntimeFn::EventGetHandler;
            let handler = builder.call_runtime(Class::Ref, row, args, span);
            builder.push(None, Op::StoreElement(handlers, index, handler), None);
            builder.barrier(handlers, handler);
        });
        self.count_up(count, |builder, index| {
            let handler = builder.emit(Class::Ref, Op::LoadElement(handlers, index));
            let code = builder.emit(Class::I64, Op::Load(code_address(handler)));
            let mut args = operands.clone();
            args[0] = handler;
            let call = Op::CallIndirect { code, args, result: None };
            builder.push(None, call, Some(span));
        });
        self.jump(after);
        self.current = after;
    }

    /// A loop whose body sees the numbers from 0 to `count - 1`.
    fn count_up(&mut self, count: Reg, body: impl FnOnce(&mut Self, Reg)) {
        let [head, inside, after] = std::array::from_fn(|_| self.function.new_block());
        let index = self.function.new_reg(Class::I64);
        self.push(Some(index), Op::Int(0), None);
        self.jump(head);
        self.current = head;
        let goes_on = self.compare(Condition::Less, index, count);
        self.branch(goes_on, inside, after);
        self.current = inside;
        body(self, index);
        let one = self.int(Class::I64, 1);
        self.push(Some(index), Op::Binary(BinaryOp::Add, index, one), None);
        self.jump(head);
        self.current = after;
    }
}
