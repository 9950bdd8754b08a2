//! Structural equality of records and enums, as one synthesised function per type.
//!
//! A function per type, and not inline code, because objects may contain others of their type.

use std::collections::BTreeSet;

use beskid_analysis::typed::{CompareOp, Program, Type, TypeId};
use beskid_syntax::Span;

use super::expression::{condition, tag_address};
use super::{Builder, Shared};
use crate::ir::{Callee, Class, Condition, Function, Op, Reg, Terminator};
use crate::layout::{Shape, class_of};

/// The synthesised equalities and hashes that the functions call, and those that these call in turn.
pub(crate) fn derived_functions(shared: &Shared<'_>, functions: &[Function]) -> Vec<Callee> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<Callee> = functions.iter().flat_map(called_derived).collect();
    while let Some(callee) = pending.pop() {
        if found.insert(callee) {
            let (Callee::Equality(ty) | Callee::Hash(ty)) = callee else { continue };
            let parts = part_types(shared.program, ty).into_iter();
            let parts = parts.filter(|&ty| has_equality(shared.program.types.get(ty)));
            let is_hash = matches!(callee, Callee::Hash(_));
            pending.extend(
                parts.map(|part| if is_hash { Callee::Hash(part) } else { Callee::Equality(part) }),
            );
        }
    }
    found.into_iter().collect()
}

/// Whether values of a type are compared by a function of their own.
pub(super) fn has_equality(ty: Type) -> bool {
    matches!(ty, Type::Record(_) | Type::Enum(_))
}

fn called_derived(function: &Function) -> Vec<Callee> {
    let insts = function.blocks.iter().flat_map(|block| &block.insts);
    let called = insts.filter_map(|inst| {
        if let Op::Call(callee @ (Callee::Equality(_) | Callee::Hash(_)), _) = inst.op {
            Some(callee)
        } else {
            None
        }
    });
    called.collect()
}

/// The kinds of objects of a type, each with the types of its fields.
pub(super) fn shapes(program: &Program, ty: TypeId) -> Vec<(Shape, Vec<TypeId>)> {
    if let Type::Record(id) = program.types.get(ty) {
        let fields = program.records[id.index()].fields.iter().map(|field| field.ty);
        return vec![(Shape::Record(id), fields.collect())];
    }
    let Type::Enum(id) = program.types.get(ty) else {
        panic!("{} has no structural equality", program.type_name(ty))
    };
    let variants = program.enums[id.index()].variants.iter();
    (0..).zip(variants).map(|(tag, it)| (Shape::Variant(id, tag), it.payload.clone())).collect()
}

fn part_types(program: &Program, ty: TypeId) -> Vec<TypeId> {
    shapes(program, ty).into_iter().flat_map(|(_, parts)| parts).collect()
}

pub(super) fn declaration(program: &Program, ty: TypeId) -> Span {
    if let Type::Record(id) = program.types.get(ty) {
        return program.records[id.index()].span;
    }
    let Type::Enum(id) = program.types.get(ty) else {
        panic!("{} has no declaration", program.type_name(ty))
    };
    program.enums[id.index()].span
}

/// Builds the equality of one type: two objects in, a `bool` out.
pub(crate) fn build_equality(shared: &mut Shared<'_>, ty: TypeId) -> Function {
    let program = shared.program;
    let name = format!("{} ==", program.type_name(ty));
    let span = declaration(program, ty);
    let mut builder = Builder::new(shared, &name, TypeId::BOOL);
    let objects = std::array::from_fn(|_| builder.function.new_reg(Class::Ref));
    builder.function.params = objects.to_vec();
    let shapes = shapes(program, ty);
    let is_enum = matches!(program.types.get(ty), Type::Enum(_));
    let tag = is_enum.then(|| builder.compare_tags(objects));
    for (tag_number, (shape, fields)) in (0..).zip(shapes) {
        let next = builder.function.new_block();
        if let Some(tag) = tag {
            builder.test_number(tag, tag_number, next);
        }
        builder.compare_fields(shape, &fields, objects, span);
        builder.current = next;
    }
    builder.return_bool(true);
    builder.finish()
}

impl Builder<'_, '_> {
    /// Returns false from the function unless both objects are of one variant; gives its tag.
    fn compare_tags(&mut self, objects: [Reg; 2]) -> Reg {
        let [left, right] =
            objects.map(|object| self.emit(Class::I32, Op::Load(tag_address(object))));
        let equal = self.compare(Condition::Equal, left, right);
        self.return_false_unless(equal);
        left
    }

    /// Returns whether both objects, of one kind, have equal values in all fields.
    fn compare_fields(&mut self, shape: Shape, fields: &[TypeId], objects: [Reg; 2], span: Span) {
        for (index, &ty) in (0..).zip(fields) {
            let Some(class) = class_of(self.type_of(ty)) else { continue };
            let [left, right] = objects.map(|object| {
                let address = self.address(object, shape, index);
                self.emit(class, Op::Load(address))
            });
            let equal = self.compare_values(ty, left, right, span);
            self.return_false_unless(equal);
        }
        self.return_bool(true);
    }

    fn compare_values(&mut self, ty: TypeId, left: Reg, right: Reg, span: Span) -> Reg {
        match self.type_of(ty) {
            Type::Record(_) | Type::Enum(_) => self.equal_objects(ty, left, right, span),
            Type::String => {
                let equal = self.equal_strings(left, right, span);
                let zero = self.int(Class::I64, 0);
                self.compare(Condition::NotEqual, equal, zero)
            }
            scalar @ (Type::Bool | Type::Int(_) | Type::Float(_) | Type::Char) => {
                self.compare(condition(CompareOp::Equal, scalar), left, right)
            }
            other @ (Type::Unit
            | Type::Never
            | Type::Array(_)
            | Type::Function(_)
            | Type::Contract(_)) => {
                panic!("analysis compares no objects with fields of type {other:?}")
            }
        }
    }

    fn return_false_unless(&mut self, condition: Reg) {
        let [next, differ] = std::array::from_fn(|_| self.function.new_block());
        self.branch(condition, next, differ);
        self.current = differ;
        self.return_bool(false);
        self.current = next;
    }

    fn return_bool(&mut self, value: bool) {
        let value = self.int(Class::I8, i64::from(value));
        self.leave(Terminator::Return(Some(value)));
    }
}
