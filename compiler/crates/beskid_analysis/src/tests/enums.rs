//! Enums: declarations, values, methods, equality.

use super::{check, check_dump, check_help, program};

const SHAPE: &str = "pub enum Shape { Circle(f64 radius), Rect(f64, f64 height), Dot }\n";

#[track_caller]
fn check_shape(rest: &str, expected: &str) {
    check(&format!("{SHAPE}{rest}"), expected);
}

#[track_caller]
fn dump_shape(rest: &str, expected: &str) {
    check_dump(&format!("{SHAPE}{rest}"), expected);
}

#[test]
fn variants_are_numbered_in_order() {
    let program = program(SHAPE);
    let [shape] = program.enums.as_slice() else { panic!("one enum") };
    let variants: Vec<(&str, usize)> =
        shape.variants.iter().map(|it| (it.name.as_str(), it.payload.len())).collect();
    assert_eq!(variants, [("Circle", 1), ("Rect", 2), ("Dot", 0)]);
}

#[test]
fn values_are_built_by_variant() {
    dump_shape(
        "pub Shape f(i32 r) { return Shape::Circle(r); }",
        "(r: i32) -> Shape { return Shape::Circle(f64(r)) }",
    );
    dump_shape("pub Shape f() => Shape::Dot;", "() -> Shape { return Shape::Dot }");
    dump_shape("pub Shape f() => Shape::Dot();", "() -> Shape { return Shape::Dot }");
    dump_shape(
        "pub Shape f() => Shape::Rect(1, 2.5);",
        "() -> Shape { return Shape::Rect(1.0:f64, 2.5:f64) }",
    );
    check("mod m { pub enum E { A } } pub m.E f() => m.E::A;", "");
}

#[test]
fn mistakes_in_values_are_told_apart() {
    check_shape("pub Shape f() => Shap::Dot;", "E1301 2:18");
    check_shape("pub Shape f() => Shape::Dott;", "E1301 2:25");
    check_shape("pub Shape f() => Shape::Circle;", "E1302 2:18");
    check_shape("pub Shape f() => Shape::Dot(1.0);", "E1302 2:18");
    check_shape("pub Shape f() => Shape::Circle(true);", "E1205 2:32");
    check_shape("pub type P { i64 x } pub unit f() { let p = P::Dot; }", "E1301 2:45");
    check_shape("pub f64 f(Shape s) => s.radius;", "E1213 2:25");
    check_help(&format!("{SHAPE}pub Shape f() => Shape::Dott;"), "did you mean `Dot`?");
}

#[test]
fn declarations_are_checked() {
    check("pub enum E { A, B, A }", "E1002 1:20");
    check("pub enum E { }", "E1005 1:10");
    check("pub enum E { A(Missing m) }", "E1005 1:16");
    check("pub enum E { A } pub type E { }", "E1001 1:27");
    check("enum E { A } pub E f() => E::A;", "W1107 1:18");
    check("enum E { A }", "W1504 1:6");
    check("mod m { enum E { A } } pub unit f() { let e = m.E::A; }", "E1107 1:49");
}

#[test]
fn enums_may_contain_themselves() {
    check("pub enum List { Node(i64 head, List tail), End }", "");
    check("pub enum A { Some(B b), None } pub type B { A a }", "");
}

#[test]
fn equality_is_structural_where_every_payload_allows_it() {
    check_shape("pub bool f(Shape a, Shape b) => a == b && a !== b;", "");
    check_shape("pub bool f(Shape a, Shape b) => a < b;", "E1209 2:35");
    check("pub enum E { A(i64[] xs), B } pub bool f(E a) => a == a;", "E1209 1:52");
    check("pub enum E { A(i64[] xs) } pub type R { E e } pub bool f(R a) => a == a;", "E1209 1:68");
}

#[test]
fn methods_take_the_value_as_this() {
    check_dump(
        "pub enum E { A, B } impl E { pub bool IsA() => this == E::A; }
         pub bool f(E e) => e.IsA();",
        "(e: E) -> bool { return E.IsA(e) }",
    );
    check_dump(
        "pub enum E { A } impl E { pub string ToString() => \"a\"; }
         pub string f(E e) => \"<${e}>\";",
        "(e: E) -> string { return concat(\"<\", E.ToString(e), \">\") }",
    );
    check_shape("pub string f(Shape s) => \"${s}\";", "E1206 2:29");
    check_shape("impl Shape { pub unit M() { } pub unit M() { } }", "E1006 2:40");
    check_shape("pub unit f(Shape s) { s.Move(); }", "E1606 2:25");
}

#[test]
fn a_value_that_never_comes_about_stops_the_evaluation() {
    dump_shape(
        "pub Shape f() => Shape::Rect(1.0, __panic_str(\"no\"));",
        "() -> Shape { do { 1.0:f64; rt panic_str(\"no\") } }",
    );
}
