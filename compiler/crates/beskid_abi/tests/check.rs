//! The verdict table, row by row, and the text in which a refusal is shown.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use beskid_abi::record::parse;
use beskid_abi::report::{Refusal, Report};
use beskid_abi::{Effect, Evidence, Mismatch, RuntimeFn, Signature, check, check_evidence};
use support::{healthy_object, healthy_runtime, object, object_identity, runtime};

fn alloc() -> (&'static str, Signature) {
    (RuntimeFn::Alloc.symbol(), RuntimeFn::Alloc.signature())
}

/// A signature that `alloc` does not have.
fn other() -> Signature {
    RuntimeFn::Alloc.signature().with_effect(Effect::Reads)
}

fn evidence(bytes: &[u8]) -> Evidence<'_> {
    Evidence::Record(parse(bytes).unwrap())
}

fn object_requiring(version: u32) -> Vec<u8> {
    let mut identity = object_identity();
    identity.abi_version = version;
    object(&identity, &[alloc()])
}

#[track_caller]
fn verdict(object: &[u8], runtime: &[u8]) -> Vec<Mismatch> {
    check(&parse(object).unwrap(), &parse(runtime).unwrap()).err().unwrap_or_default()
}

fn version(required: u32, provided: u32, accepted: &[u32]) -> Mismatch {
    Mismatch::Version { required, provided, accepted: accepted.to_vec() }
}

#[test]
fn abi_003_a_runtime_of_another_version_is_refused() {
    assert_eq!(verdict(&object_requiring(2), &runtime(1, &[], &[alloc()])), [version(2, 1, &[])]);
    assert_eq!(verdict(&object_requiring(2), &runtime(3, &[], &[alloc()])), [version(2, 3, &[])]);
}

#[test]
fn a_lower_runtime_is_refused_even_if_it_claims_to_accept() {
    let claims = runtime(2, &[3], &[alloc()]);
    assert_eq!(verdict(&object_requiring(3), &claims), [version(3, 2, &[3])]);
}

#[test]
fn an_equal_runtime_is_accepted_with_or_without_listing_itself() {
    assert_eq!(verdict(&object_requiring(2), &runtime(2, &[], &[alloc()])), []);
    assert_eq!(verdict(&healthy_object(), &healthy_runtime()), []);
}

#[test]
fn a_higher_runtime_is_accepted_only_if_it_lists_the_version() {
    assert_eq!(verdict(&object_requiring(2), &runtime(3, &[2, 3], &[alloc()])), []);
    assert_eq!(verdict(&object_requiring(1), &runtime(3, &[2], &[])).len(), 2);
}

#[test]
fn an_accepted_older_object_must_still_match_in_symbols() {
    let renamed = runtime(3, &[2, 3], &[("beskid_rt_allocate", other())]);
    let [Mismatch::MissingSymbol { symbol, .. }] = &verdict(&object_requiring(2), &renamed)[..]
    else {
        panic!("a missing symbol must be the only mismatch");
    };
    assert_eq!(symbol, "beskid_rt_alloc");
}

#[test]
fn the_order_of_imports_and_exports_does_not_matter() {
    let rows = [RuntimeFn::Alloc, RuntimeFn::StrLen, RuntimeFn::GcPhase];
    let rows = rows.map(|function| (function.symbol(), function.signature()));
    let backwards = [rows[2], rows[1], rows[0]];
    for imports in [rows, backwards] {
        let object = object(&object_identity(), &imports);
        assert_eq!(verdict(&object, &healthy_runtime()), []);
        let missing = [("beskid_rt_gone", other()), imports[0], imports[2]];
        let object = support::object(&object_identity(), &missing);
        assert_eq!(verdict(&object, &healthy_runtime()).len(), 1);
    }
}

#[test]
fn a_changed_signature_is_refused_with_both_signatures() {
    let changed = runtime(2, &[], &[("beskid_rt_alloc", other())]);
    let expected = Mismatch::Signature {
        symbol: "beskid_rt_alloc".into(),
        object: alloc().1,
        runtime: other(),
    };
    assert_eq!(verdict(&healthy_object_of_alloc(), &changed), [expected]);
}

fn healthy_object_of_alloc() -> Vec<u8> {
    object_requiring(2)
}

