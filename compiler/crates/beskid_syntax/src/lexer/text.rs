//! Where numbers, characters and strings end.

use super::{Hole, Lexer, is_word_byte};
use crate::Diagnostic;
use crate::token::TokenKind;

impl Lexer<'_> {
    /// Consumes a number with everything that is glued to it, so that `1e5` and `12abc` are one
    /// wrong literal and not two tokens. A point belongs to the number only before a digit.
    pub(super) fn number(&mut self) -> TokenKind {
        let prefixed =
            self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'b' | b'o'));
        self.skip_while(is_word_byte);
        let has_fraction =
            self.peek(0) == Some(b'.') && self.peek(1).is_some_and(|byte| byte.is_ascii_digit());
        if prefixed || !has_fraction {
            return TokenKind::Int;
        }
        self.at += 1;
        self.skip_while(is_word_byte);
        self.exponent_sign();
        TokenKind::Float
    }

    /// Consumes the sign and the digits after the `e` of a float such as `1.5e-3`.
    fn exponent_sign(&mut self) {
        let after_e = matches!(self.bytes[self.at - 1], b'e' | b'E');
        let signed = matches!(self.peek(0), Some(b'+' | b'-'));
        if after_e && signed && self.peek(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            self.skip_while(is_word_byte);
        }
    }

    /// Consumes a character literal, which must end on its line.
    pub(super) fn character(&mut self) -> TokenKind {
        let start = self.at;
        match self.end_of_character(start + 1) {
            Some(end) => {
                self.at = end;
                TokenKind::Char
            }
            None => self.unclosed_character(),
        }
    }

    /// The offset after the closing quote of the literal whose content begins at `at`.
    fn end_of_character(&self, mut at: usize) -> Option<usize> {
        loop {
            match *self.bytes.get(at)? {
                b'\'' => return Some(at + 1),
                b'\n' => return None,
                b'\\' if self.bytes.get(at + 1) != Some(&b'\n') => at += 2,
                _ => at += 1,
            }
        }
    }

    fn unclosed_character(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        self.skip_while(is_word_byte);
        let message = "this character literal has no closing `'` on its line";
        let report = Diagnostic::parse_error(self.span_from(start), message);
        self.lexed.diagnostics.push(report);
        TokenKind::Error
    }

    /// Consumes text of the string that begins at `string_start`: all of it, or what follows the `}`
    /// of a hole. The result is `closed` if a quote ends the text and `before_hole` if a hole does.
    pub(super) fn string(
        &mut self,
        string_start: usize,
        closed: TokenKind,
        before_hole: TokenKind,
    ) -> TokenKind {
        self.at += 1;
        loop {
            self.skip_while(|byte| !matches!(byte, b'"' | b'\\' | b'$'));
            match (self.peek(0), self.peek(1)) {
                (None, _) => return self.unclosed_string(string_start),
                (Some(b'"'), _) => {
                    self.at += 1;
                    self.note_line_breaks(string_start);
                    return closed;
                }
                (Some(b'$'), Some(b'{')) => {
                    self.open_hole(string_start);
                    return before_hole;
                }
                // Skipping the first byte of a long character is enough: the rest is no delimiter.
                (Some(b'\\'), Some(_)) => self.at += 2,
                (Some(_), _) => self.at += 1,
            }
        }
    }

    fn open_hole(&mut self, string_start: usize) {
        let start = self.at;
        self.at += 2;
        let opening = self.span_from(start);
        self.holes.push(Hole { opening, string_start, open_braces: 0 });
    }

    fn note_line_breaks(&mut self, start: usize) {
        if self.first_multiline_string.is_none() && self.bytes[start..self.at].contains(&b'\n') {
            self.first_multiline_string = Some(self.span_from(start));
        }
    }

    fn unclosed_string(&mut self, start: usize) -> TokenKind {
        self.at = start + 1;
        let opening = self.span_from(start);
        self.at = self.bytes.len();
        self.report_unclosed(opening, "this string is never closed", "`\"`");
        TokenKind::Error
    }
}
