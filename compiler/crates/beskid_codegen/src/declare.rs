//! Declarations of everything that a module contains or calls.
//!
//! All of them are made before any function is emitted, in the order of the functions, so that functions can
//! be emitted on several threads in any order.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use beskid_abi::RuntimeFn;
use beskid_analysis::typed::{ExternId, FunctionId, Program, TableId};
use cranelift_module::{DataId, FuncId, Linkage, Module};

use crate::data::{self, Locations, ModuleTables};
use crate::entry;
use crate::error::Error;
use crate::functions::{Functions, all_tables, derived_from, needed_functions};
use crate::ir::{Callee, Function, LiteralId, Op};
use crate::layout::{Layouts, Shape};
use crate::module::{Entries, Options};
use crate::signatures;

/// What has been declared in a module.
pub(crate) struct Declarations<'a> {
    pub(crate) program: &'a Program,
    pub(crate) layouts: &'a Layouts,
    /// Whether runtime functions are in the same image, so that calls need no indirection.
    pub(crate) runtime_in_image: bool,
    pub(crate) tables: ModuleTables,
    /// The data object of the ABI record.
    pub(crate) record: DataId,
    /// By [`FunctionId`]; `None` for those that are not needed.
    pub(crate) functions: Vec<Option<FuncId>>,
    derived: BTreeMap<Callee, FuncId>,
    thunks: BTreeMap<FunctionId, FuncId>,
    pub(crate) runtime: BTreeMap<RuntimeFn, FuncId>,
    pub(crate) externs: BTreeMap<ExternId, FuncId>,
    pub(crate) literals: BTreeMap<LiteralId, DataId>,
    pub(crate) descriptors: BTreeMap<Shape, DataId>,
    pub(crate) singletons: BTreeMap<Shape, DataId>,
    pub(crate) static_closures: BTreeMap<Callee, DataId>,
    pub(crate) method_tables: BTreeMap<TableId, DataId>,
    pub(crate) locations: Locations,
}

impl<'a> Declarations<'a> {
    /// Declares the functions that are needed, and what they use.
    pub(crate) fn new<M: Module>(
        module: &mut M,
        program: &'a Program,
        layouts: &'a Layouts,
        functions: &Functions,
        options: &Options<'_>,
    ) -> Result<Self, Error> {
        let tables = ModuleTables::declare(module, &program.package)?;
        let record = module.declare_data(RECORD_SYMBOL, Linkage::Import, false, false)?;
        let mut declarations = Declarations {
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
        };
        declarations.declare_functions(module, functions, options)?;
        for (id, body) in declarations.ids(functions).into_iter().zip(&functions.bodies) {
            if id.is_some() {
                declarations.declare_used(module, body)?;
            }
        }
        Ok(declarations)
    }

    /// The declarations of all functions, parallel to their bodies; `None` for those that are not needed.
    pub(crate) fn ids(&self, functions: &Functions) -> Vec<Option<FuncId>> {
        let derived = functions.derived.iter().map(|callee| Some(self.derived[callee]));
        let thunks = functions.thunks.iter().map(|id| self.thunks.get(id).copied());
        self.functions.iter().copied().chain(derived).chain(thunks).collect()
    }

    /// The declaration of something that can be called.
    pub(crate) fn function(&self, callee: Callee) -> FuncId {
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

    /// Declares the runtime functions, foreign functions and data objects that a function uses.
    fn declare_used<M: Module>(&mut self, module: &mut M, body: &Function) -> Result<(), Error> {
        for inst in body.blocks.iter().flat_map(|block| &block.insts) {
            if let Op::Literal(literal) = inst.op {
                self.declare_literal(module, literal)?;
            }
            if let Op::Allocate(shape) | Op::Singleton(shape) = inst.op {
                self.declare_descriptor(module, shape)?;
            }
            if let Op::Singleton(shape) = inst.op {
                self.declare_singleton(module, shape)?;
            }
            if let Op::MethodTable(table) = inst.op {
                self.declare_method_table(module, table)?;
            }
            if let Op::StaticClosure(callee) = inst.op {
                self.declare_static_closure(module, callee)?;
            }
            if let Op::Call(Callee::Extern(id), _) = inst.op {
                self.declare_extern(module, id)?;
            }
            for row in inst.op.runtime_functions() {
                self.declare_runtime(module, row)?;
            }
            inst.span.into_iter().for_each(|span| self.locations.add(span));
        }
        Ok(())
    }

    fn declare_functions<M: Module>(
        &mut self,
        module: &mut M,
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
            let signature = signatures::of_function(module, body, function.exported);
            let (symbol, linkage) = match (is_entry, function.exported) {
                (true, _) => (entry::MAIN_SYMBOL, Linkage::Export),
                // C code knows the entries only.
                (false, _) if options.entries == Entries::CHost => {
                    (&*function.symbol, Linkage::Hidden)
                }
                (false, true) => (&*function.symbol, Linkage::Export),
                (false, false) => (&*function.symbol, Linkage::Hidden),
            };
            self.functions[index] = Some(module.declare_function(symbol, linkage, &signature)?);
        }
        for (index, &callee) in functions.derived.iter().enumerate() {
            let body = &functions.bodies[self.program.functions.len() + index];
            let signature = signatures::of_function(module, body, false);
            let symbol = derived_symbol(callee);
            let id = module.declare_function(&symbol, Linkage::Local, &signature)?;
            self.derived.insert(callee, id);
        }
        let first_thunk = self.program.functions.len() + functions.derived.len();
        for (&function, body) in functions.thunks.iter().zip(&functions.bodies[first_thunk..]) {
            // The value of a function is used only where the function itself is needed.
            if self.functions[function.index()].is_some() {
                let signature = signatures::of_function(module, body, false);
                let symbol = format!("__beskid_thunk_{}", function.0);
                let id = module.declare_function(&symbol, Linkage::Local, &signature)?;
                self.thunks.insert(function, id);
            }
        }
        Ok(())
    }

