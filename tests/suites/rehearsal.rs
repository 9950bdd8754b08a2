//! A rehearsal of changes to the runtime ABI, on a copy of the repository: each change is made as
//! `docs/abi-migration.md` says, with its own commands and edits, and then meets objects and runtimes
//! that were built before it.
//!
//! The copy keeps its target directory, so only the first run compiles everything.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, guard_symbol};
use beskid_tests::files::workspace_directory;
use beskid_tests::guide::{Part, parts};
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::programs::executable_object;
use beskid_tests::repository_copy::RepositoryCopy;
use beskid_tests::toolchain::toolchain;

const THIS: u32 = BESKID_RUNTIME_ABI_VERSION;

const OUTPUT: &str = "it runs: 3\n";

/// A program that calls nothing that the rehearsal changes.
const PLAIN: &str = "unit main() {
    i32 one = 1;
    Core.Output.WriteLine(\"it runs: ${one + 2}\");
}
";

/// A program that calls the function that the rehearsal changes.
const CALLER: &str = "unit main() {
    u8[] bytes = [1, 2];
    i64 order = __bytes_compare(bytes, bytes);
    Core.Output.WriteLine(\"it runs: ${order + 3}\");
}
";

/// A program that calls the function that the rehearsal adds.
const ADDED: &str = "unit main() {
    Core.Output.WriteLine(\"it runs: ${__answer() - 39}\");
}
";

/// The steps of the document.
static GUIDE: LazyLock<Vec<Part>> = LazyLock::new(|| {
    let path = workspace_directory().join("docs/abi-migration.md");
    parts(&std::fs::read_to_string(path).unwrap())
});

/// The one copy, in which one change is rehearsed at a time.
static COPY: LazyLock<Mutex<RepositoryCopy>> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rehearsal");
    Mutex::new(RepositoryCopy::at(place).unwrap())
});

/// The copy as a stage: it is as committed when a rehearsal begins.
struct Stage {
    copy: MutexGuard<'static, RepositoryCopy>,
    scratch: tempfile::TempDir,
}

impl Stage {
    fn new() -> Stage {
        let copy = COPY.lock().unwrap_or_else(PoisonError::into_inner);
        copy.restore().unwrap();
        Stage { copy, scratch: tempfile::tempdir().unwrap() }
    }

    /// Makes the edits of a part.
    fn edit(&self, heading: &str) {
        let edits = &part(heading).edits;
        assert!(!edits.is_empty(), "`{heading}` has no edit");
        edits.iter().for_each(|edit| edit.apply(self.copy.root()).unwrap());
    }

    /// Runs the commands of a part; all but the last must succeed, and the outcome of the last is
    /// returned with what all of them printed.
    fn follow(&self, heading: &str) -> Outcome {
        let commands = &part(heading).commands;
        let (last, before) = commands.split_last().expect("the part has a command");
        let mut printed = String::new();
        for line in before {
            let outcome = self.run(line).require_success(line).unwrap();
            printed.push_str(&outcome.stdout);
        }
        let mut outcome = self.run(last);
        outcome.stdout.insert_str(0, &printed);
        outcome
    }

    fn run(&self, line: &str) -> Outcome {
        self.copy.run(line, &[("OLD", &toolchain().runtime)]).unwrap()
    }

    fn built(&self, name: &str) -> PathBuf {
        self.copy.root().join("target/debug").join(name)
    }

    /// The runtime that the changed repository makes.
    fn runtime(&self) -> PathBuf {
        self.built("libbeskid_runtime.a")
    }

    /// An object that this repository, without the change, makes.
    fn old_object(&self, source: &str) -> PathBuf {
        let path = self.scratch.path().join("old.o");
        std::fs::write(&path, executable_object(source)).unwrap();
        path
    }

