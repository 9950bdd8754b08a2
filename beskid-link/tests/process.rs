//! The program as a linker's place-holder: what it runs, with which arguments, and how it ends.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

mod support;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use support::{Bench, Outcome, archive, object, runtime};

fn run(command: &mut Command) -> Outcome {
    Outcome::of(command.output().unwrap())
}

#[test]
fn the_real_linker_gets_the_very_same_arguments() {
    let bench = Bench::new();
    bench.write("response", "a.o");
    let args = ["", "a b.o", "-Wl,x,y", "@response", "--sysroot=/x", "'\"$\\", "caf\u{e9}.o"];
    let mut args: Vec<OsString> = args.iter().map(OsString::from).collect();
    args.push(OsString::from_vec(vec![0xff, 0xfe, b'.', b'o']));
    bench.link(&args).assert_passed();
    let received = std::fs::read(bench.path("arguments")).unwrap();
    let sent: Vec<u8> =
        args.into_iter().flat_map(|arg| [arg.into_vec(), vec![0]].concat()).collect();
    assert_eq!(received, sent);
}

#[test]
fn a_linker_killed_by_a_signal_is_seen_to_be_killed() {
    use std::os::unix::process::ExitStatusExt;
    let bench = Bench::new();
    let linker = bench.write("dying-linker", "#!/bin/sh\nkill -TERM $$\n");
    std::fs::set_permissions(&linker, std::fs::Permissions::from_mode(0o755)).unwrap();
    let status = bench.command().env("BESKID_LINK_REAL", linker).arg("a.o").status().unwrap();
    assert_eq!(status.signal(), Some(15));
}

#[test]
fn a_linker_for_one_target_is_taken_for_that_target() {
    let bench = Bench::new();
    let linker = bench.fake_linker();
    let variable = "BESKID_LINK_REAL_riscv64gc_unknown_linux_gnu";
    let mut command = bench.command();
    command.env_remove("BESKID_LINK_REAL").env(variable, linker).env("PATH", "");
    run(command.arg("--target=riscv64gc-unknown-linux-gnu")).assert_passed();
}

#[test]
fn the_target_is_also_read_from_the_records() {
    let bench = Bench::new();
    bench.write("app.o", object(2).build());
    bench.write("rt.o", runtime(2, &[]).build());
    let variable = format!("BESKID_LINK_REAL_{}", support::TARGET.replace('-', "_"));
    let mut command = bench.command();
    let linker = bench.fake_linker();
    command.env_remove("BESKID_LINK_REAL").env(variable, linker).env("PATH", "");
    run(command.args(["app.o", "rt.o"])).assert_passed();
}

#[test]
fn a_missing_linker_is_one_error_that_lists_what_was_tried() {
    let bench = Bench::new();
    let mut command = bench.command();
    command.env_remove("BESKID_LINK_REAL").env("PATH", bench.path("nowhere")).arg("a.o");
    run(&mut command).assert_failed(&[
        "no linker was found",
        "BESKID_LINK_REAL (not set)",
        "`cc` on PATH",
        "fix: install a C compiler",
    ]);
    let mut command = bench.command();
    command.env("BESKID_LINK_REAL", "/no/such/linker").arg("a.o");
    run(&mut command).assert_failed(&["tried: BESKID_LINK_REAL=/no/such/linker"]);
}

#[test]
fn the_program_never_runs_itself() {
    let bench = Bench::new();
    let own = env!("CARGO_BIN_EXE_beskid-link");
    std::fs::create_dir(bench.path("bin")).unwrap();
    symlink(own, bench.path("bin/cc")).unwrap();
    let mut command = bench.command();
    command.env("BESKID_LINK_REAL", bench.path("bin/cc")).arg("a.o");
    run(&mut command).assert_failed(&["BESKID_LINK_REAL names", "which is beskid-link itself"]);

    // On PATH it is passed over, and the next `cc` is taken.
    std::fs::create_dir(bench.path("later")).unwrap();
    symlink(bench.fake_linker(), bench.path("later/cc")).unwrap();
    let path =
        std::env::join_paths([bench.path("bin"), bench.path("later"), "/bin".into()]).unwrap();
    let mut command = bench.command();
    run(command.env_remove("BESKID_LINK_REAL").env("PATH", path).arg("a.o")).assert_passed();
}

