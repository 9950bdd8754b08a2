//! One mistake, one message; and what follows it is still understood.

use super::{diagnostics, items, mistake, outcome};

#[test]
fn a_missing_semicolon() {
    mistake("x = 1", 6, "expected `;` after this expression, found `}`");
    mistake("return 1", 9, "expected `;` after `return`, found `}`");
    mistake("x y z;", 2, "expected `;` after this expression, found `y`");
    diagnostics(
        "unit f() {\n  let x = 1\n  let y = 2;\n}",
        &[
            "t:2:12: error[parse]: expected `;` after the value of the local, found the reserved word `let`",
        ],
    );
}

#[test]
fn a_mistake_in_brackets_stays_there() {
    mistake("f(a b, c)(d);", 5, "expected `,` or `)`, found `b`");
    mistake("x = [1, , 2] + [3];", 9, "expected an expression, found `,`");
    mistake("x = (1 +) * 2;", 9, "expected an expression, found `)`");
    mistake("x = a[] + 1;", 7, "expected an expression, found `]`");
    mistake("x = P { a: 1 b: 2 };", 14, "expected `,` or `}`, found `b`");
    mistake("match x { 1 => 2 3 => 4 }", 18, "expected `,` or `}`, found `3`");
    mistake("match x { 1 -> 2, 3 => 4 }", 13, "expected `=>` after the pattern, found `->`");
}

#[test]
fn a_missing_bracket() {
    mistake("f(1, 2; x;", 7, "expected `,` or `)`, found `;`");
    mistake("x = (1 + 2; y;", 11, "expected `)`, found `;`");
    mistake("a[1; x;", 4, "expected `]`, found `;`");
    mistake("if (x { y(); } z;", 7, "expected `)`, found `{`");
    diagnostics(
        "i64 f(i64 a { }\ntype P { }",
        &["t:1:13: error[parse]: expected `,` or `)`, found `{`"],
    );
}

#[test]
fn a_missing_expression() {
    mistake("x = ; y;", 5, "expected an expression, found `;`");
    mistake("x = = 1; y;", 5, "expected an expression, found `=`");
    mistake("x.; y;", 3, "expected a name after `.`, found `;`");
    mistake("while { x; } y;", 7, "expected an expression, found `{`");
    mistake("if x == { y; } else { z; } w;", 9, "expected an expression, found `{`");
}

#[test]
fn a_missing_brace_ends_where_the_next_declaration_begins() {
    let (tree, found) = outcome("i64 f() {\n  if x {\n    y();\n}\ni64 g() { }\ntype P { }");
    assert_eq!(found, "t:4:2: error[parse]: expected `}`, found `i64`");
    assert_eq!(tree, "(error)\n(fn i64 g () {})\n(type P)");
    let (tree, found) = outcome("impl P {\n  i64 a() {\n  i64 b() { }\n}\nmod m;");
    assert_eq!(found, "t:2:12: error[parse]: expected `}`, found `i64`");
    assert_eq!(tree, "(impl P (fn i64 b () {}))\n(mod m)");
    diagnostics(
        "type P {\n  i64 x\nenum E { A }",
        &["t:2:8: error[parse]: expected `}`, found the reserved word `enum`"],
    );
    diagnostics(
        "mod a { unit f() { } ",
        &["t:1:21: error[parse]: expected `}`, found the end of the file"],
    );
}

#[test]
fn a_missing_opening_brace_is_taken_for_granted() {
    let (tree, found) = outcome("unit f() { if x y(); } z(); }\nunit g() w(); }");
    let expected = [
        "t:1:17: error[parse]: expected `{`, found `y`",
        "t:2:10: error[parse]: expected `{`, found `w`",
    ];
    assert_eq!(found, expected.join("\n"));
    assert_eq!(tree, "(fn unit f () {(if x {(call y)}) (call z)})\n(fn unit g () {(call w)})");
    mistake("if x y(); z();", 6, "expected `{`, found `y`");
}

#[test]
fn a_missing_name() {
    diagnostics(
        "i64 (i64 n) { }\nmod a;",
        &["t:1:5: error[parse]: expected the name of a function, found `(`"],
    );
    diagnostics(
        "impl P {\n  unit (i64 n) { }\n  unit g() { }\n}",
        &["t:2:8: error[parse]: expected the name of a method, found `(`"],
    );
}

/// The promise of one message per mistake, measured: without any one of its tokens, a program with
/// errors has one error, with few exceptions.
#[test]
fn a_missing_token_is_nearly_always_one_mistake() {
    let sample = super::samples::all();
    let tokens = crate::lexer::lex(&sample, crate::FileId(0)).tokens;
    let errors_without = |token: &crate::token::Token| {
        let mut damaged = sample.clone();
        damaged.replace_range(token.start as usize..token.end as usize, " ");
        crate::parse(&damaged, crate::FileId(0)).1.iter().filter(|it| it.is_error()).count()
    };
    let counts: Vec<usize> = tokens.iter().map(errors_without).filter(|&it| it > 0).collect();
    let single = counts.iter().filter(|&&it| it == 1).count();
    assert!(counts.len() > 400, "{}", counts.len());
    assert!(single * 100 >= counts.len() * 95, "{single} of {}", counts.len());
    // The worst are halves of strings with holes: what was text becomes tokens.
    assert!(counts.iter().all(|&it| it <= 7), "{counts:?}");
}

