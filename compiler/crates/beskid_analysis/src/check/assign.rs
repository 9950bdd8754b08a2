//! Assignments, plain and compound (reference 7.6).

use beskid_syntax::{Span, ast, ast::BinaryOp, diagnostic};

use crate::typed::{ArithmeticOp, Expr, ExprKind, LocalId, Place, TypeId};
use crate::types::ERROR;

use super::body::Body;
use super::conversions::Role;
use super::events::Event;
use super::literals::Value;
use super::operators::sequence;
use super::resolve::{Name, Prefix};

/// A checked target and the type of what it holds.
struct Target {
    place: Place,
    ty: TypeId,
    /// The event, if it is one.
    event: Option<Event>,
}

impl<'a> Body<'_, 'a> {
    /// `target = value`, `target += value`.
    pub(super) fn assign(&mut self, assign: &'a ast::Assign, span: Span) -> Value {
        let mut target = self.target(&assign.target);
        if let Some(event) = target.as_mut().and_then(|target| target.event.take()) {
            return self.change_event(event, assign, span);
        }
        let ty = target.as_ref().map_or(ERROR, |target| target.ty);
        let value = self.value(&assign.value, (ty != ERROR).then_some(ty));
        let Some(Target { place, ty, .. }) = target else {
            self.settle(value);
            return Value::error(span);
        };
        if self.rejects_handler(assign, value.ty()) {
            return Value::error(span);
        }
        let unsupported = match assign.op {
            Some(op) => self.rejects_operator(op, ty, assign),
            None => false,
        };
        if unsupported {
            return Value::error(span);
        }
        let value = self.coerce(value, ty, Role::Store);
        if value.ty == ERROR || ty == ERROR {
            return Value::error(span);
        }
        if value.ty == TypeId::NEVER || place_diverges(&place) {
            return Value::closed(sequence(place_parts(place).chain([value]), span), span);
        }
        let kind = match assign.op.and_then(arithmetic) {
            Some(op) => ExprKind::AssignWith(Box::new(place), op, Box::new(value)),
            None => ExprKind::Assign(Box::new(place), Box::new(value)),
        };
        Value::closed(Expr { kind, ty: TypeId::UNIT, span: assign.op_span }, span)
    }

    /// Whether a compound operator does not work on the target; `+=` also joins strings.
    fn rejects_operator(&mut self, op: BinaryOp, ty: TypeId, assign: &ast::Assign) -> bool {
        let types = &self.checked.types;
        let joins = op == BinaryOp::Add && ty == TypeId::STRING;
        let works = types.is_integer(ty) || types.is_float(ty) && op != BinaryOp::Rem || joins;
        if works || ty == ERROR || types.is_opaque(ty) {
            return false;
        }
        let shown = types.display(ty);
        let operator = format!("{}=", op.symbol());
        let found = diagnostic::unsupported_assignment_operand(assign.op_span, operator, shown);
        self.report(found);
        true
    }

    /// A place that can be assigned to, and the type of what it holds; reports everything else.
    pub(super) fn place(&mut self, target: &'a ast::Expr) -> Option<(Place, TypeId)> {
        self.target(target).map(|target| (target.place, target.ty))
    }

    /// What can be assigned to; reports everything else.
    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else is a place")]
    fn target(&mut self, target: &'a ast::Expr) -> Option<Target> {
        match &target.kind {
            ast::ExprKind::Name(segment) => self.name_target(&segment.name),
            ast::ExprKind::Member(access) => self.field_target(access),
            ast::ExprKind::Index(index) => self.element_target(index, target.span),
            ast::ExprKind::This => {
                self.report(diagnostic::immutable(target.span, "this"));
                None
            }
            ast::ExprKind::Error => {
                self.incomplete = true;
                None
            }
            _ => {
                self.report(diagnostic::cannot_assign_to_expression(target.span));
                self.value(target, None);
                None
            }
        }
    }

    fn name_target(&mut self, name: &'a ast::Ident) -> Option<Target> {
        match self.name(name) {
            Name::Local(local) => self.local_target(local, name),
            Name::Field(field) => {
                let this = self.this(name.span)?;
                Some(self.field_place(this, field, name.span))
            }
            Name::Item(_) => {
                self.report(diagnostic::immutable(name.span, &name.text));
                None
            }
            Name::Failed => None,
        }
    }

    fn local_target(&mut self, local: LocalId, name: &ast::Ident) -> Option<Target> {
        let ty = self.local_type(local);
        if !self.local_info(local).mutable {
            let found = diagnostic::immutable(name.span, &name.text);
            self.report_immutable(local, found);
            return None;
        }
        Some(Target { place: Place::Local(local), ty, event: None })
    }

    fn field_target(&mut self, access: &'a ast::MemberAccess) -> Option<Target> {
        match self.prefix(&access.object) {
            Prefix::Value => {}
            Prefix::Names { .. } => {
                self.report(diagnostic::cannot_assign_to_expression(access.segment.span));
                return None;
            }
            Prefix::Failed => return None,
        }
        let object = self.value(&access.object, None);
        let object = self.settle(object);
        let field = self.field_index(object.ty, &access.segment.name)?;
        Some(self.field_place(object, field, access.segment.span))
    }

    /// A field as a target, or the event that it is.
    fn field_place(&mut self, object: Expr, field: u32, span: Span) -> Target {
        let event = self.event(&object, field, span);
        let ty = self.field_expr(object.clone(), field, span).ty;
        Target { place: Place::Field(object, field), ty, event }
    }

    fn element_target(&mut self, index: &'a ast::Index, span: Span) -> Option<Target> {
        let array = self.value(&index.object, None);
        let array = self.settle(array);
        let place = self.index_value(index);
        if array.ty == ERROR || place.ty == ERROR {
            return None;
        }
        if array.ty == TypeId::STRING {
            let found = diagnostic::cannot_assign_to_expression(span);
            self.report(found.help("strings never change; build a new one"));
            return None;
        }
        let element = match self.checked.types.element(array.ty) {
            Some(element) => element,
            None if array.ty == TypeId::NEVER => ERROR,
            None => {
                self.report_not_indexable(array.ty, span);
                return None;
            }
        };
        let place = Place::Element { array, index: place, span };
        Some(Target { place, ty: element, event: None })
    }
}

