//! Damage and mischief on a link line, each with the words that have to be said about it, or with
//! the silence that leaves it to the linker. What the other tests of this directory cover is not
//! repeated here.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use beskid_link::scan_files;
use support::{Bench, Outcome, append_member, archive, header, object, runtime};

/// Nothing on a link line may make the check wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// A directory with an object, `app.o`, and its runtime, `rt.o`.
fn healthy() -> Bench {
    let bench = Bench::new();
    bench.write("app.o", object(2).build());
    bench.write("rt.o", runtime(2, &[]).build());
    bench
}

fn write_linker(bench: &Bench, script: &str) -> std::path::PathBuf {
    let linker = bench.write("linker", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&linker, Permissions::from_mode(0o755)).unwrap();
    linker
}

/// A refusal that lacks a runtime says which of the files that might have been one is empty.
#[test]
fn an_empty_runtime_is_named() {
    for (content, name) in
        [("", "libbeskid_runtime.a"), ("!<arch>\n", "libbeskid_runtime.a"), ("", "lib.rlib")]
    {
        let bench = Bench::new();
        bench.write("app.o", object(2).build());
        bench.write(name, content);
        let note = format!("the archive {name} is empty (0 members)");
        bench.link(["app.o", name]).assert_refused(&["runtime  none", &note]);
    }
}

/// The empty archives of the C library stand on every link line.
#[test]
fn an_empty_archive_beside_a_runtime_is_nothing_to_talk_about() {
    let bench = healthy();
    bench.write("libpthread.a", "!<arch>\n");
    bench.write("libnothing.a", "");
    bench.link(["app.o", "rt.o", "libpthread.a", "libnothing.a"]).assert_passed();
}

#[test]
fn files_that_are_no_objects_are_told_by_their_first_bytes() {
    let bench = healthy();
    for (content, shown) in [
        (&b"\x00\x01\x02\x03\x04\x05\x06\x07\x08"[..], "[00, 01, 02, 03, 04, 05, 06, 07]"),
        (b"\xff", "[ff]"),
        (b"MZ\x90\x00\x03", "[4d, 5a, 90, 00, 03]"),
        (b"!<arcx>\n\xff", "[21, 3c, 61, 72, 63, 78, 3e, 0a]"),
    ] {
        bench.write("random.a", content);
        let words = ["`random.a` is neither an archive nor an object", shown, "fix: delete it"];
        bench.link(["app.o", "random.a", "rt.o"]).assert_failed(&words);
    }
}

#[test]
fn bitcode_is_counted_and_the_guard_decides() {
    let bench = Bench::new();
    bench.write("app.o", object(2).build());
    bench
        .write("libcode.a", archive(&[("a.o", b"BC\xc0\xde1234"), ("b.o", b"\xde\xc0\x17\x0b12")]));
    // The runtime may be in the bitcode.
    bench.link(["app.o", "libcode.a"]).assert_passed();
    assert!(bench.link(["inspect", "libcode.a"]).stdout.contains("2 members hold bitcode"));
    // A runtime that is seen is compared.
    bench.write("old.o", object(1).build());
    bench.write("rt.o", runtime(2, &[]).build());
    bench.link(["old.o", "libcode.a", "rt.o"]).assert_refused(&["old.o", "requires 1"]);
}

/// The record of an object is read whatever the rest of its header says. If the header is beyond
/// understanding, the linker is the one to complain.
#[test]
fn an_object_whose_header_is_wrong_is_refused_by_its_record_or_by_the_linker() {
    let bench = healthy();
    let whole = object(1).build();
    // Offsets in the header of an ELF file: byte order, version, machine, class.
    for (name, at, value) in [("version.o", 6, 9), ("machine.o", 18, 183)] {
        let mut bytes = whole.clone();
        bytes[at] = value;
        bench.write(name, bytes);
        let outcome = bench.link([name, "rt.o"]);
        assert_eq!(outcome.status, Some(1), "{name}: {outcome:?}");
        assert!(outcome.stderr.contains(name), "{name}: {outcome:?}");
    }
    for (name, at, value) in [("class.o", 4, 1), ("order.o", 5, 2)] {
        let mut bytes = whole.clone();
        bytes[at] = value;
        bench.write(name, bytes);
        let mut command = bench.command();
        command.env("BESKID_LINK_REAL", "ld").args([name, "rt.o", "-o", "out"]);
        let outcome = Outcome::of(command.output().unwrap());
        assert_eq!(outcome.status, Some(1), "{name}: {outcome:?}");
        assert!(outcome.stderr.contains(name), "{name}: {outcome:?}");
        assert!(!bench.path("out").exists(), "{name}");
    }
}

