//! `match`: patterns, result types, coverage.

use super::{analyze_text, check, check_body, check_dump};

const SHAPE: &str = "pub enum Shape { Circle(f64 radius), Rect(f64 w, f64 h), Dot }\n";
const TREE: &str = "pub enum Tree { Leaf(bool full), Node(Tree left, Tree right) }\n";

#[track_caller]
fn check_shape(rest: &str, expected: &str) {
    check(&format!("{SHAPE}{rest}"), expected);
}

#[track_caller]
fn check_tree(rest: &str, expected: &str) {
    check(&format!("{TREE}{rest}"), expected);
}

/// The message of the only diagnostic.
#[track_caller]
fn message(source: &str) -> String {
    let analysis = analyze_text(source);
    let [found] = analysis.diagnostics.as_slice() else {
        panic!("{:?}", analysis.diagnostics);
    };
    found.message.clone()
}

#[test]
fn patterns_bind_and_guards_see_it() {
    check_dump(
        &format!(
            "{SHAPE}pub f64 f(Shape s) {{ return match s {{
                 Shape::Circle(r) when r > 0.0 => r * r,
                 Shape::Rect(w, _) => w,
                 _ => 0,
             }}; }}"
        ),
        "(s: Shape) -> f64 { return match s { Circle(r) when (r > 0.0:f64) => (r * r), \
         Rect(w, _) => w, _ => 0.0:f64 } }",
    );
    check_dump(
        "pub string f(i64 n) => match n { -1 => \"minus\", 0 => \"none\", many => \"${many}\" };",
        "(n: i64) -> string { return match n { -1 => \"minus\", 0 => \"none\", many => text(many) } }",
    );
}

#[test]
fn literals_have_the_type_of_the_scrutinee() {
    check_body("u8 b", "let x = match b { 255 => 1, 256 => 2, _ => 3 };", "E1232 1:29");
    check_body("f64 x", "let y = match x { 1 => 1, -2.5 => 2, _ => 3 };", "");
    check_body(
        "i64 x",
        "let y = match x { 'a' => 1, 1.5 => 2, _ => 3 };",
        "E1206 1:19, E1206 1:29",
    );
    check_body("string s", "let y = match s { \"a\" => 1, true => 2, _ => 3 };", "E1206 1:29");
    check_body("i64 x", "let y = match x { 7i32 => 1, -7i64 => 2, _ => 3 };", "E1206 1:19");
    check_body("char c", "let y = match c { 'a' => 1, _ => 2 };", "");
}

#[test]
fn variants_in_patterns_are_checked() {
    let tail = "_ => 0 };";
    for (pattern, expected) in [
        ("Shape::Circle", "E1307 2:39"),
        ("Shape::Circle(a, b)", "E1307 2:39"),
        ("Shape::Rect(a, a)", "E1306 2:54"),
        ("Shape::Square(a)", "E1301 2:46"),
        ("Form::Dot", "E1301 2:39"),
        ("Shape::Circle(true)", "E1206 2:53"),
        ("Dot", "W1303 2:39, W1309 2:49"),
    ] {
        check_shape(
            &format!("pub i64 f(Shape s) => match s {{       {pattern} => 1, {tail}"),
            expected,
        );
    }
    check_shape("pub i64 f(i64 n) => match n { Shape::Dot => 1, _ => 0 };", "E1206 2:31");
}

#[test]
fn names_of_patterns_end_with_their_arm() {
    check_body("i64 n", "let x = match n { m => m };\nlet y = m;", "E1101 2:9");
    check_body("i64 n", "let x = match n { m when m > 0 => 1, m => 2 };", "");
    check_body("i64 n", "let x = match n { n => n };", "W1103 1:19");
    check_body("i64 n", "match n { m => { m = 2; } }", "E1214 1:18");
}

#[test]
fn arms_of_values_agree() {
    check_body("i64 n", "let x = match n { 0 => 1, _ => true };", "E1305 1:32");
    check_body("bool b", "i64 x = match b { true => 1, false => 2 };", "");
    check_body("bool b, i64 n", "let x = match b { true => 1, false => n };\ni64 y = x;", "");
    check_body("bool b, i64 n", "i32 x = match b { true => 1, false => n };", "E1305 1:39");
    check_body("bool b, i32 n", "i64 x = match b { true => 1, false => n };", "");
    check_body("bool b", "let x = match b { true => 1, false => { } };", "E1305 1:39");
    check_body("bool b", "let x = match b { true => 1, false => { return; } };", "");
    check_body("bool b", "f64 x = match b { true => 1, false => __panic_str(\"\") };", "");
}

#[test]
fn arms_of_statements_need_not_agree() {
    check_body("i64 n", "match n { 0 => 1, 1 => true, _ => { } }", "");
    check("unit g() => match true { true => 1, false => \"\" }; pub unit f() { g(); }", "");
    check_body("i64 n", "match n { 0 => match n { 1 => 2, _ => { } }, _ => { } }", "");
}

#[test]
fn guards_are_bool() {
    check_body("i64 n", "let x = match n { 0 when 1 => 1, _ => 2 };", "E1308 1:26");
    check_dump(
        "pub i64 f(i64 n) => match n { 0 when __panic_str(\"\") => 1, _ => 2 };",
        "(n: i64) -> i64 { return match n { 0 => do { rt panic_str(\"\") }, _ => 2:i64 } }",
    );
}

