//! Expressions and patterns.

use super::expr;

#[test]
fn operators_bind_as_the_table_says() {
    expr("a || b && c == d < e + f * -g", "(|| a (&& b (== c (< d (+ e (* f (- g)))))))");
    expr("a * b + c < d == e && f || g", "(|| (&& (== (< (+ (* a b) c) d) e) f) g)");
    expr("a != b === c !== d", "(!== (=== (!= a b) c) d)");
    expr("a <= b >= c > d", "(> (>= (<= a b) c) d)");
    expr("a - b - c / d % e", "(- (- a b) (% (/ c d) e))");
    expr("!a && !!b", "(&& (! a) (! (! b)))");
}

#[test]
fn a_minus_is_always_an_operator() {
    expr("a -1", "(- a 1)");
    expr("- 1", "(- 1)");
    expr("a - -1", "(- a (- 1))");
}

#[test]
fn assignments_associate_to_the_right() {
    expr("a = b = c", "(= a (= b c))");
    expr("a.b += c[1] -= 2", "(+= (. a b) (-= (index c 1) 2))");
    expr("a *= b /= c %= d || e", "(*= a (/= b (%= c (|| d e))))");
}

#[test]
fn postfix_forms_chain() {
    expr("a.b(c)[d]?.e", "(. (? (index (call (. a b) c) d)) e)");
    expr("f()()", "(call (call f))");
    expr("(a.f)(b)", "(call (paren (. a f)) b)");
    expr("-a.b()", "(- (call (. a b)))");
    expr("f(ref a, out b.c, d)", "(call f ref a out (. b c) d)");
    expr("1.foo()", "(call (. 1 foo))");
}

#[test]
fn primary_forms() {
    expr("()", "()");
    expr("((a))", "(paren (paren a))");
    expr("[]", "(array)");
    expr("[a, [b], c,]", "(array a (array b) c)");
    expr("i64(x) + string(y)", "(+ (call i64 x) (call string y))");
    expr("this.x", "(. this x)");
    expr("{ a; b; }", "{a b}");
    expr("spawn f(a).b", "(spawn (. (call f a) b))");
}

#[test]
fn variants_are_built_with_their_enum() {
    expr("E::V", "(E::V)");
    expr("E::V()", "(E::V (with))");
    expr("a.b.E::V(1, x).c", "(. (a.b.E::V (with 1 x)) c)");
    expr("Result<i64, string>::Ok(1)", "(Result<i64, string>::Ok (with 1))");
    expr("A.Result<i64>::Ok", "(A.Result<i64>::Ok)");
}

#[test]
fn struct_literals() {
    expr("P { a: 1, b: Q {}, }", "(struct P a:1 b:(struct Q))");
    expr("a.P<i64> { x: y }.x", "(. (struct a.P<i64> x:y) x)");
}

#[test]
fn type_arguments_open_only_before_certain_tokens() {
    expr("f<i64>(x)", "(call f<i64> x)");
    expr("a.f<A<B>, i64[]>(x)", "(call (. a f<A<B>, i64[]>) x)");
    expr("a < b > (c)", "(call a<b> c)");
    expr("a < b", "(< a b)");
    expr("a < b > c", "(> (< a b) c)");
    expr("a < b && c > (d)", "(&& (< a b) (> c (paren d)))");
    expr("f(a < b, c > d)", "(call f (< a b) (> c d))");
    expr("f<A<B>>(x)", "(call f<A<B>> x)");
    expr("a<b(c)>(d)", "(call a<fn(c):b> d)");
}

#[test]
fn lambdas() {
    expr("x => x + 1", "(lambda (x) (+ x 1))");
    expr("(x, y) => x => y", "(lambda (x, y) (lambda (x) y))");
    expr("(i32 x, mut A<B> y, z) => x", "(lambda (i32 x, mut A<B> y, z) x)");
    expr("(() => i64 x, y) => 1", "(lambda (fn():i64 x, y) 1)");
    expr("() => { return; }", "(lambda () {(return)})");
    expr("_ => (_, string _) => 1", "(lambda (_) (lambda (_, string _) 1))");
    expr("f(x => a = x, (y))", "(call f (lambda (x) (= a x)) (paren y))");
}

#[test]
fn interpolation_nests() {
    expr(r#""a ${x} b""#, r#"(str "a " x " b")"#);
    expr(r#""${x}${y + 1}""#, "(str x (+ y 1))");
    expr(r#""${f("${"in"}") }!""#, r#"(str (call f (str "in")) "!")"#);
    expr(r#""${match x { _ => { a; } }}""#, "(str (match x (_ => {a})))");
    expr(r#""${P { a: "}" }}""#, r#"(str (struct P a:"}"))"#);
    expr(r#""$ \${x} $x {}""#, r#""$ ${x} $x {}""#);
}

#[test]
fn match_arms() {
    expr(
        "match x { 1 => a, -2 => b, 1.5 => c, -0.5 => d, 'x' => e, \"s\" => f, true => g, n => h }",
        "(match x (1 => a) (-2 => b) (1.5 => c) (-0.5 => d) ('x' => e) (\"s\" => f) (true => g) (n => h))",
    );
    expr(
        "match x { E::A => 1, a.E<i64>::B(_, F::C(y)) => 2, _ => { }, }",
        "(match x (E::A => 1) (a.E<i64>::B( _ F::C( y)) => 2) (_ => {}))",
    );
    expr("match x {} + 1", "(+ (match x) 1)");
}

#[test]
fn the_arrow_of_an_arm_ends_its_guard() {
    expr("match x { y when ready => 1 }", "(match x (y when ready => 1))");
    expr(
        "match x { y when (y > 0) => z => 1 }",
        "(match x (y when (paren (> y 0)) => (lambda (z) 1)))",
    );
    expr("match x { y when f(z => z) => 1 }", "(match x (y when (call f (lambda (z) z)) => 1))");
}

#[test]
fn expressions_know_their_places_and_ids() {
    let source = "unit f() => a + (b * c).d;";
    let (file, _) = crate::parse(source, crate::FileId(0));
    let dump = crate::dump::Dump::file(&file);
    let texts: Vec<&str> =
        dump.spans.iter().map(|it| &source[it.start as usize..it.end as usize]).collect();
    for part in ["a + (b * c).d", "(b * c).d", "(b * c)", "b * c", "+", "*", "unit f()"] {
        assert!(texts.contains(&part), "{part} in {texts:?}");
    }
    let mut ids: Vec<u32> = dump.ids.iter().map(|it| it.0).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..file.expr_count).collect::<Vec<_>>());
}
