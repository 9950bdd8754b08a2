//! Text to tokens.
//!
//! The lexer finds where tokens begin and end; what a literal means is decided in `literal.rs`.
//! A string with holes becomes several tokens with the tokens of the holes between them, so that
//! the parser needs no second lexer. Documentation lines stand beside the tokens, not among them.
//! Every mistake found here leaves a [`TokenKind::Error`] token and one diagnostic.

mod text;

use crate::span::BYTE_ORDER_MARK;
use crate::token::{Token, TokenKind};
use crate::{Diagnostic, FileId, Span, diagnostic};

/// The tokens of a file and what was found between them.
pub(crate) struct Lexed {
    /// The tokens; the last one, and only the last one, is [`TokenKind::Eof`].
    pub(crate) tokens: Vec<Token>,
    /// The documentation lines, in order.
    pub(crate) docs: Vec<DocLine>,
    /// What is wrong with single tokens.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Something that is never closed begins here. It has been reported, and what stands behind is
    /// not to be trusted.
    pub(crate) unclosed_from: Option<u32>,
}

/// One `///` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DocLine {
    /// With the slashes, without the line break.
    pub(crate) start: u32,
    /// The end of the line.
    pub(crate) end: u32,
    /// The index of the token that follows.
    pub(crate) before_token: usize,
}

/// Splits `source` into tokens.
pub(crate) fn lex(source: &str, file: FileId) -> Lexed {
    let mut lexer = Lexer {
        source,
        bytes: source.as_bytes(),
        file,
        at: if source.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 },
        holes: Vec::new(),
        first_multiline_string: None,
        lexed: Lexed {
            tokens: Vec::with_capacity(source.len() / 4 + 1),
            docs: Vec::new(),
            diagnostics: Vec::new(),
            unclosed_from: None,
        },
    };
    lexer.run();
    lexer.lexed
}

/// The places of the tokens of a text, in order. Between them stand blanks and comments only. A string
/// with holes is several tokens: its parts, and the tokens of the holes between them.
pub fn token_spans(source: &str, file: FileId) -> Vec<Span> {
    if u32::try_from(source.len()).is_err() {
        return Vec::new();
    }
    let tokens = lex(source, file).tokens;
    let is_text = |it: &Token| it.kind != TokenKind::Eof;
    tokens.into_iter().filter(is_text).map(|it| it.span(file)).collect()
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    file: FileId,
    at: usize,
    /// The open holes of strings, innermost last.
    holes: Vec<Hole>,
    first_multiline_string: Option<Span>,
    lexed: Lexed,
}

/// An open `${`.
struct Hole {
    /// The place of the `${`.
    opening: Span,
    /// The offset of the quote that begins the string.
    string_start: usize,
    /// How many braces have been opened and not closed since.
    open_braces: u32,
}