#[test]
fn a_linker_that_starts_this_program_again_is_found_out() {
    let bench = Bench::new();
    let script = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_beskid-link"));
    let linker = bench.write("looping-linker", script);
    std::fs::set_permissions(&linker, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = bench.command();
    run(command.env("BESKID_LINK_REAL", linker).arg("a.o"))
        .assert_failed(&["looping-linker", "starts beskid-link again"]);
}

#[test]
fn a_linker_name_keeps_its_linker() {
    let bench = Bench::new();
    for directory in ["ours", "theirs"] {
        std::fs::create_dir(bench.path(directory)).unwrap();
    }
    symlink(env!("CARGO_BIN_EXE_beskid-link"), bench.path("ours/ld.lld")).unwrap();
    symlink(bench.fake_linker(), bench.path("theirs/ld.lld")).unwrap();
    let path =
        std::env::join_paths([bench.path("ours"), bench.path("theirs"), "/bin".into()]).unwrap();
    let mut command = Command::new(bench.path("ours/ld.lld"));
    command.env_remove("BESKID_LINK_REAL").env("PATH", path).current_dir(bench.path(""));
    run(command.args(["-m", "elf_x86_64", "a.o"])).assert_passed();
}

#[test]
fn subcommands_are_taken_for_such_only_where_they_cannot_be_inputs() {
    let bench = Bench::new();
    bench.write("rt.o", runtime(2, &[]).build());
    let shown = bench.link(["inspect", "rt.o"]);
    assert_eq!(shown.status, Some(0));
    assert!(
        shown.stdout.starts_with("rt.o\n  runtime beskid-runtime\n  provides ABI 2"),
        "{shown:?}"
    );
    bench.write("inspect", "a file of that name");
    bench.link(["inspect", "rt.o"]).assert_passed();
    bench.link(["link", "rt.o"]).assert_passed();
    bench.write("old.o", object(1).build());
    bench.link(["link", "--", "old.o", "rt.o"]).assert_refused(&["old.o"]);
    bench.link(["--version", "-m"]).assert_passed();
    assert!(bench.link(["--version"]).stdout.starts_with("beskid-link "));
    assert!(bench.link(["--help"]).stdout.contains("Usage:"));
    assert_eq!(bench.link([""; 0]).status, Some(2));
}

#[test]
fn inspection_shows_records_to_people_and_programs() {
    let bench = Bench::new();
    let members: [(&str, &[u8]); 2] =
        [("app.o", &object(2).build()), ("rt.o", &runtime(3, &[2]).build())];
    bench.write("lib.a", archive(&members));
    let text = bench.link(["inspect", "lib.a"]).stdout;
    for expected in [
        "lib.a(app.o)\n  object of module app, from src/main.bsk\n  requires runtime ABI 2\n",
        "built by beskid 0.4.1 for x86_64-unknown-linux-gnu (64-bit)",
        "imports beskid_rt_gc_phase: () -> i64, Reads\n",
        "lib.a(rt.o)\n  runtime beskid-runtime\n  provides ABI 3, accepts 2\n",
    ] {
        assert!(text.contains(expected), "`{expected}` is not in:\n{text}");
    }
    let json = bench.link(["inspect", "--json", "lib.a"]).stdout;
    let start =
        "[{\"file\":\"lib.a\",\"members\":[\"app.o\"],\"kind\":\"object\",\"abi_version\":2,";
    assert!(json.starts_with(start), "{json}");
    bench.link(["inspect", "gone.a"]).assert_failed(&["there is no file `gone.a`"]);
}

/// The option by which a C compiler finds the lld that Rust brings.
fn rust_linkers() -> String {
    let printed = |what: &str| {
        let output = Command::new("rustc").args(["--print", what]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    format!("-B{}/lib/rustlib/{}/bin/gcc-ld", printed("sysroot"), printed("host-tuple"))
}

/// Links for real, with each linker, and runs the result: once with the wrapper and once without,
/// where the guard alone must refuse.
#[test]
fn real_linkers_agree_with_the_verdict() {
    let bench = Bench::new();
    let rust_linkers = rust_linkers();
    bench.write("main.c", "int app_answer(void); int main(void) { return app_answer(); }");
    for (object_version, runtime_version, accepted, is_accepted) in
        [(2, 2, &[][..], true), (2, 3, &[2], true), (1, 2, &[], false), (3, 2, &[], false)]
    {
        bench.write("app.o", object(object_version).build());
        let rt = runtime(runtime_version, accepted).build();
        bench.write("librt.a", archive(&[("rt.o", &rt)]));
        let mut index = Command::new("ranlib");
        assert!(index.arg(bench.path("librt.a")).status().unwrap().success());
        for linker in ["-fuse-ld=bfd", "-fuse-ld=lld"] {
            let line = [linker, &rust_linkers, "main.c", "app.o", "librt.a", "-o", "app"];
            let mut wrapped = bench.command();
            let wrapped = run(wrapped.env("BESKID_LINK_REAL", "cc").args(line));
            let mut plain = Command::new("cc");
            let plain = run(plain.current_dir(bench.path("")).args(line));
            let case = format!("{object_version} on {runtime_version} {accepted:?} with {linker}");
            assert_eq!(plain.status == Some(0), is_accepted, "{case}: {plain:?}");
            if is_accepted {
                assert_eq!((wrapped.status, &*wrapped.stderr), (Some(0), ""), "{case}");
                let app = Command::new(bench.path("app")).status().unwrap();
                assert_eq!(app.code(), Some(42), "{case}");
            } else {
                wrapped.assert_refused(&["app.o", "librt.a(rt.o)"]);
                assert!(plain.stderr.contains("__beskid_object_requires_runtime_abi_"), "{case}");
            }
        }
    }
}
