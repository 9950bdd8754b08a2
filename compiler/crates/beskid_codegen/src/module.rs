//! The pipeline from a typed program to a filled Cranelift module.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use beskid_abi::record::UnwindMode;
use beskid_abi::{AbiParamKind, AbiReturnKind, RuntimeFn};
use beskid_analysis::typed::{
    ExternFunction, ExternId, ExternType, FunctionId, Program, TableId, TypeId,
};
use beskid_syntax::Span;
use cranelift_codegen::ir::{self, AbiParam, FuncRef, Signature, types};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{DataId, FuncId, Linkage, Module};

use crate::build::{self, Literals, Shared};
use crate::compile::{CompiledFunction, compile_functions};
use crate::data::{self, Address, Locations, ModuleTables};
use crate::emit::{ModuleContext, emit_function, machine_type};
use crate::error::Error;
use crate::ir::{Callee, Class, Function, LiteralId, Op};
use crate::layout::{Layouts, Shape, shape_name};
use crate::record::{self, Uses};
use crate::target::Optimization;
use crate::{entry, host_entry, passes};

/// What to make of a program.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The target triple as rustc spells it, for the ABI record.
    pub target: &'a str,

    /// How panics leave the code, for the ABI record: the caller writes the unwind tables or leaves them.
    pub unwind: UnwindMode,
    /// Which entries the module gets besides its exported functions.
    pub entries: Entries,
    /// Whether the bodies of `test` items are compiled.
    pub tests: bool,
    /// Whether runtime functions are in the same image, so that calls need no indirection.
    pub runtime_in_image: bool,
    /// Whether the code is to be there soon or to run fast; the module's code generator is made for
    /// the same.
    pub optimization: Optimization,
    /// How many threads may work at once; at least one.
    pub threads: usize,
}

/// How a module is entered, besides by its exported functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Not at all: a host with bindings or a JIT calls the functions.
    None,
    /// By C's `main`: the module is a program of its own.
    Main,
    /// By entries that a C host reaches through the runtime.
    CHost,
}

/// What a filled module contains.
pub struct Compiled {
    /// The functions with their unwind information, in the order of their definition.
    pub functions: Vec<CompiledFunction>,
    /// Declarations of the program's functions; `None` for those that were left out.
    pub function_ids: Vec<Option<FuncId>>,
    /// The module descriptor, see [`beskid_abi::ModuleDescriptor`].
    pub descriptor: DataId,
    /// The ABI record's data object, which the caller places and defines.
    pub record: DataId,
    /// The content of the ABI record.
    pub record_bytes: Vec<u8>,
    /// How long it took to make our representation of the functions and to optimise that.
    pub lowering: Duration,
}

/// Fills a module with the code and data of a program.
///
/// # Errors
/// If the module rejects a definition or the code generator a function.
pub fn compile_program<M: Module>(
    module: &mut M,
    program: &Program,
    options: &Options<'_>,
) -> Result<Compiled, Error> {
    let start = Instant::now();
    let layouts = Layouts::new(program);
    let (mut functions, literals) = build_functions(program, &layouts);
    passes::run(&mut functions.bodies, options.optimization);
    let lowering = start.elapsed();
    let mut unit = Unit::declare(module, program, options, &layouts)?;
    let emitted = unit.emit(&functions, options)?;
    let emitted = unit.add_entry(emitted, options)?;
    let compiled =
        compile_functions(unit.module.isa(), emitted, options.threads).map_err(Error::new)?;
    unit.define_functions(&compiled)?;
    unit.define_data(&literals)?;
    unit.finish(compiled, options, lowering)
}

/// All functions of a module: those of the program by their ids, then the derived ones, then the
/// thunks.
struct Functions {
    bodies: Vec<Function>,
    derived: Vec<Callee>,
    thunks: Vec<FunctionId>,
}

fn build_functions(program: &Program, layouts: &Layouts) -> (Functions, Literals) {
    let mut shared = Shared { program, layouts, literals: Literals::default() };
    let mut bodies: Vec<Function> = program
        .functions
        .iter()
        .zip(0..)
        .map(|(function, id)| build::build_function(&mut shared, FunctionId(id), function))
        .collect();
    let derived = build::derived_functions(&shared, &bodies);
    for &callee in &derived {
        bodies.push(if let Callee::Hash(ty) = callee {
            build::build_hash(&mut shared, ty)
        } else {
            build::build_equality(&mut shared, derived_from(callee))
        });
    }
    let thunks = build::thunk_functions(&bodies);
    bodies.extend(thunks.iter().map(|&id| build::build_thunk(&mut shared, id)));
    (Functions { bodies, derived, thunks }, shared.literals)
}

