//! Character and string literals: escapes and line breaks.

use super::{Reports, Source};
use crate::Diagnostic;
use crate::lexer::printable;

/// Decodes a character literal with its quotes.
pub(crate) fn character(source: Source<'_>, reports: &mut Reports) -> char {
    let mut decoder = Decoder { source, at: 1, end: source.text.len() - 1, reports };
    let before = decoder.reports.len();
    let first = decoder.next();
    let (rest, is_well_formed) = (decoder.count(), decoder.reports.len() == before);
    if is_well_formed && (first.is_none() || rest > 0) {
        let report = Diagnostic::parse_error(source.span(), wrong_length(rest, first.is_none()));
        reports.push(report.help("text of any length stands between double quotes"));
    }
    first.unwrap_or_default()
}

fn wrong_length(rest: usize, is_empty: bool) -> String {
    let found = if is_empty { 0 } else { rest + 1 };
    format!("a character literal holds one character, found {found}")
}

/// Decodes string text between delimiters of `before` and `after` bytes: a quote, the `}` that ends
/// a hole, or the `${` that begins one.
pub(crate) fn string(
    source: Source<'_>,
    before: usize,
    after: usize,
    reports: &mut Reports,
) -> String {
    let end = source.text.len() - after;
    let mut decoder = Decoder { source, at: before, end, reports };
    let mut text = String::with_capacity(end - before);
    while let Some(character) = decoder.next() {
        text.push(character);
    }
    text
}

/// Walks over the characters of a literal.
struct Decoder<'a, 'r> {
    source: Source<'a>,
    /// The offset of the next character.
    at: usize,
    /// The offset of the closing delimiter.
    end: usize,
    reports: &'r mut Reports,
}

impl Decoder<'_, '_> {
    /// The next character; of a wrong escape, the character after the backslash.
    fn next(&mut self) -> Option<char> {
        match self.bump()? {
            '\\' => Some(self.escape()),
            '\r' if self.rest().starts_with('\n') => self.bump(),
            plain => Some(plain),
        }
    }

    fn count(&mut self) -> usize {
        std::iter::from_fn(|| self.next()).count()
    }

    fn rest(&self) -> &str {
        &self.source.text[self.at..self.end]
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// Decodes the escape whose backslash has been consumed.
    fn escape(&mut self) -> char {
        let start = self.at - 1;
        match self.bump() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some(same @ ('\\' | '"' | '\'' | '$')) => same,
            Some('u') => self.unicode_escape(start),
            other => {
                let message =
                    format!("unknown escape `{}`", printable(&self.source.text[start..self.at]));
                self.report(
                    start,
                    message,
                    "the escapes are \\n \\r \\t \\0 \\\\ \\\" \\' \\$ and \\u{…}",
                );
                other.unwrap_or('\\')
            }
        }
    }

    /// Decodes what follows `\u`.
    fn unicode_escape(&mut self, start: usize) -> char {
        let Some(digits) = braced_hexadecimal(self.rest()) else {
            self.report(start, "malformed `\\u` escape".to_owned(), UNICODE_HELP);
            return char::REPLACEMENT_CHARACTER;
        };
        let length = digits.len() + "{}".len();
        let value = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        self.at += length;
        value.unwrap_or_else(|| {
            let text = &self.source.text[start..self.at];
            let message = format!("`{text}` is not a Unicode character");
            self.report(start, message, "characters go up to 10ffff, without d800 to dfff");
            char::REPLACEMENT_CHARACTER
        })
    }

    fn report(&mut self, start: usize, message: String, help: &str) {
        let place = self.source.span_of(start, self.at);
        self.reports.push(Diagnostic::parse_error(place, message).help(help));
    }
}

const UNICODE_HELP: &str = "write one to six hexadecimal digits between braces, as in \\u{1f600}";

/// One to six hexadecimal digits between braces at the start of `rest`.
fn braced_hexadecimal(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('{')?;
    let length = inner.bytes().take_while(u8::is_ascii_hexdigit).take(7).count();
    let is_closed = inner.as_bytes().get(length) == Some(&b'}');
    ((1..=6).contains(&length) && is_closed).then(|| &inner[..length])
}
