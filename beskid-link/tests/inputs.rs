//! Every way in which a link line can name an object, and every way in which a file can be broken.

mod support;

use std::process::Command;

use beskid_link::scan_files;
use support::{Bench, append_member, archive, header, object, runtime};

/// A stale object in `directory`, hidden in all the ways that real links hide it.
fn stale_inputs(bench: &Bench) {
    let stale = object(1).build();
    bench.write("rt.o", runtime(2, &[]).build());
    bench.write("loose.o", &stale);
    bench.write("libold.a", archive(&[("a.o", b"\0asm"), ("stale.o", &stale)]));
    let long = archive(&[("a_name_that_needs_the_table_of_names.o", &stale)]);
    bench.write("liblong.a", &long);
    bench.write("libnested.rlib", archive(&[("lib.rmeta", b"rust"), ("libinner.a", &long)]));
    let mut bsd = b"!<arch>\n".to_vec();
    append_member(&mut bsd, "#1/12", &[b"a_bsd_name.o", stale.as_slice()].concat());
    bench.write("libbsd.a", bsd);
    let names = b"sub/stale.o/\n";
    let mut thin = b"!<thin>\n".to_vec();
    append_member(&mut thin, "//", names);
    thin.extend(header("/0", &stale.len().to_string()));
    bench.write("libthin.a", thin);
    bench.write("sub/stale.o", &stale);
    bench.write("libscript.so", "/* GNU ld script */\nINPUT ( AS_NEEDED ( libold.a ) )");
    bench.write("with space, and 'quotes'.o", &stale);
    bench.write("response", "-o x\n'with space, and '\\''quotes'\\''.o'");
    bench.write("escaped", "with\\ space,\\ and\\ \\'quotes\\'.o");
    bench.write("nested-response", "@response");
}

#[test]
fn an_object_is_found_however_the_line_names_it() {
    let bench = Bench::new();
    stale_inputs(&bench);
    for (args, place) in [
        (vec!["loose.o"], "loose.o"),
        (vec!["libold.a"], "libold.a(stale.o)"),
        (vec!["liblong.a"], "liblong.a(a_name_that_needs_the_table_of_names.o)"),
        (vec!["libbsd.a"], "libbsd.a(a_bsd_name.o)"),
        (vec!["libthin.a"], "libthin.a(sub/stale.o)"),
        (vec!["libnested.rlib"], "libnested.rlib(libinner.a)(a_name_that"),
        (vec!["-Wl,--whole-archive,libold.a,--no-whole-archive"], "libold.a(stale.o)"),
        (vec!["-Xlinker", "libold.a"], "libold.a(stale.o)"),
        (vec!["-L.", "-lold"], "libold.a(stale.o)"),
        (vec!["-lold", "-L", "."], "libold.a(stale.o)"),
        (vec!["-L", ".", "-l:libold.a"], "libold.a(stale.o)"),
        (vec!["--library-path=.", "--library=old"], "libold.a(stale.o)"),
        (vec!["-L.", "-lscript"], "libold.a(stale.o)"),
        (vec!["--start-group", "libold.a", "--end-group"], "libold.a(stale.o)"),
        (vec!["@response"], "with space, and 'quotes'.o"),
        (vec!["@escaped"], "with space, and 'quotes'.o"),
        (vec!["@nested-response"], "with space, and 'quotes'.o"),
        (vec!["-Wl,@response"], "with space, and 'quotes'.o"),
    ] {
        let outcome = bench.link(args.iter().chain(&["rt.o"]));
        // A library that was found through `-L.` is shown with the directory.
        let shown = outcome.stderr.replace("  ./", "  ");
        assert!(shown.contains(&format!("object   {place}")), "{args:?}: {outcome:?}");
        assert_eq!(outcome.status, Some(1), "{args:?}");
    }
}

#[test]
fn a_shared_library_is_preferred_unless_the_line_says_static() {
    let bench = Bench::new();
    bench.write("rt.o", runtime(2, &[]).build());
    bench.write("libboth.a", archive(&[("stale.o", &object(1).build())]));
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-nostdlib", "-x", "c", "/dev/null", "-o"]).arg(bench.path("libboth.so"));
    assert!(cc.status().expect("`cc` runs; install the package gcc").success());
    bench.link(["-L.", "-lboth", "rt.o"]).assert_passed();
    bench.link(["-L.", "-Wl,-Bstatic", "-lboth", "rt.o"]).assert_refused(&["libboth.a(stale.o)"]);
    bench.link(["-L.", "-Wl,-Bstatic", "-Wl,-Bdynamic", "-lboth", "rt.o"]).assert_passed();
}

#[test]
fn a_linked_library_was_checked_when_it_was_linked() {
    let bench = Bench::new();
    bench.write("old.o", object(1).build());
    bench.write("oldrt.o", runtime(1, &[]).build());
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-nostdlib", "-o"])
        .args(["lib.so", "old.o", "oldrt.o"].map(|name| bench.path(name)));
    assert!(cc.status().unwrap().success());
    bench.write("app.o", object(2).build());
    bench.write("rt.o", runtime(2, &[]).build());
    bench.link(["app.o", "rt.o", "lib.so"]).assert_passed();
    let scan = scan_files([bench.path("lib.so")]).unwrap();
    assert_eq!((scan.objects().count(), scan.runtimes().count()), (1, 1), "inspection sees both");
}

