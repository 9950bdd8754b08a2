//! Strings.

use std::cmp::Ordering;

use beskid_abi::{BeskidArray, BeskidStr, PanicKind};

use super::reference;
use crate::object::{new_bytes, new_string, require_bytes, require_text};
use crate::walk::Caller;
use crate::{panic, text};

pub(crate) unsafe fn str_new(bytes: *const u8, len: usize, caller: Caller) -> *mut BeskidStr {
    if bytes.is_null() {
        panic::raise("null bytes for a string");
    }
    // SAFETY: the caller passes the address of `len` bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, len) };
    let owner = crate::thread::current().cell_around(bytes.as_ptr().expose_provenance());
    new_string(&[require_utf8(bytes)], Some(caller), &[owner])
}

/// The text of bytes; anything but UTF-8 panics.
pub(super) fn require_utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_else(|error| {
        panic::raise(format!("invalid UTF-8 at byte {} of {}", error.valid_up_to(), bytes.len()))
    })
}

pub(crate) unsafe fn str_concat(
    left: *const BeskidStr,
    right: *const BeskidStr,
    caller: Caller,
) -> *mut BeskidStr {
    // SAFETY: the caller passes strings.
    unsafe {
        require_text(left);
        let right_text = require_text(right);
        text::append(left, &[right_text], Some(caller), &[reference(left), reference(right)])
    }
}

/// Strings that are joined without an allocation of Rust's own.
const PARTS_ON_STACK: usize = 16;

pub(crate) unsafe fn str_concat_many(
    parts: *const *const BeskidStr,
    count: usize,
    caller: Caller,
) -> *mut BeskidStr {
    if count == 0 {
        return new_string(&[], Some(caller), &[]);
    }
    // SAFETY: the caller passes the address of `count` strings. A pointer has the layout of a
    // word, and so a slice of pointers that of the references to keep.
    let (handles, keep) = unsafe {
        (std::slice::from_raw_parts(parts, count), std::slice::from_raw_parts(parts.cast(), count))
    };
    // SAFETY: as above.
    let part = |index: usize| unsafe { require_text(handles[index]) };
    part(0);
    if count <= PARTS_ON_STACK {
        let mut texts = [""; PARTS_ON_STACK];
        let rest = &mut texts[..count - 1];
        (1..).zip(rest.iter_mut()).for_each(|(index, text)| *text = part(index));
        // SAFETY: the first part is a string.
        return unsafe { text::append(handles[0], rest, Some(caller), keep) };
    }
    let texts: Vec<&str> = (1..count).map(part).collect();
    // SAFETY: as above.
    unsafe { text::append(handles[0], &texts, Some(caller), keep) }
}

pub(crate) unsafe fn str_len(string: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    unsafe { require_text(string) }.len() as i64
}

pub(crate) unsafe fn str_eq(left: *const BeskidStr, right: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes strings.
    let (left, right) = unsafe { (require_text(left), require_text(right)) };
    i64::from(left == right)
}

pub(crate) unsafe fn str_terminated(string: *const BeskidStr, caller: Caller) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    unsafe {
        require_text(string);
        text::terminated(string, Some(caller))
    }
}

pub(crate) unsafe fn str_hash(string: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    hash_of(unsafe { require_text(string) }.as_bytes())
}

/// Eight bytes at a time are multiplied into the hash; the last, shorter word counts the length in,
/// so that zero bytes at the end matter.
fn hash_of(bytes: &[u8]) -> i64 {
    /// An odd number without pattern: the golden ratio.
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(FACTOR);
        product ^ (product >> 32)
    };
    let mut words = bytes.chunks_exact(8);
    let mut hash = words
        .by_ref()
        .fold(0, |hash, word| mix(hash, u64::from_le_bytes(word.try_into().unwrap_or_default())));
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    hash = mix(hash, u64::from_le_bytes(last));
    mix(hash, bytes.len() as u64) as i64
}

pub(crate) unsafe fn str_compare(left: *const BeskidStr, right: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes strings.
    let (left, right) = unsafe { (require_text(left), require_text(right)) };
    order(left.cmp(right))
}

