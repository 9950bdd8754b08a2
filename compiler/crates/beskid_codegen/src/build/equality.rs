//! Structural equality of records, as one synthesised function per record type.
//!
//! A function per type, and not inline code, because records may contain themselves.

use std::collections::BTreeSet;

use beskid_analysis::typed::{CompareOp, Record, Type, TypeId};

use super::expression::condition;
use super::{Builder, Shared};
use crate::ir::{Address, Callee, Class, Condition, Function, Op, Reg, Terminator};
use crate::layout::{class_of, record_of};

/// The record types whose equality the functions call, and those that these compare in turn.
pub(crate) fn equality_types(shared: &Shared<'_>, functions: &[Function]) -> Vec<TypeId> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<TypeId> = functions.iter().flat_map(called_equalities).collect();
    while let Some(ty) = pending.pop() {
        if found.insert(ty) {
            let record = record_of(shared.program, ty);
            let fields = &shared.program.records[record.index()].fields;
            let is_record = |ty: &TypeId| matches!(shared.program.types.get(*ty), Type::Record(_));
            pending.extend(fields.iter().map(|field| field.ty).filter(is_record));
        }
    }
    found.into_iter().collect()
}

fn called_equalities(function: &Function) -> Vec<TypeId> {
    let insts = function.blocks.iter().flat_map(|block| &block.insts);
    let called = insts.filter_map(|inst| {
        if let Op::Call(Callee::Equality(ty), _) = inst.op { Some(ty) } else { None }
    });
    called.collect()
}

/// Builds the equality of one record type: two records in, a `bool` out.
pub(crate) fn build_equality(shared: &mut Shared<'_>, ty: TypeId) -> Function {
    let program = shared.program;
    let record_id = record_of(program, ty);
    let record: &Record = &program.records[record_id.index()];
    let mut builder =
        Builder::new(shared, &format!("{} ==", record.name), beskid_analysis::typed::TypeId::BOOL);
    let [left, right] = std::array::from_fn(|_| builder.function.new_reg(Class::Ref));
    builder.function.params = vec![left, right];
    for (index, field) in record.fields.iter().enumerate() {
        let offset = builder.shared.layouts[record_id.index()].offsets[index];
        builder.compare_field(record, field.ty, offset, [left, right]);
    }
    let equal = builder.int(Class::I8, 1);
    builder.leave(Terminator::Return(Some(equal)));
    builder.finish()
}

impl Builder<'_, '_> {
    /// Returns false from the function unless both objects have equal values in a field.
    fn compare_field(&mut self, record: &Record, ty: TypeId, offset: u32, objects: [Reg; 2]) {
        let Some(class) = class_of(self.type_of(ty)) else { return };
        let [left, right] =
            objects.map(|object| self.emit(class, Op::Load(Address { object, offset })));
        let equal = match self.type_of(ty) {
            Type::Record(_) => self.equal_records(ty, left, right, record.span),
            Type::String => {
                let equal = self.equal_strings(left, right, record.span);
                let zero = self.int(Class::I64, 0);
                self.compare(Condition::NotEqual, equal, zero)
            }
            scalar @ (Type::Bool | Type::Int(_) | Type::Float(_) | Type::Char) => {
                self.compare(condition(CompareOp::Equal, scalar), left, right)
            }
            other @ (Type::Unit | Type::Never | Type::Array(_)) => {
                panic!("analysis compares no records with fields of type {other:?}")
            }
        };
        let [next, differ] = std::array::from_fn(|_| self.function.new_block());
        self.branch(equal, next, differ);
        self.current = differ;
        let unequal = self.int(Class::I8, 0);
        self.leave(Terminator::Return(Some(unequal)));
        self.current = next;
    }
}
