//! `[Extern]` contracts.

use super::{check, check_dump, program};

const LIBC: &str = "[Extern(Abi: \"C\", Library: \"libc\")]\npub contract C { i64 strlen(ref u8 text); \
                    f64 cos(f64 x); unit free(i64 p); bool b(bool x, u8 y, i32 z); }\n";

#[track_caller]
fn check_libc(rest: &str, expected: &str) {
    check(&format!("{LIBC}{rest}"), expected);
}

#[test]
fn methods_are_called_through_the_contract() {
    check_dump(
        &format!(
            "{LIBC}pub i64 f(string s, u8[] b) {{ return C.strlen(s) + C.strlen(b) + C.strlen(0); }}"
        ),
        "(s: string, b: u8[]) -> i64 { return ((extern strlen(s) + extern strlen(b)) + \
         extern strlen(0:i64)) }",
    );
    check_dump(
        &format!("{LIBC}pub f64 f(i32 x) {{ C.free(1); return C.cos(x); }}"),
        "(x: i32) -> f64 { extern free(1:i64); return extern cos(f64(x)) }",
    );
    check_libc("pub unit f(string s) { C.strlen(ref s); }", "");
    check_libc("pub unit f(bool s) { C.strlen(s); }", "E1205 3:31");
    check_libc("pub unit f(bool s) { C.cos(s); }", "E1205 3:28");
    check_libc("pub unit f(bool s) { C.cos(); }", "E1204 3:22");
    check_libc("pub unit f(bool s) { C.sin(1.0); }", "E1606 3:24");
    check_libc("pub unit f(C c) { }", "E1201 3:12");
}

#[test]
fn only_called_methods_are_imported_once() {
    let program = program(&format!("{LIBC}pub f64 f(f64 x) {{ return C.cos(x) + C.cos(x); }}"));
    assert_eq!(program.externs.len(), 1);
    assert_eq!(program.externs[0].symbol, "cos");
    assert_eq!(program.externs[0].library, "libc");
}

#[test]
fn the_attribute_is_validated() {
    let with = |args: &str| format!("[Extern({args})]\npub contract C {{ unit f(); }}");
    check(&with("Abi: \"C\", Library: \"m\""), "");
    check(&with("Abi: \"stdcall\", Library: \"m\""), "E1520 1:14");
    check(&with("Library: \"m\""), "E1520 1:1");
    check(&with("Abi: \"C\", Library: \"\""), "E1521 1:28");
    check(&with("Abi: \"C\""), "E1521 1:1");
    check(&with("Abi: \"C\", Library: \"m\", Kind: 1"), "E1802 1:33");
    check(&with("Abi: \"C\", Abi: \"C\", Library: \"m\""), "E1804 1:19");
    check(&with("Abi: 1, Library: \"m\""), "E1805 1:14");
    check("[Extern(Abi: \"C\", Library: \"m\")]\npub type T { }", "E1510 1:2");
    check("[Inline] pub unit f() { }", "E1801 1:2");
}

#[test]
fn shapes_are_validated() {
    let with = |method: &str| {
        format!("[Extern(Abi: \"C\", Library: \"m\")]\npub contract C {{ {method} }}")
    };
    check(&with("unit f(string s);"), "E1522 2:25");
    check(&with("unit f(ref i64 s);"), "E1522 2:29");
    check(&with("unit f(i16 s);"), "E1522 2:25");
    check(&with("unit f(u8[] s);"), "E1522 2:25");
    check(&with("string f();"), "E1523 2:18");
    check(&with("i64 f(); i64 f();"), "E1003 2:31");
    check(&with("unit f(nope s);"), "E1201 2:25");
}
