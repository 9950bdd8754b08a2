//! Finds every record on a link line or in a set of files: in objects, archives, archives in
//! archives, and the files that scripts and thin archives name.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use beskid_abi::Evidence;
use beskid_abi::record::{Record, RecordError, RecordKind, parse};
use object::{macho, pe};

use crate::archive::{self, MemberData};
use crate::args::{self, CommandLine, Item};
use crate::elf::{self, Needles};
use crate::error::{Error, ErrorKind};
use crate::facts::{self, Facts};
use crate::input::{Input, Region};
use crate::script;
use crate::search::SearchPath;

/// How deep archives may lie in archives. rustc makes one level.
const ARCHIVE_DEPTH_MAX: usize = 2;

/// How archives are called.
const ARCHIVE_EXTENSIONS: [&str; 2] = ["a", "rlib"];

/// How many bytes of an unknown file are shown.
const FIRST_BYTES_LEN: usize = 8;

/// One record, or the place where one should be.
#[derive(Clone, Debug)]
pub struct Found {
    /// The file on disk.
    pub file: PathBuf,
    /// The members of archives that lead to the object, outermost first.
    pub members: Vec<String>,
    /// What stands there.
    pub content: Content,
}

/// What stands in an object.
#[derive(Clone, Debug)]
pub enum Content {
    /// The bytes of a record that can be read.
    Record(Vec<u8>),
    /// A record that cannot be read.
    Unreadable(RecordError),
    /// References to the runtime, the first of them named, that no record of the object states.
    MissingRecord {
        /// A symbol that the object imports.
        import: String,
    },
    /// Definitions of runtime symbols, and no record.
    RuntimeWithoutRecord,
}

impl Found {
    /// The file down to the member, as messages show it.
    #[must_use]
    pub fn place(&self) -> String {
        let members = self.members.iter().map(|member| format!("({member})"));
        self.file.display().to_string() + &members.collect::<String>()
    }

    /// The record, if there is one that can be read.
    #[must_use]
    pub fn record(&self) -> Option<Record<'_>> {
        match &self.content {
            Content::Record(bytes) => parse(bytes).ok(),
            Content::Unreadable(_)
            | Content::MissingRecord { .. }
            | Content::RuntimeWithoutRecord => None,
        }
    }

    /// What the check is told about this place.
    #[must_use]
    pub fn evidence(&self) -> Evidence<'_> {
        match &self.content {
            Content::Record(bytes) => match parse(bytes) {
                Ok(record) => Evidence::Record(record),
                Err(error) => Evidence::Unreadable(error),
            },
            Content::Unreadable(error) => Evidence::Unreadable(*error),
            Content::MissingRecord { import } => Evidence::Missing { import: Some(import) },
            Content::RuntimeWithoutRecord => Evidence::Missing { import: None },
        }
    }

    /// Whether this is a runtime.
    #[must_use]
    pub fn is_runtime(&self) -> bool {
        matches!(self.content, Content::RuntimeWithoutRecord)
            || self.record().is_some_and(|record| record.identity().kind == RecordKind::Runtime)
    }
}

/// What was found in the inputs of a link, in their order.
#[derive(Debug, Default)]
pub struct Scan {
    /// Every record and every place that lacks one.
    pub found: Vec<Found>,
    /// The number of members and files that hold bitcode, into which this tool does not look.
    pub bitcode_count: usize,
    /// The archives without members.
    pub empty_archives: Vec<PathBuf>,
    /// Whether a runtime may join later or from a place that only the linker knows.
    pub is_open: bool,
    /// The target triple, if the inputs or the arguments mention it.
    pub target: Option<String>,
}

impl Scan {
    /// The runtimes. A program has one; two are the linker's to refuse.
    pub fn runtimes(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| found.is_runtime())
    }

    /// The objects that need a runtime.
    pub fn objects(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| !found.is_runtime())
    }
}

/// Scans the inputs that a linker's arguments name. Inputs that are not there are the linker's to
/// complain about.
pub fn scan_arguments(args: &[OsString]) -> Result<Scan, Error> {
    let line = args::parse(args)?;
    let mut scanner = Scanner::new(SearchPath::new(&line), Purpose::Link);
    scanner.scan.is_open = line.is_relocatable || line.is_partial;
    scanner.scan.target.clone_from(&line.target);
    for item in &line.items {
        scanner.item(item, Path::new(""))?;
    }
    Ok(scanner.finish())
}

/// Scans files of any kind, linked ones included.
pub fn scan_files<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<Scan, Error> {
    let mut scanner = Scanner::new(SearchPath::new(&CommandLine::default()), Purpose::Inspection);
    for file in files {
        scanner.file(file.as_ref(), Path::new(""))?;
    }
    Ok(scanner.finish())
}

/// Why files are scanned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// They are about to be linked, so linked files say nothing: they passed a link of their own.
    Link,
    /// Somebody wants to know what is in them.
    Inspection,
}

