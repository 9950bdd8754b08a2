//! `beskid-link`: a linker for Cargo's `linker =` setting that first checks the ABI records of what
//! it is about to link, and an inspector of such records.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use beskid_link::{
    Allowances, Error, locked_versions, real_linker, render_json, render_text, scan_arguments,
    scan_files, verify,
};

const HELP: &str = "\
Checks that the Beskid objects of a link belong to its Beskid runtime, then links.

Usage:
  beskid-link <LINKER ARGUMENTS>          check the link, then run the real linker with the same
                                          arguments; silent on success, 1 on a refusal
  beskid-link link -- <LINKER ARGUMENTS>  the same
  beskid-link inspect [--json] <FILE>...  show the ABI records in objects, archives and binaries
  beskid-link --help | --version

Use it from Cargo with `linker = \"beskid-link\"` in the table [target.<triple>] of
.cargo/config.toml. It is never needed for a correct build: the guard in every Beskid object stops
a wrong pair as well, with a shorter message.

Environment:
  BESKID_LINK_REAL                   the linker to run (default: cc)
  BESKID_LINK_REAL_<triple>          the same for one target, with `_` for `-`
  BESKID_UNSAFE_ALLOW_ABI_MISMATCH   object=key: link in spite of that one mismatch
";

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    let invoked_as = args.next().unwrap_or_default();
    let args: Vec<OsString> = args.collect();
    match Mode::of(&args) {
        Mode::Help => print(HELP),
        Mode::Version => print(concat!("beskid-link ", env!("CARGO_PKG_VERSION"), "\n")),
        Mode::Usage => {
            complain(HELP.trim_end());
            ExitCode::from(2)
        }
        Mode::Inspect { files, is_json } => inspect(files, is_json),
        Mode::Link(args) => link(&invoked_as, args),
    }
}

/// What the arguments ask for.
enum Mode<'a> {
    Help,
    Version,
    Usage,
    Inspect { files: &'a [OsString], is_json: bool },
    Link(&'a [OsString]),
}

impl Mode<'_> {
    /// A word is a subcommand only where it cannot be an input of a link.
    fn of(args: &[OsString]) -> Mode<'_> {
        let is = |at: usize, word: &str| args.get(at).is_some_and(|arg| arg == word);
        match args {
            [] => Mode::Usage,
            [only] if only == "--help" => Mode::Help,
            [only] if only == "--version" => Mode::Version,
            _ if is(0, "link") && is(1, "--") => Mode::Link(&args[2..]),
            _ if is(0, "inspect") && !Path::new("inspect").exists() => {
                let is_json = is(1, "--json");
                let files = &args[if is_json { 2 } else { 1 }..];
                if files.is_empty() { Mode::Usage } else { Mode::Inspect { files, is_json } }
            }
            _ => Mode::Link(args),
        }
    }
}

fn link(invoked_as: &OsStr, args: &[OsString]) -> ExitCode {
    match try_link(invoked_as, args) {
        Ok(Refused) => ExitCode::FAILURE,
        Err(error) => fail(&error),
    }
}

/// The link was refused, and the reasons were shown. The other way to leave is to become the linker.
struct Refused;

fn try_link(invoked_as: &OsStr, args: &[OsString]) -> Result<Refused, Error> {
    let scan = scan_arguments(args)?;
    let mut verdict = verify(&scan, &Allowances::from_environment()?);
    for allowed in &verdict.allowed {
        complain(&format!("warning: beskid-link was told to allow {allowed}"));
    }
    if !verdict.is_accepted() {
        verdict.report.notes.extend(locked_versions(&project_directory()));
        complain(&verdict.report.to_string());
        return Ok(Refused);
    }
    let never: Infallible = real_linker(invoked_as, scan.target.as_deref())?.exec(args)?;
    match never {}
}

/// Cargo tells the linker which package it links for; else it is whatever lies around us.
fn project_directory() -> PathBuf {
    let of_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    of_cargo.or_else(|| std::env::current_dir().ok()).unwrap_or_default()
}

fn inspect(files: &[OsString], is_json: bool) -> ExitCode {
    if let Some(absent) = files.iter().find(|file| !Path::new(file).is_file()) {
        let absent = absent.display();
        complain(&format!(
            "error: beskid-link: there is no file `{absent}`\n  fix: name an object, an archive or a binary"
        ));
        return ExitCode::FAILURE;
    }
    match scan_files(files) {
        Ok(scan) => print(&if is_json { render_json(&scan) } else { render_text(&scan) }),
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    complain(&format!("error: beskid-link: {error}"));
    ExitCode::FAILURE
}

/// Writes to standard output. A reader that has gone, as in `… | head`, is no failure of ours.
fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

fn complain(text: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
