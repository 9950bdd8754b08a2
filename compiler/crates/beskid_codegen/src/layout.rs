//! Machine classes of types and the layout of records.
//!
//! A record is its descriptor word, then its fields in declaration order at natural alignment,
//! rounded up to a word. `unit` fields take no room.

use beskid_abi::{BeskidArray, EnumHeader, ObjectHeader, TypeDescriptor};
use beskid_analysis::typed::{FloatKind, IntKind, Program, RecordId, Type, TypeId};

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
        Type::String | Type::Record(_) | Type::Array(_) => Some(Class::Ref),
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

/// Where the fields of a record lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordLayout {
    /// Byte offset of each field; unspecified for fields without a value.
    pub offsets: Vec<u32>,
    /// Byte offsets of the fields that are references.
    pub references: Vec<u32>,
    /// Size in bytes, a multiple of the word size.
    pub size_bytes: u32,
}

impl RecordLayout {
    /// The layout of a record of `program`.
    pub(crate) fn new(program: &Program, record: RecordId) -> RecordLayout {
        let fields = &program.records[record.index()].fields;
        RecordLayout::of_types(fields.iter().map(|field| program.types.get(field.ty)))
    }

    fn of_types(types: impl Iterator<Item = Type>) -> RecordLayout {
        let mut layout =
            RecordLayout { offsets: Vec::new(), references: Vec::new(), size_bytes: WORD_BYTES };
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
        let layout = RecordLayout::of_types(types.into_iter());
        assert_eq!(layout.offsets, [8, 12, 16, 24, 24]);
        assert_eq!(layout.references, [16]);
        assert_eq!(layout.size_bytes, 32);
    }

    #[test]
    fn an_empty_record_is_one_word() {
        assert_eq!(RecordLayout::of_types([].into_iter()).size_bytes, WORD_BYTES);
    }
}
