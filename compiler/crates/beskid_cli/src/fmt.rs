//! `beskid fmt`: the canonical layout of source files.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use beskid_fmt::Refusal;
use beskid_syntax::SourceMap;
use clap::Args;

use crate::EXIT_ERROR;
use crate::difference::first_difference;
use crate::front;

/// The extensions of source files, the old one included.
const EXTENSIONS: [&str; 2] = ["bsk", "bd"];

/// Stands for standard input among the paths, and for its name in messages.
const STDIN: &str = "-";

#[derive(Args)]
pub(crate) struct FmtArgs {
    /// Change nothing; name the files whose layout differs, show where, and fail if there are any.
    #[arg(long)]
    check: bool,
    /// Files; directories, whose source files are all meant; `-` for standard input to output.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Fine,
    Differs,
    Refused,
}

pub(crate) fn format(args: &FmtArgs) -> anyhow::Result<ExitCode> {
    let mut all_fine = true;
    for path in &args.paths {
        if path.as_os_str() == STDIN {
            all_fine &= standard_input(args.check)? == Fate::Fine;
            continue;
        }
        for file in source_files(path)? {
            all_fine &= one_file(&file, args.check)? == Fate::Fine;
        }
    }
    Ok(if all_fine { ExitCode::SUCCESS } else { ExitCode::from(EXIT_ERROR) })
}

/// The file, or all source files in the directory, in order.
fn source_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let about = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if about.is_dir() {
        collect(path, &mut files)?;
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    Ok(files)
}

/// Collects source files. Hidden directories, build products and links are left alone.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let listing =
        fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))?;
    for entry in listing {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !is_hidden && !path.join("CACHEDIR.TAG").exists() {
            collect(&path, files)?;
        } else if kind.is_file() && has_source_extension(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn has_source_extension(path: &Path) -> bool {
    path.extension().is_some_and(|it| EXTENSIONS.iter().any(|known| it == *known))
}

fn one_file(path: &Path, check: bool) -> anyhow::Result<Fate> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
    let Some((before, after)) = lay_out(&shown.to_string(), &bytes)? else {
        return Ok(Fate::Refused);
    };
    if before == after {
        return Ok(Fate::Fine);
    }
    if check {
        report_difference(&shown.to_string(), &before, &after)?;
        return Ok(Fate::Differs);
    }
    replace(path, &after).with_context(|| format!("cannot write {shown}"))?;
    Ok(Fate::Fine)
}

fn standard_input(check: bool) -> anyhow::Result<Fate> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).context("cannot read standard input")?;
    let Some((before, after)) = lay_out("<stdin>", &bytes)? else {
        return Ok(Fate::Refused);
    };
    if !check {
        std::io::stdout().lock().write_all(after.as_bytes())?;
        return Ok(Fate::Fine);
    }
    if before == after {
        return Ok(Fate::Fine);
    }
    report_difference("<stdin>", &before, &after)?;
    Ok(Fate::Differs)
}

/// The text and its layout; `None` if it has syntax errors, which are shown.
fn lay_out(name: &str, bytes: &[u8]) -> anyhow::Result<Option<(String, String)>> {
    let text = beskid_syntax::decode(bytes).map_err(|error| anyhow!("{name} is {error}"))?;
    let mut sources = SourceMap::new();
    let file = sources.add(name, text);
    match beskid_fmt::format(text, file) {
        Ok(after) => Ok(Some((text.to_owned(), after))),
        Err(Refusal::Syntax(diagnostics)) => {
            front::show(&diagnostics, &sources);
            Ok(None)
        }
        Err(refusal @ Refusal::Defect(_)) => bail!("{name} is left as it is: {refusal}"),
    }
}

fn report_difference(name: &str, before: &str, after: &str) -> anyhow::Result<()> {
    let difference = first_difference(name, before, after);
    std::io::stdout().lock().write_all(difference.as_bytes())?;
    Ok(())
}

/// Puts a new file in the place of the old one, so that nobody ever sees half of it.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    // A link stays, and what it names is replaced.
    let path = fs::canonicalize(path)?;
    let directory = path.parent().context("a file lies in a directory")?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(&path)?.permissions())?;
    file.persist(&path)?;
    Ok(())
}