#[test]
fn objects_merged_by_the_linker_state_each_of_their_records() {
    let bench = healthy();
    bench.write("other.o", support::Spec { defines: Some("other_answer"), ..object(2) }.build());
    bench.write("stale.o", support::Spec { defines: Some("stale_answer"), ..object(1) }.build());
    for (second, output) in [("other.o", "agreeing.o"), ("stale.o", "differing.o")] {
        let mut merge = Command::new("ld");
        merge.current_dir(bench.path("")).args(["-r", "app.o", second, "-o", output]);
        assert!(merge.status().expect("`ld` runs; install the package binutils").success());
    }
    assert_eq!(scan_files([bench.path("agreeing.o")]).unwrap().objects().count(), 2);
    bench.link(["agreeing.o", "rt.o"]).assert_passed();
    bench.link(["differing.o", "rt.o"]).assert_refused(&["differing.o", "requires 1"]);
}

#[test]
fn a_record_that_is_cut_anywhere_is_never_taken_for_a_good_one() {
    let bench = healthy();
    let whole = object(2).build();
    let record = {
        let start = whole.windows(7).position(|it| it == b"Beskid\0").unwrap() + 8;
        start..start + object(2).note().len() - 24
    };
    for at in record.clone().step_by(5) {
        let mut bytes = whole.clone();
        bytes[at..record.end].fill(0);
        bench.write("cut.o", bytes);
        let outcome = bench.link(["cut.o", "rt.o"]);
        assert!(outcome.status == Some(1) || at + 8 >= record.end, "zeros from {at}: {outcome:?}");
    }
}