struct Scanner {
    scan: Scan,
    search: SearchPath,
    purpose: Purpose,
    needles: Needles,
    /// The files that were scanned, because lines name files twice and scripts name each other.
    seen: HashSet<(u64, u64)>,
    /// The objects that define runtime symbols and have no record.
    definers: Vec<Found>,
}

/// Where a scan stands: the file and the members that lead into it.
#[derive(Clone)]
struct Place {
    file: PathBuf,
    members: Vec<String>,
}

impl Place {
    fn member(&self, name: &str) -> Place {
        let mut members = self.members.clone();
        members.push(name.to_owned());
        Place { file: self.file.clone(), members }
    }

    fn found(&self, content: Content) -> Found {
        Found { file: self.file.clone(), members: self.members.clone(), content }
    }

    fn shown(&self) -> String {
        self.found(Content::RuntimeWithoutRecord).place()
    }
}

impl Scanner {
    fn new(search: SearchPath, purpose: Purpose) -> Scanner {
        Scanner {
            scan: Scan::default(),
            search,
            purpose,
            needles: Needles::new(),
            seen: HashSet::new(),
            definers: Vec::new(),
        }
    }

    /// Judges what could not be judged while files were still unread.
    fn finish(mut self) -> Scan {
        // The parts of a runtime share one record, so a part without is no fault beside it.
        if self.scan.runtimes().next().is_none() {
            self.scan.found.extend(self.definers.into_iter().take(1));
        }
        let targets = self.scan.found.iter().filter_map(Found::record);
        let target = targets.map(|record| record.identity().target.to_owned()).next();
        self.scan.target = self.scan.target.take().or(target);
        self.scan
    }

    fn item(&mut self, item: &Item, base: &Path) -> Result<(), Error> {
        match item {
            Item::File(path) => self.file(path, base),
            Item::Library { name, may_be_shared } => {
                let Some(path) = self.search.find(name, *may_be_shared) else {
                    // A library called after us may well be the runtime.
                    self.scan.is_open |= name.to_string_lossy().contains("beskid");
                    return Ok(());
                };
                self.file(&path, Path::new(""))
            }
        }
    }

    fn file(&mut self, path: &Path, base: &Path) -> Result<(), Error> {
        let path = if path.exists() { path.to_owned() } else { base.join(path) };
        let Some(input) = Input::open(&path) else { return Ok(()) };
        if !self.seen.insert(input.identity()) {
            return Ok(());
        }
        let place = Place { file: path, members: Vec::new() };
        if input.region().len() == 0 {
            self.empty(place.file);
            return Ok(());
        }
        if self.region(input.region(), &place, 0)? {
            return Ok(());
        }
        self.text_or_unknown(&input)
    }

    /// Notes a file of no bytes that is called like an archive: an interrupted build leaves such.
    fn empty(&mut self, path: PathBuf) {
        let extension = path.extension().unwrap_or_default();
        if ARCHIVE_EXTENSIONS.iter().any(|known| extension == *known) {
            self.scan.empty_archives.push(path);
        }
    }

    /// Scans a region by its first bytes. False if they tell nothing.
    fn region(&mut self, region: Region<'_>, place: &Place, depth: usize) -> Result<bool, Error> {
        let head = region.head(elf::HEADER_LEN)?;
        if head.starts_with(archive::MAGIC) || head.starts_with(archive::THIN_MAGIC) {
            self.archive(region, place, depth)?;
        } else if head.starts_with(elf::MAGIC) {
            self.elf(region, &head, place)?;
        } else if is_bitcode(&head) {
            self.scan.bitcode_count += 1;
        } else if is_macho(&head) || is_coff(&head) || self.is_image(&head) {
            self.foreign(region, place)?;
        } else {
            return Ok(is_unread_object(&head));
        }
        Ok(true)
    }

    /// A program or library of Windows, which is no input of a link.
    fn is_image(&self, head: &[u8]) -> bool {
        self.purpose == Purpose::Inspection && head.starts_with(b"MZ")
    }

    fn archive(&mut self, region: Region<'_>, place: &Place, depth: usize) -> Result<(), Error> {
        let members = archive::members(region, &place.shown())?;
        if members.is_empty() {
            self.scan.empty_archives.push(place.file.clone());
        }
        for member in members {
            let inner = place.member(&member.name);
            match member.data {
                MemberData::Inside(data) if depth < ARCHIVE_DEPTH_MAX => {
                    self.region(data, &inner, depth + 1)?;
                }
                MemberData::Inside(_) => {}
                MemberData::Outside(path) => self.thin_member(&path, place, &inner, depth)?,
            }
        }
        Ok(())
    }

    fn thin_member(
        &mut self,
        path: &Path,
        archive: &Place,
        inner: &Place,
        depth: usize,
    ) -> Result<(), Error> {
        let path = archive.file.parent().unwrap_or(Path::new("")).join(path);
        let Some(input) = Input::open(&path) else {
            return Err(ErrorKind::ThinMember { archive: archive.shown(), member: path }.into());
        };
        if depth < ARCHIVE_DEPTH_MAX {
            self.region(input.region(), inner, depth + 1)?;
        }
        Ok(())
    }

