//! Bytes to source text.

use std::error::Error;
use std::fmt;

use crate::span::BYTE_ORDER_MARK;

/// Reads `bytes` as the text of a source file, which is UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, InvalidUtf8> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        InvalidUtf8::after(&valid, bytes[error.valid_up_to()])
    })
}

/// A source file is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidUtf8 {
    /// The line of the first wrong byte, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// Its offset from the start of the file.
    pub offset: usize,
    /// The byte.
    pub byte: u8,
}

impl InvalidUtf8 {
    /// The place of `byte`, which follows the text `valid`.
    fn after(valid: &str, byte: u8) -> Self {
        let shown = valid.strip_prefix(BYTE_ORDER_MARK).unwrap_or(valid);
        let line_start = shown.rfind('\n').map_or(0, |line_break| line_break + 1);
        let line = 1 + shown.bytes().filter(|&it| it == b'\n').count() as u32;
        let column = 1 + shown[line_start..].chars().count() as u32;
        Self { line, column, offset: valid.len(), byte }
    }
}

impl fmt::Display for InvalidUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, offset, byte } = self;
        write!(f, "not UTF-8 at line {line}, column {column} (byte {byte:#04x} at offset {offset})")
    }
}

impl Error for InvalidUtf8 {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_text_is_given_back() {
        assert_eq!(decode("ä\n".as_bytes()), Ok("ä\n"));
    }

    #[test]
    fn the_first_wrong_byte_has_a_place() {
        let error = decode(b"ok\n\xc3\xa4b\xff\xfe").unwrap_err();
        assert_eq!(error, InvalidUtf8 { line: 2, column: 3, offset: 6, byte: 0xff });
        assert_eq!(error.to_string(), "not UTF-8 at line 2, column 3 (byte 0xff at offset 6)");
    }

    #[test]
    fn a_text_that_ends_within_a_character_is_wrong_at_its_first_byte() {
        let error = decode(b"\xef\xbb\xbfa\xe2\x82").unwrap_err();
        assert_eq!((error.line, error.column, error.offset), (1, 2, 4));
    }
}
