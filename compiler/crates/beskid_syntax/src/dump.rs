//! The syntax tree as nested lists, for tests: every node appears, in a form short enough to be
//! written down beside the source.

use crate::Span;
use crate::ast::*;

/// A dumped tree.
#[derive(Default)]
pub(crate) struct Dump {
    /// The lists.
    pub(crate) text: String,
    /// The places of all nodes, parents before children.
    pub(crate) spans: Vec<Span>,
    /// The ids of all expressions.
    pub(crate) ids: Vec<ExprId>,
}

impl Dump {
    pub(crate) fn file(file: &File) -> Self {
        let mut dump = Self::default();
        dump.place(file.span);
        dump.each(&file.items, "\n", Self::item);
        dump
    }

    fn place(&mut self, span: Span) {
        self.spans.push(span);
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn each<T>(&mut self, nodes: &[T], separator: &str, dump: fn(&mut Self, &T)) {
        for (index, node) in nodes.iter().enumerate() {
            if index > 0 {
                self.put(separator);
            }
            dump(self, node);
        }
    }

    /// `(head node node)`.
    fn list<T>(&mut self, head: &str, nodes: &[T], dump: fn(&mut Self, &T)) {
        self.put("(");
        self.put(head);
        self.rest(nodes, dump);
        self.put(")");
    }

    /// ` node node`.
    fn rest<T>(&mut self, nodes: &[T], dump: fn(&mut Self, &T)) {
        for node in nodes {
            self.put(" ");
            dump(self, node);
        }
    }

    fn optional<T>(&mut self, head: &str, node: Option<&T>, dump: fn(&mut Self, &T)) {
        if let Some(node) = node {
            self.put(head);
            dump(self, node);
        }
    }

    fn ident(&mut self, ident: &Ident) {
        self.place(ident.span);
        self.put(&ident.text);
    }

    fn path(&mut self, path: &Path) {
        self.place(path.span);
        self.each(&path.segments, ".", Self::ident);
    }

    fn docs(&mut self, docs: Option<&Docs>) {
        if let Some(docs) = docs {
            self.place(docs.span);
            self.put(&format!("(doc {:?}) ", docs.text));
        }
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            self.place(attribute.span);
            self.put("[");
            self.ident(&attribute.name);
            self.rest(&attribute.args, Self::attribute_arg);
            self.put("] ");
        }
    }

    fn attribute_arg(&mut self, arg: &AttributeArg) {
        self.place(arg.span);
        self.ident(&arg.name);
        self.put(":");
        self.expr(&arg.value);
    }

    fn word(&mut self, word: &str, span: Option<Span>) {
        if let Some(span) = span {
            self.place(span);
            self.put(word);
            self.put(" ");
        }
    }

    fn item(&mut self, item: &Item) {
        self.place(item.span);
        self.docs(item.docs.as_ref());
        self.attributes(&item.attrs);
        self.word("pub", item.visibility);
        match &item.kind {
            ItemKind::Function(it) => self.function(it),
            ItemKind::Type(it) => {
                self.definition("type", &it.name, &it.generics, &it.contracts);
                self.rest(&it.members, Self::member);
            }
            ItemKind::Enum(it) => {
                self.definition("enum", &it.name, &it.generics, &it.contracts);
                self.rest(&it.variants, Self::variant);
            }
            ItemKind::Contract(it) => {
                self.definition("contract", &it.name, &it.generics, &[]);
                self.rest(&it.items, Self::contract_item);
            }
            ItemKind::Impl(it) => self.impl_block(it),
            ItemKind::Test(it) => self.test(it),
            ItemKind::Attribute(it) => self.attribute_def(it),
            ItemKind::Module(it) => {
                self.put("(mod ");
                self.path(it);
            }
            ItemKind::InlineModule(it) => {
                self.put("(mod ");
                self.ident(&it.name);
                self.put(" {");
                self.each(&it.items, " ", Self::item);
                self.put("}");
            }
            ItemKind::Use(it) => self.import(it),
            ItemKind::Error => self.put("(error"),
        }
        self.put(")");
    }

    fn definition(&mut self, head: &str, name: &Ident, generics: &[Generic], up: &[TypePath]) {
        self.put("(");
        self.put(head);
        self.put(" ");
        self.ident(name);
        self.generics(generics);
        if !up.is_empty() {
            self.put(" (:");
            self.rest(up, Self::type_path);
            self.put(")");
        }
    }

    fn generics(&mut self, generics: &[Generic]) {
        if !generics.is_empty() {
            self.put("<");
            self.each(generics, " ", Self::generic);
            self.put(">");
        }
    }

