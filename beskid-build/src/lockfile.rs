//! What Cargo resolved, for the error messages of the gate. Nothing here runs in a build that
//! succeeds.
//!
//! Advice is given only where the lock file supports it: if Cargo cannot be asked, or would have to
//! change the lock file, there are no notes.

use cargo_metadata::{Metadata, MetadataCommand, Package};

use crate::cargo::Cargo;

/// The `links` value of the runtime, by which it is known whatever the dependency is called.
const RUNTIME_LINKS: &str = "beskid_runtime";
/// The package of this crate.
const BUILD_PACKAGE: &str = env!("CARGO_PKG_NAME");

/// Notes on the versions that disagree, and who chose them.
pub(crate) fn versions(cargo: &Cargo) -> Vec<String> {
    let Some(metadata) = metadata(cargo) else { return Vec::new() };
    let runtime = metadata.packages.iter().filter(|package| is_runtime(package));
    let build = metadata.packages.iter().filter(|package| package.name == BUILD_PACKAGE);
    runtime.chain(build).map(|package| described(package, &metadata)).collect()
}

/// For a package that does not depend on the runtime itself: how the runtime gets into the program.
pub(crate) fn where_is_the_runtime(cargo: &Cargo) -> Option<String> {
    let metadata = metadata(cargo)?;
    let runtime = metadata.packages.iter().find(|package| is_runtime(package))?;
    let described = described(runtime, &metadata);
    Some(format!("{described}; Cargo tells its ABI version to packages that depend on it directly"))
}

fn is_runtime(package: &Package) -> bool {
    package.links.as_deref() == Some(RUNTIME_LINKS)
}

/// `Cargo.lock has beskid-runtime 0.2.0 (from …), required by demo-app, other`.
fn described(package: &Package, metadata: &Metadata) -> String {
    let Package { name, version, .. } = package;
    let place = match &package.source {
        Some(source) => source.to_string(),
        None => package.manifest_path.to_string(),
    };
    let mut text = format!("Cargo.lock has {name} {version} (from {place})");
    let dependents = dependents(package, metadata);
    if !dependents.is_empty() {
        text.push_str(&format!(", required by {}", dependents.join(", ")));
    }
    text
}

fn dependents<'a>(package: &Package, metadata: &'a Metadata) -> Vec<&'a str> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let depending = nodes.filter(|node| node.dependencies.contains(&package.id));
    depending.map(|node| metadata[&node.id].name.as_str()).collect()
}

/// Asks Cargo without network and without touching the lock file. The package of a build script
/// may lie in a read-only registry, where there is no lock file to speak of. Packages that only
/// other systems need have never been fetched, so Cargo is asked about the target alone.
fn metadata(cargo: &Cargo) -> Option<Metadata> {
    let mut command = MetadataCommand::new();
    command.manifest_path(cargo.manifest());
    let options = ["--offline", "--locked", "--filter-platform", &cargo.target];
    command.other_options(options.map(str::to_owned));
    match command.exec() {
        Ok(metadata) => Some(metadata),
        Err(error) => {
            cargo.log(format_args!("no advice from Cargo: {error}"));
            None
        }
    }
}
