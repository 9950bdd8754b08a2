//! Static libraries in the format of GNU `ar`, so that no `ar` is needed before the final link.
//!
//! The archive is deterministic: no times, owners or paths.

use std::collections::HashSet;
use std::fmt;

use beskid_syntax::ToolCode;
use object::{Object, ObjectSymbol};

/// Why an archive could not be written.
#[derive(Debug)]
pub struct ArchiveError(String);

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: cannot write the archive: {}", ToolCode::E2005, self.0)
    }
}

impl std::error::Error for ArchiveError {}

const MAGIC: &[u8] = b"!<arch>\n";
const HEADER_BYTES: usize = 60;

/// Names up to this length stand in the header, with a slash behind them.
const SHORT_NAME_MAX: usize = 15;

/// The bytes of an archive of objects, with its symbol index. Members are name and content.
///
/// # Errors
/// If a member is not an object, names repeat, or the archive exceeds 4 GiB.
pub fn write_archive(members: &[(&str, &[u8])]) -> Result<Vec<u8>, ArchiveError> {
    check_names(members)?;
    let symbols: Vec<Vec<Vec<u8>>> = members
        .iter()
        .map(|(name, object)| defined_symbols(name, object))
        .collect::<Result<_, _>>()?;
    let long_names = long_names(members);
    let index_bytes = index_size(&symbols);
    let mut offset = MAGIC.len() + HEADER_BYTES + padded(index_bytes);
    if !long_names.is_empty() {
        offset += HEADER_BYTES + padded(long_names.len());
    }
    let mut offsets = Vec::with_capacity(members.len());
    for (_, object) in members {
        offsets.push(u32::try_from(offset).map_err(|_| ArchiveError("it exceeds 4 GiB".into()))?);
        offset += HEADER_BYTES + padded(object.len());
    }

    let mut archive = MAGIC.to_vec();
    push_member(&mut archive, "/", &index(&symbols, &offsets));
    if !long_names.is_empty() {
        push_member(&mut archive, "//", long_names.as_bytes());
    }
    for (name, object) in members {
        push_member(&mut archive, &header_name(name, &long_names), object);
    }
    Ok(archive)
}

fn check_names(members: &[(&str, &[u8])]) -> Result<(), ArchiveError> {
    let mut seen = HashSet::new();
    for (name, _) in members {
        if name.is_empty() || name.contains(['/', '\n']) {
            return Err(ArchiveError(format!("`{name}` cannot name a member")));
        }
        if !seen.insert(name) {
            return Err(ArchiveError(format!("two members are named `{name}`")));
        }
    }
    Ok(())
}

/// The global symbols that a member defines.
fn defined_symbols(name: &str, object: &[u8]) -> Result<Vec<Vec<u8>>, ArchiveError> {
    let file = object::File::parse(object)
        .map_err(|error| ArchiveError(format!("the member `{name}` is not an object: {error}")))?;
    let globals = file.symbols().filter(|symbol| symbol.is_definition() && symbol.is_global());
    globals
        .map(|symbol| symbol.name_bytes().map(<[u8]>::to_vec))
        .collect::<Result<_, _>>()
        .map_err(|error| ArchiveError(format!("the member `{name}` is damaged: {error}")))
}

fn long_names(members: &[(&str, &[u8])]) -> String {
    let long = members.iter().filter(|(name, _)| name.len() > SHORT_NAME_MAX);
    long.map(|(name, _)| format!("{name}/\n")).collect()
}

fn header_name(name: &str, long_names: &str) -> String {
    if name.len() <= SHORT_NAME_MAX {
        return format!("{name}/");
    }
    let start = long_names.find(&format!("{name}/\n")).expect("long names are in the table");
    format!("/{start}")
}

fn index_size(symbols: &[Vec<Vec<u8>>]) -> usize {
    let names = symbols.iter().flatten();
    4 + names.map(|name| 4 + name.len() + 1).sum::<usize>()
}

/// The symbol index: the count, the offset of the member of each symbol, and the names.
fn index(symbols: &[Vec<Vec<u8>>], offsets: &[u32]) -> Vec<u8> {
    let count = symbols.iter().map(Vec::len).sum::<usize>() as u32;
    let mut index = count.to_be_bytes().to_vec();
    for (names, offset) in symbols.iter().zip(offsets) {
        names.iter().for_each(|_| index.extend_from_slice(&offset.to_be_bytes()));
    }
    for name in symbols.iter().flatten() {
        index.extend_from_slice(name);
        index.push(0);
    }
    index
}

fn push_member(archive: &mut Vec<u8>, name: &str, content: &[u8]) {
    let (time, owner, group, mode) = (0, 0, 0, "644");
    let header =
        format!("{name:<16}{time:<12}{owner:<6}{group:<6}{mode:<8}{:<10}`\n", content.len());
    assert_eq!(header.len(), HEADER_BYTES, "archive headers have a fixed size");
    archive.extend_from_slice(header.as_bytes());
    archive.extend_from_slice(content);
    if content.len() % 2 == 1 {
        archive.push(b'\n');
    }
}

/// Members start at even offsets.
fn padded(size_bytes: usize) -> usize {
    size_bytes.next_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object_with(symbol: &str) -> Vec<u8> {
        use object::write::{Object, Symbol, SymbolSection};
        use object::{
            Architecture, BinaryFormat, Endianness, SymbolFlags, SymbolKind, SymbolScope,
        };
        let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let section = object.section_id(object::write::StandardSection::Text);
        object.append_section_data(section, &[0xc3], 1);
        object.add_symbol(Symbol {
            name: symbol.as_bytes().to_vec(),
            value: 0,
            size: 1,
            kind: SymbolKind::Text,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        });
        object.write().unwrap()
    }

    #[test]
    fn members_and_index_read_back() {
        let (first, second) = (object_with("alpha"), object_with("beta"));
        let members: &[(&str, &[u8])] =
            &[("a.o", &first), ("a_member_with_a_long_name.o", &second)];
        let archive = write_archive(members).unwrap();
        let file = object::read::archive::ArchiveFile::parse(&*archive).unwrap();
        for (member, (name, content)) in file.members().zip(members) {
            let member = member.unwrap();
            assert_eq!(member.name(), name.as_bytes());
            assert_eq!(member.data(&*archive).unwrap(), *content);
        }
        let symbols = file.symbols().unwrap().unwrap();
        let names: Vec<String> = symbols
            .map(|symbol| {
                let symbol = symbol.unwrap();
                let member = file.member(symbol.offset()).unwrap();
                let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                format!("{} in {}", name(symbol.name()), name(member.name()))
            })
            .collect();
        assert_eq!(names, ["alpha in a.o", "beta in a_member_with_a_long_name.o"]);
    }

    #[test]
    fn other_files_are_refused() {
        let error = write_archive(&[("notes.txt", b"hello")]).unwrap_err();
        assert!(error.to_string().contains("`notes.txt` is not an object"), "{error}");
    }
}
