//! The table of runtime functions, for people and for programs.

use std::fmt::Write as _;

use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, BuiltinSpec, LAYOUT_HASH, LAYOUTS,
    RUNTIME_ACCEPTED_VERSIONS,
};
use beskid_link::json::{array, hex, object, string};

/// The table, for people or as JSON.
pub(crate) fn render(is_json: bool) -> String {
    if is_json { json() } else { table() }
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
    let layouts = LAYOUTS.iter().map(|layout| {
        let fields = layout.fields.iter().map(|field| {
            object(&[("name", string(field.name)), ("offset", field.offset.to_string())])
        });
        object(&[
            ("name", string(layout.name)),
            ("size", layout.size.to_string()),
            ("align", layout.align.to_string()),
            ("fields", array(fields)),
        ])
    });
    let accepted = RUNTIME_ACCEPTED_VERSIONS.iter().map(u32::to_string);
    let document = object(&[
        ("abi_version", BESKID_RUNTIME_ABI_VERSION.to_string()),
        ("accepts", array(accepted)),
        ("layout_hash", hex(LAYOUT_HASH)),
        ("functions", array(BUILTIN_SPECS.iter().map(function_json))),
        ("layouts", array(layouts)),
    ]);
    document + "\n"
}

fn function_json(spec: &BuiltinSpec) -> String {
    let params = spec
        .params
        .iter()
        .map(|param| object(&[("name", string(param.name)), ("kind", string(param.kind.name()))]));
    object(&[
        ("name", string(spec.name)),
        ("symbol", string(spec.symbol)),
        ("params", array(params)),
        ("result", string(spec.ret.name())),
        ("effect", string(spec.effect.name())),
        ("since", spec.since.to_string()),
        ("signature_hash", hex(spec.signature_hash())),
    ])
}
