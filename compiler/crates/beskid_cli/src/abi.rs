//! `beskid abi`: the table of runtime functions, for people and for programs.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, BuiltinSpec, LAYOUT_HASH, LAYOUTS,
    RUNTIME_ACCEPTED_VERSIONS,
};
use clap::Args;

/// The command line of `beskid abi`.
#[derive(Args)]
pub(crate) struct AbiArgs {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the table.
pub(crate) fn print(args: &AbiArgs) -> anyhow::Result<ExitCode> {
    let text = if args.json { json() } else { table() };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn table() -> String {
    let mut text = format!(
        "runtime ABI {BESKID_RUNTIME_ABI_VERSION}, accepts {RUNTIME_ACCEPTED_VERSIONS:?}, layout \
         {LAYOUT_HASH:016x}, {} functions\n",
        BUILTIN_SPECS.len()
    );
    let width = BUILTIN_SPECS.iter().map(|spec| spec.symbol.len()).max().unwrap_or(0);
    for spec in BUILTIN_SPECS {
        let signature = signature(spec);
        let effect = spec.effect.name();
        let since = spec.since;
        let _ =
            writeln!(text, "{:width$}  {signature:<38} {effect:<10} since {since}", spec.symbol);
    }
    text
}

fn signature(spec: &BuiltinSpec) -> String {
    let params: Vec<String> =
        spec.params.iter().map(|param| format!("{}: {}", param.name, param.kind.name())).collect();
    format!("({}) -> {}", params.join(", "), spec.ret.name())
}

fn json() -> String {
    let functions: Vec<String> = BUILTIN_SPECS.iter().map(function_json).collect();
    let layouts: Vec<String> = LAYOUTS
        .iter()
        .map(|layout| {
            let fields: Vec<String> = layout
                .fields
                .iter()
                .map(|field| {
                    format!("{{\"name\":{},\"offset\":{}}}", quoted(field.name), field.offset)
                })
                .collect();
            format!(
                "{{\"name\":{},\"size\":{},\"align\":{},\"fields\":[{}]}}",
                quoted(layout.name),
                layout.size,
                layout.align,
                fields.join(",")
            )
        })
        .collect();
    format!(
        "{{\"abi_version\":{BESKID_RUNTIME_ABI_VERSION},\"accepts\":{RUNTIME_ACCEPTED_VERSIONS:?},\
         \"layout_hash\":\"{LAYOUT_HASH:016x}\",\"functions\":[{}],\"layouts\":[{}]}}\n",
        functions.join(","),
        layouts.join(",")
    )
}

fn function_json(spec: &BuiltinSpec) -> String {
    let params: Vec<String> = spec
        .params
        .iter()
        .map(|param| {
            format!("{{\"name\":{},\"kind\":{}}}", quoted(param.name), quoted(param.kind.name()))
        })
        .collect();
    format!(
        "{{\"name\":{},\"symbol\":{},\"params\":[{}],\"result\":{},\"effect\":{},\"since\":{},\
         \"signature_hash\":\"{:016x}\"}}",
        quoted(spec.name),
        quoted(spec.symbol),
        params.join(","),
        quoted(spec.ret.name()),
        quoted(spec.effect.name()),
        spec.since,
        spec.function.signature_hash()
    )
}

/// A JSON string. The table holds identifiers only, so nothing needs an escape.
fn quoted(identifier: &str) -> String {
    format!("\"{identifier}\"")
}
