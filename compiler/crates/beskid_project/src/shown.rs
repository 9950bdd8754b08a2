//! How paths are shown: relative to the project, with `/` on every system.
//!
//! Shown paths end up in objects (panics name their place), so they must not depend on the
//! directory in which a project happens to stand.

use std::path::{Component, Path, PathBuf};

/// Shows paths below one source root.
#[derive(Clone, Debug)]
pub(crate) struct ShownPaths {
    /// The source root as shown: empty, or ending in `/`.
    prefix: String,
}

impl ShownPaths {
    /// For the source root `root` of the project in `project_root`. A source root outside of the
    /// project is shown as it was given if that is relative, and not at all if it is absolute.
    pub(crate) fn new(root: &Path, project_root: &Path) -> Self {
        let inside = normal(root).strip_prefix(normal(project_root)).ok().map(slashed);
        let prefix = match inside {
            Some(prefix) => prefix,
            None if root.is_relative() => slashed(root),
            None => String::new(),
        };
        Self { prefix }
    }

    /// The path `below` the source root, as shown.
    pub(crate) fn show(&self, below: &str) -> String {
        format!("{}{below}", self.prefix)
    }
}

/// The absolute path without `.` and `..`. Links are not followed: the path is for people.
fn normal(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                normal.push(component);
            }
        }
    }
    normal
}

/// The components with `/` after each.
fn slashed(path: impl AsRef<Path>) -> String {
    let components = path.as_ref().components().filter(|it| *it != Component::CurDir);
    components.map(|it| format!("{}/", it.as_os_str().to_string_lossy())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(root: &str, project_root: &str) -> String {
        ShownPaths::new(Path::new(root), Path::new(project_root)).show("a/b.bsk")
    }

    #[test]
    fn paths_are_relative_to_the_project() {
        assert_eq!(shown("/home/app/src", "/home/app"), "src/a/b.bsk");
        assert_eq!(shown("/home/app", "/home/app/"), "a/b.bsk");
        assert_eq!(shown("/home/app/tests/../src", "/home/app"), "src/a/b.bsk");
        assert_eq!(shown("src", "."), "src/a/b.bsk");
        assert_eq!(shown("", "."), "a/b.bsk");
    }

    #[test]
    fn paths_outside_do_not_reveal_the_machine() {
        assert_eq!(shown("/elsewhere/src", "/home/app"), "a/b.bsk");
        assert_eq!(shown("../sibling", "/no/such/project"), "../sibling/a/b.bsk");
    }
}