/// A module while it is filled: the declarations made so far, each on first use.
struct Unit<'a, M> {
    module: &'a mut M,
    program: &'a Program,
    layouts: &'a Layouts,
    runtime_in_image: bool,
    tables: ModuleTables,
    record: DataId,
    functions: Vec<Option<FuncId>>,
    derived: BTreeMap<Callee, FuncId>,
    thunks: BTreeMap<FunctionId, FuncId>,
    runtime: BTreeMap<RuntimeFn, FuncId>,
    externs: BTreeMap<ExternId, FuncId>,
    literals: BTreeMap<LiteralId, DataId>,
    descriptors: BTreeMap<Shape, DataId>,
    singletons: BTreeMap<Shape, DataId>,
    static_closures: BTreeMap<Callee, DataId>,
    method_tables: BTreeMap<TableId, DataId>,
    locations: Locations,
}

impl<'a, M: Module> Unit<'a, M> {
    fn declare(
        module: &'a mut M,
        program: &'a Program,
        options: &Options<'_>,
        layouts: &'a Layouts,
    ) -> Result<Self, Error> {
        let tables = ModuleTables::declare(module, &program.package)?;
        let record = module.declare_data(RECORD_SYMBOL, Linkage::Import, false, false)?;
        Ok(Unit {
            module,
            program,
            layouts,
            runtime_in_image: options.runtime_in_image,
            tables,
            record,
            functions: vec![None; program.functions.len()],
            derived: BTreeMap::new(),
            thunks: BTreeMap::new(),
            runtime: BTreeMap::new(),
            externs: BTreeMap::new(),
            literals: BTreeMap::new(),
            descriptors: BTreeMap::new(),
            singletons: BTreeMap::new(),
            static_closures: BTreeMap::new(),
            method_tables: BTreeMap::new(),
            locations: Locations::default(),
        })
    }

    /// Cranelift IR of every function that is needed.
    fn emit(
        &mut self,
        functions: &Functions,
        options: &Options<'_>,
    ) -> Result<Vec<(FuncId, ir::Function)>, Error> {
        self.declare_functions(functions, options)?;
        let derived = functions.derived.iter().map(|callee| Some(self.derived[callee]));
        let thunks = functions.thunks.iter().map(|id| self.thunks.get(id).copied());
        let ids: Vec<Option<FuncId>> =
            self.functions.iter().copied().chain(derived).chain(thunks).collect();
        let needed = ids.into_iter().zip(&functions.bodies);
        let needed: Vec<(FuncId, &Function)> =
            needed.filter_map(|(id, body)| id.map(|id| (id, body))).collect();
        needed.iter().try_for_each(|(_, body)| self.declare_used(body))?;
        let mut builder_context = FunctionBuilderContext::new();
        let emitted = needed.into_iter().map(|(id, body)| {
            let signature = self.module.declarations().get_function_decl(id).signature.clone();
            (id, emit_function(self, &mut builder_context, id, signature, body))
        });
        Ok(emitted.collect())
    }

    /// Declares the runtime functions, foreign functions and data objects that a function uses.
    fn declare_used(&mut self, body: &Function) -> Result<(), Error> {
        for inst in body.blocks.iter().flat_map(|block| &block.insts) {
            if let Op::Literal(literal) = inst.op {
                self.declare_literal(literal)?;
            }
            if let Op::Allocate(shape) | Op::Singleton(shape) = inst.op {
                self.declare_descriptor(shape)?;
            }
            if let Op::Singleton(shape) = inst.op {
                self.declare_singleton(shape)?;
            }
            if let Op::MethodTable(table) = inst.op {
                self.declare_method_table(table)?;
            }
            if let Op::StaticClosure(callee) = inst.op {
                self.declare_static_closure(callee)?;
            }
            if let Op::Call(Callee::Extern(id), _) = inst.op {
                self.declare_extern(id)?;
            }
            for row in inst.op.runtime_functions() {
                self.declare_runtime(row)?;
            }
        }
        Ok(())
    }

