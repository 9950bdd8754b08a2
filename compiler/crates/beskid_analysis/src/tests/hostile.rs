//! Nothing that can be written makes analysis panic, overflow the stack or take quadratic time.

use super::{analyze_files, analyze_text, check, findings};
use crate::MainRule;
use beskid_syntax::vocabulary;

/// A small generator with a fixed seed (xorshift64*), so that failures can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// The words of the language, and names that mean something to the analysis.
fn words() -> Vec<&'static str> {
    const KNOWN: [&str; 8] =
        ["P", "x", "Core", "Output", "range", "__array_new", "__array_len", "__panic_str"];
    vocabulary().chain(KNOWN).collect()
}

/// Pieces that parse, so that checking sees more than error nodes.
const STATEMENTS: &[&str] = &[
    "let a = E;",
    "mut i64 b = E;",
    "i64[] c = [E, E];",
    "a = E;",
    "b += E;",
    "c[E] = E;",
    "if E { S } else { S }",
    "while E { S break; }",
    "for a in E { S }",
    "for i in range(E, E) { S continue; }",
    "return E;",
    "return;",
    "{ S }",
    "E;",
    "break;",
    "let p = P { x: E, y: E };",
    "p.x = E;",
    "use a.b;",
    "let _ = E;",
    "string s = E;",
];
const EXPRESSIONS: &[&str] = &[
    "1",
    "-1",
    "2.5",
    "true",
    "'c'",
    "\"t\"",
    "\"a${E}b\"",
    "a",
    "b",
    "c",
    "p",
    "this",
    "x",
    "f",
    "nope",
    "(E)",
    "E + E",
    "E - E",
    "E * E",
    "E / E",
    "E % E",
    "E == E",
    "E < E",
    "E === E",
    "E && E",
    "E || E",
    "!E",
    "-E",
    "E[E]",
    "E.x",
    "E.m(E)",
    "f(E)",
    "g(E, E)",
    "i64(E)",
    "string(E)",
    "u8(E)",
    "char(E)",
    "[E, E]",
    "[]",
    "__array_new(8, E)",
    "__array_len(E)",
    "__panic_str(E)",
    "C.strlen(E)",
    "Core.Output.Write(E)",
    "P { x: E, y: E }",
    "E?",
    "v => E",
    "match E { 1 => E, _ => E }",
    "N::A(E)",
    "{ S }",
    "a = E",
    "c[E] = E",
    "Core.String",
    "m.h(E)",
    "300",
    "99999999999999999999",
    "1e308",
];
const FRAME: &str = "pub type P { i64 x, f64 y, unit m(i64 v) { S } }\n\
    [Extern(Abi: \"C\", Library: \"c\")] contract C { i64 strlen(ref u8 t); }\n\
    mod m { pub i64 h(i64 a) { S } }\n\
    i64 f(i64 a) { S }\nstring g(mut bool b, i64[] c) { S }\n\
    impl P { pub string ToString() { S } }\ntest T { S }\nunit main() { S }\n";

/// A frame that accepts more, and statements that are mostly right, so that what they become is
/// verified too.
const MILD_FRAME: &str = "pub type P { i64 x, f64 y }\n\
    i64 f(i64 a) { return a; }\n\
    unit main() { let a = 1i64; let b = 2; let c = [a]; let p = P { x: a, y: 1.0 }; S }\n";

/// Replaces every `S` and `E` that stands alone by random code of bounded depth.
fn expand(random: &mut Random, template: &str, depth: u32, out: &mut String) {
    let letters: Vec<char> = template.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        let alone = |index: Option<usize>| {
            index.and_then(|index| letters.get(index)).is_none_or(|it| !it.is_alphanumeric())
        };
        let hole = alone(at.checked_sub(1)) && alone(Some(at + 1));
        match letter {
            'S' if hole && depth > 0 => {
                for _ in 0..random.below(4) {
                    let statement = random.pick(STATEMENTS);
                    expand(random, statement, depth - 1, out);
                    out.push(' ');
                }
            }
            'S' if hole => {}
            'E' if hole && depth > 0 => {
                let expression = random.pick(EXPRESSIONS);
                expand(random, expression, depth - 1, out);
            }
            'E' if hole => out.push('1'),
            _ => out.push(letter),
        }
    }
}

#[test]
fn token_soups_do_no_harm() {
    let known = words();
    let mut random = Random(0x5eed);
    for _ in 0..3000 {
        let count = random.below(60);
        let words: Vec<&str> = (0..count).map(|_| random.pick(&known)).collect();
        analyze_text(&words.join(" "));
    }
}

#[test]
fn grammatical_nonsense_does_no_harm() {
    let mut random = Random(0xbe5c1d);
    for _ in 0..1500 {
        let mut source = String::new();
        expand(&mut random, FRAME, 5, &mut source);
        let analysis = analyze_text(&source);
        let again = analyze_text(&source);
        assert_eq!(findings(&analysis), findings(&again), "in:\n{source}");
    }
}