#[test]
fn a_brace_too_many_is_one_mistake() {
    let (tree, found) = outcome("unit f() { }\n} }\nmod a;");
    assert_eq!(
        found,
        "t:2:1: error[parse]: expected a declaration, such as a function or a type, found `}`"
    );
    assert_eq!(tree, "(fn unit f () {})\n(error)\n(mod a)");
    diagnostics(
        "unit f() { } x = 1; return; }\nmod a;",
        &["t:1:16: error[parse]: expected the name of a function, found `=`"],
    );
}

#[test]
fn members_with_mistakes_are_left_out() {
    let (tree, found) = outcome("type P {\n  i64 x\n  i64\n  i64 y, 5, i64 z\n}");
    assert_eq!(
        found,
        "t:3:6: error[parse]: expected the name of a field or method, found `i64`\n\
         t:4:10: error[parse]: expected a type, found `5`"
    );
    assert_eq!(tree, "(type P (field i64 x) (field i64 y) (field i64 z))");
    let (tree, found) = outcome("enum E { A(i64 x y), B }");
    assert_eq!(found, "t:1:18: error[parse]: expected `,` or `)`, found `y`");
    assert_eq!(tree, "(enum E A(i64 x) B)");
}

#[test]
fn statements_with_mistakes_are_marked() {
    let (tree, _) = outcome("unit f() { a; b c; d; }");
    assert_eq!(tree, "(fn unit f () {a <error> d})");
}

#[test]
fn a_missing_result_type() {
    let (tree, found) = outcome("main(i64 a) { x; }");
    assert_eq!(found, "t:1:1: error[parse]: the function `main` has no result type");
    assert_eq!(tree, "(fn <error> main (i64 a) {x})");
    let (tree, found) = outcome("contract C { run(i64 x); A; }");
    assert_eq!(found, "t:1:14: error[parse]: the function `run` has no result type");
    assert_eq!(tree, "(contract C (fn <error> run (i64 x)) A)");
}

#[test]
fn statements_outside_functions() {
    let message = "expected a declaration, found the reserved word `let`";
    diagnostics("let x = 1;\nmod a;", &[&format!("t:1:1: error[parse]: {message}")]);
}

#[test]
fn functions_in_blocks() {
    mistake("i64 g(i64 a) { return a; } x;", 1, "a function cannot stand in a block");
}

#[test]
fn names_that_are_reserved() {
    mistake("let type = 3; x;", 5, "expected the name of a local, found the reserved word `type`");
    mistake("let this = 3; x;", 5, "expected the name of a local, found the reserved word `this`");
    mistake("i64 _ = 3; x;", 5, "expected the name of a local, found `_`");
}

#[test]
fn locals_without_value() {
    mistake("i64 x; y;", 6, "expected `=` and a value: every local is initialised, found `;`");
    mistake("let x; y;", 6, "expected `=` and a value: every local is initialised, found `;`");
    mistake("mut x = 1; y;", 7, "expected the name of a local, found `=`");
}

#[test]
fn variants_without_their_enum() {
    diagnostics(
        "unit f() { match x { Some(y) => 1, _ => 2 } }",
        &["t:1:22: error[E1303]: the variant `Some` needs the name of its enum"],
    );
}

#[test]
fn words_reserved_for_later() {
    diagnostics(
        "async unit f() { await x; }",
        &[
            "t:1:1: error[E1226]: `async` is reserved and has no meaning",
            "t:1:18: error[E1227]: `await` is reserved and has no meaning",
        ],
    );
}

#[test]
fn contract_methods_have_no_body() {
    diagnostics(
        "contract C { i32 run() { x; } unit b(); }",
        &["t:1:24: error[parse]: the contract method `run` cannot have a body"],
    );
    diagnostics(
        "contract C { T f<T>(); unit b(); }",
        &["t:1:17: error[parse]: a method of a contract cannot have type parameters"],
    );
}

#[test]
fn habits_from_other_languages_are_explained() {
    for (source, help) in [
        ("x++;", "there is no `++`: write `x += 1`"),
        ("x--;", "there is no `--`: write `x -= 1`"),
        ("x = a << b;", "there is no `<<`: use `Core.Bits.ShiftLeft`"),
        ("x = a >> b;", "there is no `>>`: use `Core.Bits.ShiftRight`"),
        ("x = a ? b : c;", "there is no `a ? b : c`: write `match a { true => b, false => c }`"),
        ("for i in 0..9 { }", "there is no `a..b`: write `range(a, b)` after `in`"),
        (
            "for (i = 0; i < 3; i += 1) { }",
            "write `for name in range(a, b)` to count from a to b - 1",
        ),
        ("mut x = 1;", "write `let mut name = …` or `mut type name = …`"),
    ] {
        let (_, found) = crate::parse(&format!("unit f() {{ {source} }}"), crate::FileId(0));
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert_eq!(found[0].help.as_deref(), Some(help), "{source}");
    }
}

#[test]
fn repeated_commas_and_semicolons_are_one_mistake() {
    mistake("x(1,,,,2);", 5, "expected an expression, found `,`");
    mistake("x;;;;y;", 3, "expected a statement, found `;`");
}

#[test]
fn attributes_with_mistakes_are_left_out() {
    let (tree, found) = outcome("[A(x 1)] [B] unit f() { }");
    assert_eq!(
        found,
        "t:1:6: error[parse]: expected `:` after the name of the argument, found `1`"
    );
    assert_eq!(tree, "[A] [B] (fn unit f () {})");
}

#[test]
fn an_empty_file_is_fine() {
    items("", "");
    items("\n\n// nothing\n", "");
}
