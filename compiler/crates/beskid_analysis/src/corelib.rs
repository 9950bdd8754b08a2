//! The core library: Beskid sources that travel inside the compiler.
//!
//! Its modules are found after those of the program, and only those that a program mentions are
//! parsed.

use crate::loader::MemoryLoader;

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        /// Path below the library's root, and text, of every file.
        pub const CORELIB_FILES: &[(&str, &str)] =
            &[$(($path, include_str!(concat!("../../../corelib/", $path)))),*];
    };
}

embedded![
    "Collections/Array.bsk",
    "Collections/List.bsk",
    "Collections/Map.bsk",
    "Collections/Queue.bsk",
    "Collections/Set.bsk",
    "Collections/Stack.bsk",
    "Core/Bits.bsk",
    "Core/Bytes/Convert.bsk",
    "Core/Bytes/Slice.bsk",
    "Core/Encoding/Base64.bsk",
    "Core/Encoding/Hex.bsk",
    "Core/Encoding/Utf8.bsk",
    "Core/Environment.bsk",
    "Core/Error.bsk",
    "Core/FS.bsk",
    "Core/Input.bsk",
    "Core/Math.bsk",
    "Core/Optional.bsk",
    "Core/Output.bsk",
    "Core/Path.bsk",
    "Core/Process.bsk",
    "Core/Results.bsk",
    "Core/String.bsk",
    "Core/Syscall.bsk",
    "Core/Time.bsk",
    "Query.bsk",
    "System/IO.bsk",
    "Testing/Assert.bsk"
];

/// What stands before the paths of library files in messages.
const SHOWN_PREFIX: &str = "<core>/";

/// A loader of the embedded files.
pub(crate) fn loader() -> MemoryLoader {
    let mut loader = MemoryLoader::with_prefix(SHOWN_PREFIX);
    for &(path, text) in CORELIB_FILES {
        loader.add(path, text);
    }
    loader
}
