//! Real Cargo projects with one line in their build scripts: what their programs do, and what their
//! authors see when something is wrong.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

mod project;

use std::fs;

use beskid_abi::record::{Identity, RecordKind, UnwindMode, Writer};
use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, LAYOUT_HASH};

use project::{Project, text};

#[test]
fn values_cross_in_both_directions_and_panics_become_errors() {
    let project = Project::new("crossing");
    project.write(
        "src/main.bsk",
        r#"/// Everything that can cross by value.
pub string scalars(bool a, u8 b, i32 c, i64 d, f64 e, char f, string g) {
    return "${a} ${b} ${c} ${d} ${e} ${f} ${g}";
}
pub bool flip(bool it) => !it;
pub u8 wrap(u8 it) => it + 1;
pub i32 negate(i32 it) => -it;
pub char same(char it) => it;
pub unit nothing() { }
pub i64[] squares(i64[] values) {
    i64[] result = __array_new(8, __array_len(values));
    for i in range(0, __array_len(values)) { result[i] = values[i] * values[i]; }
    return result;
}
pub bool[] both(bool[] flags) => flags;
pub i64 match_(i64[] values, i64 index) => values[index];
pub i64 loop(i64 self) => self + 1;
"#,
    );
    project.write(
        "src/main.rs",
        r#"beskid_runtime::bindings!(main);

fn main() {
    println!("{}", main::scalars(true, 200, -3, i64::MAX, 0.5, 'ß', "grüße"));
    println!("{} {} {} {:?}", main::flip(true), main::wrap(255), main::negate(7), main::same('😀'));
    main::nothing();
    println!("{:?} {:?}", main::squares(&[1, -2, 3]), main::both(&[true, false]));
    println!("{} {}", main::match_(&[5], 0), main::r#loop(41));
    println!("{}", main::try_match_(&[5], 1).unwrap_err());
    let resumed = std::panic::catch_unwind(|| main::match_(&[], 0)).unwrap_err();
    println!("{}", resumed.downcast_ref::<String>().unwrap());
}
"#,
    );
    assert_eq!(
        project.run(),
        "true 200 -3 9223372036854775807 0.5 ß grüße\n\
         false 0 -7 '😀'\n\
         [1, 4, 9] [true, false]\n\
         5 42\n\
         beskid panic: index out of bounds: index 1, length 1\n  at src/main.bsk:16:44\n\
         beskid panic: index out of bounds: index 0, length 0\n  at src/main.bsk:16:44\n"
    );
}

/// Links follow the use: a library in the same package does not take the code away from the program,
/// and packages do not get in each other's way.
#[test]
fn several_programs_of_several_packages_share_one_binary() {
    let inner = Project::at("inner-part", "sharing/inner");
    inner.write("src/main.bsk", "pub string name() => \"inner\";\n");
    inner.write("src/lib.rs", "beskid_runtime::bindings!(pub main);\n");
    let outer = Project::at("outer-part", "sharing/outer");
    outer.append("Cargo.toml", "\n[dependencies.inner-part]\npath = \"../inner\"\n");
    outer.write(
        "build.rs",
        "fn main() {\n    beskid_build::compile(\"src/main.bsk\");\n    \
         beskid_build::Build::new().entry(\"rules/main.bsk\").name(\"rules\").compile();\n}\n",
    );
    outer.write("src/main.bsk", "pub string name() => \"outer\";\n");
    outer.write("rules/main.bsk", "pub string name() => \"rules\";\n");
    outer.write("src/lib.rs", "//! A library that does not use the bindings.\n");
    outer.write(
        "src/main.rs",
        "beskid_runtime::bindings!(main);\nbeskid_runtime::bindings!(rules);\n\n\
         fn main() {\n    println!(\"{} {} {}\", main::name(), rules::name(), inner_part::main::name());\n}\n",
    );
    assert_eq!(outer.run(), "outer rules inner\n");
}

#[test]
fn only_changes_of_sources_compile_again() {
    let project = Project::new("freshness");
    project.write("src/main.bsk", "pub string answer() => \"${deep.value()}\";\n");
    project.write("src/deep.bsk", "pub i64 value() => deeper.value() + 1;\n");
    project.write("src/deeper.bsk", "pub i64 value() => 1;\n");
    project.write(
        "src/main.rs",
        "beskid_runtime::bindings!(main);\nfn main() { println!(\"{}\", main::answer()); }\n",
    );
    assert_eq!(project.run(), "2\n");
    assert!(project.messages("build", &[]).is_fresh());

    project.write("src/deeper.bsk", "pub i64 value() => 41;\n");
    assert_eq!(project.run(), "42\n");
    assert!(project.messages("build", &[]).is_fresh());
}

#[test]
fn a_mistake_is_a_compile_error_with_its_excerpt_and_nothing_else() {
    let project = Project::new("mistakes");
    let good = "pub i64 double(i64 x) => x * 2;\n";
    project.write("src/main.bsk", good);
    project.write(
        "src/main.rs",
        "beskid_runtime::bindings!(main);\nfn main() { println!(\"{}\", main::double(21)); }\n",
    );
    assert_eq!(project.run(), "42\n");

    project.append("src/main.bsk", "i64 wrong() => \"no number\";\n");
    let seen = project.build_fails(&[]);
    assert!(seen.contains("error: src/main.bsk has errors\n"), "{seen}");
    assert!(seen.contains(" --> src/main.bsk:2:16\n"), "{seen}");
    assert!(seen.contains("2 | i64 wrong() => \"no number\";\n"), "{seen}");
    assert_eq!(seen.matches("error[").count(), 2, "rustc complains on its own:\n{seen}");
    for noise in ["panicked", "backtrace", "E0425", "Diagnostic {"] {
        assert!(!seen.contains(noise), "{seen}");
    }

    let hard = project.build_fails(&[("BESKID_BUILD_HARD_FAIL", "1")]);
    assert!(hard.contains("failed to run custom build command"), "{hard}");
    assert!(hard.contains(" --> src/main.bsk:2:16\n"), "{hard}");
    assert!(!hard.contains("panicked"), "{hard}");

    project.write("src/main.bsk", good);
    assert_eq!(project.run(), "42\n");
}

#[test]
fn a_module_that_appears_repairs_the_build() {
    let project = Project::new("appearing");
    project.write("src/main.bsk", "use late.value;\npub i64 number() => value();\n");
    project.write(
        "src/main.rs",
        "beskid_runtime::bindings!(main);\nfn main() { println!(\"{}\", main::number()); }\n",
    );
    let seen = project.build_fails(&[]);
    assert!(seen.contains("src/main.bsk:1:5") && seen.contains("late"), "{seen}");
    project.write("src/late.bsk", "pub i64 value() => 7;\n");
    assert_eq!(project.run(), "7\n");
}

#[test]
fn warnings_are_shown_one_by_one() {
    let project = Project::new("warnings");
    project.write("src/main.bsk", "i64 unused() => 1;\npub i64 one() => 1;\n");
    project.write("src/main.rs", "beskid_runtime::bindings!(main);\nfn main() { main::one(); }\n");
    let output = project.cargo_with(&["build"], &[]);
    let seen = text(&output.stderr);
    assert!(output.status.success(), "{seen}");
    assert!(seen.contains("warning: warnings@0.1.0: src/main.bsk:1:5: warning[W1504]: "), "{seen}");
    assert!(!seen.contains('\u{1b}'), "{seen}");
}

#[test]
fn foreign_functions_are_linked_and_a_library_that_is_missing_is_named() {
    let project = Project::new("foreign");
    project.write(
        "src/main.bsk",
        "[Extern(Abi: \"C\", Library: \"libm\")]\ncontract Mathematics { f64 cos(f64 x); }\n\
         pub f64 wave() => Mathematics.cos(0.0);\n",
    );
    project.write(
        "src/main.rs",
        "beskid_runtime::bindings!(main);\nfn main() { println!(\"{}\", main::wave()); }\n",
    );
    assert_eq!(project.run(), "1\n");

    project.write(
        "src/main.bsk",
        "[Extern(Abi: \"C\", Library: \"beskid_missing\")]\ncontract Mathematics { f64 cos(f64 x); }\n\
         pub f64 wave() => Mathematics.cos(0.0);\n",
    );
    let seen = project.build_fails(&[]);
    let expected =
        "warning: foreign@0.1.0: src/main.bsk:2:28: the library `beskid_missing` is not where";
    assert!(seen.contains(expected), "{seen}");
}

/// The record of a runtime with the given version.
fn runtime_record(abi_version: u32) -> Vec<u8> {
    let identity = Identity {
        kind: RecordKind::Runtime,
        abi_version,
        target: "x86_64-unknown-linux-gnu",
        pointer_width: 64,
        layout_hash: LAYOUT_HASH,
        unwind: UnwindMode::Unwind,
        producer: "beskid-runtime",
        module: "",
        source: "",
        source_hash: 0,
    };
    let mut bytes = Vec::new();
    Writer::new(&mut bytes, &identity).and_then(Writer::finish).unwrap();
    bytes
}

/// A package that Cargo takes for the runtime.
fn write_foreign_runtime(project: &Project, abi_version: u32) {
    project.write(
        "runtime/Cargo.toml",
        &format!(
            "[package]\nname = \"beskid-runtime\"\nversion = \"9.0.{abi_version}\"\nedition = \"2024\"\n\
             links = \"beskid_runtime\"\n"
        ),
    );
    project.write("runtime/src/lib.rs", "");
    project.write(
        "runtime/build.rs",
        &format!(
            "fn main() {{\n    println!(\"cargo::metadata=ABI={abi_version}\");\n    \
             println!(\"cargo::metadata=VERSION=9.0.{abi_version}\");\n    \
             println!(\"cargo::metadata=RECORD={{}}/runtime.record\", env!(\"CARGO_MANIFEST_DIR\"));\n}}\n"
        ),
    );
    fs::write(project.dir().join("runtime/runtime.record"), runtime_record(abi_version)).unwrap();
}

#[test]
fn a_runtime_of_another_version_is_refused_before_anything_is_compiled() {
    for (name, version) in [
        ("older-runtime", BESKID_RUNTIME_ABI_VERSION - 1),
        ("newer-runtime", BESKID_RUNTIME_ABI_VERSION + 1),
    ] {
        let project = Project::new(name);
        write_foreign_runtime(&project, version);
        project.write("Cargo.toml", &project.manifest(&project.dir().join("runtime")));
        project.write("src/main.bsk", "this is not even Beskid");
        project.write("src/main.rs", "fn main() {}\n");
        let seen = project.build_fails(&[]);
        let required = BESKID_RUNTIME_ABI_VERSION;
        for part in [
            "error[BSK-L001]: Beskid objects and the Beskid runtime disagree about the ABI"
                .to_owned(),
            format!(
                "object   src/main.bsk  requires runtime ABI {required}, built by beskid-build "
            ),
            format!("runtime  beskid-runtime 9.0.{version}  provides runtime ABI {version}"),
            "fix      ".to_owned(),
            format!(
                "note     Cargo.lock has beskid-runtime 9.0.{version} (from {}",
                project.dir().display()
            ),
            format!("required by {name}"),
        ] {
            assert!(seen.contains(&part), "`{part}` is missing in:\n{seen}");
        }
        assert!(!seen.contains("panicked") && !seen.contains("error[parse]"), "{seen}");
    }
}

#[test]
fn a_package_without_the_runtime_is_told_what_to_add() {
    let project = Project::new("no-runtime");
    let manifest = fs::read_to_string(project.dir().join("Cargo.toml")).unwrap();
    let without: Vec<&str> =
        manifest.lines().filter(|it| !it.starts_with("beskid-runtime")).collect();
    let without = without.join("\n");
    let (without, _) = without.split_once("[profile.dev.package").unwrap();
    project.write("Cargo.toml", without);
    project.write("src/main.bsk", "pub i64 one() => 1;\n");
    project.write("src/main.rs", "fn main() {}\n");
    let seen = project.build_fails(&[]);
    let manifest = project.dir().join("Cargo.toml");
    let expected = format!(
        "`no-runtime` does not depend on the Beskid runtime; add `beskid-runtime` to [dependencies] in {}",
        manifest.display()
    );
    assert!(seen.contains(&expected), "{seen}");
    assert!(!seen.contains("panicked"), "{seen}");
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let project = Project::new("unwritable");
    project.write(
        "build.rs",
        "fn main() {\n    let out = std::env::var(\"OUT_DIR\").unwrap();\n    \
         std::fs::write(format!(\"{out}/beskid\"), \"in the way\").unwrap();\n    \
         beskid_build::compile(\"src/main.bsk\");\n}\n",
    );
    project.write("src/main.bsk", "pub i64 one() => 1;\n");
    project.write("src/main.rs", "fn main() {}\n");
    let seen = project.build_fails(&[]);
    assert!(seen.contains("error: unwritable@0.1.0: cannot make the directory "), "{seen}");
    assert!(seen.contains("check that the target directory is writable"), "{seen}");
    assert!(!seen.contains("panicked"), "{seen}");
}

#[test]
fn equal_sources_give_equal_bytes_in_every_directory() {
    let archive = |dir: &str| {
        let project = Project::at("equal-bytes", dir);
        project.write("src/main.bsk", "pub i64 pick(i64[] of, i64 at) => of[helper.shift(at)];\n");
        project.write("src/helper.bsk", "pub i64 shift(i64 at) => 10 / at;\n");
        project.write(
            "src/main.rs",
            "beskid_runtime::bindings!(main);\nfn main() { main::pick(&[1], 1); }\n",
        );
        let generated = project.messages("build", &[]).generated_dir();
        let path = generated.join("libbeskid_equal_bytes_0_1_0_main.a");
        let bytes = fs::read(&path).unwrap();
        // The second project must write it again.
        fs::remove_file(path).unwrap();
        bytes
    };
    assert!(archive("equal/first") == archive("equal/a somewhat longer second"));
}

#[test]
fn documentation_is_built_without_generating_code() {
    let project = Project::new("documented");
    project.write("src/main.bsk", "/// One.\npub i64 one() => 1;\n");
    project.write("src/lib.rs", "beskid_runtime::bindings!(pub main);\n");
    let generated = project.messages("check", &[("DOCS_RS", "1")]).generated_dir();
    assert!(generated.join("main.rs").exists());
    assert!(!generated.join("libbeskid_documented_0_1_0_main.a").exists());
}
