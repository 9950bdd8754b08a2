//! The names of one program: its entry, the files that are made of it, and its symbols.
//!
//! Everything here is computed from paths and names; nothing is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::cargo::{Cargo, relative};
use crate::error::Kind;
use crate::{Build, Error, identifier};

/// One program of the package.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// The entry file, relative to the package if it lies inside.
    pub(crate) entry: PathBuf,
    /// The entry as messages show it, with `/`.
    pub(crate) shown: String,
    /// The name for `bindings!`.
    pub(crate) name: String,
    /// The first part of all symbols, and the module's name in the record. Unlike the entry's
    /// name alone it is unique among all packages of a Rust program.
    pub(crate) symbol_package: String,
    /// The name of the static library, without `lib` and `.a`.
    pub(crate) library: String,
}

impl Program {
    /// Names the program of a build.
    pub(crate) fn new(build: &Build, cargo: &Cargo) -> Result<Program, Error> {
        let entry = build.entry.as_deref().ok_or(Kind::NoEntry)?;
        let entry = relative(entry, cargo).to_owned();
        let shown = shown(&entry)?;
        let name = match &build.name {
            Some(name) => name.clone(),
            None => entry.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_"),
        };
        if !identifier::is_module_name(&name) {
            return Err(Kind::UnusableName { name, entry: shown }.into());
        }
        let Cargo { package, version, .. } = cargo;
        Ok(Program {
            symbol_package: format!("{package}@{version}/{name}"),
            library: format!("beskid_{}_{}_{name}", plain(package), plain(version)),
            entry,
            shown,
            name,
        })
    }

    /// Makes sure that no other program of this build script has the name.
    pub(crate) fn claim_name(&self, cargo: &Cargo) -> Result<(), Error> {
        static CLAIMED: Mutex<BTreeMap<(PathBuf, String), String>> = Mutex::new(BTreeMap::new());
        let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (cargo.out_dir.clone(), self.name.clone());
        let first = claimed.entry(key).or_insert_with(|| self.shown.clone());
        if *first == self.shown {
            return Ok(());
        }
        let (name, first, second) = (self.name.clone(), first.clone(), self.shown.clone());
        Err(Kind::RepeatedName { name, first, second }.into())
    }

    /// The directory of all generated files.
    pub(crate) fn output_dir(&self, cargo: &Cargo) -> PathBuf {
        cargo.out_dir.join("beskid")
    }

    /// The module that `bindings!` includes.
    pub(crate) fn bindings_file(&self, cargo: &Cargo) -> PathBuf {
        self.output_dir(cargo).join(format!("{}.rs", self.name))
    }

    /// The bindings of the last sources without errors, which stay in use while there are errors.
    pub(crate) fn last_good_file(&self, cargo: &Cargo) -> PathBuf {
        self.output_dir(cargo).join(format!("{}.last_good.rs", self.name))
    }

    /// The static library.
    pub(crate) fn archive_file(&self, cargo: &Cargo) -> PathBuf {
        self.output_dir(cargo).join(format!("lib{}.a", self.library))
    }

    /// The object inside the static library.
    pub(crate) fn object_name(&self) -> String {
        format!("{}.bsk.o", self.name)
    }
}

/// `path` without the directory in front, if it lies inside.
pub(crate) fn strip_dir<'a>(path: &'a Path, dir: &Path) -> &'a Path {
    path.strip_prefix(dir).unwrap_or(path)
}

fn shown(path: &Path) -> Result<String, Error> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    let text = text.ok_or_else(|| Kind::UnusableText {
        what: "the path of the program".to_owned(),
        shown: path.to_string_lossy().escape_debug().to_string(),
    })?;
    Ok(text.replace('\\', "/"))
}

/// Letters, digits and underscores, as names of libraries should be.
fn plain(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::tests::{environment, read};

    fn name(build: Build) -> Result<Program, String> {
        let cargo = read(&environment(Path::new("/demo"))).unwrap();
        Program::new(&build, &cargo).map_err(|error| error.to_string())
    }

    #[test]
    fn names_follow_package_version_and_entry() {
        let program = name(Build::new().entry("/demo/src/my-rules.bsk")).unwrap();
        assert_eq!(program.shown, "src/my-rules.bsk");
        assert_eq!(program.name, "my_rules");
        assert_eq!(program.symbol_package, "demo-app@0.3.1/my_rules");
        assert_eq!(program.library, "beskid_demo_app_0_3_1_my_rules");
    }

    #[test]
    fn an_entry_without_a_usable_name_needs_one() {
        let error = name(Build::new().entry("src/2nd.bsk")).unwrap_err();
        assert!(error.contains(".entry(\"src/2nd.bsk\").name("), "{error}");
        assert_eq!(name(Build::new().entry("src/2nd.bsk").name("second")).unwrap().name, "second");
    }

    #[test]
    fn two_entries_of_one_stem_do_not_overwrite_each_other() {
        let mut environment = environment(Path::new("/demo"));
        environment.insert("OUT_DIR".to_owned(), "/two_entries".into());
        let cargo = read(&environment).unwrap();
        let program = |path: &str| Program::new(&Build::new().entry(path), &cargo).unwrap();
        program("a/main.bsk").claim_name(&cargo).unwrap();
        program("a/main.bsk").claim_name(&cargo).unwrap();
        let error = program("b/main.bsk").claim_name(&cargo).unwrap_err().to_string();
        assert!(error.starts_with("a/main.bsk and b/main.bsk are both named `main`"), "{error}");
        assert!(error.contains(".entry(\"b/main.bsk\").name("), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn an_entry_that_is_not_utf8_is_refused() {
        use std::os::unix::ffi::OsStrExt;
        let path = std::ffi::OsStr::from_bytes(b"src/\xff.bsk");
        let error = name(Build::new().entry(Path::new(path))).unwrap_err();
        assert!(error.contains("not plain UTF-8"), "{error}");
    }
}