#[test]
fn accepted_nonsense_keeps_the_rules_of_typed_programs() {
    let mut random = Random(0xacce97);
    let accepted = (0..4000).filter(|_| {
        let mut source = String::new();
        expand(&mut random, MILD_FRAME, 3, &mut source);
        analyze_text(&source).program.is_some_and(|it| !it.functions[1].body.statements.is_empty())
    });
    assert!(accepted.count() > 200, "the generator is too wild to test anything");
}

#[test]
fn mutations_of_real_programs_do_no_harm() {
    let originals: Vec<&str> = crate::CORELIB_FILES.iter().map(|&(_, text)| text).collect();
    let known = words();
    let mut random = Random(0xfeed);
    for _ in 0..800 {
        let mut text = originals[random.below(originals.len())].to_owned();
        for _ in 0..=random.below(3) {
            let at = floor_boundary(&text, random.below(text.len()));
            let end = floor_boundary(&text, (at + random.below(12)).min(text.len()));
            text.replace_range(at..end.max(at), random.pick(&known));
        }
        analyze_text(&text);
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The nearest thing to a program that is as deep as the parser allows.
#[test]
fn depth_is_bounded_by_the_parser() {
    let deep = |open: &str, core: &str, close: &str, count: usize| {
        let (open, close) = (open.repeat(count), close.repeat(count));
        analyze_text(&format!("pub unit f(i64 a, bool b) {{ let x = {open}{core}{close}; }}"));
        analyze_text(&format!("pub unit f(i64 a, bool b) {{ {open}{core};{close} }}"));
    };
    for count in [100, 240, 10_000] {
        deep("(", "a", ")", count);
        deep("-", "a", "", count);
        deep("!", "b", "", count);
        deep("[", "a", "]", count);
        deep("", "a", " + a", count);
        deep("", "1", " + 1", count);
        deep("", "\"\"", " + \"\"", count);
        deep("", "b", " && b", count);
        deep("", "a", ".x", count);
        deep("", "a", "[0]", count);
        deep("i64(", "a", ")", count);
        deep("if b { ", "a", " }", count);
        deep("{ ", "a", " }", count);
    }
}

#[test]
fn long_chains_of_else_if_do_no_harm() {
    let chain = "if a == 1 { f(a); } else ".repeat(3_000);
    check(&format!("pub unit f(i64 a) {{ {chain}{{ }} }}"), "");
}

#[test]
fn many_modules_in_a_chain_do_no_harm() {
    let files: Vec<(String, String)> = (0..2_000)
        .map(|n| {
            let text =
                format!("use m{}.f as g; pub i64 f() {{ return 1; }} pub i64 h() => g();", n + 1);
            (format!("m{n}.bsk"), text)
        })
        .collect();
    let mut files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("m2000.bsk", "pub i64 f() => 1;"));
    let analysis = analyze_files("pub i64 k() { return m0.f(); }", &files, MainRule::Optional);
    assert_eq!(findings(&analysis), "");
}

#[test]
fn long_chains_of_imports_are_given_up() {
    let chain = |length: usize| -> Vec<(String, String)> {
        let file = |n| (format!("m{n}.bsk"), format!("pub use m{}.f;", n + 1));
        let last = (format!("m{length}.bsk"), "pub i64 f() => 1;".to_owned());
        (0..length).map(file).chain([last]).collect()
    };
    let found = |length| {
        let files = chain(length);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let entry = "use m0.f; pub i64 k() { return f(); }";
        findings(&analyze_files(entry, &files, MainRule::Optional))
    };
    assert_eq!(found(20), "");
    assert!(found(2_000).contains("E1105"));
}

#[test]
fn imports_that_need_each_other_are_given_up() {
    let analysis = analyze_text("mod bank { use gold; } use bank.gold;");
    assert!(findings(&analysis).contains("E1105"), "{}", findings(&analysis));
    // Each of these may go on in all of the others.
    let all: String = (0..30).map(|n| format!("use m{}.m{} as m{n};\n", (n + 1) % 30, n)).collect();
    assert!(findings(&analyze_text(&all)).contains("E1105"));
}

/// Quadratic work would make this test take minutes.
#[test]
fn large_programs_with_many_mistakes_are_analysed() {
    for body in ["", "missing(a);", "let y = later; let later = 1;", "a.nope; m.nope();"] {
        let functions: String = (0..8_000)
            .map(|n| format!("pub i64 g{n}(i64 a) {{ {body} return a + g{}(a); }}\n", n / 2))
            .collect();
        let analysis = analyze_text(&format!("{functions} mod m {{ }}"));
        assert_eq!(analysis.has_errors(), !body.is_empty(), "{body}");
    }
}