    fn generic(&mut self, generic: &Generic) {
        self.place(generic.span);
        self.ident(&generic.name);
        if !generic.bounds.is_empty() {
            self.put(":");
            self.each(&generic.bounds, "+", Self::type_path);
        }
    }

    /// Without the closing parenthesis.
    fn function(&mut self, function: &Function) {
        self.place(function.span);
        self.put("(fn ");
        self.signature(&function.signature);
        self.put(" ");
        match &function.body {
            FunctionBody::Block(block) => self.block(block),
            FunctionBody::Expr(value) => {
                self.put("=> ");
                self.expr(value);
            }
        }
    }

    fn signature(&mut self, signature: &Signature) {
        self.place(signature.span);
        self.ty(&signature.result);
        self.put(" ");
        self.ident(&signature.name);
        self.generics(&signature.generics);
        self.put(" (");
        self.each(&signature.params, ", ", Self::param);
        self.put(")");
    }

    fn param(&mut self, param: &Param) {
        self.place(param.span);
        self.docs(param.docs.as_ref());
        self.attributes(&param.attrs);
        self.mode(param.mode);
        self.word("mut", param.mutable);
        self.ty(&param.ty);
        self.put(" ");
        self.ident(&param.name);
    }

    fn mode(&mut self, mode: Option<PassMode>) {
        match mode {
            Some(PassMode::Ref) => self.put("ref "),
            Some(PassMode::Out) => self.put("out "),
            None => {}
        }
    }

    fn member(&mut self, member: &Member) {
        self.place(member.span);
        self.docs(member.docs.as_ref());
        self.attributes(&member.attrs);
        self.word("pub", member.visibility);
        match &member.kind {
            MemberKind::Field(it) => {
                self.put("(field ");
                self.ty(&it.ty);
                self.put(" ");
                self.ident(&it.name);
            }
            MemberKind::Event(it) => {
                self.put("(event ");
                self.optional("", it.capacity.as_ref(), Self::expr);
                self.put(" ");
                self.ident(&it.name);
                self.rest(&it.params, Self::param);
            }
            MemberKind::Method(it) => self.function(it),
        }
        self.put(")");
    }

    fn variant(&mut self, variant: &Variant) {
        self.place(variant.span);
        self.docs(variant.docs.as_ref());
        self.attributes(&variant.attrs);
        self.ident(&variant.name);
        if !variant.payload.is_empty() {
            self.put("(");
            self.each(&variant.payload, ", ", Self::payload);
            self.put(")");
        }
    }

    fn payload(&mut self, payload: &Payload) {
        self.place(payload.span);
        self.ty(&payload.ty);
        self.optional(" ", payload.name.as_ref(), Self::ident);
    }

    fn contract_item(&mut self, item: &ContractItem) {
        self.place(item.span);
        self.docs(item.docs.as_ref());
        self.attributes(&item.attrs);
        match &item.kind {
            ContractItemKind::Method(it) => {
                self.put("(fn ");
                self.signature(it);
                self.put(")");
            }
            ContractItemKind::Embed(it) => self.type_path(it),
        }
    }

    fn impl_block(&mut self, block: &ImplBlock) {
        self.put("(impl ");
        self.generics(&block.generics);
        self.ty(&block.target);
        self.rest(&block.methods, Self::member);
    }

    fn test(&mut self, test: &TestDef) {
        self.put("(test ");
        self.ident(&test.name);
        self.rest(&test.sections, Self::test_section);
        self.put(" ");
        self.block(&test.body);
    }

    fn test_section(&mut self, section: &TestSection) {
        self.place(section.span);
        let head = match section.kind {
            TestSectionKind::Meta => "meta",
            TestSectionKind::Skip => "skip",
        };
        self.list(head, &section.entries, Self::test_entry);
    }

    fn test_entry(&mut self, entry: &TestEntry) {
        self.place(entry.span);
        self.ident(&entry.key);
        self.put("=");
        self.expr(&entry.value);
    }

    fn attribute_def(&mut self, def: &AttributeDef) {
        self.put("(attribute ");
        self.ident(&def.name);
        if let Some(targets) = &def.targets {
            self.put(" ");
            self.list("on", targets, Self::ident);
        }
        self.rest(&def.params, Self::attribute_param);
    }

    fn attribute_param(&mut self, param: &AttributeParam) {
        self.place(param.span);
        self.ident(&param.name);
        self.put(":");
        self.ty(&param.ty);
        self.optional("=", param.default.as_ref(), Self::expr);
    }

