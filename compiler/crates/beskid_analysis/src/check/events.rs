//! Events: handlers come and go by `+=` and `-=`, and methods of the declaring type raise them
//! (reference 18).

use beskid_syntax::{Span, ast, diagnostic};

use crate::typed::{Expr, ExprKind, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::calls::CallPlace;
use super::conversions::Role;
use super::literals::Value;
use super::operators::sequence;

/// An event of a record that an expression names.
pub(super) struct Event {
    pub(super) object: Expr,
    pub(super) field: u32,
    capacity: i64,
    /// The type of the handlers.
    pub(super) handler: TypeId,
}

impl<'a> Body<'_, 'a> {
    /// The event that a field of a record is.
    pub(super) fn event(&mut self, object: &Expr, field: u32, span: Span) -> Option<Event> {
        let shape = &self.record_shape(object.ty)?.fields[field as usize];
        let capacity = shape.event?;
        let handlers = self.field_expr(object.clone(), field, span).ty;
        let handler = self.checked.types.element(handlers).unwrap_or(ERROR);
        Some(Event { object: object.clone(), field, capacity, handler })
    }

    /// The event of a record that has the name.
    pub(super) fn named_event(&mut self, object: &Expr, name: &ast::Ident) -> Option<Event> {
        let field = *self.record_shape(object.ty)?.by_name.get(name.text.as_str())?;
        self.event(object, field, name.span)
    }

    /// Reports the use of an event as a value; whether it is one.
    pub(super) fn rejects_event(&mut self, object: TypeId, field: u32, span: Span) -> bool {
        let shape = self.record_shape(object).map(|shape| &shape.fields[field as usize]);
        let Some(event) = shape.filter(|field| field.event.is_some()) else { return false };
        self.report(diagnostic::event_as_value(span, &event.name.text));
        true
    }

    /// `event += handler` and `event -= handler`.
    pub(super) fn change_event(
        &mut self,
        event: Event,
        assign: &'a ast::Assign,
        span: Span,
    ) -> Value {
        let value = self.value(&assign.value, Some(event.handler));
        let subscribes = match assign.op {
            Some(ast::BinaryOp::Add) => true,
            Some(ast::BinaryOp::Sub) => false,
            Some(_) | None => {
                self.rejects_event(event.object.ty, event.field, assign.target.span);
                return Value::error(span);
            }
        };
        let handler = self.coerce(value, event.handler, Role::Store);
        if handler.ty == ERROR {
            return Value::error(span);
        }
        if event.object.ty == TypeId::NEVER || handler.ty == TypeId::NEVER {
            return Value::closed(sequence([event.object, handler], span), span);
        }
        let (object, handler) = (Box::new(event.object), Box::new(handler));
        let kind = if subscribes {
            ExprKind::Subscribe(object, event.field, handler, event.capacity)
        } else {
            ExprKind::Unsubscribe(object, event.field, handler)
        };
        Value::closed(Expr { kind, ty: TypeId::UNIT, span: assign.op_span }, span)
    }

    /// `event(args)`, in methods of the declaring type only.
    pub(super) fn raise(
        &mut self,
        event: Event,
        name: &ast::Ident,
        call: &'a ast::Call,
        place: CallPlace,
    ) -> Value {
        let types = &self.checked.types;
        let owner = types.nominal(event.object.ty);
        if owner.is_none() || self.receiver.and_then(|ty| types.nominal(ty)) != owner {
            let shown = types.display(event.object.ty);
            self.report(diagnostic::event_raised_outside(name.span, &name.text, shown));
        }
        let params = self.checked.types.signature(event.handler).map(|it| it.params.clone());
        let params = params.unwrap_or_default();
        let Some(args) = self.positional_arguments(&name.text, &params, call, place) else {
            return self.failed_with(TypeId::UNIT, place);
        };
        let field = event.field;
        let values = [event.object].into_iter().chain(args).collect();
        let kind = |mut values: Vec<Expr>| {
            let object = values.remove(0);
            ExprKind::Raise(Box::new(object), field, values)
        };
        self.finish_call(kind, values, TypeId::UNIT, place)
    }

    /// Reports `+=` or `-=` with a function on something that is no event; whether that is so.
    pub(super) fn rejects_handler(&mut self, assign: &ast::Assign, value: TypeId) -> bool {
        let is_function = self.checked.types.signature(value).is_some();
        let changes = matches!(assign.op, Some(ast::BinaryOp::Add | ast::BinaryOp::Sub));
        if is_function && changes {
            let target = self.world.scopes.tree.sources.snippet(assign.target.span).to_owned();
            self.report(diagnostic::not_an_event(assign.target.span, target));
        }
        is_function && changes
    }
}
