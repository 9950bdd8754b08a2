//! Statements and blocks.

use beskid_syntax::ast::{Block, Expr, ExprKind, For, If, Local, Stmt, StmtKind, Use, While};

use crate::lists::Ending;
use crate::pieces::GroupId;
use crate::writer::Writer;

impl Writer<'_> {
    pub(crate) fn block(&mut self, block: &Block, hugs: &[GroupId]) {
        self.group(|it| it.block_content(block, hugs));
    }

    /// A block whose lines break with the group around it.
    fn block_content(&mut self, block: &Block, hugs: &[GroupId]) {
        self.body(&block.stmts, is_one_simple(&block.stmts), hugs, Self::statement);
    }

    pub(crate) fn statement(&mut self, statement: &Stmt) -> Ending {
        match &statement.kind {
            StmtKind::Local(local) => self.local(local),
            StmtKind::Return(value) => self.return_statement(value.as_ref()),
            StmtKind::Break | StmtKind::Continue => self.token(),
            StmtKind::If(it) => self.if_statement(it),
            StmtKind::While(it) => self.while_statement(it),
            StmtKind::For(it) => self.for_statement(it),
            StmtKind::Block(block) => self.block(block, &[]),
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Use(it) => self.import(it),
            StmtKind::Error => self.no_syntax("a statement"),
        }
        if is_compound(statement) { Ending::None } else { Ending::Semicolon }
    }

    /// The word `mut` goes to the front wherever it was written.
    fn local(&mut self, local: &Local) {
        if self.is_at("let") {
            self.let_head(local);
        } else {
            self.typed_head(local);
        }
        self.space();
        self.expect("=");
        self.value(&local.value);
    }

    fn let_head(&mut self, local: &Local) {
        self.expect("let");
        self.space();
        if self.optional("mut") {
            self.space();
        }
        self.token();
        if let Some(ty) = &local.ty {
            self.expect(":");
            self.space();
            self.ty(ty);
        }
    }

    fn typed_head(&mut self, local: &Local) {
        let was_in_front = self.optional("mut");
        if local.mutable.is_some() {
            if !was_in_front {
                self.write_comments();
                self.put("mut");
            }
            self.space();
        }
        if let Some(ty) = &local.ty {
            self.ty(ty);
        }
        if self.is_at("mut") {
            self.skip();
        }
        self.space();
        self.token();
    }

    fn return_statement(&mut self, value: Option<&Expr>) {
        self.expect("return");
        if let Some(value) = value {
            self.value(value);
        }
    }

    /// The blocks of a chain with `else` are all in one line or all broken.
    fn if_statement(&mut self, it: &If) {
        self.group(|writer| {
            for (index, branch) in it.branches.iter().enumerate() {
                if index > 0 {
                    writer.word_else();
                    writer.space();
                }
                writer.expect("if");
                writer.space();
                writer.head(&branch.condition);
                writer.block_content(&branch.body, &[]);
            }
            if let Some(block) = &it.otherwise {
                writer.word_else();
                writer.space();
                writer.block_content(block, &[]);
            }
        });
    }

    fn word_else(&mut self) {
        if self.gap().has_break() {
            self.force();
        }
        let gap = self.gap();
        if gap.comments.is_empty() || gap.is_inline() {
            self.space()
        } else {
            self.separator()
        }
        self.expect("else");
    }

    fn while_statement(&mut self, it: &While) {
        self.expect("while");
        self.space();
        self.head(&it.condition);
        self.block(&it.body, &[]);
    }

    fn for_statement(&mut self, it: &For) {
        self.expect("for");
        self.space();
        self.token();
        self.space();
        self.expect("in");
        self.space();
        self.head(&it.iterable);
        self.block(&it.body, &[]);
    }

    /// `use a.b.C as D`, without the semicolon.
    pub(crate) fn import(&mut self, it: &Use) {
        self.expect("use");
        self.space();
        self.path(&it.path);
        if it.alias.is_some() {
            self.space();
            self.expect("as");
            self.space();
            self.token();
        }
    }
}

/// Whether the statement ends in a brace and so needs no semicolon.
fn is_compound(statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::If(_) | StmtKind::While(_) | StmtKind::For(_) | StmtKind::Block(_) => true,
        StmtKind::Expr(value) => matches!(value.kind, ExprKind::Match(_)),
        StmtKind::Local(_) | StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue => false,
        StmtKind::Use(_) | StmtKind::Error => false,
    }
}

/// Whether the statements may stand in one line with the braces around them.
fn is_one_simple(statements: &[Stmt]) -> bool {
    matches!(statements, [only] if !is_compound(only))
}
