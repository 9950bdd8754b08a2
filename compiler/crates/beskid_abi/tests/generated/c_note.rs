//! The note in the C header: every C object that includes it carries a record and a guard, as a Beskid
//! object does, so that the same gates look at it.
//!
//! The record lists everything that the header declares, because a header cannot know what is called.
//! Its bytes are written by the same writer as all records; only the target is left to the C
//! compiler, which alone knows it.

use std::fmt::Write as _;

use beskid_abi::record::{Identity, RecordKind, UnwindMode, Writer};
use beskid_abi::report::C_HEADER;
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH, RuntimeFn, guard_symbol, note};

/// Stands for the target in the record.
const PLACEHOLDER: &str = "@TARGET@";

/// Bytes of a record up to its length.
const LENGTH_OFFSET: usize = 4;

/// Bytes of a length.
const LENGTH_LEN: usize = 4;

const HEAD: &str = "
/* What this file is compiled for. The runtime and this header serve 64-bit Linux so far; elsewhere the
 * object could not say which runtime it needs, and would be linked with any. */
#if !defined(__GNUC__) || !defined(__ELF__) || !defined(__linux__) || defined(__ILP32__)
#error \"beskid_runtime.h needs GCC or Clang and 64-bit Linux\"
#elif defined(__x86_64__)
#define BESKID_ARCHITECTURE \"x86_64\"
#elif defined(__aarch64__)
#define BESKID_ARCHITECTURE \"aarch64\"
#else
#error \"beskid_runtime.h needs x86-64 or aarch64\"
#endif
#ifdef __GLIBC__
#define BESKID_TARGET BESKID_ARCHITECTURE \"-unknown-linux-gnu\"
#else
#define BESKID_TARGET BESKID_ARCHITECTURE \"-unknown-linux-musl\"
#endif

/* The ABI record of the object that this header is compiled into, behind a reference to a symbol that
 * only a fitting runtime defines: with any other runtime, the object does not link. */
__asm__(
";

pub(crate) fn render() -> String {
    let record = record();
    let target = find(&record, PLACEHOLDER.as_bytes());
    let mut text = String::from(HEAD);
    let guard = guard_symbol(BESKID_RUNTIME_ABI_VERSION);
    let section = note::SECTION;
    line(&mut text, &format!(".pushsection {section},\\\"a\\\",%note"));
    line(&mut text, &format!(".hidden {guard}"));
    line(&mut text, &format!(".balign {}", note::ALIGN));
    line(&mut text, &format!(".long {}, 3f - 1f, {}", note::NAME.len() + 1, note::TYPE));
    line(&mut text, &format!(".asciz \\\"{}\\\"", note::NAME));
    line(&mut text, &format!(".balign {}", note::ALIGN));
    line(&mut text, &format!("1: .long {guard} - ."));
    ascii(&mut text, "2: ", &record[..LENGTH_OFFSET]);
    line(&mut text, ".long 3f - 2b");
    ascii(&mut text, "", &record[LENGTH_OFFSET + LENGTH_LEN..target - LENGTH_LEN]);
    line(&mut text, ".long 5f - 4f");
    text.push_str("    \"4: .ascii \\\"\" BESKID_TARGET \"\\\"\\n\"\n");
    line(&mut text, "5:");
    let rest = &record[target + PLACEHOLDER.len()..];
    rest.chunks(LINE_BYTES).for_each(|chunk| ascii(&mut text, "", chunk));
    line(&mut text, "3:");
    line(&mut text, &format!(".balign {}", note::ALIGN));
    line(&mut text, ".popsection");
    text + ");\n"
}

/// The record of a C object.
fn record() -> Vec<u8> {
    let producer = format!("{C_HEADER} {}", env!("CARGO_PKG_VERSION"));
    let identity = Identity {
        kind: RecordKind::Object,
        abi_version: BESKID_RUNTIME_ABI_VERSION,
        target: PLACEHOLDER,
        pointer_width: 64,
        layout_hash: LAYOUT_HASH,
        unwind: UnwindMode::Unwind,
        producer: &producer,
        module: "C host",
        source: "",
        source_hash: 0,
    };
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, &identity).unwrap();
    RuntimeFn::ALL.iter().for_each(|function| writer.import(*function).unwrap());
    writer.finish().unwrap();
    bytes
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|window| window == part).unwrap()
}

/// Bytes of a record in one line of the header.
const LINE_BYTES: usize = 40;

/// One line of assembly in a C string; what must be escaped there is escaped already.
fn line(text: &mut String, assembly: &str) {
    writeln!(text, "    \"{assembly}\\n\"").unwrap();
}

fn ascii(text: &mut String, label: &str, bytes: &[u8]) {
    let shown: String = bytes.iter().map(|byte| escaped(*byte)).collect();
    line(text, &format!("{label}.ascii \\\"{shown}\\\""));
}

/// A byte of an assembler's string within a string of C. The assembler reads at most three octal
/// digits, so three always stand there.
fn escaped(byte: u8) -> String {
    match byte {
        b'"' | b'\\' | b'?' => format!("\\\\{byte:03o}"),
        byte if byte.is_ascii_graphic() => char::from(byte).to_string(),
        byte => format!("\\\\{byte:03o}"),
    }
}
