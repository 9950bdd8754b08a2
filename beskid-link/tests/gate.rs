//! The verdict on a link line: what passes, what is refused, and in which words.

mod support;

use std::process::Command;

use beskid_abi::{Effect, RuntimeFn, Signature};
use support::{Bench, Outcome, Spec, archive, object, runtime};

/// Any signature, for tests in which it does not matter which.
fn signature() -> Signature {
    RuntimeFn::GcPhase.signature()
}

/// Links one object with one runtime archive.
fn link(object: &Spec, runtime: &Spec) -> (Bench, Outcome) {
    let bench = Bench::new();
    bench.write("app.o", object.build());
    bench.write("librt.a", archive(&[("rt.o", &runtime.build())]));
    let outcome = bench.link(["app.o", "librt.a", "-o", "app"]);
    (bench, outcome)
}

fn verdict(object: &Spec, runtime: &Spec) -> Outcome {
    link(object, runtime).1
}

#[test]
fn a_pair_that_belongs_together_links_silently() {
    verdict(&object(2), &runtime(2, &[])).assert_passed();
}

#[test]
fn an_object_for_an_older_or_newer_runtime_is_refused() {
    verdict(&object(1), &runtime(2, &[])).assert_refused(&[
        "object   app.o  requires runtime ABI 1, built by beskid 0.4.1 from src/main.bsk",
        "runtime  librt.a(rt.o)  provides runtime ABI 2, beskid-runtime 9.9.9",
        "differs  version: the object requires 1, the runtime provides 2",
        "fix      rebuild `app` with a Beskid compiler for ABI 2",
    ]);
    verdict(&object(3), &runtime(2, &[])).assert_refused(&[
        "version: the object requires 3, the runtime provides 2",
        "fix      use a beskid-runtime that accepts ABI 3",
    ]);
}

#[test]
fn a_runtime_may_accept_an_older_version() {
    verdict(&object(2), &runtime(3, &[2])).assert_passed();
    verdict(&object(1), &runtime(3, &[2])).assert_refused(&["provides 3 (and accepts 2)"]);
}

#[test]
fn a_symbol_that_is_missing_or_has_another_signature_is_refused() {
    let mut newer = object(2);
    newer.symbols.push(("beskid_rt_from_the_future".into(), signature()));
    let text = "symbol beskid_rt_from_the_future: the object imports it with signature";
    verdict(&newer, &runtime(2, &[])).assert_refused(&[text, "the runtime does not export it"]);

    let mut changed = object(2);
    changed.symbols[0].1 = signature().with_effect(Effect::Io);
    verdict(&changed, &runtime(2, &[]))
        .assert_refused(&["symbol beskid_rt_gc_phase: the object was compiled for signature () -> i64, Io; the runtime has () -> i64, Reads"]);
}

#[test]
fn an_object_whose_note_was_removed_is_refused() {
    let mut bare = object(2);
    bare.has_note = false;
    verdict(&bare, &runtime(2, &[])).assert_refused(&[
        "object   app.o\n",
        "the object refers to beskid_rt_gc_phase, but it has no ABI record that says so",
    ]);
}

#[test]
fn a_runtime_without_a_record_is_refused() {
    let mut bare = runtime(2, &[]);
    bare.has_note = false;
    verdict(&object(2), &bare).assert_refused(&["librt.a(rt.o)", "the runtime has no ABI record"]);
}

#[test]
fn a_record_that_cannot_be_read_is_refused_with_the_offset() {
    let bench = Bench::new();
    let mut bytes = object(2).build();
    let record = object(2).note()[beskid_abi::note::RECORD_OFFSET..].to_vec();
    let at = bytes.windows(record.len()).position(|window| window == record).unwrap();
    bytes[at] = 9;
    bench.write("app.o", bytes);
    bench.write("rt.o", runtime(2, &[]).build());
    bench.link(["app.o", "rt.o"]).assert_refused(&["the record has format 9", "at byte 0"]);
}

#[test]
fn what_rustc_compiled_may_import_without_a_record_and_what_c_compiled_may_not() {
    let mut host = object(2);
    (host.has_note, host.comment) =
        (false, Some("\0rustc version 1.95.0 (59807616e 2026-04-14)\0"));
    verdict(&host, &runtime(2, &[])).assert_passed();
    host.comment = Some("\0GCC: (GNU) 12.2.0\0");
    verdict(&host, &runtime(2, &[])).assert_refused(&["beskid_rt_gc_phase"]);
}

/// rustc names exported symbols in an object of its own, so that the linker keeps them.
#[test]
fn a_list_of_symbols_without_code_needs_no_record() {
    let mut list = object(2);
    (list.has_note, list.defines, list.calls_symbols) = (false, None, false);
    verdict(&list, &runtime(2, &[])).assert_passed();
}

#[test]
fn asking_for_the_version_needs_no_record() {
    let mut host = object(2);
    host.has_note = false;
    host.symbols = vec![("beskid_runtime_abi_version".into(), signature())];
    verdict(&host, &runtime(2, &[])).assert_passed();
}

