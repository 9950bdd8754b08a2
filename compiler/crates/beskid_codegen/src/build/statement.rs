//! Statements and loops.

use beskid_analysis::typed::{Block, Expr, LocalId, Statement};

use super::{Builder, Loop};
use crate::ir::{BinaryOp, BlockId, Class, Condition, LengthUse, Op, Reg, Terminator};

impl Builder<'_, '_> {
    pub(super) fn block(&mut self, block: &Block) {
        block.statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { local, value } => self.initialise(*local, value),
            Statement::Expr(expr) => {
                self.evaluate(expr);
            }
            Statement::Return(value) => self.return_(value.as_ref()),
            Statement::Break => {
                let target = self.innermost_loop().break_to;
                self.leave(Terminator::Jump(target));
            }
            Statement::Continue => {
                let target = self.innermost_loop().continue_to;
                self.leave(Terminator::Jump(target));
            }
            Statement::If { condition, then_block, else_block } => {
                self.if_(condition, then_block, else_block);
            }
            Statement::While { condition, body } => self.while_(condition, body),
            Statement::ForRange { local, start, end, body } => {
                self.for_range(*local, start, end, body);
            }
            Statement::ForArray { local, array, body } => self.for_array(*local, array, body),
            Statement::Block(block) => self.block(block),
        }
    }

    fn initialise(&mut self, local: LocalId, value: &Expr) {
        let value = self.evaluate(value);
        if let (Some(local), Some(value)) = (self.local(local), value) {
            self.copy_to(local, value);
        }
    }

    fn return_(&mut self, value: Option<&Expr>) {
        let value = value.and_then(|value| self.evaluate(value));
        let has_result = self.function.result.is_some();
        self.write_outs();
        self.leave(match value {
            Some(value) if has_result => Terminator::Return(Some(value)),
            // A result that never completes leaves an unreachable end behind.
            None if has_result => Terminator::Unreachable,
            Some(_) | None => Terminator::Return(None),
        });
    }

    fn innermost_loop(&self) -> Loop {
        *self.loops.last().expect("analysis rejects `break` and `continue` outside loops")
    }

    /// A chain of `else if` is walked in a loop: it may be longer than the stack is deep.
    fn if_(&mut self, condition: &Expr, then_part: &Block, else_part: &Block) {
        let after = self.function.new_block();
        let (mut condition, mut then_part, mut else_part) = (condition, then_part, else_part);
        loop {
            let [then_block, else_block] = std::array::from_fn(|_| self.function.new_block());
            self.branch_on(condition, then_block, else_block);
            self.current = then_block;
            self.block(then_part);
            self.jump(after);
            self.current = else_block;
            match &else_part.statements[..] {
                [Statement::If { condition: next, then_block, else_block }] => {
                    (condition, then_part, else_part) = (next, then_block, else_block);
                }
                _ => break,
            }
        }
        self.block(else_part);
        self.jump(after);
        self.current = after;
    }

    fn while_(&mut self, condition: &Expr, body: &Block) {
        let [header, body_block, after] = self.new_blocks();
        self.jump(header);
        self.current = header;
        self.branch_on(condition, body_block, after);
        self.current = body_block;
        self.loop_body(body, Loop { break_to: after, continue_to: header });
        self.jump(header);
        self.current = after;
    }

    fn for_range(&mut self, local: LocalId, start: &Expr, end: &Expr, body: &Block) {
        let condition = self.less_than(start);
        let class = self.class(start.ty);
        let bounds = self.operands([start, end]);
        let end = self.emit(class, Op::Copy(bounds[1]));
        let start = bounds[0];
        self.counted_loop(class, start, end, condition, |builder, counter| {
            if let Some(local) = builder.local(local) {
                builder.copy_to(local, counter);
            }
            body
        });
    }

    fn for_array(&mut self, local: LocalId, array: &Expr, body: &Block) {
        let span = array.span;
        let array = self.stable_value(array);
        let start = self.int(Class::I64, 0);
        let length = self.emit(Class::I64, Op::Length(array, LengthUse::Value));
        self.counted_loop(Class::I64, start, length, Condition::UnsignedLess, |builder, index| {
            if let Some(local) = builder.local(local) {
                builder.push(Some(local), Op::LoadElement(array, index), None);
                if builder.function.class(local) == Class::Ref {
                    builder.check_not_empty(local, span);
                }
            }
            body
        });
    }

    /// A loop whose counter runs from `start` up to and without `end`. `enter` prepares a pass and
    /// names its statements. The counter cannot wrap, because it stays at or below `end`.
    fn counted_loop<'b>(
        &mut self,
        class: Class,
        start: Reg,
        end: Reg,
        condition: Condition,
        enter: impl FnOnce(&mut Self, Reg) -> &'b Block,
    ) {
        let [header, body_block, advance] = self.new_blocks();
        let after = self.function.new_block();
        let counter = self.emit(class, Op::Copy(start));
        self.jump(header);
        self.current = header;
        let inside = self.compare(condition, counter, end);
        self.branch(inside, body_block, after);
        self.current = body_block;
        let body = enter(self, counter);
        self.loop_body(body, Loop { break_to: after, continue_to: advance });
        self.jump(advance);
        self.current = advance;
        let one = self.int(class, 1);
        self.push(Some(counter), Op::Binary(BinaryOp::Add, counter, one), None);
        self.jump(header);
        self.current = after;
    }

    fn loop_body(&mut self, body: &Block, targets: Loop) {
        self.loops.push(targets);
        self.block(body);
        self.loops.pop();
    }

    fn new_blocks(&mut self) -> [BlockId; 3] {
        std::array::from_fn(|_| self.function.new_block())
    }

    /// A value that later assignments to a variable do not change.
    fn stable_value(&mut self, expr: &Expr) -> Reg {
        let value = self.value(expr);
        let class = self.function.class(value);
        self.emit(class, Op::Copy(value))
    }
}
