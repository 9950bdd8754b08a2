//! Every word of the language, for those who make texts: tests and fuzzers.

use crate::Primitive;
use crate::token::TokenKind;

/// The spelling of every token that has one, and examples of what has many: names, literals, comments
/// and blanks, whole and broken.
pub fn vocabulary() -> impl Iterator<Item = &'static str> {
    let primitives = Primitive::ALL.iter().map(|primitive| primitive.name());
    TokenKind::SPELLINGS.iter().copied().chain(primitives).chain(EXAMPLES.iter().copied())
}

/// Texts that stand for many others.
const EXAMPLES: &[&str] = &[
    "a", "b", "f", "T", "Core", "as", "range", "1", "2.5", "0x", "0xff_u8", "300u8", "1e5", "'c'",
    "'", "'\\n'", "\"s\"", "\"", "\"${", "} ${", "}\"", "\\", "&", "é", "/// d\n", "/*", "*/",
    "//", "\n", "\r\n", "\t", "\u{feff}",
];
