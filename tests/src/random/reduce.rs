//! Makes a failing program smaller: leaves out cases, functions' statements and expressions, as
//! long as it fails.

use super::Program;
use super::program::{Expr, ExprKind, Statement, Tree, Type};
use super::walk;

/// Reduces until nothing more can be left out.
pub(super) fn reduce(program: Program, fails: &mut dyn FnMut(&Program) -> bool) -> Program {
    let mut reducer = Reducer { best: program, fails };
    loop {
        let before = size(&mut reducer.best.0);
        reducer.leave_out_cases();
        reducer.leave_out_statements();
        reducer.simplify_expressions();
        if size(&mut reducer.best.0) >= before {
            return reducer.best;
        }
    }
}

fn size(tree: &mut Tree) -> usize {
    let (mut statements, mut expressions) = (0, 0);
    walk::each_block(tree, &mut |block| statements += block.len());
    walk::each_expr(tree, &mut |_| expressions += 1);
    tree.cases.len() + statements + expressions
}

struct Reducer<'f> {
    best: Program,
    fails: &'f mut dyn FnMut(&Program) -> bool,
}

impl Reducer<'_> {
    /// Keeps a changed program if it still fails.
    fn attempt(&mut self, change: impl FnOnce(&mut Tree)) -> bool {
        let mut candidate = self.best.clone();
        change(&mut candidate.0);
        let still_fails = (self.fails)(&candidate);
        if still_fails {
            self.best = candidate;
        }
        still_fails
    }

    fn leave_out_cases(&mut self) {
        for number in (0..self.best.0.cases.len()).rev() {
            self.attempt(|tree| _ = tree.cases.remove(number));
        }
        for function in 0..self.best.0.functions.len() {
            if !self.best.0.functions[function].shows {
                self.attempt(|tree| tree.functions[function].body.clear());
            }
        }
    }

    /// Statements in the order of [`walk::each_block`], last first.
    fn leave_out_statements(&mut self) {
        let mut count = 0;
        walk::each_block(&mut self.best.0, &mut |block| count += block.len());
        for number in (0..count).rev() {
            if !self.attempt(|tree| edit_statement(tree, number, |_| Vec::new())) {
                self.attempt(|tree| edit_statement(tree, number, unwrap));
            }
        }
    }

    /// Puts literals, or parts of the same type, in the place of expressions.
    fn simplify_expressions(&mut self) {
        let mut number = 0;
        loop {
            let mut found = None;
            let mut count = 0;
            walk::each_expr(&mut self.best.0, &mut |expr| {
                if count == number {
                    found = Some(simpler(expr));
                }
                count += 1;
            });
            let Some(choices) = found else { return };
            for choice in choices {
                if self.attempt(|tree| edit_expression(tree, number, choice)) {
                    break;
                }
            }
            number += 1;
        }
    }
}

/// Replaces a statement by others.
fn edit_statement(tree: &mut Tree, number: usize, edit: impl Fn(Statement) -> Vec<Statement>) {
    let mut first = 0;
    walk::each_block(tree, &mut |block| {
        let length = block.len();
        if (first..first + length).contains(&number) {
            let tail = block.split_off(number - first);
            let mut tail = tail.into_iter();
            block.extend(tail.next().map(&edit).unwrap_or_default());
            block.extend(tail);
        }
        first += length;
    });
}

/// The statements inside of a statement.
fn unwrap(mut statement: Statement) -> Vec<Statement> {
    if let Statement::Local { .. } | Statement::Return(_) = statement {
        return vec![statement];
    }
    walk::blocks(&mut statement).into_iter().flat_map(std::mem::take).collect()
}

fn edit_expression(tree: &mut Tree, number: usize, replacement: Expr) {
    let mut count = 0;
    let mut replacement = Some(replacement);
    walk::each_expr(tree, &mut |expr| {
        if count == number
            && let Some(replacement) = replacement.take()
        {
            *expr = replacement;
        }
        count += 1;
    });
}

/// Simpler expressions of the same type.
fn simpler(expr: &mut Expr) -> Vec<Expr> {
    let mut choices = Vec::new();
    let literal = match &expr.ty {
        Type::Bool => Some(ExprKind::Bool(false)),
        Type::Int(_) => Some(ExprKind::Int { value: 1, suffixed: true }),
        Type::F64 => Some(ExprKind::Float("1.0".into())),
        Type::Text => Some(ExprKind::Text("a".into())),
        Type::Unit | Type::F32 | Type::Char | Type::Record(_) | Type::Array(_) => None,
    };
    if walk::children(expr).is_empty() && !matches!(expr.kind, ExprKind::Local(_)) {
        return choices;
    }
    choices.extend(literal.map(|kind| Expr { id: expr.id, ty: expr.ty.clone(), kind }));
    let ty = expr.ty.clone();
    choices.extend(walk::children(expr).into_iter().filter(|it| it.ty == ty).map(|it| it.clone()));
    choices
}
