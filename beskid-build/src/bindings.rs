//! The Rust module for the exported functions of a typed program.
//!
//! Each function becomes two: one that returns a panic as an error, and one that goes on with it. What
//! crosses, and how, is decided by the traits of `beskid_runtime`; this file writes the Rust types
//! and leaves the raw ones to them.
//!
//! The text is included into a module, so it has no inner attributes. It uses absolute paths only,
//! because the names of a program could hide anything else.

use std::collections::BTreeSet;
use std::fmt::Write;

use beskid_analysis::symbols;
use beskid_analysis::typed::{FloatKind, Function, IntKind, Program, Type, TypeId};

use crate::identifier;
use crate::libraries::Link;

/// Names that the body of a generated function uses beside its parameters.
const BODY_NAMES: &[&str] = &["function", "scope"];

/// A generated module, and what could not be part of it.
#[derive(Clone, Debug)]
pub(crate) struct Bindings {
    /// The Rust text.
    pub(crate) text: String,
    /// Why functions or twins are missing, a sentence for each.
    pub(crate) omissions: Vec<String>,
}

/// Writes the bindings of a program, for linking with the given libraries.
pub(crate) fn generate(program: &Program, source: &str, links: &[Link]) -> Bindings {
    let offered = || program.functions.iter().filter(|function| function.offered);
    let names: BTreeSet<&str> = offered().map(|function| function.name.as_str()).collect();
    let mut bindings = Bindings { text: head(program, source, links), omissions: Vec::new() };
    for function in offered() {
        match Binding::new(program, function, &names) {
            Ok(binding) => binding.write(&mut bindings),
            Err(reason) => bindings.omissions.push(reason),
        }
    }
    bindings
}

fn head(program: &Program, source: &str, links: &[Link]) -> String {
    let links: String = links.iter().map(link_attribute).collect();
    let descriptor = symbols::descriptor_symbol(&program.package);
    let version = env!("CARGO_PKG_VERSION");
    format!(
        r#"// Generated from {source} by beskid-build {version}. Changes are lost.

use ::beskid_runtime as _;

static __MODULE: ::beskid_runtime::__private::Module = {{
{links}    unsafe extern "C" {{
        #[link_name = {descriptor:?}]
        static DESCRIPTOR: ::beskid_runtime::__private::ModuleDescriptor;
    }}
    // SAFETY: this is the descriptor that the compiler made for the linked code.
    unsafe {{ ::beskid_runtime::__private::Module::new(&raw const DESCRIPTOR) }}
}};
"#
    )
}

fn link_attribute(link: &Link) -> String {
    let Link { name, is_static } = link;
    let kind = if *is_static { "static" } else { "dylib" };
    format!("    #[link(name = {name:?}, kind = {kind:?})]\n")
}

/// One function, in Rust's words.
struct Binding<'a> {
    /// The documentation text.
    doc: &'a str,
    /// The linker symbol.
    symbol: &'a str,
    /// The plain function.
    name: String,
    /// The function that returns panics.
    twin: String,
    /// Whether the plain function is written: not if its name is taken by another's twin.
    has_twin: bool,
    /// Names and types.
    params: Vec<(String, String)>,
    result: String,
}