    /// Without the closing parenthesis.
    fn import(&mut self, import: &Use) {
        self.put("(use ");
        self.path(&import.path);
        self.optional(" as ", import.alias.as_ref(), Self::ident);
    }

    fn ty(&mut self, ty: &Type) {
        self.place(ty.span);
        match &ty.kind {
            TypeKind::Primitive(it) => self.put(it.name()),
            TypeKind::Path(it) => self.type_path(it),
            TypeKind::Array(it) => {
                self.ty(it);
                self.put("[]");
            }
            TypeKind::Function { params, result } => {
                self.put("fn(");
                self.each(params, ", ", Self::ty);
                self.put("):");
                self.ty(result);
            }
            TypeKind::Ref(it) => {
                self.put("ref ");
                self.ty(it);
            }
            TypeKind::Error => self.put("<error>"),
        }
    }

    fn type_path(&mut self, path: &TypePath) {
        self.place(path.span);
        self.each(&path.segments, ".", Self::segment);
    }

    fn segment(&mut self, segment: &PathSegment) {
        self.place(segment.span);
        self.ident(&segment.name);
        if let Some(args) = &segment.type_args {
            self.put("<");
            self.each(args, ", ", Self::ty);
            self.put(">");
        }
    }

    fn block(&mut self, block: &Block) {
        self.place(block.span);
        self.put("{");
        self.each(&block.stmts, " ", Self::stmt);
        self.put("}");
    }

    fn stmt(&mut self, stmt: &Stmt) {
        self.place(stmt.span);
        match &stmt.kind {
            StmtKind::Local(it) => self.local(it),
            StmtKind::Return(None) => self.put("(return)"),
            StmtKind::Return(Some(it)) => self.list("return", std::slice::from_ref(it), Self::expr),
            StmtKind::Break => self.put("(break)"),
            StmtKind::Continue => self.put("(continue)"),
            StmtKind::If(it) => {
                self.list("if", &it.branches, Self::branch);
                self.optional(" else ", it.otherwise.as_ref(), Self::block);
            }
            StmtKind::While(it) => {
                self.put("(while ");
                self.expr(&it.condition);
                self.put(" ");
                self.block(&it.body);
                self.put(")");
            }
            StmtKind::For(it) => {
                self.put("(for ");
                self.ident(&it.name);
                self.put(" ");
                self.expr(&it.iterable);
                self.put(" ");
                self.block(&it.body);
                self.put(")");
            }
            StmtKind::Block(it) => self.block(it),
            StmtKind::Expr(it) => self.expr(it),
            StmtKind::Use(it) => {
                self.import(it);
                self.put(")");
            }
            StmtKind::Error => self.put("<error>"),
        }
    }

    fn local(&mut self, local: &Local) {
        self.put("(let ");
        self.word("mut", local.mutable);
        self.optional("", local.ty.as_ref(), Self::ty);
        self.put(if local.ty.is_some() { " " } else { "" });
        self.ident(&local.name);
        self.put(" ");
        self.expr(&local.value);
        self.put(")");
    }

    fn branch(&mut self, branch: &IfBranch) {
        self.place(branch.span);
        self.expr(&branch.condition);
        self.put(" ");
        self.block(&branch.body);
    }

    pub(crate) fn expr(&mut self, expr: &Expr) {
        self.place(expr.span);
        self.ids.push(expr.id);
        match &expr.kind {
            ExprKind::Int(it) => self.int(*it),
            ExprKind::Float(it) => self.float(*it),
            ExprKind::Bool(it) => self.put(&it.to_string()),
            ExprKind::Char(it) => self.put(&format!("{it:?}")),
            ExprKind::Str(it) => self.put(&format!("{it:?}")),
            ExprKind::Interpolated(parts) => self.list("str", parts, Self::string_part),
            ExprKind::Unit => self.put("()"),
            ExprKind::Name(it) => self.segment(it),
            ExprKind::This => self.put("this"),
            ExprKind::Primitive(it) => self.put(it.name()),
            ExprKind::Paren(it) => self.operation("paren", &[it]),
            ExprKind::Unary(it) => {
                self.place(it.op_span);
                self.operation(it.op.symbol(), &[&it.operand]);
            }
            ExprKind::Binary(it) => {
                self.place(it.op_span);
                self.operation(it.op.symbol(), &[&it.left, &it.right]);
            }
            ExprKind::Assign(it) => {
                self.place(it.op_span);
                let head = format!("{}=", it.op.map_or("", BinaryOp::symbol));
                self.operation(&head, &[&it.target, &it.value]);
            }
            ExprKind::Call(it) => {
                self.put("(call ");
                self.expr(&it.callee);
                self.rest(&it.args, Self::arg);
                self.put(")");
            }
            ExprKind::Member(it) => {
                self.put("(. ");
                self.expr(&it.object);
                self.put(" ");
                self.segment(&it.segment);
                self.put(")");
            }
            ExprKind::Index(it) => self.operation("index", &[&it.object, &it.index]),
            ExprKind::Try(it) => self.operation("?", &[it]),
            ExprKind::Array(it) => self.list("array", it, Self::expr),
            ExprKind::EnumCtor(it) => self.enum_ctor(it),
            ExprKind::Struct(it) => {
                self.put("(struct ");
                self.type_path(&it.path);
                self.rest(&it.fields, Self::field_init);
                self.put(")");
            }
            ExprKind::Block(it) => self.block(it),
            ExprKind::Match(it) => {
                self.put("(match ");
                self.expr(&it.scrutinee);
                self.rest(&it.arms, Self::arm);
                self.put(")");
            }
            ExprKind::Lambda(it) => self.lambda(it),
            ExprKind::Spawn(it) => self.operation("spawn", &[it]),
            ExprKind::Error => self.put("<error>"),
        }
    }

