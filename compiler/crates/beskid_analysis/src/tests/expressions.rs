//! Literals, operators, conversions, strings, arrays.

use super::{check, check_body, check_expr, check_help};

#[test]
fn integer_literals_take_the_type_of_their_context() {
    check_expr("", "i32", "7", "7:i32");
    check_expr("", "u8", "200", "200:u8");
    check_expr("", "f64", "7", "7.0:f64");
    check_expr("", "i64", "-(1 + 2)", "-(1:i64 + 2:i64)");
    check_expr("i64 x", "i64", "x + 1", "(x + 1:i64)");
    check_expr("i64 x", "bool", "1 + 1 < x", "((1:i64 + 1:i64) < x)");
    check_expr("", "f64", "1 / 2 + 0.5", "((1.0:f64 / 2.0:f64) + 0.5:f64)");
    check_expr("", "bool", "1 < 2", "(1:i32 < 2:i32)");
    check_expr("", "i64", "0xff_i64", "255:i64");
}

#[test]
fn a_sign_belongs_to_its_literal() {
    check_expr("", "i32", "-2147483648", "-2147483648:i32");
    check_expr("", "i8", "-128i8", "-128:i8");
    check_expr("", "u64", "18446744073709551615", "-1:u64");
    check("pub i32 f() { return -2147483649; }", "E1232 1:22");
    check("pub i32 f() { return 2147483648; }", "E1232 1:22");
    check("pub u8 f() { return -1; }", "E1232 1:21");
    check("pub u8 f() { return 256u8; }", "E1232 1:21");
    check("pub i64 f() { return 99999999999999999999; }", "E1232 1:22");
    check_expr("", "f64", "100000000000000000000", "1e20:f64");
}

#[test]
fn literals_do_not_change_kind() {
    check("pub i32 f() { return 1.5; }", "E1207 1:22");
    check("pub bool f() { return 1; }", "E1207 1:23");
    check("pub char f() { return 65; }", "E1207 1:23");
    check_expr("", "f64", "7 % 2", "f64((7:i32 % 2:i32))");
    check("pub f64 f() { return 7.0 % 2.0; }", "E1209 1:26");
}

#[test]
fn widening_is_silent_and_narrowing_is_not() {
    check_expr("i32 x", "i64", "x", "i64(x)");
    check_expr("u8 x", "f64", "x", "f64(x)");
    check_expr("i64 x", "i32", "x", "i32(x)");
    check("pub i32 f(i64 x) { return x; }", "W1203 1:27");
    check("pub f64 f(i64 x) { return x; }", "W1203 1:27");
    check("pub u32 f(i32 x) { return x; }", "W1203 1:27");
    check("pub i64 f(f64 x) { return x; }", "E1207 1:27");
    check("pub i64 f(char x) { return x; }", "E1207 1:28");
    check_help("pub i64 f(f64 x) { return x; }", "write `i64(…)` to convert it");
}

#[test]
fn binary_operands_are_widened_to_each_other() {
    check_expr("i32 a, i64 b", "i64", "a + b", "(i64(a) + b)");
    check_expr("i64 a, u8 b", "i64", "a * b", "(a * i64(b))");
    check_expr("i32 a, f64 b", "bool", "a < b", "(f64(a) < b)");
    check("pub i64 f(i64 a, u64 b) { return a + b; }", "E1209 1:36");
    check("pub bool f(i64 a, f64 b) { return a < b; }", "E1209 1:37");
    check("pub bool f(bool a, i64 b) { return a == b; }", "E1209 1:38");
}

#[test]
fn operators_know_their_types() {
    check("pub bool f(bool a) { return a < a; }", "E1209 1:31");
    check("pub bool f(i64 a) { return a && true; }", "E1209 1:30");
    check("pub bool f(i64 a) { return !a; }", "E1210 1:28");
    check("pub string f(string a) { return -a; }", "E1210 1:33");
    check("pub string f(string a) { return a - a; }", "E1209 1:35");
    check("pub bool f(i64[] a) { return a == a; }", "E1209 1:32");
    check("pub bool f(i64[] a) { return a === a; }", "");
    check("pub bool f(i64 a) { return a === a; }", "E1209 1:30");
    check("pub bool f(char a, string b) { return a < 'x' && b <= \"x\"; }", "");
    check_expr("i64[] a, i64[] b", "bool", "a !== b", "!(a === b)");
    check_expr("u32 a", "u32", "-a", "-a");
}

