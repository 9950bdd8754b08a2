//! Source text, byte by byte.

#![no_main]

use beskid_tests::survival::survive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    survive(text);
});
