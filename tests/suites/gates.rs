//! The ABI gates, seen to bite: real objects and runtimes that do not belong together are linked
//! with real linkers, with and without `beskid-link`, and what links is run.
//!
//! Each pair is forged from what the compiler and Cargo make by one change. The text that a refused
//! pair gets must be the same from the wrapper and from the check at process start.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;

use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, Effect, RuntimeFn, guard_symbol};
use beskid_tests::forge::{
    Mention, add_guard, change_members, change_record, change_record_byte, record_of, remove_note,
    rename_symbol,
};
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::programs::executable_object;
use beskid_tests::toolchain::toolchain;
use libtest_mimic::{Arguments, Failed, Trial};

/// What the program prints when it runs.
const OUTPUT: &str = "user code runs: 3\n";

/// Says `OUTPUT`; it needs a string from a number, a concatenation and a system call.
const SOURCE: &str = "unit main() {
    i32 one = 1;
    Core.Output.WriteLine(\"user code runs: ${one + 2}\");
}
";

/// The linkers that every machine with Rust and a C compiler has, as `-fuse-ld` names them: lld
/// comes with Rust, GNU ld with the compiler.
const LINKERS: [&str; 2] = ["lld", "bfd"];

/// Further linkers, comma-separated. One that is not installed fails its tests.
const MORE_LINKERS_VARIABLE: &str = "BESKID_TEST_LINKERS";

/// A runtime function that the program calls.
const CALLED: RuntimeFn = RuntimeFn::StrFromI64;

/// Name of a runtime function that there is in no version, as long as that of `CALLED`.
const UNKNOWN: &str = "beskid_rt_str_from_i65";

/// An object and a runtime that meet, and what has to happen.
struct Pair {
    name: &'static str,
    object: fn(Vec<u8>) -> Result<Vec<u8>, String>,
    runtime: RuntimeForm,
    verdict: Verdict,
}

impl Pair {
    /// The JIT's runtime is that of its process, and its objects always have a record.
    fn is_for_the_jit(&self) -> bool {
        matches!(self.runtime, RuntimeForm::Own) && self.name != "object_without_note"
    }
}

/// Which runtime.
#[derive(Clone, Copy)]
enum RuntimeForm {
    /// The one of this workspace.
    Own,
    /// Of the next version, and accepting this one as well.
    NextAcceptingThis,
    /// Of the next version alone.
    Next,
}

