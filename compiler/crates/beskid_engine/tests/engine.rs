//! Programs in the JIT: calls with Rust types, panics, foreign functions, and the ABI requirements
//! that concern the JIT.

#![expect(unsafe_code, reason = "a foreign function of a test gets the engine by its address")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use beskid_abi::{BESKID_RUNTIME_ABI_VERSION, RUNTIME_EXPORT_SYMBOLS, RuntimeFn, record};
use beskid_analysis::{Entry, MainRule, MemoryLoader, Options, analyze, typed::Program};
use beskid_engine::{CallError, Engine, EngineOptions, ExternPolicy, Optimization};
use beskid_runtime::exports::address_of;
use beskid_syntax::{RenderStyle, render};

fn program(text: &str) -> Program {
    let entry =
        Entry { path: "main.bsk".into(), shown_path: "main.bsk".into(), text: text.to_owned() };
    let options = Options { package: "main".into(), main: MainRule::Optional, threads: 1 };
    let analysis = analyze(&mut MemoryLoader::new(), entry, &options);
    let messages = analysis.diagnostics.iter();
    let messages: Vec<String> =
        messages.map(|it| render(it, &analysis.sources, RenderStyle::Plain)).collect();
    analysis.program.unwrap_or_else(|| panic!("{}", messages.join("\n")))
}

fn options() -> EngineOptions {
    EngineOptions {
        externs: ExternPolicy::default(),
        optimization: Optimization::Speed,
        verify: true,
    }
}

fn engine(text: &str) -> Engine {
    Engine::new(program(text), &options()).expect("a program that loads")
}

#[test]
fn exported_functions_take_and_give_rust_values() {
    let engine = engine(
        "pub i64 add(i64 a, i64 b) => a + b;
         pub string greet(string name, i32 times) => \"${name} ${times}\";
         pub f64[] halves(i64[] numbers) {
             f64[] result = __array_new(8, __array_len(numbers));
             for i in range(0, __array_len(numbers)) { result[i] = f64(numbers[i]) / 2.0; }
             return result;
         }
         pub bool isVowel(char c) => c == 'a' || c == 'e';
         pub unit nothing() { }",
    );
    assert_eq!(engine.call::<_, i64>("add", (40_i64, 2_i64)).unwrap(), 42);
    assert_eq!(engine.call::<_, String>("greet", ("Zoë", 3)).unwrap(), "Zoë 3");
    let halves: Vec<f64> = engine.call("halves", (&[1_i64, 2, 3][..],)).unwrap();
    assert_eq!(halves, [0.5, 1.0, 1.5]);
    assert!(engine.call::<_, bool>("isVowel", ('e',)).unwrap());
    assert!(!engine.call::<_, bool>("isVowel", ('x',)).unwrap());
    engine.call::<_, ()>("nothing", ()).unwrap();
}

#[test]
fn a_wrong_signature_is_an_error_that_shows_both() {
    let engine = engine("pub i64 add(i64 a, i64 b) => a + b;");
    let error = engine.call::<_, i32>("add", (1_i32,)).unwrap_err().to_string();
    assert!(error.contains("(i64, i64) -> i64") && error.contains("(i32) -> i32"), "{error}");
    let error = engine.call::<_, i64>("subtract", ()).unwrap_err();
    assert!(matches!(error, CallError::Unknown(name) if name == "subtract"));
}

#[test]
fn a_panic_has_message_and_place_and_the_engine_goes_on() {
    let engine = engine("pub i64 divide(i64 a, i64 b) {\n    return a / b;\n}");
    for _ in 0..3 {
        let error = engine.call::<_, i64>("divide", (1_i64, 0_i64)).unwrap_err();
        assert_eq!(error.to_string(), "beskid panic: division by zero\n  at main.bsk:2:14");
    }
    assert_eq!(engine.call::<_, i64>("divide", (6_i64, 3_i64)).unwrap(), 2);
}

#[test]
fn threads_call_the_same_code_with_heaps_of_their_own() {
    let engine = engine(
        "pub string repeat(string part, i64 times) {
             mut string text = \"\";
             for i in range(0, times) { text += part; }
             return text;
         }",
    );
    std::thread::scope(|scope| {
        for part in ["a", "bc", "ß"] {
            let engine = &engine;
            scope.spawn(move || {
                for times in [1_i64, 50, 500] {
                    let text: String = engine.call("repeat", (part, times)).unwrap();
                    assert_eq!(text, part.repeat(times as usize));
                }
            });
        }
    });
}