    fn declare_functions(
        &mut self,
        functions: &Functions,
        options: &Options<'_>,
    ) -> Result<(), Error> {
        let needed = needed_functions(self.program, functions, options);
        for (index, function) in self.program.functions.iter().enumerate() {
            if !needed.contains(&index) {
                continue;
            }
            let body = &functions.bodies[index];
            let is_entry = options.entries == Entries::Main && is_main(self.program, index);
            let signature = self.beskid_signature(body, function.exported);
            let (symbol, linkage) = match (is_entry, function.exported) {
                (true, _) => (entry::MAIN_SYMBOL, Linkage::Export),
                // C code knows the entries only.
                (false, _) if options.entries == Entries::CHost => {
                    (&*function.symbol, Linkage::Hidden)
                }
                (false, true) => (&*function.symbol, Linkage::Export),
                (false, false) => (&*function.symbol, Linkage::Hidden),
            };
            self.functions[index] =
                Some(self.module.declare_function(symbol, linkage, &signature)?);
        }
        for (index, &callee) in functions.derived.iter().enumerate() {
            let body = &functions.bodies[self.program.functions.len() + index];
            let signature = self.beskid_signature(body, false);
            let symbol = derived_symbol(callee);
            let id = self.module.declare_function(&symbol, Linkage::Local, &signature)?;
            self.derived.insert(callee, id);
        }
        let first_thunk = self.program.functions.len() + functions.derived.len();
        for (&function, body) in functions.thunks.iter().zip(&functions.bodies[first_thunk..]) {
            // The value of a function is used only where the function itself is needed.
            if self.functions[function.index()].is_some() {
                let signature = self.beskid_signature(body, false);
                let symbol = format!("__beskid_thunk_{}", function.0);
                let id = self.module.declare_function(&symbol, Linkage::Local, &signature)?;
                self.thunks.insert(function, id);
            }
        }
        Ok(())
    }

    /// The signature of a Beskid function. Hosts expect narrow integers to be extended.
    fn beskid_signature(&self, body: &Function, exported: bool) -> Signature {
        let mut signature = self.module.make_signature();
        let param = |class: Class| {
            let param = AbiParam::new(machine_type(class));
            if exported && class.size_bytes() < 4 { param.uext() } else { param }
        };
        signature.params.extend(body.params.iter().map(|&reg| param(body.class(reg))));
        signature.returns.extend(body.result.map(param));
        signature
    }

    fn runtime_signature(&self, row: RuntimeFn) -> Signature {
        let mut signature = self.module.make_signature();
        let word = self.module.target_config().pointer_type();
        signature.params.extend(row.params().iter().map(|kind| match kind {
            AbiParamKind::Ptr => AbiParam::new(word),
            AbiParamKind::I64 => AbiParam::new(types::I64),
        }));
        let result = match row.ret() {
            AbiReturnKind::Void | AbiReturnKind::Never => None,
            AbiReturnKind::Ptr => Some(word),
            AbiReturnKind::I64 => Some(types::I64),
            AbiReturnKind::I32 => Some(types::I32),
        };
        signature.returns.extend(result.map(AbiParam::new));
        signature
    }

    fn extern_signature(&self, function: &ExternFunction) -> Signature {
        let mut signature = self.module.make_signature();
        signature.params.extend(function.params.iter().copied().map(extern_param));
        signature.returns.extend(function.result.map(extern_param));
        signature
    }

    fn declare_runtime(&mut self, row: RuntimeFn) -> Result<(), Error> {
        if !self.runtime.contains_key(&row) {
            let signature = self.runtime_signature(row);
            let id = self.module.declare_function(row.symbol(), Linkage::Import, &signature)?;
            self.runtime.insert(row, id);
        }
        Ok(())
    }

    fn declare_extern(&mut self, id: ExternId) -> Result<(), Error> {
        if !self.externs.contains_key(&id) {
            let function = &self.program.externs[id.index()];
            let signature = self.extern_signature(function);
            let symbol = &function.symbol;
            let declared = self.module.declare_function(symbol, Linkage::Import, &signature)?;
            self.externs.insert(id, declared);
        }
        Ok(())
    }

    fn declare_literal(&mut self, literal: LiteralId) -> Result<(), Error> {
        if !self.literals.contains_key(&literal) {
            let id = data::declare_local(self.module, &format!("__beskid_str_{}", literal.0))?;
            self.literals.insert(literal, id);
        }
        Ok(())
    }

    fn declare_descriptor(&mut self, shape: Shape) -> Result<(), Error> {
        if !self.descriptors.contains_key(&shape) {
            let name = format!("__beskid_type_desc_{}", self.descriptors.len());
            let id = data::declare_local(self.module, &name)?;
            self.descriptors.insert(shape, id);
        }
        Ok(())
    }

    fn declare_singleton(&mut self, shape: Shape) -> Result<(), Error> {
        if !self.singletons.contains_key(&shape) {
            let name = format!("__beskid_variant_{}", self.singletons.len());
            let id = data::declare_local(self.module, &name)?;
            self.singletons.insert(shape, id);
        }
        Ok(())
    }

