//! Hostile and damaged text: no panic, no endless loop, no stack overflow, sane places and ids.

use crate::dump::Dump;
use crate::{FileId, RenderStyle, SourceMap, Span, parse, render, render_line, vocabulary};

/// A small generator of reproducible random numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn pick(&mut self, values: &[&'static str]) -> &'static str {
        values[self.below(values.len())]
    }
}

/// Parses anything and checks what must hold for every result.
fn survive(source: &str) {
    let mut sources = SourceMap::new();
    let file = sources.add("t", source);
    let (tree, diagnostics) = parse(source, file);
    let dump = Dump::file(&tree);
    dump.spans.iter().for_each(|&span| check_span(source, span));
    let mut ids = dump.ids;
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "repeated id in {source:?}");
    assert!(ids.last().is_none_or(|it| it.0 < tree.expr_count));
    for diagnostic in &diagnostics {
        check_span(source, diagnostic.primary.span);
        render_line(diagnostic, &sources);
    }
    for diagnostic in diagnostics.iter().take(3) {
        render(diagnostic, &sources, RenderStyle::Plain);
    }
    let has_error_node = dump.text.contains("<error>") || dump.text.contains("(error");
    let has_error = diagnostics.iter().any(|it| it.is_error());
    assert!(has_error || !has_error_node, "silent error node in {source:?}");
}

fn check_span(source: &str, span: Span) {
    let range = span.start as usize..span.end as usize;
    assert!(source.get(range).is_some(), "{span:?} does not fit {source:?}");
}

#[test]
fn random_tokens() {
    let vocabulary: Vec<&str> = vocabulary().collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4000 {
        let length = random.below(60);
        let words: Vec<&str> = (0..length).map(|_| random.pick(&vocabulary)).collect();
        survive(&words.join(random.pick(&["", " "])));
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..2000 {
        let length = random.below(80);
        let bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        survive(&String::from_utf8_lossy(&bytes));
        let ascii: String = bytes.iter().map(|byte| char::from(byte & 0x7f)).collect();
        survive(&ascii);
    }
}

#[test]
fn truncated_samples() {
    let sample = super::samples::all();
    for (end, _) in sample.char_indices() {
        survive(&sample[..end]);
    }
}

#[test]
fn damaged_samples() {
    let sample = super::samples::all();
    let vocabulary: Vec<&str> = vocabulary().collect();
    let mut random = Random(0xdead_beef_cafe_f00d);
    for _ in 0..1500 {
        let mut damaged = sample.clone();
        for _ in 0..=random.below(3) {
            let start = random.below(damaged.len());
            let end = (start + random.below(6)).min(damaged.len());
            let replacement = random.pick(&vocabulary);
            damaged.replace_range(start..end, replacement);
        }
        survive(&damaged);
    }
}

/// Repeats of these go deep, each in its own way. The second text closes what the first opens.
const DEEP: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("f(", ")"),
    ("a[", "]"),
    ("E::V(", ")"),
    ("P { a: ", "}"),
    ("-", ""),
    ("!", ""),
    ("x => ", ""),
    ("x => { y = ", "; }"),
    ("a = ", ""),
    ("spawn ", ""),
    ("a + (", ")"),
    ("a || b && c == d < e + f * (", ")"),
    ("a + ", ""),
    ("a < ", ""),
    ("a.", ""),
    ("match a { _ => ", "}"),
    ("match a { E::V(", ""),
    ("if a { ", "}"),
    ("while a { ", "}"),
    ("for x in y { ", "}"),
    ("\"${", "}\""),
    ("A<", ">"),
    ("i64(", ")"),
    ("() => ", ""),
    ("a<b(", ")"),
    ("i64 f() { ", "}"),
    ("a ? ", ""),
    ("f(x => { return ", "; })"),
];

/// The stack of a thread, unless someone asks for another; this much must be enough.
const STACK_BYTES: usize = 2 << 20;

#[test]
fn deep_nesting_is_a_mistake_and_no_stack_overflow() {
    for &(open, close) in DEEP {
        for levels in [150, 5000] {
            let (left, right) = (open.repeat(levels), close.repeat(levels));
            let in_body = format!("unit f() {{ y = {left}1{right}; }}");
            let as_statement = format!("unit f() {{ {left}1{right}; }}");
            for source in [in_body, as_statement, format!("{left}{right}"), left] {
                let parse_all = move || survive(&source);
                let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(parse_all);
                thread.unwrap().join().unwrap();
            }
        }
    }
}

#[test]
fn depth_is_reported_once() {
    for source in ["(", "a + ", "-", "{ "] {
        let text = format!("unit f() {{ {}1; }}", source.repeat(2000));
        let (_, diagnostics) = parse(&text, FileId(0));
        let deep = diagnostics.iter().filter(|it| it.message.contains("levels deep")).count();
        assert_eq!(deep, 1, "{source}");
    }
}

#[test]
fn a_string_in_the_place_of_a_brace_is_no_bracket() {
    survive("main(){{{} }match[]\"${}${}\"}}");
}

#[test]
fn lists_of_types_that_are_too_deep_are_reported_as_such() {
    let text = format!("unit f({}i64{} a) {{}}", "unit(".repeat(1000), ")".repeat(1000));
    let (_, diagnostics) = parse(&text, FileId(0));
    assert!(diagnostics[0].message.contains("levels deep"), "{diagnostics:?}");
}

#[test]
fn chains_of_a_hundred_links_are_fine() {
    let sum = format!("unit f() {{ x = a{}; }}", " + a".repeat(150));
    assert_eq!(parse(&sum, FileId(0)).1, []);
    let calls = format!("unit f() {{ x = a{}; }}", ".b()".repeat(80));
    assert_eq!(parse(&calls, FileId(0)).1, []);
}

#[test]
fn hostile_repetition_takes_linear_time() {
    for unit in [
        "(a,\n", "a<b,", "a<b(", "[", "{ x ", ")", "\"\\u{", "a b\n", "'", "/// d\n", "$",
        "f(x => {",
    ] {
        let source = format!("unit f() {{ {}", unit.repeat(30_000));
        let begin = std::time::Instant::now();
        parse(&source, FileId(0));
        let seconds = begin.elapsed().as_secs();
        assert!(seconds < 20, "{unit:?} took {seconds} s; quadratic work would take minutes");
    }
}
