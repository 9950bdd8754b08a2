//! Statements.

use super::body::Body;
use crate::random::program::{
    BinaryOp, Block, CompareOp, Expr, ExprKind, I32, I64, LocalForm, Slot, Statement, Type,
};

/// How deep the expressions of a statement are.
const DEPTH: u32 = 3;

impl Body<'_> {
    /// Some statements of the innermost scope.
    pub(super) fn statements(&mut self, count: usize, depth: u32) -> Block {
        let mut block = Vec::new();
        for _ in 0..count {
            let more = self.statement(depth);
            block.extend(more);
        }
        block
    }

    fn statement(&mut self, depth: u32) -> Block {
        let choices = if depth == 0 { 65 } else { 100 };
        match self.generator.rng.below(choices) {
            0..23 => vec![self.local_statement()],
            23..38 => self.assign_local(),
            38..45 => self.assign_field(),
            45..52 => self.assign_element(),
            52..60 => vec![self.print_statement()],
            60..65 => self.call_statement(),
            65..77 => vec![self.if_statement(depth - 1)],
            77..82 => self.while_statement(depth - 1),
            82..87 => vec![self.range_statement(depth - 1)],
            87..90 => self.index_loop(depth - 1),
            90..94 => vec![self.each_statement(depth - 1)],
            94..97 => self.leave_statement(),
            _ => {
                let block = self.block(depth - 1);
                vec![Statement::Block(block)]
            }
        }
    }

    fn block(&mut self, depth: u32) -> Block {
        let count = 1 + self.generator.rng.below(4);
        self.scoped(|body| body.statements(count, depth))
    }

    fn loop_block(&mut self, depth: u32) -> Block {
        self.loops += 1;
        let block = self.block(depth);
        self.loops -= 1;
        block
    }

    fn local_statement(&mut self) -> Statement {
        let ty = self.generator.any_type();
        let mutable = self.generator.rng.chance(60);
        let (form, init) = if self.generator.rng.chance(25) {
            let form = if mutable { LocalForm::LetMutable } else { LocalForm::Let };
            (form, self.expr(&ty, DEPTH))
        } else {
            let form = if mutable { LocalForm::TypedMutable } else { LocalForm::Typed };
            (form, self.stored(&ty, DEPTH))
        };
        Statement::Local { slot: self.declare(&ty, mutable), form, init }
    }

    fn assign_local(&mut self) -> Block {
        let slots = self.visible(|variable| variable.assignable);
        let Some(slot) = self.one_of(&slots) else { return Vec::new() };
        let ty = self.locals[slot].ty.clone();
        let target = self.generator.local(slot, &ty);
        vec![self.assignment(target)]
    }

    /// Plain or compound.
    fn assignment(&mut self, target: Expr) -> Statement {
        let ty = target.ty.clone();
        let op = match &ty {
            Type::Int(_) => Some(self.int_op()),
            Type::F32 | Type::F64 => Some(self.float_op()),
            Type::Text => Some(BinaryOp::Add),
            Type::Unit | Type::Bool | Type::Char | Type::Record(_) | Type::Array(_) => None,
        };
        match op.filter(|_| self.generator.rng.chance(50)) {
            Some(op) => {
                let value = self.right_operand(op, &ty, DEPTH - 1, true);
                Statement::Assign { target, op: Some(op), value }
            }
            None => {
                let value = self.stored(&ty, DEPTH);
                Statement::Assign { target, op: None, value }
            }
        }
    }

    fn assign_field(&mut self) -> Block {
        let slots = self.visible(|it| matches!(self.locals[it.slot].ty, Type::Record(_)));
        let Some(slot) = self.one_of(&slots) else { return Vec::new() };
        let ty = self.locals[slot].ty.clone();
        let Type::Record(record) = ty else { panic!("only records were asked for") };
        let object = self.generator.local(slot, &ty);
        let field = self.generator.rng.below(self.generator.tree.records[record].fields.len());
        let field_type = self.generator.tree.records[record].fields[field].1.clone();
        let target = ExprKind::Field(Box::new(object), field);
        let target = self.generator.node(&field_type, target);
        vec![self.assignment(target)]
    }

    fn assign_element(&mut self) -> Block {
        let slots = self.visible(|it| matches!(self.locals[it.slot].ty, Type::Array(_)));
        let Some(slot) = self.one_of(&slots) else { return Vec::new() };
        let ty = self.locals[slot].ty.clone();
        let Type::Array(element) = &ty else { panic!("only arrays were asked for") };
        let array = self.generator.local(slot, &ty);
        let index = self.index();
        let target = ExprKind::Index(Box::new(array), Box::new(index));
        let target = self.generator.node(element, target);
        vec![self.assignment(target)]
    }

    fn print_statement(&mut self) -> Statement {
        let ty = self.generator.any_type();
        let value = self.expr(&ty, DEPTH);
        Statement::Print(self.generator.shown(value))
    }

    fn call_statement(&mut self) -> Block {
        let call = self.call_of(|_| true, DEPTH);
        call.map(Statement::Expr).into_iter().collect()
    }

    fn if_statement(&mut self, depth: u32) -> Statement {
        let condition = self.expr(&Type::Bool, DEPTH);
        let then_block = self.block(depth);
        let else_block = self.generator.rng.chance(50).then(|| self.block(depth));
        Statement::If { condition, then_block, else_block }
    }

    /// `mut i32 n = …; while n > 0 && … { n -= 1; … }`
    fn while_statement(&mut self, depth: u32) -> Block {
        let ty = Type::Int(I32);
        let slot = self.declare(&ty, false);
        let times = self.generator.rng.below(8) as i128;
        let init = self.generator.node(&ty, ExprKind::Int { value: times, suffixed: false });
        let form = LocalForm::TypedMutable;
        let [counter, zero] = [self.generator.local(slot, &ty), self.number(0)].map(Box::new);
        let kind = ExprKind::Compare(CompareOp::Greater, counter, zero);
        let mut condition = self.generator.node(&Type::Bool, kind);
        if self.generator.rng.chance(40) {
            let other = self.expr(&Type::Bool, DEPTH);
            let kind = ExprKind::And(Box::new(condition), Box::new(other));
            condition = self.generator.node(&Type::Bool, kind);
        }
        let (target, value) = (self.generator.local(slot, &ty), self.number(1));
        let mut body = vec![Statement::Assign { target, op: Some(BinaryOp::Subtract), value }];
        body.extend(self.loop_block(depth));
        vec![Statement::Local { slot, form, init }, Statement::While { condition, body }]
    }

    fn number(&mut self, value: i128) -> Expr {
        self.generator.node(&Type::Int(I32), ExprKind::Int { value, suffixed: false })
    }

    /// A range of a few numbers, which may end at the greatest of the type.
    fn range_statement(&mut self, depth: u32) -> Statement {
        let ty = self.generator.int_type();
        let Type::Int(int) = ty else { panic!("an integer type was asked for") };
        let length = self.generator.rng.below(7) as i128;
        let start = match self.generator.rng.below(4) {
            0 => int.max() - length,
            1 => int.min(),
            _ => int.wrap(self.generator.rng.below(30) as i128 - 10),
        };
        let mut bound = |value| self.generator.node(&ty, ExprKind::Int { value, suffixed: true });
        let (mut from, mut to) = (bound(start), bound((start + length).min(int.max())));
        if self.generator.rng.chance(20) {
            from = self.expr(&ty, 1);
        }
        if self.generator.rng.chance(20) {
            to = self.expr(&ty, 1);
        }
        self.scoped(|body| {
            let slot = body.declare(&ty, false);
            Statement::ForRange { slot, from, to, body: body.loop_block(depth) }
        })
    }

    /// `for i in range(0, __array_len(a)) { a[i] = …; … }`
    fn index_loop(&mut self, depth: u32) -> Block {
        let arrays = self.visible(|it| matches!(self.locals[it.slot].ty, Type::Array(_)));
        let Some(array) = self.one_of(&arrays) else { return Vec::new() };
        let (ty, index_type) = (self.locals[array].ty.clone(), Type::Int(I64));
        let Type::Array(element) = &ty else { panic!("only arrays were asked for") };
        let from = self.generator.node(&index_type, ExprKind::Int { value: 0, suffixed: false });
        let object = Box::new(self.generator.local(array, &ty));
        let to = self.generator.node(&index_type, ExprKind::ArrayLength(object));
        let statement = self.scoped(|body| {
            let slot = body.declare_new(&index_type);
            let target = body.element_at(array, slot, element);
            let mut block = vec![body.assignment(target)];
            block.extend(body.loop_block(depth));
            Statement::ForRange { slot, from, to, body: block }
        });
        vec![statement]
    }

    fn element_at(&mut self, array: Slot, index: Slot, element: &Type) -> Expr {
        let object = self.generator.local(array, &self.locals[array].ty.clone());
        let index = self.generator.local(index, &Type::Int(I64));
        self.generator.node(element, ExprKind::Index(Box::new(object), Box::new(index)))
    }

    fn each_statement(&mut self, depth: u32) -> Statement {
        let element = self.generator.any_type();
        let array = self.expr(&Type::array(element.clone()), DEPTH);
        self.scoped(|body| {
            let slot = body.declare(&element, false);
            Statement::ForEach { slot, array, body: body.loop_block(depth) }
        })
    }

    /// Leaves the loop or the function under a condition.
    fn leave_statement(&mut self) -> Block {
        let leave = match self.generator.rng.below(5) {
            0 | 1 if self.loops > 0 => Statement::Break,
            2 | 3 if self.loops > 0 => Statement::Continue,
            _ => self.return_statement(2),
        };
        let condition = self.expr(&Type::Bool, DEPTH);
        vec![Statement::If { condition, then_block: vec![leave], else_block: None }]
    }

    pub(super) fn return_statement(&mut self, depth: u32) -> Statement {
        let ty = self.result.clone();
        let value = (ty != Type::Unit).then(|| self.stored(&ty, depth));
        Statement::Return(value)
    }

    pub(super) fn one_of<T: Clone>(&mut self, choices: &[T]) -> Option<T> {
        (!choices.is_empty()).then(|| self.generator.rng.pick(choices).clone())
    }
}
