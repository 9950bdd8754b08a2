//! The surface is frozen: the committed snapshot may grow by appended rows and change in no other
//! way while the ABI revision stays the same. Every change is judged by its rule.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use std::path::PathBuf;

use beskid_abi::record::parse;
use beskid_abi::snapshot::{
    BUMP, Change, ChangeKind, Comparison, Movement, Surface, compare, freeze, lint, render,
};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, Effect, RUNTIME_ACCEPTED_VERSIONS, RuntimeFn};

const THIS: u32 = BESKID_RUNTIME_ABI_VERSION;
const NEXT: u32 = THIS + 1;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("abi")
}

/// The committed snapshots of all revisions.
fn history() -> Vec<Surface> {
    let files = std::fs::read_dir(directory()).unwrap();
    let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    texts.map(|text| Surface::parse(&text).unwrap()).collect()
}

#[test]
fn abi_004_and_abi_005_the_surface_matches_its_committed_snapshot() {
    let path = directory().join(format!("{THIS}.txt"));
    if std::fs::read_to_string(&path).is_ok_and(|committed| committed == render()) {
        return;
    }
    // A breach is never blessed away: the old file is what shipped objects were built against.
    let shown = |findings: Vec<_>| findings.iter().map(|it| format!("{it}\n")).collect::<String>();
    let text = freeze(&history()).unwrap_or_else(|errors| panic!("\n{}", shown(errors)));
    assert!(
        std::env::var_os("BLESS").is_some(),
        "{} is not what the table says; run `BLESS=1 cargo test -p beskid_abi` and commit it:\n{}",
        path.display(),
        shown(lint(&Surface::current(), &history()))
    );
    std::fs::write(&path, text).unwrap();
}

/// The surface of this revision, accepting no other: what is tested does not depend on which
/// revisions are accepted at present.
fn sole() -> String {
    let is_other = |line: &str| line.starts_with("accepts ") && line != format!("accepts {THIS}");
    let text = render();
    let lines = text.lines().filter(|line| !is_other(line));
    lines.map(|line| format!("{line}\n")).collect()
}

fn surface(text: &str) -> Surface {
    Surface::parse(text).unwrap()
}

/// The surface with the first place that contains `from` rewritten.
#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let old = sole();
    assert!(old.contains(from), "the snapshot does not contain `{from}`");
    old.replacen(from, to, 1)
}

/// What became of the surface of this toolchain.
fn compare_with(new: &str) -> Comparison {
    compare(&surface(&sole()), &surface(new))
}

fn only_change(comparison: &Comparison) -> &Change {
    assert_eq!(comparison.changes.len(), 1, "{comparison}");
    &comparison.changes[0]
}

/// The surface of the next revision, which accepts what it is told to.
fn next(text: &str, accepts: &[u32]) -> String {
    let accepted: String = accepts.iter().map(|version| format!("accepts {version}\n")).collect();
    text.replace(&format!("version abi number={THIS}"), &format!("version abi number={NEXT}"))
        .replace(&accepts_this(), &accepted)
}

/// A row that some revision introduces.
fn row_of(since: u32) -> String {
    format!(
        "function beskid_rt_new params= ret=i64 effect=Reads since={since} signature=00000000000000ff\n"
    )
}

fn new_row() -> String {
    row_of(THIS)
}

/// The line by which this revision accepts itself.
fn accepts_this() -> String {
    format!("accepts {THIS}\n")
}

#[test]
fn abi_004_every_breaking_change_is_named_with_its_sort_and_rule() {
    for (from, to, kind, expected) in [
        (
            "function beskid_rt_alloc params=ptr,ptr",
            "function beskid_rt_alloc params=ptr,i64",
            ChangeKind::Signature,
            "params was ptr,ptr and is ptr,i64",
        ),
        ("effect=Writes", "effect=Pure", ChangeKind::Effect, "effect was Writes and is Pure"),
        (
            "struct BeskidStr size=16",
            "struct BeskidStr size=24",
            ChangeKind::Layout,
            "size was 16 and is 24",
        ),
        (
            "field BeskidArray.len offset=8",
            "field BeskidArray.len offset=16",
            ChangeKind::Layout,
            "offset was 8 and is 16",
        ),
        (
            "field BeskidStr.len",
            "field BeskidStr.hash offset=16\nfield BeskidStr.len",
            ChangeKind::Layout,
            "is new and stands before older rows: offset=16",
        ),
        (
            "panic DivisionByZero number=4",
            "panic DivisionByZero number=5",
            ChangeKind::Number,
            "number was 4 and is 5",
        ),
        (&accepts_this(), "", ChangeKind::Removed, "is gone"),
    ] {
        let comparison = compare_with(&changed(from, to));
        let change = only_change(&comparison);
        assert!(change.is_breaking());
        assert_eq!((change.kind, &*change.change), (kind, expected));
        assert!(change.rule.starts_with("ABI-00"), "{change}");
        assert_eq!(comparison.movement(), Movement::NotRaised);
    }
}

