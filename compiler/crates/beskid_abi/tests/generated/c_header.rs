//! The C header of the runtime, written from the table and the layouts.

use std::fmt::Write as _;

use beskid_abi::{
    BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS, BuiltinSpec, LAYOUTS, MainResult, PanicKind,
};

use crate::{c_note, spelling};

pub(crate) const PATH: &str = "runtime/include/beskid_runtime.h";

const HEAD: &str = "\
/* The runtime of Beskid, for C hosts. Generated from the table of beskid_abi; do not edit.
 *
 * `beskid build --lib` writes a header with a function for each exported function of a module. Those
 * functions and the beskid_rt_host_... functions are what a host calls: they never unwind, and what
 * they return lives until beskid_rt_host_release. The other functions are for compiled code: many
 * unwind on a panic, and what they return may be collected at the next allocation.
 *
 * Strings and arrays belong to the thread that made them. The heap does not move them.
 *
 * Include this header in every C or C++ file that calls the runtime. It puts a record of what the
 * object needs into the object; without it, a wrong runtime would be noticed too late or never.
 */
#ifndef BESKID_RUNTIME_H
#define BESKID_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BESKID_NORETURN [[noreturn]]
#define BESKID_ASSERT(condition, text) static_assert(condition, text)
#define BESKID_SLOT alignas(8)
extern \"C\" {
#else
#define BESKID_NORETURN _Noreturn
#define BESKID_ASSERT(condition, text) _Static_assert(condition, text)
#define BESKID_SLOT _Alignas(8)
#endif
";

const FOOT: &str = "
#ifdef __cplusplus
}
#endif

#endif
";

pub(crate) fn render() -> String {
    let mut text = String::from(HEAD);
    write!(
        text,
        "\n/* The ABI revision that this header describes. */\n\
         #define BESKID_RUNTIME_ABI_VERSION {BESKID_RUNTIME_ABI_VERSION}\n"
    )
    .unwrap();
    text.push_str(&c_note::render());
    text.push('\n');
    constants(&mut text);
    structs(&mut text);
    BUILTIN_SPECS.iter().for_each(|spec| function(&mut text, spec));
    text + FOOT
}

fn constants(text: &mut String) {
    text.push_str("/* Why an inline check failed: the first argument of panic_check. */\nenum {\n");
    for kind in PanicKind::ALL {
        let name = upper_snake(&format!("{kind:?}"));
        writeln!(text, "    BESKID_PANIC_{name} = {}, /* {} */", kind.code(), kind.template())
            .unwrap();
    }
    text.push_str("};\n\n/* What main returns: the last argument of process_start. */\nenum {\n");
    for kind in MainResult::ALL {
        let name = upper_snake(&format!("{kind:?}"));
        writeln!(text, "    BESKID_MAIN_{name} = {},", *kind as i64).unwrap();
    }
    text.push_str("};\n\n");
}

fn structs(text: &mut String) {
    for layout in LAYOUTS {
        writeln!(text, "typedef struct {0} {0};", c_name(layout.name)).unwrap();
    }
    for layout in LAYOUTS {
        comment(text, layout.doc, "");
        let name = c_name(layout.name);
        writeln!(text, "struct {name} {{").unwrap();
        for field in layout.fields {
            writeln!(text, "    {};", declaration(&spelling(field.ty), field.name)).unwrap();
        }
        text.push_str("};\n");
        assertion(text, &format!("sizeof({name}) == {}", layout.size));
        for field in layout.fields {
            let place = format!("offsetof({name}, {}) == {}", field.name, field.offset);
            assertion(text, &place);
        }
    }
}

fn assertion(text: &mut String, condition: &str) {
    writeln!(text, "BESKID_ASSERT({condition}, \"{condition}\");").unwrap();
}

fn function(text: &mut String, spec: &BuiltinSpec) {
    comment(text, spec.doc, "");
    let params: Vec<_> = spec.params.iter().map(|p| declaration(&spelling(p.ty), p.name)).collect();
    let params = if params.is_empty() { "void".to_string() } else { params.join(", ") };
    let (noreturn, ret) = match spec.ret_ty {
        "!" => ("BESKID_NORETURN ", "void".to_string()),
        "()" => ("", "void".to_string()),
        ty => ("", c_type(&spelling(ty))),
    };
    let space = if ret.ends_with('*') { "" } else { " " };
    writeln!(text, "{noreturn}{ret}{space}{}({params});", spec.symbol).unwrap();
}

fn comment(text: &mut String, doc: &str, indent: &str) {
    let lines: Vec<_> = doc.lines().map(str::trim).collect();
    let body = lines.join(&format!("\n{indent} * ")).replace("* \n", "*\n");
    writeln!(text, "\n{indent}/* {body} */").unwrap();
}

fn declaration(ty: &str, name: &str) -> String {
    let ty = c_type(ty);
    if ty.ends_with('*') { format!("{ty}{name}") } else { format!("{ty} {name}") }
}

/// Translates a Rust type as the table spells it. A type that C hosts cannot know is a mistake in
/// the table, so it fails the test.
fn c_type(ty: &str) -> String {
    if let Some(pointee) = ty.strip_prefix("*const ") {
        let pointee = c_type(pointee);
        // In C the mark stands behind a pointer and may stand before anything else.
        return match pointee.ends_with('*') {
            true => format!("{pointee}const *"),
            false => format!("const {pointee} *"),
        };
    }
    if let Some(pointee) = ty.strip_prefix("*mut ") {
        let pointee = c_type(pointee);
        let space = if pointee.ends_with('*') { "" } else { " " };
        return format!("{pointee}{space}*");
    }
    match ty {
        "usize" => "size_t".into(),
        "u8" => "uint8_t".into(),
        "i32" => "int32_t".into(),
        "u32" => "uint32_t".into(),
        "i64" => "int64_t".into(),
        "u64" => "uint64_t".into(),
        name if LAYOUTS.iter().any(|layout| layout.name == name) => c_name(name),
        unknown => panic!("the C header has no spelling for `{unknown}`"),
    }
}

/// C has one name space for all structs of a program, so every name says whose it is.
fn c_name(name: &str) -> String {
    if name.starts_with("Beskid") { name.into() } else { format!("Beskid{name}") }
}

fn upper_snake(name: &str) -> String {
    let mut text = String::new();
    for (i, c) in name.chars().enumerate() {
        if i > 0 && c.is_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_uppercase());
    }
    text
}

#[test]
fn rust_types_become_c_types() {
    assert_eq!(c_type("*const *const BeskidStr"), "const BeskidStr *const *");
    assert_eq!(c_type("*mut *mut u8"), "uint8_t **");
    assert_eq!(c_type("*const TypeDescriptor"), "const BeskidTypeDescriptor *");
}
