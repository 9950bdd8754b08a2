//! Statements, and the choice between declarations and expressions.

use super::stmts;

#[test]
fn locals() {
    stmts("let x = 1;", "(let x 1)");
    stmts("let mut x: i64 = 1;", "(let mut i64 x 1)");
    stmts("let _ = f();", "(let _ (call f))");
    stmts("i64 x = 1;", "(let i64 x 1)");
    stmts("mut i64 x = 1;", "(let mut i64 x 1)");
    stmts("i64 mut x = 1;", "(let mut i64 x 1)");
    stmts("a.B<C>[] x = 1;", "(let a.B<C>[] x 1)");
}

#[test]
fn local_or_expression() {
    stmts("unit(string) h = g;", "(let fn(string):unit h g)");
    stmts("Box<i64>[] xs = a;", "(let Box<i64>[] xs a)");
    stmts("(A, B) => C f = g;", "(let fn(A, B):C f g)");
    stmts("() -> C f = g;", "(let fn():C f g)");
    stmts("i64[][] x = y;", "(let i64[][] x y)");
    stmts("Map<A, List<B>> m = x;", "(let Map<A, List<B>> m x)");
    stmts("f(x);", "(call f x)");
    stmts("xs[0] = 1;", "(= (index xs 0) 1)");
    stmts("a.b = 1;", "(= (. a b) 1)");
    stmts("a < b;", "(< a b)");
    stmts("a == b;", "(== a b)");
    stmts("i64(x);", "(call i64 x)");
    stmts("a<b>(c);", "(call a<b> c)");
}

#[test]
fn a_closing_angle_may_touch_the_equals_sign() {
    stmts("let x: Box<i64>= y;", "(let Box<i64> x y)");
    stmts("let x: A<B<C>>= y;", "(let A<B<C>> x y)");
}

#[test]
fn jumps() {
    stmts("return; return x; break; continue;", "(return) (return x) (break) (continue)");
}

#[test]
fn conditions() {
    stmts("if a { } else if b { x; } else { y; }", "(if a {} b {x}) else {y}");
    stmts("while a < b { c; };", "(while (< a b) {c})");
    stmts("if (P { x: 1 }).x { }", "(if (. (paren (struct P x:1)) x) {})");
    stmts("if x { } y;", "(if x {}) y");
    stmts("if f(P {}) { }", "(if (call f (struct P)) {})");
}

#[test]
fn loops() {
    stmts("for x in range(0, 3) { y; }", "(for x (call range 0 3) {y})");
    stmts("for _ in xs { }", "(for _ xs {})");
}

#[test]
fn compound_statements_need_no_semicolon() {
    stmts("match x { } y;", "(match x) y");
    stmts("match x { }; { } { a; };", "(match x) {} {a}");
}

#[test]
fn imports_may_stand_in_a_block() {
    stmts("use a.b as c; c();", "(use a.b as c) (call c)");
}

#[test]
fn a_long_chain_of_conditions_is_not_deep() {
    let source = format!("if a {{ }} {}", "else if b { } ".repeat(2000));
    let expected = format!("(if a {{}}{})", " b {}".repeat(2000));
    stmts(&source, &expected);
}
