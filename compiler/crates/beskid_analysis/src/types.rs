//! The types of a program while it is checked: the table that code generation gets, the type of
//! expressions that contain a mistake, and the rules that need nothing but types.

use beskid_syntax::Primitive;

use crate::typed::{EnumId, FloatKind, IntKind, RecordId, Type, TypeId, TypeTable};

/// The type of an expression whose mistake has been reported. It fits everywhere and is never part
/// of a finished program.
pub(crate) const ERROR: TypeId = TypeId(u32::MAX);

/// Interned types and the names of records and enums.
#[derive(Default)]
pub(crate) struct Types {
    table: TypeTable,
    record_names: Vec<String>,
    enum_names: Vec<String>,
}

/// How a value of one type becomes a value of another without being asked (reference 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// Nothing to do.
    Same,
    /// All values are kept.
    Silent,
    /// Values may change, which is worth a warning.
    Lossy,
    /// Not without being asked.
    Impossible,
}

impl Types {
    /// The shape of a type; `None` for [`ERROR`].
    pub(crate) fn get(&self, id: TypeId) -> Option<Type> {
        (id != ERROR).then(|| self.table.get(id))
    }

    pub(crate) fn intern(&mut self, ty: Type) -> TypeId {
        self.table.intern(ty)
    }

    /// The array of an element type.
    pub(crate) fn array(&mut self, element: TypeId) -> TypeId {
        if element == ERROR { ERROR } else { self.intern(Type::Array(element)) }
    }

    /// Declares the next record's name, for messages.
    pub(crate) fn name_record(&mut self, name: String) {
        self.record_names.push(name);
    }

    /// Declares the next enum's name, for messages.
    pub(crate) fn name_enum(&mut self, name: String) {
        self.enum_names.push(name);
    }

    /// The type of a primitive's name.
    pub(crate) fn primitive(&mut self, primitive: Primitive) -> TypeId {
        self.intern(primitive_type(primitive))
    }

    /// The element type, if this is an array.
    pub(crate) fn element(&self, id: TypeId) -> Option<TypeId> {
        match self.get(id) {
            Some(Type::Array(element)) => Some(element),
            _ => None,
        }
    }

    /// The record, if this is one.
    pub(crate) fn record(&self, id: TypeId) -> Option<RecordId> {
        match self.get(id) {
            Some(Type::Record(record)) => Some(record),
            _ => None,
        }
    }

    /// The enum, if this is one.
    pub(crate) fn enumeration(&self, id: TypeId) -> Option<EnumId> {
        match self.get(id) {
            Some(Type::Enum(id)) => Some(id),
            _ => None,
        }
    }

    pub(crate) fn is_integer(&self, id: TypeId) -> bool {
        matches!(self.get(id), Some(Type::Int(_)))
    }

    pub(crate) fn is_float(&self, id: TypeId) -> bool {
        matches!(self.get(id), Some(Type::Float(_)))
    }

    pub(crate) fn is_numeric(&self, id: TypeId) -> bool {
        self.is_integer(id) || self.is_float(id)
    }

    pub(crate) fn is_reference(&self, id: TypeId) -> bool {
        self.get(id).is_some_and(Type::is_reference)
    }

    /// The spelling of a type in source text.
    pub(crate) fn display(&self, id: TypeId) -> String {
        match self.get(id) {
            None => String::from("?"),
            Some(Type::Never) => String::from("never"),
            Some(Type::Record(record)) => self.record_names[record.index()].clone(),
            Some(Type::Enum(id)) => self.enum_names[id.index()].clone(),
            Some(Type::Array(element)) => format!("{}[]", self.display(element)),
            Some(scalar) => primitive_name(scalar).to_owned(),
        }
    }

    /// How `from` converts to `to` without being asked.
    pub(crate) fn conversion(&self, from: TypeId, to: TypeId) -> Conversion {
        match (self.get(from), self.get(to)) {
            (None, _) | (_, None) => Conversion::Same,
            (Some(from), Some(to)) => conversion(from, to),
        }
    }

    /// Gives the table away.
    pub(crate) fn into_table(self) -> TypeTable {
        self.table
    }
}

fn conversion(from: Type, to: Type) -> Conversion {
    match (from, to) {
        _ if from == to => Conversion::Same,
        (Type::Never, _) => Conversion::Same,
        (Type::Int(from), Type::Int(to)) => lossy_unless(holds_all(to, from)),
        (Type::Int(from), Type::Float(to)) => lossy_unless(from.bits() < mantissa_bits(to)),
        (Type::Float(FloatKind::F32), Type::Float(FloatKind::F64)) => Conversion::Silent,
        (Type::Float(FloatKind::F64), Type::Float(FloatKind::F32)) => Conversion::Lossy,
        _ => Conversion::Impossible,
    }
}