    fn elf(&mut self, region: Region<'_>, head: &[u8], place: &Place) -> Result<(), Error> {
        let is_input = self.purpose == Purpose::Inspection || elf::is_relocatable(head);
        if is_input && self.needles.may_concern(region, head)? {
            self.object(region, place)?;
        }
        Ok(())
    }

    /// Scans an object or a binary of another system. Files that do not name us may be of any kind:
    /// two bytes do not tell much.
    fn foreign(&mut self, region: Region<'_>, place: &Place) -> Result<(), Error> {
        if self.needles.are_anywhere_in(region)? {
            self.object(region, place)?;
        }
        Ok(())
    }

    fn object(&mut self, region: Region<'_>, place: &Place) -> Result<(), Error> {
        let damaged = |fault: String| ErrorKind::Object { place: place.shown(), fault };
        if region.len() > elf::OBJECT_LEN_MAX {
            return Err(damaged(format!("it has {} bytes", region.len())).into());
        }
        let facts = facts::read(&region.bytes()?).map_err(|error| damaged(error.to_string()))?;
        self.facts(facts, place);
        Ok(())
    }

    fn facts(&mut self, facts: Facts, place: &Place) {
        let start = self.scan.found.len();
        let contents = facts.records.into_iter().map(content_of);
        self.scan.found.extend(contents.map(|content| place.found(content)));
        let here = &self.scan.found[start..];
        if facts.defines_runtime {
            if !here.iter().any(Found::is_runtime) {
                self.definers.push(place.found(Content::RuntimeWithoutRecord));
            }
        } else if !facts.is_from_rustc
            && let Some(import) = unstated_import(&facts.imports, here)
        {
            self.scan.found.push(place.found(Content::MissingRecord { import }));
        }
    }

    /// Reads a file whose first bytes tell nothing: a script names inputs, other text is the
    /// linker's, and what is called like an object or archive must be one.
    fn text_or_unknown(&mut self, input: &Input) -> Result<(), Error> {
        let region = input.region();
        let head = region.head(FIRST_BYTES_LEN)?;
        let is_short = region.len() <= script::SCRIPT_LEN_MAX;
        let text = if is_short { region.bytes()? } else { head.clone() };
        let is_text = std::str::from_utf8(&text).is_ok() && !text.contains(&0);
        let extension = input.path().extension().unwrap_or_default();
        let is_called_object =
            extension == "o" || ARCHIVE_EXTENSIONS.iter().any(|known| extension == *known);
        if !is_text && is_called_object {
            let path = input.path().to_owned();
            return Err(ErrorKind::Unrecognised { path, first_bytes: head }.into());
        }
        let base = input.path().parent().unwrap_or(Path::new(""));
        script::inputs(&text).iter().try_for_each(|item| self.item(item, base))
    }
}

fn content_of(record: Result<Vec<u8>, RecordError>) -> Content {
    let checked = record.and_then(|bytes| parse(&bytes).map(drop).map(|()| bytes));
    checked.map_or_else(Content::Unreadable, Content::Record)
}

/// A runtime symbol that an object imports and that none of its records states. Where a record
/// cannot be read, that says enough.
fn unstated_import(imports: &[String], here: &[Found]) -> Option<String> {
    let records: Vec<_> = here.iter().map(Found::record).collect::<Option<_>>()?;
    let is_stated = |symbol: &str| {
        records.iter().any(|record| record.imports().any(|import| &*import.symbol == symbol))
    };
    imports.iter().find(|import| !is_stated(import)).cloned()
}

/// LLVM bitcode, bare or wrapped: a linker plugin turns it into objects later.
fn is_bitcode(head: &[u8]) -> bool {
    head.starts_with(b"BC\xc0\xde") || head.starts_with(&[0xde, 0xc0, 0x17, 0x0b])
}

/// A Mach-O file for a 64-bit little-endian machine.
fn is_macho(head: &[u8]) -> bool {
    head.starts_with(&macho::MH_MAGIC_64.to_le_bytes())
}

/// A COFF object for x86-64 or aarch64.
fn is_coff(head: &[u8]) -> bool {
    let machines = [pe::IMAGE_FILE_MACHINE_AMD64, pe::IMAGE_FILE_MACHINE_ARM64];
    machines.iter().any(|machine| head.starts_with(&machine.to_le_bytes()))
}

/// Objects of systems that Beskid code is never compiled for, and bundles of objects.
fn is_unread_object(head: &[u8]) -> bool {
    let magics: [&[u8]; 7] = [
        b"\0asm",
        b"<bigaf>\n",
        &[0xce, 0xfa, 0xed, 0xfe],
        &[0xfe, 0xed, 0xfa, 0xce],
        &[0xfe, 0xed, 0xfa, 0xcf],
        &[0xca, 0xfe, 0xba, 0xbe],
        &[0, 0, 0xff, 0xff],
    ];
    magics.iter().any(|magic| head.starts_with(magic))
}
