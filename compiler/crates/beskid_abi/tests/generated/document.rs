//! `docs/abi.md`, written from the table and the layouts.

use std::fmt::Write as _;

use beskid_abi::layout::Layout;
use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, BuiltinSpec, Effect, LAYOUT_HASH, LAYOUTS, PanicKind,
};

use crate::spelling;

const HEAD: &str = "\
<!-- Generated from the table of beskid_abi by `BLESS=1 cargo test -p beskid_abi`. Do not edit. -->

# The runtime ABI

Compiled code calls the runtime through the functions below and through nothing else. All of them
use the platform's C convention, in the form through which a panic may pass (`C-unwind`). Every
argument is an integer: a pointer or `usize`
(`ptr`), or 64 bits (`i64`). A function is never changed, renamed or removed while the ABI revision
stays the same; functions are appended.

The effect says what a compiler may assume about a call:

";

pub(crate) fn render() -> String {
    let mut text = String::from(HEAD);
    effects(&mut text);
    write!(
        text,
        "\nThis is revision **{BESKID_RUNTIME_ABI_VERSION}**; the hash of its layouts is \
         `{LAYOUT_HASH:016x}`.\n\n## Functions\n\n"
    )
    .unwrap();
    overview(&mut text);
    BUILTIN_SPECS.iter().for_each(|spec| function(&mut text, spec));
    text.push_str("\n## Layouts\n");
    LAYOUTS.iter().for_each(|layout| structure(&mut text, layout));
    panics(&mut text);
    text
}

fn effects(text: &mut String) {
    text.push_str("| effect | collects | unwinds |\n|---|---|---|\n");
    for effect in Effect::ALL {
        let yes = |is: bool| if is { "may" } else { "no" };
        let (collects, unwinds) = (yes(effect.may_allocate()), yes(effect.may_unwind()));
        writeln!(text, "| {} | {collects} | {unwinds} |", effect.name()).unwrap();
    }
}

fn overview(text: &mut String) {
    text.push_str("| function | takes | gives | effect | since | signature |\n");
    text.push_str("|---|---|---|---|---|---|\n");
    for spec in BUILTIN_SPECS {
        let kinds: Vec<_> = spec.param_kinds.iter().map(|kind| kind.name()).collect();
        let (name, ret, effect) = (spec.name, spec.ret.name(), spec.effect.name());
        let (since, hash) = (spec.since, spec.signature_hash());
        writeln!(
            text,
            "| `{name}` | {} | {ret} | {effect} | {since} | `{hash:016x}` |",
            kinds.join(", ")
        )
        .unwrap();
    }
}

fn function(text: &mut String, spec: &BuiltinSpec) {
    let params: Vec<_> =
        spec.params.iter().map(|p| format!("{}: {}", p.name, spelling(p.ty))).collect();
    write!(text, "\n### {}\n\n```rust\n", spec.name).unwrap();
    write!(text, "{}({}) -> {}\n```\n\n", spec.symbol, params.join(", "), spelling(spec.ret_ty))
        .unwrap();
    paragraph(text, spec.doc);
    if let Some(signature) = spec.source {
        write!(text, "\nIn Beskid sources: `{} : {signature}`.\n", spec.source_name).unwrap();
    }
}

fn structure(text: &mut String, layout: &Layout) {
    write!(text, "\n### {}\n\n", layout.name).unwrap();
    paragraph(text, layout.doc);
    write!(text, "\n{} bytes, aligned to {}.\n\n", layout.size, layout.align).unwrap();
    text.push_str("| offset | field | type | |\n|---|---|---|---|\n");
    for field in layout.fields {
        let doc = field.doc.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        writeln!(
            text,
            "| {} | `{}` | `{}` | {doc} |",
            field.offset,
            field.name,
            spelling(field.ty)
        )
        .unwrap();
    }
}

fn panics(text: &mut String) {
    text.push_str("\n## Panics of inline checks\n\n| number | message |\n|---|---|\n");
    for kind in PanicKind::ALL {
        writeln!(text, "| {} | {} |", kind.code(), kind.template()).unwrap();
    }
}

fn paragraph(text: &mut String, doc: &str) {
    doc.lines().for_each(|line| writeln!(text, "{}", line.trim()).unwrap());
}
