//! The surface is frozen: the committed snapshot may grow by appended rows and change in no other
//! way while the ABI revision stays the same.

use std::path::PathBuf;

use beskid_abi::snapshot::{BUMP, compare, render};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, RUNTIME_ACCEPTED_VERSIONS};

fn committed_path() -> PathBuf {
    let file = format!("abi/{BESKID_RUNTIME_ABI_VERSION}.txt");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)
}

#[test]
fn abi_004_and_abi_005_the_surface_matches_its_committed_snapshot() {
    let (path, current) = (committed_path(), render());
    let is_blessing = std::env::var_os("BLESS").is_some();
    let Ok(committed) = std::fs::read_to_string(&path) else {
        assert!(
            is_blessing,
            "{} is missing; run `BLESS=1 cargo test -p beskid_abi`",
            path.display()
        );
        return std::fs::write(&path, current).unwrap();
    };
    let comparison = compare(&committed, &current);
    let breaches: Vec<_> = comparison.breaches.iter().map(ToString::to_string).collect();
    // A breach is never blessed away: the old file is what shipped objects were built against.
    assert!(breaches.is_empty(), "the surface changed:\n{}\n\n{BUMP}", breaches.join("\n"));
    if committed == current {
        return;
    }
    assert!(
        is_blessing,
        "rows were appended, which is additive; run `BLESS=1 cargo test -p beskid_abi` and commit \
         {}:\n{}",
        path.display(),
        comparison.additions.join("\n")
    );
    std::fs::write(&path, current).unwrap();
}

/// Rewrites every line that contains `from` and reports the rules that the change breaks.
#[track_caller]
fn rules_broken_by(from: &str, to: &str) -> Vec<String> {
    let old = render();
    assert!(old.contains(from), "the snapshot does not contain `{from}`");
    let comparison = compare(&old, &old.replacen(from, to, 1));
    assert_eq!(comparison.additions, Vec::<String>::new());
    comparison.breaches.iter().map(ToString::to_string).collect()
}

#[test]
fn abi_004_every_breaking_change_is_named_with_its_rule() {
    for (from, to, expected) in [
        (
            "function beskid_rt_alloc params=ptr,ptr",
            "function beskid_rt_alloc params=ptr,i64",
            "params was ptr,ptr and is ptr,i64",
        ),
        ("effect=Writes", "effect=Pure", "effect was Writes and is Pure"),
        ("struct BeskidStr size=16", "struct BeskidStr size=24", "size was 16 and is 24"),
        (
            "field BeskidArray.len offset=8",
            "field BeskidArray.len offset=16",
            "offset was 8 and is 16",
        ),
        ("panic DivisionByZero number=4", "panic DivisionByZero number=5", "number was 4 and is 5"),
        ("version abi number=2", "version abi number=3", "number was 2 and is 3"),
    ] {
        let broken = rules_broken_by(from, to);
        assert!(
            matches!(&broken[..], [one] if one.contains(expected) && one.contains("ABI-004")),
            "{broken:?}"
        );
    }
}

#[test]
fn abi_004_a_rename_is_a_removal() {
    let old = render();
    let comparison = compare(&old, &old.replace("beskid_rt_str_len ", "beskid_rt_string_length "));
    let broken: Vec<_> = comparison.breaches.iter().map(ToString::to_string).collect();
    assert!(broken[0].contains("function beskid_rt_str_len: is gone"), "{broken:?}");
}

#[test]
fn abi_005_an_appended_row_is_additive() {
    let old = render();
    let row =
        "function beskid_rt_new params= ret=i64 effect=Reads since=2 signature=00000000000000ff";
    let comparison = compare(&old, &format!("{old}{row}\n"));
    assert_eq!(comparison.additions, [row]);
    assert_eq!(comparison.breaches, []);
}

#[test]
fn abi_005_an_inserted_or_moved_row_is_not_additive() {
    let old = render();
    let first = old.find("function ").unwrap();
    let row =
        "function beskid_rt_new params= ret=i64 effect=Reads since=2 signature=00000000000000ff";
    let inserted = format!("{}{row}\n{}", &old[..first], &old[first..]);
    let comparison = compare(&old, &inserted);
    assert_eq!((comparison.additions.len(), comparison.breaches.len()), (0, 1));

    let mut lines: Vec<_> = old.lines().collect();
    let last = lines.len() - 1;
    lines.swap(last, last - 1);
    assert_eq!(compare(&old, &lines.join("\n")).breaches.len(), 1);
}

#[test]
fn abi_005_a_new_field_is_not_additive_because_objects_know_the_layout() {
    let old = render();
    let new = old.replacen(
        "field BeskidStr.len",
        "field BeskidStr.hash offset=16\nfield BeskidStr.len",
        1,
    );
    let comparison = compare(&old, &new);
    assert_eq!(comparison.breaches.len(), 1);
    assert!(comparison.breaches[0].to_string().contains("shared struct"));
}

#[test]
fn abi_006_every_form_of_the_version_follows_the_one_constant() {
    use beskid_abi::record::{UnwindMode, parse, write_runtime_record};
    let mut bytes = Vec::new();
    write_runtime_record(&mut bytes, "t", 64, UnwindMode::Unwind, "p 1").unwrap();
    let record = parse(&bytes).unwrap();
    assert_eq!(record.identity().abi_version, BESKID_RUNTIME_ABI_VERSION);
    assert!(record.accepted_versions().eq(RUNTIME_ACCEPTED_VERSIONS.iter().copied()));
    let guard = beskid_abi::guard_symbol(BESKID_RUNTIME_ABI_VERSION);
    assert!(guard.ends_with(&format!("_{BESKID_RUNTIME_ABI_VERSION}")));
}
