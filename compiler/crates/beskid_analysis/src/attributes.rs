//! Attributes: `[Extern]`, which has a meaning, and all others, whose applications must agree with
//! their declarations (reference 23).

use std::collections::HashMap;

use beskid_syntax::{Diagnostic, Primitive, Span, ast, diagnostic};

use crate::modules::ModuleTree;
use crate::typed::{IntKind, Type};

/// The only attribute with a built-in meaning.
const EXTERN: &str = "Extern";
/// The calling convention that `[Extern]` must name.
const C_ABI: &str = "C";

/// What attributes can be declared for, by the names that declarations use (reference 23.2).
macro_rules! targets {
    ($($variant:ident = $name:literal, $place:literal;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum Target { $($variant),* }

        impl Target {
            const NAMES: &[&str] = &[$($name),*];

            fn from_name(name: &str) -> Option<Target> {
                match name { $($name => Some(Target::$variant),)* _ => None }
            }

            /// A noun phrase for messages.
            fn place(self) -> &'static str {
                match self { $(Target::$variant => $place),* }
            }
        }
    };
}

targets! {
    Type = "TypeDeclaration", "a type";
    Enum = "EnumDeclaration", "an enum";
    Contract = "ContractDeclaration", "a contract";
    Module = "ModuleDeclaration", "a module";
    Function = "FunctionDeclaration", "a function";
    Method = "MethodDeclaration", "a method";
    Field = "FieldDeclaration", "a field";
    Parameter = "ParameterDeclaration", "a parameter";
    Test = "TestDeclaration", "a test";
}

/// A declared attribute.
pub(crate) struct Declared<'a> {
    /// Where it may stand; everywhere if there is no list.
    targets: Option<Vec<Target>>,
    params: &'a [ast::AttributeParam],
}

/// The attributes that the program declares, in any module, by name.
pub(crate) type Attributes<'a> = HashMap<&'a str, Declared<'a>>;

/// Collects the declarations of attributes, and checks those of the program itself.
pub(crate) fn declared<'a>(
    tree: &'a ModuleTree,
    diagnostics: &mut Vec<Diagnostic>,
) -> Attributes<'a> {
    let mut attributes = Attributes::new();
    for module in tree.ids() {
        let mut names: HashMap<&str, Span> = HashMap::new();
        for item in tree.items(module) {
            let ast::ItemKind::Attribute(def) = &item.kind else { continue };
            let mut found = Vec::new();
            let declared = declaration(def, &mut found);
            if let Some(&first) = names.get(def.name.text.as_str()) {
                let twice = diagnostic::duplicate_item(def.name.span, &def.name.text);
                found.push(twice.also(first, "first declared here"));
            }
            names.insert(&def.name.text, def.name.span);
            attributes.entry(&def.name.text).or_insert(declared);
            diagnostics.append(&mut found);
        }
    }
    attributes
}

fn declaration<'a>(def: &'a ast::AttributeDef, diagnostics: &mut Vec<Diagnostic>) -> Declared<'a> {
    let mut names: Vec<&ast::Ident> = Vec::new();
    let mut targets = Vec::new();
    for name in def.targets.iter().flatten() {
        if let Some(first) = names.iter().find(|it| it.text == name.text) {
            let found = diagnostic::duplicate_attribute_target(name.span, &name.text);
            diagnostics.push(found.also(first.span, "first listed here"));
        }
        names.push(name);
        match Target::from_name(&name.text) {
            Some(target) => targets.push(target),
            None => diagnostics.push(unknown_target(name)),
        }
    }
    for (index, param) in def.params.iter().enumerate() {
        let first = def.params[..index].iter().find(|it| it.name.text == param.name.text);
        if let Some(first) = first {
            let found =
                diagnostic::duplicate_member(param.name.span, &param.name.text, &def.name.text);
            diagnostics.push(found.also(first.name.span, "first declared here"));
        }
        if parameter_type(param).is_none() {
            let (span, expected) = (param.ty.span, "of a primitive type");
            diagnostics.push(diagnostic::attribute_argument_type(span, &param.name.text, expected));
        } else if let Some(default) = &param.default {
            diagnostics.extend(mistyped(param, default));
        }
    }
    // Where a target is unknown, nobody can say where the attribute may stand.
    let known = def.targets.is_some() && targets.len() == names.len();
    Declared { targets: known.then_some(targets), params: &def.params }
}

