//! The C header of a library: one function for each exported function of a program.
//!
//! A function fills a frame and has the runtime call the entry that the object has for it, so that a
//! panic comes back as a value and references are kept. The frame has one word for each argument, in
//! order, and one for the result, which is what the entry expects.

use std::fmt::Write as _;

use beskid_analysis::library::{LibraryName, link_libraries};
use beskid_analysis::symbols::{descriptor_symbol, host_entry_symbol};
use beskid_analysis::typed::{FloatKind, Function, IntKind, Program, Type, TypeId};

/// Words that cannot name a parameter: those of C and C++, and the names that a body uses.
const RESERVED: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "asm",
    "auto",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "concept",
    "const",
    "constexpr",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "nullptr",
    "operator",
    "or",
    "private",
    "protected",
    "public",
    "register",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "template",
    "this",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "while",
    "xor",
    "frame",
    "panic",
    "result",
    "NULL",
];

/// A header, and what could not be part of it.
#[derive(Clone, Debug)]
pub struct CHeader {
    /// The text.
    pub text: String,
    /// Why functions are missing, a sentence for each.
    pub omissions: Vec<String>,
}

/// Writes the header of a program.
#[must_use]
pub fn c_header(program: &Program) -> CHeader {
    let prefix = identifier(&program.package);
    let mut text = head(program, &prefix);
    let mut omissions = Vec::new();
    for function in program.functions.iter().filter(|function| function.offered) {
        match Binding::new(program, function, &prefix) {
            Some(binding) => binding.write(&mut text),
            None => omissions.push(format!(
                "`{}` has no C function, because `{}` has a type that cannot cross to C",
                function.name,
                program.signature(function)
            )),
        }
    }
    text.push_str("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    CHeader { text, omissions }
}

fn head(program: &Program, prefix: &str) -> String {
    let guard = format!("BESKID_MODULE_{}_H", prefix.to_uppercase());
    let descriptor = descriptor_symbol(&program.package);
    let libraries = link_libraries(program);
    let arguments: Vec<String> = libraries.iter().filter_map(LibraryName::link_argument).collect();
    let needed = match &*arguments.join(" ") {
        "" => String::new(),
        arguments => format!(" * Besides the runtime, programs are linked with {arguments}\n"),
    };
    format!(
        "/* The functions of the Beskid module `{}`, for C hosts. Generated; changes are lost.\n \
         *\n \
         * Each function returns NULL, or the text of a panic, and then its result is not set. Texts,\n \
         * strings and arrays live until beskid_rt_host_release; see beskid_runtime.h.\n\
         {needed} */\n\
         #ifndef {guard}\n#define {guard}\n\n\
         #include \"beskid_runtime.h\"\n\n\
         #ifdef __cplusplus\nextern \"C\" {{\n#else\n#include <stdbool.h>\n#endif\n\n\
         extern const BeskidModuleDescriptor {descriptor};\n",
        program.package
    )
}

/// One function, in C's words.
struct Binding<'a> {
    function: &'a Function,
    name: String,
    descriptor: String,
    entry: String,
    signature: String,
    /// Types and names.
    params: Vec<(String, String)>,
    /// `None` for `unit`.
    result: Option<String>,
}

impl<'a> Binding<'a> {
    /// `None` if a type cannot cross.
    fn new(program: &Program, function: &'a Function, prefix: &str) -> Option<Binding<'a>> {
        let signature = program.signature(function);
        let types: Option<Vec<String>> =
            function.param_types().map(|ty| c_type(program, ty)).collect();
        let names = function.params.iter().map(|param| &*function.locals[param.index()].name);
        let is_unit = function.result == TypeId::UNIT;
        let result = if is_unit { None } else { Some(c_type(program, function.result)?) };
        Some(Binding {
            function,
            name: format!("{prefix}_{}", function.name),
            descriptor: descriptor_symbol(&program.package),
            entry: host_entry_symbol(&function.symbol, &signature),
            signature,
            params: types?.into_iter().map(as_argument).zip(parameters(names)).collect(),
            result,
        })
    }

    fn write(&self, text: &mut String) {
        self.write_comment(text);
        let Binding { name, entry, descriptor, .. } = self;
        let _ = writeln!(text, "extern const uint8_t {entry}[];");
        let mut params: Vec<String> =
            self.params.iter().map(|(ty, name)| declaration(ty, name)).collect();
        params.extend(self.result.iter().map(|ty| declaration(&format!("{ty}*"), "result")));
        let params = if params.is_empty() { "void".to_owned() } else { params.join(", ") };
        let _ = writeln!(text, "static inline BeskidStr *{name}({params})\n{{");
        let frame = self.write_frame(text);
        let _ = writeln!(
            text,
            "    BeskidStr *panic = beskid_rt_host_call(&{descriptor}, {entry}, {frame});"
        );
        if self.result.is_some() {
            text.push_str("    if (panic == NULL) {\n        *result = frame.result;\n    }\n");
        }
        text.push_str("    return panic;\n}\n");
    }

    /// Writes the frame and returns the expression for its address.
    fn write_frame(&self, text: &mut String) -> &'static str {
        if self.params.is_empty() && self.result.is_none() {
            return "NULL";
        }
        text.push_str("    struct {\n");
        let result = self.result.iter().map(|ty| (ty.clone(), "result".to_owned()));
        for (ty, name) in self.params.iter().cloned().chain(result) {
            let _ = writeln!(text, "        BESKID_SLOT {};", declaration(&ty, &name));
        }
        text.push_str("    } frame;\n");
        for (_, name) in &self.params {
            let _ = writeln!(text, "    frame.{name} = {name};");
        }
        "(uint8_t *)&frame"
    }

