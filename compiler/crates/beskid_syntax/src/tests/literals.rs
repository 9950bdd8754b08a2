//! Numbers, characters, strings, comments.

use super::{diagnostics, expr, items, mistake};

#[test]
fn integers() {
    expr("1_000_000", "1000000");
    expr("0xFF + 0b1010 + 0o17", "(+ (+ 255 10) 15)");
    expr("7i64 + 7_i64 + 0u8 + 0xffu8 + 0x1_u16", "(+ (+ (+ (+ 7i64 7i64) 0u8) 255u8) 1u16)");
    expr("18446744073709551616", "18446744073709551616");
    expr(&"9".repeat(60), &u128::MAX.to_string());
}

#[test]
fn floats() {
    expr("1.5 + 2.0e3 + 2.0E-3 + 1.0e+2", "(+ (+ (+ 1.5 2000.0) 0.002) 100.0)");
    expr("1_0.2_5f64 + 1.0_f32", "(+ 10.25f64 1.0f32)");
    expr("1.0e400", "inf");
    expr("1.5.x", "(. 1.5 x)");
}

#[test]
fn wrong_numbers() {
    mistake("x = 0b12;", 8, "`2` is not a digit of base 2");
    mistake("x = 0x;", 5, "`0x` has no digits");
    mistake("x = 0x_;", 5, "`0x_` has no digits");
    mistake("x = 1e5;", 6, "`e5` cannot be the suffix of this number");
    mistake("x = 1f64;", 6, "`f64` cannot be the suffix of this number");
    mistake("x = 1.5i64;", 8, "`i64` cannot be the suffix of this number");
    mistake("x = 12abc;", 7, "`abc` cannot be the suffix of this number");
    mistake("x = 1_;", 5, "misplaced `_` in `1_`");
    mistake("x = 0x_1;", 5, "misplaced `_` in `0x_1`");
    mistake("x = 1_.5;", 5, "misplaced `_` in `1_.5`");
    mistake("x = 1.5_e3;", 5, "misplaced `_` in `1.5_e3`");
    mistake("x = 1.5e;", 8, "`e` cannot be the suffix of this number");
}

#[test]
fn characters() {
    expr(
        r"['a', 'ä', '😀', '\n', '\'', '\\', '\u{1F600}', '\0']",
        r"(array 'a' 'ä' '😀' '\n' '\'' '\\' '😀' '\0')",
    );
    expr("'\"'", "'\"'");
}

#[test]
fn wrong_characters() {
    mistake("x = 'ab';", 5, "a character literal holds one character, found 2");
    mistake("x = '';", 5, "a character literal holds one character, found 0");
    mistake(r"x = '\q';", 6, r"unknown escape `\q`");
    mistake("x = 'a;", 5, "this character literal has no closing `'` on its line");
}

#[test]
fn strings() {
    expr(r#""\n\r\t\0\\\"\'\$\u{e4}""#, r#""\n\r\t\0\\\"'$ä""#);
    expr("\"two\nlines\"", r#""two\nlines""#);
    expr("\"two\r\nlines\"", r#""two\nlines""#);
    expr("\"lone\rreturn\"", r#""lone\rreturn""#);
    expr(r#""// no comment /* here""#, r#""// no comment /* here""#);
}

#[test]
fn wrong_escapes() {
    mistake(r#"x = "a\qb";"#, 7, r"unknown escape `\q`");
    mistake(r#"x = "\u{110000}";"#, 6, r"`\u{110000}` is not a Unicode character");
    mistake(r#"x = "\u{d800}";"#, 6, r"`\u{d800}` is not a Unicode character");
    mistake(r#"x = "\u{}";"#, 6, r"malformed `\u` escape");
    mistake(r#"x = "\u{1234567}";"#, 6, r"malformed `\u` escape");
    mistake(r#"x = "\u12";"#, 6, r"malformed `\u` escape");
}

#[test]
fn wrong_holes() {
    mistake(r#"x = "a ${ } b";"#, 11, "this hole is empty");
    mistake(r#"x = "${a b} c ${d}";"#, 10, "expected `}` after the value, found `b`");
}

#[test]
fn what_is_never_closed_is_one_mistake() {
    let message = "t:1:12: error[parse]: this string is never closed";
    diagnostics("unit f() { \"abc; }\ntype P {}", &[message]);
    let message = "t:1:12: error[parse]: this comment is never closed";
    diagnostics("unit f() { /* abc; }\ntype P {}", &[message]);
    // The brace of the function ends the hole, so it is the string that stays open.
    let message = "t:1:12: error[parse]: this string is never closed";
    diagnostics("unit f() { \"a${b; }\ntype P {}", &[message]);
    let message = "t:1:14: error[parse]: this hole in a string is never closed";
    diagnostics("unit f() { \"a${b;\ntype P;", &[message]);
}

#[test]
fn a_forgotten_quote_is_found_at_the_end_and_traced_to_its_beginning() {
    let source = "unit f() { a(\"x); }\nunit g() { b(\"y\"); }\n";
    diagnostics(source, &["t:2:16: error[parse]: this string is never closed"]);
    let (_, found) = crate::parse(source, crate::FileId(0));
    assert_eq!(found[0].secondary[0].span.start, 13);
}

#[test]
fn comments_and_line_ends_are_skipped() {
    items("// a\n/* b /* c */ mod x;\r\n//// d\n/* e */", "(mod x)");
    items("\u{feff}mod x;", "(mod x)");
}

#[test]
fn words_are_whole_tokens() {
    expr("iffy + mut_x + returned + as + code", "(+ (+ (+ (+ iffy mut_x) returned) as) code)");
}

#[test]
fn foreign_characters_are_one_mistake_each() {
    mistake("größe = 1;", 1, "`größe` cannot be a name");
    mistake("x = € + 1;", 5, "unexpected character `€`");
    mistake("x = a & b;", 7, "`&` is not an operator: there are no operators on bits");
    mistake("x = a | b;", 7, "`|` is not an operator: there are no operators on bits");
    mistake("x = a ^ b;", 7, "`^` is not an operator: there are no operators on bits");
    mistake("x = ~b;", 5, "`~` is not an operator: there are no operators on bits");
    mistake("x = #;", 5, "unexpected character `#`");
}
