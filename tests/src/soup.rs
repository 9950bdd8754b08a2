//! Heaps of tokens, most of which mean nothing.

use std::sync::LazyLock;

use beskid_syntax::vocabulary;

use crate::rng::Rng;

/// A heap of up to a hundred tokens.
pub fn tokens(rng: &mut Rng) -> String {
    let separator = *rng.pick(&["", " ", "\n"]);
    let length = rng.below(100);
    let words: Vec<&str> = (0..length).map(|_| *rng.pick(words())).collect();
    words.join(separator)
}

/// The words of the language, the important ones more than once, and the beginnings of programs.
pub fn words() -> &'static [&'static str] {
    static WORDS: LazyLock<Vec<&str>> =
        LazyLock::new(|| vocabulary().chain(COMMON.iter().copied()).collect());
    &WORDS
}

const COMMON: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    ";",
    "Option",
    "Some",
    "main",
    "__str_len",
    "unit main() {",
    "i64 f(i64 a) {",
    "f(a);",
    "let x = ",
    "() => {",
];
