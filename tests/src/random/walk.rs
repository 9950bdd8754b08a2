//! Ways through a program for those who change it.

use super::program::{Block, Expr, ExprKind, Function, Statement, Tree};

/// The expressions directly inside another.
pub(super) fn children(expr: &mut Expr) -> Vec<&mut Expr> {
    match &mut expr.kind {
        ExprKind::Int { .. }
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Char(_)
        | ExprKind::Text(_)
        | ExprKind::Local(_) => Vec::new(),
        ExprKind::Negate(inner)
        | ExprKind::Not(inner)
        | ExprKind::Convert(inner)
        | ExprKind::Implicit(inner)
        | ExprKind::Field(inner, _)
        | ExprKind::NewArray(inner)
        | ExprKind::TextLength(inner)
        | ExprKind::ArrayLength(inner) => vec![inner],
        ExprKind::Binary(_, left, right)
        | ExprKind::Compare(_, left, right)
        | ExprKind::Identity { left, right, .. }
        | ExprKind::And(left, right)
        | ExprKind::Or(left, right)
        | ExprKind::Index(left, right) => vec![left, right],
        ExprKind::Slice(text, start, count) => vec![text, start, count],
        ExprKind::Call(_, items) | ExprKind::Array(items) | ExprKind::Interpolate(items) => {
            items.iter_mut().collect()
        }
        ExprKind::Record(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
    }
}

/// The expressions directly in a statement.
pub(super) fn expressions(statement: &mut Statement) -> Vec<&mut Expr> {
    match statement {
        Statement::Local { init, .. } => vec![init],
        Statement::Assign { target, value, .. } => vec![target, value],
        Statement::If { condition, .. } | Statement::While { condition, .. } => vec![condition],
        Statement::ForRange { from, to, .. } => vec![from, to],
        Statement::ForEach { array, .. } => vec![array],
        Statement::Return(value) => value.iter_mut().collect(),
        Statement::Expr(value) | Statement::Print(value) => vec![value],
        Statement::Break | Statement::Continue | Statement::Block(_) => Vec::new(),
    }
}

/// The blocks directly in a statement.
pub(super) fn blocks(statement: &mut Statement) -> Vec<&mut Block> {
    match statement {
        Statement::If { then_block, else_block, .. } => {
            std::iter::once(then_block).chain(else_block).collect()
        }
        Statement::While { body, .. }
        | Statement::ForRange { body, .. }
        | Statement::ForEach { body, .. }
        | Statement::Block(body) => vec![body],
        Statement::Local { .. }
        | Statement::Assign { .. }
        | Statement::Break
        | Statement::Continue
        | Statement::Return(_)
        | Statement::Expr(_)
        | Statement::Print(_) => Vec::new(),
    }
}

/// Visits every block, outer ones first. Functions that only show values are left out.
pub(super) fn each_block(tree: &mut Tree, visit: &mut dyn FnMut(&mut Block)) {
    let functions = tree.functions.iter_mut().filter(|function| !function.shows);
    functions.for_each(|function| each_block_of(&mut function.body, visit));
}

fn each_block_of(block: &mut Block, visit: &mut dyn FnMut(&mut Block)) {
    visit(block);
    for statement in block {
        blocks(statement).into_iter().for_each(|inner| each_block_of(inner, visit));
    }
}

/// Visits every expression, outer ones first. Functions that only show values are left out.
pub(super) fn each_expr(tree: &mut Tree, visit: &mut dyn FnMut(&mut Expr)) {
    each_block(tree, &mut |block| {
        for statement in block {
            expressions(statement).into_iter().for_each(|expr| each_expr_of(expr, visit));
        }
    });
}

fn each_expr_of(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    children(expr).into_iter().for_each(|inner| each_expr_of(inner, visit));
}

/// The functions that a function calls.
pub(super) fn callees(function: &Function) -> Vec<usize> {
    let mut body = function.body.clone();
    let mut found = Vec::new();
    each_block_of(&mut body, &mut |block| {
        for statement in block {
            for expr in expressions(statement) {
                each_expr_of(expr, &mut |expr| {
                    if let ExprKind::Call(callee, _) = expr.kind {
                        found.push(callee);
                    }
                });
            }
        }
    });
    found
}
