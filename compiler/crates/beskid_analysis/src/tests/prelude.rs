//! `Option`, `Result`, `?` and iterators.

use super::{analyze_text, check, check_body, check_dump, check_files, program, rendered};

#[test]
fn the_prelude_is_known_everywhere() {
    check("pub Option<i64> f() => Option::Some(1);", "");
    check("pub Result<i64, string> f() => Result::Error(\"x\");", "");
    check("mod m { pub unit g(Option<bool> o) { } } pub unit f() { m.g(Option::None); }", "");
    check_files(
        "pub unit f() { m.g(); }",
        &[("m.bsk", "pub Option<i64> g() => Option::None;")],
        "",
    );
    check("use Core.Optional.Option; pub unit f(Option<i64> o) { }", "");
    check("pub unit f(Core.Results.Result<i64, bool> r) { }", "");
    let program = program("pub Option<i64> f() => Option::None;");
    assert_eq!(program.enums[0].name, "Option<i64>");
}

#[test]
fn a_declaration_of_the_program_hides_the_prelude() {
    check("pub enum Option { Yes, No } pub Option f() => Option::Yes;", "");
    check(
        "pub enum Result<T> { Ok(T v), Error(string e) } pub Result<i64> f() => Result::Ok(1);",
        "",
    );
    check(
        "enum Option { A } mod m { pub unit g(Option o) { } } pub Option f() => Option::A;",
        "W1107 1:38, W1107 1:58",
    );
}

#[test]
fn a_result_is_passed_on() {
    check_dump(
        "pub Result<i64, string> f(Result<bool, string> r) { let b = r?; return Result::Ok(2); }",
        "(r: Result<bool, string>) -> Result<i64, string> { let b: bool = match r { Ok() => , \
         Error() => do { return Result<i64, string>::Error() } }; \
         return Result<i64, string>::Ok(2:i64) }",
    );
    check(
        "pub Result<i64, bool> f(Result<i64, string> r) { return Result::Ok(r?); }",
        "E1702 1:68",
    );
    check("pub i64 f(Result<i64, string> r) { return r?; }", "W1704 1:43");
    check("pub i64 f(Result<i64, i64> r) => r? + 1;", "W1704 1:34");
    check("pub i64 f(i64 r) { return r?; }", "E1222 1:27");
    check("pub Result<unit, string> f(Result<unit, string> r) { r?; return Result::Ok(()); }", "");
    check(
        "enum Result<T> { Ok(T v), Error(i64 code) } Result<bool> g() => Result::Ok(true);
         pub unit f() { let _ = h(); } Result<i64> h() { let b = g()?; return Result::Error(1); }",
        "",
    );
}

#[test]
fn an_option_is_passed_on_by_functions_that_return_one() {
    check("pub Option<string> f(Option<i64> o) { let n = o?; return Option::Some(\"${n}\"); }", "");
    check("pub i64 f(Option<i64> o) => o?;", "E1222 1:29");
    check(
        "Option<R> map<T, R>(Option<T> o, R r) { let t = o?; return Option::Some(r); }
        pub Option<i64> f() => map(Option::Some(true), 1);",
        "",
    );
}

#[test]
fn dropped_results_draw_a_warning() {
    let tail = " } Result<i64, string> g() => Result::Ok(1);";
    check(&format!("pub unit f() {{ g(); {tail}"), "W1240 1:16");
    check(&format!("pub unit f() {{ let _ = g(); {tail}"), "");
    check("pub unit f(Option<i64> o) { o; }", "");
    check_body("Result<i64, bool> r", "match true { true => r, false => { } }", "W1240 1:22");
}

const COUNTER: &str = "pub type Counter { i64 at }
impl Counter { pub Option<i64> Next() { this.at += 1; return Option::Some(this.at); } }\n";

#[test]
fn iterators_are_asked_until_they_have_nothing() {
    let source = format!(
        "{COUNTER}pub i64 f(Counter c) {{ for n in c {{ if n > 3 {{ return n; }} }} return 0; }}"
    );
    check_dump(
        &source,
        "(c: Counter) -> i64 { let : Counter = c; while true { match Counter.Next() { \
         Some(n) => do { if (n > 3:i64) { return n } }, _ => do { break } } }; return 0:i64 }",
    );
    check(
        "pub type I<T> { T[] xs } impl I<T> { pub Option<T> Next() => Option::Some(this.xs[0]); }
         pub string f(I<string> i) { for s in i { return s; } return \"\"; }",
        "",
    );
    check(
        &format!(
            "{COUNTER}pub unit f(Counter c) {{ for n in c {{ break; }} for n in c {{ continue; }} }}"
        ),
        "",
    );
}

#[test]
fn other_values_cannot_be_walked() {
    let of = |next: &str| {
        format!("pub type I {{ i64 x }} impl I {{ {next} }} pub unit f(I i) {{ for n in i {{ }} }}")
    };
    check(&of("pub Option<i64> Next(i64 n) => Option::None;"), "E1216 1:105");
    check(&of("pub i64 Next() => 1;"), "E1217 1:81");
    check(&of(""), "E1215 1:61");
    check(
        "pub enum Option { Some(i64 a, i64 b), None } pub type I { i64 x }
         impl I { pub Option Next() => Option::None; } pub unit f(I i) { for n in i { } }",
        "E1218 2:83",
    );
}

#[test]
fn library_functions_on_options_and_results() {
    check("pub i64 f(Option<i64> o) => Core.Optional.UnwrapOr(o, 1) + o.UnwrapOr(2);", "");
    check("pub bool f(Result<i64, bool> r) => r.IsOk() && Core.Results.IsError(r);", "");
    check("pub Option<i64> f(Result<i64, bool> r) => r.ToOption();", "");
}

#[test]
fn mistakes_in_library_instances_name_the_place_that_needs_them() {
    let analysis = analyze_text("test A { Testing.Assert.Equal([1], [1], \"arrays\"); }");
    let [found] = analysis.diagnostics.as_slice() else { panic!("{}", rendered(&analysis)) };
    assert_eq!(found.code.as_str(), "E1209");
    assert_eq!(found.notes, ["in the instance `Equal<i32[]>`"]);
}
