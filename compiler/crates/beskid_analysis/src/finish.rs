//! The last phase: tests, warnings about what is never used, and the finished program.

use beskid_syntax::{Diagnostic, SourceMap, ast, diagnostic};

use crate::check::{Checked, FunctionInstance, World};
use crate::items::{FunctionRef, Items, Nominal, TestItem};
use crate::modules::ENTRY;
use crate::scope::Scopes;
use crate::typed::{self, EnumId, Main, ModuleId, Program, RecordId, Type, TypeId};
use crate::types::Types;

/// Whether a function is meant for hosts (reference 25.1).
pub(crate) fn is_offered(world: &World<'_>, id: FunctionRef) -> bool {
    let item = world.scopes.items.function(id);
    let generic = !world.signatures.function(id).generics.is_empty();
    item.public && item.module == ENTRY && item.receiver.is_none() && !generic
}

/// Whether hosts may call a function by name: it is meant for them, and its types can cross.
pub(crate) fn is_exported(world: &World<'_>, checked: &mut Checked, id: FunctionRef) -> bool {
    if !is_offered(world, id) {
        return false;
    }
    let shape = world.signatures.function(id);
    let types = &mut checked.types;
    let result = types.apply(&shape.result, &[]);
    let takes_places = shape.modes.iter().any(Option::is_some);
    (result == TypeId::UNIT || crosses(types, result))
        && !takes_places
        && shape.params.iter().all(|scheme| {
            let ty = types.apply(scheme, &[]);
            crosses(types, ty)
        })
}

/// Whether values of a type can be handed to a host.
fn crosses(types: &Types, ty: TypeId) -> bool {
    match types.get(ty) {
        Some(Type::Array(element)) => types.get(element).is_some_and(is_scalar),
        Some(Type::String) => true,
        Some(other) => is_scalar(other),
        None => false,
    }
}

fn is_scalar(ty: Type) -> bool {
    matches!(ty, Type::Bool | Type::Int(_) | Type::Float(_) | Type::Char)
}

/// All diagnostics in order: those of loading, and those of later phases unless they stand in a file
/// that could not be parsed. Nobody is told what is unused in a program that is not understood.
pub(crate) fn diagnostics(
    scopes: &Scopes<'_>,
    loading: Vec<Diagnostic>,
    checked: &mut Checked,
) -> Vec<Diagnostic> {
    let mut diagnostics = std::mem::take(&mut checked.diagnostics);
    diagnostics.retain(|it| !scopes.tree.is_unparsable(it.primary.span.file));
    diagnostics.extend(loading);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        unused(scopes, &mut diagnostics);
    }
    diagnostic::sort(&mut diagnostics);
    diagnostics
}

/// Warns about imports and private items of the program that nothing uses.
fn unused(scopes: &Scopes<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for import in &scopes.items.imports {
        if scopes.is_user_code(import.module) && !import.public && !import.used.get() {
            diagnostics.push(diagnostic::unused_import(import.name.span, &import.name.text));
        }
    }
    for (index, names) in scopes.items.names.iter().enumerate() {
        if !scopes.is_user_code(ModuleId(index as u32)) {
            continue;
        }
        let types = names.types.iter().map(|(name, it)| (*name, it.span, it.public, &it.used));
        let values = names.values.iter().map(|(name, it)| (*name, it.span, it.public, &it.used));
        for (name, span, public, used) in types.chain(values) {
            if !public && !used.get() && !name.starts_with('_') {
                diagnostics.push(diagnostic::unused_item(span, name));
            }
        }
    }
}

/// Reads the sections of all tests of the program.
pub(crate) fn tests(
    items: &Items<'_>,
    scopes: &Scopes<'_>,
    checked: &mut Checked,
) -> Vec<typed::Test> {
    let mut tests = Vec::new();
    for test in items.tests.iter().filter(|test| scopes.is_user_code(test.module)) {
        let sections = read_sections(test.ast, &mut checked.diagnostics);
        tests.push(finished_test(test, sections, checked));
    }
    tests
}

fn finished_test(test: &TestItem<'_>, sections: Sections, checked: &mut Checked) -> typed::Test {
    let tags = sections.tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    typed::Test {
        name: test.ast.name.text.clone(),
        module: test.module,
        function: checked.function_id(FunctionInstance::plain(test.function), None),
        tags: tags.map(str::to_owned).collect(),
        group: sections.group,
        skip: sections.condition.then_some(sections.reason),
    }
}

/// The values of `meta` and `skip`.
#[derive(Default)]
struct Sections {
    tags: String,
    group: String,
    condition: bool,
    reason: String,
}

fn read_sections(test: &ast::TestDef, diagnostics: &mut Vec<Diagnostic>) -> Sections {
    let mut sections = Sections::default();
    let mut kinds = Vec::new();
    for section in &test.sections {
        if kinds.contains(&section.kind) {
            let name = section_name(section.kind);
            diagnostics.push(diagnostic::repeated_test_section(section.span, name));
        }
        kinds.push(section.kind);
        let mut keys: Vec<&str> = Vec::new();
        for entry in &section.entries {
            let key = entry.key.text.as_str();
            if keys.contains(&key) {
                diagnostics.push(diagnostic::repeated_test_key(entry.key.span, key));
            } else {
                keys.push(key);
                diagnostics.extend(read_entry(section.kind, entry, &mut sections));
            }
        }
    }
    sections
}