#[test]
fn many_engines_load_and_unload() {
    for number in 0..20 {
        let engine = engine(&format!("pub i64 number() => {number};"));
        assert_eq!(engine.call::<_, i64>("number", ()).unwrap(), number);
    }
}

#[test]
fn every_unresolved_foreign_function_is_named() {
    let program = program(
        "[Extern(Abi: \"C\", Library: \"nowhere\")]
         contract Missing { i64 first_missing(); i64 second_missing(); }
         pub i64 f() => Missing.first_missing() + Missing.second_missing();",
    );
    let Err(error) = Engine::new(program, &options()) else { panic!("resolved the unresolvable") };
    let error = error.to_string();
    assert!(error.contains("nowhere:first_missing"), "{error}");
    assert!(error.contains("nowhere:second_missing"), "{error}");
}

/// Compares for `bsearch`; the key is the address of the engine, which it calls back into.
extern "C" fn call_back(engine: i64, _element: i64) -> i32 {
    // SAFETY: the test passes the address of its engine, which outlives the call.
    let engine = unsafe { &*(engine as usize as *const Engine) };
    assert!(engine.call::<_, i64>("churn", (200_i64,)).expect("no panic") > 0);
    1
}

#[test]
fn references_survive_a_foreign_function_that_calls_back_and_collects() {
    let engine = engine(
        "[Extern(Abi: \"C\", Library: \"libc\")]
         contract LibC { i64 bsearch(i64 key, ref u8 base, i64 count, i64 size, i64 compare); }
         pub i64 churn(i64 rounds) {
             mut string text = \"\";
             for i in range(0, rounds) { text = \"${i} ${text}\"; }
             __gc_collect();
             return __str_len(text);
         }
         pub string outer(i64 engine, i64 compare) {
             string kept = \"kept ${engine != 0}\";
             u8[] one = [1];
             i64 found = LibC.bsearch(engine, one, 1, 1, compare);
             return \"${kept} ${found == 0}\";
         }",
    );
    let address = &raw const engine as usize as i64;
    let compare = call_back as extern "C" fn(i64, i64) -> i32 as usize as i64;
    let text: String = engine.call("outer", (address, compare)).unwrap();
    assert_eq!(text, "kept true true");
}

#[test]
fn tests_of_a_program_pass_and_fail_alone() {
    let engine = engine("test Passes { }\ntest Fails { __panic_str(\"no\"); }");
    let tests = &engine.program().tests;
    assert_eq!(engine.run_test(&tests[0]), Ok(()));
    assert_eq!(engine.run_test(&tests[1]).unwrap_err().message, "no");
    assert_eq!(engine.run_test(&tests[0]), Ok(()));
}

#[test]
fn a_test_that_ends_the_process_fails() {
    let engine = engine("test t {\n    Core.Process.Exit(0);\n}");
    let error = engine.run_test(&engine.program().tests[0]).unwrap_err();
    assert_eq!(error.message, "the program ends itself with exit status 0, within a test");
}

#[test]
fn abi_001_the_jit_registers_exactly_the_list() {
    // The JIT registers one address per row; the addresses are those of different functions.
    let addresses: BTreeSet<_> = RuntimeFn::ALL.iter().map(|&row| address_of(row)).collect();
    assert_eq!(addresses.len(), RUNTIME_EXPORT_SYMBOLS.len());
    assert!(addresses.iter().all(|address| !address.is_null()));
}

#[test]
fn abi_006_the_jit_and_objects_use_one_revision() {
    let engine = engine("pub i64 one() => 1;");
    let jit = record::parse(engine.record()).unwrap().identity().abi_version;
    let runtime = record::parse(beskid_runtime::runtime_record()).unwrap().identity().abi_version;
    assert_eq!((jit, runtime), (BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_VERSION));
}

#[test]
fn a_missing_entry_file_is_named() {
    let Err(error) = Engine::load(&PathBuf::from("no/such/file.bsk")) else { panic!("loaded") };
    assert!(error.to_string().contains("no/such/file.bsk"), "{error}");
}
