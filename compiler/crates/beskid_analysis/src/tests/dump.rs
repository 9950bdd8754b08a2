//! A compact text form of typed functions.

use crate::typed::{
    ArithmeticOp, Block, CompareOp, Expr, ExprKind, Function, LocalId, Pattern, Place, Program,
    Statement, Type, TypeId,
};

struct Dump<'p> {
    program: &'p Program,
    function: &'p Function,
}

pub(super) fn function(program: &Program, function: &Function) -> String {
    let dump = Dump { program, function };
    let params: Vec<String> = function.params.iter().map(|&it| dump.typed_local(it)).collect();
    let result = dump.ty(function.result);
    format!("({}) -> {result} {}", params.join(", "), dump.block(&function.body))
}

pub(super) fn expr(program: &Program, function: &Function, expr: &Expr) -> String {
    Dump { program, function }.expr(expr)
}

pub(super) fn ty(program: &Program, id: TypeId) -> String {
    match program.types.get(id) {
        Type::Record(record) => program.records[record.index()].name.clone(),
        Type::Enum(id) => program.enums[id.index()].name.clone(),
        Type::Array(element) => format!("{}[]", ty(program, element)),
        Type::Function(_) | Type::Contract(_) => program.type_name(id),
        Type::Int(kind) => format!("{kind:?}").to_lowercase(),
        Type::Float(kind) => format!("{kind:?}").to_lowercase(),
        plain @ (Type::Unit | Type::Never | Type::Bool | Type::Char | Type::String) => {
            format!("{plain:?}").to_lowercase()
        }
    }
}

