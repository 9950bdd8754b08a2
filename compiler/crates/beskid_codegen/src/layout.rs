//! Machine classes of types and the layout of objects.
//!
//! A record is its descriptor word, then its fields in declaration order at natural alignment,
//! rounded up to a word. An enum object is its descriptor word and tag, then the payload of its
//! variant in the same way; each variant has a layout and a descriptor of its own. `unit` fields
//! take no room.

use beskid_abi::{BeskidArray, EnumHeader, ObjectHeader, TypeDescriptor};
use beskid_analysis::typed::{
    self, EnumId, FloatKind, FunctionId, IntKind, Program, RecordId, Type, TypeId,
};

use crate::ir::Class;

/// Alignment of objects and size of a reference, in bytes.
pub(crate) const WORD_BYTES: u32 = 8;

const _: () = {
    assert!(ObjectHeader::SIZE == WORD_BYTES as usize);
    assert!(EnumHeader::SIZE.is_multiple_of(WORD_BYTES as usize));
    assert!(BeskidArray::SIZE.is_multiple_of(WORD_BYTES as usize));
    assert!(TypeDescriptor::SIZE.is_multiple_of(WORD_BYTES as usize));
};

/// Class of the values of a type; `None` for `unit` and never, which have no machine value.
pub(crate) fn class_of(ty: Type) -> Option<Class> {
    match ty {
        Type::Unit | Type::Never => None,
        Type::Bool => Some(Class::I8),
        Type::Int(kind) => Some(class_of_int(kind)),
        Type::Float(FloatKind::F32) => Some(Class::F32),
        Type::Float(FloatKind::F64) => Some(Class::F64),
        Type::Char => Some(Class::I32),
        Type::String | Type::Record(_) | Type::Enum(_) => Some(Class::Ref),
        Type::Array(_) | Type::Function(_) | Type::Contract(_) => Some(Class::Ref),
    }
}

fn class_of_int(kind: IntKind) -> Class {
    match kind {
        IntKind::I8 | IntKind::U8 => Class::I8,
        IntKind::I16 | IntKind::U16 => Class::I16,
        IntKind::I32 | IntKind::U32 => Class::I32,
        IntKind::I64 | IntKind::U64 | IntKind::Usize => Class::I64,
    }
}

/// A kind of object: what its descriptor describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// An object of a record type.
    Record(RecordId),
    /// A value of one variant of an enum.
    Variant(EnumId, u32),
    /// A value that is used through a contract: the receiver, and its methods.
    Contract,
    /// The closure object of a function. For functions with a name it is always static.
    Closure(FunctionId),
}

/// Offset of the code pointer in a closure object, behind its descriptor; captured values follow.
pub(crate) const CLOSURE_CODE_OFFSET: u32 = WORD_BYTES;
/// Size of what every closure object begins with, in bytes.
pub(crate) const CLOSURE_HEADER_BYTES: u32 = CLOSURE_CODE_OFFSET + WORD_BYTES;

/// The layouts of all objects of a program.
#[derive(Clone, Debug)]
pub(crate) struct Layouts {
    records: Vec<ObjectLayout>,
    enums: Vec<Vec<ObjectLayout>>,
    contract: ObjectLayout,
    /// By [`FunctionId`]; functions that are no lambdas capture nothing.
    closures: Vec<ObjectLayout>,
}

impl Layouts {
    pub(crate) fn new(program: &Program) -> Layouts {
        let type_of = |&ty: &TypeId| program.types.get(ty);
        let record = |record: &typed::Record| {
            ObjectLayout::of_types(WORD_BYTES, record.fields.iter().map(|it| type_of(&it.ty)))
        };
        let variant = |variant: &typed::Variant| {
            ObjectLayout::of_types(EnumHeader::SIZE as u32, variant.payload.iter().map(type_of))
        };
        let closure = |function: &typed::Function| {
            let captures = function.captures.iter().flatten();
            let types = captures.map(|local| type_of(&function.locals[local.index()].ty));
            ObjectLayout::of_types(CLOSURE_HEADER_BYTES, types)
        };
        let contract_value = [Type::String, Type::Int(IntKind::I64)];
        Layouts {
            contract: ObjectLayout::of_types(WORD_BYTES, contract_value.into_iter()),
            closures: program.functions.iter().map(closure).collect(),
            records: program.records.iter().map(record).collect(),
            enums: program
                .enums
                .iter()
                .map(|it| it.variants.iter().map(variant).collect())
                .collect(),
        }
    }

    /// The layout of a kind of object.
    pub(crate) fn of(&self, shape: Shape) -> &ObjectLayout {
        match shape {
            Shape::Record(record) => &self.records[record.index()],
            Shape::Variant(id, variant) => &self.enums[id.index()][variant as usize],
            Shape::Contract => &self.contract,
            Shape::Closure(function) => &self.closures[function.index()],
        }
    }
}

/// The name of a kind of object, for its descriptor.
pub(crate) fn shape_name(program: &Program, shape: Shape) -> String {
    match shape {
        Shape::Record(record) => program.records[record.index()].name.clone(),
        Shape::Variant(id, variant) => {
            let definition = &program.enums[id.index()];
            format!("{}::{}", definition.name, definition.variants[variant as usize].name)
        }
        Shape::Contract => String::from("contract value"),
        Shape::Closure(function) => format!("closure {}", program.functions[function.index()].name),
    }
}

/// Where the fields of an object lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectLayout {
    /// Byte offset of each field; unspecified for fields without a value.
    pub offsets: Vec<u32>,
    /// Byte offsets of the fields that are references.
    pub references: Vec<u32>,
    /// Size in bytes, a multiple of the word size.
    pub size_bytes: u32,
}

impl ObjectLayout {
    fn of_types(header_bytes: u32, types: impl Iterator<Item = Type>) -> ObjectLayout {
        let mut layout =
            ObjectLayout { offsets: Vec::new(), references: Vec::new(), size_bytes: header_bytes };
        for ty in types {
            layout.push(ty);
        }
        layout.size_bytes = layout.size_bytes.next_multiple_of(WORD_BYTES);
        layout
    }

    fn push(&mut self, ty: Type) {
        let size_bytes = class_of(ty).map_or(1, Class::size_bytes);
        let offset = self.size_bytes.next_multiple_of(size_bytes);
        self.offsets.push(offset);
        if ty.is_reference() {
            self.references.push(offset);
        }
        if let Some(class) = class_of(ty) {
            self.size_bytes = offset + class.size_bytes();
        }
    }
}

/// The record behind a type.
///
/// # Panics
/// If the type is not a record, which analysis rules out.
pub(crate) fn record_of(program: &Program, ty: TypeId) -> RecordId {
    let Type::Record(record) = program.types.get(ty) else {
        panic!("expected a record type, found {}", program.type_name(ty))
    };
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_natural_alignment_behind_the_descriptor() {
        let types = [Type::Bool, Type::Int(IntKind::I32), Type::String, Type::Unit, Type::Bool];
        let layout = ObjectLayout::of_types(WORD_BYTES, types.into_iter());
        assert_eq!(layout.offsets, [8, 12, 16, 24, 24]);
        assert_eq!(layout.references, [16]);
        assert_eq!(layout.size_bytes, 32);
    }

    #[test]
    fn an_empty_record_is_one_word() {
        assert_eq!(ObjectLayout::of_types(WORD_BYTES, [].into_iter()).size_bytes, WORD_BYTES);
    }
}
