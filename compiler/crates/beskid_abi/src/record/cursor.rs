//! Checked reading of bytes, and the walk over a record's fields.

/// Bytes that are read from the front; every read is checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Cursor<'a> {
        Cursor { rest: bytes }
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// One field as it stands in the record.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What the payload means.
    pub(super) tag: u16,
    /// Bytes from the start of the fields to this field.
    pub(super) offset: usize,
    /// The payload.
    pub(super) payload: &'a [u8],
}

/// The fields of a record in order. The walk ends at the first field that does not fit.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    cursor: Cursor<'a>,
    offset: usize,
}

/// The length of a field's tag and length.
const ENTRY_HEADER_LEN: usize = 6;

impl<'a> Entries<'a> {
    pub(super) const fn new(fields: &'a [u8]) -> Entries<'a> {
        Entries { cursor: Cursor::new(fields), offset: 0 }
    }

    /// The bytes behind the last field that fits.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.cursor.rest()
    }

    /// Bytes from the start of the fields to the next field.
    pub(super) const fn offset(&self) -> usize {
        self.offset
    }

    fn read(cursor: &mut Cursor<'a>, offset: usize) -> Option<Entry<'a>> {
        let tag = cursor.u16()?;
        let len = usize::try_from(cursor.u32()?).ok()?;
        Some(Entry { tag, offset, payload: cursor.take(len)? })
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let mut ahead = self.cursor;
        let entry = Entries::read(&mut ahead, self.offset)?;
        self.cursor = ahead;
        self.offset += ENTRY_HEADER_LEN + entry.payload.len();
        Some(entry)
    }
}
