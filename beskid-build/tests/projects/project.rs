//! A Cargo project of its own, which depends on this workspace by path.
//!
//! All projects share the target directory of the workspace, so that the code generator is compiled
//! once for all of them. There, Cargo tells packages apart by their names and versions and by where
//! they are in their own workspace, so packages of different projects need different names.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cargo_metadata::Message;

/// The one line of most build scripts.
const BUILD_SCRIPT: &str = "fn main() { beskid_build::compile(\"src/main.bsk\"); }\n";

/// A project on disk.
pub(crate) struct Project {
    name: String,
    dir: PathBuf,
}

impl Project {
    /// A project whose package depends on the runtime and on this crate.
    pub(crate) fn new(name: &str) -> Project {
        Project::at(name, name)
    }

    /// Like [`Project::new`], in the directory `dir`.
    pub(crate) fn at(name: &str, dir: &str) -> Project {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects").join(dir);
        if dir.exists() {
            fs::remove_dir_all(&dir).unwrap();
        }
        let project = Project { name: name.to_owned(), dir };
        project.write("Cargo.toml", &project.manifest(&workspace().join("runtime")));
        project.write("build.rs", BUILD_SCRIPT);
        // The versions that the workspace has are on this machine already.
        let lock = fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
        project.write("Cargo.lock", &lock);
        project
    }

    /// A manifest with the runtime in another directory.
    pub(crate) fn manifest(&self, runtime: &Path) -> String {
        let (name, workspace) = (&self.name, workspace());
        format!(
            r#"[workspace]

[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[dependencies]
beskid-runtime = {{ path = "{}" }}

[build-dependencies]
beskid-build = {{ path = "{}/beskid-build" }}

# As in the workspace, so that nothing is compiled twice.
[profile.dev]
debug = "line-tables-only"

[profile.dev.package.beskid-runtime]
opt-level = 3
"#,
            runtime.display(),
            workspace.display(),
        )
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a file, and the directories above it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds text to a file.
    pub(crate) fn append(&self, path: &str, text: &str) {
        let old = fs::read_to_string(self.dir.join(path)).unwrap();
        self.write(path, &format!("{old}{text}"));
    }

    /// Runs Cargo with variables in its environment.
    pub(crate) fn cargo_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).args(["--offline", "--target-dir"]).arg(target_dir());
        command.current_dir(&self.dir).envs(variables.iter().copied());
        command.output().unwrap()
    }

    /// Runs the program; it must build and succeed. Gives what it prints.
    pub(crate) fn run(&self) -> String {
        let output = self.cargo_with(&["run", "--quiet"], &[]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Builds; it must fail. Gives what the user sees.
    pub(crate) fn build_fails(&self, variables: &[(&str, &str)]) -> String {
        let output = self.cargo_with(&["build"], variables);
        assert!(!output.status.success(), "the build succeeded");
        text(&output.stderr)
    }

    /// Builds or checks; it must succeed. Gives what Cargo says about this package.
    pub(crate) fn messages(&self, command: &str, variables: &[(&str, &str)]) -> Messages {
        let output = self.cargo_with(&[command, "--message-format=json"], variables);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let messages = Message::parse_stream(&output.stdout[..]).map(Result::unwrap);
        let messages = messages.collect();
        Messages { name: self.name.clone(), manifest: self.dir.join("Cargo.toml"), messages }
    }
}

/// What Cargo says in JSON.
pub(crate) struct Messages {
    name: String,
    manifest: PathBuf,
    messages: Vec<Message>,
}

impl Messages {
    /// Whether the program did not have to be compiled again.
    pub(crate) fn is_fresh(&self) -> bool {
        let artifacts = self.messages.iter().filter_map(|message| {
            let Message::CompilerArtifact(it) = message else { return None };
            (it.manifest_path == self.manifest).then_some(it.fresh)
        });
        let artifacts: Vec<bool> = artifacts.collect();
        assert!(!artifacts.is_empty(), "Cargo does not mention {}", self.name);
        !artifacts.contains(&false)
    }

    /// The directory of the package's generated files.
    pub(crate) fn generated_dir(&self) -> PathBuf {
        let part = format!("/build/{}-", self.name);
        let mut dirs = self.messages.iter().filter_map(|message| {
            let Message::BuildScriptExecuted(it) = message else { return None };
            it.out_dir.as_str().contains(&part).then_some(&it.out_dir)
        });
        dirs.next().unwrap().join("beskid").into()
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn target_dir() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}
