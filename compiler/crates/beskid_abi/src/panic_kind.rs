//! The panics that compiled code raises for failed inline checks: a number that crosses the ABI and
//! the text that a user reads.
//!
//! Both sides take them from here, so the JIT, an executable and a binding word a panic alike.

use core::fmt;

/// Declares the kinds and derives the number, the lookup and the template from the same row.
macro_rules! panic_kinds {
    ($( $(#[doc = $doc:literal])* $name:ident = $code:literal, $template:literal; )*) => {
        /// Why an inline check failed; the first argument of `panic_check`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i64)]
        pub enum PanicKind {
            $( $(#[doc = $doc])* $name = $code, )*
        }

        impl PanicKind {
            /// Every kind, by number.
            pub const ALL: &[PanicKind] = &[$(PanicKind::$name),*];

            /// The number that crosses the ABI.
            #[must_use]
            pub const fn code(self) -> i64 {
                self as i64
            }

            /// The kind with the given number.
            #[must_use]
            pub const fn from_code(code: i64) -> Option<PanicKind> {
                match code {
                    $( $code => Some(PanicKind::$name), )*
                    _ => None,
                }
            }

            /// The message with `{first}` and `{second}` in place of the two operands.
            #[must_use]
            pub const fn template(self) -> &'static str {
                match self {
                    $( PanicKind::$name => $template, )*
                }
            }
        }
    };
}

panic_kinds! {
    /// An array index outside `0..length`.
    IndexOutOfBounds = 1, "index out of bounds: index {first}, length {second}";
    /// A string index outside `0..length`.
    StringIndexOutOfBounds = 2, "string index out of bounds: index {first}, length {second}";
    /// A string slice that leaves the string or cuts a character.
    StringSliceOutOfBounds = 3, "string slice out of bounds";
    /// An integer division or remainder by zero.
    DivisionByZero = 4, "division by zero";
    /// The one quotient that does not fit: the smallest integer divided by -1.
    IntegerOverflow = 5, "integer overflow";
    /// An array length below zero.
    NegativeArrayLength = 6, "negative array length: {first}";
    /// A read of an array slot of reference type to which nothing was assigned.
    UninitialisedElement = 7, "uninitialised array element";
    /// An integer converted to `char` that is no scalar value.
    InvalidChar = 8, "invalid char value: {first}";
    /// An error that `?` could not return to a caller.
    TryPropagated = 9, "try expression propagated error";
    /// A subscription beyond the capacity of an event.
    EventCapacityExceeded = 10, "event capacity exceeded";
    /// Memory is exhausted.
    OutOfMemory = 11, "out of memory";
    /// Code that the compiler proved to be impossible.
    UnreachableCode = 12, "unreachable code";
}

impl PanicKind {
    /// The message for the two operands of the failed check.
    #[must_use]
    pub const fn message(self, first: i64, second: i64) -> PanicMessage {
        PanicMessage { kind: self, first, second }
    }
}

/// A panic message that is formatted where it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PanicMessage {
    kind: PanicKind,
    first: i64,
    second: i64,
}

impl fmt::Display for PanicMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.kind.template();
        while let Some((text, after)) = rest.split_once('{') {
            f.write_str(text)?;
            let (operand, tail) = after.split_once('}').unwrap_or((after, ""));
            let value = if operand == "first" { self.first } else { self.second };
            write!(f, "{value}")?;
            rest = tail;
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::string::ToString;

    use super::*;

    #[test]
    fn messages_carry_their_operands() {
        let message = PanicKind::IndexOutOfBounds.message(5, 3).to_string();
        assert_eq!(message, "index out of bounds: index 5, length 3");
        let message = PanicKind::NegativeArrayLength.message(-1, 0).to_string();
        assert_eq!(message, "negative array length: -1");
        assert_eq!(PanicKind::DivisionByZero.message(0, 0).to_string(), "division by zero");
    }

    #[test]
    fn templates_name_no_operand_but_first_and_second() {
        for kind in PanicKind::ALL {
            let without = kind.template().replace("{first}", "").replace("{second}", "");
            assert!(!without.contains(['{', '}']), "{kind:?}");
            assert_eq!(PanicKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(PanicKind::from_code(0), None);
    }
}