/// The parts of a runtime call each other, and one of them carries the record of all.
#[test]
fn the_parts_of_a_runtime_are_not_taken_for_objects() {
    let bench = Bench::new();
    let mut part = object(2);
    (part.has_note, part.comment) = (false, Some("rustc version 1.95.0"));
    let mut definer = runtime(2, &[]);
    definer.has_note = false;
    definer.symbols = vec![("beskid_rt_str_len".into(), signature())];
    let parts: [(&str, &[u8]); 3] =
        [("a.o", &part.build()), ("b.o", &definer.build()), ("c.o", &runtime(2, &[]).build())];
    bench.write("libbeskid_runtime.rlib", archive(&parts));
    bench.write("app.o", object(2).build());
    bench.link(["app.o", "libbeskid_runtime.rlib"]).assert_passed();
}

/// With link-time optimisation the runtime arrives as one loose object.
#[test]
fn a_runtime_in_a_loose_object_is_found() {
    let bench = Bench::new();
    bench.write("app.beskid_runtime-1234-cgu.0.rcgu.o", runtime(2, &[]).build());
    bench.write(
        "libapp.rlib",
        archive(&[("lib.rmeta", b"rust"), ("main.bsk.o", &object(1).build())]),
    );
    let line = ["app.beskid_runtime-1234-cgu.0.rcgu.o", "libapp.rlib"];
    bench.link(line).assert_refused(&["libapp.rlib(main.bsk.o)", "app.beskid_runtime-1234"]);
    bench.write("libapp.rlib", archive(&[("main.bsk.o", &object(2).build())]));
    bench.link(line).assert_passed();
}

#[test]
fn all_objects_are_reported_in_one_run() {
    let bench = Bench::new();
    bench.write("rt.o", runtime(2, &[]).build());
    bench.write(
        "libold.a",
        archive(&[("one.o", &object(1).build()), ("two.o", &object(3).build())]),
    );
    bench.link(["libold.a", "rt.o"]).assert_refused(&["libold.a(one.o)", "libold.a(two.o)"]);
}

#[test]
fn a_link_without_a_runtime_is_refused_with_the_remedy() {
    let bench = Bench::new();
    bench.write("app.o", object(2).build());
    bench.write("libempty.a", "!<arch>\n");
    bench.link(["app.o", "libempty.a"]).assert_refused(&[
        "runtime  none",
        "differs  runtime: none is among the inputs",
        "add beskid-runtime to the [dependencies]",
        "note     the archive libempty.a is empty (0 members)",
    ]);
}

#[test]
fn a_link_that_a_runtime_may_still_join_is_left_to_the_guard() {
    let bench = Bench::new();
    bench.write("app.o", object(2).build());
    bench.write("lto.o", b"BC\xc0\xde and more");
    bench.link(["-r", "app.o"]).assert_passed();
    bench.link(["-Wl,--relocatable", "app.o"]).assert_passed();
    bench.link(["app.o", "lto.o"]).assert_passed();
    bench.link(["app.o", "-lbeskid_runtime_where_only_the_linker_looks"]).assert_passed();
}

/// Merging an object that has a record with one whose record was removed must not hide the latter.
#[test]
fn a_merged_object_must_state_all_its_imports() {
    let bench = Bench::new();
    let mut bare = object(2);
    bare.has_note = false;
    bare.symbols = vec![("beskid_rt_gc_collect".into(), signature())];
    bare.defines = None;
    bench.write("good.o", object(2).build());
    bench.write("bare.o", bare.build());
    bench.write("rt.o", runtime(2, &[]).build());
    let mut ld = Command::new("ld");
    ld.args(["-r", "-o"]).args(["merged.o", "good.o", "bare.o"].map(|name| bench.path(name)));
    assert!(ld.status().expect("`ld` runs; install the package binutils").success());
    bench.link(["merged.o", "rt.o"]).assert_refused(&["merged.o", "beskid_rt_gc_collect"]);
}

#[test]
fn an_allowance_lets_one_mismatch_of_one_object_pass_and_says_so() {
    let bench = Bench::new();
    bench.write("app.o", object(1).build());
    bench.write("rt.o", runtime(2, &[]).build());
    let with = |value: &str| {
        let mut command = bench.command();
        command.args(["app.o", "rt.o"]).env("BESKID_UNSAFE_ALLOW_ABI_MISMATCH", value);
        Outcome::of(command.output().unwrap())
    };
    let allowed = with("app.o=version");
    assert_eq!(allowed.status, Some(7));
    assert!(allowed.stderr.starts_with("warning: beskid-link was told to allow app.o: version"));
    with("app.o=layout").assert_refused(&["version"]);
    with("other.o=version").assert_refused(&["version"]);
    with("1").assert_failed(&["object=key"]);
}

#[test]
fn the_versions_of_the_lock_file_stand_beside_a_refusal() {
    let bench = Bench::new();
    bench.write("app.o", object(1).build());
    bench.write("rt.o", runtime(2, &[]).build());
    let lock = "[[package]]\nname = \"beskid-build\"\nversion = \"0.4.1\"\n";
    bench.write("project/Cargo.lock", lock);
    std::fs::create_dir_all(bench.path("project/member")).unwrap();
    let mut command = bench.command();
    command.args(["app.o", "rt.o"]).env("CARGO_MANIFEST_DIR", bench.path("project/member"));
    let outcome = Outcome::of(command.output().unwrap());
    outcome.assert_refused(&["project/Cargo.lock has beskid-build 0.4.1"]);
}
