//! Programs as source text, and the place of each expression in it.

use super::program::{
    Block, Expr, ExprKind, Function, Int, LocalForm, NodeId, Statement, Tree, Type,
};
use super::walk;

/// Source text.
pub(super) struct Source {
    pub(super) text: String,
    /// Line and column of each expression: of its operator, or where it begins, after parentheses.
    pub(super) places: Vec<(usize, usize)>,
}

/// Writes a program, without the functions that no case calls.
pub(super) fn write(tree: &Tree) -> Source {
    let mut writer = Writer {
        tree,
        called: called_functions(tree),
        text: String::new(),
        places: vec![(0, 0); tree.nodes],
        line: 1,
        column: 1,
        indent: 0,
    };
    writer.program();
    Source { text: writer.text, places: writer.places }
}

/// The first digit of the standard input is the case that the program begins with.
const MAIN: &str = "unit main() {\n    i32 first = i32(__syscall_read(0, 1)[0]) - 48;\n";

/// Which functions the cases call, and these call, and so on.
fn called_functions(tree: &Tree) -> Vec<bool> {
    let mut called = vec![false; tree.functions.len()];
    let mut open = tree.cases.clone();
    while let Some(function) = open.pop() {
        if !std::mem::replace(&mut called[function], true) {
            open.extend(walk::callees(&tree.functions[function]));
        }
    }
    called
}

struct Writer<'t> {
    tree: &'t Tree,
    called: Vec<bool>,
    text: String,
    places: Vec<(usize, usize)>,
    line: usize,
    column: usize,
    indent: usize,
}

/// How tightly an expression binds; a looser one needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Equality,
    Comparison,
    Sum,
    Product,
    Prefix,
    Postfix,
}

