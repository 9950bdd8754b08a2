//! Locals, scopes, assignment, control flow.

use super::{check, check_body, check_dump};

#[test]
fn locals_have_a_scope() {
    check_body("", "{ let x = 1; } let y = x;", "E1101 1:24");
    check_body("", "let y = x; let x = 1;", "E1106 1:9");
    check_body("", "let x = x;", "E1106 1:9");
    check_body("", "let x = 1; let x = 2;", "E1102 1:16");
    check_body("i64 x", "let x = 2;", "E1102 1:5");
    check_body("", "let x = 1; { let x = 2; }", "W1103 1:18");
    check_body("i64 x", "if x > 0 { let x = 2; }", "W1103 1:16");
    check("i64 g() { return 1; } pub unit f() { let g = g(); }", "W1103 1:42");
    check_body("", "{ let x = 1; } { let x = 2; }", "");
    check_body("", "let _ = 1; let _ = 2;", "");
}

#[test]
fn only_mutable_locals_are_assigned() {
    check_body("", "mut i64 x = 1; x = 2; x += 3; let mut y = 1; y = x;", "W1203 1:50");
    check_body("", "let x = 1; x = 2;", "E1214 1:12");
    check_body("i64 x", "x = 2;", "E1214 1:1");
    check_body("mut i64 x", "x = 2;", "");
    check_body("", "for i in range(0, 3) { i = 1; }", "E1214 1:24");
    check_body("i64 x", "x + 1 = 2;", "E1206 1:1");
    check_body("string s", "s[0] = 1;", "E1206 1:1");
    check_body("", "mut i64 x = 1; mut i64 y = 2; x = y = 3;", "E1206 1:35");
}

#[test]
fn compound_assignment_keeps_the_type_of_the_target() {
    check_dump(
        "pub unit f(i64[] xs, mut string s) { xs[0] += 1; s += \"a\"; xs[1] %= 2; }",
        "(xs: i64[], s: string) -> unit { xs[0:i64] += 1:i64; s += \"a\"; xs[1:i64] %= 2:i64 }",
    );
    check_body("mut bool b", "b += true;", "E1202 1:3");
    check_body("mut f64 b", "b %= 2.0;", "E1202 1:3");
    check_body("mut string b", "b -= \"\";", "E1202 1:3");
    check_body("mut string b", "b += 1;", "E1206 1:6");
    check_body("mut i32 b, i64 c", "b += c;", "W1203 1:6");
}

#[test]
fn conditions_are_bool() {
    check_body("i64 x", "if x { }", "E1208 1:4");
    check_body("i64 x", "while x { }", "E1208 1:7");
    check_body("i64 x", "if x > 0 { } else if x { }", "E1208 1:22");
    check_dump(
        "pub i64 f(i64 x) { if x > 0 { return 1; } else if x < 0 { return 2; } else { return 3; } }",
        "(x: i64) -> i64 { if (x > 0:i64) { return 1:i64 } \
         else { if (x < 0:i64) { return 2:i64 } else { return 3:i64 } } }",
    );
}

#[test]
fn ranges_have_one_integer_type() {
    check_dump(
        "pub unit f(i64 n) { for i in range(0, n) { } for j in range(0, 3) { } }",
        "(n: i64) -> unit { for i: i64 in 0:i64..n {}; for j: i32 in 0:i32..3:i32 {} }",
    );
    check_body("i32 a, i64 b", "for i in range(a, b) { i64 c = i; }", "");
    check_body("", "for i in range(0.0, 2.0) { i + 1; }", "E1206 1:16");
    check_body("", "for i in range(0) { }", "E1204 1:10");
    check_body("i64 a, u64 b", "for i in range(a, b) { i.x; }", "E1206 1:19");
    check_body("", "let r = range(0, 1);", "E1101 1:9");
    check(
        "i64[] range(i64 a, i64 b) { return [a, b]; } pub unit f() { for x in range(1, 2) { } }",
        "",
    );
}

#[test]
fn arrays_are_walked_and_other_values_are_not() {
    check_dump(
        "pub unit f(string[] xs) { for x in xs { let y = x; } }",
        "(xs: string[]) -> unit { for x: string in xs { let y: string = x } }",
    );
    check_body("string s", "for c in s { c + 1; }", "E1215 1:10");
    check_body("i64 n", "for c in n { }", "E1215 1:10");
    check_body("", "for c in [1, 2] { c.x; }", "E1213 1:21");
}

#[test]
fn loops_are_left_from_inside_only() {
    check_body("", "break;", "E1401 1:1");
    check_body("", "continue;", "E1402 1:1");
    check_body("", "while true { if true { break; } continue; }", "");
}

#[test]
fn code_after_a_jump_is_unreachable() {
    check_body("", "return; let x = 1; x;", "W1403 1:9");
    check_body("", "while true { } let x = 1;", "W1403 1:16");
    check_body("bool b", "if b { return; } else { return; } f(b);", "W1403 1:35");
    check_body("", "__panic_str(\"\"); return;", "W1403 1:18");
    check_body("", "while true { continue; break; } f();", "W1403 1:24, W1403 1:33");
    check_body("", "{ return; } f(); { return; f(); }", "W1403 1:13");
}

#[test]
fn unreachable_code_is_left_out() {
    check_dump("pub i64 f() { return 1; return 2; }", "() -> i64 { return 1:i64 }");
    check_dump(
        "pub i64 f(bool b) { while true { if b { return 1; } } }",
        "(b: bool) -> i64 { while true { if b { return 1:i64 } } }",
    );
}

#[test]
fn diverging_operands_end_the_evaluation() {
    check_dump(
        "pub i64 f(i64 n) { return f(n) + __panic_str(\"x\"); }",
        "(n: i64) -> i64 { do { f(n); rt panic_str(\"x\") } }",
    );
    check_dump(
        "pub unit f() { if __panic_str(\"x\") { f(); } }",
        "() -> unit { rt panic_str(\"x\") }",
    );
    check_dump(
        "pub unit f() { for i in range(0, __panic_str(\"x\")) { f(); } }",
        "() -> unit { do { 0:i32; rt panic_str(\"x\") } }",
    );
}

#[test]
fn all_mistakes_of_a_file_are_reported_in_order() {
    check(
        "pub i64 f() { return g; }\npub i64 h(i64 a) { return a + true; }\npub nope k() { }",
        "E1101 1:22, E1209 2:29, E1201 3:5",
    );
}
