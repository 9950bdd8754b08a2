//! Reads the text that stands in for a shared library: `INPUT (…)` and `GROUP (…)`.
//!
//! Any other statement of a linker script says nothing about inputs and is passed over.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

use crate::args::Item;

/// The longest text that is read as a script.
pub(crate) const SCRIPT_LEN_MAX: u64 = 64 * 1024;

/// The inputs that a script names, or nothing if the bytes are no script.
pub(crate) fn inputs(text: &[u8]) -> Vec<Item> {
    if text.contains(&0) {
        return Vec::new();
    }
    let mut items = Vec::new();
    let mut depth = 0;
    let mut previous: &[u8] = b"";
    for token in tokens(&without_comments(text)) {
        match token {
            b"(" if depth > 0 || previous == b"INPUT" || previous == b"GROUP" => depth += 1,
            b")" if depth > 0 => depth -= 1,
            b"AS_NEEDED" | b"(" | b")" => {}
            name if depth > 0 => items.push(item(name)),
            _ => {}
        }
        previous = token;
    }
    items
}

fn item(name: &[u8]) -> Item {
    let os_string = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
    match name.strip_prefix(b"-l") {
        Some(library) => Item::Library { name: os_string(library), may_be_shared: true },
        None => Item::File(PathBuf::from(os_string(name))),
    }
}

fn without_comments(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = memchr::memmem::find(rest, b"/*") {
        kept.extend_from_slice(&rest[..start]);
        let end = memchr::memmem::find(&rest[start..], b"*/").map(|end| start + end + 2);
        rest = &rest[end.unwrap_or(rest.len())..];
        kept.push(b' ');
    }
    kept.extend_from_slice(rest);
    kept
}

fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_separator = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',' || *byte == b'"';
    text.split(is_separator).flat_map(|word| {
        let is_bracket = |byte: &u8| *byte == b'(' || *byte == b')';
        // A bracket is a token of its own, wherever it stands.
        word.chunk_by(move |a, b| !is_bracket(a) && !is_bracket(b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_of_a_script_are_found() {
        let text = b"/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\n\
            GROUP ( /lib/libc.so.6 libc_nonshared.a  AS_NEEDED ( /lib/ld.so ) )\nINPUT(-lgcc,\"a b\")";
        let names: Vec<_> = inputs(text).into_iter().collect();
        let file = |path: &str| Item::File(path.into());
        let gcc = Item::Library { name: "gcc".into(), may_be_shared: true };
        assert_eq!(
            names[..3],
            [file("/lib/libc.so.6"), file("libc_nonshared.a"), file("/lib/ld.so")]
        );
        assert_eq!(names[3], gcc);
    }

    #[test]
    fn other_text_and_bytes_name_nothing() {
        assert_eq!(inputs(b"int main(void) { return 0; }"), []);
        assert_eq!(inputs(b"INPUT(a\0b)"), []);
        assert_eq!(inputs(b"((((INPUT /* never closed"), []);
    }
}
