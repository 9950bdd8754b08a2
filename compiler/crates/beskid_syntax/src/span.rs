//! Places in source text: files, byte spans, and the lines and columns that people read.
//!
//! Spans count bytes, because the parser does; columns count characters, because editors do.

use std::fmt;
use std::ops::Range;

/// A file of a [`SourceMap`], by its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that contains the range.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just after the last byte; equal to `start` for a place between two characters.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        debug_assert!(start <= end, "a span must not end before it starts: {start}..{end}");
        Self { file, start, end }
    }

    /// The smallest range that covers both `self` and `other`, which must lie in one file.
    pub fn to(self, other: Span) -> Self {
        debug_assert_eq!(self.file, other.file, "spans of different files cannot be joined");
        Self::new(self.file, self.start.min(other.start), self.end.max(other.end))
    }

    /// The empty range at the start of this one.
    pub fn at_start(self) -> Self {
        Self::new(self.file, self.start, self.start)
    }

    /// The empty range at the end of this one.
    pub fn at_end(self) -> Self {
        Self::new(self.file, self.end, self.end)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}

/// A place as it is shown to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location<'a> {
    /// The path as it was given to [`SourceMap::add`].
    pub path: &'a str,
    /// Line number, from 1.
    pub line: u32,
    /// Column in characters, from 1. A tab is one character, a byte order mark is none.
    pub column: u32,
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// The texts of all files of one compilation.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    path: String,
    text: String,
    line_starts: Vec<u32>,
}

impl SourceMap {
    /// A map without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file; `path` is shown to people as it stands.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 source files"));
        let line_starts = line_starts(&text);
        self.files.push(SourceFile { path: path.into(), text, line_starts });
        id
    }

    /// All files, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// The path that was given for `file`.
    pub fn path(&self, file: FileId) -> &str {
        &self.file(file).path
    }

    /// The whole text of `file`.
    pub fn text(&self, file: FileId) -> &str {
        &self.file(file).text
    }

    /// The text that `span` covers.
    pub fn snippet(&self, span: Span) -> &str {
        &self.text(span.file)[span.start as usize..span.end as usize]
    }

    /// Where `span` begins. An offset beyond the text counts as its end.
    pub fn location(&self, span: Span) -> Location<'_> {
        let file = self.file(span.file);
        let (line, column) = file.line_column(span.start);
        Location { path: &file.path, line, column }
    }

    /// The bytes of the whole lines that contain `start..end`, and the number of the first one.
    pub(crate) fn line_range(&self, file: FileId, start: u32, end: u32) -> (Range<usize>, u32) {
        let file = self.file(file);
        let (first, last) = (file.line_index(start), file.line_index(end.max(start)));
        let after = file.line_starts.get(last + 1).map_or(file.text.len(), |&it| it as usize);
        (file.line_starts[first] as usize..after, first as u32 + 1)
    }

    fn file(&self, file: FileId) -> &SourceFile {
        &self.files[file.0 as usize]
    }
}

impl SourceFile {
    fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.text.len() as u32);
        let index = self.line_index(offset);
        let start = self.line_starts[index].min(offset);
        let before = self.text.as_bytes()[start as usize..offset as usize].iter();
        let characters = before.filter(|&&byte| !is_utf8_continuation(byte)).count() as u32;
        (index as u32 + 1, characters + 1)
    }

    /// The line that contains `offset`, from 0.
    fn line_index(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|&start| start <= offset).max(1) - 1
    }
}

/// Offsets of the first character of every line. The first line begins after a byte order mark.
fn line_starts(text: &str) -> Vec<u32> {
    let first = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let after_breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
    std::iter::once(first as u32).chain(after_breaks.map(|(at, _)| at as u32 + 1)).collect()
}

fn is_utf8_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// May stand before the first character of a file and means nothing.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, offset: u32) -> (u32, u32) {
        let mut map = SourceMap::new();
        let file = map.add("a.bsk", text);
        let location = map.location(Span::new(file, offset, offset));
        (location.line, location.column)
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(place("ab\ncd", 0), (1, 1));
        assert_eq!(place("ab\ncd", 2), (1, 3));
        assert_eq!(place("ab\ncd", 3), (2, 1));
        assert_eq!(place("ab\r\ncd", 5), (2, 2));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(place("äö😀x", 8), (1, 4));
        assert_eq!(place("\tx", 1), (1, 2));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(place("\u{feff}x", 3), (1, 1));
        assert_eq!(place("\u{feff}x", 0), (1, 1));
    }

    #[test]
    fn the_end_of_a_text_has_a_place() {
        assert_eq!(place("", 0), (1, 1));
        assert_eq!(place("a\n", 2), (2, 1));
        assert_eq!(place("a", 99), (1, 2));
    }

    #[test]
    fn locations_read_like_compiler_output() {
        let mut map = SourceMap::new();
        let file = map.add("src/main.bsk", "a\nbc");
        assert_eq!(map.location(Span::new(file, 3, 4)).to_string(), "src/main.bsk:2:2");
        assert_eq!(map.snippet(Span::new(file, 2, 4)), "bc");
    }
}