impl Lexer<'_> {
    fn run(&mut self) {
        loop {
            self.skip_blanks();
            let start = self.at;
            let Some(&byte) = self.bytes.get(start) else { break };
            let kind = self.token(byte);
            debug_assert!(self.at > start, "the lexer must move on");
            self.push(kind, start);
        }
        self.report_open_hole();
        self.push(TokenKind::Eof, self.at);
    }

    /// Consumes one token that begins with `byte`.
    fn token(&mut self, byte: u8) -> TokenKind {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' => self.string(self.at, TokenKind::Str, TokenKind::StrHead),
            b'\'' => self.character(),
            b'{' => self.open_brace(),
            b'}' => self.close_brace(),
            0x80.. => self.foreign_word(),
            _ => self.punctuation(),
        }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.lexed.tokens.push(Token { kind, start: start as u32, end: self.at as u32 });
    }

    fn peek(&self, distance: usize) -> Option<u8> {
        self.bytes.get(self.at + distance).copied()
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.file, start as u32, self.at as u32)
    }

    fn skip_while(&mut self, accept: impl Fn(u8) -> bool) {
        self.at += self.rest().iter().take_while(|&&byte| accept(byte)).count();
    }

    /// Skips white space and comments, and notes documentation lines.
    fn skip_blanks(&mut self) {
        loop {
            self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'/')) => self.line_comment(),
                (Some(b'/'), Some(b'*')) => self.block_comment(),
                _ => return,
            }
        }
    }

    fn line_comment(&mut self) {
        let start = self.at;
        self.skip_while(|byte| byte != b'\n');
        let text = self.source[start..self.at].trim_end_matches('\r');
        if text.starts_with("///") && !text.starts_with("////") {
            self.lexed.docs.push(DocLine {
                start: start as u32,
                end: (start + text.len()) as u32,
                before_token: self.lexed.tokens.len(),
            });
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match self.source[start + 2..].find("*/") {
            Some(length) => self.at = start + 2 + length + 2,
            None => {
                self.at = start + 2;
                let opening = self.span_from(start);
                self.at = self.bytes.len();
                self.report_unclosed(opening, "this comment is never closed", "`*/`");
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_while(is_word_byte);
        if self.at_foreign_letter() {
            self.at = start;
            return self.foreign_word();
        }
        let kind = TokenKind::of_word(&self.source[start..self.at]);
        self.reserved_for_later(kind, start)
    }

    /// Reports words that have no meaning yet but may not be used for anything else.
    fn reserved_for_later(&mut self, kind: TokenKind, start: usize) -> TokenKind {
        let report = if kind == TokenKind::Async {
            diagnostic::async_reserved(self.span_from(start))
        } else if kind == TokenKind::Await {
            diagnostic::await_reserved(self.span_from(start))
        } else {
            return kind;
        };
        self.lexed.diagnostics.push(report);
        TokenKind::Error
    }

    fn at_foreign_letter(&self) -> bool {
        matches!(self.peek(0), Some(0x80..))
            && self.source[self.at..].chars().next().is_some_and(char::is_alphanumeric)
    }

    /// Consumes a word with letters outside ASCII, or one foreign character.
    fn foreign_word(&mut self) -> TokenKind {
        let start = self.at;
        let rest = &self.source[start..];
        let is_letter = |c: char| c.is_alphanumeric() || c == '_';
        let word = rest.split(|c: char| !is_letter(c)).next().unwrap_or_default();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        self.at += word.len().max(first);
        let text = &self.source[start..self.at];
        let diagnostic = if word.is_empty() {
            Diagnostic::parse_error(self.span_from(start), unexpected_character(text))
        } else {
            Diagnostic::parse_error(self.span_from(start), format!("`{text}` cannot be a name"))
                .help("names are made of the letters A to Z and a to z, digits and `_`")
        };
        self.lexed.diagnostics.push(diagnostic);
        TokenKind::Error
    }

    fn open_brace(&mut self) -> TokenKind {
        self.at += 1;
        if let Some(hole) = self.holes.last_mut() {
            hole.open_braces += 1;
        }
        TokenKind::LBrace
    }

    fn close_brace(&mut self) -> TokenKind {
        match self.holes.last_mut() {
            Some(hole) if hole.open_braces == 0 => {
                let string_start = hole.string_start;
                self.holes.pop();
                return self.string(string_start, TokenKind::StrTail, TokenKind::StrMiddle);
            }
            Some(hole) => hole.open_braces -= 1,
            None => {}
        }
        self.at += 1;
        TokenKind::RBrace
    }

    /// Reports what is wrong with a stretch of text that nothing closes until the end of the file.
    fn report_unclosed(&mut self, opening: Span, message: &str, closing: &str) {
        let mut report = Diagnostic::parse_error(opening, message)
            .label(format!("{closing} is missing between here and the end of the file"));
        let mut from = opening.start;
        if let Some(string) = self.first_multiline_string.filter(|it| it.start < opening.start) {
            report = report.also(string, "this string spans lines; perhaps its quote is missing");
            from = string.start;
        }
        self.lexed.diagnostics.push(report);
        self.lexed.unclosed_from = Some(self.lexed.unclosed_from.map_or(from, |it| it.min(from)));
    }

    fn report_open_hole(&mut self) {
        if self.lexed.unclosed_from.is_none()
            && let Some(hole) = self.holes.first()
        {
            self.report_unclosed(hole.opening, "this hole in a string is never closed", "`}`");
        }
    }

    fn punctuation(&mut self) -> TokenKind {
        let start = self.at;
        if let Some((kind, length)) = longest_mark(self.rest()) {
            self.at += length;
            return kind;
        }
        self.at += 1;
        let report = self.explain_stray(start);
        self.lexed.diagnostics.push(report);
        TokenKind::Error
    }

    /// Explains an ASCII character that begins no token.
    fn explain_stray(&self, start: usize) -> Diagnostic {
        let text = &self.source[start..self.at];
        let advice = match text {
            "&" => "write `&&` for a logical and, `Core.Bits.And` for the bits of integers",
            "|" => "write `||` for a logical or, `Core.Bits.Or` for the bits of integers",
            "^" => "write `!=` to compare two `bool`s, `Core.Bits.Xor` for the bits of integers",
            "~" => "write `!` to negate a `bool`, `Core.Bits.Not` for the bits of integers",
            _ => return Diagnostic::parse_error(self.span_from(start), unexpected_character(text)),
        };
        let message = format!("`{text}` is not an operator: there are no operators on bits");
        Diagnostic::parse_error(self.span_from(start), message).help(advice)
    }
}

fn unexpected_character(text: &str) -> String {
    format!("unexpected character `{}`", printable(text))
}

/// `text` with its invisible characters in a visible form.
pub(crate) fn printable(text: &str) -> String {
    let is_plain = |c: char| c == '\\' || c == '"' || c == '\'';
    text.chars().fold(String::new(), |mut shown, c| {
        if is_plain(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_debug());
        }
        shown
    })
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The longest punctuation mark at the start of `rest`, with its length.
fn longest_mark(rest: &[u8]) -> Option<(TokenKind, usize)> {
    use TokenKind::*;
    let second = rest.get(1).copied().unwrap_or_default();
    let third = rest.get(2).copied().unwrap_or_default();
    Some(match (rest[0], second, third) {
        (b'=', b'=', b'=') => (EqEqEq, 3),
        (b'!', b'=', b'=') => (NotEqEq, 3),
        (b'=', b'=', _) => (EqEq, 2),
        (b'!', b'=', _) => (NotEq, 2),
        (b'=', b'>', _) => (FatArrow, 2),
        (b'-', b'>', _) => (ThinArrow, 2),
        (b'<', b'=', _) => (Le, 2),
        (b'>', b'=', _) => (Ge, 2),
        (b'+', b'=', _) => (PlusAssign, 2),
        (b'-', b'=', _) => (MinusAssign, 2),
        (b'*', b'=', _) => (StarAssign, 2),
        (b'/', b'=', _) => (SlashAssign, 2),
        (b'%', b'=', _) => (PercentAssign, 2),
        (b'&', b'&', _) => (AndAnd, 2),
        (b'|', b'|', _) => (OrOr, 2),
        (b':', b':', _) => (ColonColon, 2),
        (b'(', ..) => (LParen, 1),
        (b')', ..) => (RParen, 1),
        (b'[', ..) => (LBracket, 1),
        (b']', ..) => (RBracket, 1),
        (b',', ..) => (Comma, 1),
        (b';', ..) => (Semicolon, 1),
        (b':', ..) => (Colon, 1),
        (b'.', ..) => (Dot, 1),
        (b'?', ..) => (Question, 1),
        (b'=', ..) => (Assign, 1),
        (b'<', ..) => (Lt, 1),
        (b'>', ..) => (Gt, 1),
        (b'+', ..) => (Plus, 1),
        (b'-', ..) => (Minus, 1),
        (b'*', ..) => (Star, 1),
        (b'/', ..) => (Slash, 1),
        (b'%', ..) => (Percent, 1),
        (b'!', ..) => (Not, 1),
        _ => return None,
    })
}
