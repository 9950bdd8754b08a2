//! Integer and floating point literals.

use super::{Reports, Source};
use crate::ast::{FloatLiteral, IntLiteral};
use crate::{Diagnostic, Primitive};

/// Decodes an integer literal such as `1_000`, `0xff_u8`.
pub(crate) fn int(source: Source<'_>, reports: &mut Reports) -> IntLiteral {
    let (prefix, radix) = radix(source.text);
    let body = &source.text[prefix..];
    let is_digit = |byte: u8| byte == b'_' || (byte as char).is_digit(radix.max(10));
    let digits_end = prefix + body.bytes().take_while(|&byte| is_digit(byte)).count();
    let digits = &source.text[prefix..digits_end];
    check_digits(source, prefix, digits_end, radix, reports);
    let suffix = suffix(source, digits_end, Primitive::is_integer, reports);
    IntLiteral { value: int_value(digits, radix), suffix }
}

/// Decodes a floating point literal such as `1.5`, `2.0e-9f64`.
pub(crate) fn float(source: Source<'_>, reports: &mut Reports) -> FloatLiteral {
    let end = end_of_float(source.text);
    let number = &source.text[..end];
    let ends_with_underscore = number.ends_with('_') && end == source.text.len();
    let beside_mark = ["_.", "_e", "_E", "e_", "E_"].iter().any(|pair| number.contains(pair));
    if ends_with_underscore || beside_mark {
        reports.push(misplaced_underscore(source));
    }
    let suffix = suffix(source, end, Primitive::is_float, reports);
    FloatLiteral { value: number.replace('_', "").parse().unwrap_or_default(), suffix }
}

/// The length of the prefix of an integer literal, and the base it stands for.
fn radix(text: &str) -> (usize, u32) {
    match text.get(..2) {
        Some("0x") => (2, 16),
        Some("0o") => (2, 8),
        Some("0b") => (2, 2),
        Some(_) | None => (0, 10),
    }
}

/// Reports missing digits, digits that the base lacks, and an underscore that separates nothing.
fn check_digits(source: Source<'_>, start: usize, end: usize, radix: u32, reports: &mut Reports) {
    let digits = &source.text[start..end];
    if digits.bytes().all(|byte| byte == b'_') {
        let message = format!("`{}` has no digits", source.text);
        reports.push(Diagnostic::parse_error(source.span(), message));
        return;
    }
    let wrong = digits.bytes().position(|byte| byte != b'_' && !(byte as char).is_digit(radix));
    if let Some(position) = wrong {
        let place = source.span_of(start + position, start + position + 1);
        let digit = &digits[position..position + 1];
        let message = format!("`{digit}` is not a digit of base {radix}");
        reports.push(Diagnostic::parse_error(place, message));
    } else if digits.starts_with('_') || (digits.ends_with('_') && end == source.text.len()) {
        reports.push(misplaced_underscore(source));
    }
}

fn misplaced_underscore(source: Source<'_>) -> Diagnostic {
    let message = format!("misplaced `_` in `{}`", source.text);
    Diagnostic::parse_error(source.span(), message).help("`_` may stand between two digits")
}

fn int_value(digits: &str, radix: u32) -> u128 {
    let values = digits.bytes().filter_map(|byte| (byte as char).to_digit(radix));
    values.fold(0, |value: u128, digit| {
        value.saturating_mul(radix.into()).saturating_add(digit.into())
    })
}

/// The offset after the digits and the exponent. The lexer guarantees a digit after the point.
fn end_of_float(text: &str) -> usize {
    let point = text.find('.').expect("a float has a point");
    let mantissa = skip_digits(text, point + 1);
    let Some(b'e' | b'E') = text.as_bytes().get(mantissa) else { return mantissa };
    let sign = usize::from(matches!(text.as_bytes().get(mantissa + 1), Some(b'+' | b'-')));
    let digits = mantissa + 1 + sign;
    let end = skip_digits(text, digits);
    let has_digits = text[digits..end].bytes().any(|byte| byte.is_ascii_digit());
    if has_digits { end } else { mantissa }
}

fn skip_digits(text: &str, start: usize) -> usize {
    let rest = text[start..].bytes();
    start + rest.take_while(|byte| byte.is_ascii_digit() || *byte == b'_').count()
}

/// The type named by what follows the digits, which must satisfy `fits`.
fn suffix(
    source: Source<'_>,
    start: usize,
    fits: fn(Primitive) -> bool,
    reports: &mut Reports,
) -> Option<Primitive> {
    let name = &source.text[start..];
    let found = Primitive::from_name(name);
    let fitting = found.filter(|&primitive| fits(primitive));
    if fitting.is_none() && !name.is_empty() {
        let message = format!("`{name}` cannot be the suffix of this number");
        let report = Diagnostic::parse_error(source.span_of(start, source.text.len()), message);
        reports.push(match suffix_advice(name, found) {
            Some(advice) => report.help(advice),
            None => report,
        });
    }
    fitting
}

fn suffix_advice(name: &str, found: Option<Primitive>) -> Option<String> {
    let exponent = name.strip_prefix(['e', 'E']);
    let is_exponent = exponent.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    if is_exponent || found.is_some_and(Primitive::is_float) {
        Some(format!("a floating point number needs a point: write `1.0{name}`"))
    } else if found.is_some_and(Primitive::is_integer) {
        Some("a number with a point takes the suffixes `f64` and `f32`".to_owned())
    } else {
        None
    }
}
