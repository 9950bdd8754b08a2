//! Whether `out` parameters are assigned before they are read, and wherever the function is left
//! (reference 10.3).
//!
//! This looks at the finished body of a function without mistakes. Control flow is what it is for
//! the code generator: what can never run has been left out.

use beskid_syntax::{Diagnostic, Span, diagnostic};

use crate::typed::{Block, Expr, ExprKind, LocalId, Match, Place, Statement, TypeId};

/// Reports `out` parameters that are read too early, and those that are not assigned on every path.
/// `named` are their names and declarations; `end` is where a body of statements ends.
pub(super) fn check(
    body: &Block,
    outs: &[LocalId],
    named: Vec<(String, Span)>,
    end: Option<Span>,
) -> Vec<Diagnostic> {
    let mut flow = Flow {
        outs,
        state: Some(vec![false; outs.len()]),
        breaks: Vec::new(),
        unassigned: vec![None; outs.len()],
        early: Vec::new(),
    };
    flow.block(body);
    flow.leave(end);
    let mut found = Vec::new();
    for (out, span) in flow.early {
        let (name, declared) = &named[out];
        let early = diagnostic::out_read_before_assignment(span, name);
        found.push(early.also(*declared, "declared here"));
    }
    for ((name, declared), left) in named.iter().zip(flow.unassigned) {
        let Some(left) = left else { continue };
        let missing = diagnostic::out_not_assigned(*declared, name);
        found.push(match left {
            Some(left) => {
                missing.also(left, "the function can be left here without a value for it")
            }
            None => missing,
        });
    }
    found
}

/// Which parameters have been assigned; `None` where control does not get to.
type State = Option<Vec<bool>>;

struct Flow<'f> {
    outs: &'f [LocalId],
    state: State,
    /// The states in which the open loops are left.
    breaks: Vec<State>,
    /// Where the function is first left without a value, by parameter.
    unassigned: Vec<Option<Option<Span>>>,
    /// The parameters that are read too early, and where.
    early: Vec<(usize, Span)>,
}

/// What holds after one or the other.
fn join(one: State, other: State) -> State {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.iter().zip(&other).map(|(a, b)| *a && *b).collect()),
        (one, other) => one.or(other),
    }
}