#[test]
fn another_layout_is_refused() {
    let mut identity = object_identity();
    identity.layout_hash ^= 1;
    let mismatches = verdict(&object(&identity, &[alloc()]), &healthy_runtime());
    assert!(matches!(mismatches[..], [Mismatch::Layout { .. }]), "{mismatches:?}");
}

#[test]
fn another_target_is_refused_and_another_vendor_is_not() {
    for (target, is_refused) in [
        ("x86_64-unknown-linux-musl", true),
        ("aarch64-unknown-linux-gnu", true),
        ("x86_64-pc-linux-gnu", false),
    ] {
        let mut identity = object_identity();
        identity.target = target;
        let mismatches = verdict(&object(&identity, &[]), &healthy_runtime());
        assert_eq!(!mismatches.is_empty(), is_refused, "{target}");
    }
    let mut identity = object_identity();
    identity.pointer_width = 32;
    assert_eq!(verdict(&object(&identity, &[]), &healthy_runtime()).len(), 1);
}

#[test]
fn all_mismatches_are_reported_at_once() {
    let mut identity = object_identity();
    identity.abi_version += 1;
    identity.layout_hash ^= 1;
    identity.target = "aarch64-apple-darwin";
    let object = object(&identity, &[("beskid_rt_alloc", other()), ("beskid_rt_gone", other())]);
    let mismatches = verdict(&object, &healthy_runtime());
    let keys: Vec<_> = mismatches.iter().map(Mismatch::key).collect();
    assert_eq!(keys, ["version", "target", "layout", "beskid_rt_alloc", "beskid_rt_gone"]);
}

#[test]
fn a_missing_or_unreadable_record_is_refused_on_either_side() {
    let (object, runtime) = (healthy_object(), healthy_runtime());
    let (object, runtime) = (evidence(&object), evidence(&runtime));
    let bare = Evidence::Missing { import: Some("beskid_rt_alloc") };
    let foreign = Evidence::Missing { import: None };
    let unreadable = Evidence::Unreadable(parse(&[9]).unwrap_err());

    let refuses = |object, runtime| check_evidence(object, runtime).is_err();
    assert!(!refuses(object, runtime));
    assert!(refuses(bare, runtime), "imports the runtime without a record");
    assert!(refuses(unreadable, runtime), "newer format");
    assert!(refuses(object, foreign), "runtime without a record");
    assert!(refuses(object, unreadable), "runtime of a newer format");
    assert_eq!(check_evidence(bare, unreadable).unwrap_err().len(), 2);
    assert!(!refuses(foreign, foreign), "an object without Beskid is none of our business");
}

#[test]
fn the_report_names_both_files_both_versions_and_the_next_step() {
    let stale = object_requiring(1);
    let runtime_bytes = runtime(3, &[2], &[alloc()]);
    let refusal = Refusal::of(
        ("libmid.rlib(main.bsk.o)", evidence(&stale)),
        ("libbeskid_runtime.rlib(rt.o)", evidence(&runtime_bytes)),
    );
    let mut report = Report::one(refusal.unwrap());
    report.notes.push("Cargo.lock has beskid-build 0.0.9".into());
    let expected = "\
error[BSK-L001]: Beskid objects and the Beskid runtime disagree about the ABI
  object   libmid.rlib(main.bsk.o)  requires runtime ABI 1, built by beskid 0.1.0 from src/main.bsk
  runtime  libbeskid_runtime.rlib(rt.o)  provides runtime ABI 3 (and accepts 2), beskid-runtime 9.9.9
  differs  version: the object requires 1, the runtime provides 3 (and accepts 2)
  fix      rebuild `app` with a Beskid compiler for ABI 3
  note     Cargo.lock has beskid-build 0.0.9";
    assert_eq!(report.to_string(), expected);
    // rustc greps linker output for this phrase and adds advice that would mislead here.
    assert!(!report.to_string().contains("undefined reference to"));
}

#[test]
fn a_pair_that_belongs_together_gives_no_refusal() {
    let (object, runtime) = (healthy_object(), healthy_runtime());
    let refusal = Refusal::of(("a.o", evidence(&object)), ("rt.o", evidence(&runtime)));
    assert_eq!(refusal, None);
    assert_eq!(Report::default().to_string(), "");
}