    /// An object that the changed compiler makes.
    fn new_object(&self, source: &str) -> PathBuf {
        let (input, path) =
            (self.scratch.path().join("new.bsk"), self.scratch.path().join("new.o"));
        std::fs::write(&input, source).unwrap();
        let mut compiler = Command::new(self.built("beskid"));
        compiler.args(["build", "--emit", "obj"]).arg(&input).arg("-o").arg(&path);
        run(&mut compiler, "").unwrap().require_success("the changed compiler").unwrap();
        path
    }

    /// Links an object with a runtime, by the wrapper or by the linker alone.
    fn link(&self, driver: &Path, object: &Path, runtime: &Path) -> Outcome {
        let mut command = Command::new(driver);
        command.current_dir(self.scratch.path()).arg(object).arg(runtime);
        run(command.args(["-lpthread", "-ldl", "-lm", "-o", "program"]), "").unwrap()
    }

    #[track_caller]
    fn require_runs(&self, object: &Path, runtime: &Path) {
        for driver in [Path::new("cc"), &toolchain().wrapper] {
            let link = self.link(driver, object, runtime).require_success("the link").unwrap();
            assert_eq!(link.stderr, "", "a healthy link is silent");
            let outcome = run(&mut Command::new(self.scratch.path().join("program")), "").unwrap();
            assert_eq!((outcome.end, &*outcome.stdout), (End::Exit(0), OUTPUT), "{outcome}");
        }
    }

    /// The records tell: the wrapper refuses, and without it the process does at its start.
    #[track_caller]
    fn require_refused_by_record(&self, object: &Path, runtime: &Path, differs: &str) {
        require_refusal(&self.link(&toolchain().wrapper, object, runtime), differs);
        self.link(Path::new("cc"), object, runtime).require_success("the link").unwrap();
        let program = self.scratch.path().join("program");
        require_refusal(&run(&mut Command::new(program), "").unwrap(), differs);
    }

    /// Already the linker refuses; the wrapper explains.
    #[track_caller]
    fn require_refused_by_guard(&self, object: &Path, runtime: &Path, guard: u32, differs: &str) {
        require_refusal(&self.link(&toolchain().wrapper, object, runtime), differs);
        let outcome = self.link(Path::new("cc"), object, runtime);
        let guard = guard_symbol(guard);
        assert!(!outcome.is_success() && outcome.stderr.contains(&*guard), "{outcome}");
    }
}

#[track_caller]
fn require_refusal(outcome: &Outcome, differs: &str) {
    assert_eq!((outcome.end, &*outcome.stdout), (End::Exit(1), ""), "{outcome}");
    for text in ["error[BSK-L001]", differs] {
        assert!(outcome.stderr.contains(text), "`{text}` is not said\n{outcome}");
    }
}

#[track_caller]
fn require(outcome: &Outcome, status: i32, texts: &[&str]) {
    assert_eq!(outcome.end, End::Exit(status), "{outcome}");
    for text in texts {
        assert!(outcome.stdout.contains(text), "`{text}` is not said\n{outcome}");
    }
}

fn part(heading: &str) -> &'static Part {
    let found = GUIDE.iter().find(|part| part.heading == heading);
    found.unwrap_or_else(|| panic!("the document has no heading `{heading}`"))
}

const QUESTION: &str = "Find out what the change is";
const ADDITION: &str = "Make an addition";
const BREACH: &str = "Raise the revision";
const NUMBER: &str = "1. Raise the number";
const ACCEPTANCE: &str = "2. Decide whether older objects are still served";
const FREEZING: &str = "3. Read what changed, and freeze the new revision";
const COMPARISON: &str = "4. Build the runtime, and compare it with the one that was published";

/// What `lint` says about the breach.
const CHANGE: &str = "function beskid_rt_bytes_compare: effect was MayPanic and is Pure [effect] \
                      (ABI-004: compiled code relies on the effect";

/// What the gates say about an object that calls what changed.
const DIFFERENCE: &str = "symbol beskid_rt_bytes_compare: the object was compiled for signature \
                          (ptr,ptr) -> i64, MayPanic; the runtime has (ptr,ptr) -> i64, Pure";

