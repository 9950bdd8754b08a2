//! Shows records to people and to programs.

use std::fmt::Write as _;

use beskid_abi::Evidence;
use beskid_abi::record::{Record, RecordKind, RuntimeSymbol};

use crate::json::{array, hex, object, string};
use crate::scan::{Content, Found, Scan};

/// Writes everything that a scan found as text for people.
#[must_use]
pub fn render_text(scan: &Scan) -> String {
    let mut text = String::new();
    for found in &scan.found {
        let _ = writeln!(text, "{}", found.place());
        match found.record() {
            Some(record) => record_text(&mut text, &record),
            None => line(&mut text, &problem(found)),
        }
    }
    for path in &scan.empty_archives {
        let _ = writeln!(text, "{}\n  an archive without members", path.display());
    }
    if scan.bitcode_count > 0 {
        let _ = writeln!(text, "{} members hold bitcode, which has no records", scan.bitcode_count);
    }
    if scan.found.is_empty() {
        text.push_str("no Beskid record\n");
    }
    text
}

fn line(text: &mut String, content: &str) {
    let _ = writeln!(text, "  {content}");
}

fn record_text(text: &mut String, record: &Record<'_>) {
    let identity = record.identity();
    match identity.kind {
        RecordKind::Object => {
            let (module, source) = (identity.module, identity.source);
            let from = if source.is_empty() { "" } else { ", from " };
            line(text, &format!("object of module {module}{from}{source}"));
            line(text, &format!("requires runtime ABI {}", identity.abi_version));
        }
        RecordKind::Runtime => {
            let accepted: Vec<_> = record.accepted_versions().map(|v| v.to_string()).collect();
            line(text, &format!("runtime {}", identity.module));
            line(
                text,
                &format!("provides ABI {}, accepts {}", identity.abi_version, accepted.join(", ")),
            );
        }
    }
    let (target, width) = (identity.target, identity.pointer_width);
    line(text, &format!("built by {} for {target} ({width}-bit)", identity.producer));
    line(
        text,
        &format!("panics {}, layouts {:016x}", identity.unwind.name(), identity.layout_hash),
    );
    for import in record.imports() {
        line(text, &format!("imports {}: {}", import.symbol, import.signature));
    }
    for export in record.exports() {
        line(text, &format!("exports {}: {}", export.symbol, export.signature));
    }
    for symbol in record.externs() {
        line(text, &format!("calls {} of {}: {}", symbol.symbol, symbol.library, symbol.signature));
    }
    for function in record.functions() {
        line(text, &format!("offers {}: {}", function.symbol, function.signature));
    }
}

fn problem(found: &Found) -> String {
    match &found.content {
        Content::MissingRecord { import } => format!("refers to {import} without an ABI record"),
        Content::RuntimeWithoutRecord => "a runtime without an ABI record".to_owned(),
        Content::Unreadable(error) => error.to_string(),
        Content::Record(_) => match found.evidence() {
            Evidence::Unreadable(error) => error.to_string(),
            Evidence::Record(_) | Evidence::Missing { .. } => String::new(),
        },
    }
}

/// Writes everything that a scan found as JSON: an array with one object per place.
///
/// Hashes are strings of hexadecimal digits, because JSON's numbers do not hold 64 bits.
#[must_use]
pub fn render_json(scan: &Scan) -> String {
    let places: Vec<_> = scan.found.iter().map(found_json).collect();
    format!("[{}]\n", places.join(","))
}

fn found_json(found: &Found) -> String {
    let members: Vec<_> = found.members.iter().map(|member| string(member)).collect();
    let mut fields = vec![
        ("file", string(&found.file.to_string_lossy())),
        ("members", format!("[{}]", members.join(","))),
    ];
    match found.record() {
        Some(record) => fields.extend(record_json(&record)),
        None => fields.push(("error", string(&problem(found)))),
    }
    object(&fields)
}

fn record_json(record: &Record<'_>) -> Vec<(&'static str, String)> {
    let identity = record.identity();
    let kind = match identity.kind {
        RecordKind::Object => "object",
        RecordKind::Runtime => "runtime",
    };
    let accepted: Vec<_> = record.accepted_versions().map(|version| version.to_string()).collect();
    let symbol = |entry: RuntimeSymbol| {
        let signature = string(&entry.signature.to_string());
        let hash = hex(entry.signature_hash());
        object(&[("symbol", string(&entry.symbol)), ("signature", signature), ("hash", hash)])
    };
    let externs = record.externs().map(|entry| {
        let (library, signature) = (string(entry.library), string(entry.signature));
        object(&[("symbol", string(entry.symbol)), ("library", library), ("signature", signature)])
    });
    let functions = record.functions().map(|entry| {
        object(&[("symbol", string(entry.symbol)), ("signature", string(entry.signature))])
    });
    vec![
        ("kind", string(kind)),
        ("abi_version", identity.abi_version.to_string()),
        ("accepted_versions", format!("[{}]", accepted.join(","))),
        ("target", string(identity.target)),
        ("pointer_width", identity.pointer_width.to_string()),
        ("layout_hash", hex(identity.layout_hash)),
        ("unwind", string(identity.unwind.name())),
        ("producer", string(identity.producer)),
        ("module", string(identity.module)),
        ("source", string(identity.source)),
        ("source_hash", hex(identity.source_hash)),
        ("imports", array(record.imports().map(symbol))),
        ("exports", array(record.exports().map(symbol))),
        ("externs", array(externs)),
        ("functions", array(functions)),
    ]
}
