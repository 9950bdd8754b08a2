//! Source text, token by token: what is changed are whole words of the language and of other programs.

#![no_main]

use std::sync::LazyLock;

use beskid_tests::mutation::Seeds;
use beskid_tests::rng::Rng;
use beskid_tests::survival::survive;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

static SEEDS: LazyLock<Seeds> = LazyLock::new(Seeds::of_the_repository);

fuzz_target!(|text: &str| {
    survive(text);
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let text = String::from_utf8_lossy(&data[..size]);
    let changed = SEEDS.changed(&text, &mut Rng::new(seed.into()));
    let length = changed.floor_char_boundary(max_size);
    data[..length].copy_from_slice(&changed.as_bytes()[..length]);
    length
});
