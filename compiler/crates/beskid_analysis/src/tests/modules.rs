//! Modules, visibility, imports.

use super::{analyze_files, check, check_files, findings};
use crate::MainRule;

#[test]
fn qualified_paths_load_modules() {
    let files = [("a/b.bsk", "pub i64 f() { return 1; } pub type T { i64 x }")];
    check_files("pub i64 f() { return a.b.f(); }", &files, "");
    check_files("pub i64 f() { let t = a.b.T { x: 1 }; return t.x; }", &files, "");
    check_files("pub unit f(a.b.T t) { a.b.T u = t; }", &files, "");
    check_files("pub i64 f() { return a.b.g(); }", &files, "E1101 1:26");
    check_files("pub i64 f() { return a.c.f(); }", &files, "E1108 1:24");
    check_files("pub unit f(a.b.U t) { }", &files, "E1201 1:16");
    check_files("pub unit f(a.c.U t) { }", &files, "E1108 1:14");
}

#[test]
fn locals_hide_modules() {
    let files = [("a.bsk", "pub i64 f() { return 1; }")];
    check_files("pub type T { i64 f } pub i64 f(T a) { return a.f; }", &files, "");
    check_files("pub i64 f() { let a = a.f(); return a; }", &files, "");
}

#[test]
fn every_spelling_of_a_file_is_found() {
    let entry = "mod x; pub i64 f() { return x.f(); }";
    let text = "pub i64 f() { return 1; }";
    for path in ["x.bsk", "x/mod.bsk", "x/x.bsk", "x.bd", "x/mod.bd", "x/x.bd"] {
        check_files(entry, &[(path, text)], "");
    }
    check_files(entry, &[], "E1502 1:5");
    check_files(entry, &[("x.bsk", text), ("x/x.bsk", text)], "E1502 1:5");
    check_files("mod x; mod y; pub i64 f() { return x.f(); }", &[("x.bsk", text)], "E1502 1:12");
}

#[test]
fn imports_bind_names() {
    let files = [
        ("a.bsk", "pub i64 f() { return 1; } i64 g() { return 2; } pub type T { i64 x }"),
        ("b.bsk", "pub use a.f; pub use a.T as U; use a.g as h;"),
    ];
    check_files("use a.f; pub i64 k() { return f(); }", &files[..1], "W1504 a.bsk:1:31");
    check_files("use a.f as g; pub i64 k() { return g(); }", &files[..1], "W1504 a.bsk:1:31");
    check_files("use a; pub i64 k() { return a.f(); }", &files[..1], "W1504 a.bsk:1:31");
    check_files("use a.g; pub i64 k() { return g(); }", &files[..1], "E1501 1:7");
    check_files("use a.nope; pub i64 k() { return nope(); }", &files[..1], "E1105 1:7");
    check_files("use nope.f; pub i64 k() { return f(); }", &files[..1], "E1105 1:5");
    check_files(
        "use b.f; use b.U; pub i64 k(U u) { return f() + u.x; }",
        &files,
        "E1501 b.bsk:1:38",
    );
    check_files("use b.h; pub i64 k() { return h(); }", &files, "E1501 b.bsk:1:38");
}

#[test]
fn unused_and_clashing_imports() {
    let files = [("a.bsk", "pub i64 f() { return 1; } pub i64 g() { return 1; }")];
    check_files("use a.f; pub i64 k() { return 1; }", &files, "W1503 1:7");
    check_files("use a.f; use a.g as f; pub i64 k() { return f(); }", &files, "E1104 1:21");
    check_files("use a.f; use a.f; pub i64 k() { return f(); }", &files, "W1503 1:16");
    check_files("use a.f; pub i64 f() { return 1; }", &files, "E1104 1:7");
}

#[test]
fn circular_imports_end() {
    let files = [
        ("a.bsk", "use b.g; pub i64 f() { return g(); }"),
        ("b.bsk", "use a.f; pub i64 g() { return f(); }"),
    ];
    check_files("pub i64 k() { return a.f(); }", &files, "");
    let circle = [("a.bsk", "pub use b.x;"), ("b.bsk", "pub use a.x;")];
    check_files("use a.x; pub i64 k() { return x(); }", &circle, "E1105 b.bsk:1:11");
}