fn unknown_target(name: &ast::Ident) -> Diagnostic {
    let found = diagnostic::unknown_attribute_target(name.span, &name.text);
    match crate::suggest::nearest(&name.text, Target::NAMES.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("the targets are {}", Target::NAMES.join(", "))),
    }
}

/// The type of a parameter; `None` if attributes cannot have arguments of it.
fn parameter_type(param: &ast::AttributeParam) -> Option<Primitive> {
    let ast::TypeKind::Primitive(primitive) = param.ty.kind else { return None };
    (primitive != Primitive::Unit).then_some(primitive)
}

/// What is wrong with a value for a parameter: it must be a literal of the parameter's type.
fn mistyped(param: &ast::AttributeParam, value: &ast::Expr) -> Option<Diagnostic> {
    let primitive = parameter_type(param)?;
    if let ast::ExprKind::Try(_) = value.kind {
        return Some(diagnostic::try_outside_function(value.span));
    }
    let mut literal = &value.kind;
    let mut negative = false;
    if let ast::ExprKind::Unary(unary) = literal
        && unary.op == ast::UnaryOp::Neg
    {
        (literal, negative) = (&unary.operand.kind, true);
    }
    let fits = match (primitive, crate::types::primitive_type(primitive)) {
        (Primitive::String, _) => matches!(literal, ast::ExprKind::Str(_)) && !negative,
        (Primitive::Bool, _) => matches!(literal, ast::ExprKind::Bool(_)) && !negative,
        (Primitive::Char, _) => matches!(literal, ast::ExprKind::Char(_)) && !negative,
        (_, Type::Int(kind)) => fits_integer(literal, negative, kind),
        _ => matches!(literal, ast::ExprKind::Int(_) | ast::ExprKind::Float(_)),
    };
    let expected = format!("a literal of type `{}`", primitive.name());
    let name = &param.name.text;
    (!fits).then(|| diagnostic::attribute_argument_type(value.span, name, expected))
}

