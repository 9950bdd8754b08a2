//! Words of the language: each byte of the input stands for one.

#![no_main]

use beskid_tests::soup::WORDS;
use beskid_tests::survival::survive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let word = |byte: &u8| WORDS[usize::from(*byte) % WORDS.len()];
    let words: Vec<&str> = bytes.iter().map(word).collect();
    survive(&words.join(" "));
});
