//! The core library: its `test` items pass, and every public function is documented and called by
//! them.
//!
//! The tests run in the JIT, and as an executable whose `main` calls one after the other; both with
//! and without a collection at every allocation. What needs a process of its own is shown by the
//! cases in `run/corelib`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use beskid_analysis::CORELIB_FILES;
use beskid_syntax::{FileId, Span, ast};
use beskid_tests::files::{cases, entries, workspace_directory};
use beskid_tests::process::{End, run};
use beskid_tests::toolchain::toolchain;
use libtest_mimic::{Arguments, Failed, Trial};

/// Runs the tests of a file.
type Way = fn(&Path) -> Result<(), String>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = vec![
        Trial::test("every_file_is_embedded", || every_file_is_embedded().map_err(Failed::from)),
        Trial::test("public_functions_are_documented_and_tested", || {
            documented_and_tested().map_err(Failed::from)
        }),
    ];
    let ways: [(&str, Way); 2] = [("jit", in_the_jit), ("executable", as_executable)];
    for file in test_files() {
        for (way, passes) in ways {
            let name = format!("{way}::{}", file.file_stem().unwrap_or_default().display());
            let file = file.clone();
            trials.push(Trial::test(name, move || passes(&file).map_err(Failed::from)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn library_directory() -> PathBuf {
    workspace_directory().join("compiler/corelib")
}

fn tests_directory() -> PathBuf {
    library_directory().join("tests")
}

fn test_files() -> Vec<PathBuf> {
    entries(&tests_directory())
}

fn every_file_is_embedded() -> Result<(), String> {
    let embedded: BTreeSet<PathBuf> = CORELIB_FILES.iter().map(|(path, _)| path.into()).collect();
    let mut found = BTreeSet::new();
    collect(&library_directory(), &mut found);
    if embedded == found {
        return Ok(());
    }
    Err(format!("the library consists of {found:?}, and the compiler embeds {embedded:?}"))
}

fn collect(directory: &Path, found: &mut BTreeSet<PathBuf>) {
    for path in entries(directory) {
        if path == tests_directory() {
            continue;
        } else if path.is_dir() {
            collect(&path, found);
        } else {
            found.insert(path.strip_prefix(library_directory()).unwrap_or(&path).to_owned());
        }
    }
}

/// The values of the variable that sets the collector's mode: none, and stressed.
const MODES: [Option<&str>; 2] = [None, Some("1")];

fn in_mode<'c>(command: &'c mut Command, mode: Option<&str>) -> &'c mut Command {
    match mode {
        Some(value) => command.env("BESKID_GC_STRESS", value),
        None => command.env_remove("BESKID_GC_STRESS"),
    }
}

/// A file with tests.
struct Tests {
    text: String,
    items: Vec<ast::Item>,
}

impl Tests {
    fn read(path: &Path) -> Result<Tests, String> {
        let text = fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let (parsed, mistakes) = beskid_syntax::parse(&text, FileId(0));
        if mistakes.is_empty() {
            Ok(Tests { text, items: parsed.items })
        } else {
            Err(format!("{} cannot be parsed: {mistakes:?}", path.display()))
        }
    }

    fn text(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn tests(&self) -> impl Iterator<Item = (&ast::Item, &ast::TestDef)> {
        self.items.iter().filter_map(|item| {
            if let ast::ItemKind::Test(test) = &item.kind { Some((item, test)) } else { None }
        })
    }

    /// The tests as a program: each is a function, which `main` calls.
    fn to_program(&self) -> String {
        let (mut program, mut calls) = (String::new(), String::new());
        for item in &self.items {
            if let ast::ItemKind::Test(test) = &item.kind {
                let name = format!("test_{}", test.name.text);
                program += &format!("unit {name}() {}\n", self.text(test.body.span));
                calls += &format!("    {name}();\n");
            } else {
                program += &format!("{}\n", self.text(item.span));
            }
        }
        program + &format!("unit main() {{\n{calls}    Core.Output.WriteLine(\"{DONE}\");\n}}\n")
    }
}

fn in_the_jit(file: &Path) -> Result<(), String> {
    let count = Tests::read(file)?.tests().count();
    let all_passed = format!("test result: ok. {count} passed; 0 failed; 0 ignored");
    for mode in MODES {
        let mut command = Command::new(&toolchain().beskid);
        command.arg("test").arg(file).env("BESKID_VERIFY", "1");
        let outcome = run(in_mode(&mut command, mode), "")?.require_success("beskid test")?;
        if count == 0 || !outcome.stdout.contains(&all_passed) {
            return Err(format!("not all of {count} tests passed\n{outcome}"));
        }
    }
    Ok(())
}

/// The last line that an executable writes.
const DONE: &str = "all tests passed";

fn as_executable(file: &Path) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (source, program) = (scratch.path().join("main.bsk"), scratch.path().join("program"));
    fs::write(&source, Tests::read(file)?.to_program()).map_err(|error| error.to_string())?;
    let mut build = Command::new(&toolchain().beskid);
    build.arg("build").arg(&source).arg("--verify").arg("-o").arg(&program);
    run(&mut build, "")?.require_success("beskid build")?;
    for mode in MODES {
        let mut command = Command::new(&program);
        let outcome = run(in_mode(command.current_dir(scratch.path()), mode), "")?;
        if outcome.end != End::Exit(0) || !outcome.stdout.ends_with(&format!("{DONE}\n")) {
            return Err(format!("the executable failed\n{outcome}"));
        }
    }
    Ok(())
}

/// What calls the functions of the library: the tests of a file, or a case.
struct Caller {
    /// The whole text, which says what modules are meant.
    text: String,
    called: BTreeSet<String>,
}

fn callers() -> Result<Vec<Caller>, String> {
    let mut callers = Vec::new();
    for file in test_files() {
        let tests = Tests::read(&file)?;
        let called = tests.tests().flat_map(|(item, _)| called_names(tests.text(item.span)));
        let called = called.map(str::to_owned).collect();
        callers.push(Caller { text: tests.text, called });
    }
    for case in cases("run").into_iter().filter(|case| case.name.starts_with("corelib::")) {
        let text = fs::read_to_string(case.entry).map_err(|error| error.to_string())?;
        let called = called_names(&text).map(str::to_owned).collect();
        callers.push(Caller { text, called });
    }
    Ok(callers)
}

fn documented_and_tested() -> Result<(), String> {
    let callers = callers()?;
    let mut findings = Vec::new();
    for (path, text) in CORELIB_FILES {
        let module = path.trim_end_matches(".bsk").replace('/', ".");
        let (file, _) = beskid_syntax::parse(text, FileId(0));
        for (name, docs) in public_functions(&file.items) {
            if docs.is_none() {
                findings.push(format!("{path}: `{name}` has no documentation"));
            }
            let mut about = callers.iter().filter(|caller| is_about(&caller.text, &module));
            if !about.any(|caller| caller.called.contains(name)) {
                findings.push(format!("{path}: no test calls `{name}`"));
            }
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n")) }
}

/// Whether a program means a module. `Option` and `Result` are known without being named.
fn is_about(text: &str, module: &str) -> bool {
    let prelude = match module {
        "Core.Optional" => "Option",
        "Core.Results" => "Result",
        _ => module,
    };
    text.contains(module) || text.contains(prelude)
}

/// The names behind a dot and before a parenthesis or type arguments.
fn called_names(text: &str) -> impl Iterator<Item = &str> {
    text.split('.').skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        rest[end..].starts_with(['(', '<']).then_some(&rest[..end])
    })
}

/// The public functions and methods of a file.
fn public_functions(items: &[ast::Item]) -> Vec<(&str, Option<&ast::Docs>)> {
    let mut found = Vec::new();
    for item in items {
        match &item.kind {
            ast::ItemKind::Function(function) if item.visibility.is_some() => {
                found.push((function.signature.name.text.as_str(), item.docs.as_ref()));
            }
            ast::ItemKind::Impl(block) => found.extend(public_methods(&block.methods)),
            ast::ItemKind::Type(def) => found.extend(public_methods(&def.members)),
            ast::ItemKind::Function(_) | ast::ItemKind::Enum(_) | ast::ItemKind::Contract(_) => {}
            ast::ItemKind::Test(_) | ast::ItemKind::Attribute(_) | ast::ItemKind::Module(_) => {}
            ast::ItemKind::InlineModule(_) | ast::ItemKind::Use(_) | ast::ItemKind::Error => {}
        }
    }
    found
}

fn public_methods(members: &[ast::Member]) -> impl Iterator<Item = (&str, Option<&ast::Docs>)> {
    members.iter().filter(|member| member.visibility.is_some()).filter_map(|member| {
        let ast::MemberKind::Method(function) = &member.kind else { return None };
        Some((function.signature.name.text.as_str(), member.docs.as_ref()))
    })
}
