//! How Rust values cross into compiled code and back.
//!
//! Scalars cross by value, texts and sequences of scalars as copies.

use beskid_abi::{BeskidArray, BeskidStr};

use super::Scope;
use crate::object;

/// A Rust value that compiled code can be given.
pub trait Argument: sealed::Sealed {
    /// What the compiled function declares.
    type Raw;

    /// Converts the value; what this allocates is kept by the scope.
    fn lower(self, scope: &Scope) -> Self::Raw;
}

/// A Rust value that compiled code can return.
pub trait Returned: Sized + sealed::Sealed {
    /// What the compiled function returns. It is at least 32 bits wide: the platform convention
    /// leaves the upper bits of narrower results open, while Rust takes them for zero.
    type Raw;

    /// Converts a result.
    ///
    /// # Safety
    /// `raw` must be a value of the Beskid type that `Self` stands for.
    unsafe fn lift(raw: Self::Raw) -> Self;
}

/// A scalar of both languages, which arrays can hold: `bool`, `u8`, `i32`, `i64`, `f64`, `char`.
pub trait Scalar: Copy + sealed::Sealed {
    /// The type of the machine value.
    type Bits: Copy;

    /// The machine value.
    fn to_bits(self) -> Self::Bits;

    /// The scalar with a machine value. One that no scalar has gives a replacement.
    fn from_bits(bits: Self::Bits) -> Self;
}

mod sealed {
    /// Keeps the set of crossing types closed: each has a layout that the compiler knows.
    pub trait Sealed {}
}

/// Declares a scalar: its machine type, what a function returns it as, and the conversions.
macro_rules! scalar {
    ($ty:ty, $bits:ty, $returned:ty, $to_bits:expr, $from_bits:expr) => {
        impl sealed::Sealed for $ty {}

        impl Scalar for $ty {
            type Bits = $bits;

            #[inline]
            fn to_bits(self) -> $bits {
                $to_bits(self)
            }

            #[inline]
            fn from_bits(bits: $bits) -> $ty {
                $from_bits(bits)
            }
        }

        impl Argument for $ty {
            type Raw = $bits;

            #[inline]
            fn lower(self, _scope: &Scope) -> $bits {
                <$ty as Scalar>::to_bits(self)
            }
        }

        impl Returned for $ty {
            type Raw = $returned;

            #[inline]
            unsafe fn lift(raw: $returned) -> $ty {
                <$ty as Scalar>::from_bits(raw as $bits)
            }
        }
    };
}

scalar!(bool, u8, u32, u8::from, |bits| bits != 0);
scalar!(u8, u8, u32, std::convert::identity, std::convert::identity);
scalar!(i32, i32, i32, std::convert::identity, std::convert::identity);
scalar!(i64, i64, i64, std::convert::identity, std::convert::identity);
scalar!(f64, f64, f64, std::convert::identity, std::convert::identity);
scalar!(char, u32, u32, u32::from, |bits| char::from_u32(bits)
    .unwrap_or(char::REPLACEMENT_CHARACTER));

impl sealed::Sealed for () {}

impl Returned for () {
    type Raw = ();

    #[inline]
    unsafe fn lift((): ()) {}
}

impl sealed::Sealed for &str {}

impl Argument for &str {
    type Raw = *const BeskidStr;

    fn lower(self, scope: &Scope) -> *const BeskidStr {
        let string = object::new_string(&[self], None, &[]);
        scope.keep(string.expose_provenance());
        string
    }
}

impl sealed::Sealed for String {}

impl Returned for String {
    type Raw = *const BeskidStr;

    unsafe fn lift(raw: *const BeskidStr) -> String {
        // SAFETY: the caller passes a string.
        unsafe { object::require_text(raw) }.to_owned()
    }
}

impl<T> sealed::Sealed for &[T] {}

impl<T: Scalar> Argument for &[T] {
    type Raw = *const BeskidArray;

    fn lower(self, scope: &Scope) -> *const BeskidArray {
        let array = object::new_scalars(size_of::<T::Bits>(), self.len(), None, &[]);
        scope.keep(array.expose_provenance());
        // SAFETY: the array is new and has as many elements of this type.
        let elements =
            unsafe { std::slice::from_raw_parts_mut((*array).ptr.cast::<T::Bits>(), self.len()) };
        elements.iter_mut().zip(self).for_each(|(element, value)| *element = value.to_bits());
        array
    }
}

impl<T> sealed::Sealed for Vec<T> {}

impl<T: Scalar> Returned for Vec<T> {
    type Raw = *const BeskidArray;

    unsafe fn lift(raw: *const BeskidArray) -> Vec<T> {
        // SAFETY: the caller passes an array of this type.
        let elements = unsafe {
            let header = object::require_array(raw);
            std::slice::from_raw_parts(header.ptr.cast::<T::Bits>(), header.len)
        };
        elements.iter().map(|&bits| T::from_bits(bits)).collect()
    }
}
