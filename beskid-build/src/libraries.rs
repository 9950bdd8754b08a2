//! Foreign libraries: what the generated module links, and whether it can be found.
//!
//! The libraries are attributes of the generated module and not directives for Cargo, because a
//! directive reaches only the library of a package that has one, while the bindings may be part of
//! one of its binaries. So linking follows the use.

use std::path::{Path, PathBuf};
use std::process::Command;

use beskid_analysis::library::{LibraryName, link_libraries};
use beskid_analysis::typed;

use crate::cargo::{Cargo, Directives};
use crate::paths::Program;

/// A `#[link]` attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The name without prefix and suffix.
    pub(crate) name: String,
    /// Whether the library becomes part of the binary.
    pub(crate) is_static: bool,
}

impl Link {
    /// The library file at `path`.
    fn file(path: &Path) -> Option<Link> {
        let file = path.file_name()?.to_str()?;
        let (stem, extension) = file.split_once('.')?;
        let name = stem.strip_prefix("lib").unwrap_or(stem).to_owned();
        Some(Link { name, is_static: extension == "a" })
    }
}

/// What the bindings link: the compiled code first, then what its foreign functions need, because
/// linkers search libraries in order. Directories are announced to Cargo, and a library that the C
/// compiler of the target does not find is a warning.
pub(crate) fn links(
    code: &typed::Program,
    program: &Program,
    library_dirs: &[PathBuf],
    cargo: &Cargo,
    directives: &mut Directives,
) -> Vec<Link> {
    directives.library_dir(&program.output_dir(cargo));
    let mut links = vec![Link { name: program.library.clone(), is_static: true }];
    links.extend(foreign_links(code, library_dirs, cargo, directives));
    links
}

fn foreign_links(
    program: &typed::Program,
    library_dirs: &[PathBuf],
    cargo: &Cargo,
    directives: &mut Directives,
) -> Vec<Link> {
    let mut dirs: Vec<PathBuf> =
        library_dirs.iter().map(|dir| cargo.manifest_dir.join(dir)).collect();
    let mut links = Vec::new();
    for library in link_libraries(program) {
        match &library {
            LibraryName::C | LibraryName::Host => {}
            LibraryName::Named(name) => {
                directives
                    .warn_if(missing(name, &dirs, cargo).map(|it| place(program, &library, &it)));
                links.push(Link { name: name.clone(), is_static: false });
            }
            LibraryName::Path(path) => {
                let path = cargo.manifest_dir.join(path);
                directives.warn_if(missing_file(&path).map(|it| place(program, &library, &it)));
                dirs.extend(path.parent().map(Path::to_owned));
                links.extend(Link::file(&path));
            }
        }
    }
    dirs.iter().for_each(|dir| directives.library_dir(dir));
    links
}

/// Puts the first use of a library in front of a message about it.
fn place(program: &typed::Program, library: &LibraryName, message: &str) -> String {
    let uses_it = |it: &&typed::ExternFunction| LibraryName::parse(&it.library) == *library;
    match program.externs.iter().find(uses_it) {
        Some(function) => format!("{}: {message}", program.sources.location(function.span)),
        None => message.to_owned(),
    }
}

fn missing_file(path: &Path) -> Option<String> {
    let message = || format!("the library {} does not exist; the link will fail", path.display());
    (!path.is_file()).then(message)
}

/// Says that a library is in none of the directories that the linker will search. Without an
/// answer of the C compiler nothing is said: the linker will have the last word.
fn missing(name: &str, dirs: &[PathBuf], cargo: &Cargo) -> Option<String> {
    let files = [format!("lib{name}.so"), format!("lib{name}.a")];
    if dirs.iter().any(|dir| files.iter().any(|file| dir.join(file).is_file())) {
        return None;
    }
    let compiler = compiler(cargo)?;
    let finds = |file: &String| compiler_finds(&compiler, file);
    let found = files.iter().map(finds).collect::<Option<Vec<bool>>>()?;
    (!found.contains(&true)).then(|| {
        format!(
            "the library `{name}` is not where {} looks for libraries; install its development \
             package, or name its directory with `Build::library_dir`",
            compiler.path().display()
        )
    })
}

/// The C compiler of the target, as the `cc` crate and its variables choose it.
fn compiler(cargo: &Cargo) -> Option<cc::Tool> {
    let mut build = cc::Build::new();
    build.target(&cargo.target).cargo_metadata(false).cargo_warnings(false);
    match build.try_get_compiler() {
        Ok(compiler) if compiler.is_like_msvc() => None,
        Ok(compiler) => Some(compiler),
        Err(error) => {
            cargo.log(format_args!("libraries are not checked: {error}"));
            None
        }
    }
}

/// GCC and Clang answer with a full path, or with the bare name if they find nothing. `None` if
/// the compiler gives no answer.
fn compiler_finds(compiler: &cc::Tool, file: &str) -> Option<bool> {
    let mut command = Command::new(compiler.path());
    command.args(compiler.args()).arg(format!("-print-file-name={file}"));
    let output = command.output().ok().filter(|output| output.status.success())?;
    let answer = String::from_utf8(output.stdout).ok()?;
    Some(Path::new(answer.trim()).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::tests::{environment, read};

    #[test]
    fn files_are_linked_by_their_short_names() {
        let link = |path: &str| Link::file(Path::new(path)).unwrap();
        assert_eq!(link("/x/libz.a"), Link { name: "z".into(), is_static: true });
        assert_eq!(link("/x/libz.so.1"), Link { name: "z".into(), is_static: false });
    }

    #[test]
    fn only_a_library_that_nobody_finds_is_missing() {
        let dir = tempfile::tempdir().unwrap();
        let mut cargo = read(&environment(dir.path())).unwrap();
        cargo.target = "x86_64-unknown-linux-gnu".to_owned();
        let name = "beskid_no_such_library";
        std::fs::write(dir.path().join(format!("lib{name}.a")), "").unwrap();
        assert_eq!(missing(name, &[dir.path().to_owned()], &cargo), None);
        assert_eq!(missing_file(&dir.path().join(format!("lib{name}.a"))), None);
        assert!(missing_file(&dir.path().join("lib_.a")).is_some());
    }
}
