//! Generic items: type arguments, instances, mistakes in both.

use super::{analyze_text, check, check_dump, program, rendered};

const BOX: &str = "pub type Box<T> { T value }\n";
const MAYBE: &str = "pub enum Maybe<T> { Just(T value), Nothing }\n";

fn names(source: &str) -> Vec<String> {
    program(source).functions.into_iter().map(|it| it.name).collect()
}

#[test]
fn every_argument_list_has_its_own_code() {
    let source = "T id<T>(T x) => x;
        pub i64 f() { let a = id(true); let b = id(\"\"); let c = id(false); return id<i64>(1); }";
    assert_eq!(names(source), ["f", "id<bool>", "id<string>", "id<i64>"]);
    let symbols: Vec<String> = program(source).functions.into_iter().map(|it| it.symbol).collect();
    assert_eq!(symbols[1..], ["_B3app2idI4boolE", "_B3app2idI6stringE", "_B3app2idI3i64E"]);
}

#[test]
fn instances_of_types_have_names_and_contents() {
    let program =
        program(&format!("{BOX}{MAYBE}pub unit f(Box<Maybe<i64>> a, Maybe<string[]> b) {{ }}"));
    let mut names: Vec<&str> = program.records.iter().map(|it| it.name.as_str()).collect();
    names.extend(program.enums.iter().map(|it| it.name.as_str()));
    assert_eq!(names, ["Box<Maybe<i64>>", "Maybe<i64>", "Maybe<string[]>"]);
    let field = program.records[0].fields[0].ty;
    assert_eq!(program.type_name(field), "Maybe<i64>");
}

#[test]
fn arguments_decide_about_type_arguments() {
    check_dump(
        "T pick<T>(T a, T b) => a; pub i64 f(i64 n) => pick(1, n);",
        "(n: i64) -> i64 { return pick<i64>(1:i64, n) }",
    );
    check_dump(
        "T first<T>(T[] xs) => xs[0]; pub string f(string[] xs) => first(xs);",
        "(xs: string[]) -> string { return first<string>(xs) }",
    );
    check_dump(
        "T pick<T>(T a, T b) => a; pub f64 f() => pick(1, 2.5);",
        "() -> f64 { return pick<f64>(1.0:f64, 2.5:f64) }",
    );
    check_dump(
        &format!("{BOX}T open<T>(Box<T> b) => b.value; pub i64 f(Box<i64> b) => open(b);"),
        "(b: Box<i64>) -> i64 { return open<i64>(b) }",
    );
    check(
        "T pick<T>(T a, T b) => a; pub unit f(i32 a, i64 b) { let x = pick(a, b); }",
        "E1205 1:70",
    );
    check("T pick<T>(T a, T b) => a; pub unit f() { let x = pick(1, true); }", "E1205 1:55");
    check("T none<T>() => __panic_str(\"\"); pub unit f() { let x = none(); }", "E1203 1:56");
}

#[test]
fn the_expected_type_decides_about_the_rest() {
    check_dump(
        &format!(
            "{MAYBE}pub Maybe<i64> f(bool b) {{ if b {{ return Maybe::Nothing; }} return Maybe::Just(1); }}"
        ),
        "(b: bool) -> Maybe<i64> { if b { return Maybe<i64>::Nothing }; return Maybe<i64>::Just(1:i64) }",
    );
    check_dump(
        "T none<T>() => __panic_str(\"\"); pub i64 f() => none();",
        "() -> i64 { return none<i64>() }",
    );
    check_dump(
        &format!("{BOX}pub Box<f64> f(i32 n) => Box {{ value: n }};"),
        "(n: i32) -> Box<f64> { return Box<f64> { 0: f64(n) } }",
    );
    check(&format!("{MAYBE}pub unit f() {{ let x = Maybe::Nothing; }}"), "E1202 2:24");
    check(&format!("{MAYBE}pub unit f() {{ let x = Maybe<i64>::Nothing; }}"), "");
    check(
        &format!("{BOX}pub unit f() {{ let x = Box<i64> {{ value: 1 }}; i64 y = x.value; }}"),
        "",
    );
    check(&format!("{BOX}pub unit f() {{ let x = Box {{ value: 1 }}; i64 y = x.value; }}"), "");
}

#[test]
fn written_arguments_are_counted() {
    check(&format!("{BOX}pub unit f(Box b) {{ }}"), "E1203 2:12");
    check(&format!("{BOX}pub unit f(Box<i64, i64> b) {{ }}"), "E1204 2:12");
    check("pub type P { i64 x } pub unit f(P<i64> p) { }", "E1204 1:33");
    check("T id<T>(T x) => x; pub i64 f() => id<i64, i64>(1);", "E1204 1:35");
    check("i64 id(i64 x) => x; pub i64 f() => id<i64>(1);", "E1204 1:36");
    check("pub T f<T>(T<i64> x) => __panic_str(\"\");", "E1204 1:12");
    check("pub T f<T, T>(T x) => x;", "E1229 1:12");
    check("pub type A<T, T> { T x }", "E1229 1:15");
}

#[test]
fn methods_belong_to_all_instances() {
    check_dump(
        &format!(
            "{BOX}impl Box<U> {{ pub U Get() => value; pub Box<U> With(U v) => Box {{ value: v }}; }}
             pub i64 f(Box<i64> b) => b.With(2).Get();"
        ),
        "(b: Box<i64>) -> i64 { return Box<i64>.Get(Box<i64>.With(b, 2:i64)) }",
    );
    check_dump(
        &format!(
            "{BOX}impl<T> Box<T> {{ pub R As<R>(R r) => r; }} pub string f(Box<i64> b) => b.As(\"\");"
        ),
        "(b: Box<i64>) -> string { return Box<i64>.As<string>(b, \"\") }",
    );
    let source =
        format!("{BOX}impl Box<T> {{ pub T Get() => value; }} pub i64 f(Box<i64> b) => b.Get();");
    let methods = program(&source);
    let get = methods.functions.iter().find(|it| it.name == "Box<i64>.Get").unwrap();
    assert_eq!(get.symbol, "_B3app0impl3BoxI3i64E3Get");
    check(&format!("{BOX}impl Box {{ pub i64 M() => 1; }}"), "E1203 2:6");
    check(&format!("{BOX}impl Box<i64> {{ pub i64 M() => 1; }}"), "E1299 2:10");
    check(&format!("{BOX}impl<T, U> Box<T> {{ pub i64 M() => 1; }}"), "E1203 2:9");
    check("pub type A<T> { T x, pub T Get() { return x; } } pub i64 f(A<i64> a) => a.Get();", "");
}

#[test]
fn patterns_need_no_type_arguments() {
    check_dump(
        &format!(
            "{MAYBE}pub i64 f(Maybe<i64> m) => match m {{ Maybe::Just(x) => x, Maybe<i64>::Nothing => 0 }};"
        ),
        "(m: Maybe<i64>) -> i64 { return match m { Just(x) => x, Nothing => 0:i64 } }",
    );
    check(
        &format!(
            "{MAYBE}pub i64 f(Maybe<i64> m) => match m {{ Maybe<bool>::Just(x) => 1, _ => 0 }};"
        ),
        "E1206 2:38",
    );
    check(
        &format!("{MAYBE}pub i64 f(i64 m) => match m {{ Maybe::Just(x) => 1, _ => 0 }};"),
        "E1206 2:31",
    );
    check(
        &format!(
            "{MAYBE}pub i64 f(Maybe<bool> m) => match m {{ Maybe::Just(true) => 1, Maybe::Nothing => 0 }};"
        ),
        "E1304 2:35",
    );
}

#[test]
fn generic_items_are_checked_without_instances() {
    check("pub T f<T>(T x) => 1;", "E1207 1:20");
    check("pub T f<T>(T x) { let y = nope; return x; }", "E1101 1:27");
    check("pub unit f<T>(T x) { x.M(); }", "E1606 1:24");
    check("pub i64 f<T>(T x) => x;", "E1207 1:22");
    check("pub A f<A, B>(A a, B b) => b;", "E1207 1:28");
    check("pub type A<T> { Missing<T> x }", "E1005 1:17");
    check("pub T f<T>(T a, T b) { if a < b { return a + b; } return a; }", "");
}

#[test]
fn what_depends_on_the_instance_is_checked_there() {
    check("bool less<T>(T a, T b) => a < b; pub bool f() => less(1, 2);", "");
    let source = "bool less<T>(T a, T b) => a < b; pub bool f() => less(true, false);";
    check(source, "E1209 1:29");
    let analysis = analyze_text(source);
    let [found] = analysis.diagnostics.as_slice() else { panic!("{}", rendered(&analysis)) };
    assert_eq!(found.notes, ["in the instance `less<bool>`"]);
    check("bool same<T>(T a, T b) => a == b; pub bool f(i64[] a) => same(a, a);", "E1209 1:29");
    check(
        "string show<T>(T a) => \"${a}\"; pub string f(i64[] a) => show(a) + show(1);",
        "E1206 1:27",
    );
    check(&format!("{BOX}pub bool f(Box<i64> a, Box<i64> b) => a == b;"), "");
    check(&format!("{BOX}pub bool f(Box<i64[]> a, Box<i64[]> b) => a == b;"), "E1209 2:45");
}

#[test]
fn instances_that_grow_are_cut_off() {
    check("unit f<T>(T x) { f([x]); } pub unit g() { f(1); }", "E1611 1:18");
    check("pub type Grow<T> { Grow<T[]> x } pub unit g(Grow<i64> x) { }", "E1611 1:10");
    check(
        "pub type P<T> { T a } unit f<T>(T x) { f(P { a: [x] }); } pub unit g() { f(1); }",
        "E1611 1:40",
    );
    let wide = "pub type P<A, B> { A a, B b }
        unit f<T>(T x) { f(P { a: x, b: x }); } pub unit g() { f(1); }";
    check(wide, "E1611 2:26");
    let many = "pub type A<T> { A<B<T>> x, A<C<T>> y } pub type B<T> { T b } pub type C<T> { T c }
        pub unit g(A<i64> x) { }";
    assert!(analyze_text(many).has_errors());
}

#[test]
fn recursion_on_the_same_instance_ends() {
    check(
        "i64 f<T>(T x, i64 n) { if n > 0 { return f(x, n - 1); } return n; } pub i64 g() => f(1, 2);",
        "",
    );
    check("pub type List<T> { T head, List<T>[] tail } pub unit g(List<i64> x) { }", "");
}

#[test]
fn unit_is_an_argument_like_any_other() {
    check(&format!("{MAYBE}pub Maybe<unit> f() => Maybe::Just(());"), "");
    check(&format!("{BOX}pub unit f(Box<unit> b) {{ }}"), "");
    check("T id<T>(T x) => x; pub unit f() { id(()); }", "");
    check("T[] two<T>() => []; pub unit f() { two<unit>(); }", "");
}