impl<'a> Binding<'a> {
    /// # Errors
    /// The reason why the function cannot be called from Rust.
    fn new(
        program: &Program,
        function: &'a Function,
        names: &BTreeSet<&str>,
    ) -> Result<Binding<'a>, String> {
        let unsuitable = |ty| {
            let Function { name, .. } = function;
            let ty = program.type_name(ty);
            format!("`{name}` has no Rust function, because `{ty}` cannot cross to Rust yet")
        };
        let locals = function.params.iter().map(|param| &function.locals[param.index()]);
        let param_names = identifier::parameters(locals.map(|it| it.name.as_str()), BODY_NAMES);
        let argument = |ty| Crossing::of(program, ty).and_then(Crossing::argument);
        let types = function
            .param_types()
            .map(|ty| argument(ty).ok_or_else(|| unsuitable(ty)))
            .collect::<Result<Vec<_>, _>>()?;
        let result = Crossing::of(program, function.result).map(Crossing::result);
        let twin = format!("try_{}", function.name);
        Ok(Binding {
            doc: &function.doc,
            symbol: &function.symbol,
            name: identifier::item(&function.name),
            has_twin: !names.contains(twin.as_str()),
            twin,
            params: param_names.into_iter().zip(types).collect(),
            result: result.ok_or_else(|| unsuitable(function.result))?,
        })
    }

    fn write(&self, bindings: &mut Bindings) {
        if self.has_twin {
            self.write_twin(&mut bindings.text);
            self.write_plain(&mut bindings.text);
        } else {
            self.write_alone(&mut bindings.text);
            let Binding { name, twin, .. } = self;
            bindings.omissions.push(format!(
                "`{name}` has no twin that returns panics, because the program has a function \
                 `{twin}` of its own"
            ));
        }
    }

    /// The function that returns panics.
    fn write_twin(&self, text: &mut String) {
        let Binding { twin, result, .. } = self;
        let params = self.declared_params();
        let body = self.call();
        self.write_doc(text);
        text.push_str(&format!(
            "pub fn {twin}({params}) -> ::core::result::Result<{result}, ::beskid_runtime::Panic> {{\n\
             {body}}}\n"
        ));
    }

    /// The function that goes on with a panic.
    fn write_plain(&self, text: &mut String) {
        let arguments: Vec<&str> = self.params.iter().map(|(name, _)| name.as_str()).collect();
        let call = format!("{}({})", self.twin, arguments.join(", "));
        self.write_resuming(text, &call);
    }

    /// The function that goes on with a panic, where no other function returns it.
    fn write_alone(&self, text: &mut String) {
        self.write_resuming(text, &format!("{{\n{}}}", self.call()));
    }

    fn write_resuming(&self, text: &mut String, result: &str) {
        let Binding { name, result: ty, .. } = self;
        let params = self.declared_params();
        self.write_doc(text);
        text.push_str(&format!(
            "#[track_caller]\n\
             pub fn {name}({params}) -> {ty} {{\n    \
                 match {result} {{\n        \
                     ::core::result::Result::Ok(value) => value,\n        \
                     ::core::result::Result::Err(panic) => panic.resume(),\n    \
                 }}\n\
             }}\n"
        ));
    }

    /// The statements that call the compiled code, and the result as their value.
    fn call(&self) -> String {
        let Binding { symbol, result, .. } = self;
        let raw_params = self.joined(|name, ty| {
            format!("{name}: <{ty} as ::beskid_runtime::__private::Argument>::Raw")
        });
        let lowered: String = self
            .params
            .iter()
            .map(|(name, _)| format!("        let {name} = scope.lower({name});\n"))
            .collect();
        let arguments = self.joined(|name, _| name.to_owned());
        format!(
            "    unsafe extern \"C-unwind\" {{\n        \
                 #[link_name = {symbol:?}]\n        \
                 fn function({raw_params}) -> <{result} as ::beskid_runtime::__private::Returned>::Raw;\n    \
             }}\n    \
             __MODULE.attach();\n    \
             ::beskid_runtime::__private::call(|scope| {{\n\
                 {lowered}        \
                 // SAFETY: the symbol is the compiled function, which has this signature.\n        \
                 unsafe {{ scope.invoke::<{result}>(|| function({arguments})) }}\n    \
             }})\n"
        )
    }

    fn declared_params(&self) -> String {
        self.joined(|name, ty| format!("{name}: {ty}"))
    }

    fn joined(&self, show: impl Fn(&str, &str) -> String) -> String {
        let shown: Vec<String> = self.params.iter().map(|(name, ty)| show(name, ty)).collect();
        shown.join(", ")
    }

    /// The documentation. Fences without a language are marked, or rustdoc would take Beskid
    /// examples for Rust.
    fn write_doc(&self, text: &mut String) {
        text.push('\n');
        let mut inside = false;
        for line in self.doc.lines() {
            let is_fence = line.trim_start().starts_with("```");
            let mark = if is_fence && !inside && line.trim() == "```" { "text" } else { "" };
            inside ^= is_fence;
            let line = format!("/// {}{mark}", line.trim_end());
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
}

/// How values of a Beskid type cross to Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Crossing {
    /// There is nothing to hand over.
    Nothing,
    /// By value, as the primitive of this name.
    Scalar(&'static str),
    /// As a copy of the text.
    Text,
    /// As a copy of the elements, which are this primitive.
    Scalars(&'static str),
}

impl Crossing {
    /// `None` if values cannot cross.
    fn of(program: &Program, ty: TypeId) -> Option<Crossing> {
        match program.types.get(ty) {
            Type::Unit | Type::Never => Some(Crossing::Nothing),
            Type::Bool => Some(Crossing::Scalar("bool")),
            Type::Char => Some(Crossing::Scalar("char")),
            Type::Float(FloatKind::F64) => Some(Crossing::Scalar("f64")),
            Type::Int(kind @ (IntKind::U8 | IntKind::I32 | IntKind::I64)) => {
                Some(Crossing::Scalar(kind.name()))
            }
            Type::Int(
                IntKind::I8
                | IntKind::I16
                | IntKind::U16
                | IntKind::U32
                | IntKind::U64
                | IntKind::Usize,
            )
            | Type::Float(FloatKind::F32)
            | Type::Record(_)
            | Type::Enum(_)
            | Type::Function(_)
            | Type::Contract(_) => None,
            Type::String => Some(Crossing::Text),
            Type::Array(element) => match Crossing::of(program, element) {
                Some(Crossing::Scalar(element)) => Some(Crossing::Scalars(element)),
                Some(Crossing::Nothing | Crossing::Text | Crossing::Scalars(_)) | None => None,
            },
        }
    }

    /// The Rust type of a parameter; there are none of type `unit`.
    fn argument(self) -> Option<String> {
        match self {
            Crossing::Nothing => None,
            Crossing::Scalar(name) => Some(name.to_owned()),
            Crossing::Text => Some("&str".to_owned()),
            Crossing::Scalars(element) => Some(format!("&[{element}]")),
        }
    }

    /// The Rust type of a result.
    fn result(self) -> String {
        match self {
            Crossing::Nothing => "()".to_owned(),
            Crossing::Scalar(name) => name.to_owned(),
            Crossing::Text => "::std::string::String".to_owned(),
            Crossing::Scalars(element) => format!("::std::vec::Vec<{element}>"),
        }
    }
}

#[cfg(test)]
mod tests {
    use beskid_analysis::{Entry, MainRule, MemoryLoader, Options, analyze};

    use super::*;

    /// The bindings of a program in one file.
    fn bindings(source: &str) -> Bindings {
        let entry = Entry {
            path: "main.bsk".to_owned(),
            shown_path: "src/main.bsk".to_owned(),
            text: source.to_owned(),
        };
        let options = Options { package: "app".to_owned(), main: MainRule::Optional, threads: 1 };
        let analysis = analyze(&mut MemoryLoader::new(), entry, &options);
        let program = analysis.program.unwrap_or_else(|| panic!("{:?}", analysis.diagnostics));
        let links = [Link { name: "beskid_app".to_owned(), is_static: true }];
        generate(&program, "src/main.bsk", &links)
    }

    fn assert_contains(text: &str, parts: &[&str]) {
        for part in parts {
            assert!(text.contains(part), "`{part}` is missing in:\n{text}");
        }
    }

    #[test]
    fn a_function_and_its_twin_have_types_symbol_and_documentation() {
        let source = "/// Greets.\n///\n/// Politely.\n\
                      pub string greet(string name, i64 times) => name;\n";
        let text = bindings(source).text;
        assert_contains(
            &text,
            &[
                "/// Greets.\n///\n/// Politely.\npub fn try_greet(name: &str, times: i64) -> \
                 ::core::result::Result<::std::string::String, ::beskid_runtime::Panic> {\n",
                "#[link_name = \"_B3app5greet\"]\n        fn function(name: \
                 <&str as ::beskid_runtime::__private::Argument>::Raw, times: \
                 <i64 as ::beskid_runtime::__private::Argument>::Raw) -> \
                 <::std::string::String as ::beskid_runtime::__private::Returned>::Raw;\n",
                "        let name = scope.lower(name);\n        let times = scope.lower(times);\n",
                "/// Politely.\n#[track_caller]\npub fn greet(name: &str, times: i64) -> \
                 ::std::string::String {\n    match try_greet(name, times) {\n",
            ],
        );
    }

    #[test]
    fn scalars_texts_and_arrays_of_scalars_cross() {
        let source = "pub f64[] a(bool x, u8 y, i32 z, char c, u8[] bytes, char[] chars) => [0.5];\n\
                      pub unit b() { }\npub char[] c(f64 x, i64[] y) => ['c'];\n";
        let bindings = bindings(source);
        assert!(bindings.omissions.is_empty(), "{:?}", bindings.omissions);
        assert_contains(
            &bindings.text,
            &[
                "pub fn a(x: bool, y: u8, z: i32, c: char, bytes: &[u8], chars: &[char]) \
                 -> ::std::vec::Vec<f64> {",
                "pub fn b() -> () {",
                "pub fn c(x: f64, y: &[i64]) -> ::std::vec::Vec<char> {",
            ],
        );
    }

    #[test]
    fn only_functions_whose_types_cross_have_a_rust_function() {
        let source = "pub type P { i64 x }\ni64 hidden() => 1;\n\
                      pub i64 shown(i64 x) => x + hidden();\npub i64 of(P p) => p.x;\n";
        let Bindings { text, omissions } = bindings(source);
        assert_contains(&text, &["pub fn shown(", "pub fn try_shown("]);
        assert!(!text.contains("hidden") && !text.contains("fn of"), "{text}");
        assert_eq!(omissions, ["`of` has no Rust function, because `P` cannot cross to Rust yet"]);
    }

    #[test]
    fn names_that_rust_reserves_are_adapted() {
        let text = bindings("pub i64 loop(i64 self, i64 scope, i64 fn) => self + scope + fn;").text;
        assert_contains(
            &text,
            &[
                "pub fn try_loop(self_: i64, scope_: i64, r#fn: i64)",
                "pub fn r#loop(self_: i64, scope_: i64, r#fn: i64) -> i64 {\n    \
                 match try_loop(self_, scope_, r#fn) {",
            ],
        );
    }

    #[test]
    fn a_function_with_the_name_of_a_twin_wins() {
        let bindings = bindings("pub i64 f() => 1;\npub i64 try_f() => 2;\n");
        assert_eq!(bindings.text.matches("pub fn try_f(").count(), 1);
        assert_contains(&bindings.text, &["pub fn f() -> i64 {", "pub fn try_try_f() -> "]);
        assert_eq!(bindings.omissions.len(), 1);
        assert!(bindings.omissions[0].contains("`try_f`"), "{:?}", bindings.omissions);
    }

    #[test]
    fn examples_in_documentation_are_not_taken_for_rust() {
        let source = "/// ```\n/// twice(2)\n/// ```\npub i64 twice(i64 x) => x * 2;";
        assert_contains(&bindings(source).text, &["/// ```text\n/// twice(2)\n/// ```\npub fn"]);
    }

    #[test]
    fn libraries_are_linked_where_the_module_is_used() {
        let text = bindings("pub i64 one() => 1;").text;
        assert_contains(
            &text,
            &[
                "    #[link(name = \"beskid_app\", kind = \"static\")]\n    unsafe extern \"C\" {",
                "use ::beskid_runtime as _;",
            ],
        );
    }
}
