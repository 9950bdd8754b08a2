//! Records, their fields and methods.

use super::{check, check_dump, check_help, program};

const POINT: &str = "pub type Point { i64 x, i64 y }\n";

#[track_caller]
fn check_point(rest: &str, expected: &str) {
    check(&format!("{POINT}{rest}"), expected);
}

#[track_caller]
fn dump_point(rest: &str, expected: &str) {
    check_dump(&format!("{POINT}{rest}"), expected);
}

#[test]
fn literals_name_every_field_once() {
    dump_point(
        "pub Point f(i32 a) { return Point { y: a, x: 1 }; }",
        "(a: i32) -> Point { return Point { 1: i64(a), 0: 1:i64 } }",
    );
    check_point("pub Point f() { return Point { x: 1 }; }", "E1212 2:24");
    check_point("pub Point f() { return Point { x: 1, y: 2, z: 3 }; }", "E1211 2:44");
    check_point("pub Point f() { return Point { x: 1, y: 2, x: 3 }; }", "E1211 2:44");
    check_point("pub Point f() { return Point { x: true, y: 2 }; }", "E1206 2:35");
    check_point("pub Point f() { return Pont { x: 1, y: 2 }; }", "E1201 2:24");
    check_point(
        "pub unit f() { let p = Point { xx: nope, y: 2 }; p.y; }",
        "E1211 2:32, E1101 2:36",
    );
}

#[test]
fn fields_are_read_and_assigned() {
    dump_point(
        "pub i64 f(Point p) { p.x = 2; p.y += p.x; return p.x; }",
        "(p: Point) -> i64 { p.0 = 2:i64; p.1 += p.0; return p.0 }",
    );
    check_point("pub i64 f(Point p) { return p.z; }", "E1211 2:31");
    check_point("pub unit f(Point p) { p.z = 1; }", "E1211 2:25");
    check_point("pub i64 f(Point p) { return p.x.y; }", "E1213 2:33");
    let near = format!("{POINT}pub type Q {{ i64 width }} pub i64 f(Q q) {{ return q.widht; }}");
    check_help(&near, "did you mean `width`?");
}

#[test]
fn methods_live_in_impl_blocks_and_in_bodies() {
    check_dump(
        "type A { i64 x, pub i64 Get() { return x; } }
         impl A { pub i64 Twice() { return this.Get() + Get(); } unit Set(i64 v) { x = v; } }
         pub i64 f(A a) { a.Set(1); return a.Twice(); }",
        "(a: A) -> i64 { A.Set(a, 1:i64); return A.Twice(a) }",
    );
    check_dump(
        "impl i64 { pub i64 Plus(i64 n) { return this + n; } } pub i64 f() { return 5i64.Plus(1); }",
        "() -> i64 { return i64.Plus(5:i64, 1:i64) }",
    );
    check_point("pub unit f(Point p) { p.Move(); }", "E1606 2:25");
    check_point(
        "impl Point { pub i64 Sum() => x + y; } pub unit f(Point p) { p.Sum; }",
        "E1201 2:64",
    );
    check_point("pub unit f(Point p) { p.x(); }", "E1606 2:25");
    check_point("pub unit f() { Point.Make(); }", "E1299 2:16");
}

#[test]
fn this_is_the_receiver() {
    check_point("impl Point { pub unit M() { this = this; } }", "E1214 2:29");
    check("pub i64 f() { return this; }", "E1101 1:22");
    check_point("impl Point { pub i64 M(i64 x) { return x + this.x + y; } }", "");
    let methods = program(&format!("{POINT}impl Point {{ pub i64 Sum() => x + y; }}"));
    let sum = methods.functions.iter().find(|it| it.name == "Point.Sum").unwrap();
    assert_eq!(sum.locals[sum.params[0].index()].name, "this");
    assert_eq!(sum.symbol, "_B3app0impl5Point3Sum");
}

#[test]
fn equality_is_structural_where_every_field_allows_it() {
    check_point("pub bool f(Point a, Point b) { return a == b && a !== b; }", "");
    check_point("pub bool f(Point a, Point b) { return a < b; }", "E1209 2:41");
    let holder = "pub type Holder { i64[] xs } pub type Outer { Holder inner }";
    check(&format!("{holder}\npub bool f(Outer a) {{ return a == a; }}"), "E1209 2:32");
    let list = "pub type Node { i64 value, Node next }";
    check(&format!("{list}\npub bool f(Node a, Node b) {{ return a == b; }}"), "");
}

#[test]
fn names_of_members_are_unique() {
    check("pub type A { i64 x, i64 x }", "E1006 1:25");
    check("pub type A { i64 x } impl A { pub unit x() { } }", "E1006 1:40");
    check("pub type A { i64 x } impl A { pub unit m() { } pub unit m() { } }", "E1006 1:57");
    check("pub type A { } pub type A { }", "E1001 1:25");
    check("pub type A { Missing x }", "E1005 1:14");
    check("impl Missing { unit a() { } unit b() { } }", "E1201 1:6");
}

#[test]
fn a_text_form_is_a_method() {
    dump_point(
        "impl Point { pub string ToString() => \"p\"; } pub string f(Point p) { return \"<${p}>\"; }",
        "(p: Point) -> string { return concat(\"<\", Point.ToString(p), \">\") }",
    );
    check_point("pub string f(Point p) { return \"<${p}>\"; }", "E1206 2:36");
}
