//! The primitive types: names that are reserved words and may be literal suffixes.

use std::fmt;

/// Declares the enum and its name tables from one list.
macro_rules! primitives {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// A primitive type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Primitive { $($(#[doc = $doc])+ $variant),+ }

        impl Primitive {
            /// Every primitive type, in the order of declaration.
            pub const ALL: &[Primitive] = &[$(Primitive::$variant),+];

            /// The name in source text.
            pub fn name(self) -> &'static str {
                match self { $(Primitive::$variant => $name),+ }
            }

            /// The primitive type called `name`.
            pub fn from_name(name: &str) -> Option<Primitive> {
                match name { $($name => Some(Primitive::$variant),)+ _ => None }
            }
        }
    };
}

primitives! {
    /// `true` or `false`.
    Bool = "bool",
    /// A byte.
    U8 = "u8",
    /// A signed integer of 32 bits, the type of literals without context.
    I32 = "i32",
    /// A signed integer of 64 bits, the type of lengths and indices.
    I64 = "i64",
    /// An IEEE double.
    F64 = "f64",
    /// A Unicode scalar value.
    Char = "char",
    /// Immutable UTF-8 text.
    String = "string",
    /// The type with one value.
    Unit = "unit",
    /// A signed byte.
    I8 = "i8",
    /// A signed integer of 16 bits.
    I16 = "i16",
    /// An unsigned integer of 16 bits.
    U16 = "u16",
    /// An unsigned integer of 32 bits.
    U32 = "u32",
    /// An unsigned integer of 64 bits.
    U64 = "u64",
    /// An unsigned integer as wide as an address.
    Usize = "usize",
    /// An IEEE single.
    F32 = "f32",
}

impl Primitive {
    /// Whether this is one of the integer types.
    pub fn is_integer(self) -> bool {
        match self {
            Primitive::U8 | Primitive::I32 | Primitive::I64 | Primitive::I8 | Primitive::I16 => {
                true
            }
            Primitive::U16 | Primitive::U32 | Primitive::U64 | Primitive::Usize => true,
            Primitive::Bool | Primitive::F64 | Primitive::F32 | Primitive::Char => false,
            Primitive::String | Primitive::Unit => false,
        }
    }

    /// Whether this is one of the floating point types.
    pub fn is_float(self) -> bool {
        matches!(self, Primitive::F64 | Primitive::F32)
    }
}

impl fmt::Display for Primitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