pub(crate) unsafe fn str_index_of(
    string: *const BeskidStr,
    needle: *const BeskidStr,
    start: i64,
) -> i64 {
    // SAFETY: the caller passes strings.
    let (text, needle) = unsafe { (require_text(string), require_text(needle)) };
    index_of(text, needle, start).map_or(-1, |at| at as i64)
}

/// The first occurrence at or after `start`, which may be any number.
fn index_of(text: &str, needle: &str, start: i64) -> Option<usize> {
    let start = usize::try_from(start.max(0)).ok().filter(|&start| start <= text.len())?;
    // Nothing begins inside a character.
    let start = text.ceil_char_boundary(start);
    text[start..].find(needle).map(|at| start + at)
}

pub(crate) unsafe fn str_to_upper(string: *const BeskidStr, caller: Caller) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    new_string(&[&unsafe { require_text(string) }.to_uppercase()], Some(caller), &[])
}

pub(crate) unsafe fn str_to_lower(string: *const BeskidStr, caller: Caller) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    new_string(&[&unsafe { require_text(string) }.to_lowercase()], Some(caller), &[])
}

pub(crate) unsafe fn str_parse_f64(string: *const BeskidStr) -> i64 {
    // SAFETY: the caller passes a string.
    parse_f64(unsafe { require_text(string) }).map_or(-1, |number| number.to_bits() as i64)
}

