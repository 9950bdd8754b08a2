//! Files and arguments of every kind of nonsense: the check gives an answer, in bounded time, and
//! never panics. Each target begins with the inputs in `corpus/`, as they are, and goes on with inputs
//! that are made of them by a few random changes.
//!
//! `BESKID_FUZZ_ROUNDS=N` makes N inputs per target instead of a few seconds' worth, and
//! `BESKID_FUZZ_SEED=S` begins elsewhere. An input that fails is told with its seed; it belongs into
//! the corpus when the defect is mended.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use beskid_abi::{check, record};
use beskid_link::{
    Allowances, Scan, locked_versions, render_json, render_text, scan_arguments, scan_files, verify,
};
use support::Bench;

/// Inputs per target unless the environment says otherwise.
const ROUNDS: u64 = 400;

/// No input is worth more time, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(20);

/// Inputs do not grow beyond this.
const LEN_MAX: usize = 1 << 16;

/// Words that decide something where they stand.
const WORDS: [&[u8]; 16] = [
    b"!<arch>\n",
    b"!<thin>\n",
    b"`\n",
    b"//",
    b"/0",
    b"#1/",
    b"\x7fELF",
    b"Beskid\0",
    b"@",
    b"\\",
    b"'",
    b"-Wl,",
    b"-L",
    b"-l:",
    b"INPUT(",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
];

/// A small reproducible source of noise.
struct Noise(u64);

impl Noise {
    fn new(seed: u64) -> Noise {
        Noise(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }

    /// An input made of one or two others.
    fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, corpus);
        }
        bytes.truncate(LEN_MAX);
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let rest = bytes.len() - at;
        match self.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..at + self.below(rest.min(16) + 1))),
            2 => bytes.insert(at, self.below(256) as u8),
            3 => {
                let word = WORDS[self.below(WORDS.len())];
                bytes.splice(at..at + word.len().min(rest), word.iter().copied());
            }
            4 => {
                let other = &corpus[self.below(corpus.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[self.below(other.len() + 1)..]);
            }
            5 => bytes.extend_from_within(at..at + self.below(rest + 1)),
            _ if rest > 0 => {
                bytes[at] = [0, 0xff, b'9', bytes[at] ^ 1 << self.below(8)][self.below(4)]
            }
            _ => {}
        }
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "there is no corpus for {target}");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Tries the corpus and what is made of it.
fn fuzz(target: &str, mut run: impl FnMut(&[u8])) {
    let corpus = corpus(target);
    let first = number("BESKID_FUZZ_SEED", 1);
    let made = (first..first + number("BESKID_FUZZ_ROUNDS", ROUNDS))
        .map(|seed| (format!("seed {seed}"), Noise::new(seed).input(&corpus)));
    let given = corpus.iter().enumerate().map(|(at, it)| (format!("entry {at}"), it.clone()));
    for (name, input) in given.chain(made) {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&input)));
        let shown = input.escape_ascii();
        assert!(outcome.is_ok(), "{target}, {name} panics: {shown}");
        assert!(start.elapsed() < PATIENCE, "{target}, {name} takes too long: {shown}");
    }
}

/// Everything that is done with a scan.
fn use_scan(scan: &Scan) {
    let verdict = verify(scan, &Allowances::default());
    let report = verdict.report.to_string();
    assert_eq!(verdict.is_accepted(), verdict.report.refusals.is_empty(), "{report}");
    let text = render_text(scan) + &render_json(scan);
    assert!(!text.contains('\u{1b}'), "a file steers the terminal: {text:?}");
}

#[test]
fn records() {
    fuzz("record", |bytes| {
        let Ok(parsed) = record::parse(bytes) else { return };
        // What can be read can be compared, with itself and with the runtime's kind.
        let _ = check(&parsed, &parsed);
        let imports = parsed.imports().map(|it| it.symbol.to_string().len()).sum::<usize>();
        let listed =
            parsed.exports().count() + parsed.functions().count() + parsed.externs().count();
        assert!(imports <= bytes.len() * 64 && listed <= bytes.len());
    });
}

#[test]
fn files() {
    let bench = Bench::new();
    fuzz("file", |bytes| {
        for name in ["input.a", "input.o", "input.so"] {
            let path = bench.write(name, bytes);
            if let Ok(scan) = scan_files([&path]) {
                use_scan(&scan);
            }
            match scan_arguments(&[path.into_os_string()]) {
                Ok(scan) => use_scan(&scan),
                Err(error) => assert!(error.to_string().contains("fix:"), "{error}"),
            }
        }
    });
}

#[test]
fn response_files() {
    let bench = Bench::new();
    let path = bench.path("response");
    let mut argument = OsString::from("@");
    argument.push(&path);
    fuzz("response", |bytes| {
        fs::write(&path, bytes).unwrap();
        match scan_arguments(std::slice::from_ref(&argument)) {
            Ok(scan) => use_scan(&scan),
            Err(error) => assert!(error.to_string().contains("fix:"), "{error}"),
        }
    });
}

#[test]
fn arguments() {
    fuzz("arguments", |bytes| {
        let arguments = bytes.split(|byte| *byte == b'\n').filter(|it| !it.contains(&0));
        let arguments: Vec<OsString> =
            arguments.map(|argument| OsString::from_vec(argument.to_vec())).collect();
        match scan_arguments(&arguments) {
            Ok(scan) => use_scan(&scan),
            Err(error) => assert!(error.to_string().contains("fix:"), "{error}"),
        }
    });
}

#[test]
fn lock_files_and_allowances() {
    let bench = Bench::new();
    fuzz("lock", |bytes| {
        bench.write("Cargo.lock", bytes);
        let _ = locked_versions(&bench.path(""));
        let _ = Allowances::parse(&String::from_utf8_lossy(bytes));
    });
}