impl Flow<'_> {
    fn block(&mut self, block: &Block) {
        block.statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let { value, .. } | Statement::Expr(value) => self.expr(value),
            Statement::Return(value) => {
                value.iter().for_each(|value| self.expr(value));
                self.leave(value.as_ref().map(|value| value.span));
                self.state = None;
            }
            Statement::Break => {
                let state = self.state.take();
                if let Some(left) = self.breaks.last_mut() {
                    *left = join(left.take(), state);
                }
            }
            Statement::Continue => self.state = None,
            Statement::If { condition, then_block, else_block } => {
                self.branches(condition, then_block, else_block);
            }
            Statement::While { condition, body } => {
                self.expr(condition);
                let is_endless = matches!(condition.kind, ExprKind::Bool(true));
                let passed_by = if is_endless { None } else { self.state.clone() };
                self.loop_body(body, passed_by);
            }
            Statement::ForRange { start, end, body, .. } => {
                self.expr(start);
                self.expr(end);
                self.loop_body(body, self.state.clone());
            }
            Statement::ForArray { array, body, .. } => {
                self.expr(array);
                self.loop_body(body, self.state.clone());
            }
            Statement::Block(block) => self.block(block),
        }
    }

    /// A chain of `else if` is walked in a loop: it may be longer than the stack is deep.
    fn branches(&mut self, condition: &Expr, then_part: &Block, else_part: &Block) {
        let (mut condition, mut then_part, mut else_part) = (condition, then_part, else_part);
        let mut after = None;
        loop {
            self.expr(condition);
            let before = self.state.clone();
            self.block(then_part);
            after = join(after, std::mem::replace(&mut self.state, before));
            match &else_part.statements[..] {
                [Statement::If { condition: next, then_block, else_block }] => {
                    (condition, then_part, else_part) = (next, then_block, else_block);
                }
                _ => break,
            }
        }
        self.block(else_part);
        self.state = join(after, self.state.take());
    }

    /// What a pass of a loop assigns counts only where a `break` leaves that pass.
    fn loop_body(&mut self, body: &Block, passed_by: State) {
        self.breaks.push(None);
        self.block(body);
        let left = self.breaks.pop().flatten();
        self.state = join(passed_by, left);
    }

    /// The function is left here, if control gets here.
    fn leave(&mut self, place: Option<Span>) {
        let Some(state) = &self.state else { return };
        for (assigned, unassigned) in state.iter().zip(&mut self.unassigned) {
            if !assigned {
                unassigned.get_or_insert(place);
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all others consist of operands only")]
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Local(local) => self.read(*local, expr.span),
            ExprKind::Arithmetic(..)
            | ExprKind::Compare(..)
            | ExprKind::Same(..)
            | ExprKind::Index(..)
            | ExprKind::And(..)
            | ExprKind::Or(..) => self.chain(expr),
            ExprKind::Match(choice) => self.choice(choice),
            ExprKind::Assign(place, value) => {
                self.parts(place);
                self.expr(value);
                self.assign(place);
            }
            ExprKind::AssignWith(place, _, value) => {
                self.parts(place);
                if let Place::Local(local) = **place {
                    self.read(local, expr.span);
                }
                self.expr(value);
            }
            ExprKind::Block(block) => self.block(block),
            _ => self.operands(expr),
        }
        if expr.ty == TypeId::NEVER {
            self.state = None;
        }
    }

    /// Two-operand expressions, whose left operands can form long chains.
    fn chain(&mut self, expr: &Expr) {
        let mut rights = Vec::new();
        let mut at = expr;
        while let (is_skipped @ true, ExprKind::And(left, right) | ExprKind::Or(left, right))
        | (
            is_skipped @ false,
            ExprKind::Arithmetic(_, left, right)
            | ExprKind::Compare(_, left, right)
            | ExprKind::Same(left, right)
            | ExprKind::Index(left, right),
        ) = (matches!(at.kind, ExprKind::And(..) | ExprKind::Or(..)), &at.kind)
        {
            rights.push((is_skipped, &**right));
            at = left;
        }
        self.expr(at);
        for (may_be_skipped, right) in rights.into_iter().rev() {
            let before = self.state.clone().filter(|_| may_be_skipped);
            self.expr(right);
            self.state = join(before, self.state.take());
        }
    }

    /// Operands in order, and after them what their call assigns.
    fn operands(&mut self, expr: &Expr) {
        let operands = expr.kind.operands();
        for operand in &operands {
            if let ExprKind::Out(place) = &operand.kind {
                self.parts(place);
            } else {
                self.expr(operand);
            }
        }
        for operand in operands {
            if let ExprKind::Out(place) = &operand.kind {
                self.assign(place);
            }
        }
    }

    /// Each arm begins as if no other had been tried.
    fn choice(&mut self, choice: &Match) {
        self.expr(&choice.scrutinee);
        let before = self.state.take();
        let mut after = None;
        for arm in &choice.arms {
            self.state = before.clone();
            arm.guard.iter().for_each(|guard| self.expr(guard));
            self.expr(&arm.body);
            after = join(after, self.state.take());
        }
        self.state = after;
    }

    fn parts(&mut self, place: &Place) {
        match place {
            Place::Local(_) => {}
            Place::Field(object, _) => self.expr(object),
            Place::Element { array, index, .. } => {
                self.expr(array);
                self.expr(index);
            }
        }
    }

    fn number(&self, local: LocalId) -> Option<usize> {
        self.outs.iter().position(|&out| out == local)
    }

    fn assign(&mut self, place: &Place) {
        let Place::Local(local) = place else { return };
        if let (Some(out), Some(state)) = (self.number(*local), &mut self.state) {
            state[out] = true;
        }
    }

    /// A value that is missing is missed once.
    fn read(&mut self, local: LocalId, span: Span) {
        let Some(out) = self.number(local) else { return };
        if let Some(state) = &mut self.state
            && !std::mem::replace(&mut state[out], true)
        {
            self.early.push((out, span));
        }
    }
}
