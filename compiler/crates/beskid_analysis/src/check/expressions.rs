//! Expressions: the dispatch over their forms, and the forms that build values.

use beskid_syntax::{Span, ast, ast::ExprKind as Syntax, diagnostic};

use crate::items::FunctionRef;
use crate::typed::{Expr, ExprKind, Type, TypeId};
use crate::types::{Conversion, ERROR, Scheme};

use super::body::Body;
use super::conversions::Role;
use super::lambdas::Wanted;
use super::literals::{Open, Value, error_expr};
use super::operators::{concat, expected_integer, sequence};

/// The method that gives a record its text.
const TO_STRING: &str = "ToString";

impl<'a> Body<'_, 'a> {
    /// Checks an expression. `expected` is the type that the context asks for, if it asks for one;
    /// it guides literals of arrays and `__array_new`, and is not enforced here.
    pub(super) fn value(&mut self, expr: &'a ast::Expr, expected: Option<TypeId>) -> Value {
        let span = expr.span;
        let closed = |kind, ty| Value::closed(Expr { kind, ty, span }, span);
        match &expr.kind {
            Syntax::Int(literal) => self.int_literal(*literal, span),
            Syntax::Float(literal) => self.float_literal(*literal, span),
            Syntax::Bool(value) => closed(ExprKind::Bool(*value), TypeId::BOOL),
            Syntax::Char(value) => closed(ExprKind::Char(*value), TypeId::CHAR),
            Syntax::Str(text) => closed(ExprKind::String(text.clone()), TypeId::STRING),
            Syntax::Interpolated(parts) => self.interpolated(parts, span),
            Syntax::Unit => closed(ExprKind::Unit, TypeId::UNIT),
            Syntax::Name(segment) => self.name_value(segment, span, expected),
            Syntax::Member(access) => self.member_value(access, span, expected),
            Syntax::This => self.this_value(span),
            Syntax::Primitive(primitive) => {
                self.report(diagnostic::type_used_as_value(span, primitive.name()));
                Value::error(span)
            }
            Syntax::Paren(inner) => self.parenthesised(inner, span, expected),
            Syntax::Unary(unary) => self.unary(unary, span),
            Syntax::Binary(binary) => self.binary(binary, span),
            Syntax::Assign(assign) => self.assign(assign, span),
            Syntax::Call(call) => self.call(call, span, expected),
            Syntax::Index(index) => self.index(index, span),
            Syntax::Array(elements) => self.array(elements, span, expected),
            Syntax::Struct(literal) => self.struct_literal(literal, span, expected),
            Syntax::Block(block) => self.block_value(block, span),
            Syntax::EnumCtor(ctor) => self.constructor(ctor, span, expected),
            Syntax::Try(operand) => self.try_value(operand, span),
            Syntax::Match(it) => self.match_value(it, span, expected),
            Syntax::Lambda(lambda) => {
                let wanted = Wanted::of(&self.checked.types, expected);
                self.lambda(lambda, wanted, span)
            }
            Syntax::Spawn(_) => self.spawn(span),
            Syntax::Error => {
                self.incomplete = true;
                Value::error(span)
            }
        }
    }

    fn parenthesised(
        &mut self,
        inner: &'a ast::Expr,
        span: Span,
        expected: Option<TypeId>,
    ) -> Value {
        Value { span, ..self.value(inner, expected) }
    }

    fn spawn(&mut self, span: Span) -> Value {
        self.not_supported(span, "`spawn`");
        Value::error(span)
    }

    fn this_value(&mut self, span: Span) -> Value {
        match self.this(span) {
            Some(this) => Value::closed(this, span),
            None => {
                let found = diagnostic::unknown_value(span, "this");
                self.report(found.help("`this` exists in methods only"));
                Value::error(span)
            }
        }
    }

    /// A block yields nothing; its statements may leave the surrounding code.
    fn block_value(&mut self, block: &'a ast::Block, span: Span) -> Value {
        let checked = self.block(block);
        let ty = if checked.completes { TypeId::UNIT } else { TypeId::NEVER };
        Value::closed(Expr { kind: ExprKind::Block(checked.block), ty, span }, span)
    }

    /// `"a ${b} c"`.
    fn interpolated(&mut self, parts: &'a [ast::StringPart], span: Span) -> Value {
        let mut texts: Vec<Expr> = Vec::new();
        let mut failed = false;
        for part in parts {
            let text = match part {
                ast::StringPart::Text(text) => {
                    Expr { kind: ExprKind::String(text.clone()), ty: TypeId::STRING, span }
                }
                ast::StringPart::Hole(hole) => self.hole(hole),
            };
            failed |= text.ty == ERROR;
            texts.push(text);
        }
        if failed {
            return Value::error(span);
        }
        if texts.iter().any(|text| text.ty == TypeId::NEVER) {
            return Value::closed(sequence(texts, span), span);
        }
        let joined = texts.into_iter().reduce(|left, right| concat(left, right, span));
        let empty = Expr { kind: ExprKind::String(String::new()), ty: TypeId::STRING, span };
        Value::closed(joined.unwrap_or(empty), span)
    }

    fn hole(&mut self, hole: &'a ast::Expr) -> Expr {
        let value = self.value(hole, None);
        let ty = value.ty();
        if ty != ERROR && ty != TypeId::NEVER && !self.has_text(ty) {
            let shown = self.checked.types.display(ty);
            let found = diagnostic::not_interpolatable(hole.span, &shown);
            self.report(match self.checked.types.nominal(ty) {
                Some(_) => found.help(format!("give `{shown}` a method `string ToString()`")),
                None => found,
            });
            return error_expr(hole.span);
        }
        self.text(value)
    }

    /// Whether values of a type have a text form.
    pub(super) fn has_text(&self, ty: TypeId) -> bool {
        match self.checked.types.get(ty) {
            Some(Type::Bool | Type::Int(_) | Type::Float(_) | Type::Char | Type::String) => true,
            Some(Type::Record(_) | Type::Enum(_)) => self.to_string_method(ty).is_some(),
            Some(Type::Unit | Type::Never | Type::Array(_)) => false,
            Some(Type::Function(_) | Type::Contract(_)) => false,
            None => self.checked.types.is_opaque(ty),
        }
    }

    fn to_string_method(&self, ty: TypeId) -> Option<FunctionRef> {
        let method = self.method(ty, TO_STRING)?;
        let shape = self.world.signatures.function(method);
        let returns_text = matches!(shape.result, Scheme::Known(TypeId::STRING));
        let plain = shape.generics.len() == shape.receiver_generics;
        (shape.params.is_empty() && returns_text && plain).then_some(method)
    }

    /// The text of a value that has one.
    pub(super) fn text(&mut self, value: Value) -> Expr {
        let span = value.span;
        let expr = self.settle(value);
        if expr.ty == ERROR || expr.ty == TypeId::NEVER || expr.ty == TypeId::STRING {
            return expr;
        }
        let kind = match self.to_string_method(expr.ty) {
            Some(method) => match self.method_id(method, expr.ty, span) {
                Some(id) => ExprKind::Call(id, vec![expr]),
                None => return error_expr(span),
            },
            None => ExprKind::ToText(Box::new(expr)),
        };
        Expr { kind, ty: TypeId::STRING, span }
    }

    /// `[a, b, c]`.
    fn array(&mut self, elements: &'a [ast::Expr], span: Span, expected: Option<TypeId>) -> Value {
        let wanted = expected.and_then(|ty| self.checked.types.element(ty));
        let values = self.alike(elements, wanted);
        let Some(element) = wanted.or_else(|| self.common_type(&values)) else {
            if values.iter().all(|value| value.ty() != ERROR) && expected != Some(ERROR) {
                let what = "this array";
                let help = "write its type, such as `i64[] xs = [];`";
                self.report(diagnostic::cannot_infer(span, what).help(help));
            }
            return Value::error(span);
        };
        self.array_of(values, element, span)
    }

    /// Values of one type. Without context, the first one that is no number is the context of those
    /// after it; numbers are brought together later, in all directions.
    fn alike(&mut self, exprs: &'a [ast::Expr], mut wanted: Option<TypeId>) -> Vec<Value> {
        let mut values = Vec::new();
        for expr in exprs {
            let value = self.value(expr, wanted);
            wanted = wanted.or_else(|| self.context_of(&value));
            values.push(value);
        }
        values
    }

    /// The type that a value suggests for others that must have the same one.
    pub(super) fn context_of(&self, value: &Value) -> Option<TypeId> {
        let ty = value.ty();
        let says_nothing = ty == ERROR || ty == TypeId::NEVER || self.checked.types.is_numeric(ty);
        (!says_nothing).then_some(ty)
    }

    fn array_of(&mut self, values: Vec<Value>, element: TypeId, span: Span) -> Value {
        let items: Vec<Expr> =
            values.into_iter().map(|value| self.coerce(value, element, Role::Store)).collect();
        if items.iter().any(|item| item.ty == ERROR) {
            return Value::error(span);
        }
        if items.iter().any(|item| item.ty == TypeId::NEVER) {
            return Value::closed(sequence(items, span), span);
        }
        let ty = self.checked.types.array(element);
        Value::closed(Expr { kind: ExprKind::Array(items), ty, span }, span)
    }

    /// The type of an array's elements without context: the first that the others convert to
    /// silently; literals follow it if they can.
    fn common_type(&self, values: &[Value]) -> Option<TypeId> {
        let known = values.iter().filter(|value| value.open.is_none());
        let mut common: Option<TypeId> = None;
        for value in known {
            let ty = value.ty();
            if ty == ERROR {
                return None;
            }
            let widens = |from| self.checked.types.conversion(from, ty) == Conversion::Silent;
            if ty != TypeId::NEVER && common.is_none_or(widens) {
                common = Some(ty);
            }
        }
        let literals = values.iter().filter_map(|value| value.open);
        let literals = literals.reduce(|left, right| left.both(right).unwrap_or(left));
        match (common, literals) {
            // Literals that cannot follow other numbers decide, and so does the first element.
            (Some(common), Some(open)) if !self.can_take(open, common) => {
                let numbers = self.checked.types.is_numeric(common);
                let decides = numbers || values.first().is_some_and(|it| it.open.is_some());
                Some(if decides { open.default_type() } else { common })
            }
            (common, open) => common.or(open.map(Open::default_type)),
        }
    }

    /// `a[i]`.
    fn index(&mut self, index: &'a ast::Index, span: Span) -> Value {
        let object = self.value(&index.object, None);
        let object = self.settle(object);
        let place = self.index_value(index);
        if object.ty == ERROR || place.ty == ERROR {
            // The element type is known as soon as the array's is.
            let ty = self.checked.types.element(object.ty).unwrap_or(ERROR);
            return Value::closed(Expr { kind: ExprKind::Unit, ty, span }, span);
        }
        if object.ty == TypeId::NEVER || place.ty == TypeId::NEVER {
            return Value::closed(sequence([object, place], span), span);
        }
        let Some(ty) = self.indexed_type(object.ty) else {
            self.report_not_indexable(object.ty, span);
            return Value::error(span);
        };
        let kind = ExprKind::Index(Box::new(object), Box::new(place));
        Value::closed(Expr { kind, ty, span }, span)
    }

    fn indexed_type(&self, ty: TypeId) -> Option<TypeId> {
        if ty == TypeId::STRING { Some(TypeId::U8) } else { self.checked.types.element(ty) }
    }

    pub(super) fn report_not_indexable(&mut self, ty: TypeId, span: Span) {
        let shown = self.checked.types.display(ty);
        self.report(diagnostic::not_indexable(span, shown));
    }

    /// The index between brackets, as an `i64`.
    pub(super) fn index_value(&mut self, index: &'a ast::Index) -> Expr {
        let value = self.value(&index.index, None);
        let span = value.span;
        if let Some(open) = value.open
            && self.can_take(open, TypeId::I64)
        {
            return self.retype(value.expr, TypeId::I64);
        }
        let expr = self.settle(value);
        if expr.ty == TypeId::I64 || expr.ty == ERROR || expr.ty == TypeId::NEVER {
            return expr;
        }
        if !self.checked.types.is_integer(expr.ty) {
            let shown = self.checked.types.display(expr.ty);
            self.report(expected_integer(span, &shown));
            return error_expr(span);
        }
        super::conversions::convert(expr, TypeId::I64, span)
    }
}
