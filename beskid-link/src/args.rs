//! Reads a linker's command line: which files and libraries it names, and how libraries are found.
//!
//! Driver lines (`cc … -Wl,-rpath,x`) and bare linker lines are read by the same rules, because
//! what stands behind `-Wl,` and `-Xlinker` is a bare line. An option that is not known is passed
//! over; if it takes a value, the value looks like a file that is not there and is passed over too.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};

/// The deepest nesting of response files, as the mold linker has it.
const RESPONSE_DEPTH_MAX: usize = 10;

/// Options whose value is the next argument and names nothing that is linked.
const OPTIONS_WITH_VALUE: &[&str] = &[
    "-o",
    "-e",
    "-u",
    "-z",
    "-m",
    "-h",
    "-T",
    "-y",
    "-Y",
    "-b",
    "-A",
    "-a",
    "-f",
    "-F",
    "-G",
    "-I",
    "-D",
    "-U",
    "-x",
    "-B",
    "-MF",
    "-MT",
    "-MQ",
    "-isystem",
    "-idirafter",
    "-iquote",
    "-include",
    "-soname",
    "--soname",
    "-rpath",
    "--rpath",
    "-rpath-link",
    "--rpath-link",
    "-dynamic-linker",
    "--dynamic-linker",
    "-Map",
    "--Map",
    "-target",
    "--target",
    "-arch",
    "-framework",
    "-plugin",
    "--plugin",
    "-plugin-opt",
    "--plugin-opt",
    "-defsym",
    "--defsym",
    "--entry",
    "--output",
    "--script",
    "--default-script",
    "-version-script",
    "--version-script",
    "--dynamic-list",
    "--export-dynamic-symbol",
    "--export-dynamic-symbol-list",
    "--format",
    "--oformat",
    "--param",
    "--undefined",
    "--wrap",
    "--exclude-libs",
    "-wrapper",
    "-Xassembler",
    "-Xpreprocessor",
    "-Xclang",
    "-mllvm",
    "--image-base",
    "--section-start",
    "-install_name",
    "--retain-symbols-file",
];

/// Something that a linker is told to link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A file named by its path.
    File(PathBuf),
    /// A library named by `-l`, as it stands behind the option.
    Library {
        /// The name; `:file` names a file in the search path.
        name: OsString,
        /// Whether a shared library may be taken.
        may_be_shared: bool,
    },
}

/// What a command line says about the inputs of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// The inputs in order.
    pub(crate) items: Vec<Item>,
    /// The directories of `-L` in order.
    pub(crate) search: Vec<PathBuf>,
    /// The directory of `--sysroot`.
    pub(crate) sysroot: Option<PathBuf>,
    /// The target triple, if the line mentions it.
    pub(crate) target: Option<String>,
    /// Whether the output is an object again, to be linked with a runtime later.
    pub(crate) is_relocatable: bool,
    /// Whether a response file was left to the linker, so that inputs may be missing here.
    pub(crate) is_partial: bool,
}

/// Reads the arguments of a linker, without the program's name.
pub(crate) fn parse(args: &[OsString]) -> Result<CommandLine, Error> {
    let mut flat = Flat::default();
    for arg in args {
        flat.push(arg.clone(), 0)?;
    }
    let mut line = CommandLine { is_partial: flat.is_partial, ..CommandLine::default() };
    let mut state = State { is_static: false, saved: Vec::new() };
    let mut rest = flat.args.iter();
    while let Some(arg) = rest.next() {
        line.target = line.target.take().or_else(|| target_in(arg));
        line.read(arg, &mut rest, &mut state);
    }
    Ok(line)
}

/// The arguments with response files, `-Wl,` and `-Xlinker` replaced by what they hold.
#[derive(Default)]
struct Flat {
    args: Vec<OsString>,
    expects_linker_arg: bool,
    is_partial: bool,
}

impl Flat {
    fn push(&mut self, arg: OsString, depth: usize) -> Result<(), Error> {
        let bytes = arg.as_bytes();
        if let Some(path) = bytes.strip_prefix(b"@") {
            let path = PathBuf::from(OsStr::from_bytes(path));
            return self.push_response_file(&path, depth);
        }
        if std::mem::take(&mut self.expects_linker_arg) {
            self.args.push(arg);
        } else if let Some(list) = bytes.strip_prefix(b"-Wl,") {
            for part in list.split(|byte| *byte == b',') {
                self.push(OsString::from_vec(part.to_vec()), depth)?;
            }
        } else if bytes == b"-Xlinker" {
            self.expects_linker_arg = true;
        } else {
            self.args.push(arg);
        }
        Ok(())
    }