    /// Declares a method table and those that it refers to.
    fn declare_method_table(&mut self, table: TableId) -> Result<(), Error> {
        for table in all_tables(self.program, table) {
            if !self.method_tables.contains_key(&table) {
                let name = format!("__beskid_methods_{}", table.0);
                let id = data::declare_local(self.module, &name)?;
                self.method_tables.insert(table, id);
            }
        }
        Ok(())
    }

    fn declare_static_closure(&mut self, callee: Callee) -> Result<(), Error> {
        if !self.static_closures.contains_key(&callee) {
            self.declare_descriptor(closure_shape(callee))?;
            let name = format!("__beskid_closure_{}", self.static_closures.len());
            let id = data::declare_local(self.module, &name)?;
            self.static_closures.insert(callee, id);
        }
        Ok(())
    }

    fn add_entry(
        &mut self,
        mut emitted: Vec<(FuncId, ir::Function)>,
        options: &Options<'_>,
    ) -> Result<Vec<(FuncId, ir::Function)>, Error> {
        if options.entries == Entries::CHost {
            self.add_host_entries(&mut emitted)?;
        }
        if let Some(main) = self.program.main.filter(|_| options.entries == Entries::Main) {
            self.declare_runtime(RuntimeFn::ProcessStart)?;
            let start = self.runtime[&RuntimeFn::ProcessStart];
            let main_id = self.functions[main.function.index()].expect("the entry is declared");
            let result = entry::main_result(self.program, main);
            let entry = entry::emit(self.module, start, main_id, self.tables.descriptor, result)?;
            emitted.push(entry);
        }
        Ok(emitted)
    }

    fn add_host_entries(&mut self, emitted: &mut Vec<(FuncId, ir::Function)>) -> Result<(), Error> {
        for (index, function) in self.program.functions.iter().enumerate() {
            if function.exported {
                let id = self.functions[index].expect("exported functions are needed");
                emitted.push(host_entry::emit(self.module, self.program, function, id)?);
            }
        }
        Ok(())
    }

    fn define_functions(&mut self, compiled: &[CompiledFunction]) -> Result<(), Error> {
        for function in compiled {
            let CompiledFunction { id, alignment, bytes, relocations, .. } = function;
            self.module.define_function_bytes(*id, *alignment, bytes, relocations)?;
        }
        Ok(())
    }

    fn define_data(&mut self, literals: &Literals) -> Result<(), Error> {
        for (literal, &id) in &self.literals {
            data::define_literal(self.module, id, &literals.texts()[literal.0 as usize])?;
        }
        for (&shape, &id) in &self.descriptors {
            let name = shape_name(self.program, shape);
            data::define_descriptor(self.module, id, self.layouts.of(shape), &name)?;
        }
        for (&shape, &id) in &self.singletons {
            let Shape::Variant(_, tag) = shape else { panic!("only variants have static objects") };
            data::define_singleton(self.module, id, self.descriptors[&shape], tag)?;
        }
        for (&table, &id) in &self.method_tables {
            let definition = &self.program.tables[table.index()];
            let methods = definition.methods.iter();
            let methods = methods.map(|&id| Address::Function(self.function(Callee::Function(id))));
            let embedded = definition.embedded.iter();
            let embedded = embedded.map(|table| Address::Data(self.method_tables[table], 0));
            let slots: Vec<Address> = methods.chain(embedded).collect();
            data::define_method_table(self.module, id, &slots)?;
        }
        for (&callee, &id) in &self.static_closures {
            let descriptor = self.descriptors[&closure_shape(callee)];
            let code = self.function(callee);
            data::define_static_closure(self.module, id, descriptor, code)?;
        }
        Ok(())
    }

    /// The declaration of something that can be called.
    fn function(&self, callee: Callee) -> FuncId {
        match callee {
            Callee::Function(id) => {
                self.functions[id.index()].expect("functions that are called are needed")
            }
            Callee::Equality(_) | Callee::Hash(_) => self.derived[&callee],
            Callee::Runtime(row) => self.runtime[&row],
            Callee::Extern(id) => self.externs[&id],
            Callee::Thunk(id) => self.thunks[&id],
        }
    }

    fn finish(
        self,
        functions: Vec<CompiledFunction>,
        options: &Options<'_>,
        lowering: Duration,
    ) -> Result<Compiled, Error> {
        let uses = Uses {
            runtime: self.runtime.keys().copied().collect(),
            externs: self.externs.keys().copied().collect(),
        };
        let record_bytes = record::write(self.program, options, &uses)
            .map_err(|error| Error::new(error.to_string()))?;
        self.tables.define(
            self.module,
            &functions,
            &self.locations,
            &self.program.sources,
            (self.record, record_bytes.len()),
        )?;
        Ok(Compiled {
            functions,
            function_ids: self.functions,
            descriptor: self.tables.descriptor,
            record: self.record,
            record_bytes,
            lowering,
        })
    }
}