fn lossy_unless(exact: bool) -> Conversion {
    if exact { Conversion::Silent } else { Conversion::Lossy }
}

/// Whether every value of `from` is one of `to`, whatever the width of a pointer.
fn holds_all(to: IntKind, from: IntKind) -> bool {
    let from_bits = from.bits();
    let to_bits = if to == IntKind::Usize { USIZE_BITS_MIN } else { to.bits() };
    match (from.is_signed(), to.is_signed()) {
        (true, false) => false,
        (false, true) => from_bits < to_bits,
        (true, true) | (false, false) => from_bits <= to_bits,
    }
}

/// A `usize` holds at least this much on every target.
const USIZE_BITS_MIN: u32 = 32;

/// Integers of fewer bits are exact in the float type.
fn mantissa_bits(float: FloatKind) -> u32 {
    match float {
        FloatKind::F32 => f32::MANTISSA_DIGITS,
        FloatKind::F64 => f64::MANTISSA_DIGITS,
    }
}

/// The least and the greatest value of an integer type.
pub(crate) fn int_range(kind: IntKind) -> (i128, i128) {
    let bits = kind.bits();
    if kind.is_signed() {
        (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    }
}

fn primitive_type(primitive: Primitive) -> Type {
    match primitive {
        Primitive::Bool => Type::Bool,
        Primitive::U8 => Type::Int(IntKind::U8),
        Primitive::I32 => Type::Int(IntKind::I32),
        Primitive::I64 => Type::Int(IntKind::I64),
        Primitive::F64 => Type::Float(FloatKind::F64),
        Primitive::Char => Type::Char,
        Primitive::String => Type::String,
        Primitive::Unit => Type::Unit,
        Primitive::I8 => Type::Int(IntKind::I8),
        Primitive::I16 => Type::Int(IntKind::I16),
        Primitive::U16 => Type::Int(IntKind::U16),
        Primitive::U32 => Type::Int(IntKind::U32),
        Primitive::U64 => Type::Int(IntKind::U64),
        Primitive::Usize => Type::Int(IntKind::Usize),
        Primitive::F32 => Type::Float(FloatKind::F32),
    }
}

/// The reserved word of a primitive type.
fn primitive_name(ty: Type) -> &'static str {
    let named = |primitive: &&Primitive| primitive_type(**primitive) == ty;
    Primitive::ALL.iter().find(named).map_or("?", |primitive| primitive.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_name(from: &str, to: &str) -> Conversion {
        let ty = |name| primitive_type(Primitive::from_name(name).unwrap());
        conversion(ty(from), ty(to))
    }

    #[test]
    fn widening_is_silent() {
        for (from, to) in [("u8", "i32"), ("i32", "i64"), ("u8", "u64"), ("u32", "i64")] {
            assert_eq!(by_name(from, to), Conversion::Silent, "{from} to {to}");
        }
        for (from, to) in [("i32", "f64"), ("u32", "f64"), ("i16", "f32"), ("f32", "f64")] {
            assert_eq!(by_name(from, to), Conversion::Silent, "{from} to {to}");
        }
    }

    #[test]
    fn narrowing_and_rounding_are_lossy() {
        for (from, to) in [("i64", "i32"), ("i32", "u8"), ("i32", "u64"), ("u64", "i64")] {
            assert_eq!(by_name(from, to), Conversion::Lossy, "{from} to {to}");
        }
        for (from, to) in [("i64", "f64"), ("u64", "f64"), ("i32", "f32"), ("f64", "f32")] {
            assert_eq!(by_name(from, to), Conversion::Lossy, "{from} to {to}");
        }
    }

    #[test]
    fn other_conversions_must_be_asked_for() {
        for (from, to) in [("f64", "i64"), ("bool", "i32"), ("char", "i32"), ("u8", "char")] {
            assert_eq!(by_name(from, to), Conversion::Impossible, "{from} to {to}");
        }
        assert_eq!(by_name("string", "i64"), Conversion::Impossible);
    }

    #[test]
    fn a_pointer_sized_integer_is_treated_alike_on_every_target() {
        assert_eq!(by_name("u32", "usize"), Conversion::Silent);
        assert_eq!(by_name("u64", "usize"), Conversion::Lossy);
        assert_eq!(by_name("usize", "u64"), Conversion::Silent);
    }

    #[test]
    fn ranges_are_those_of_twos_complement() {
        assert_eq!(int_range(IntKind::U8), (0, 255));
        assert_eq!(int_range(IntKind::I32), (i32::MIN.into(), i32::MAX.into()));
        assert_eq!(int_range(IntKind::U64), (0, u64::MAX.into()));
    }
}
