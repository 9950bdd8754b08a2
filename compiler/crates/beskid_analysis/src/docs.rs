//! Documentation comments: their directives must agree with what they document (reference 24.2).
//! All mistakes are warnings.

use beskid_syntax::{Diagnostic, Primitive, Span, ast, diagnostic};

use crate::items::TypeDef;
use crate::modules::Origin;
use crate::scope::{Lookup, Scopes};
use crate::typed::ModuleId;

/// What a documentation comment documents.
#[derive(Default)]
struct Subject<'a> {
    /// The parameters, and whether there is no result, of something that can be called.
    callable: Option<(Vec<&'a str>, bool)>,
    variants: Option<Vec<&'a str>>,
    type_params: Vec<&'a str>,
}

/// `@name(argument)` with its places.
struct Directive<'t> {
    name: &'t str,
    argument: Option<&'t str>,
    /// The name with its mark, and the argument.
    span: Span,
    argument_span: Span,
    /// Whether it begins a line.
    leads: bool,
}

/// Checks the documentation of all items of the program.
pub(crate) fn check(scopes: &Scopes<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for module in scopes.tree.ids() {
        if scopes.tree.get(module).origin == Origin::Package {
            let mut checker = Checker { scopes, module, diagnostics };
            scopes.tree.items(module).iter().for_each(|item| checker.item(item));
        }
    }
}

struct Checker<'c, 'a> {
    scopes: &'c Scopes<'a>,
    module: ModuleId,
    diagnostics: &'c mut Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    fn item(&mut self, item: &ast::Item) {
        let subject = match &item.kind {
            ast::ItemKind::Function(function) => callable(&function.signature),
            ast::ItemKind::Type(def) => {
                def.members.iter().for_each(|member| self.member(member));
                Subject { type_params: names(&def.generics), ..Subject::default() }
            }
            ast::ItemKind::Enum(def) => {
                let none = Subject::default();
                def.variants.iter().for_each(|it| self.docs(it.docs.as_ref(), &none));
                let variants = def.variants.iter().map(|it| it.name.text.as_str()).collect();
                let type_params = names(&def.generics);
                Subject { variants: Some(variants), type_params, ..none }
            }
            ast::ItemKind::Contract(def) => {
                def.items.iter().for_each(|line| self.contract_line(line));
                Subject { type_params: names(&def.generics), ..Subject::default() }
            }
            ast::ItemKind::Impl(block) => {
                block.methods.iter().for_each(|member| self.member(member));
                Subject::default()
            }
            ast::ItemKind::Test(_) | ast::ItemKind::Attribute(_) => Subject::default(),
            ast::ItemKind::Module(_) | ast::ItemKind::InlineModule(_) => Subject::default(),
            ast::ItemKind::Use(_) | ast::ItemKind::Error => Subject::default(),
        };
        self.docs(item.docs.as_ref(), &subject);
    }

    fn member(&mut self, member: &ast::Member) {
        let subject = match &member.kind {
            ast::MemberKind::Method(function) => callable(&function.signature),
            ast::MemberKind::Event(event) => Subject {
                callable: Some((parameter_names(&event.params), true)),
                ..Subject::default()
            },
            ast::MemberKind::Field(_) => Subject::default(),
        };
        self.docs(member.docs.as_ref(), &subject);
    }

    fn contract_line(&mut self, line: &ast::ContractItem) {
        let subject = match &line.kind {
            ast::ContractItemKind::Method(signature) => callable(signature),
            ast::ContractItemKind::Embed(_) => Subject::default(),
        };
        self.docs(line.docs.as_ref(), &subject);
    }

    fn docs(&mut self, docs: Option<&ast::Docs>, subject: &Subject<'_>) {
        let Some(docs) = docs else { return };
        let text = self.scopes.tree.sources.snippet(docs.span).to_owned();
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for directive in directives(&text, docs.span) {
            let argument = directive.argument.unwrap_or_default();
            let repeated = seen.contains(&(directive.name, argument));
            seen.push((directive.name, argument));
            let found = self.directive(&directive, subject, repeated);
            self.diagnostics.extend(found);
        }
    }

    /// What is wrong with a directive.
    fn directive(
        &self,
        directive: &Directive<'_>,
        subject: &Subject<'_>,
        repeated: bool,
    ) -> Option<Diagnostic> {
        let (span, argument_span) = (directive.span, directive.argument_span);
        let argument = directive.argument.unwrap_or_default();
        match directive.name {
            "ref" => self.reference(argument, argument_span),
            _ if !directive.leads => None,
            "arg" => match &subject.callable {
                None => Some(diagnostic::doc_not_callable(span, "@arg")),
                Some((params, _)) if !params.contains(&argument) => {
                    let found = diagnostic::doc_unknown_arg(argument_span, argument);
                    Some(suggesting(found, argument, params))
                }
                Some(_) => repeated.then(|| diagnostic::doc_repeated_arg(argument_span, argument)),
            },
            "returns" => match &subject.callable {
                None => Some(diagnostic::doc_not_callable(span, "@returns")),
                Some((_, returns_nothing)) => {
                    returns_nothing.then(|| diagnostic::doc_returns_unit(span))
                }
            },
            "variant" => match &subject.variants {
                None => Some(diagnostic::doc_variant_misuse(span)),
                Some(variants) if !variants.contains(&argument) => {
                    let found = diagnostic::doc_unknown_variant(argument_span, argument);
                    Some(suggesting(found, argument, variants))
                }
                Some(_) => {
                    repeated.then(|| diagnostic::doc_repeated_variant(argument_span, argument))
                }
            },
            "par" if subject.type_params.is_empty() => Some(diagnostic::doc_par_misuse(span)),
            "par" if !subject.type_params.contains(&argument) => {
                let found = diagnostic::doc_unknown_par(argument_span, argument);
                Some(suggesting(found, argument, &subject.type_params))
            }
            "par" => repeated.then(|| diagnostic::doc_repeated_par(argument_span, argument)),
            "tier" => None,
            other => Some(diagnostic::doc_unknown_directive(span, other)),
        }
    }

    /// What is wrong with the path of an `@ref`.
    fn reference(&self, path: &str, span: Span) -> Option<Diagnostic> {
        let (path_before_variant, variant) = match path.split_once("::") {
            Some((before, variant)) => (before, Some(variant)),
            None => (path, None),
        };
        let mut names: Vec<&str> = path_before_variant.split('.').collect();
        names.extend(variant);
        let found = self.leads_somewhere(&names) || leads_into_the_library(&names);
        (!found).then(|| diagnostic::doc_unresolved_ref(span, path))
    }

    fn leads_somewhere(&self, names: &[&str]) -> bool {
        let scopes = self.scopes;
        let [first, rest @ ..] = names else { return false };
        let from = self.module;
        if rest.is_empty() {
            return !scopes.find_type(from, first).is_missing()
                || !scopes.find_value(from, first).is_missing()
                || !scopes.find_module(from, first).is_missing();
        }
        if let (Lookup::Found((_, def)), [member]) = (scopes.find_type(from, first), rest)
            && self.has_member(def, member)
        {
            return true;
        }
        scopes.find_module(from, first).found().is_some_and(|module| self.leads_on(module, rest))
    }

    /// Whether a path leads somewhere from within a module.
    fn leads_on(&self, module: ModuleId, names: &[&str]) -> bool {
        let (scopes, from) = (self.scopes, self.module);
        let [first, rest @ ..] = names else { return true };
        if rest.is_empty() {
            return !scopes.type_in(module, first, from).is_missing()
                || !scopes.value_in(module, first, from).is_missing()
                || !scopes.module_in(module, first, from).is_missing();
        }
        if let (Lookup::Found((_, def)), [member]) = (scopes.type_in(module, first, from), rest)
            && self.has_member(def, member)
        {
            return true;
        }
        let child = scopes.module_in(module, first, from).found();
        child.is_some_and(|module| self.leads_on(module, rest))
    }

    /// Whether a type has a field, a variant or a method of a name.
    fn has_member(&self, def: TypeDef, name: &str) -> bool {
        let items = &self.scopes.items;
        let is_method = |function: &crate::items::FunctionItem<'_>| {
            function.receiver.is_some() && function.name().text == name
        };
        match def {
            TypeDef::Extern(contract) => {
                items.extern_contract(contract).methods.iter().any(|it| it.name.text == name)
            }
            TypeDef::Nominal(def) => {
                items.member_names(def).any(|member| member == name)
                    || items.functions.iter().any(is_method)
            }
        }
    }
}

