//! What Cargo tells a build script, and what a build script tells Cargo.

use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::error::Kind;
use crate::paths;

/// Fails the build script for errors in sources.
const HARD_FAIL: &str = "BESKID_BUILD_HARD_FAIL";
/// Tells what is read and written.
const LOG: &str = "BESKID_BUILD_LOG";
/// Set where documentation is built and nothing is linked.
const DOCS_RS: &str = "DOCS_RS";

/// The variables that change what is made, beyond those that Cargo watches itself.
const WATCHED: [&str; 3] = [HARD_FAIL, LOG, DOCS_RS];

/// The environment of one run of a build script.
#[derive(Clone, Debug)]
pub(crate) struct Cargo {
    /// Where outputs go.
    pub(crate) out_dir: PathBuf,
    /// The package's directory.
    pub(crate) manifest_dir: PathBuf,
    /// The package's name.
    pub(crate) package: String,
    /// The package's version.
    pub(crate) version: String,
    /// The target triple.
    pub(crate) target: String,
    /// Width of the target's pointers, in bits.
    pub(crate) pointer_width: u8,
    /// How many threads the whole build may use.
    pub(crate) jobs: usize,
    /// Whether the profile asks for optimised code.
    pub(crate) optimize: bool,
    /// Whether nothing will be linked.
    pub(crate) docs_only: bool,
    /// Whether errors in sources fail the build script.
    pub(crate) hard_fail: bool,
    /// What the runtime's build script published, if the package depends on the runtime.
    pub(crate) runtime: Option<RuntimeMetadata>,
    log: bool,
}

/// The metadata of the package with `links = "beskid_runtime"`.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeMetadata {
    /// Its version.
    pub(crate) version: String,
    /// The file with its record, if it says.
    pub(crate) record: Option<PathBuf>,
}

impl Cargo {
    /// Reads the environment of this process.
    pub(crate) fn from_environment() -> Result<Cargo, Error> {
        Cargo::read(&|name| std::env::var_os(name))
    }

    fn read(lookup: &dyn Fn(&str) -> Option<OsString>) -> Result<Cargo, Error> {
        let required = |variable: &'static str| {
            let value = lookup(variable).ok_or(Kind::NotInCargo { variable })?;
            text(variable, value)
        };
        let number = |variable: &'static str| {
            let value = required(variable)?;
            value.parse().map_err(|_| Error::from(Kind::UnusableVariable { variable, value }))
        };
        let is_on = |variable| lookup(variable).is_some_and(|value| value == "1");
        let pointer_width: usize = number("CARGO_CFG_TARGET_POINTER_WIDTH")?;
        Ok(Cargo {
            out_dir: required("OUT_DIR")?.into(),
            manifest_dir: required("CARGO_MANIFEST_DIR")?.into(),
            package: required("CARGO_PKG_NAME")?,
            version: required("CARGO_PKG_VERSION")?,
            target: required("TARGET")?,
            pointer_width: u8::try_from(pointer_width).unwrap_or(u8::MAX),
            jobs: number("NUM_JOBS")?,
            optimize: required("OPT_LEVEL")? != "0",
            docs_only: lookup(DOCS_RS).is_some(),
            hard_fail: is_on(HARD_FAIL),
            runtime: runtime_metadata(lookup),
            log: is_on(LOG),
        })
    }

    /// The package's manifest.
    pub(crate) fn manifest(&self) -> PathBuf {
        self.manifest_dir.join("Cargo.toml")
    }

    /// Tells a curious user what happens.
    pub(crate) fn log(&self, message: impl Display) {
        if self.log {
            print_to_stderr(&format!("beskid-build: {message}"));
        }
    }
}

fn text(variable: &str, value: OsString) -> Result<String, Error> {
    let refuse = |shown: String| {
        let what = format!("the path or name in the variable {variable},");
        Error::from(Kind::UnusableText { what, shown })
    };
    let value =
        value.into_string().map_err(|value| refuse(value.to_string_lossy().into_owned()))?;
    if value.chars().any(char::is_control) { Err(refuse(value)) } else { Ok(value) }
}

/// Cargo gives the metadata to direct dependents only, as `DEP_`, the `links` name and the key.
fn runtime_metadata(lookup: &dyn Fn(&str) -> Option<OsString>) -> Option<RuntimeMetadata> {
    lookup("DEP_BESKID_RUNTIME_ABI")?;
    let version = lookup("DEP_BESKID_RUNTIME_VERSION").unwrap_or_else(|| "unknown".into());
    let version = version.to_string_lossy().into_owned();
    Some(RuntimeMetadata {
        version,
        record: lookup("DEP_BESKID_RUNTIME_RECORD").map(PathBuf::from),
    })
}

/// Directives for Cargo. They are printed together, when it is certain that they hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directives {
    lines: Vec<String>,
}

