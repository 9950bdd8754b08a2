//! Names of foreign libraries, as `[Extern]` contracts write them and as linkers and loaders want
//! them.

use std::collections::BTreeSet;

use crate::typed::Program;

/// A library that a program's foreign functions live in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LibraryName {
    /// The C library, which every link has anyway.
    C,
    /// Functions that the host program itself defines.
    Host,
    /// A library that the linker finds by its short name.
    Named(String),
    /// A file.
    Path(String),
}

/// The `Library` argument of functions that the host program defines.
const HOST: &str = "host";

impl LibraryName {
    /// Reads the `Library` argument: `"libc"`, `"m"`, `"libz.so.1"` or a path.
    pub fn parse(name: &str) -> LibraryName {
        if name.contains('/') {
            return LibraryName::Path(name.to_owned());
        }
        let stem = name.strip_prefix("lib").unwrap_or(name);
        let stem = [".so", ".a", ".dylib"].iter().fold(stem, |stem, suffix| {
            match stem.split_once(suffix) {
                Some((short, rest)) if rest.is_empty() || rest.starts_with('.') => short,
                _ => stem,
            }
        });
        match stem {
            "c" => LibraryName::C,
            HOST => LibraryName::Host,
            short => LibraryName::Named(short.to_owned()),
        }
    }

    /// File names under which a loader may find the library, the most likely one first: the name
    /// for development, which can be a script that only linkers read, then versioned names.
    pub fn file_names(&self) -> Vec<String> {
        match self {
            LibraryName::C | LibraryName::Host => Vec::new(),
            LibraryName::Path(path) => vec![path.clone()],
            LibraryName::Named(name) => {
                let plain = format!("lib{name}.so");
                let versioned = (0..10).rev().map(|version| format!("{plain}.{version}"));
                std::iter::once(plain.clone()).chain(versioned).collect()
            }
        }
    }

    /// The argument for a C-style linker driver, if the link needs one.
    pub fn link_argument(&self) -> Option<String> {
        match self {
            LibraryName::C | LibraryName::Host => None,
            LibraryName::Named(name) => Some(format!("-l{name}")),
            LibraryName::Path(path) => Some(path.clone()),
        }
    }
}

/// The libraries of all foreign functions that a program calls, in a fixed order.
pub fn link_libraries(program: &Program) -> Vec<LibraryName> {
    let names: BTreeSet<LibraryName> =
        program.externs.iter().map(|function| LibraryName::parse(&function.library)).collect();
    names.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_library_are_equal() {
        for name in ["c", "libc", "libc.so.6", "libc.a"] {
            assert_eq!(LibraryName::parse(name), LibraryName::C, "{name}");
        }
        for name in ["z", "libz", "libz.so", "libz.so.1.2"] {
            assert_eq!(LibraryName::parse(name), LibraryName::Named("z".into()), "{name}");
        }
        assert_eq!(LibraryName::parse("./libz.a"), LibraryName::Path("./libz.a".into()));
    }
}