#[test]
fn the_reason_for_another_hash_is_shown_instead_of_the_hash() {
    let old = sole();
    let barrier = old.lines().find(|line| line.contains("gc_write_barrier")).unwrap();
    let weaker =
        barrier.replace("effect=Writes", "effect=Pure").replace("signature=", "signature=0");
    let comparison = compare_with(&old.replace(barrier, &weaker));
    assert_eq!(only_change(&comparison).kind, ChangeKind::Effect);
}

#[test]
fn abi_004_a_rename_is_a_removal() {
    let comparison = compare_with(&sole().replace("beskid_rt_str_len ", "beskid_rt_str_length "));
    let gone = &comparison.changes[0];
    assert_eq!((gone.kind, &*gone.what), (ChangeKind::Removed, "function beskid_rt_str_len"));
}

#[test]
fn abi_005_an_appended_row_is_additive() {
    let comparison = compare_with(&(sole() + &new_row()));
    assert_eq!(only_change(&comparison).kind, ChangeKind::Added);
    assert_eq!(comparison.movement(), Movement::Kept);
    assert!(
        comparison.to_string().contains(&format!("objects of {THIS} link and run")),
        "{comparison}"
    );
}

#[test]
fn abi_005_an_inserted_or_moved_row_is_not_additive() {
    let inserted = changed("function ", &format!("{}function ", new_row()));
    assert_eq!(only_change(&compare_with(&inserted)).kind, ChangeKind::Inserted);

    let old = sole();
    let mut lines: Vec<_> = old.lines().collect();
    let last = lines.len() - 1;
    lines.swap(last, last - 1);
    assert_eq!(only_change(&compare_with(&lines.join("\n"))).kind, ChangeKind::Moved);
}

#[test]
fn abi_005_an_appended_row_states_the_revision_that_introduces_it() {
    let old_row = row_of(THIS - 1);
    assert_eq!(only_change(&compare_with(&(sole() + &old_row))).kind, ChangeKind::Origin);
}

#[test]
fn the_revision_must_move_as_the_changes_demand() {
    let breaking = changed("effect=Writes", "effect=Pure");
    assert_eq!(compare_with(&sole()).movement(), Movement::Kept);
    assert_eq!(compare_with(&breaking).movement(), Movement::NotRaised);
    assert_eq!(compare_with(&next(&breaking, &[NEXT])).movement(), Movement::Raised);
    assert_eq!(compare_with(&next(&sole(), &[NEXT])).movement(), Movement::RaisedWithoutNeed);
    let back = compare(&surface(&next(&sole(), &[NEXT])), &surface(&sole()));
    assert_eq!(back.movement(), Movement::WentBack);
}

#[test]
fn a_raised_revision_may_accept_what_the_records_protect_and_nothing_else() {
    let may_accept = |from: &str, to: &str| {
        let comparison = compare_with(&next(&changed(from, to), &[THIS, NEXT]));
        assert_eq!(comparison.movement(), Movement::Raised);
        comparison.is_right()
    };
    assert!(may_accept("effect=Writes", "effect=Pure"), "calls are checked one by one");
    assert!(may_accept("function beskid_rt_str_len ", "function beskid_rt_str_length "));
    assert!(!may_accept("panic DivisionByZero number=4", "panic DivisionByZero number=40"));
    assert!(!may_accept("main I32 number=1", "main I32 number=9"));
    assert!(!may_accept("layouts all hash=", "layouts all hash=0"), "no object could pass");
    let silent = compare_with(&next(&changed("main I32 number=1", "main I32 number=9"), &[NEXT]));
    assert!(silent.is_right(), "objects that are refused cannot misbehave");
}