#[test]
fn explicit_conversions() {
    check_expr("i64 x", "u8", "u8(x)", "u8(x)");
    check_expr("f64 x", "i64", "i64(x)", "i64(x)");
    check_expr("i64 x", "i64", "i64(x)", "x");
    check_expr("char x", "u32", "u32(x)", "u32(x)");
    check_expr("i32 x", "char", "char(x)", "char(x)");
    check_expr("", "u8", "u8(300)", "u8(300:i32)");
    check_expr("", "i64", "i64(3000000000)", "3000000000:i64");
    check_expr("", "i64", "i64(2.5)", "i64(2.5:f64)");
    check_expr("f64 x", "string", "string(x)", "text(x)");
    check("pub u8 f(char c) { return u8(c); }", "E1228 1:27");
    check("pub i64 f(string c) { return i64(c); }", "E1228 1:30");
    check("pub bool f(i64 c) { return bool(c); }", "E1228 1:28");
    check("pub string f(i64[] c) { return string(c); }", "E1228 1:32");
    check("pub i64 f(i32 c) { return i64(c, c); }", "E1204 1:27");
}

#[test]
fn strings_are_joined_flat() {
    check_expr("string a", "string", "a + \"b\" + a", "concat(a, \"b\", a)");
    check_expr("i64 n", "string", "\"n = ${n}!\"", "concat(\"n = \", text(n), \"!\")");
    check_expr("bool b", "string", "\"${b}\"", "text(b)");
    check_expr("string s", "string", "\"${s}\"", "s");
    check_expr("string s", "u8", "s[1]", "s[1:i64]");
    check("pub string f(string s, i64 n) { return s + n; }", "E1209 1:42");
    check("pub string f(i64[] s) { return \"a${s}\"; }", "E1206 1:36");
    check("pub string f() { return \"${nope} and ${1 + 2}\"; }", "E1101 1:28");
}

#[test]
fn arrays_have_one_element_type() {
    check_expr("", "i64[]", "[1, 2]", "[1:i64, 2:i64]");
    check_expr("i32 a", "i64[]", "[a, 2]", "[i64(a), 2:i64]");
    check_expr("", "i64[][]", "[[1], []]", "[[1:i64], []]");
    check_expr("i64[] a, i32 i", "i64", "a[i] + a[0]", "(a[i64(i)] + a[0:i64])");
    check_expr("i64[][] a", "i64", "a[1][2]", "a[1:i64][2:i64]");
    check_body("i32 a, i64 b", "i64[] c = [1]; let x = [a, b]; c[0] = x[0];", "");
    check_body("", "let x = [1, true];", "E1206 1:13");
    check_body("", "let x = [];", "E1202 1:9");
    check("pub i64[] f(i32[] x) { return x; }", "E1207 1:31");
    check("pub i64 f(i64 x) { return x[0]; }", "E1213 1:27");
    check("pub i64 f(i64[] x) { return x[true]; }", "E1206 1:31");
    check("pub i64 f(i64[] x) { return x.length; }", "E1213 1:31");
}

#[test]
fn new_arrays_take_the_expected_type() {
    check_expr("i32 n", "i64[]", "__array_new(8, n)", "new i64[](i64(n))");
    check_expr("i64[] x", "i64", "__array_len(x)", "len(x)");
    check_body("", "let x = __array_new(8, 3);", "E1202 1:9");
    check_body("", "i64 x = __array_len(5);", "E1205 1:21");
    check_body("", "string[] x = __array_new(8);", "E1204 1:14");
}

#[test]
fn builtins_are_typed_by_the_table() {
    check_expr("string s", "i64", "__str_len(s)", "rt str_len(s)");
    check_expr("string s", "bool", "__str_eq(s, \"\")", "rt str_eq(s, \"\")");
    check_expr("u8[] b", "string", "__str_from_bytes_utf8(b)", "rt str_from_bytes_utf8(b)");
    check_body("", "__str_len(1);", "E1205 1:11");
    check_body("", "__fiber_new();", "E1101 1:1");
    check_help("pub unit f() { __str_len_(\"\"); }", "did you mean `__str_len`?");
    check_body("", "let x = __str_len;", "E1101 1:9");
}

#[test]
fn one_mistake_in_an_expression_is_one_error() {
    check_body(
        "i64 a",
        "let x = (a + true) * 2 - a; let y = [x, 1]; if x { y[0] = x; }",
        "E1209 1:12",
    );
    check_body("", "i64 x = nope.field.other(1)[2];", "E1101 1:9");
    check_body("", "i64 x = \"a\"; let y = x + 1;", "E1206 1:9");
}

#[test]
fn never_stands_wherever_a_value_does() {
    check_expr("bool b", "bool", "b && __panic_str(\"\")", "(b && rt panic_str(\"\"))");
    check_body("i64 a", "i64 x = __panic_str(\"\");", "");
    check_body("i64 a", "i64 x = a + __panic_str(\"\"); a;", "W1403 1:30");
    check_body("string[] a", "a[__panic_str(\"\")] = \"\"; return;", "W1403 1:26");
}

#[test]
fn unsupported_constructs_are_reported_once() {
    check("pub i64 f(i64 a) { spawn f(a); return 1; }", "E1299 1:20");
}