fn binding(expr: &Expr) -> Binding {
    use super::program::BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
    use super::program::CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match &expr.kind {
        ExprKind::Or(..) => Binding::Or,
        ExprKind::And(..) => Binding::And,
        ExprKind::Identity { .. } | ExprKind::Compare(Equal | NotEqual, ..) => Binding::Equality,
        ExprKind::Compare(Less | LessOrEqual | Greater | GreaterOrEqual, ..) => Binding::Comparison,
        ExprKind::Binary(Add | Subtract, ..) => Binding::Sum,
        ExprKind::Binary(Multiply | Divide | Remainder, ..) => Binding::Product,
        ExprKind::Negate(_) | ExprKind::Not(_) => Binding::Prefix,
        ExprKind::Int { value, .. } if *value < 0 => Binding::Prefix,
        ExprKind::Implicit(inner) => binding(inner),
        ExprKind::Int { .. }
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Char(_)
        | ExprKind::Text(_)
        | ExprKind::Local(_)
        | ExprKind::Convert(_)
        | ExprKind::Field(..)
        | ExprKind::Index(..)
        | ExprKind::Call(..)
        | ExprKind::Record(_)
        | ExprKind::Array(_)
        | ExprKind::NewArray(_)
        | ExprKind::Interpolate(_)
        | ExprKind::TextLength(_)
        | ExprKind::ArrayLength(_)
        | ExprKind::Slice(..) => Binding::Postfix,
    }
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        for char in text.chars() {
            if char == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.text.push_str(text);
    }

    fn line_start(&mut self) {
        self.put(&"    ".repeat(self.indent));
    }

    fn program(&mut self) {
        for (index, record) in self.tree.records.iter().enumerate() {
            self.put(&format!("type {} {{\n", record.name));
            for (name, ty) in &record.fields {
                self.put(&format!("    {} {name},\n", type_name(self.tree, ty)));
            }
            self.indent = 1;
            self.functions(|it| it.receiver == Some(index));
            self.indent = 0;
            self.put("}\n\n");
        }
        self.functions(|it| it.receiver.is_none());
        self.put(MAIN);
        for (number, &case) in self.tree.cases.iter().enumerate() {
            let name = &self.tree.functions[case].name;
            self.put(&format!("    if first <= {number} {{ {name}(); }}\n"));
        }
        self.put("}\n");
    }

    fn functions(&mut self, fits: impl Fn(&Function) -> bool) {
        for (index, function) in self.tree.functions.iter().enumerate() {
            if self.called[index] && fits(function) {
                self.function(function);
            }
        }
    }

    fn function(&mut self, function: &Function) {
        let is_method = function.receiver.is_some();
        let params = function.locals[..function.params].iter().skip(usize::from(is_method));
        let params: Vec<String> =
            params.map(|it| format!("{} {}", type_name(self.tree, &it.ty), it.name)).collect();
        let result = type_name(self.tree, &function.result);
        self.line_start();
        self.put(&format!("{result} {}({}) ", function.name, params.join(", ")));
        self.block(&function.body, function);
        self.put("\n");
    }

    fn block(&mut self, block: &Block, function: &Function) {
        self.put("{\n");
        self.indent += 1;
        for statement in block {
            self.line_start();
            self.statement(statement, function);
            self.put("\n");
        }
        self.indent -= 1;
        self.line_start();
        self.put("}");
    }

    fn statement(&mut self, statement: &Statement, function: &Function) {
        match statement {
            Statement::Local { slot, form, init } => {
                self.local(&function.locals[*slot], *form);
                self.expr(init, function);
                self.put(";");
            }
            Statement::Assign { target, op, value } => {
                self.expr(target, function);
                self.put(&format!(" {}= ", op.map_or("", |op| op.text())));
                self.expr(value, function);
                self.put(";");
            }
            Statement::If { condition, then_block, else_block } => {
                self.put("if ");
                self.head(condition, function);
                self.block(then_block, function);
                if let Some(block) = else_block {
                    self.put(" else ");
                    self.block(block, function);
                }
            }
            Statement::While { condition, body } => {
                self.put("while ");
                self.head(condition, function);
                self.block(body, function);
            }
            Statement::ForRange { slot, from, to, body } => {
                self.put(&format!("for {} in range(", function.locals[*slot].name));
                self.list_item(from, function);
                self.put(", ");
                self.list_item(to, function);
                self.put(") ");
                self.block(body, function);
            }
            Statement::ForEach { slot, array, body } => {
                self.put(&format!("for {} in ", function.locals[*slot].name));
                self.head(array, function);
                self.block(body, function);
            }
            Statement::Break => self.put("break;"),
            Statement::Continue => self.put("continue;"),
            Statement::Return(None) => self.put("return;"),
            Statement::Return(Some(value)) => {
                self.put("return ");
                self.expr(value, function);
                self.put(";");
            }
            Statement::Expr(value) => {
                self.expr(value, function);
                self.put(";");
            }
            Statement::Print(value) => {
                self.put("Core.Output.WriteLine(");
                self.expr(value, function);
                self.put(");");
            }
            Statement::Block(block) => self.block(block, function),
        }
    }

    fn local(&mut self, local: &super::program::Local, form: LocalForm) {
        let (name, ty) = (&local.name, type_name(self.tree, &local.ty));
        self.put(&match form {
            LocalForm::Typed => format!("{ty} {name} = "),
            LocalForm::TypedMutable => format!("mut {ty} {name} = "),
            LocalForm::Let => format!("let {name} = "),
            LocalForm::LetMutable => format!("let mut {name} = "),
        });
    }

    /// What decides an `if` or a loop; a brace in it would end it.
    fn head(&mut self, expr: &Expr, function: &Function) {
        let start = self.text.len();
        let state = (self.line, self.column);
        self.expr(expr, function);
        if self.text[start..].contains('{') {
            self.text.truncate(start);
            (self.line, self.column) = state;
            self.put("(");
            self.expr(expr, function);
            self.put(")");
        }
        self.put(" ");
    }

    /// An expression between commas, where `a < b, c > (d)` would be type arguments.
    fn list_item(&mut self, expr: &Expr, function: &Function) {
        self.operand(expr, Binding::Sum, function);
    }

    fn list(&mut self, items: &[Expr], function: &Function) {
        for (index, item) in items.iter().enumerate() {
            self.put(if index > 0 { ", " } else { "" });
            self.list_item(item, function);
        }
    }

    fn operand(&mut self, expr: &Expr, least: Binding, function: &Function) {
        if binding(expr) >= least {
            return self.expr(expr, function);
        }
        self.put("(");
        self.expr(expr, function);
        self.put(")");
    }

    fn infix(&mut self, expr: &Expr, op: &str, sides: (&Expr, &Expr), function: &Function) {
        let own = binding(expr);
        self.operand(sides.0, own, function);
        self.put(" ");
        self.mark(expr.id);
        self.put(&format!("{op} "));
        // All operators associate to the left.
        let tighter = match own {
            Binding::Or => Binding::And,
            Binding::And => Binding::Equality,
            Binding::Equality => Binding::Comparison,
            Binding::Comparison => Binding::Sum,
            Binding::Sum => Binding::Product,
            Binding::Product => Binding::Prefix,
            Binding::Prefix | Binding::Postfix => Binding::Postfix,
        };
        self.operand(sides.1, tighter, function);
    }

    fn mark(&mut self, id: NodeId) {
        self.places[id] = (self.line, self.column);
    }

    fn expr(&mut self, expr: &Expr, function: &Function) {
        self.mark(expr.id);
        match &expr.kind {
            ExprKind::Int { value, suffixed } => {
                self.put(&int_literal(*value, *suffixed, &expr.ty))
            }
            ExprKind::Float(text) => self.put(text),
            ExprKind::Bool(value) => self.put(&value.to_string()),
            ExprKind::Char(value) => self.put(&format!("'{}'", escaped(*value))),
            ExprKind::Text(text) => {
                self.put("\"");
                self.quoted(text);
                self.put("\"");
            }
            ExprKind::Local(slot) => self.put(&function.locals[*slot].name),
            ExprKind::Negate(inner) => {
                self.put("-");
                // A minus before a literal would be part of it.
                let is_literal = matches!(inner.kind, ExprKind::Int { .. } | ExprKind::Float(_));
                let least = if is_literal { None } else { Some(Binding::Postfix) };
                self.bracketed(inner, least, function);
            }
            ExprKind::Not(inner) => {
                self.put("!");
                self.operand(inner, Binding::Prefix, function);
            }
            ExprKind::Binary(op, left, right) => {
                self.infix(expr, op.text(), (left, right), function);
            }
            ExprKind::Compare(op, left, right) => {
                self.infix(expr, op.text(), (left, right), function);
            }
            ExprKind::Identity { negated, left, right } => {
                let op = if *negated { "!==" } else { "===" };
                self.infix(expr, op, (left, right), function);
            }
            ExprKind::And(left, right) => self.infix(expr, "&&", (left, right), function),
            ExprKind::Or(left, right) => self.infix(expr, "||", (left, right), function),
            ExprKind::Implicit(inner) => self.expr(inner, function),
            ExprKind::Convert(inner) => {
                self.put(&type_name(self.tree, &expr.ty));
                self.call(std::slice::from_ref(inner), function);
            }
            ExprKind::Field(object, field) => {
                let Type::Record(record) = object.ty else { panic!("a field of no record") };
                self.operand(object, Binding::Postfix, function);
                self.put(&format!(".{}", self.tree.records[record].fields[*field].0));
            }
            ExprKind::Index(object, index) => {
                self.operand(object, Binding::Postfix, function);
                self.put("[");
                self.expr(index, function);
                self.put("]");
            }
            ExprKind::Call(callee, args) => self.call_of(*callee, args, function),
            ExprKind::Record(fields) => self.record(&expr.ty, fields, function),
            ExprKind::Array(items) => {
                self.put("[");
                self.list(items, function);
                self.put("]");
            }
            ExprKind::NewArray(length) => {
                self.put("__array_new(8, ");
                self.list_item(length, function);
                self.put(")");
            }
            ExprKind::Interpolate(parts) => self.interpolation(parts, function),
            ExprKind::TextLength(text) => {
                self.put("__str_len");
                self.call(std::slice::from_ref(text), function);
            }
            ExprKind::ArrayLength(array) => {
                self.put("__array_len");
                self.call(std::slice::from_ref(array), function);
            }
            ExprKind::Slice(text, start, count) => {
                self.put("__str_slice(");
                for (index, part) in [text, start, count].into_iter().enumerate() {
                    self.put(if index > 0 { ", " } else { "" });
                    self.list_item(part, function);
                }
                self.put(")");
            }
        }
    }

    /// An operand in parentheses, unless it binds at least so tightly.
    fn bracketed(&mut self, expr: &Expr, least: Option<Binding>, function: &Function) {
        if let Some(least) = least {
            return self.operand(expr, least, function);
        }
        self.put("(");
        self.expr(expr, function);
        self.put(")");
    }

    fn call(&mut self, args: &[impl std::borrow::Borrow<Expr>], function: &Function) {
        self.put("(");
        for (index, arg) in args.iter().enumerate() {
            self.put(if index > 0 { ", " } else { "" });
            self.list_item(arg.borrow(), function);
        }
        self.put(")");
    }

    fn call_of(&mut self, callee: usize, args: &[Expr], function: &Function) {
        let callee = &self.tree.functions[callee];
        let mut args = args;
        if callee.receiver.is_some() {
            self.operand(&args[0], Binding::Postfix, function);
            self.put(".");
            args = &args[1..];
        }
        self.put(&callee.name);
        self.call(args, function);
    }

    fn record(&mut self, ty: &Type, fields: &[(usize, Expr)], function: &Function) {
        let Type::Record(record) = *ty else { panic!("a record literal of another type") };
        let record = &self.tree.records[record];
        self.put(&format!("{} {{ ", record.name));
        for (index, (field, value)) in fields.iter().enumerate() {
            self.put(if index > 0 { ", " } else { "" });
            self.put(&format!("{}: ", record.fields[*field].0));
            self.list_item(value, function);
        }
        self.put(" }");
    }

    fn interpolation(&mut self, parts: &[Expr], function: &Function) {
        self.put("\"");
        for part in parts {
            if let ExprKind::Text(text) = &part.kind {
                self.quoted(text);
            } else {
                self.put("${");
                self.expr(part, function);
                self.put("}");
            }
        }
        self.put("\"");
    }

    fn quoted(&mut self, text: &str) {
        text.chars().for_each(|char| self.put(&escaped(char)));
    }
}

fn escaped(char: char) -> String {
    match char {
        '\n' => "\\n".into(),
        '\'' | '"' | '\\' | '$' => format!("\\{char}"),
        control if control.is_control() => format!("\\u{{{:x}}}", u32::from(control)),
        other => other.to_string(),
    }
}

fn int_literal(value: i128, suffixed: bool, ty: &Type) -> String {
    if let Type::Int(Int { name, .. }) = ty
        && suffixed
    {
        return format!("{value}{name}");
    }
    value.to_string()
}

/// A type as programs spell it.
pub(super) fn type_name(tree: &Tree, ty: &Type) -> String {
    match ty {
        Type::Unit => "unit".into(),
        Type::Bool => "bool".into(),
        Type::Int(int) => int.name.into(),
        Type::F32 => "f32".into(),
        Type::F64 => "f64".into(),
        Type::Char => "char".into(),
        Type::Text => "string".into(),
        Type::Record(record) => tree.records[*record].name.clone(),
        Type::Array(element) => format!("{}[]", type_name(tree, element)),
    }
}