/// Whether a path names a module of the library or something in one. Modules that only the
/// documentation mentions are not loaded, so what they contain is not looked at.
fn leads_into_the_library(names: &[&str]) -> bool {
    let path = names.join("/");
    crate::CORELIB_FILES.iter().any(|(file, _)| {
        let module = file.trim_end_matches(".bsk");
        path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || module.strip_prefix(&*path).is_some_and(|rest| rest.starts_with('/'))
    })
}

fn suggesting(found: Diagnostic, name: &str, known: &[&str]) -> Diagnostic {
    match crate::suggest::nearest(name, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found,
    }
}

fn callable(signature: &ast::Signature) -> Subject<'_> {
    let returns_nothing =
        matches!(signature.result.kind, ast::TypeKind::Primitive(Primitive::Unit));
    Subject {
        callable: Some((parameter_names(&signature.params), returns_nothing)),
        variants: None,
        type_params: names(&signature.generics),
    }
}

fn parameter_names(params: &[ast::Param]) -> Vec<&str> {
    params.iter().map(|param| param.name.text.as_str()).collect()
}

fn names(generics: &[ast::Generic]) -> Vec<&str> {
    generics.iter().map(|generic| generic.name.text.as_str()).collect()
}

/// The directives of a documentation comment as it stands in the source.
fn directives(text: &str, span: Span) -> Vec<Directive<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let slashes = line.find("///").map_or(0, |at| at + "///".len());
        let content = &line[slashes..];
        let lead = content.len() - content.trim_start().len();
        for (at, _) in content.match_indices('@') {
            let leads = at == lead;
            let is_word = content[..at].ends_with(|c: char| c.is_alphanumeric());
            let directive = (!is_word).then(|| directive_at(content, at, leads)).flatten();
            found.extend(directive.map(|(name, argument)| {
                let place = |from: usize, to: usize| {
                    let base = span.start as usize + start + slashes;
                    Span::new(span.file, (base + from) as u32, (base + to) as u32)
                };
                let end = at + 1 + name.len();
                let argument_end = end + 1 + argument.map_or(0, str::len);
                Directive {
                    name,
                    argument,
                    span: place(at, end),
                    argument_span: match argument {
                        Some(_) => place(end + 1, argument_end),
                        None => place(at, end),
                    },
                    leads,
                }
            }));
        }
        start += line.len();
    }
    found
}

/// The name and the argument of the directive at a mark. Within a line, only `@ref(…)` is one.
fn directive_at(content: &str, at: usize, leads: bool) -> Option<(&str, Option<&str>)> {
    let rest = &content[at + 1..];
    let name_end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(name_end);
    let argument = behind.strip_prefix('(').and_then(|inner| inner.split_once(')')).map(|it| it.0);
    let counts = leads || name == "ref" && argument.is_some();
    (counts && !name.is_empty()).then_some((name, argument))
}
