//! Attributes: `[Extern]`, which has a meaning, and all others, which must at least be declared.

use std::collections::HashSet;

use beskid_syntax::{Diagnostic, ast, diagnostic};

use crate::modules::ModuleTree;

/// The only attribute with a built-in meaning.
const EXTERN: &str = "Extern";
/// The calling convention that `[Extern]` must name.
const C_ABI: &str = "C";

/// The names of all attributes that the program declares, in any module.
pub(crate) fn declared(tree: &ModuleTree) -> HashSet<&str> {
    let items = tree.ids().flat_map(|module| tree.items(module));
    let names = items.filter_map(|item| {
        let ast::ItemKind::Attribute(def) = &item.kind else { return None };
        Some(def.name.text.as_str())
    });
    names.collect()
}

/// The `[Extern]` of a contract, if it has one.
pub(crate) fn extern_attribute(item: &ast::Item) -> Option<&ast::Attribute> {
    item.attrs.iter().find(|attribute| attribute.name.text == EXTERN)
}

/// Checks the arguments of `[Extern]` and returns the library.
pub(crate) fn extern_library(
    attribute: &ast::Attribute,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    let mut abi = None;
    let mut library = None;
    for arg in &attribute.args {
        let slot = match arg.name.text.as_str() {
            "Abi" => &mut abi,
            "Library" => &mut library,
            other => {
                let span = arg.name.span;
                diagnostics.push(diagnostic::unknown_attribute_argument(span, EXTERN, other));
                continue;
            }
        };
        if slot.is_some() {
            let found = diagnostic::repeated_attribute_argument(arg.name.span, &arg.name.text);
            diagnostics.push(found);
        } else {
            *slot = Some(arg);
        }
    }
    diagnostics.extend(check_abi(attribute, abi));
    library_name(attribute, library, diagnostics).unwrap_or_default()
}

fn check_abi(attribute: &ast::Attribute, abi: Option<&ast::AttributeArg>) -> Option<Diagnostic> {
    let Some(arg) = abi else {
        return Some(diagnostic::extern_abi(attribute.span, "nothing"));
    };
    let ast::ExprKind::Str(text) = &arg.value.kind else {
        return Some(diagnostic::attribute_argument_type(arg.value.span, "Abi", "a string"));
    };
    (text != C_ABI).then(|| diagnostic::extern_abi(arg.value.span, format!("{text:?}")))
}

/// The library, unless it is missing or wrong.
fn library_name(
    attribute: &ast::Attribute,
    library: Option<&ast::AttributeArg>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<String> {
    let Some(arg) = library else {
        diagnostics.push(diagnostic::extern_library(attribute.span));
        return None;
    };
    let span = arg.value.span;
    let ast::ExprKind::Str(text) = &arg.value.kind else {
        diagnostics.push(diagnostic::attribute_argument_type(span, "Library", "a string"));
        return None;
    };
    if text.is_empty() {
        diagnostics.push(diagnostic::extern_library(span));
    }
    Some(text.clone())
}

/// Checks that the attributes of an item, and of everything in it, exist and may stand there.
pub(crate) fn check(item: &ast::Item, declared: &HashSet<&str>, diagnostics: &mut Vec<Diagnostic>) {
    let mut checker = Checker { declared, diagnostics };
    checker.item(item);
}

struct Checker<'c> {
    declared: &'c HashSet<&'c str>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Checker<'_> {
    /// `place` is a noun phrase; `[Extern]` is allowed on contracts only.
    fn attributes(&mut self, attributes: &[ast::Attribute], place: &str, on_contract: bool) {
        for attribute in attributes {
            let name = attribute.name.text.as_str();
            let span = attribute.name.span;
            if name == EXTERN {
                if !on_contract {
                    self.diagnostics.push(diagnostic::attribute_not_allowed(span, name, place));
                }
            } else if !self.declared.contains(name) {
                self.diagnostics.push(diagnostic::unknown_attribute(span, name));
            }
        }
    }

    fn item(&mut self, item: &ast::Item) {
        let (place, on_contract) = match &item.kind {
            ast::ItemKind::Function(function) => {
                self.params(&function.signature.params);
                ("a function", false)
            }
            ast::ItemKind::Type(def) => {
                self.members(&def.members);
                ("a type", false)
            }
            ast::ItemKind::Enum(def) => {
                for variant in &def.variants {
                    self.attributes(&variant.attrs, "a variant", false);
                }
                ("an enum", false)
            }
            ast::ItemKind::Contract(def) => {
                for item in &def.items {
                    self.attributes(&item.attrs, "a contract method", false);
                }
                ("a contract", true)
            }
            ast::ItemKind::Impl(block) => {
                self.members(&block.methods);
                ("an `impl` block", false)
            }
            ast::ItemKind::Test(_) => ("a test", false),
            ast::ItemKind::Attribute(_) => ("an attribute", false),
            ast::ItemKind::Module(_) | ast::ItemKind::InlineModule(_) => ("a module", false),
            ast::ItemKind::Use(_) => ("an import", false),
            ast::ItemKind::Error => return,
        };
        self.attributes(&item.attrs, place, on_contract);
    }

    fn members(&mut self, members: &[ast::Member]) {
        for member in members {
            let place = match &member.kind {
                ast::MemberKind::Field(_) => "a field",
                ast::MemberKind::Event(_) => "an event",
                ast::MemberKind::Method(function) => {
                    self.params(&function.signature.params);
                    "a method"
                }
            };
            self.attributes(&member.attrs, place, false);
        }
    }

    fn params(&mut self, params: &[ast::Param]) {
        params.iter().for_each(|param| self.attributes(&param.attrs, "a parameter", false));
    }
}
