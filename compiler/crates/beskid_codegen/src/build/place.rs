//! Assignments: the parts of the target, then the value, then the check and the store.

use beskid_analysis::typed::{ArithmeticOp, Expr, LocalId, Place, Type, TypeId};
use beskid_syntax::Span;

use super::Builder;
use super::expression::constant;
use crate::ir::{Address, Op, Reg};
use crate::layout::class_of;

/// A target whose sub-expressions have been evaluated.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Local(LocalId),
    Field(Address, TypeId),
    Element { array: Reg, index: Reg, element: TypeId, span: Span },
}

impl Builder<'_, '_> {
    pub(super) fn assign(&mut self, place: &Place, value: &Expr) {
        let target = self.target(place);
        let value = self.evaluate(value);
        if let Target::Element { array, index, span, .. } = target {
            self.check_element(array, index, span);
        }
        if let Some(value) = value {
            self.store_to(target, value);
        }
    }

    pub(super) fn assign_with(
        &mut self,
        place: &Place,
        op: ArithmeticOp,
        value: &Expr,
        span: Span,
    ) {
        let target = self.target(place);
        let Some(old) = self.read(target) else { return };
        let old = self.stable(old);
        let ty = self.type_of(value.ty);
        let divisor = constant(value);
        let value = self.value(value);
        let new = if ty == Type::String {
            self.concat_two(old, value, span)
        } else {
            self.arithmetic(op, ty, old, value, divisor, span)
        };
        self.store_to(target, new);
    }

    pub(super) fn target(&mut self, place: &Place) -> Target {
        match place {
            Place::Local(local) => Target::Local(*local),
            Place::Field(object, field) => {
                let (record, ty) = (object.ty, self.field_type(object.ty, *field));
                let object = self.value(object);
                let object = self.stable(object);
                Target::Field(self.field_address(object, record, *field), ty)
            }
            Place::Element { array, index, span } => {
                let Type::Array(element) = self.type_of(array.ty) else {
                    panic!("only elements of arrays can be assigned")
                };
                let (array, index) = self.pair(array, index);
                let (array, index) = (self.stable(array), self.stable(index));
                Target::Element { array, index, element, span: *span }
            }
        }
    }

    /// A copy of a value, which assignments in the right side do not change.
    fn stable(&mut self, value: Reg) -> Reg {
        let class = self.function.class(value);
        self.emit(class, Op::Copy(value))
    }

    fn field_type(&self, record: TypeId, field: u32) -> TypeId {
        let record = crate::layout::record_of(self.program(), record);
        self.program().records[record.index()].fields[field as usize].ty
    }

    /// Reads a target, with all checks; after it, a store needs none.
    fn read(&mut self, target: Target) -> Option<Reg> {
        match target {
            Target::Local(local) => self.local(local),
            Target::Field(address, ty) => {
                let class = class_of(self.type_of(ty))?;
                Some(self.emit(class, Op::Load(address)))
            }
            Target::Element { array, index, element, span } => {
                Some(self.load_element(element, array, index, span))
            }
        }
    }

    /// Stores into a target, after its check.
    pub(super) fn checked_store(&mut self, target: Target, value: Reg) {
        if let Target::Element { array, index, span, .. } = target {
            self.check_element(array, index, span);
        }
        self.store_to(target, value);
    }

    fn store_to(&mut self, target: Target, value: Reg) {
        match target {
            Target::Local(local) => {
                if let Some(local) = self.local(local) {
                    self.copy_to(local, value);
                }
            }
            Target::Field(address, _) => self.store(address, value),
            Target::Element { array, index, .. } => {
                self.push(None, Op::StoreElement(array, index, value), None);
                self.barrier(array, value);
            }
        }
    }
}