#[test]
fn archives_that_contain_themselves_end() {
    let bench = healthy();
    let mut thin = b"!<thin>\n".to_vec();
    append_member(&mut thin, "//", b"libself.a/\n");
    thin.extend(header("/0", "100"));
    bench.write("libself.a", thin);
    bench.write("libscript.so", "INPUT(./libscript.so libother.so)");
    bench.write("libother.so", "GROUP(libscript.so -lscript)");
    let start = Instant::now();
    bench.link(["app.o", "rt.o", "libself.a"]).assert_passed();
    bench.link(["app.o", "rt.o", "-L.", "-lscript"]).assert_passed();
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn archives_deep_in_archives_are_looked_into_as_deep_as_rustc_makes_them() {
    let bench = healthy();
    let stale = object(1).build();
    let inner = archive(&[("stale.o", &stale)]);
    let outer = archive(&[("inner.a", &inner)]);
    bench.write("outer.rlib", &outer);
    bench.link(["rt.o", "outer.rlib"]).assert_refused(&["outer.rlib(inner.a)(stale.o)"]);
    let deep = (0..40).fold(outer, |inside, _| archive(&[("more.a", &inside)]));
    bench.write("deep.a", deep);
    bench.link(["rt.o", "deep.a"]).assert_passed();
}

/// Only headers are read: a file of eight gigabytes takes no longer than one of eight bytes.
#[test]
fn a_huge_archive_costs_nothing() {
    const MEMBER_LEN: u64 = 8 << 30;
    let bench = healthy();
    let mut start = b"!<arch>\n".to_vec();
    start.extend(header("huge.bin/", &MEMBER_LEN.to_string()));
    let path = bench.write("libhuge.a", &start);
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(start.len() as u64 + MEMBER_LEN)
        .unwrap();
    let begin = Instant::now();
    bench.link(["app.o", "rt.o", "libhuge.a"]).assert_passed();
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
}

#[test]
fn what_is_no_regular_file_is_left_to_the_linker() {
    let bench = healthy();
    symlink("loop-b.o", bench.path("loop-a.o")).unwrap();
    symlink("loop-a.o", bench.path("loop-b.o")).unwrap();
    symlink("nowhere.o", bench.path("dangling.a")).unwrap();
    std::fs::create_dir(bench.path("directory.a")).unwrap();
    let _socket = UnixListener::bind(bench.path("socket.o")).unwrap();
    let line =
        ["app.o", "loop-a.o", "dangling.a", "directory.a", "socket.o", "/dev/null", "/dev/zero"];
    bench.link(line.iter().chain(&["rt.o"])).assert_passed();
    bench.link(["@/dev/null", "app.o", "rt.o"]).assert_passed();
}

#[test]
fn a_path_of_any_bytes_leads_to_its_object() {
    let bench = healthy();
    let stale = object(1).build();
    let names: [&[u8]; 8] = [
        b"a space.o",
        b"a,comma.o",
        b"a\"quote'.o",
        b"$HOME.o",
        b"a\\backslash.o",
        b"a\nline.o",
        b"gr\xc3\xbc\xc3\x9fe.o",
        b"bytes-\xff\xfe.o",
    ];
    for name in names {
        let name = OsString::from_vec(name.to_vec());
        bench.write(Path::new(&name), &stale);
        let outcome = Outcome::of(bench.command().arg(&name).arg("rt.o").output().unwrap());
        outcome.assert_refused(&["requires 1"]);
        let mut library = OsString::from("lib");
        library.push(&name);
        library.push(".a");
        bench.write(Path::new(&library), archive(&[("stale.o", &stale)]));
        let outcome = Outcome::of(bench.command().arg(&library).arg("rt.o").output().unwrap());
        outcome.assert_refused(&["(stale.o)"]);
    }
}

#[test]
fn response_files_are_split_as_gcc_splits_them() {
    let bench = healthy();
    bench.write("a b.o", object(1).build());
    bench.write("c.o", object(1).build());
    for (text, is_found) in [
        (&b"a\\ b.o"[..], true),
        (b"'a b.o'", true),
        (b"\"a b.o\"", true),
        (b"a' 'b.o", true),
        (b"\"a\\ b.o\"", true),
        (b"\t\r\n\x0b\x0c 'a b.o'\n\n", true),
        (b"a b.o", false),
        (b"'' \"\" c.o", true),
        (b"'c.o", true),
        (b"c.o\\", true),
        (b"\\c\\.\\o", true),
        (b"", false),
        (b"\\", false),
        // A file for another system's linker, in UTF-16, names nothing here; nor does half of one.
        (b"\xff\xfec\0.\0o\0", false),
        (b"\xff\xfec\0.\0o", false),
    ] {
        bench.write("response", text);
        let outcome = bench.link(["@response", "rt.o"]);
        let shown = text.escape_ascii();
        assert_eq!(outcome.status == Some(1), is_found, "{shown}: {outcome:?}");
    }
}

/// gcc reads the same words out of a response file as the check does.
#[test]
fn gcc_agrees_about_response_files() {
    let bench = Bench::new();
    let texts = ["a\\ b 'c d'", "\"e\\\"f\" g'h'i", "'j\\'k' l", "m\\\\n \"o'p\" q"];
    let names = [&["a b", "c d"][..], &["e\"f", "ghi"], &["j'k", "l"], &["m\\n", "o'p", "q"]];
    for (text, names) in texts.into_iter().zip(names) {
        bench.write("response", text);
        let mut gcc = Command::new("cc");
        let seen = gcc.current_dir(bench.path("")).arg("@response").env("LC_ALL", "C");
        let seen = Outcome::of(seen.output().unwrap()).stderr;
        for name in names {
            assert!(seen.contains(&format!("{name}: No such file")), "{text}: {name}: {seen}");
            bench.write(name, object(1).build());
        }
        bench.write("rt.o", runtime(2, &[]).build());
        bench.link(["@response", "rt.o"]).assert_refused(names);
        names.iter().for_each(|name| std::fs::remove_file(bench.path(name)).unwrap());
    }
}

#[test]
fn a_long_response_file_is_read_to_its_end() {
    let bench = healthy();
    bench.write("stale.o", object(1).build());
    let mut text = "-Wl,--no-such-option-that-matters\n".repeat(100_000);
    text.push_str("stale.o");
    bench.write("response", text);
    bench.link(["@response", "rt.o"]).assert_refused(&["stale.o"]);
}

#[test]
fn response_files_that_name_each_other_end_with_the_name_of_one() {
    let bench = healthy();
    bench.write("ping", "@pong");
    bench.write("pong", "'@ping'");
    bench.link(["@ping"]).assert_failed(&["nested more than 10 deep", "remove that argument"]);
    // Each level doubles the work, so the depth alone would not bound it.
    bench.write("twice", "@twice @twice");
    let start = Instant::now();
    bench.link(["@twice"]).assert_failed(&["`twice`"]);
    assert!(start.elapsed() < PATIENCE);
}

#[test]
fn a_linker_that_cannot_be_run_is_named_with_the_variable_that_changes_it() {
    let bench = healthy();
    let script = bench.write("script-linker", "#!/no/such/interpreter\n");
    std::fs::set_permissions(&script, Permissions::from_mode(0o755)).unwrap();
    std::fs::create_dir(bench.path("directory-linker")).unwrap();
    bench.write("plain-linker", "#!/bin/sh\n");
    for (linker, words) in [
        ("script-linker", "cannot run the linker"),
        ("directory-linker", "no linker was found"),
        ("plain-linker", "no linker was found"),
    ] {
        let mut command = bench.command();
        command.env("BESKID_LINK_REAL", bench.path(linker)).args(["app.o", "rt.o"]);
        let outcome = Outcome::of(command.output().unwrap());
        outcome.assert_failed(&[words, linker, "BESKID_LINK_REAL"]);
    }
}

#[test]
fn the_end_of_the_linker_is_the_end_of_the_wrapper() {
    use std::os::unix::process::ExitStatusExt;
    let bench = healthy();
    for (script, status, signal) in [
        ("exit 0", Some(0), None),
        ("exit 255", Some(255), None),
        ("kill -KILL $$", None, Some(9)),
        ("printf partial > out; kill -SEGV $$", None, Some(11)),
    ] {
        let linker = write_linker(&bench, script);
        let mut command = bench.command();
        command.env("BESKID_LINK_REAL", linker).args(["app.o", "rt.o"]);
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), output.status.signal()), (status, signal), "{script}");
        assert!(output.stderr.is_empty(), "{script}");
    }
}

#[test]
fn bytes_that_the_linker_writes_are_not_touched() {
    let bench = healthy();
    let linker = write_linker(&bench, "printf '\\377\\000out'; printf '\\376err' >&2");
    let mut command = bench.command();
    command.env("BESKID_LINK_REAL", linker).args(["app.o", "rt.o"]);
    let output = command.output().unwrap();
    assert_eq!((&*output.stdout, &*output.stderr), (&b"\xff\0out"[..], &b"\xfeerr"[..]));
}

/// A link must not fail because of where its messages go.
#[test]
fn a_refusal_survives_a_closed_standard_error() {
    let bench = Bench::new();
    bench.write("old.o", object(1).build());
    bench.write("rt.o", runtime(2, &[]).build());
    let wrapper = env!("CARGO_BIN_EXE_beskid-link");
    let mut shell = Command::new("/bin/sh");
    shell.current_dir(bench.path("")).args(["-c", "exec \"$0\" old.o rt.o 2>&-", wrapper]);
    assert_eq!(shell.status().unwrap().code(), Some(1));
}