    fn operation(&mut self, head: &str, operands: &[&Expr]) {
        self.list(head, operands, |dump, it| dump.expr(it));
    }

    fn int(&mut self, literal: IntLiteral) {
        self.put(&literal.value.to_string());
        self.put(literal.suffix.map_or("", crate::Primitive::name));
    }

    fn float(&mut self, literal: FloatLiteral) {
        self.put(&format!("{:?}", literal.value));
        self.put(literal.suffix.map_or("", crate::Primitive::name));
    }

    fn string_part(&mut self, part: &StringPart) {
        match part {
            StringPart::Text(it) => self.put(&format!("{it:?}")),
            StringPart::Hole(it) => self.expr(it),
        }
    }

    fn arg(&mut self, arg: &Arg) {
        self.place(arg.span);
        self.mode(arg.mode);
        self.expr(&arg.value);
    }

    fn enum_ctor(&mut self, ctor: &EnumCtor) {
        self.put("(");
        self.type_path(&ctor.path);
        self.put("::");
        self.ident(&ctor.variant);
        if let Some(args) = &ctor.args {
            self.put(" ");
            self.list("with", args, Self::expr);
        }
        self.put(")");
    }

    fn field_init(&mut self, init: &FieldInit) {
        self.place(init.span);
        self.ident(&init.name);
        self.put(":");
        self.expr(&init.value);
    }

    fn lambda(&mut self, lambda: &Lambda) {
        self.put("(lambda (");
        self.each(&lambda.params, ", ", Self::lambda_param);
        self.put(") ");
        match &lambda.body {
            LambdaBody::Expr(it) => self.expr(it),
            LambdaBody::Block(it) => self.block(it),
        }
        self.put(")");
    }

    fn lambda_param(&mut self, param: &LambdaParam) {
        self.place(param.span);
        self.word("mut", param.mutable);
        self.optional("", param.ty.as_ref(), Self::ty);
        self.put(if param.ty.is_some() { " " } else { "" });
        self.ident(&param.name);
    }

    fn arm(&mut self, arm: &Arm) {
        self.place(arm.span);
        self.put("(");
        self.pattern(&arm.pattern);
        self.optional(" when ", arm.guard.as_ref(), Self::expr);
        self.put(" => ");
        self.expr(&arm.body);
        self.put(")");
    }

    fn pattern(&mut self, pattern: &Pattern) {
        self.place(pattern.span);
        let minus = |negative: &bool| if *negative { "-" } else { "" };
        match &pattern.kind {
            PatternKind::Wildcard => self.put("_"),
            PatternKind::Binding(it) => self.ident(it),
            PatternKind::Int { negative, literal } => {
                self.put(minus(negative));
                self.int(*literal);
            }
            PatternKind::Float { negative, literal } => {
                self.put(minus(negative));
                self.float(*literal);
            }
            PatternKind::Bool(it) => self.put(&it.to_string()),
            PatternKind::Char(it) => self.put(&format!("{it:?}")),
            PatternKind::Str(it) => self.put(&format!("{it:?}")),
            PatternKind::Variant(it) => {
                self.type_path(&it.path);
                self.put("::");
                self.ident(&it.variant);
                if let Some(args) = &it.args {
                    self.list("", args, Self::pattern);
                }
            }
            PatternKind::Error => self.put("<error>"),
        }
    }
}