impl Directives {
    /// Directives that hold whatever happens next.
    pub(crate) fn new() -> Directives {
        let mut directives = Directives::default();
        for variable in WATCHED {
            directives.push("rerun-if-env-changed", variable);
        }
        directives
    }

    /// Runs the build script again when the file or directory changes. A path that does not exist
    /// would run it every time, so its nearest directory is watched instead.
    pub(crate) fn watch(&mut self, path: &Path, cargo: &Cargo) {
        let exists = |path: &Path| cargo.manifest_dir.join(path).exists();
        let mut path = path;
        while !exists(path) {
            match path.parent() {
                Some(parent) => path = parent,
                None => return,
            }
        }
        let shown = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        self.push("rerun-if-changed", shown.display());
    }

    /// Adds a directory in which rustc looks for libraries.
    pub(crate) fn library_dir(&mut self, path: &Path) {
        self.push("rustc-link-search", format_args!("native={}", path.display()));
    }

    /// Shows a warning, one directive for each line.
    pub(crate) fn warning(&mut self, text: &str) {
        for line in text.lines() {
            self.push("warning", line);
        }
    }

    /// Shows a warning, if there is one.
    pub(crate) fn warn_if(&mut self, text: Option<String>) {
        text.iter().for_each(|text| self.warning(text));
    }

    fn push(&mut self, key: &str, value: impl Display) {
        let line = format!("cargo::{key}={value}");
        if !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }

    /// Hands everything to Cargo.
    pub(crate) fn print(self) {
        self.lines.iter().for_each(|line| print_line(line));
    }

    #[cfg(test)]
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }
}

/// Reports an error of the package; Cargo fails the build when the script has ended.
pub(crate) fn print_error(text: &str) {
    text.lines().for_each(|line| print_line(&format!("cargo::error={line}")));
}

#[expect(clippy::print_stdout, reason = "standard output is how build scripts speak to Cargo")]
fn print_line(line: &str) {
    println!("{line}");
}

/// Writes to standard error, which Cargo shows if the build script fails, or with `-vv`.
#[expect(clippy::print_stderr, reason = "this crate is the user interface of a build script")]
pub(crate) fn print_to_stderr(text: &str) {
    eprintln!("{text}");
}

/// The path of a file as directives and messages show it: relative to the package where possible.
pub(crate) fn relative<'a>(path: &'a Path, cargo: &Cargo) -> &'a Path {
    paths::strip_dir(path, &cargo.manifest_dir)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// An environment as Cargo sets it, for a package in `dir`.
    pub(crate) fn environment(dir: &Path) -> BTreeMap<String, OsString> {
        let variables: [(&str, &str); 7] = [
            ("CARGO_PKG_NAME", "demo-app"),
            ("CARGO_PKG_VERSION", "0.3.1"),
            ("TARGET", "x86_64-unknown-linux-gnu"),
            ("CARGO_CFG_TARGET_POINTER_WIDTH", "64"),
            ("NUM_JOBS", "2"),
            ("OPT_LEVEL", "0"),
            ("DEP_BESKID_RUNTIME_ABI", "2"),
        ];
        let mut environment: BTreeMap<String, OsString> =
            variables.map(|(name, value)| (name.to_owned(), value.into())).into();
        environment.insert("OUT_DIR".to_owned(), dir.join("out").into());
        environment.insert("CARGO_MANIFEST_DIR".to_owned(), dir.into());
        environment
    }

    /// What is read from an environment.
    pub(crate) fn read(environment: &BTreeMap<String, OsString>) -> Result<Cargo, Error> {
        Cargo::read(&|name| environment.get(name).cloned())
    }

    #[test]
    fn outside_cargo_the_first_missing_variable_is_named() {
        let error = read(&BTreeMap::new()).unwrap_err().to_string();
        assert!(error.contains("run by Cargo"), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn a_target_directory_that_is_not_utf8_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let mut environment = environment(Path::new("/demo"));
        environment.insert("OUT_DIR".to_owned(), OsString::from_vec(b"/t\xff/out".to_vec()));
        let error = read(&environment).unwrap_err().to_string();
        assert!(error.contains("OUT_DIR") && error.contains("move or rename it"), "{error}");
    }

    #[test]
    fn a_missing_path_is_never_watched() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("src")).unwrap();
        let cargo = read(&environment(dir.path())).unwrap();
        let mut directives = Directives::default();
        directives.watch(Path::new("src/net/http.bsk"), &cargo);
        directives.watch(Path::new("lost.bsk"), &cargo);
        assert_eq!(
            directives.lines(),
            ["cargo::rerun-if-changed=src", "cargo::rerun-if-changed=."]
        );
    }

    #[test]
    fn a_warning_of_two_lines_is_two_directives() {
        let mut directives = Directives::default();
        directives.warning("first\nsecond");
        assert_eq!(directives.lines(), ["cargo::warning=first", "cargo::warning=second"]);
    }
}
