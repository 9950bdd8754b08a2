//! `beskid abi diff`, `lint` and `freeze` over real files: snapshots, archives, rlibs and binaries,
//! with their exit statuses.
//!
//! Other runtimes are forged from the one that Cargo made, so that each differs in one thing.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use beskid_abi::snapshot;
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, Effect, RuntimeFn, guard_symbol};
use beskid_tests::files::workspace_directory;
use beskid_tests::forge::{Draft, Mention, add_guard, change_members, change_record};
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::toolchain::toolchain;

const THIS: u32 = BESKID_RUNTIME_ABI_VERSION;

fn abi<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Outcome {
    let mut command = Command::new(&toolchain().beskid);
    run(command.arg("abi").args(arguments), "").unwrap()
}

fn diff(old: &Path, new: &Path) -> Outcome {
    abi([OsStr::new("diff"), old.as_os_str(), new.as_os_str()])
}

#[track_caller]
fn require(outcome: &Outcome, status: i32, texts: &[&str]) {
    assert_eq!(outcome.end, End::Exit(status), "{outcome}");
    for text in texts {
        assert!(outcome.stdout.contains(text), "`{text}` is not said\n{outcome}");
    }
}

fn committed_directory() -> PathBuf {
    workspace_directory().join("compiler/crates/beskid_abi/abi")
}

fn committed() -> PathBuf {
    committed_directory().join(format!("{THIS}.txt"))
}

/// A directory with one file of each form in which a surface lies around.
struct Forms {
    directory: tempfile::TempDir,
}