fn section_name(kind: ast::TestSectionKind) -> &'static str {
    match kind {
        ast::TestSectionKind::Meta => "meta",
        ast::TestSectionKind::Skip => "skip",
    }
}

fn read_entry(
    kind: ast::TestSectionKind,
    entry: &ast::TestEntry,
    sections: &mut Sections,
) -> Option<Diagnostic> {
    let key = entry.key.text.as_str();
    let (span, value) = (entry.value.span, &entry.value.kind);
    let bad = |expected| Some(diagnostic::bad_test_value(span, key, expected));
    let text = match (kind, key) {
        (ast::TestSectionKind::Meta, "tags") => &mut sections.tags,
        (ast::TestSectionKind::Meta, "group") => &mut sections.group,
        (ast::TestSectionKind::Skip, "reason") => &mut sections.reason,
        (ast::TestSectionKind::Skip, "condition") => {
            let ast::ExprKind::Bool(condition) = value else {
                return bad("`true` or `false`");
            };
            sections.condition = *condition;
            return None;
        }
        _ => {
            let section = section_name(kind);
            return Some(diagnostic::unknown_test_key(entry.key.span, section, key));
        }
    };
    let ast::ExprKind::Str(value) = value else { return bad("a string") };
    text.clone_from(value);
    None
}

/// Puts the program together. It must be free of errors.
pub(crate) fn program(
    world: &World<'_>,
    checked: Checked,
    tests: Vec<typed::Test>,
    main: Option<Main>,
    sources: SourceMap,
) -> Program {
    Program {
        package: world.package.clone(),
        sources,
        modules: modules(world),
        records: checked.records,
        enums: checked.enums,
        contracts: contracts(world, &checked.types),
        tables: checked.tables.into_iter().flatten().collect(),
        types: checked.types.into_table(),
        functions: finished_functions(checked.functions),
        externs: checked.externs,
        tests,
        main,
    }
}

/// The contract types that the program mentions.
fn contracts(world: &World<'_>, types: &Types) -> Vec<typed::Contract> {
    let finished = types.contract_instances().iter().map(|instance| typed::Contract {
        name: instance.name.clone(),
        module: world.scopes.items.home(instance.def),
        span: world.scopes.items.type_name(instance.def).span,
    });
    finished.collect()
}

fn finished_functions(functions: Vec<Option<typed::Function>>) -> Vec<typed::Function> {
    functions.into_iter().map(|it| it.expect("every function has been checked")).collect()
}

fn modules(world: &World<'_>) -> Vec<typed::Module> {
    let modules = world.scopes.tree.modules.iter();
    let finished = modules.map(|module| typed::Module {
        path: module.path.clone(),
        file: module.file,
        library: module.origin == crate::modules::Origin::Core,
    });
    finished.collect()
}

/// The contents of all instances of records and enums. Putting type arguments in can make further
/// instances, which are completed too.
pub(crate) fn complete_types(world: &World<'_>, checked: &mut Checked) {
    loop {
        let (records, enums) = checked.types.instance_counts();
        if checked.records.len() < records {
            let id = RecordId(checked.records.len() as u32);
            let record = finished_record(world, checked, id);
            checked.records.push(record);
        } else if checked.enums.len() < enums {
            let id = EnumId(checked.enums.len() as u32);
            let finished = finished_enum(world, checked, id);
            checked.enums.push(finished);
        } else {
            break;
        }
    }
}

fn finished_record(world: &World<'_>, checked: &mut Checked, id: RecordId) -> typed::Record {
    let instance = checked.types.record_instance(id).clone();
    let name = world.scopes.items.type_name(instance.def);
    let Nominal::Record(def) = instance.def else { unreachable!("the table holds records") };
    let mut fields = Vec::new();
    for field in &world.signatures.record(def).fields {
        let ty = checked.types.apply(&field.ty, &instance.args);
        let is_event = field.event.is_some();
        fields.push(typed::Field { name: field.name.text.clone(), ty, is_event });
    }
    checked.report_impossible(world, Some(name.span));
    let module = world.scopes.items.home(instance.def);
    typed::Record { name: instance.name, module, fields, span: name.span }
}

fn finished_enum(world: &World<'_>, checked: &mut Checked, id: EnumId) -> typed::Enum {
    let instance = checked.types.enum_instance(id).clone();
    let name = world.scopes.items.type_name(instance.def);
    let Nominal::Enum(def) = instance.def else { unreachable!("the table holds enums") };
    let mut variants = Vec::new();
    for variant in &world.signatures.enumeration(def).variants {
        let types = &mut checked.types;
        let payload = variant.payload.iter().map(|it| types.apply(it, &instance.args)).collect();
        variants.push(typed::Variant { name: variant.ast.name.text.clone(), payload });
    }
    checked.report_impossible(world, Some(name.span));
    let module = world.scopes.items.home(instance.def);
    typed::Enum { name: instance.name, module, variants, span: name.span }
}
