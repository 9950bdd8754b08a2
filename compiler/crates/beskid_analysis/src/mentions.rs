//! Finds the dotted paths in a module's items, because a path may name a module whose file has not
//! been read yet.
//!
//! This is a syntactic walk that knows local scopes only: a path whose first name is a local
//! variable is no mention. Whether the rest names modules is decided in [`crate::modules`].

use std::collections::{HashMap, HashSet};

use beskid_syntax::{Span, ast};

/// A dotted path of at least two names, or the name of a type of the prelude.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    /// The names.
    pub(crate) segments: Vec<String>,
    /// The whole path.
    pub(crate) span: Span,
}

/// The paths that the items mention, each once, in source order. Inline modules are skipped: they
/// are modules of their own.
pub(crate) fn mentions(items: &[ast::Item]) -> Vec<Mention> {
    let mut walk = Walk::default();
    items.iter().for_each(|item| walk.item(item));
    walk.found
}

#[derive(Default)]
struct Walk<'a> {
    found: Vec<Mention>,
    seen: HashSet<String>,
    /// How many open scopes declare a name.
    locals: HashMap<&'a str, u32>,
    /// The names that open scopes declare, in order.
    declared: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn mention(&mut self, segments: Vec<&str>, span: Span) {
        let leads_somewhere = match segments.as_slice() {
            [name] => crate::prelude::module_of(name).is_some(),
            _ => true,
        };
        if leads_somewhere && self.seen.insert(segments.join(".")) {
            let segments = segments.into_iter().map(str::to_owned).collect();
            self.found.push(Mention { segments, span });
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.locals.get(name).is_some_and(|&count| count > 0)
    }

    fn declare(&mut self, name: &'a str) {
        *self.locals.entry(name).or_insert(0) += 1;
        self.declared.push(name);
    }

    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let outer = self.declared.len();
        visit(self);
        for name in self.declared.drain(outer..) {
            if let Some(count) = self.locals.get_mut(name) {
                *count -= 1;
            }
        }
    }

    fn item(&mut self, item: &'a ast::Item) {
        match &item.kind {
            ast::ItemKind::Function(function) => self.function(function),
            ast::ItemKind::Type(def) => {
                self.contracts(&def.generics, &def.contracts);
                def.members.iter().for_each(|member| self.member(member));
            }
            ast::ItemKind::Enum(def) => {
                self.contracts(&def.generics, &def.contracts);
                let payloads = def.variants.iter().flat_map(|variant| &variant.payload);
                payloads.for_each(|payload| self.ty(&payload.ty));
            }
            ast::ItemKind::Contract(def) => {
                self.contracts(&def.generics, &[]);
                def.items.iter().for_each(|item| self.contract_item(item));
            }
            ast::ItemKind::Impl(block) => {
                self.contracts(&block.generics, &[]);
                self.ty(&block.target);
                block.methods.iter().for_each(|member| self.member(member));
            }
            ast::ItemKind::Test(test) => self.block(&test.body),
            ast::ItemKind::Attribute(_)
            | ast::ItemKind::Module(_)
            | ast::ItemKind::InlineModule(_)
            | ast::ItemKind::Use(_)
            | ast::ItemKind::Error => {}
        }
    }

    fn member(&mut self, member: &'a ast::Member) {
        match &member.kind {
            ast::MemberKind::Field(field) => self.ty(&field.ty),
            ast::MemberKind::Event(event) => self.params(&event.params),
            ast::MemberKind::Method(function) => self.function(function),
        }
    }

    fn contract_item(&mut self, item: &'a ast::ContractItem) {
        match &item.kind {
            ast::ContractItemKind::Method(signature) => self.signature(signature),
            ast::ContractItemKind::Embed(path) => self.type_path(path),
        }
    }

    /// The contracts after `:`, of type parameters and of a type.
    fn contracts(&mut self, generics: &'a [ast::Generic], contracts: &'a [ast::TypePath]) {
        let bounds = generics.iter().flat_map(|generic| &generic.bounds);
        bounds.chain(contracts).for_each(|path| self.type_path(path));
    }

    fn signature(&mut self, signature: &'a ast::Signature) {
        self.contracts(&signature.generics, &[]);
        self.ty(&signature.result);
        self.params(&signature.params);
    }

    fn params(&mut self, params: &'a [ast::Param]) {
        params.iter().for_each(|param| self.ty(&param.ty));
    }

    fn function(&mut self, function: &'a ast::Function) {
        self.signature(&function.signature);
        self.scoped(|walk| {
            function.signature.params.iter().for_each(|param| walk.declare(&param.name.text));
            match &function.body {
                ast::FunctionBody::Block(block) => walk.block(block),
                ast::FunctionBody::Expr(expr) => walk.expr(expr),
            }
        });
    }

    fn ty(&mut self, ty: &'a ast::Type) {
        match &ty.kind {
            ast::TypeKind::Path(path) => self.type_path(path),
            ast::TypeKind::Array(inner) | ast::TypeKind::Ref(inner) => self.ty(inner),
            ast::TypeKind::Function { params, result } => {
                params.iter().for_each(|param| self.ty(param));
                self.ty(result);
            }
            ast::TypeKind::Primitive(_) | ast::TypeKind::Error => {}
        }
    }

    fn type_path(&mut self, path: &'a ast::TypePath) {
        let segments = path.segments.iter().map(|segment| segment.name.text.as_str()).collect();
        self.mention(segments, path.span);
        let args = path.segments.iter().flat_map(|segment| segment.type_args.iter().flatten());
        args.for_each(|arg| self.ty(arg));
    }

    fn block(&mut self, block: &'a ast::Block) {
        self.scoped(|walk| block.stmts.iter().for_each(|stmt| walk.stmt(stmt)));
    }

    fn stmt(&mut self, stmt: &'a ast::Stmt) {
        match &stmt.kind {
            ast::StmtKind::Local(local) => {
                local.ty.iter().for_each(|ty| self.ty(ty));
                self.expr(&local.value);
                self.declare(&local.name.text);
            }
            ast::StmtKind::Return(value) => value.iter().for_each(|value| self.expr(value)),
            ast::StmtKind::If(chain) => {
                for branch in &chain.branches {
                    self.expr(&branch.condition);
                    self.block(&branch.body);
                }
                chain.otherwise.iter().for_each(|block| self.block(block));
            }
            ast::StmtKind::While(stmt) => {
                self.expr(&stmt.condition);
                self.block(&stmt.body);
            }
            ast::StmtKind::For(stmt) => {
                self.expr(&stmt.iterable);
                self.scoped(|walk| {
                    walk.declare(&stmt.name.text);
                    walk.block(&stmt.body);
                });
            }
            ast::StmtKind::Block(block) => self.block(block),
            ast::StmtKind::Expr(expr) => self.expr(expr),
            ast::StmtKind::Break
            | ast::StmtKind::Continue
            | ast::StmtKind::Use(_)
            | ast::StmtKind::Error => {}
        }
    }

    fn expr(&mut self, expr: &'a ast::Expr) {
        use ast::ExprKind;
        match &expr.kind {
            ExprKind::Member(_) => self.member_chain(expr),
            ExprKind::Interpolated(parts) => {
                for part in parts {
                    if let ast::StringPart::Hole(hole) = part {
                        self.expr(hole);
                    }
                }
            }
            ExprKind::Paren(inner) | ExprKind::Try(inner) | ExprKind::Spawn(inner) => {
                self.expr(inner);
            }
            ExprKind::Unary(unary) => self.expr(&unary.operand),
            ExprKind::Binary(binary) => {
                self.expr(&binary.left);
                self.expr(&binary.right);
            }
            ExprKind::Assign(assign) => {
                self.expr(&assign.target);
                self.expr(&assign.value);
            }
            ExprKind::Call(call) => {
                self.expr(&call.callee);
                call.args.iter().for_each(|arg| self.expr(&arg.value));
            }
            ExprKind::Index(index) => {
                self.expr(&index.object);
                self.expr(&index.index);
            }
            ExprKind::Array(elements) => elements.iter().for_each(|element| self.expr(element)),
            ExprKind::EnumCtor(ctor) => {
                self.type_path(&ctor.path);
                ctor.args.iter().flatten().for_each(|arg| self.expr(arg));
            }
            ExprKind::Struct(literal) => {
                self.type_path(&literal.path);
                literal.fields.iter().for_each(|field| self.expr(&field.value));
            }
            ExprKind::Block(block) => self.block(block),
            ExprKind::Match(it) => {
                self.expr(&it.scrutinee);
                it.arms.iter().for_each(|arm| self.arm(arm));
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Char(_)
            | ExprKind::Str(_)
            | ExprKind::Unit
            | ExprKind::Name(_)
            | ExprKind::This
            | ExprKind::Primitive(_)
            | ExprKind::Error => {}
        }
    }

    /// `a.b.c` as one path, if it begins with a name that is no local.
    fn member_chain(&mut self, expr: &'a ast::Expr) {
        let mut segments = Vec::new();
        let mut at = expr;
        while let ast::ExprKind::Member(access) = &at.kind {
            segments.push(access.segment.name.text.as_str());
            at = &access.object;
        }
        if let ast::ExprKind::Name(first) = &at.kind
            && !self.is_local(&first.name.text)
        {
            segments.push(&first.name.text);
            segments.reverse();
            self.mention(segments, expr.span);
        } else {
            self.expr(at);
        }
    }

    fn lambda(&mut self, lambda: &'a ast::Lambda) {
        self.scoped(|walk| {
            for param in &lambda.params {
                param.ty.iter().for_each(|ty| walk.ty(ty));
                walk.declare(&param.name.text);
            }
            match &lambda.body {
                ast::LambdaBody::Expr(expr) => walk.expr(expr),
                ast::LambdaBody::Block(block) => walk.block(block),
            }
        });
    }

    fn arm(&mut self, arm: &'a ast::Arm) {
        self.scoped(|walk| {
            walk.pattern(&arm.pattern);
            arm.guard.iter().for_each(|guard| walk.expr(guard));
            walk.expr(&arm.body);
        });
    }

    fn pattern(&mut self, pattern: &'a ast::Pattern) {
        use ast::PatternKind;
        match &pattern.kind {
            PatternKind::Binding(name) => self.declare(&name.text),
            PatternKind::Variant(variant) => {
                self.type_path(&variant.path);
                variant.args.iter().flatten().for_each(|arg| self.pattern(arg));
            }
            PatternKind::Wildcard
            | PatternKind::Int { .. }
            | PatternKind::Float { .. }
            | PatternKind::Bool(_)
            | PatternKind::Char(_)
            | PatternKind::Str(_)
            | PatternKind::Error => {}
        }
    }
}
