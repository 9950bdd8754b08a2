//! Walks the members of an archive: GNU, BSD and thin ones, with or without a symbol index.
//!
//! It reads headers and names only, checks every number before it is used, and says where a damaged
//! archive was last good. It does not judge members.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::error::{Error, ErrorKind};
use crate::input::Region;

/// The first bytes of an archive that holds its members.
pub(crate) const MAGIC: &[u8; 8] = b"!<arch>\n";

/// The first bytes of an archive that names its members.
pub(crate) const THIN_MAGIC: &[u8; 8] = b"!<thin>\n";

const HEADER_LEN: u64 = 60;

/// The longest table of names that is read; a member name cannot be longer than a path.
const NAMES_LEN_MAX: u64 = 64 * 1024 * 1024;

/// The longest name that stands before the data of a BSD member.
const BSD_NAME_LEN_MAX: u64 = 64 * 1024;

/// One member.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    /// The member's name as messages show it.
    pub(crate) name: String,
    /// Where its bytes are.
    pub(crate) data: MemberData<'a>,
}

/// Where a member's bytes are.
#[derive(Debug)]
pub(crate) enum MemberData<'a> {
    /// In the archive.
    Inside(Region<'a>),
    /// In a file of its own, named relative to the archive.
    Outside(PathBuf),
}

/// Lists the members of the archive in `region`, which `place` names in errors.
pub(crate) fn members<'a>(region: Region<'a>, place: &str) -> Result<Vec<Member<'a>>, Error> {
    let mut magic = [0; MAGIC.len()];
    region.fill(0, &mut magic)?;
    let mut walk =
        Walk { region, is_thin: magic == *THIN_MAGIC, names: Vec::new(), members: Vec::new() };
    let mut offset = MAGIC.len() as u64;
    while offset < region.len() {
        offset = walk.step(offset).map_err(|error| match error {
            StepError::Fault(fault) => walk.damaged(place, offset, fault),
            StepError::Read(error) => error,
        })?;
    }
    Ok(walk.members)
}

struct Walk<'a> {
    region: Region<'a>,
    is_thin: bool,
    /// The table of long names, once it was met.
    names: Vec<u8>,
    members: Vec<Member<'a>>,
}

enum StepError {
    Fault(String),
    Read(Error),
}

impl From<Error> for StepError {
    fn from(error: Error) -> StepError {
        StepError::Read(error)
    }
}

fn fault<T>(text: impl Into<String>) -> Result<T, StepError> {
    Err(StepError::Fault(text.into()))
}

impl<'a> Walk<'a> {
    /// Reads the member at `offset` and returns the offset of the next.
    fn step(&mut self, offset: u64) -> Result<u64, StepError> {
        let header = self.header(offset)?;
        let size = size_of(&header)?;
        let name = header[..16].trim_ascii_end().to_vec();
        let data_offset = offset + HEADER_LEN;
        let is_table = matches!(&name[..], b"/" | b"//" | b"/SYM64/")
            || name.starts_with(b"/<")
            || name.starts_with(b"__.SYMDEF");
        if self.is_thin && !is_table {
            let name = self.long_name(&name)?;
            self.members.push(Member {
                name: shown(&name),
                data: MemberData::Outside(PathBuf::from(OsStr::from_bytes(&name))),
            });
            return Ok(data_offset);
        }
        let Some(data) = self.region.part(data_offset, size) else {
            let rest = self.region.len() - data_offset;
            let name = self.long_name(&name).map_or_else(|_| shown(&name), |name| shown(&name));
            return fault(format!("member `{name}` has {size} bytes, but only {rest} are left"));
        };
        match &name[..] {
            b"//" => self.names = self.table(data)?,
            _ if is_table => {}
            _ => self.add(&name, data)?,
        }
        // Members begin at even offsets. The last one may lack its padding.
        Ok(data_offset + size + size % 2)
    }

    fn header(&self, offset: u64) -> Result<[u8; HEADER_LEN as usize], StepError> {
        let Some(_) = self.region.part(offset, HEADER_LEN) else {
            let rest = self.region.len() - offset;
            return fault(format!(
                "a member header has {HEADER_LEN} bytes, but only {rest} are left"
            ));
        };
        let mut header = [0; HEADER_LEN as usize];
        self.region.fill(offset, &mut header)?;
        if header[58..] != *b"`\n" {
            let end = shown(&header[58..]);
            return fault(format!("a member header does not end as it must (it ends in `{end}`)"));
        }
        Ok(header)
    }

    fn table(&self, data: Region<'a>) -> Result<Vec<u8>, StepError> {
        if data.len() > NAMES_LEN_MAX {
            return fault(format!("its table of names has {} bytes", data.len()));
        }
        Ok(data.bytes()?)
    }

    fn add(&mut self, name: &[u8], data: Region<'a>) -> Result<(), StepError> {
        let (name, data) = match name.strip_prefix(b"#1/") {
            Some(len) => split_bsd_name(len, data)?,
            None => (self.long_name(name)?, data),
        };
        // The BSD index has a long name too.
        if !name.starts_with(b"__.SYMDEF") {
            self.members.push(Member { name: shown(&name), data: MemberData::Inside(data) });
        }
        Ok(())
    }

    /// Resolves a name that stands in the table of names, or ends in `/`.
    fn long_name(&self, name: &[u8]) -> Result<Vec<u8>, StepError> {
        let Some(reference) = name.strip_prefix(b"/") else {
            return Ok(name.strip_suffix(b"/").unwrap_or(name).to_vec());
        };
        // A thin archive in a thin archive adds `:offset`, which the walk of that file finds itself.
        let digits = reference.split(|byte| *byte == b':').next().unwrap_or(reference);
        let Some(start) = decimal(digits).and_then(|start| usize::try_from(start).ok()) else {
            return fault(format!("a member has the name `{}`", shown(name)));
        };
        let Some(rest) = self.names.get(start..) else {
            return fault(format!(
                "a member's name is at byte {start} of a table of {} bytes",
                self.names.len()
            ));
        };
        let end = rest.iter().position(|byte| *byte == b'\n' || *byte == 0).unwrap_or(rest.len());
        Ok(rest[..end].strip_suffix(b"/").unwrap_or(&rest[..end]).to_vec())
    }

    fn damaged(&self, place: &str, offset: u64, fault: String) -> Error {
        let last_good = self.members.last().map(|member| member.name.clone());
        let offset = self.region.file_offset() + offset;
        ErrorKind::Archive { place: place.to_owned(), offset, last_good, fault }.into()
    }
}

/// Splits off the name that stands before the data of a BSD member.
fn split_bsd_name<'a>(len: &[u8], data: Region<'a>) -> Result<(Vec<u8>, Region<'a>), StepError> {
    let len = decimal(len).filter(|len| *len <= BSD_NAME_LEN_MAX);
    let parts = len.and_then(|len| Some((data.part(0, len)?, data.part(len, data.len() - len)?)));
    let Some((name, data)) = parts else {
        return fault("a member's name is longer than the member");
    };
    let name = name.bytes()?;
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    Ok((name[..end].to_vec(), data))
}

fn size_of(header: &[u8; HEADER_LEN as usize]) -> Result<u64, StepError> {
    let field = header[48..58].trim_ascii_end();
    match decimal(field) {
        Some(size) => Ok(size),
        None => fault(format!("a member header states the size `{}`", shown(field))),
    }
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

/// A name or a field as messages show it: no byte of it can steer a terminal.
fn shown(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(char::is_control) => text.to_owned(),
        _ => bytes.escape_ascii().to_string(),
    }
}
