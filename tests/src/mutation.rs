//! Damaged programs: texts that were programs before something happened to them.

use std::fs;

use beskid_syntax::{FileId, token_spans};

use crate::files::{source_files, workspace_directory};
use crate::rng::Rng;
use crate::soup::words;

/// The texts that damage begins with.
pub struct Seeds {
    texts: Vec<String>,
}

/// A text of more bytes is not made any longer.
const LONGEST: usize = 20_000;

/// How often a stretch is repeated at most.
const REPEATS: usize = 250;

impl Seeds {
    /// Takes these texts.
    ///
    /// # Panics
    /// If there are none.
    pub fn new(texts: Vec<String>) -> Seeds {
        assert!(!texts.is_empty(), "there is nothing to damage");
        Seeds { texts }
    }

    /// Takes all programs of the repository, the diagnostics cases included.
    ///
    /// # Panics
    /// If the repository is not there.
    pub fn of_the_repository() -> Seeds {
        let texts = source_files(workspace_directory()).into_iter();
        Seeds::new(texts.filter_map(|path| fs::read_to_string(path).ok()).collect())
    }

    /// One of the texts with a few changes.
    pub fn damaged(&self, rng: &mut Rng) -> String {
        let mut text = rng.pick(&self.texts).clone();
        // Most programs stay nearly right, so that the later stages of the compiler see them.
        let changes = if rng.chance(70) { 1 + rng.below(2) } else { 1 + rng.below(12) };
        for _ in 0..changes {
            text = self.changed(&text, rng);
        }
        text
    }

    /// The text with one change.
    pub fn changed(&self, text: &str, rng: &mut Rng) -> String {
        let spans = token_spans(text, FileId(0));
        let parts: Vec<&str> =
            spans.iter().map(|it| &text[it.start as usize..it.end as usize]).collect();
        if parts.is_empty() {
            return rng.pick(&self.texts).clone();
        }
        let at = rng.below(parts.len());
        let (start, end) = (spans[at].start as usize, spans[at].end as usize);
        let length = if rng.chance(60) { 1 } else { 1 + rng.below(12) };
        let last = (at + length).min(parts.len()) - 1;
        let stretch = start..spans[last].end as usize;
        match rng.below(12) {
            0 | 1 => replace(text, stretch, ""),
            2 => replace(text, end..end, &format!(" {}", &text[stretch.clone()])),
            3 => replace(text, start..start, &format!("{} ", rng.pick::<&str>(words()))),
            4 | 5 => replace(text, start..end, self.similar(&parts, parts[at], rng)),
            6 => replace(text, start..end, rng.pick::<&str>(words())),
            7 => replace(text, stretch, &self.foreign(rng)),
            8 if text.len() < LONGEST => {
                let repeated = format!("{} ", &text[stretch.clone()]).repeat(rng.below(REPEATS));
                replace(text, stretch, &repeated)
            }
            9 => replace(text, start..end, rng.pick::<&str>(VALUES)),
            10 => self.characters(text, rng),
            _ => {
                let other = rng.below(parts.len());
                let other = &text[spans[other].start as usize..spans[other].end as usize];
                replace(text, start..end, other)
            }
        }
    }

    /// A token of the text that begins like `token`: a name for a name, a number for a number.
    fn similar<'t>(&self, parts: &[&'t str], token: &str, rng: &mut Rng) -> &'t str {
        let kind = |it: &str| it.chars().next().map(|it| (it.is_alphabetic(), it.is_numeric()));
        let alike: Vec<&str> =
            parts.iter().copied().filter(|it| kind(it) == kind(token) && *it != token).collect();
        if alike.is_empty() { parts[0] } else { rng.pick::<&str>(&alike) }
    }

    /// A stretch of another text.
    fn foreign(&self, rng: &mut Rng) -> String {
        let text = rng.pick(&self.texts);
        let spans = token_spans(text, FileId(0));
        if spans.is_empty() {
            return String::new();
        }
        let first = rng.below(spans.len());
        let last = (first + rng.below(30)).min(spans.len() - 1);
        text[spans[first].start as usize..spans[last].end as usize].to_owned()
    }

    /// The text with a character left out or put in.
    fn characters(&self, text: &str, rng: &mut Rng) -> String {
        let mut at = rng.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let length = text[at..].chars().next().map_or(0, char::len_utf8);
        let removed = if rng.chance(50) { length } else { 0 };
        replace(text, at..at + removed, rng.pick::<&str>(CHARACTERS))
    }
}

fn replace(text: &str, range: std::ops::Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

const CHARACTERS: &[&str] = &[
    "", "", "\"", "'", "\\", "$", "{", "}", "(", ")", "\n", "\r", "\t", "\u{0}", "é", "😀", "/",
    "*", "_", "0", "e", ".", "<", ">", ":", "=", "&", "\u{feff}", "\u{202e}",
];

/// Values at the borders of their types, and values of other types than one expects.
const VALUES: &[&str] = &[
    "0",
    "1",
    "-1",
    "2147483647",
    "2147483648",
    "-2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "340282366920938463463374607431768211456",
    "255u8",
    "256u8",
    "1.0e308",
    "1.0e309",
    "0.0",
    "1f32",
    "'\\u{10FFFF}'",
    "\"\"",
    "[]",
    "()",
    "true",
    "this",
    "x => x",
    "() => {}",
    "Option::None",
    "Option::Some(1)",
    "Result::Ok(1)",
    "[[1], []]",
    "f()",
    "main()",
    "match 1 { _ => 2 }",
    "\"${1}${\"${2}\"}\"",
    "-(-(-1))",
    "!true",
    "1 / 0",
    "1 % 0",
    "i64(1)",
    "u8(-1)",
    "_",
    "(1)",
    "{}",
    "1 as i64",
    "a.b.c",
    "a?",
    "a[0]",
];