fn arithmetic(op: BinaryOp) -> Option<ArithmeticOp> {
    match op {
        BinaryOp::Add => Some(ArithmeticOp::Add),
        BinaryOp::Sub => Some(ArithmeticOp::Subtract),
        BinaryOp::Mul => Some(ArithmeticOp::Multiply),
        BinaryOp::Div => Some(ArithmeticOp::Divide),
        BinaryOp::Rem => Some(ArithmeticOp::Remainder),
        BinaryOp::Or | BinaryOp::And | BinaryOp::Eq | BinaryOp::Ne => None,
        BinaryOp::Same | BinaryOp::NotSame | BinaryOp::Lt | BinaryOp::Le => None,
        BinaryOp::Gt | BinaryOp::Ge => None,
    }
}

fn place_diverges(place: &Place) -> bool {
    match place {
        Place::Local(_) => false,
        Place::Field(object, _) => object.ty == TypeId::NEVER,
        Place::Element { array, index, .. } => {
            array.ty == TypeId::NEVER || index.ty == TypeId::NEVER
        }
    }
}

/// What evaluating a target evaluates, in order.
fn place_parts(place: Place) -> impl Iterator<Item = Expr> {
    let (first, second) = match place {
        Place::Local(_) => (None, None),
        Place::Field(object, _) => (Some(object), None),
        Place::Element { array, index, .. } => (Some(array), Some(index)),
    };
    first.into_iter().chain(second)
}