impl Forms {
    fn new() -> Forms {
        Forms { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// The runtime archive with another record.
    fn archive(&self, name: &str, change: impl Fn(&mut Draft<'_>)) -> PathBuf {
        let guard = guard_symbol(THIS);
        let change = |mut member: Vec<u8>, mention: Mention| {
            if mention == Mention::Definition {
                change_record(&mut member, &change);
            }
            Ok(member)
        };
        change_members(&toolchain().runtime, &guard, change, &self.path(name)).unwrap();
        self.path(name)
    }

    /// A standalone program, without symbols.
    fn stripped_program(&self) -> PathBuf {
        let source = self.write("main.bsk", "unit main() { }\n");
        let program = self.path("program");
        let mut build = Command::new(&toolchain().beskid);
        build.arg("build").arg(source).arg("-o").arg(&program);
        build.arg("--runtime").arg(&toolchain().runtime);
        run(&mut build, "").unwrap().require_success("beskid build").unwrap();
        let mut strip = Command::new("strip");
        run(strip.arg(&program), "").unwrap().require_success("strip").unwrap();
        program
    }
}

#[test]
fn snapshots_archives_rlibs_and_stripped_programs_are_compared_with_each_other() {
    let forms = Forms::new();
    let rlib = toolchain().runtime.with_extension("rlib");
    let sides = [committed(), toolchain().runtime.clone(), rlib, forms.stripped_program()];
    for old in &sides {
        for new in &sides {
            require(&diff(old, new), 0, &["ABI 2: the surfaces are alike"]);
        }
    }
}

#[test]
fn each_change_of_an_archive_is_sorted_and_judged() {
    let forms = Forms::new();
    let healthy = &toolchain().runtime;
    let weaker = forms.archive("weaker.a", |record| {
        let barrier = RuntimeFn::GcWriteBarrier;
        let export = record.exports.iter_mut().find(|(symbol, _)| symbol == barrier.symbol());
        export.unwrap().1 = barrier.signature().with_effect(Effect::Pure);
    });
    let text = "breaking: function beskid_rt_gc_write_barrier: effect was Writes and is Pure [effect] \
                (ABI-004: ";
    require(&diff(healthy, &weaker), 3, &[text, "ABI 2 stays 2, but must be raised"]);

    let grown = forms.archive("renamed.a", |record| {
        let last = record.exports.last_mut().unwrap();
        let end = last.0.len() - 1;
        last.0.replace_range(end.., "z");
    });
    let last = RuntimeFn::ALL.last().unwrap().symbol();
    let gone = format!("breaking: function {last}: is gone [removed]");
    require(&diff(healthy, &grown), 3, &[&gone, "is new: params="]);

    let other = forms.archive("layouts.a", |record| record.identity.layout_hash ^= 1);
    require(&diff(healthy, &other), 3, &["breaking: layouts all: hash was ", "[layout]"]);
    require(&diff(&committed(), &other), 3, &["[layout]"]);
}

#[test]
fn a_raised_revision_is_right_for_a_breach_and_wrong_in_the_other_direction() {
    let forms = Forms::new();
    let next = forms.archive("next.a", |record| {
        record.identity.abi_version = THIS + 1;
        record.accepted = vec![THIS + 1];
        record.exports[1].1 = record.exports[1].1.with_effect(Effect::Pure);
    });
    let texts = ["ABI 2 became 3, as it must; objects of 2 are refused", "[effect]"];
    require(&diff(&toolchain().runtime, &next), 2, &texts);
    require(&diff(&next, &toolchain().runtime), 3, &["ABI 3 became 2: a revision never goes back"]);
}

#[test]
fn an_appended_function_is_additive() {
    let forms = Forms::new();
    let text = std::fs::read_to_string(committed()).unwrap();
    let shorter = text.trim_end().rsplit_once('\n').unwrap().0;
    let older = forms.write("older.txt", shorter);
    let outcome = diff(&older, &toolchain().runtime);
    require(&outcome, 0, &["additive: function ", "[added]", "ABI 2 stays 2, as it must"]);
}

#[test]
fn json_has_every_change_with_its_verdict() {
    let forms = Forms::new();
    let text = std::fs::read_to_string(committed()).unwrap();
    let new = forms.write("new.txt", &text.replacen("effect=Writes", "effect=Pure", 1));
    let [committed, new] = [committed(), new].map(|path| path.display().to_string());
    let outcome = abi(["diff", "--json", &committed, &new]);
    assert_eq!(
        outcome.stdout,
        "{\"old_version\":2,\"new_version\":2,\"version\":\"not-raised\",\"is_right\":false,\
         \"changes\":[{\"verdict\":\"breaking\",\"kind\":\"effect\",\
         \"what\":\"function beskid_rt_gc_write_barrier\",\
         \"change\":\"effect was Writes and is Pure\",\
         \"rule\":\"ABI-004: compiled code relies on the effect; changed semantics are a changed \
         contract\"}],\"must_not_be_accepted\":[]}\n"
    );
    assert_eq!(outcome.end, End::Exit(3));
}

#[test]
fn what_has_no_surface_is_an_error_with_a_next_step() {
    let forms = Forms::new();
    let text = forms.write("text.txt", "hello\n");
    let empty = forms.write("empty.a", "!<arch>\n");
    let noise = forms.path("noise.a");
    std::fs::write(&noise, [0xff; 64]).unwrap();
    for (path, expected) in [
        (&text, "is not a snapshot: no line of it states an ABI revision"),
        (&empty, "contains no Beskid runtime; compare"),
        (&noise, "is neither an archive nor an object"),
        (&forms.path("absent"), "name a snapshot, an archive or a binary"),
        (&toolchain().wrapper, "contains no Beskid runtime; compare"),
    ] {
        let outcome = diff(path, &committed());
        assert_eq!((outcome.end, &*outcome.stdout), (End::Exit(1), ""), "{outcome}");
        assert!(outcome.stderr.contains(expected), "{outcome}");
    }
}

fn lint(directory: &Path) -> Outcome {
    abi([OsStr::new("lint"), OsStr::new("--snapshots"), directory.as_os_str()])
}

fn freeze(directory: &Path) -> Outcome {
    abi([OsStr::new("freeze"), OsStr::new("--snapshots"), directory.as_os_str()])
}

#[test]
fn the_committed_snapshots_pass() {
    require(&lint(&committed_directory()), 0, &["ABI 2 is as it was frozen"]);
}

#[test]
fn what_was_appended_is_frozen_into_the_snapshot_that_is_there() {
    let forms = Forms::new();
    let shorter = snapshot::render().trim_end().rsplit_once('\n').unwrap().0.to_owned();
    let path = forms.write("2.txt", &shorter);
    let directory = forms.directory.path();
    require(&lint(directory), 0, &["note: additive: function ", "`beskid abi freeze`"]);
    require(&freeze(directory), 0, &["wrote "]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), snapshot::render());
    require(&freeze(directory), 0, &["kept "]);
}

#[test]
fn a_raised_revision_gets_a_file_of_its_own() {
    let forms = Forms::new();
    let older = snapshot::render()
        .replace("version abi number=2", "version abi number=1")
        .replace("accepts 2\n", "accepts 1\n")
        .replacen("since=2", "since=1", 1)
        .replacen("effect=Writes", "effect=Pure", 1);
    forms.write("1.txt", &older);
    let directory = forms.directory.path();
    let texts = ["effect was Pure and is Writes [effect]", "ABI 2 has no snapshot yet"];
    require(&lint(directory), 0, &texts);
    require(&freeze(directory), 0, &["2.txt"]);
    assert_eq!(std::fs::read_to_string(forms.path("1.txt")).unwrap(), older);
    require(&lint(directory), 0, &["ABI 2 is as it was frozen"]);
}

#[test]
fn a_breach_is_neither_passed_nor_frozen() {
    let forms = Forms::new();
    let frozen = snapshot::render().replacen("effect=Writes", "effect=Pure", 1);
    let path = forms.write("2.txt", &frozen);
    for outcome in [lint(forms.directory.path()), freeze(forms.directory.path())] {
        let texts =
            ["error: breaking: function beskid_rt_gc_write_barrier: effect was ", "ABI-004"];
        require(&outcome, 3, &texts);
        require(&outcome, 3, &["raise BESKID_RUNTIME_ABI_VERSION"]);
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), frozen);
}

#[test]
fn a_directory_without_usable_snapshots_is_an_error() {
    let forms = Forms::new();
    require(&lint(forms.directory.path()), 3, &["there is no snapshot to compare with"]);
    forms.write("7.txt", &snapshot::render());
    let outcome = lint(forms.directory.path());
    assert_eq!(outcome.end, End::Exit(1), "{outcome}");
    assert!(outcome.stderr.contains("describes ABI 2; name each snapshot after"), "{outcome}");
    let absent = lint(&forms.path("absent"));
    assert_eq!(absent.end, End::Exit(1), "{absent}");
}

#[test]
fn a_runtime_with_the_guards_of_two_revisions_is_one_surface() {
    let forms = Forms::new();
    let guard = guard_symbol(THIS);
    let change = |mut member: Vec<u8>, mention: Mention| {
        if mention == Mention::Reference {
            return Ok(member);
        }
        change_record(&mut member, |record| {
            record.identity.abi_version = THIS + 1;
            record.accepted = vec![THIS];
        });
        add_guard(&member, &guard_symbol(THIS + 1))
    };
    let path = forms.path("both.a");
    change_members(&toolchain().runtime, &guard, change, &path).unwrap();
    let texts =
        ["although nothing breaks; objects of 2 are accepted unless they call what changed"];
    require(&diff(&toolchain().runtime, &path), 0, &texts);
}
