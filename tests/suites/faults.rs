//! Bad input to the `beskid` command: one error that names the file and says what to do, the exit
//! status 1, and no new file.

#![expect(clippy::unwrap_used, reason = "a failed set-up fails the test")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::Command;

use beskid_tests::files::entries;
use beskid_tests::process::{End, Outcome, run};
use beskid_tests::toolchain::toolchain;

const PROGRAM: &str = "unit main() { Core.Output.WriteLine(\"runs\"); }\n";

/// A directory with `main.bsk`, in which the command runs.
struct Bench {
    directory: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let bench = Bench { directory: tempfile::tempdir().unwrap() };
        bench.write("main.bsk", PROGRAM);
        bench
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path().join(name), content).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&toolchain().beskid);
        command.args(arguments).current_dir(self.path());
        command
    }

    fn names(&self) -> BTreeSet<String> {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        entries(self.path()).iter().map(|path| name(path)).collect()
    }

    /// Runs the command, which must fail with one error that contains all of `words`.
    fn refuses(&self, command: &mut Command, words: &[&str]) -> Outcome {
        let before = self.names();
        let outcome = run(command, "").unwrap();
        assert_eq!(outcome.end, End::Exit(1), "{outcome}");
        assert_eq!(outcome.stdout, "", "{outcome}");
        let heads = outcome.stderr.lines().filter(|line| line.starts_with("error")).count();
        assert_eq!(heads, 1, "there is one error\n{outcome}");
        for word in words {
            assert!(outcome.stderr.contains(word), "`{word}` is not said\n{outcome}");
        }
        let noise = ["panicked", "RUST_BACKTRACE", "Os {", "Err("];
        assert!(!noise.iter().any(|it| outcome.stderr.contains(it)), "{outcome}");
        assert_eq!(before, self.names(), "no file appears or goes away\n{outcome}");
        outcome
    }
}

/// Every verb that reads a source file.
fn verbs(file: &str) -> [Vec<&str>; 4] {
    [
        vec!["run", file],
        vec!["check", file],
        vec!["test", file],
        vec!["build", file, "-o", "program"],
    ]
}

#[test]
fn a_missing_source_is_named() {
    let bench = Bench::new();
    for verb in verbs("absent.bsk") {
        bench.refuses(&mut bench.command(&verb), &["absent.bsk", "No such file"]);
    }
}

#[test]
fn a_directory_is_no_source() {
    let bench = Bench::new();
    fs::create_dir(bench.path().join("folder.bsk")).unwrap();
    for verb in verbs("folder.bsk") {
        bench.refuses(&mut bench.command(&verb), &["folder.bsk", "directory"]);
    }
}

#[test]
fn a_source_that_is_not_utf_8_is_named_with_the_place() {
    let bench = Bench::new();
    bench.write("binary.bsk", b"unit main() {}\n// \xff\n");
    for verb in verbs("binary.bsk") {
        bench.refuses(&mut bench.command(&verb), &["binary.bsk", "UTF-8", "2:4"]);
    }
}

#[test]
fn a_program_with_an_error_leaves_no_executable() {
    let bench = Bench::new();
    bench.write("wrong.bsk", "unit main() { i32 x = \"text\"; }\n");
    let build = &mut bench.command(&["build", "wrong.bsk", "-o", "program"]);
    bench.refuses(build, &["error[E1206]", "wrong.bsk:1:23"]);
}

#[test]
fn an_executable_that_is_there_survives_a_failed_build() {
    let bench = Bench::new();
    bench.write("program", "the old one");
    bench.write("wrong.bsk", "unit main() { absent(); }\n");
    bench.refuses(&mut bench.command(&["build", "wrong.bsk", "-o", "program"]), &["error[E1101]"]);
    let linker = &mut bench.command(&["build", "main.bsk", "-o", "program"]);
    bench.refuses(linker.env("CC", "false"), &["false"]);
    assert_eq!(fs::read_to_string(bench.path().join("program")).unwrap(), "the old one");
}

#[test]
fn a_program_without_main_can_be_checked_but_not_started() {
    let bench = Bench::new();
    bench.write("library.bsk", "pub i32 One() { return 1; }\n");
    let check = run(&mut bench.command(&["check", "library.bsk"]), "").unwrap();
    assert!(check.is_success(), "{check}");
    for arguments in [&["run", "library.bsk"][..], &["build", "library.bsk", "-o", "program"]] {
        let words = ["error[E1109]", "library.bsk", "= help: add `i32 main()"];
        bench.refuses(&mut bench.command(arguments), &words);
    }
}

