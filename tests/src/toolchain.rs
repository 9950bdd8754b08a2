//! The programs under test, as Cargo builds them.
//!
//! Cargo gives a package the paths of its own binaries only, so the suites ask Cargo to build those
//! of the other packages: with the profile and target directory of the running test, in which
//! everything but the last link is there already.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::files::workspace_directory;

/// The built programs.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// The `beskid` command.
    pub beskid: PathBuf,
    /// The linker wrapper.
    pub wrapper: PathBuf,
    /// The runtime as a static library.
    pub runtime: PathBuf,
    /// The directory in which Rust keeps the linkers that it brings, for `-B` of a C compiler.
    pub rust_linkers: PathBuf,
}

/// The packages that the suites run.
const PACKAGES: [&str; 3] = ["beskid_cli", "beskid-link", "beskid-runtime"];

/// The programs, which are built at the first call.
///
/// # Panics
/// If they cannot be built.
pub fn toolchain() -> &'static Toolchain {
    static TOOLCHAIN: OnceLock<Result<Toolchain, String>> = OnceLock::new();
    match TOOLCHAIN.get_or_init(build) {
        Ok(toolchain) => toolchain,
        Err(problem) => panic!("{problem}"),
    }
}

/// Where Cargo puts what the running test belongs to.
struct Place {
    /// The target directory.
    root: PathBuf,
    /// The triple, if one was asked for.
    target: Option<String>,
    /// The directory of the profile.
    profile: String,
}

impl Place {
    /// Derives the place from the path of the running test: `ROOT[/TRIPLE]/PROFILE/deps/NAME`.
    fn of_this_process() -> Result<Place, String> {
        let test = std::env::current_exe().map_err(|error| error.to_string())?;
        // Cargo marks its target directories as caches.
        let root = test.ancestors().find(|path| path.join("CACHEDIR.TAG").is_file());
        let root = root.ok_or_else(|| format!("{} is in no target directory", test.display()))?;
        let inner = test.strip_prefix(root).map_err(|error| error.to_string())?;
        let parts: Vec<String> =
            inner.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let (target, profile) = match &parts[..] {
            [profile, deps, _] if deps == "deps" => (None, profile.clone()),
            [target, profile, deps, _] if deps == "deps" => (Some(target.clone()), profile.clone()),
            _ => return Err(format!("cannot tell the profile of {}", test.display())),
        };
        Ok(Place { root: root.to_owned(), target, profile })
    }

    fn directory(&self) -> PathBuf {
        let base = self.target.as_ref().map_or(self.root.clone(), |target| self.root.join(target));
        base.join(&self.profile)
    }

    /// The profile's name; the directory of `dev` is called `debug`.
    fn profile_name(&self) -> &str {
        if self.profile == "debug" { "dev" } else { &self.profile }
    }
}

fn build() -> Result<Toolchain, String> {
    let place = Place::of_this_process()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(workspace_directory()).args(["build", "--quiet"]);
    command.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
    command.arg("--profile").arg(place.profile_name()).arg("--target-dir").arg(&place.root);
    if let Some(target) = &place.target {
        command.arg("--target").arg(target);
    }
    let output = command.output().map_err(|error| format!("cannot start {command:?}: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed with {}:\n{stderr}", output.status));
    }
    let directory = place.directory();
    Ok(Toolchain {
        beskid: existing(&directory, "beskid")?,
        wrapper: existing(&directory, "beskid-link")?,
        runtime: existing(&directory, "libbeskid_runtime.a")?,
        rust_linkers: rust_linkers()?,
    })
}

fn rust_linkers() -> Result<PathBuf, String> {
    let printed = |what: &str| -> Result<String, String> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = Command::new(&rustc).args(["--print", what]).output();
        let output =
            output.map_err(|error| format!("cannot start {}: {error}", rustc.display()))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let directory =
        Path::new(&printed("sysroot")?).join("lib/rustlib").join(printed("host-tuple")?);
    existing(&directory.join("bin/gcc-ld"), "ld.lld")?;
    Ok(directory.join("bin/gcc-ld"))
}

fn existing(directory: &Path, name: &str) -> Result<PathBuf, String> {
    let path = directory.join(name);
    if path.is_file() { Ok(path) } else { Err(format!("Cargo did not make {}", path.display())) }
}