#[test]
fn control_flow_goes_through_the_arms() {
    check_shape(
        "pub i64 f(Shape s) { match s { Shape::Dot => { return 1; }, _ => { return 2; } } }",
        "",
    );
    check_shape(
        "pub i64 f(Shape s) { match s { Shape::Dot => { return 1; }, _ => { } } }",
        "E1207 2:9",
    );
    check_body(
        "bool b",
        "while true { match b { true => { break; }, false => { continue; } } }",
        "",
    );
    check_body(
        "bool b",
        "match b { true => { return; }, false => { return; } }\nlet x = 1;",
        "W1403 2:1",
    );
    check_dump(
        "pub i64 f(bool b) { return match b { true => { return 1; }, false => { return 2; } }; }",
        "(b: bool) -> i64 { match b { true => do { return 1:i64 }, false => do { return 2:i64 } } }",
    );
    check_dump(
        "pub i64 f() => match __panic_str(\"\") { _ => 1 };",
        "() -> i64 { rt panic_str(\"\") }",
    );
}

#[test]
fn every_value_needs_an_arm() {
    check_shape("pub i64 f(Shape s) => match s { Shape::Dot => 1 };", "E1304 2:29");
    check_body("bool b", "let x = match b { true => 1 };", "E1304 1:15");
    check_body("i64 n", "let x = match n { 1 => 1, 2 => 2 };", "E1304 1:15");
    check_body("string s", "let x = match s { \"\" => 1 };", "E1304 1:15");
    check_body("i64 n", "match n { }", "E1304 1:7");
    check_body("bool b", "let x = match b { true when b => 1, false => 2 };", "E1304 1:15");
    check_body("type_of x", "", "E1201 0:12");
}

#[test]
fn missing_values_are_listed() {
    let of_shape =
        |arms: &str| message(&format!("{SHAPE}pub i64 f(Shape s) => match s {{ {arms} }};"));
    assert_eq!(
        of_shape("Shape::Dot => 1"),
        "this `match` does not cover `Shape::Circle(_)`, `Shape::Rect(_, _)`"
    );
    assert_eq!(of_shape(""), "this `match` does not cover `_`");
    let of_tree =
        |arms: &str| message(&format!("{TREE}pub i64 f(Tree t) => match t {{ {arms} }};"));
    assert_eq!(
        of_tree("Tree::Leaf(true) => 1, Tree::Node(Tree::Leaf(_), _) => 2"),
        "this `match` does not cover `Tree::Leaf(false)`, `Tree::Node(Tree::Node(_, _), _)`"
    );
    assert_eq!(
        message("pub i64 f(i64 n) => match n { 1 => 1 };"),
        "this `match` does not cover `_`"
    );
}

#[test]
fn nested_patterns_can_cover_together() {
    check_tree(
        "pub i64 f(Tree t) => match t {
             Tree::Leaf(true) => 1, Tree::Leaf(false) => 2,
             Tree::Node(Tree::Leaf(_), _) => 3, Tree::Node(_, Tree::Leaf(_)) => 4,
             Tree::Node(Tree::Node(_, _), Tree::Node(_, _)) => 5 };",
        "",
    );
}

#[test]
fn arms_that_nothing_reaches_are_reported() {
    check_body("i64 n", "let x = match n { _ => 1, 2 => 2 };", "W1309 1:27");
    check_body("i64 n", "let x = match n { 2 => 1, 2 => 2, _ => 3 };", "W1309 1:27");
    check_body("bool b", "let x = match b { true => 1, false => 2, _ => 3 };", "W1309 1:42");
    check_body("i64 n", "let x = match n { 2 when n > 0 => 1, 2 => 2, _ => 3 };", "");
    check_tree(
        "pub i64 f(Tree t) => match t { Tree::Leaf(_) => 1, Tree::Node(_, _) => 2,
             Tree::Leaf(true) => 3 };",
        "W1309 3:14",
    );
}

#[test]
fn mistakes_in_arms_are_all_reported() {
    check_body("i64 n", "let x = match n { 0 => nope, _ => missing };", "E1101 1:24, E1101 1:35");
    check_body("", "let x = match nope { Shape::Dot => 1, y => y };", "E1101 1:15, E1301 1:22");
    check("pub i64 f(i64 n) { match n { 0 => { return 1; } } }", "E1304 1:26");
}

#[test]
fn coverage_of_a_hostile_match_ends() {
    let fields: Vec<String> = (0..24).map(|index| format!("bool b{index}")).collect();
    let arms: Vec<String> = (0..24)
        .map(|index| {
            let parts: Vec<&str> =
                (0..24).map(|at| if at == index { "true" } else { "_" }).collect();
            format!("E::A({}) => {index},", parts.join(", "))
        })
        .collect();
    let source = format!(
        "pub enum E {{ A({}) }} pub i64 f(E e) => match e {{ {} _ => 0 }};",
        fields.join(", "),
        arms.join("\n")
    );
    check(&source, "");
    let wide = vec!["_"; 5_000].join(", ");
    let types = vec!["i64"; 5_000].join(", ");
    check(
        &format!("pub enum E {{ A({types}) }} pub i64 f(E e) => match e {{ E::A({wide}) => 1 }};"),
        "",
    );
}