/// Reads what [`spell_float`] writes, and other spellings in digits.
fn parse_f64(text: &str) -> Option<f64> {
    match text {
        "NaN" => return Some(f64::NAN),
        "inf" => return Some(f64::INFINITY),
        "-inf" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    // Rust knows more words, and numbers that begin or end with their point.
    let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    let is_point_inside =
        text.split('.').skip(1).all(|after| after.starts_with(|it: char| it.is_ascii_digit()))
            && text
                .split('.')
                .rev()
                .skip(1)
                .all(|before| before.ends_with(|it: char| it.is_ascii_digit()));
    (text.bytes().all(is_part) && is_point_inside).then(|| text.parse().ok()).flatten()
}

/// An ordering as the ABI spells it.
pub(super) fn order(ordering: Ordering) -> i64 {
    ordering as i64
}

pub(crate) unsafe fn str_slice(
    string: *const BeskidStr,
    start: i64,
    count: i64,
    caller: Caller,
) -> *mut BeskidStr {
    // SAFETY: the caller passes a string.
    let whole = unsafe { require_text(string) };
    let Some(part) = slice(whole, start, count) else {
        panic::raise_kind(PanicKind::StringSliceOutOfBounds, start, count)
    };
    new_string(&[part], Some(caller), &[reference(string)])
}

/// The part of a text, or `None` if it leaves the text or cuts a character.
fn slice(whole: &str, start: i64, count: i64) -> Option<&str> {
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(usize::try_from(count).ok()?)?;
    whole.get(start..end)
}

pub(crate) unsafe fn str_from_i64(value: i64, caller: Caller) -> *mut BeskidStr {
    new_string(&[&value.to_string()], Some(caller), &[])
}

pub(crate) unsafe fn str_from_u64(value: u64, caller: Caller) -> *mut BeskidStr {
    new_string(&[&value.to_string()], Some(caller), &[])
}

pub(crate) unsafe fn str_from_bool(value: i64, caller: Caller) -> *mut BeskidStr {
    new_string(&[if value == 0 { "false" } else { "true" }], Some(caller), &[])
}

pub(crate) unsafe fn str_from_char(value: i64, caller: Caller) -> *mut BeskidStr {
    let Some(char) = u32::try_from(value).ok().and_then(char::from_u32) else {
        panic::raise_kind(PanicKind::InvalidChar, value, 0)
    };
    new_string(&[char.encode_utf8(&mut [0; 4])], Some(caller), &[])
}

pub(crate) unsafe fn str_from_f64(bits: i64, caller: Caller) -> *mut BeskidStr {
    new_string(&[&spell_float(f64::from_bits(bits as u64))], Some(caller), &[])
}

pub(crate) unsafe fn str_from_f32(bits: i64, caller: Caller) -> *mut BeskidStr {
    let value = f64::from_bits(bits as u64) as f32;
    new_string(&[&spell_float(value)], Some(caller), &[])
}

/// The shortest text that reads back as the same number of its type; with `.0` for a whole number
/// that is written without an exponent.
fn spell_float(value: impl std::fmt::Debug) -> String {
    // Rust's debug form of a float is exactly this, `NaN`, `inf` and `-inf` included.
    format!("{value:?}")
}

pub(crate) unsafe fn str_from_bytes_utf8(
    bytes: *const BeskidArray,
    caller: Caller,
) -> *mut BeskidStr {
    // SAFETY: the caller passes an array of bytes.
    let text = require_utf8(unsafe { require_bytes(bytes) });
    new_string(&[text], Some(caller), &[reference(bytes)])
}

pub(crate) unsafe fn bytes_from_str(string: *const BeskidStr, caller: Caller) -> *mut BeskidArray {
    // SAFETY: the caller passes a string.
    let bytes = unsafe { require_text(string) }.as_bytes();
    new_bytes(bytes, Some(caller), &[reference(string)])
}

pub(crate) unsafe fn panic(message: *const u8, len: usize) -> ! {
    if message.is_null() {
        panic::raise("panic without a message");
    }
    // SAFETY: the caller passes the address of `len` bytes.
    let bytes = unsafe { std::slice::from_raw_parts(message, len) };
    panic::raise(String::from_utf8_lossy(bytes))
}

pub(crate) unsafe fn panic_str(message: *const BeskidStr) -> ! {
    // SAFETY: the caller passes a string or null.
    panic::raise(unsafe { crate::object::text(message) }.unwrap_or("panic without a message"))
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_in_the_shortest_form() {
        let cases = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e300, "1e300"),
            (123456789.5, "123456789.5"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (value, expected) in cases {
            let text = spell_float(value);
            assert_eq!(text, expected);
            assert!(value.is_nan() || text.parse() == Ok(value));
        }
    }

    #[test]
    fn numbers_are_read_in_digits_only() {
        for (text, number) in
            [("1", 1.0), ("-0.5e3", -500.0), ("+2E-1", 0.2), ("007", 7.0), ("1e999", f64::INFINITY)]
        {
            assert_eq!(parse_f64(text), Some(number), "{text}");
        }
        for text in
            ["", "1.", ".5", "1.e3", "nan", "infinity", "1_0", " 1", "1e", "--1", "0x1", "1.2.3"]
        {
            assert_eq!(parse_f64(text), None, "{text}");
        }
        assert!(parse_f64("NaN").is_some_and(f64::is_nan));
        assert_ne!(f64::NAN.to_bits() as i64, -1);
    }

    #[test]
    fn occurrences_begin_where_characters_begin() {
        assert_eq!(index_of("aäbä", "ä", 0), Some(1));
        assert_eq!(index_of("aäbä", "ä", 2), Some(4));
        assert_eq!(index_of("aäbä", "", 2), Some(3));
        assert_eq!(index_of("ab", "", 2), Some(2));
        assert_eq!(index_of("ab", "", 3), None);
        assert_eq!(index_of("ab", "a", i64::MIN), Some(0));
        assert_eq!(index_of("ab", "a", i64::MAX), None);
    }

    #[test]
    fn slices_stay_inside_and_on_character_boundaries() {
        assert_eq!(slice("aäb", 0, 4), Some("aäb"));
        assert_eq!(slice("aäb", 1, 2), Some("ä"));
        assert_eq!(slice("aäb", 4, 0), Some(""));
        for (start, count) in [(0, 5), (2, 1), (1, 1), (-1, 1), (0, -1), (i64::MAX, i64::MAX)] {
            assert_eq!(slice("aäb", start, count), None, "{start} {count}");
        }
    }
}