#[test]
fn an_addition_needs_no_new_revision_and_older_objects_run() {
    let stage = Stage::new();
    require(&stage.follow(QUESTION), 0, &["as it was frozen"]);
    stage.edit(ADDITION);
    let texts =
        ["note: additive: function beskid_rt_answer: is new: ", "wrote ", "test result: ok"];
    require(&stage.follow(ADDITION), 0, &texts);
    for object in [stage.old_object(PLAIN), stage.new_object(PLAIN), stage.new_object(ADDED)] {
        stage.require_runs(&object, &stage.runtime());
    }
    // An object that calls the new function needs the new runtime.
    let wrapped = stage.link(&toolchain().wrapper, &stage.new_object(ADDED), &toolchain().runtime);
    require_refusal(&wrapped, "symbol beskid_rt_answer: the object imports it");
    require(&stage.follow(QUESTION), 0, &["as it was frozen"]);
}

#[test]
fn a_breach_without_a_new_revision_is_caught_by_the_name_of_its_rule() {
    let stage = Stage::new();
    stage.edit(BREACH);
    let errors = [&format!("error: breaking: {CHANGE}"), "raise BESKID_RUNTIME_ABI_VERSION in"];
    require(&stage.follow(QUESTION), 3, &errors);
    let frozen = stage.run("cargo run -p beskid_cli -- abi freeze");
    require(&frozen, 3, &errors);
    let test = stage.run("BLESS=1 cargo test -p beskid_abi --test snapshot");
    assert!(!test.is_success() && test.stdout.contains(CHANGE), "{test}");
    // Whoever builds a runtime in spite of that does not get far.
    stage.run("cargo build -p beskid-runtime").require_success("cargo build").unwrap();
    stage.require_runs(&stage.old_object(PLAIN), &stage.runtime());
    stage.require_refused_by_record(&stage.old_object(CALLER), &stage.runtime(), DIFFERENCE);
}

#[test]
fn a_new_revision_that_accepts_the_old_one_serves_older_objects_as_far_as_it_can() {
    let stage = Stage::new();
    [BREACH, NUMBER, ACCEPTANCE].iter().for_each(|heading| stage.edit(heading));
    let next = format!("{}.txt", THIS + 1);
    require(&stage.follow(FREEZING), 0, &[CHANGE, "has no snapshot yet", &next, "test result: ok"]);
    let verdict =
        format!("ABI {THIS} became {}, as it must; objects of {THIS} are accepted", THIS + 1);
    require(&stage.follow(COMPARISON), 2, &[CHANGE, &verdict]);

    stage.require_runs(&stage.old_object(PLAIN), &stage.runtime());
    stage.require_refused_by_record(&stage.old_object(CALLER), &stage.runtime(), DIFFERENCE);
    for source in [PLAIN, CALLER] {
        stage.require_runs(&stage.new_object(source), &stage.runtime());
    }
    let differs = format!("the object requires {}, the runtime provides {THIS}", THIS + 1);
    let (object, old_runtime) = (stage.new_object(PLAIN), &toolchain().runtime);
    stage.require_refused_by_guard(&object, old_runtime, THIS + 1, &differs);
}

#[test]
fn a_new_revision_that_does_not_accept_the_old_one_refuses_all_older_objects() {
    let stage = Stage::new();
    [BREACH, NUMBER].iter().for_each(|heading| stage.edit(heading));
    require(&stage.follow(FREEZING), 0, &[CHANGE, "test result: ok"]);
    let verdict =
        format!("ABI {THIS} became {}, as it must; objects of {THIS} are refused", THIS + 1);
    require(&stage.follow(COMPARISON), 2, &[CHANGE, &verdict]);

    let differs = format!("the object requires {THIS}, the runtime provides {}", THIS + 1);
    for source in [PLAIN, CALLER] {
        let object = stage.old_object(source);
        stage.require_refused_by_guard(&object, &stage.runtime(), THIS, &differs);
        stage.require_runs(&stage.new_object(source), &stage.runtime());
    }
}