    pub(crate) fn declare_runtime<M: Module>(
        &mut self,
        module: &mut M,
        row: RuntimeFn,
    ) -> Result<(), Error> {
        if let Entry::Vacant(entry) = self.runtime.entry(row) {
            let signature = signatures::of_runtime(module, row);
            let id = module.declare_function(row.symbol(), Linkage::Import, &signature)?;
            entry.insert(id);
        }
        Ok(())
    }

    fn declare_extern<M: Module>(&mut self, module: &mut M, id: ExternId) -> Result<(), Error> {
        if let Entry::Vacant(entry) = self.externs.entry(id) {
            let function = &self.program.externs[id.index()];
            let signature = signatures::of_extern(module, function);
            entry.insert(module.declare_function(&function.symbol, Linkage::Import, &signature)?);
        }
        Ok(())
    }

    fn declare_literal<M: Module>(
        &mut self,
        module: &mut M,
        literal: LiteralId,
    ) -> Result<(), Error> {
        data_object(module, &mut self.literals, literal, |_| format!("__beskid_str_{}", literal.0))
    }

    fn declare_descriptor<M: Module>(&mut self, module: &mut M, shape: Shape) -> Result<(), Error> {
        let name = |number| format!("__beskid_type_desc_{number}");
        data_object(module, &mut self.descriptors, shape, name)
    }

    fn declare_singleton<M: Module>(&mut self, module: &mut M, shape: Shape) -> Result<(), Error> {
        let name = |number| format!("__beskid_variant_{number}");
        data_object(module, &mut self.singletons, shape, name)
    }

    /// Declares a method table and those that it refers to.
    fn declare_method_table<M: Module>(
        &mut self,
        module: &mut M,
        table: TableId,
    ) -> Result<(), Error> {
        all_tables(self.program, table).into_iter().try_for_each(|table| {
            let name = |_| format!("__beskid_methods_{}", table.0);
            data_object(module, &mut self.method_tables, table, name)
        })
    }

    fn declare_static_closure<M: Module>(
        &mut self,
        module: &mut M,
        callee: Callee,
    ) -> Result<(), Error> {
        self.declare_descriptor(module, closure_shape(callee))?;
        let name = |number| format!("__beskid_closure_{number}");
        data_object(module, &mut self.static_closures, callee, name)
    }
}

/// Declares a data object of the module, once; `name` is given how many of its kind there are already.
fn data_object<M: Module, K: Ord>(
    module: &mut M,
    known: &mut BTreeMap<K, DataId>,
    key: K,
    name: impl FnOnce(usize) -> String,
) -> Result<(), Error> {
    let number = known.len();
    if let Entry::Vacant(entry) = known.entry(key) {
        entry.insert(data::declare_local(module, &name(number))?);
    }
    Ok(())
}

/// The symbol of a function that is derived from a type, which only its module sees.
fn derived_symbol(callee: Callee) -> String {
    let kind = if let Callee::Hash(_) = callee { "hash" } else { "equal" };
    format!("__beskid_{kind}_{}", derived_from(callee).index())
}

/// What the static closure object of a function is.
pub(crate) fn closure_shape(callee: Callee) -> Shape {
    let (Callee::Function(id) | Callee::Thunk(id)) = callee else {
        panic!("only functions of the program are values")
    };
    Shape::Closure(id)
}

/// Name of the ABI record among the data objects of a module.
const RECORD_SYMBOL: &str = "__beskid_record";

fn is_main(program: &Program, index: usize) -> bool {
    program.main.is_some_and(|main| main.function.index() == index)
}
