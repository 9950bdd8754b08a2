//! Postfix forms, calls and operators: expressions that are long rather than deep.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a question about expressions names those that it is about"
)]

use beskid_syntax::ast::{Arg, BinaryOp, Call, Expr, ExprKind, LambdaBody};

use crate::lists::PARENS;
use crate::pieces::{GroupId, GroupKind};
use crate::writer::Writer;

/// A head no longer than this keeps the first call on its line: a line with less than one step of
/// indentation in front of it would gain nothing.
const SHORT_HEAD: usize = 4;

impl Writer<'_> {
    /// `a.b(c)[d]?`: on one line, or with a line for every call of a method.
    pub(crate) fn postfix(&mut self, expr: &Expr) {
        let (root, links) = unroll(expr);
        let calls = (0..links.len()).filter(|&at| is_method_call(&links, at)).count();
        if calls < 2 {
            self.expr(root);
            for link in &links {
                self.link(link, None);
            }
            return;
        }
        let hugs = matches!(links.last().map(|it| &it.kind), Some(ExprKind::Call(it)) if hugs(it));
        let id = self.open(if hugs { GroupKind::Hug } else { GroupKind::Plain });
        let mut on_first_line = self.keeps_first_call(root);
        self.expr(root);
        self.indented(|it| {
            for (at, link) in links.iter().enumerate() {
                if is_method_call(&links, at) && !std::mem::take(&mut on_first_line) {
                    it.soft_line();
                }
                it.link(link, (hugs && at + 1 == links.len()).then_some(id));
            }
        });
        self.close();
    }

    /// Whether the first call stays with what it is applied to: a short name, or a module or type.
    fn keeps_first_call(&self, root: &Expr) -> bool {
        let is_name = matches!(root.kind, ExprKind::Name(_) | ExprKind::This);
        let text = self.peek().unwrap_or_default();
        is_name && (text.len() <= SHORT_HEAD || text.starts_with(|it: char| it.is_uppercase()))
    }

    /// The last part of a postfix form.
    fn link(&mut self, link: &Expr, outer: Option<GroupId>) {
        match &link.kind {
            ExprKind::Call(call) => {
                self.arguments(&call.args, |it| (it.mode.is_some(), &it.value), outer);
            }
            ExprKind::Member(member) => {
                self.expect(".");
                self.segment(&member.segment);
            }
            ExprKind::Index(index) => {
                self.index(&index.index);
            }
            _ => self.expect("?"),
        }
    }

    fn index(&mut self, index: &Expr) {
        self.group(|it| {
            it.expect("[");
            it.indented(|it| {
                it.soft_line();
                it.expr(index);
            });
            it.soft_line();
            it.expect("]");
        });
    }

    /// Arguments in parentheses. If the last one is a block or the like, only that one breaks.
    pub(crate) fn arguments<T>(
        &mut self,
        args: &[T],
        parts: impl Fn(&T) -> (bool, &Expr),
        outer: Option<GroupId>,
    ) {
        let values: Vec<&Expr> = args.iter().map(|it| parts(it).1).collect();
        let id = self.open(match values[..] {
            [.., last] if is_block_like(last) => GroupKind::Hug,
            [only] if matches!(only.kind, ExprKind::Str(_) | ExprKind::Interpolated(_)) => {
                GroupKind::Wrap
            }
            _ => GroupKind::Plain,
        });
        let hugs: Vec<GroupId> = outer.into_iter().chain([id]).collect();
        let mut left = args.len();
        self.list_content(PARENS, args, &[], |it, arg| {
            let (has_mode, value) = parts(arg);
            if has_mode {
                it.token();
                it.space();
            }
            left -= 1;
            it.expr_hugging(value, if left == 0 { &hugs } else { &[] });
        });
        self.close();
    }

    /// An expression in the head of a statement, and the blank before the brace. If the operands
    /// stand on lines of their own, the brace does too.
    pub(crate) fn head(&mut self, expr: &Expr) {
        if !matches!(expr.kind, ExprKind::Binary(_)) {
            self.expr(expr);
            return self.space();
        }
        self.group(|it| {
            it.operands(expr);
            it.line();
        });
    }

    /// Operands of operators that bind equally, with the operators at the beginnings of lines.
    pub(crate) fn operands(&mut self, expr: &Expr) {
        let mut operands = flatten(expr).into_iter().rev();
        if let Some(first) = operands.next() {
            self.expr(first);
        }
        self.indented(|it| {
            for operand in operands {
                it.line();
                it.token();
                it.space();
                it.expr(operand);
            }
        });
    }
}

/// The expression that a postfix form begins with, and the forms applied to it, first to last.
fn unroll(expr: &Expr) -> (&Expr, Vec<&Expr>) {
    let (mut root, mut links) = (expr, Vec::new());
    loop {
        let inner = match &root.kind {
            ExprKind::Call(it) => &it.callee,
            ExprKind::Member(it) => &it.object,
            ExprKind::Index(it) => &it.object,
            ExprKind::Try(it) => it,
            _ => {
                links.reverse();
                return (root, links);
            }
        };
        links.push(root);
        root = inner;
    }
}

fn is_method_call(links: &[&Expr], at: usize) -> bool {
    let is_call = |it: &&Expr| matches!(it.kind, ExprKind::Call(_));
    matches!(links[at].kind, ExprKind::Member(_)) && links.get(at + 1).is_some_and(is_call)
}

fn hugs(call: &Call) -> bool {
    call.args.last().is_some_and(|it: &Arg| is_block_like(&it.value))
}

/// Whether an expression ends in a bracket that can stay open at the end of a line.
fn is_block_like(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Lambda(lambda) => matches!(lambda.body, LambdaBody::Block(_)),
        ExprKind::Array(elements) => !elements.is_empty(),
        ExprKind::Struct(literal) => !literal.fields.is_empty(),
        ExprKind::Match(_) | ExprKind::Block(_) => true,
        _ => false,
    }
}

/// The operands, last to first.
fn flatten(expr: &Expr) -> Vec<&Expr> {
    let (mut operands, mut rest, mut level) = (Vec::new(), expr, None);
    while let ExprKind::Binary(binary) = &rest.kind
        && *level.get_or_insert(level_of(binary.op)) == level_of(binary.op)
    {
        operands.push(&*binary.right);
        rest = &binary.left;
    }
    operands.push(rest);
    operands
}

/// How tightly an operator binds.
fn level_of(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 0,
        BinaryOp::And => 1,
        BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Same | BinaryOp::NotSame => 2,
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => 3,
        BinaryOp::Add | BinaryOp::Sub => 4,
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => 5,
    }
}