fn fits_integer(literal: &ast::ExprKind, negative: bool, kind: IntKind) -> bool {
    let ast::ExprKind::Int(literal) = literal else { return false };
    let Ok(magnitude) = i128::try_from(literal.value) else { return false };
    let (least, greatest) = crate::types::int_range(kind);
    (least..=greatest).contains(&if negative { -magnitude } else { magnitude })
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

/// Checks that the attributes of an item, and of everything in it, exist, may stand there and have
/// the right arguments.
pub(crate) fn check(
    item: &ast::Item,
    declared: &Attributes<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut checker = Checker { declared, diagnostics };
    checker.item(item);
}

/// Where an attribute stands.
#[derive(Clone, Copy)]
enum Place {
    Target(Target),
    /// Something that no target names.
    Other(&'static str),
}

impl Place {
    fn shown(self) -> &'static str {
        match self {
            Place::Target(target) => target.place(),
            Place::Other(shown) => shown,
        }
    }
}

struct Checker<'c> {
    declared: &'c Attributes<'c>,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn attributes(&mut self, attributes: &[ast::Attribute], place: Place) {
        for attribute in attributes {
            let name = attribute.name.text.as_str();
            let span = attribute.name.span;
            let on_contract = matches!(place, Place::Target(Target::Contract));
            // A declaration of `Extern` changes nothing.
            if name == EXTERN {
                if !on_contract {
                    let found = diagnostic::attribute_not_allowed(span, name, place.shown());
                    self.diagnostics.push(found);
                }
            } else if let Some(declared) = self.declared.get(name) {
                self.application(attribute, declared, place);
            } else {
                let found = diagnostic::unknown_attribute(span, name);
                let known = self.declared.keys().copied().chain([EXTERN]);
                self.diagnostics.push(match crate::suggest::nearest(name, known) {
                    Some(near) => found.help(format!("did you mean `{near}`?")),
                    None => found,
                });
            }
        }
    }

    fn application(&mut self, attribute: &ast::Attribute, declared: &Declared<'_>, place: Place) {
        let name = attribute.name.text.as_str();
        let allowed = declared.targets.as_ref().is_none_or(
            |targets| matches!(place, Place::Target(target) if targets.contains(&target)),
        );
        if !allowed {
            let span = attribute.name.span;
            self.diagnostics.push(diagnostic::attribute_not_allowed(span, name, place.shown()));
        }
        let mut given: Vec<&ast::Ident> = Vec::new();
        for arg in &attribute.args {
            let text = arg.name.text.as_str();
            if let Some(first) = given.iter().find(|it| it.text == text) {
                let found = diagnostic::repeated_attribute_argument(arg.name.span, text);
                self.diagnostics.push(found.also(first.span, "first given here"));
            }
            given.push(&arg.name);
            match declared.params.iter().find(|param| param.name.text == text) {
                Some(param) => self.diagnostics.extend(mistyped(param, &arg.value)),
                None => self.unknown_argument(name, &arg.name, declared),
            }
        }
        for param in declared.params.iter().filter(|param| param.default.is_none()) {
            let text = &param.name.text;
            if !given.iter().any(|it| it.text == *text) {
                let found = diagnostic::missing_attribute_argument(attribute.span, name, text);
                self.diagnostics.push(found);
            }
        }
    }

    fn unknown_argument(&mut self, attribute: &str, arg: &ast::Ident, declared: &Declared<'_>) {
        let found = diagnostic::unknown_attribute_argument(arg.span, attribute, &arg.text);
        let known = declared.params.iter().map(|param| param.name.text.as_str());
        self.diagnostics.push(match crate::suggest::nearest(&arg.text, known) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found,
        });
    }

    fn item(&mut self, item: &ast::Item) {
        let place = match &item.kind {
            ast::ItemKind::Function(function) => {
                self.params(&function.signature.params);
                Place::Target(Target::Function)
            }
            ast::ItemKind::Type(def) => {
                self.members(&def.members);
                Place::Target(Target::Type)
            }
            ast::ItemKind::Enum(def) => {
                for variant in &def.variants {
                    self.attributes(&variant.attrs, Place::Other("a variant"));
                }
                Place::Target(Target::Enum)
            }
            ast::ItemKind::Contract(def) => {
                for item in &def.items {
                    if let ast::ContractItemKind::Method(signature) = &item.kind {
                        self.params(&signature.params);
                    }
                    self.attributes(&item.attrs, Place::Target(Target::Method));
                }
                Place::Target(Target::Contract)
            }
            ast::ItemKind::Impl(block) => {
                self.members(&block.methods);
                Place::Other("an `impl` block")
            }
            ast::ItemKind::Test(_) => Place::Target(Target::Test),
            ast::ItemKind::Attribute(_) => Place::Other("an attribute"),
            ast::ItemKind::Module(_) | ast::ItemKind::InlineModule(_) => {
                Place::Target(Target::Module)
            }
            ast::ItemKind::Use(_) => Place::Other("an import"),
            ast::ItemKind::Error => return,
        };
        self.attributes(&item.attrs, place);
    }

    fn members(&mut self, members: &[ast::Member]) {
        for member in members {
            let place = match &member.kind {
                ast::MemberKind::Field(_) => Place::Target(Target::Field),
                ast::MemberKind::Event(event) => {
                    self.params(&event.params);
                    Place::Other("an event")
                }
                ast::MemberKind::Method(function) => {
                    self.params(&function.signature.params);
                    Place::Target(Target::Method)
                }
            };
            self.attributes(&member.attrs, place);
        }
    }

    fn params(&mut self, params: &[ast::Param]) {
        for param in params {
            self.attributes(&param.attrs, Place::Target(Target::Parameter));
        }
    }
}
