//! The structs that compiled code and the runtime both read, with size, alignment and every offset
//! asserted where they are declared.
//!
//! Code generators take offsets from the `OFFSET_…` constants, never from numbers of their own.
//! The layouts are those of 64-bit targets, the only ones that version 2 of the ABI describes;
//! on a narrower target the asserts below stop the build.

use core::mem::{align_of, offset_of, size_of};

use crate::hash::Fnv;

/// One field of a shared struct, as documents and snapshots list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: &'static str,
    /// Bytes from the start of the struct.
    pub offset: usize,
    /// The field's type as Rust spells it.
    pub ty: &'static str,
    /// The field's documentation.
    pub doc: &'static str,
}

/// One shared struct, as documents and snapshots list it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The struct's name.
    pub name: &'static str,
    /// Its size in bytes.
    pub size: usize,
    /// Its alignment in bytes.
    pub align: usize,
    /// Its fields in order.
    pub fields: &'static [Field],
    /// Its documentation.
    pub doc: &'static str,
}

/// Declares the shared structs and derives the asserts, the offset constants and [`LAYOUTS`].
macro_rules! shared_structs {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident: size $size:literal, align $align:literal {
            $( $(#[doc = $field_doc:literal])* $offset_name:ident = $offset:literal => $field:ident: $ty:ty; )*
        }
    )*) => {
        $(
            $(#[doc = $doc])*
            #[repr(C)]
            #[derive(Clone, Copy, Debug)]
            pub struct $name {
                $( $(#[doc = $field_doc])* pub $field: $ty, )*
            }

            impl $name {
                /// The size of the struct in bytes.
                pub const SIZE: usize = $size;
                $(
                    #[doc = concat!("Bytes from the start of the struct to `", stringify!($field), "`.")]
                    pub const $offset_name: i32 = $offset;
                )*
            }

            const _: () = {
                assert!(size_of::<$name>() == $size);
                assert!(align_of::<$name>() == $align);
                $( assert!(offset_of!($name, $field) == $offset); )*
            };
        )*

        /// Every shared struct, in the order of the declaration.
        pub const LAYOUTS: &[Layout] = &[
            $(
                Layout {
                    name: stringify!($name),
                    size: size_of::<$name>(),
                    align: align_of::<$name>(),
                    fields: &[$(
                        Field {
                            name: stringify!($field),
                            offset: offset_of!($name, $field),
                            ty: stringify!($ty),
                            doc: concat!($($field_doc, "\n"),*),
                        },
                    )*],
                    doc: concat!($($doc, "\n"),*),
                },
            )*
        ];
    };
}

shared_structs! {
    /// A string: immutable UTF-8, in which NUL is allowed.
    ///
    /// The runtime keeps one NUL after the bytes, which `len` does not count.
    BeskidStr: size 16, align 8 {
        /// The first byte; never null, even when `len` is 0.
        OFFSET_PTR = 0 => ptr: *const u8;
        /// The length in bytes.
        OFFSET_LEN = 8 => len: usize;
    }

    /// An array of fixed length.
    BeskidArray: size 24, align 8 {
        /// The first element; dangling when `cap` is 0.
        OFFSET_PTR = 0 => ptr: *mut u8;
        /// The length in elements.
        OFFSET_LEN = 8 => len: usize;
        /// The capacity in elements; equal to `len` in version 2.
        OFFSET_CAP = 16 => cap: usize;
    }

    /// The word before the fields of every described heap object.
    ObjectHeader: size 8, align 8 {
        /// The object's type; null for an object without references.
        OFFSET_DESCRIPTOR = 0 => descriptor: *const TypeDescriptor;
    }

    /// What the runtime must know about an object's type.
    TypeDescriptor: size 40, align 8 {
        /// The object's size in bytes, header included, rounded up to 8.
        OFFSET_SIZE = 0 => size: usize;
        /// The object's alignment in bytes.
        OFFSET_ALIGN = 8 => align: usize;
        /// The number of entries behind `pointer_offsets`.
        OFFSET_POINTER_COUNT = 16 => pointer_count: u32;
        /// Byte offsets of the object's references, from the start of the object.
        OFFSET_POINTER_OFFSETS = 24 => pointer_offsets: *const usize;
        /// The type's name, NUL-terminated, or null.
        OFFSET_NAME = 32 => name: *const u8;
    }

    /// The start of every enum object; the payload follows it.
    EnumHeader: size 16, align 8 {
        /// The descriptor of the variant.
        OFFSET_DESCRIPTOR = 0 => descriptor: *const TypeDescriptor;
        /// The number of the variant.
        OFFSET_TAG = 8 => tag: i32;
        /// Padding, zero.
        OFFSET_RESERVED = 12 => reserved: u32;
    }

    /// A request to the runtime's dispatch functions: an enum object with at least one payload word.
    InteropEnvelope: size 24, align 8 {
        /// The descriptor of the request's variant.
        OFFSET_DESCRIPTOR = 0 => descriptor: *const TypeDescriptor;
        /// What is asked for; valid in exactly one of the dispatch functions.
        OFFSET_TAG = 8 => tag: i32;
        /// Padding, zero.
        OFFSET_RESERVED = 12 => reserved: u32;
        /// The first word of the payload.
        OFFSET_PAYLOAD = 16 => payload: u64;
    }

    /// A place in a source file, for panic messages.
    SourceLocation: size 24, align 8 {
        /// The file's path as messages show it: UTF-8, not NUL-terminated.
        OFFSET_FILE = 0 => file: *const u8;
        /// The length of the path in bytes.
        OFFSET_FILE_LEN = 8 => file_len: usize;
        /// The line, counted from 1.
        OFFSET_LINE = 16 => line: u32;
        /// The column in characters, counted from 1.
        OFFSET_COLUMN = 20 => column: u32;
    }

    /// Everything that the runtime must know about one compiled module.
    ///
    /// The tables are plain data of the object, in which the loader has relocated the pointers.
    ModuleDescriptor: size 88, align 8 {
        /// The ABI revision that the module was compiled for.
        OFFSET_ABI_VERSION = 0 => abi_version: u32;
        /// The size of this struct as the compiler knew it, so that fields can be appended.
        OFFSET_DESCRIPTOR_SIZE = 4 => descriptor_size: u32;
        /// The module's functions, in any order.
        OFFSET_FUNCTIONS = 8 => functions: *const FunctionMap;
        /// The number of functions.
        OFFSET_FUNCTION_COUNT = 16 => function_count: usize;
        /// The safepoints of all functions.
        OFFSET_SAFEPOINTS = 24 => safepoints: *const Safepoint;
        /// The number of safepoints.
        OFFSET_SAFEPOINT_COUNT = 32 => safepoint_count: usize;
        /// The root slots of all safepoints: byte offsets from the stack pointer at the call.
        OFFSET_ROOTS = 40 => roots: *const u32;
        /// The number of root slots.
        OFFSET_ROOT_COUNT = 48 => root_count: usize;
        /// The source places that safepoints name.
        OFFSET_LOCATIONS = 56 => locations: *const SourceLocation;
        /// The number of source places.
        OFFSET_LOCATION_COUNT = 64 => location_count: usize;
        /// The module's ABI record, as it stands in the note.
        OFFSET_RECORD = 72 => record: *const u8;
        /// The length of the record in bytes.
        OFFSET_RECORD_LEN = 80 => record_len: usize;
    }

    /// One compiled function and its range of safepoints.
    FunctionMap: size 24, align 8 {
        /// The function's first instruction.
        OFFSET_CODE = 0 => code: *const u8;
        /// The length of the code in bytes.
        OFFSET_CODE_LEN = 8 => code_len: u32;
        /// The index of the function's first safepoint in the module's table.
        OFFSET_FIRST_SAFEPOINT = 12 => first_safepoint: u32;
        /// The number of the function's safepoints.
        OFFSET_SAFEPOINT_COUNT = 16 => safepoint_count: u32;
        /// Zero.
        OFFSET_RESERVED = 20 => reserved: u32;
    }

    /// One call instruction. Every call in compiled code has an entry, so a return address without
    /// one lies in foreign code. Sorted by `return_offset` within a function.
    Safepoint: size 16, align 4 {
        /// Bytes from the start of the function to the return address.
        OFFSET_RETURN_OFFSET = 0 => return_offset: u32;
        /// The index of the first root slot in the module's table.
        OFFSET_FIRST_ROOT = 4 => first_root: u32;
        /// The number of root slots.
        OFFSET_ROOT_COUNT = 8 => root_count: u32;
        /// The index of the source place, or [`Safepoint::NO_LOCATION`].
        OFFSET_LOCATION = 12 => location: u32;
    }
}

impl Safepoint {
    /// The value of `location` for a call without a source place.
    pub const NO_LOCATION: u32 = u32::MAX;
}

impl EnumHeader {
    /// Bytes from the start of an enum object to its payload.
    pub const PAYLOAD_OFFSET: i32 = EnumHeader::SIZE as i32;
}

const _: () = assert!(EnumHeader::PAYLOAD_OFFSET == InteropEnvelope::OFFSET_PAYLOAD);

/// A hash over every size, alignment and offset of [`LAYOUTS`]: two sides with the same hash lay
/// out the shared structs alike.
pub const LAYOUT_HASH: u64 = hash_layouts(LAYOUTS);

const fn hash_layouts(layouts: &[Layout]) -> u64 {
    let mut hash = Fnv::new();
    let mut i = 0;
    while i < layouts.len() {
        let layout = &layouts[i];
        hash = hash.text(layout.name).number(layout.size as u64).number(layout.align as u64);
        let mut k = 0;
        while k < layout.fields.len() {
            let field = &layout.fields[k];
            hash = hash.text(field.name).number(field.offset as u64);
            k += 1;
        }
        i += 1;
    }
    hash.finish()
}

/// What the `main` function of an executable returns, as `process_start` is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum MainResult {
    /// Nothing; the exit status is 0.
    Unit = 0,
    /// An `i32` exit status.
    I32 = 1,
    /// An `i64`, of which the low 32 bits are the exit status.
    I64 = 2,
    /// A `bool`; true is exit status 0.
    Bool = 3,
    /// A `u8` exit status.
    U8 = 4,
}

impl MainResult {
    /// Every kind, by number.
    pub const ALL: &[MainResult] =
        &[MainResult::Unit, MainResult::I32, MainResult::I64, MainResult::Bool, MainResult::U8];

    /// The kind with the given number.
    #[must_use]
    pub fn from_code(code: i64) -> Option<MainResult> {
        MainResult::ALL.iter().copied().find(|kind| *kind as i64 == code)
    }
}