    fn push_response_file(&mut self, path: &Path, depth: usize) -> Result<(), Error> {
        if depth == RESPONSE_DEPTH_MAX {
            let path = path.to_owned();
            return Err(ErrorKind::ResponseDepth { path, depth_max: RESPONSE_DEPTH_MAX }.into());
        }
        let failed = |source| ErrorKind::ResponseFile { path: path.to_owned(), source };
        // Reading a pipe would take the arguments away from the linker.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            self.is_partial = true;
            return Ok(());
        }
        let text = std::fs::read(path).map_err(failed)?;
        split_response(&text).into_iter().try_for_each(|arg| self.push(arg, depth + 1))
    }
}

/// Splits the text of a response file by the rules of gcc: white space separates, quotes of either
/// kind join, and a backslash takes the next byte as it is, inside quotes too.
fn split_response(text: &[u8]) -> Vec<OsString> {
    let mut args = Vec::new();
    let mut current: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' {
            current.get_or_insert_default().extend(bytes.next());
        } else if quote == Some(byte) {
            quote = None;
        } else if quote.is_some() {
            current.get_or_insert_default().push(byte);
        } else if byte == b'"' || byte == b'\'' {
            quote = Some(byte);
            current.get_or_insert_default();
        } else if byte.is_ascii_whitespace() {
            args.extend(current.take().map(OsString::from_vec));
        } else {
            current.get_or_insert_default().push(byte);
        }
    }
    args.extend(current.map(OsString::from_vec));
    args
}

/// Whether `-l` may take a shared library at this place of the line.
struct State {
    is_static: bool,
    saved: Vec<bool>,
}

impl CommandLine {
    fn read<'a>(
        &mut self,
        arg: &'a OsString,
        rest: &mut impl Iterator<Item = &'a OsString>,
        state: &mut State,
    ) {
        let bytes = arg.as_bytes();
        if !bytes.starts_with(b"-") {
            self.items.push(Item::File(PathBuf::from(arg)));
        } else if let Some(dir) = value_of(bytes, &["-L", "--library-path"], rest) {
            self.search.push(PathBuf::from(dir));
        } else if let Some(name) = value_of(bytes, &["-l", "--library"], rest) {
            self.items.push(Item::Library { name, may_be_shared: !state.is_static });
        } else if let Some(dir) = value_of(bytes, &["--sysroot", "-isysroot"], rest) {
            self.sysroot = Some(PathBuf::from(dir));
        } else if OPTIONS_WITH_VALUE.iter().any(|option| option.as_bytes() == bytes) {
            let value = rest.next();
            if bytes.ends_with(b"-target") {
                self.target = value.and_then(|value| value.to_str()).map(str::to_owned);
            }
        } else {
            self.read_flag(bytes, state);
        }
    }

    fn read_flag(&mut self, flag: &[u8], state: &mut State) {
        match flag {
            b"-r" | b"--relocatable" | b"-Ur" => self.is_relocatable = true,
            b"-static" | b"--static" | b"-Bstatic" | b"-dn" | b"-non_shared" | b"-static-pie" => {
                state.is_static = true;
            }
            b"-Bdynamic" | b"-dy" | b"-call_shared" => state.is_static = false,
            b"--push-state" | b"-push-state" => state.saved.push(state.is_static),
            b"--pop-state" | b"-pop-state" => {
                state.is_static = state.saved.pop().unwrap_or(state.is_static);
            }
            _ => {}
        }
    }
}

/// The value of an option that is written `-Lvalue`, `-L value`, `--name=value` or `--name value`.
fn value_of<'a>(
    arg: &[u8],
    names: &[&str; 2],
    rest: &mut impl Iterator<Item = &'a OsString>,
) -> Option<OsString> {
    for name in names {
        let Some(value) = arg.strip_prefix(name.as_bytes()) else { continue };
        let is_short = name.len() == 2;
        match value {
            [] => return rest.next().cloned(),
            [b'=', value @ ..] if !is_short => return Some(OsString::from_vec(value.to_vec())),
            value if is_short => return Some(OsString::from_vec(value.to_vec())),
            _ => {}
        }
    }
    None
}