/// What has to happen.
#[derive(Clone, Copy)]
enum Verdict {
    /// The program runs.
    Runs,
    /// The linker itself refuses, because of this symbol; the wrapper explains.
    RefusedByLinker { symbol: fn() -> String, differs: &'static str },
    /// Only the records tell: the wrapper refuses, and without it the process does at its start.
    RefusedByRecord { differs: &'static str },
}

const PAIRS: &[Pair] = &[
    Pair { name: "healthy", object: Ok, runtime: RuntimeForm::Own, verdict: Verdict::Runs },
    Pair {
        name: "object_requires_version_1",
        object: |object| requiring(object, 1),
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByLinker {
            symbol: || guard_symbol(1).to_string(),
            differs: "version: the object requires 1, the runtime provides 2",
        },
    },
    Pair {
        name: "object_requires_version_3",
        object: |object| requiring(object, 3),
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByLinker {
            symbol: || guard_symbol(3).to_string(),
            differs: "version: the object requires 3, the runtime provides 2",
        },
    },
    Pair {
        name: "object_imports_unknown_symbol",
        object: importing_unknown,
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByLinker {
            symbol: || UNKNOWN.to_owned(),
            differs: "symbol beskid_rt_str_from_i65: the object imports it with signature",
        },
    },
    Pair {
        name: "object_with_changed_signature",
        object: with_changed_signature,
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByRecord {
            differs: "symbol beskid_rt_str_from_i64: the object was compiled for signature",
        },
    },
    Pair {
        name: "object_with_other_layouts",
        object: with_other_layouts,
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByRecord {
            differs: "layout of the shared structs: the object has",
        },
    },
    Pair {
        name: "object_for_another_target",
        object: for_another_target,
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByRecord {
            differs: "target: the object is for x86_64-unknown-linux-abc (64-bit)",
        },
    },
    Pair {
        name: "object_with_record_of_newer_format",
        object: with_newer_format,
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByRecord {
            differs: "record: the object's ABI record cannot be read: the record has format 200",
        },
    },
    Pair {
        name: "object_without_note",
        object: remove_note,
        runtime: RuntimeForm::Own,
        verdict: Verdict::RefusedByRecord { differs: "record: the object refers to " },
    },
    Pair {
        name: "runtime_3_accepts_2_and_object_requires_2",
        object: Ok,
        runtime: RuntimeForm::NextAcceptingThis,
        verdict: Verdict::Runs,
    },
    Pair {
        name: "runtime_3_accepts_2_and_object_requires_3",
        object: |object| requiring(object, 3),
        runtime: RuntimeForm::NextAcceptingThis,
        verdict: Verdict::Runs,
    },
    Pair {
        name: "runtime_3_accepts_2_and_object_requires_1",
        object: |object| requiring(object, 1),
        runtime: RuntimeForm::NextAcceptingThis,
        verdict: Verdict::RefusedByLinker {
            symbol: || guard_symbol(1).to_string(),
            differs: "version: the object requires 1, the runtime provides 3 (and accepts 2)",
        },
    },
    Pair {
        name: "runtime_3_alone_and_object_requires_2",
        object: Ok,
        runtime: RuntimeForm::Next,
        verdict: Verdict::RefusedByLinker {
            symbol: || guard_symbol(2).to_string(),
            differs: "version: the object requires 2, the runtime provides 3",
        },
    },
    Pair {
        name: "runtime_3_accepts_2_and_object_with_changed_signature",
        object: with_changed_signature,
        runtime: RuntimeForm::NextAcceptingThis,
        verdict: Verdict::RefusedByRecord {
            differs: "symbol beskid_rt_str_from_i64: the object was compiled for signature",
        },
    },
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let more = std::env::var(MORE_LINKERS_VARIABLE).unwrap_or_default();
    let more = more.split(',').filter(|name| !name.is_empty()).map(str::to_owned);
    for linker in LINKERS.map(str::to_owned).into_iter().chain(more) {
        for pair in PAIRS {
            let test = |run: fn(&Pair, &str) -> Result<(), String>| {
                let linker = linker.clone();
                move || run(pair, &linker).map_err(Failed::from)
            };
            trials.push(Trial::test(format!("{linker}::plain::{}", pair.name), test(plain)));
            trials.push(Trial::test(format!("{linker}::wrapped::{}", pair.name), test(wrapped)));
        }
    }
    // The escape that the guard leaves open on lld: the linker is told to ignore what is undefined.
    for pair in PAIRS.iter().filter(|pair| is_about_version(pair)) {
        let test = move || forced(pair).map_err(Failed::from);
        trials.push(Trial::test(format!("lld::forced::{}", pair.name), test));
    }
    for pair in PAIRS.iter().filter(|pair| pair.is_for_the_jit()) {
        let test = move || jit(pair).map_err(Failed::from);
        trials.push(Trial::test(format!("jit::{}", pair.name), test));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn is_about_version(pair: &Pair) -> bool {
    matches!(pair.verdict, Verdict::RefusedByLinker { differs, .. } if differs.starts_with("version"))
}

/// The linker alone.
fn plain(pair: &Pair, linker: &str) -> Result<(), String> {
    let bench = Bench::new(pair)?;
    let link = bench.link("cc", linker, &[])?;
    match pair.verdict {
        Verdict::Runs => bench.require_run(&link),
        Verdict::RefusedByLinker { symbol, .. } => {
            bench.require_refused(&link)?;
            require_contains(&link, &symbol())
        }
        Verdict::RefusedByRecord { differs } => {
            let started = bench.run(&link)?;
            require_refusal(&started, differs)
        }
    }
}

/// The linker behind the wrapper.
fn wrapped(pair: &Pair, linker: &str) -> Result<(), String> {
    let bench = Bench::new(pair)?;
    let link = bench.link(&toolchain().wrapper, linker, &[])?;
    match pair.verdict {
        Verdict::Runs => {
            require(link.stderr.is_empty(), "the wrapper must be silent", &link)?;
            bench.require_run(&link)
        }
        Verdict::RefusedByLinker { differs, .. } | Verdict::RefusedByRecord { differs } => {
            bench.require_refused(&link)?;
            require_refusal(&link, differs)?;
            require_contains(&link, "object   program.o")?;
            require_contains(&link, "libbeskid_runtime.a(")
        }
    }
}

/// The linker, told to ignore what is undefined: the process refuses at its start, in the words of
/// the wrapper.
fn forced(pair: &Pair) -> Result<(), String> {
    let Verdict::RefusedByLinker { differs, .. } = pair.verdict else {
        return Err("only pairs that the linker refuses can be forced".into());
    };
    let bench = Bench::new(pair)?;
    let started = bench.run(&bench.link("cc", "lld", &["-Wl,--noinhibit-exec"])?)?;
    require_refusal(&started, differs)?;
    let explained = bench.link(&toolchain().wrapper, "lld", &[])?;
    let differences = |outcome: &Outcome| -> Vec<String> {
        let lines = outcome.stderr.lines().filter(|line| line.starts_with("  differs"));
        lines.map(str::to_owned).collect()
    };
    let is_same = differences(&started) == differences(&explained);
    require(is_same, &format!("the words differ from the wrapper's:\n{explained}"), &started)
}

/// The gate of the JIT: it judges the record that the forged object carries.
fn jit(pair: &Pair) -> Result<(), String> {
    let object = (pair.object)(healthy_object().to_vec())?;
    let verdict = beskid_engine::require_accepted("program", record_of(&object));
    match (pair.verdict, verdict.map_err(|error| error.to_string())) {
        (Verdict::Runs, Ok(())) => Ok(()),
        (Verdict::Runs, Err(refusal)) => Err(format!("a healthy module is refused:\n{refusal}")),
        (Verdict::RefusedByLinker { .. } | Verdict::RefusedByRecord { .. }, Ok(())) => {
            Err("the module is accepted".into())
        }
        (
            Verdict::RefusedByLinker { differs, .. } | Verdict::RefusedByRecord { differs },
            Err(stderr),
        ) => {
            require_refusal(&Outcome { end: End::Exit(1), stdout: String::new(), stderr }, differs)
        }
    }
}

/// A directory with an object and a runtime.
struct Bench {
    directory: tempfile::TempDir,
    runtime: PathBuf,
}

impl Bench {
    fn new(pair: &Pair) -> Result<Bench, String> {
        let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
        let object = (pair.object)(healthy_object().to_vec())?;
        std::fs::write(directory.path().join("program.o"), object)
            .map_err(|error| error.to_string())?;
        Ok(Bench { directory, runtime: runtime(pair.runtime)?.to_owned() })
    }

    fn program(&self) -> PathBuf {
        self.directory.path().join("program")
    }

    fn link(
        &self,
        driver: impl AsRef<Path>,
        linker: &str,
        options: &[&str],
    ) -> Result<Outcome, String> {
        let mut command = Command::new(driver.as_ref());
        command.current_dir(self.directory.path()).args(["program.o", "-o", "program"]);
        command.arg(&self.runtime).arg(format!("-fuse-ld={linker}")).arg("-Wl,--gc-sections");
        if linker == "lld" {
            command.arg(format!("-B{}", toolchain().rust_linkers.display()));
        }
        command.args(["-lpthread", "-ldl", "-lm"]).args(options);
        run(&mut command, "")
    }

    /// Runs what a successful link made.
    fn run(&self, link: &Outcome) -> Result<Outcome, String> {
        require(link.is_success(), "the link must succeed", link)?;
        run(&mut Command::new(self.program()), "")
    }

    fn require_run(&self, link: &Outcome) -> Result<(), String> {
        let started = self.run(link)?;
        let is_healthy =
            started.is_success() && started.stdout == OUTPUT && started.stderr.is_empty();
        require(is_healthy, "the program must run", &started)
    }

    fn require_refused(&self, link: &Outcome) -> Result<(), String> {
        require(!link.is_success(), "the link must fail", link)?;
        require(!self.program().exists(), "a refused link must leave no program", link)
    }
}

/// A refusal by the records: status 1, the reason, and not a word of the program.
fn require_refusal(outcome: &Outcome, differs: &str) -> Result<(), String> {
    require(outcome.end == End::Exit(1), "a refusal has the status 1", outcome)?;
    require(outcome.stdout.is_empty(), "no user code may run", outcome)?;
    let head = format!("error[{}]: ", beskid_abi::report::CODE);
    require(outcome.stderr.starts_with(&head), "a refusal begins with its code", outcome)?;
    require_contains(outcome, &format!("  differs  {differs}"))?;
    require_contains(outcome, "\n  fix      ")
}

fn require_contains(outcome: &Outcome, text: &str) -> Result<(), String> {
    require(outcome.stderr.contains(text), &format!("`{text}` is not said"), outcome)
}

fn require(holds: bool, what: &str, outcome: &Outcome) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{what}\n{outcome}")) }
}

fn healthy_object() -> &'static [u8] {
    static OBJECT: OnceLock<Vec<u8>> = OnceLock::new();
    OBJECT.get_or_init(|| executable_object(SOURCE))
}

/// Changes the version in the record and in the name of the guard.
fn requiring(mut object: Vec<u8>, version: u32) -> Result<Vec<u8>, String> {
    change_record(&mut object, |draft| draft.identity.abi_version = version);
    let (from, to) = (guard_symbol(BESKID_RUNTIME_ABI_VERSION), guard_symbol(version));
    rename_symbol(&object, &from, &to)
}

fn importing_unknown(mut object: Vec<u8>) -> Result<Vec<u8>, String> {
    change_record(&mut object, |draft| {
        let import = draft.imports.iter_mut().find(|(symbol, _)| symbol == CALLED.symbol());
        import.expect("the program calls it").0 = UNKNOWN.to_owned();
    });
    rename_symbol(&object, CALLED.symbol(), UNKNOWN)
}

fn with_changed_signature(mut object: Vec<u8>) -> Result<Vec<u8>, String> {
    change_record(&mut object, |draft| {
        let import = draft.imports.iter_mut().find(|(symbol, _)| symbol == CALLED.symbol());
        let (_, signature) = import.expect("the program calls it");
        *signature = signature.with_effect(Effect::Reads);
    });
    Ok(object)
}

fn with_other_layouts(mut object: Vec<u8>) -> Result<Vec<u8>, String> {
    change_record(&mut object, |draft| draft.identity.layout_hash ^= 1);
    Ok(object)
}

fn for_another_target(mut object: Vec<u8>) -> Result<Vec<u8>, String> {
    change_record(&mut object, |draft| draft.identity.target = "x86_64-unknown-linux-abc");
    Ok(object)
}

fn with_newer_format(mut object: Vec<u8>) -> Result<Vec<u8>, String> {
    // The format is the first byte of every record.
    change_record_byte(&mut object, 0, 200);
    Ok(object)
}

/// The archive of a runtime, which is forged once.
fn runtime(form: RuntimeForm) -> Result<&'static Path, String> {
    static ACCEPTING: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    static ALONE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let (slot, name, change): (_, _, Change) = match form {
        RuntimeForm::Own => return Ok(&toolchain().runtime),
        RuntimeForm::NextAcceptingThis => (&ACCEPTING, "accepting", next_accepting_this),
        RuntimeForm::Next => (&ALONE, "alone", next_alone),
    };
    slot.get_or_init(|| forge_runtime(name, change)).as_deref().map_err(Clone::clone)
}

/// Changes a member that knows the guard.
type Change = fn(Vec<u8>, Mention) -> Result<Vec<u8>, String>;

fn forge_runtime(name: &str, change: Change) -> Result<PathBuf, String> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
    let archive = directory.join("libbeskid_runtime.a");
    let guard = guard_symbol(BESKID_RUNTIME_ABI_VERSION);
    change_members(&toolchain().runtime, &guard, change, &archive)?;
    Ok(archive)
}

/// A runtime of version 3 still lists version 2, and has the guards of both.
fn next_accepting_this(mut member: Vec<u8>, mention: Mention) -> Result<Vec<u8>, String> {
    let this = BESKID_RUNTIME_ABI_VERSION;
    if mention == Mention::Reference {
        return Ok(member);
    }
    change_record(&mut member, |draft| {
        draft.identity.abi_version = this + 1;
        draft.accepted = vec![this];
    });
    add_guard(&member, &guard_symbol(this + 1))
}

/// A runtime of version 3 that has forgotten version 2.
fn next_alone(mut member: Vec<u8>, mention: Mention) -> Result<Vec<u8>, String> {
    let this = BESKID_RUNTIME_ABI_VERSION;
    if mention == Mention::Definition {
        change_record(&mut member, |draft| {
            draft.identity.abi_version = this + 1;
            draft.accepted = vec![this + 1];
        });
    }
    rename_symbol(&member, &guard_symbol(this), &guard_symbol(this + 1))
}
