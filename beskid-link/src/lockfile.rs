//! Reads the versions of the Beskid packages from a project's `Cargo.lock`, for the advice beside a
//! refusal.
//!
//! It reads the two lines of each package that it needs and nothing else of the format.

use std::path::Path;

/// Says which Beskid packages the lock file of the project in `directory` holds, if there is one.
/// The file is looked for in the directory and above, as Cargo does.
#[must_use]
pub fn locked_versions(directory: &Path) -> Option<String> {
    let paths = directory.ancestors().map(|parent| parent.join("Cargo.lock"));
    let (path, text) = paths
        .filter_map(|path| Some((path.clone(), std::fs::read_to_string(path).ok()?)))
        .next()?;
    let packages = beskid_packages(&text);
    if packages.is_empty() {
        return None;
    }
    Some(format!("{} has {}", path.display(), packages.join(", ")))
}

fn beskid_packages(text: &str) -> Vec<String> {
    let value = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')?;
        Some(value.to_owned())
    };
    let lines = text.lines().zip(text.lines().skip(1));
    let packages = lines
        .filter_map(|(name, version)| Some((value(name, "name")?, value(version, "version")?)));
    let is_ours = |(name, _): &(String, String)| name == "beskid-build" || name == "beskid-runtime";
    packages.filter(is_ours).map(|(name, version)| format!("{name} {version}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beskid_packages_of_a_lock_file_are_found() {
        let text = "version = 4\n\n[[package]]\nname = \"beskid-build\"\nversion = \"0.4.1\"\n\
            dependencies = [\n \"beskid_aot\",\n]\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\n\
            [[package]]\nname = \"beskid-runtime\"\nversion = \"0.6.0\"\n";
        assert_eq!(beskid_packages(text), ["beskid-build 0.4.1", "beskid-runtime 0.6.0"]);
        assert!(beskid_packages("name = \"beskid-build\"").is_empty());
    }
}
