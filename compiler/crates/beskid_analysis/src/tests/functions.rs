//! Functions, calls, recursion, results.

use super::{check, check_body, check_dump, check_help, program};

#[test]
fn out_parameters_must_be_assigned() {
    check("pub unit f<T>(out T x) { } pub unit g() { mut i64 a = 0; f(out a); }", "E1106 1:21");
    check("pub unit f<T>(T v, out T x) { x = v; }", "");
    check("pub unit f(out i64 x) { while true { } }", "");
    check("pub unit f(out i64 x) { while true { break; } }", "E1106 1:20");
    check("pub unit f(i64[] xs, out i64 x) { for y in xs { x = y; break; } }", "E1106 1:30");
    check("pub unit f(bool b, out i64 x) { if b { __panic_str(\"\"); } else { x = 1; } }", "");
    check("pub unit f(out i64 x) { x = x; }", "E1106 1:29");
    check("pub unit f(out i64 x) { f(out x); let y = x; }", "");
    check("pub unit f(out i64[] x) { x[0] = 1; x = []; }", "E1106 1:27");
    check("pub unit f(out i64 x) => __panic_str(\"\");", "");
    check("pub unit f(out i64 _) { }", "E1106 1:20");
    // A mistake in the body is enough for now.
    check("pub unit f(out i64 x) { x = nope; }", "E1101 1:29");
}

#[test]
fn a_recursive_function_is_typed() {
    check_dump(
        "pub i64 f(i64 n) { if n < 2 { return n; } return f(n - 1) + f(n - 2); }",
        "(n: i64) -> i64 { if (n < 2:i64) { return n }; \
         return (f((n - 1:i64)) + f((n - 2:i64))) }",
    );
}

#[test]
fn declaration_order_of_functions_does_not_matter() {
    check("pub i32 f() { return g(); } i32 g() { return 1; }", "");
}

#[test]
fn an_expression_body_returns_or_evaluates() {
    check_dump("pub i32 f(i32 x) => x * 2;", "(x: i32) -> i32 { return (x * 2:i32) }");
    check_dump("pub unit f() => __panic_str(\"no\");", "() -> unit { rt panic_str(\"no\") }");
}

#[test]
fn arguments_are_counted_and_converted() {
    check_dump(
        "pub i64 f(i32 x) { return g(x, 1); } i64 g(i64 a, u8 b) { return a + b; }",
        "(x: i32) -> i64 { return g(i64(x), 1:u8) }",
    );
    let g = "i64 g(i64 a, i64 b) { return a + b; }\n";
    check(&format!("{g}pub i64 f() {{ return g(1); }}"), "E1204 2:22");
    check(&format!("{g}pub i64 f() {{ return g(1, true); }}"), "E1205 2:27");
    check(&format!("{g}pub i64 f() {{ return g(1, \"a\" + 1); }}"), "E1209 2:31");
}

#[test]
fn every_path_must_return() {
    check("pub i32 f(bool b) { if b { return 1; } }", "E1207 1:9");
    check("pub i32 f(bool b) { if b { return 1; } else { return 2; } }", "");
    check("pub i32 f() { while true { } }", "");
    check("pub i32 f() { while true { break; } }", "E1207 1:9");
    check("pub i32 f() { __panic_str(\"no\"); }", "");
}

#[test]
fn results_must_fit() {
    check("pub i32 f() { return true; }", "E1207 1:22");
    check("pub i32 f() { return; }", "E1207 1:15");
    check("pub unit f() { return 1; }", "E1207 1:23");
    check("pub unit f() { return; }", "");
    check("pub unit g() { return f(); } pub unit f() { }", "");
}

#[test]
fn names_that_mean_nothing_are_reported_once() {
    check_body("", "let x = missing; let y = x + 1; g(x, y);", "E1101 1:9, E1101 1:33");
    check_body("i64 n", "let y = m(n) + 1;", "E1101 1:9");
    check_help("pub i64 f(i64 count) { return cuont; }", "did you mean `count`?");
    check_help("pub i64 f() => helper(); i64 help_er() => 1;", "did you mean `help_er`?");
}

#[test]
fn only_functions_can_be_called() {
    check("pub unit f() { let g = f; g(); }", "");
    check_body("i64 n", "n(1);", "E1606 1:1");
    check_body("", "let n = i64;", "E1101 1:9");
}

#[test]
fn only_public_functions_that_can_cross_are_exported() {
    let program = program(
        "type P { i64 x }
         pub i64 a(string s, f64[] xs, bool b) { return 0; }
         i64 b() { return 0; }
         pub unit c(P p) { }
         pub string[] d() { return []; }
         pub i64[][] e() { return []; }
         pub unit g(char c, u8[] bytes) { }",
    );
    let exported: Vec<&str> = program
        .functions
        .iter()
        .filter(|function| function.exported)
        .map(|function| function.name.as_str())
        .collect();
    assert_eq!(exported, ["a", "g"]);
}

#[test]
fn documentation_and_symbols_are_carried_over() {
    let program = program("/// Adds.\n/// Twice.\npub i32 add(i32 a) => a + a;");
    assert_eq!(program.functions[0].doc, "Adds.\nTwice.");
    assert_eq!(program.functions[0].symbol, "_B3app3add");
}

#[test]
fn nothing_can_say_what_the_type_parameters_of_main_are() {
    check("unit main<T>() { }", "E1109 1:6");
}
