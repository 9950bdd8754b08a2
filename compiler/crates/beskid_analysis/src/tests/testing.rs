//! `test` items and `main`.

use super::{analyze_files, check, findings, program};
use crate::MainRule;

#[test]
fn sections_describe_a_test() {
    let program = program(
        "test A { meta { tags = \" fast, unit \"; group = \"core\"; } }
         test B { skip { condition = true; reason = \"later\"; } return; }
         test C { skip { condition = false; reason = \"\"; } }",
    );
    let [a, b, c] = program.tests.as_slice() else { panic!("three tests") };
    assert_eq!((a.name.as_str(), a.group.as_str()), ("A", "core"));
    assert_eq!(a.tags, ["fast", "unit"]);
    assert_eq!(b.skip.as_deref(), Some("later"));
    assert_eq!(c.skip, None);
    assert_eq!(program.functions[b.function.index()].name, "test B");
    assert_eq!(program.functions[b.function.index()].symbol, "_B3app0test1B");
}

#[test]
fn sections_are_validated() {
    check("test A { meta { nope = \"\"; } }", "E1151 1:17");
    check("test A { meta { tags = 1; } }", "E1151 1:24");
    check("test A { meta { tags = \"\"; tags = \"\"; } }", "E1151 1:28");
    check("test A { meta { } meta { } }", "E1151 1:19");
    check("test A { skip { condition = \"yes\"; } }", "E1151 1:29");
}

#[test]
fn bodies_are_checked() {
    check("test A { let x = nope; }", "E1101 1:18");
    check("test A { return 1; }", "E1207 1:17");
    check("i64 f() => 1; test A { f(); }", "");
}

#[test]
fn assertions_come_from_the_library() {
    let source = "test A { Testing.Assert.True(1 < 2, \"order\"); \
                  Testing.Assert.Contains(\"abc\", \"b\", \"middle\"); }";
    check(source, "");
}

#[test]
fn main_has_few_forms() {
    for result in ["unit", "i32", "i64", "bool", "f64", "char", "string", "u8"] {
        check(&format!("{result} main() {{ __panic_str(\"\"); }}"), "");
    }
    check("i64[] main() { return []; }", "E1109 1:7");
    check("unit main(string[] args) { }", "");
    check("u16 main(string[] _) => 7;", "");
    check("Result<unit, string> main() => Result::Ok(());", "");
    check("Result<i64, string> main(string[] args) => Result::Error(args[0]);", "");
    check("Result<i64, i64> main() => Result::Ok(1);", "E1109 1:18");
    check("Option<i64> main() => Option::None;", "E1109 1:13");
    check("unit main(string args) { }", "E1109 1:11");
    check("unit main(string[] args, i64 n) { }", "E1109 1:11");
    check("i64[] main(i64 n) { return [n]; }", "E1109 1:7, E1109 1:12");
    check("Nope main(Nope x) { return x; }", "E1201 1:1, E1201 1:11");
    check("T main<T>(T x) => x;", "E1109 1:3");
    let named = program("i32 Main() => 0;");
    assert_eq!(named.functions[named.main.unwrap().function.index()].name, "Main");
    assert!(program("pub unit f() { }").main.is_none());
}

#[test]
fn an_executable_needs_main() {
    let found = |source| findings(&analyze_files(source, &[], MainRule::Required));
    assert_eq!(found("pub unit f() { }"), "E1109 1:1");
    assert_eq!(found("unit main() { }"), "");
    assert_eq!(found("mod m { pub unit main() { } }"), "E1109 1:1");
}
