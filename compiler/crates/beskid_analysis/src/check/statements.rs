//! Statements, and whether control reaches their end (reference 9).

use beskid_syntax::{Span, ast, diagnostic};

use crate::scope::Lookup;
use crate::typed::{Block, Expr, ExprKind, LocalId, Statement, TypeId};
use crate::types::ERROR;

use super::body::{Body, Loop, ResultType, returning};
use super::conversions::Role;
use super::operators::expected_integer;

/// The intrinsic that makes a range, in the head of a `for` only.
const RANGE: &str = "range";
/// The method that makes a value an iterator.
const NEXT: &str = "Next";

/// Checked statements.
pub(super) struct CheckedBlock {
    pub(super) block: Block,
    /// Whether control can reach the end.
    pub(super) completes: bool,
}

impl<'a> Body<'_, 'a> {
    /// A block with a scope of its own.
    pub(super) fn block(&mut self, block: &'a ast::Block) -> CheckedBlock {
        self.open_scope(&block.stmts);
        let checked = self.statements(&block.stmts);
        self.close_scope();
        checked
    }

    /// Statements in the innermost scope. Those that can never run are checked and left out.
    pub(super) fn statements(&mut self, stmts: &'a [ast::Stmt]) -> CheckedBlock {
        let around = self.unreachable;
        let mut block = Block::default();
        let mut completes = true;
        for stmt in stmts {
            if !completes && !self.unreachable {
                self.report(diagnostic::unreachable_code(stmt.span));
                self.unreachable = true;
            }
            let mut checked = Vec::new();
            let stmt_completes = self.statement(stmt, &mut checked);
            if completes {
                block.statements.append(&mut checked);
                completes = stmt_completes;
            }
        }
        self.unreachable = around;
        CheckedBlock { block, completes }
    }

    /// Checks a statement; whether control can reach its end.
    fn statement(&mut self, stmt: &'a ast::Stmt, out: &mut Vec<Statement>) -> bool {
        match &stmt.kind {
            ast::StmtKind::Local(local) => self.local_statement(local, out),
            ast::StmtKind::Return(value) => self.return_statement(value.as_ref(), stmt.span, out),
            ast::StmtKind::Break => self.break_statement(stmt.span, out),
            ast::StmtKind::Continue => self.continue_statement(stmt.span, out),
            ast::StmtKind::If(chain) => self.if_statement(chain, out),
            ast::StmtKind::While(it) => self.while_statement(it, out),
            ast::StmtKind::For(it) => self.for_statement(it, out),
            ast::StmtKind::Block(block) => {
                let checked = self.block(block);
                out.push(Statement::Block(checked.block));
                checked.completes
            }
            ast::StmtKind::Expr(expr) => {
                let value = self.dropped_value(expr);
                push_evaluation(value, out)
            }
            ast::StmtKind::Use(_) => {
                self.not_supported(stmt.span, "`use` inside a function");
                true
            }
            ast::StmtKind::Error => {
                self.incomplete = true;
                true
            }
        }
    }

    fn local_statement(&mut self, local: &'a ast::Local, out: &mut Vec<Statement>) -> bool {
        let declared = local.ty.as_ref().map(|ty| self.written_type(ty));
        let value = self.value(&local.value, declared);
        let value = match declared {
            Some(ty) => self.coerce(value, ty, Role::Store),
            None => self.settle(value),
        };
        if local.name.is_unused() {
            return push_evaluation(value, out);
        }
        let completes = value.ty != TypeId::NEVER;
        let ty = declared.unwrap_or(if completes { value.ty } else { ERROR });
        let id = self.declare(&local.name, ty, local.mutable.is_some(), "a local");
        if completes {
            out.push(Statement::Let { local: id, value });
        } else {
            out.push(Statement::Expr(value));
        }
        completes
    }

    fn return_statement(
        &mut self,
        value: Option<&'a ast::Expr>,
        span: Span,
        out: &mut Vec<Statement>,
    ) -> bool {
        match value {
            None => {
                if self.result_type == ResultType::Open {
                    self.infer_result(TypeId::UNIT);
                }
                if self.result != TypeId::UNIT && self.result != ERROR {
                    let ty = self.checked.types.display(self.result);
                    self.report(diagnostic::return_without_value(span, ty));
                }
                let kind = ExprKind::Unit;
                out.push(Statement::Return(Some(Expr { kind, ty: TypeId::UNIT, span })));
            }
            Some(value) => {
                let value = self.returned_value(value);
                if value.ty == TypeId::UNIT {
                    out.push(Statement::Expr(value));
                    out.push(Statement::Return(None));
                } else {
                    out.push(returning(value));
                }
            }
        }
        false
    }

    fn break_statement(&mut self, span: Span, out: &mut Vec<Statement>) -> bool {
        let reachable = !self.unreachable;
        match self.loops.last_mut() {
            Some(innermost) => innermost.left |= reachable,
            None => self.report(diagnostic::break_outside_loop(span)),
        }
        out.push(Statement::Break);
        false
    }

    fn continue_statement(&mut self, span: Span, out: &mut Vec<Statement>) -> bool {
        if self.loops.is_empty() {
            self.report(diagnostic::continue_outside_loop(span));
        }
        out.push(Statement::Continue);
        false
    }

    fn condition(&mut self, condition: &'a ast::Expr) -> Expr {
        let value = self.value(condition, Some(TypeId::BOOL));
        self.coerce(value, TypeId::BOOL, Role::Condition)
    }

    fn if_statement(&mut self, chain: &'a ast::If, out: &mut Vec<Statement>) -> bool {
        let mut branches = Vec::new();
        let mut completes = false;
        for branch in &chain.branches {
            let condition = self.condition(&branch.condition);
            let checked = self.block(&branch.body);
            completes |= checked.completes;
            branches.push((condition, checked.block));
        }
        let otherwise = match &chain.otherwise {
            Some(block) => self.block(block),
            None => CheckedBlock { block: Block::default(), completes: true },
        };
        completes |= otherwise.completes;
        let nested = branches.into_iter().rev().fold(otherwise.block, nest_branch);
        // The chain does not go on after a condition that never becomes a value.
        let diverges = matches!(nested.statements.as_slice(), [Statement::Expr(_)]);
        out.extend(nested.statements);
        completes && !diverges
    }

    fn while_statement(&mut self, stmt: &'a ast::While, out: &mut Vec<Statement>) -> bool {
        let condition = self.condition(&stmt.condition);
        let endless = is_true(&condition);
        self.loops.push(Loop::default());
        let body = self.block(&stmt.body).block;
        let left = self.loops.pop().is_some_and(|it| it.left);
        if condition.ty == TypeId::NEVER {
            return push_evaluation(condition, out);
        }
        out.push(Statement::While { condition, body });
        !endless || left
    }

    fn for_statement(&mut self, stmt: &'a ast::For, out: &mut Vec<Statement>) -> bool {
        match self.range_arguments(&stmt.iterable) {
            Some(args) => self.for_range(stmt, args, out),
            None => self.for_each(stmt, out),
        }
    }

    /// The arguments of `range(…)`, unless the program gives `range` a meaning of its own.
    fn range_arguments(&self, iterable: &'a ast::Expr) -> Option<&'a ast::Call> {
        let ast::ExprKind::Call(call) = &iterable.kind else { return None };
        let ast::ExprKind::Name(name) = &call.callee.kind else { return None };
        let intrinsic = name.name.text == RANGE
            && name.type_args.is_none()
            && !self.is_local(RANGE)
            && self.bare_method(RANGE).is_none()
            && matches!(self.world.scopes.find_value(self.module, RANGE), Lookup::Missing);
        intrinsic.then_some(call)
    }

    fn for_range(
        &mut self,
        stmt: &'a ast::For,
        call: &'a ast::Call,
        out: &mut Vec<Statement>,
    ) -> bool {
        let bounds = self.range_bounds(call, stmt.iterable.span);
        let ty = bounds.as_ref().map_or(ERROR, |(_, _, ty)| *ty);
        let (local, body) = self.loop_body(stmt, ty);
        let body = body.block;
        let Some((start, end, _)) = bounds else { return true };
        if start.ty == TypeId::NEVER || end.ty == TypeId::NEVER {
            let span = stmt.iterable.span;
            return push_evaluation(super::operators::sequence([start, end], span), out);
        }
        out.push(Statement::ForRange { local, start, end, body });
        true
    }

    fn range_bounds(&mut self, call: &'a ast::Call, span: Span) -> Option<(Expr, Expr, TypeId)> {
        let [start, end] = call.args.as_slice() else {
            self.report(diagnostic::wrong_argument_count(span, RANGE, 2, call.args.len()));
            call.args.iter().for_each(|arg| drop(self.value(&arg.value, None)));
            return None;
        };
        self.reject_mode(start, "start");
        self.reject_mode(end, "end");
        let (start_span, end_span) = (start.value.span, end.value.span);
        let start = self.value(&start.value, None);
        let end = self.value(&end.value, None);
        match self.unify_bounds(start, end) {
            Ok((start, end, ty)) if self.checked.types.is_integer(ty) => {
                (start.ty != ERROR && end.ty != ERROR).then_some((start, end, ty))
            }
            Ok((start, end, TypeId::NEVER)) => Some((start, end, ERROR)),
            Ok((start, _, ty)) => {
                let shown = self.checked.types.display(ty);
                debug_assert_ne!(start.ty, ERROR, "a mistake has a report already");
                self.report(expected_integer(start_span, &shown));
                None
            }
            Err(Some((left, right))) => {
                let types = &self.checked.types;
                let (left, right) = (types.display(left), types.display(right));
                self.report(diagnostic::type_mismatch(end_span, left, right));
                None
            }
            Err(None) => None,
        }
    }

    /// The loop variable and the body.
    pub(super) fn loop_body(&mut self, stmt: &'a ast::For, ty: TypeId) -> (LocalId, CheckedBlock) {
        self.open_scope(&[]);
        let local = self.declare(&stmt.name, ty, false, "a loop variable");
        self.loops.push(Loop::default());
        let body = self.block(&stmt.body);
        self.loops.pop();
        self.close_scope();
        (local, body)
    }

    /// A loop over a value: an array or an iterator.
    fn for_each(&mut self, stmt: &'a ast::For, out: &mut Vec<Statement>) -> bool {
        let value = self.value(&stmt.iterable, None);
        let iterable = self.settle(value);
        if let Some(next) = self.next_method(iterable.ty, NEXT) {
            return self.for_iterator(stmt, iterable, next, out);
        }
        let element = self.checked.types.element(iterable.ty);
        if element.is_none() && iterable.ty != ERROR && iterable.ty != TypeId::NEVER {
            self.report_not_iterable(iterable.ty, stmt.iterable.span);
        }
        let (local, body) = self.loop_body(stmt, element.unwrap_or(ERROR));
        if iterable.ty == TypeId::NEVER {
            return push_evaluation(iterable, out);
        }
        out.push(Statement::ForArray { local, array: iterable, body: body.block });
        true
    }

    fn report_not_iterable(&mut self, ty: TypeId, span: Span) {
        let shown = self.checked.types.display(ty);
        let found = diagnostic::not_iterable(span, shown);
        self.report(if ty == TypeId::STRING {
            found.help("walk over the bytes with `for i in range(0, __str_len(text))`")
        } else if self.checked.types.is_integer(ty) {
            found.help("write `range(0, n)`")
        } else {
            found
        });
    }
}

/// Puts a branch before the branches that are tried after it.
fn nest_branch(otherwise: Block, (condition, then_block): (Expr, Block)) -> Block {
    let statement = if condition.ty == TypeId::NEVER {
        Statement::Expr(condition)
    } else {
        Statement::If { condition, then_block, else_block: otherwise }
    };
    Block { statements: vec![statement] }
}

/// Evaluates and drops; whether control goes on.
fn push_evaluation(value: Expr, out: &mut Vec<Statement>) -> bool {
    let completes = value.ty != TypeId::NEVER;
    out.push(Statement::Expr(value));
    completes
}

fn is_true(condition: &Expr) -> bool {
    matches!(condition.kind, ExprKind::Bool(true))
}