#[test]
fn private_items_are_visible_in_descendants_only() {
    let files = [("a.bsk", "i64 f() { return 1; } pub i64 g() => f();")];
    check_files("pub i64 k() { return a.f(); }", &files, "E1107 1:24");
    check("mod m { i64 f() => 1; pub mod n { pub i64 g() => f(); } } pub i64 k() => m.n.g();", "");
    check("mod m { mod n { pub i64 g() => 1; } } pub i64 k() => m.n.g();", "E1107 1:56");
    check("i64 top() => 1; mod m { pub i64 g() => top(); } pub i64 k() => m.g();", "");
    check(
        "mod m { pub type T { i64 x } impl T { i64 h() => x; } } pub i64 k(m.T t) => t.h();",
        "E1107 1:79",
    );
}

#[test]
fn private_methods_belong_to_a_module() {
    let with = |visibility: &str| {
        format!(
            "mod m {{ pub type T {{ i64 x, {visibility} i64 h() => x; }} }}
             impl m.T {{ pub i64 k() => h() + this.h(); }}"
        )
    };
    check(&with("pub"), "");
    check(&with(""), "E1107 2:40, E1107 2:51");
}

#[test]
fn inline_modules_nest_and_are_unique() {
    check("mod m { pub i64 f() => 1; } mod m { } pub i64 k() => m.f();", "E1006 1:33");
    check("mod m { pub type T { i64 x } } pub i64 k(m.T t) => t.x;", "");
}

#[test]
fn a_file_may_name_itself() {
    check_files(
        "pub i64 k() { return a.b.f(); }",
        &[("a/b.bsk", "mod a.b; pub i64 f() => 1;")],
        "",
    );
    check_files(
        "pub i64 k() { return b.f(); }",
        &[("b.bsk", "pub i64 f() => 1; mod b;")],
        "E1505 b.bsk:1:23",
    );
    check_files(
        "pub i64 k() { return b.f(); }",
        &[("b.bsk", "mod b; pub i64 f() => 1; mod b;")],
        "E1506 b.bsk:1:30",
    );
    check_files(
        "pub i64 k() { return b.f(); }",
        &[("b.bsk", "mod b; pub i64 f() => 1; mod c { }")],
        "E1507 b.bsk:1:30",
    );
}

#[test]
fn hub_modules_offer_others() {
    let files = [("lib.bsk", "pub mod net.http;"), ("net/http.bsk", "pub i64 get() => 1;")];
    check_files("pub i64 k() { return lib.http.get(); }", &files, "");
}

#[test]
fn a_module_may_stand_for_its_type() {
    let files = [("a/Thing.bsk", "pub type Thing { i64 x }")];
    check_files("use a.Thing; pub i64 k(Thing t) => t.x;", &files, "");
    check_files("pub i64 k(a.Thing t) => t.x;", &files, "");
}

#[test]
fn a_broken_file_hides_nothing_elsewhere_and_causes_nothing() {
    let files =
        [("a.bsk", "pub i64 f() { return ; ; }} ) pub i64"), ("b.bsk", "pub i64 g() => tru;")];
    let analysis = analyze_files(
        "use a.missing; pub i64 k() { return a.other() + b.g() + nope; }",
        &files,
        MainRule::Optional,
    );
    let found = findings(&analysis);
    assert!(found.starts_with("E1101 1:57, parse a.bsk:1:"), "{found}");
    assert!(found.ends_with("E1101 b.bsk:1:16"), "{found}");
    assert_eq!(found.matches("E1101").count(), 2, "{found}");
}

#[test]
fn every_mistake_that_the_parser_finds_rejects_the_program() {
    check("pub unit f64() { }", "E1006 1:10");
    check("pub unit f() { let i32 = 1; }", "E1102 1:20");
    check("pub unit __f() { } pub unit g() { nope(); }", "E1006 1:10");
}

#[test]
fn unused_private_items_draw_a_warning() {
    check("i64 f() => 1; i64 _g() => 2; type T { }", "W1504 1:5, W1504 1:35");
    check("i64 f(i64 n) => f(n); pub unit k() { }", "W1504 1:5");
    check("type T { } pub unit k() { T { }; }", "");
    check("i64 main() => 1;", "");
    check("pub type T { U u } type U { }", "W1107 1:14");
}

#[test]
fn names_are_declared_once() {
    check("pub unit f() { } pub unit f() { }", "E1006 1:27");
    check("pub unit f() { } pub i64 f(i64 n) => n;", "E1006 1:26");
    check("pub type f { } pub unit f() { }", "");
    check("test a { } test a { }", "E1006 1:17");
}

#[test]
fn old_library_paths_get_a_hint() {
    super::check_help(
        "use Std.Core.String; pub unit f() { }",
        "the library's modules stand under `Core` now, such as `Core.Output`",
    );
}