#[test]
fn an_output_in_a_directory_that_does_not_exist_is_named() {
    let bench = Bench::new();
    let words = ["absent", "No such file", "-o"];
    bench.refuses(&mut bench.command(&["build", "main.bsk", "-o", "absent/program"]), &words);
    let object = ["build", "main.bsk", "--emit", "obj", "-o", "absent/main.o"];
    bench.refuses(&mut bench.command(&object), &["absent/main.o", "No such file"]);
}

#[test]
fn an_output_below_a_file_or_in_the_place_of_a_directory_is_named() {
    let bench = Bench::new();
    bench.write("file", "");
    bench.refuses(&mut bench.command(&["build", "main.bsk", "-o", "file/program"]), &["file"]);
    fs::create_dir(bench.path().join("folder")).unwrap();
    bench.refuses(&mut bench.command(&["build", "main.bsk", "-o", "folder"]), &["folder"]);
}

#[test]
fn a_missing_linker_is_named_with_what_to_install() {
    let bench = Bench::new();
    let mut build = bench.command(&["build", "main.bsk", "-o", "program"]);
    bench.refuses(build.env("CC", "absent-compiler"), &["absent-compiler", "install", "CC"]);
}

#[test]
fn a_linker_that_fails_is_named_with_its_status() {
    let bench = Bench::new();
    let mut build = bench.command(&["build", "main.bsk", "-o", "program"]);
    bench.refuses(build.env("CC", "false"), &["`false`", "exit status: 1"]);
}

#[test]
fn a_missing_runtime_is_named_with_the_command_that_builds_it() {
    let bench = Bench::new();
    let build = ["build", "main.bsk", "-o", "program", "--runtime", "absent.a"];
    bench.refuses(&mut bench.command(&build), &["absent.a", "cargo build -p beskid-runtime"]);
}

#[test]
fn a_runtime_that_is_cut_off_or_no_archive_is_named() {
    let bench = Bench::new();
    let archive = fs::read(&toolchain().runtime).unwrap();
    bench.write("cut.a", &archive[..archive.len() / 2]);
    bench.write("empty.a", "");
    bench.write("text.a", "this is no archive\n");
    fs::create_dir(bench.path().join("folder.a")).unwrap();
    for runtime in ["cut.a", "empty.a", "text.a", "folder.a"] {
        let build = ["build", "main.bsk", "-o", "program", "--runtime", runtime];
        bench.refuses(&mut bench.command(&build), &[runtime]);
    }
}

#[test]
fn foreign_functions_that_do_not_exist_are_all_named() {
    let bench = Bench::new();
    let source = "[Extern(Abi: \"C\", Library: \"libc\")]\n\
                  contract LibC { i32 beskid_first(i32 x); i32 beskid_second(i32 x); }\n\
                  i32 main() { return LibC.beskid_first(1) + LibC.beskid_second(2); }\n";
    bench.write("externs.bsk", source);
    let words = ["beskid_first", "beskid_second"];
    bench.refuses(&mut bench.command(&["run", "externs.bsk"]), &words);
}

#[test]
fn a_code_that_does_not_exist_is_refused_with_the_nearest_one() {
    let bench = Bench::new();
    bench.refuses(&mut bench.command(&["explain", "E1340"]), &["`E1340`", "E1304"]);
    let outcome = run(&mut bench.command(&["explain", "E1304"]), "").unwrap();
    assert_eq!(outcome.end, End::Exit(0), "{outcome}");
    assert!(outcome.stdout.starts_with("E1304: "), "{outcome}");
}

/// Strings are always UTF-8, so bytes of an argument that are not become U+FFFD, in the JIT as in
/// an executable.
#[test]
fn arguments_of_a_program_that_are_no_text_are_mended() {
    let bench = Bench::new();
    bench.write("main.bsk", "unit main(string[] args) { Core.Output.WriteLine(args[0]); }\n");
    let argument = OsStr::from_bytes(b"a\xff\xc3z");
    let built = bench.command(&["build", "main.bsk", "-o", "program"]).status().unwrap();
    assert!(built.success());
    let mut executable = Command::new(bench.path().join("program"));
    let mut jit = bench.command(&["run", "main.bsk", "--"]);
    for command in [&mut executable, &mut jit] {
        let outcome = run(command.arg(argument), "").unwrap();
        assert_eq!(outcome.stdout, "a\u{fffd}\u{fffd}z\n", "{outcome}");
    }
}
