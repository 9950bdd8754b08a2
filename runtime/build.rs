//! Writes the runtime's ABI record: as a note that the library carries, and as metadata for the
//! build scripts of dependent packages.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use beskid_abi::record::{UnwindMode, write_runtime_record};
use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH, RUNTIME_ACCEPTED_VERSIONS, guard_symbol, note,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out_dir = env::var("OUT_DIR")?;
    let out_dir = Path::new(&out_dir);
    let record = runtime_record()?;
    let mut note = Vec::new();
    note::write(&mut note, &record)?;
    let record_path = out_dir.join("runtime.record");
    fs::write(&record_path, &record)?;
    fs::write(out_dir.join("runtime.note"), &note)?;
    fs::write(out_dir.join("guards.rs"), guards(note.len())?)?;
    print_metadata(&record_path);
    Ok(())
}

fn runtime_record() -> Result<Vec<u8>, Box<dyn Error>> {
    let unwind = match env::var("CARGO_CFG_PANIC").as_deref() {
        Ok("abort") => UnwindMode::Abort,
        Ok(_) | Err(_) => UnwindMode::Unwind,
    };
    let pointer_width = env::var("CARGO_CFG_TARGET_POINTER_WIDTH")?.parse()?;
    let producer = format!("{} {}", env::var("CARGO_PKG_NAME")?, env::var("CARGO_PKG_VERSION")?);
    let mut record = Vec::new();
    write_runtime_record(&mut record, &env::var("TARGET")?, pointer_width, unwind, &producer)?;
    Ok(record)
}

/// One static for each accepted ABI version. An object refers to the one that it requires, and
/// the linker thereby pulls in the note, because the static is the note.
fn guards(note_len: usize) -> Result<String, std::fmt::Error> {
    let mut code = String::new();
    for version in RUNTIME_ACCEPTED_VERSIONS {
        let symbol = guard_symbol(*version);
        let section = note::SECTION;
        writeln!(
            code,
            "#[unsafe(export_name = \"{symbol}\")]\n\
             #[unsafe(link_section = \"{section}\")]\n\
             static GUARD_{version}: Note<{note_len}> = Note(*NOTE);",
        )?;
    }
    writeln!(
        code,
        "const NOTE: &[u8; {note_len}] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/runtime.note\"));\n\
         static OWN: &Note<{note_len}> = &GUARD_{BESKID_RUNTIME_ABI_VERSION};",
    )?;
    Ok(code)
}

/// Dependent build scripts see these as `DEP_BESKID_RUNTIME_…`.
fn print_metadata(record: &Path) {
    let accepted: Vec<String> = RUNTIME_ACCEPTED_VERSIONS.iter().map(u32::to_string).collect();
    println!("cargo::metadata=ABI={BESKID_RUNTIME_ABI_VERSION}");
    println!("cargo::metadata=ACCEPTS={}", accepted.join(","));
    println!("cargo::metadata=VERSION={}", env!("CARGO_PKG_VERSION"));
    println!("cargo::metadata=LAYOUT_HASH={LAYOUT_HASH:016x}");
    println!("cargo::metadata=RECORD={}", record.display());
}