impl<M: Module> ModuleContext for Unit<'_, M> {
    fn callee(&mut self, callee: Callee, func: &mut ir::Function) -> FuncRef {
        let id = self.function(callee);
        let func_ref = self.module.declare_func_in_func(id, func);
        if self.runtime_in_image && matches!(callee, Callee::Runtime(_)) {
            func.dfg.ext_funcs[func_ref].colocated = true;
        }
        func_ref
    }

    fn literal(&self, literal: LiteralId) -> DataId {
        self.literals[&literal]
    }

    fn descriptor(&self, shape: Shape) -> (DataId, u32) {
        (self.descriptors[&shape], self.layouts.of(shape).size_bytes)
    }

    fn singleton(&self, shape: Shape) -> DataId {
        self.singletons[&shape]
    }

    fn method_table(&self, table: TableId) -> DataId {
        self.method_tables[&table]
    }

    fn static_closure(&self, callee: Callee) -> DataId {
        self.static_closures[&callee]
    }

    fn locations(&self) -> DataId {
        self.tables.locations
    }

    fn location(&mut self, span: Span) -> u32 {
        self.locations.intern(span)
    }

    fn never_returns(&self, callee: Callee) -> bool {
        match callee {
            Callee::Runtime(row) => row.ret() == AbiReturnKind::Never,
            Callee::Function(_) | Callee::Equality(_) | Callee::Hash(_) => false,
            Callee::Extern(_) | Callee::Thunk(_) => false,
        }
    }

    fn frontend_config(&self) -> TargetFrontendConfig {
        self.module.target_config()
    }
}

/// The symbol of a function that is derived from a type, which only its module sees.
fn derived_symbol(callee: Callee) -> String {
    let kind = if let Callee::Hash(_) = callee { "hash" } else { "equal" };
    format!("__beskid_{kind}_{}", derived_from(callee).index())
}

/// The type that a function is derived from.
fn derived_from(callee: Callee) -> TypeId {
    let (Callee::Equality(ty) | Callee::Hash(ty)) = callee else {
        panic!("{callee:?} is not derived from a type")
    };
    ty
}

/// A method table and those that it refers to.
fn all_tables(program: &Program, table: TableId) -> BTreeSet<TableId> {
    let mut found = BTreeSet::new();
    let mut pending = vec![table];
    while let Some(table) = pending.pop() {
        if found.insert(table) {
            pending.extend(&program.tables[table.index()].embedded);
        }
    }
    found
}

/// What the static closure object of a function is.
fn closure_shape(callee: Callee) -> Shape {
    let (Callee::Function(id) | Callee::Thunk(id)) = callee else {
        panic!("only functions of the program are values")
    };
    Shape::Closure(id)
}

/// Name of the ABI record among the data objects of a module.
const RECORD_SYMBOL: &str = "__beskid_record";

fn extern_param(ty: ExternType) -> AbiParam {
    match ty {
        ExternType::Bool | ExternType::U8 => AbiParam::new(types::I8).uext(),
        ExternType::I32 => AbiParam::new(types::I32).sext(),
        ExternType::I64 | ExternType::BytePointer => AbiParam::new(types::I64),
        ExternType::F64 => AbiParam::new(types::F64),
    }
}

fn is_main(program: &Program, index: usize) -> bool {
    program.main.is_some_and(|main| main.function.index() == index)
}

/// Indices of the functions that hosts, the entry or tests can reach.
fn needed_functions(
    program: &Program,
    functions: &Functions,
    options: &Options<'_>,
) -> BTreeSet<usize> {
    let mut pending: Vec<usize> = Vec::new();
    pending.extend(program.main.iter().map(|main| main.function.index()));
    pending.extend((0..program.functions.len()).filter(|&index| program.functions[index].exported));
    if options.tests {
        pending.extend(program.tests.iter().map(|test| test.function.index()));
    }
    let mut needed = BTreeSet::new();
    while let Some(index) = pending.pop() {
        if needed.insert(index) {
            let insts = functions.bodies[index].blocks.iter().flat_map(|block| &block.insts);
            for inst in insts {
                pending.extend(passes::needed_by(inst).map(FunctionId::index));
                if let Op::MethodTable(table) = inst.op {
                    let methods = all_tables(program, table).into_iter();
                    let methods = methods.flat_map(|it| &program.tables[it.index()].methods);
                    pending.extend(methods.copied().map(FunctionId::index));
                }
            }
        }
    }
    needed
}
