//! The embedded core library.

use super::{check, program};
use crate::{CORELIB_FILES, Entry, MainRule, MemoryLoader, Options, analyze};

#[test]
fn every_library_file_is_free_of_errors_and_warnings() {
    for &(path, text) in CORELIB_FILES {
        let entry = Entry { path: "main.bsk".into(), shown_path: path.into(), text: text.into() };
        let options = Options { package: "core".into(), main: MainRule::Optional, threads: 1 };
        let analysis = analyze(&mut MemoryLoader::new(), entry, &options);
        assert_eq!(super::rendered(&analysis), "", "{path}");
    }
}

#[test]
fn only_what_is_used_becomes_part_of_the_program() {
    let program = program("pub unit f() { Core.Output.WriteLine(\"x\"); }");
    let names: Vec<&str> = program.functions.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["f", "WriteLine", "Write"]);
    assert_eq!(program.functions[1].symbol, "_B3app0core4Core6Output9WriteLine");
    let module = &program.modules[program.functions[1].module.index()];
    assert!(module.library && module.path == ["Core", "Output"]);
}

#[test]
fn library_functions_are_called_by_their_module() {
    check("use Core.String; pub i64 f(string s) { return String.Len(s); }", "");
    check("pub unit f() { Core.Output.WritLine(\"\"); }", "E1101 1:28");
    check("pub unit f() { Core.Outptu.WriteLine(\"\"); }", "E1108 1:21");
    check("pub unit f() { Core.String.StandsAt(\"\", \"\", 0); }", "E1107 1:28");
}