impl Dump<'_> {
    fn ty(&self, id: TypeId) -> String {
        ty(self.program, id)
    }

    fn typed_local(&self, id: LocalId) -> String {
        let local = &self.function.locals[id.index()];
        format!("{}: {}", local.name, self.ty(local.ty))
    }

    fn local(&self, id: LocalId) -> String {
        self.function.locals[id.index()].name.clone()
    }

    fn block(&self, block: &Block) -> String {
        let parts: Vec<String> = block.statements.iter().map(|it| self.statement(it)).collect();
        if parts.is_empty() { "{}".into() } else { format!("{{ {} }}", parts.join("; ")) }
    }

    fn statement(&self, statement: &Statement) -> String {
        match statement {
            Statement::Let { local, value } => {
                format!("let {} = {}", self.typed_local(*local), self.expr(value))
            }
            Statement::Expr(expr) => self.expr(expr),
            Statement::Return(None) => "return".into(),
            Statement::Return(Some(value)) => format!("return {}", self.expr(value)),
            Statement::Break => "break".into(),
            Statement::Continue => "continue".into(),
            Statement::If { condition, then_block, else_block } => {
                let head = format!("if {} {}", self.expr(condition), self.block(then_block));
                if else_block.statements.is_empty() {
                    head
                } else {
                    format!("{head} else {}", self.block(else_block))
                }
            }
            Statement::While { condition, body } => {
                format!("while {} {}", self.expr(condition), self.block(body))
            }
            Statement::ForRange { local, start, end, body } => format!(
                "for {} in {}..{} {}",
                self.typed_local(*local),
                self.expr(start),
                self.expr(end),
                self.block(body)
            ),
            Statement::ForArray { local, array, body } => format!(
                "for {} in {} {}",
                self.typed_local(*local),
                self.expr(array),
                self.block(body)
            ),
            Statement::Block(block) => self.block(block),
        }
    }

    fn list(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|it| self.expr(it)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Unit => "()".into(),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Int(value) => format!("{value}:{}", self.ty(expr.ty)),
            ExprKind::Float(value) => format!("{value:?}:{}", self.ty(expr.ty)),
            ExprKind::Char(value) => format!("{value:?}"),
            ExprKind::String(text) => format!("{text:?}"),
            ExprKind::Local(local) => self.local(*local),
            ExprKind::Negate(inner) => format!("-{}", self.expr(inner)),
            ExprKind::Not(inner) => format!("!{}", self.expr(inner)),
            ExprKind::Arithmetic(op, left, right) => {
                format!("({} {} {})", self.expr(left), arithmetic(*op), self.expr(right))
            }
            ExprKind::Compare(op, left, right) => {
                format!("({} {} {})", self.expr(left), compare(*op), self.expr(right))
            }
            ExprKind::Same(left, right) => {
                format!("({} === {})", self.expr(left), self.expr(right))
            }
            ExprKind::And(left, right) => format!("({} && {})", self.expr(left), self.expr(right)),
            ExprKind::Or(left, right) => format!("({} || {})", self.expr(left), self.expr(right)),
            ExprKind::Convert(inner) => format!("{}({})", self.ty(expr.ty), self.expr(inner)),
            ExprKind::ToText(inner) => format!("text({})", self.expr(inner)),
            ExprKind::Concat(parts) => format!("concat({})", self.list(parts)),
            ExprKind::Call(id, args) => {
                format!("{}({})", self.program.functions[id.index()].name, self.list(args))
            }
            ExprKind::Subscribe(object, field, handler, capacity) => {
                format!("{}.{field} +={capacity} {}", self.expr(object), self.expr(handler))
            }
            ExprKind::Unsubscribe(object, field, handler) => {
                format!("{}.{field} -= {}", self.expr(object), self.expr(handler))
            }
            ExprKind::Raise(object, field, args) => {
                format!("raise {}.{field}({})", self.expr(object), self.list(args))
            }
            ExprKind::Intrinsic(intrinsic, args) => {
                format!("{}({})", intrinsic.name(), self.list(args))
            }
            ExprKind::Hash(value) => format!("hash({})", self.expr(value)),
            ExprKind::ToContract(value, _) | ExprKind::ToEmbedded(value, _) => {
                format!("{}({})", self.ty(expr.ty), self.expr(value))
            }
            ExprKind::CallContract(value, slot, args) => {
                format!("{}.slot{slot}({})", self.expr(value), self.list(args))
            }
            ExprKind::FunctionValue(id) => self.program.functions[id.index()].name.clone(),
            ExprKind::Closure(id, captures) => {
                let body = function(self.program, &self.program.functions[id.index()]);
                format!("[{}] {body}", self.list(captures))
            }
            ExprKind::CallValue(callee, args) => {
                format!("call {}({})", self.expr(callee), self.list(args))
            }
            ExprKind::Out(place) => format!("out {}", self.place(place)),
            ExprKind::CallExtern(id, args) => {
                format!("extern {}({})", self.program.externs[id.index()].symbol, self.list(args))
            }
            ExprKind::CallRuntime(function, args) => {
                format!("rt {}({})", function.name(), self.list(args))
            }
            ExprKind::Field(object, field) => format!("{}.{field}", self.expr(object)),
            ExprKind::Index(object, index) => {
                format!("{}[{}]", self.expr(object), self.expr(index))
            }
            ExprKind::Record(record, fields) => {
                let name = &self.program.records[record.index()].name;
                let fields: Vec<String> =
                    fields.iter().map(|(at, it)| format!("{at}: {}", self.expr(it))).collect();
                format!("{name} {{ {} }}", fields.join(", "))
            }
            ExprKind::Variant(id, index, payload) => {
                let shape = &self.program.enums[id.index()];
                let name = format!("{}::{}", shape.name, shape.variants[*index as usize].name);
                if payload.is_empty() { name } else { format!("{name}({})", self.list(payload)) }
            }
            ExprKind::Match(it) => {
                let arms: Vec<String> = it.arms.iter().map(|arm| self.arm(arm)).collect();
                format!("match {} {{ {} }}", self.expr(&it.scrutinee), arms.join(", "))
            }
            ExprKind::Array(elements) => format!("[{}]", self.list(elements)),
            ExprKind::NewArray(length) => {
                format!("new {}({})", self.ty(expr.ty), self.expr(length))
            }
            ExprKind::ArrayLength(array) => format!("len({})", self.expr(array)),
            ExprKind::Assign(place, value) => {
                format!("{} = {}", self.place(place), self.expr(value))
            }
            ExprKind::AssignWith(place, op, value) => {
                format!("{} {}= {}", self.place(place), arithmetic(*op), self.expr(value))
            }
            ExprKind::Block(block) => format!("do {}", self.block(block)),
        }
    }

    fn arm(&self, arm: &crate::typed::Arm) -> String {
        let pattern = self.pattern(&arm.pattern);
        let guard = arm.guard.iter().map(|it| format!(" when {}", self.expr(it)));
        format!("{pattern}{} => {}", guard.collect::<String>(), self.expr(&arm.body))
    }

    fn pattern(&self, pattern: &Pattern) -> String {
        match pattern {
            Pattern::Wildcard => "_".into(),
            Pattern::Bind(local) => self.local(*local),
            Pattern::Bool(value) => value.to_string(),
            Pattern::Int(value) => value.to_string(),
            Pattern::Float(value) => format!("{value:?}"),
            Pattern::Char(value) => format!("{value:?}"),
            Pattern::String(text) => format!("{text:?}"),
            Pattern::Variant(id, index, parts) => {
                let name = &self.program.enums[id.index()].variants[*index as usize].name;
                let parts: Vec<String> = parts.iter().map(|it| self.pattern(it)).collect();
                if parts.is_empty() {
                    name.clone()
                } else {
                    format!("{name}({})", parts.join(", "))
                }
            }
        }
    }

    fn place(&self, place: &Place) -> String {
        match place {
            Place::Local(local) => self.local(*local),
            Place::Field(object, field) => format!("{}.{field}", self.expr(object)),
            Place::Element { array, index, .. } => {
                format!("{}[{}]", self.expr(array), self.expr(index))
            }
        }
    }
}

fn arithmetic(op: ArithmeticOp) -> &'static str {
    match op {
        ArithmeticOp::Add => "+",
        ArithmeticOp::Subtract => "-",
        ArithmeticOp::Multiply => "*",
        ArithmeticOp::Divide => "/",
        ArithmeticOp::Remainder => "%",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => ">=",
    }
}