#[test]
fn what_has_nothing_to_do_with_beskid_passes() {
    let bench = Bench::new();
    bench.write("main.c", "int main(void) { return 0; }");
    bench.write("script.ld", "SECTIONS { .text : { *(.text) } }");
    bench.write("empty.o", "");
    bench.write("wasm.o", b"\0asm\x01\0\0\0");
    bench.write("libempty.a", "!<arch>\n");
    let line = [
        "main.c",
        "-T",
        "script.ld",
        "script.ld",
        "empty.o",
        "wasm.o",
        "libempty.a",
        "gone.o",
        "-lgone",
        ".",
    ];
    bench.link(line).assert_passed();
}

#[test]
fn a_pipe_is_left_to_the_linker() {
    let bench = Bench::new();
    let pipe = bench.path("pipe.o");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Opening the pipe would block for ever, since nobody writes to it.
    bench.link(["pipe.o"]).assert_passed();
    bench.link(["@pipe.o"]).assert_passed();
}

#[test]
fn a_truncated_archive_is_an_error_with_offset_and_last_good_member() {
    let bench = Bench::new();
    let whole = archive(&[("one.o", b"\0asm1234"), ("two.o", b"\0asm5678")]);
    bench.write("libcut.a", &whole[..whole.len() - 3]);
    bench.link(["libcut.a"]).assert_failed(&[
        "error: beskid-link: the archive `libcut.a` is damaged at byte 76",
        "member `two.o` has 8 bytes, but only 5 are left",
        "last good member: one.o",
        "delete `libcut.a` and build again",
    ]);
}

#[test]
fn broken_archives_are_errors_that_name_the_field() {
    let bench = Bench::new();
    let magic = b"!<arch>\n".to_vec();
    let broken = |parts: &[&[u8]]| [&magic, &parts.concat()[..]].concat();
    for (bytes, text) in [
        (broken(&[&header("a.o/", "9999999999")]), "has 9999999999 bytes, but only 0 are left"),
        (broken(&[&header("a.o/", "-1")]), "states the size `-1`"),
        (broken(&[&header("/7", "0")]), "at byte 7 of a table of 0 bytes"),
        (broken(&[&header("/x", "0")]), "has the name `/x`"),
        (broken(&[&header("#1/99", "4"), b"1234"]), "name is longer than the member"),
        (broken(&[b"short"]), "only 5 are left"),
        (broken(&[&[b'x'; 60]]), "does not end as it must"),
        (
            b"\x90\x91\x92\0random".to_vec(),
            "neither an archive nor an object (its first bytes are [90, 91, 92",
        ),
    ] {
        bench.write("libbad.a", bytes);
        bench.link(["libbad.a"]).assert_failed(&["`libbad.a`", text, "fix:"]);
    }
}

#[test]
fn a_thin_archive_with_a_missing_member_is_an_error() {
    let bench = Bench::new();
    let thin = [b"!<thin>\n".to_vec(), header("gone.o/", "5")].concat();
    bench.write("libthin.a", thin);
    bench.link(["libthin.a"]).assert_failed(&["`libthin.a` names `gone.o`, which does not exist"]);
}

#[test]
fn a_truncated_object_is_an_error_with_its_member() {
    let bench = Bench::new();
    let whole = object(2).build();
    bench.write("libcut.a", archive(&[("cut.o", &whole[..whole.len() / 2])]));
    bench.link(["libcut.a"]).assert_failed(&["the object `libcut.a(cut.o)` is damaged"]);
}

#[test]
fn a_missing_or_endless_response_file_is_an_error() {
    let bench = Bench::new();
    bench.write("loop", "@loop");
    bench.link(["@gone"]).assert_failed(&["cannot read the response file `gone`"]);
    bench.link(["@loop"]).assert_failed(&["nested more than 10 deep", "`loop`"]);
}

/// A small reproducible source of noise.
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[test]
fn damaged_files_of_any_kind_never_panic() {
    let bench = Bench::new();
    let mut noise = Xorshift(0x2545_f491_4f6c_dd1d);
    let (app, rt) = (object(2).build(), runtime(2, &[]).build());
    let nested = archive(&[
        ("a_name_that_needs_the_table.o", &app),
        ("inner.a", &archive(&[("rt.o", &rt)])),
    ]);
    for original in [app, rt, nested] {
        for _ in 0..500 {
            let mut bytes = original.clone();
            for _ in 0..noise.below(5) {
                let at = noise.below(bytes.len());
                bytes[at] = noise.below(256) as u8;
            }
            let cut = noise.below(2) * noise.below(bytes.len());
            let path = bench.write("noise.a", &bytes[..bytes.len() - cut]);
            // The answer may be anything; that there is one is the test.
            if let Ok(scan) = scan_files([path]) {
                let _ = beskid_link::render_json(&scan);
            }
        }
    }
}

#[test]
fn every_truncation_of_an_archive_is_noticed_or_harmless() {
    let bench = Bench::new();
    let whole = archive(&[("app.o", &object(2).build()), ("rt.o", &runtime(2, &[]).build())]);
    let complete = scan_files([bench.write("libwhole.a", &whole)]).unwrap().found.len();
    assert_eq!(complete, 2);
    for len in (0..whole.len()).step_by(7) {
        let path = bench.write("libcut.a", &whole[..len]);
        if let Ok(scan) = scan_files([path]) {
            assert!(scan.found.len() < complete, "a cut at {len} went unnoticed");
        }
    }
}