#[test]
fn a_record_is_compared_as_far_as_it_tells() {
    let exports: Vec<_> = RuntimeFn::ALL.iter().map(|f| (f.symbol(), f.signature())).collect();
    let record = support::runtime(THIS, &[], &exports);
    let record = Surface::of_record(&parse(&record).unwrap()).unwrap();
    for (old, new) in [(&record, &surface(&sole())), (&surface(&sole()), &record)] {
        assert_eq!(compare(old, new).changes, []);
    }
    let weaker: Vec<_> = RuntimeFn::ALL
        .iter()
        .map(|f| {
            let is_barrier = *f == RuntimeFn::GcWriteBarrier;
            let effect = if is_barrier { Effect::Pure } else { f.effect() };
            (f.symbol(), f.signature().with_effect(effect))
        })
        .collect();
    let weaker = support::runtime(THIS, &[THIS], &weaker[..weaker.len() - 1]);
    let weaker = Surface::of_record(&parse(&weaker).unwrap()).unwrap();
    let kinds: Vec<_> =
        compare(&surface(&sole()), &weaker).changes.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [ChangeKind::Effect, ChangeKind::Removed]);
    assert_eq!(Surface::of_record(&parse(&support::healthy_object()).unwrap()), None);
}

#[test]
fn a_text_without_a_revision_is_no_snapshot() {
    for text in ["", "# nothing", "version abi number=two", "function f params="] {
        assert!(Surface::parse(text).is_err(), "{text}");
    }
}

#[track_caller]
fn errors_of(current: &str, history: &[&str]) -> Vec<String> {
    let history: Vec<Surface> = history.iter().map(|text| surface(text)).collect();
    let findings = lint(&surface(current), &history);
    findings.into_iter().filter(|it| it.is_error).map(|it| it.text).collect()
}

#[test]
fn lint_fails_on_a_breach_without_a_raised_revision_and_says_how_to_raise_it() {
    assert_eq!(errors_of(&sole(), &[&sole()]), Vec::<String>::new());
    assert_eq!(errors_of(&(sole() + &new_row()), &[&sole()]), Vec::<String>::new());
    let errors = errors_of(&changed("effect=Writes", "effect=Pure"), &[&sole()]);
    assert!(errors[0].contains("effect was Writes and is Pure [effect] (ABI-004"), "{errors:?}");
    assert!(errors[1].contains(BUMP), "{errors:?}");
    let raised = next(&changed("effect=Writes", "effect=Pure"), &[NEXT]);
    assert_eq!(errors_of(&raised, &[&sole()]), Vec::<String>::new());
}

#[test]
fn lint_fails_on_promises_that_cannot_be_kept_or_judged() {
    let one = |text: &str, history: &[&str], expected: &str| {
        let errors = errors_of(text, history);
        assert!(matches!(&errors[..], [one] if one.contains(expected)), "{errors:?}");
    };
    one(&next(&sole(), &[THIS - 1, NEXT]), &[&sole()], "of which there is no snapshot");
    one(
        &changed(&accepts_this(), &format!("{}accepts {NEXT}\n", accepts_this())),
        &[&sole()],
        "cannot serve a later",
    );
    let renumbered = next(&changed("main I32 number=1", "main I32 number=9"), &[THIS, NEXT]);
    one(&renumbered, &[&sole()], "compiled code contains the number");
    one(&sole(), &[&next(&sole(), &[NEXT])], "a revision never goes back");
    one(&sole(), &[], "there is no snapshot to compare with");
}

#[test]
fn abi_006_every_form_of_the_version_follows_the_one_constant() {
    use beskid_abi::record::{UnwindMode, write_runtime_record};
    let mut bytes = Vec::new();
    write_runtime_record(&mut bytes, "t", 64, UnwindMode::Unwind, "p 1").unwrap();
    let record = parse(&bytes).unwrap();
    assert_eq!(record.identity().abi_version, BESKID_RUNTIME_ABI_VERSION);
    assert!(record.accepted_versions().eq(RUNTIME_ACCEPTED_VERSIONS.iter().copied()));
    let guard = beskid_abi::guard_symbol(BESKID_RUNTIME_ABI_VERSION);
    assert!(guard.ends_with(&format!("_{BESKID_RUNTIME_ABI_VERSION}")));
    assert_eq!(Surface::current().version(), BESKID_RUNTIME_ABI_VERSION);
}