/// Finds a target triple in an argument: said to clang, or as a directory of rustc's libraries.
fn target_in(arg: &OsStr) -> Option<String> {
    let arg = arg.to_str()?;
    if let Some(target) = arg.strip_prefix("--target=") {
        return Some(target.to_owned());
    }
    let (_, behind) = arg.split_once("/rustlib/")?;
    let (target, _) = behind.split_once("/lib")?;
    target.contains('-').then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(args: &[&str]) -> CommandLine {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        parse(&args).unwrap()
    }

    fn library(name: &str, may_be_shared: bool) -> Item {
        Item::Library { name: name.into(), may_be_shared }
    }

    fn file(path: &str) -> Item {
        Item::File(path.into())
    }

    #[test]
    fn driver_lines_name_files_libraries_and_directories() {
        let found = line(&[
            "-m64",
            "a.o",
            "-o",
            "out.o",
            "-Lone",
            "-L",
            "two",
            "-lfoo",
            "-l",
            "bar",
            "-l:libx.a",
        ]);
        let expected =
            [file("a.o"), library("foo", true), library("bar", true), library(":libx.a", true)];
        assert_eq!(found.items, expected);
        assert_eq!(found.search, [PathBuf::from("one"), PathBuf::from("two")]);
    }

    #[test]
    fn what_stands_behind_wl_and_xlinker_is_a_bare_line() {
        let found = line(&[
            "-Wl,--whole-archive,/tmp/rustcX/liba.a,--no-whole-archive",
            "-Xlinker",
            "-Bstatic",
            "-lz",
            "-Wl,-Bdynamic",
            "-Xlinker",
            "-rpath",
            "-Xlinker",
            "dir",
            "-lm",
        ]);
        assert_eq!(
            found.items,
            [file("/tmp/rustcX/liba.a"), library("z", false), library("m", true)]
        );
    }

    #[test]
    fn bare_lines_are_read_by_the_same_rules() {
        let found = line(&[
            "-m",
            "elf_x86_64",
            "-dynamic-linker",
            "/lib64/ld.so",
            "--start-group",
            "a.a",
            "b.a",
            "--end-group",
            "--library=c",
            "--library-path=d",
            "--push-state",
            "-Bstatic",
            "-le",
            "--pop-state",
            "-lf",
            "-r",
        ]);
        let expected =
            [file("a.a"), file("b.a"), library("c", true), library("e", false), library("f", true)];
        assert_eq!(found.items, expected);
        assert_eq!(found.search, [PathBuf::from("d")]);
        assert!(found.is_relocatable);
    }

    #[test]
    fn the_target_is_taken_from_the_line() {
        let rlib = "/r/lib/rustlib/aarch64-unknown-linux-gnu/lib/libstd.rlib";
        assert_eq!(line(&[rlib]).target.as_deref(), Some("aarch64-unknown-linux-gnu"));
        assert_eq!(line(&["--target=x-y-z"]).target.as_deref(), Some("x-y-z"));
        assert_eq!(line(&["-target", "x-y-z"]).target.as_deref(), Some("x-y-z"));
        assert_eq!(line(&["a.o"]).target, None);
    }

    #[test]
    fn arguments_are_bytes() {
        let name = OsString::from_vec(b"caf\xff.o".to_vec());
        assert_eq!(parse(std::slice::from_ref(&name)).unwrap().items, [Item::File(name.into())]);
    }

    #[test]
    fn response_files_are_split_as_gcc_splits_them() {
        let text = b"a\\ b  'c d'\n\"e\\\"f\" g\\\\h '' \xff\n";
        let expected: [&[u8]; 6] = [b"a b", b"c d", b"e\"f", b"g\\h", b"", b"\xff"];
        let found: Vec<_> = split_response(text).into_iter().map(OsString::into_vec).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn response_files_nest_and_a_loop_is_an_error() {
        let directory =
            std::env::temp_dir().join(format!("beskid-link-args-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let [inner, outer, looping] =
            ["inner", "outer", "looping"].map(|name| directory.join(name));
        std::fs::write(&inner, "-lx c.o").unwrap();
        std::fs::write(&outer, format!("a.o @{}\n-Wl,@{} b.o", inner.display(), inner.display()))
            .unwrap();
        std::fs::write(&looping, format!("@{}", looping.display())).unwrap();
        let at = |path: &Path| parse(&[OsString::from(format!("@{}", path.display()))]);

        let found = at(&outer).unwrap();
        let expected = [
            file("a.o"),
            library("x", true),
            file("c.o"),
            library("x", true),
            file("c.o"),
            file("b.o"),
        ];
        assert_eq!(found.items, expected);
        let error = at(&looping).unwrap_err().to_string();
        assert!(error.contains("more than 10 deep") && error.contains("looping"), "{error}");
        let error = at(&directory.join("absent")).unwrap_err().to_string();
        assert!(error.contains("absent"), "{error}");
        assert!(at(&directory).unwrap().is_partial);
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
