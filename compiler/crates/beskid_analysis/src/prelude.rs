//! Names that every module knows without importing them, after everything else (reference 21.1).

/// A type of the prelude: its name, and the path of the library module that declares it.
const TYPES: [(&str, [&str; 2]); 2] =
    [("Option", ["Core", "Optional"]), ("Result", ["Core", "Results"])];

/// The library module that declares a type of the prelude.
pub(crate) fn module_of(name: &str) -> Option<[&'static str; 2]> {
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, path)| *path)
}

/// The names of the prelude.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}