    fn write_comment(&self, text: &mut String) {
        text.push_str("\n/*");
        for line in self.function.doc.lines() {
            // The text must not end the comment.
            let line = line.trim_end().replace("*/", "* /");
            let _ = writeln!(text, " {line}");
            text.push_str(" *");
        }
        let _ = writeln!(text, " {} {} */", self.function.name, self.signature);
    }
}

/// The C type of a value, ready for a name behind it; `None` if values cannot cross.
fn c_type(program: &Program, ty: TypeId) -> Option<String> {
    let name = match program.types.get(ty) {
        Type::Bool => "bool",
        Type::Char => "uint32_t",
        Type::Float(FloatKind::F32) => "float",
        Type::Float(FloatKind::F64) => "double",
        Type::Int(kind) => c_integer(kind),
        Type::String => return Some("BeskidStr *".to_owned()),
        Type::Array(element) if is_scalar(program.types.get(element)) => {
            return Some("BeskidArray *".to_owned());
        }
        Type::Unit
        | Type::Never
        | Type::Record(_)
        | Type::Enum(_)
        | Type::Array(_)
        | Type::Function(_)
        | Type::Contract(_) => {
            return None;
        }
    };
    Some(format!("{name} "))
}

fn is_scalar(ty: Type) -> bool {
    matches!(ty, Type::Bool | Type::Char | Type::Float(_) | Type::Int(_))
}

fn c_integer(kind: IntKind) -> &'static str {
    match kind {
        IntKind::I8 => "int8_t",
        IntKind::I16 => "int16_t",
        IntKind::I32 => "int32_t",
        IntKind::I64 => "int64_t",
        IntKind::U8 => "uint8_t",
        IntKind::U16 => "uint16_t",
        IntKind::U32 => "uint32_t",
        IntKind::U64 => "uint64_t",
        IntKind::Usize => "size_t",
    }
}

/// Strings are immutable; arrays are not.
fn as_argument(ty: String) -> String {
    if ty == "BeskidStr *" { format!("const {ty}") } else { ty }
}

fn declaration(ty: &str, name: &str) -> String {
    format!("{ty}{name}")
}

/// Names of parameters, in order: none that C reserves, and no two alike.
fn parameters<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    for name in names {
        let mut name = match name {
            "" | "_" => format!("argument_{}", chosen.len() + 1),
            name => name.to_owned(),
        };
        while RESERVED.contains(&name.as_str()) || chosen.contains(&name) {
            name.push('_');
        }
        chosen.push(name);
    }
    chosen
}

/// A package's name as the beginning of C names.
fn identifier(package: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = package.chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use beskid_analysis::{Entry, MainRule, MemoryLoader, Options, analyze};

    use super::*;

    fn header(package: &str, source: &str) -> CHeader {
        let entry = Entry {
            path: "main.bsk".to_owned(),
            shown_path: "main.bsk".to_owned(),
            text: source.to_owned(),
        };
        let options = Options { package: package.to_owned(), main: MainRule::Optional, threads: 1 };
        let analysis = analyze(&mut MemoryLoader::new(), entry, &options);
        let program = analysis.program.unwrap_or_else(|| panic!("{:?}", analysis.diagnostics));
        c_header(&program)
    }

    #[track_caller]
    fn assert_contains(text: &str, parts: &[&str]) {
        for part in parts {
            assert!(text.contains(part), "`{part}` is missing in:\n{text}");
        }
    }

    #[test]
    fn a_function_has_its_documentation_its_types_and_an_entry_for_its_signature() {
        let source = "/// Greets */ politely.\npub string greet(string name, i32 times) => name;\n";
        let text = header("app", source).text;
        let entry = host_entry_symbol("_B3app5greet", "(string, i32) -> string");
        assert_contains(
            &text,
            &[
                "/* Greets * / politely.\n * greet (string, i32) -> string */\n",
                &format!("extern const uint8_t {entry}[];\n"),
                "static inline BeskidStr *app_greet(const BeskidStr *name, int32_t times, \
                 BeskidStr **result)\n",
                "        BESKID_SLOT const BeskidStr *name;\n        BESKID_SLOT int32_t times;\n        \
                 BESKID_SLOT BeskidStr *result;\n",
                "    frame.times = times;\n",
            ],
        );
    }

    #[test]
    fn a_function_without_arguments_and_result_needs_no_frame() {
        let text = header("my-app", "pub unit run() { }\n").text;
        let call = "static inline BeskidStr *my_app_run(void)\n{\n    BeskidStr *panic = \
                    beskid_rt_host_call(&_B8my_2dapp0module, ";
        assert_contains(&text, &[call, ", NULL);\n    return panic;\n"]);
    }

    #[test]
    fn names_that_c_reserves_and_types_that_cannot_cross_are_dealt_with() {
        let source = "pub type P { i64 x }\npub i64 of(P p) => p.x;\n\
                      pub i64 add(i64 int, i64 result, i64 int_) => int + result + int_;\n";
        let CHeader { text, omissions } = header("2d", source);
        assert_contains(
            &text,
            &["*_2d_add(int64_t int_, int64_t result_, int64_t int__, int64_t *result)"],
        );
        assert!(!text.contains("_2d_of"), "{text}");
        let expected =
            "`of` has no C function, because `(P) -> i64` has a type that cannot cross to C";
        assert_eq!(omissions, [expected]);
    }
}
